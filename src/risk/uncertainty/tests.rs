//! Sensitivity against functions whose indices are known; intervals by hand.

use std::f64::consts::PI;

use super::*;

/// Ishigami's function with a = 7, b = 0.1 (Ishigami and Homma 1990); its indices in closed form: D = a²/8 +
/// bπ⁴/5 + b²π⁸/18 + 1/2, S1 = (bπ⁴/5 + b²π⁸/50 + 1/2)/D, S2 = (a²/8)/D, S3 = 0, ST3 = (8b²π⁸/225)/D.
#[test]
fn ishigami() {
    let found = sobol(3, 1 << 14, 87, |u| {
        let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    });
    let (a, b) = (7.0_f64, 0.1_f64);
    let all = a * a / 8.0 + b * PI.powi(4) / 5.0 + b * b * PI.powi(8) / 18.0 + 0.5;
    let first = [(b * PI.powi(4) / 5.0 + b * b * PI.powi(8) / 50.0 + 0.5) / all, a * a / 8.0 / all, 0.0];
    let pair = 8.0 * b * b * PI.powi(8) / 225.0 / all;
    let total = [first[0] + pair, first[1], pair];
    for k in 0..3 {
        assert!((found.first[k] - first[k]).abs() < 0.03, "S{k} {} {}", found.first[k], first[k]);
        assert!((found.total[k] - total[k]).abs() < 0.03, "ST{k} {} {}", found.total[k], total[k]);
    }
    assert!((found.variance / all - 1.0).abs() < 0.03);
    assert_eq!(found.runs, (1 << 14) * 5);
}

#[test]
fn an_output_that_does_not_vary_has_no_indices() {
    let still = sobol(2, 8, 1, |_| 4.0);
    assert_eq!((still.first, still.total, still.variance), (vec![0.0; 2], vec![0.0; 2], 0.0));
}

#[test]
fn intervals_by_hand() {
    // Row 0 leads in 19 runs of 21, and comes second in two; row 2 has no score.
    let runs: Vec<Vec<Option<f64>>> = (0..21)
        .map(|run| vec![Some(if run < 2 { -1.0 } else { 10.0 }), Some(f64::from(run) / 4.0), None])
        .collect();
    let found = intervals(&runs);
    assert_eq!(found.rank_lo, [Some(1), Some(1), None]);
    assert_eq!(found.rank_mid, [Some(1), Some(2), None]);
    assert_eq!(found.rank_hi, [Some(2), Some(2), None]);
    // Percentiles 5 and 95 of 0, 0.25, ..., 5.
    assert_eq!((found.score_lo[1], found.score_hi[1]), (Some(0.25), Some(4.75)));
    assert_eq!(found.score_lo[2], None);
}

#[test]
fn shares_of_runs() {
    let runs = [vec![Some(1), Some(0), None], vec![Some(2), Some(0), None], vec![Some(1), None, None]];
    assert_eq!(class_share(&[Some(1), Some(0), None], &runs), [Some(200.0 / 3.0), Some(100.0), None]);
}

#[test]
fn a_run_is_brought_to_the_unit_of_the_score() {
    let own = [Some(0.2), Some(0.4), Some(0.6), None];
    let mut run = [Some(20.0), Some(40.0), Some(60.0), Some(1000.0)];
    align(&mut run, &own, 1.0);
    for (aligned, own) in run.iter().zip(own).take(3) {
        assert!((aligned.unwrap() - own.unwrap()).abs() < 1e-12);
    }
    assert_eq!(run[3], Some(1.0));
}
