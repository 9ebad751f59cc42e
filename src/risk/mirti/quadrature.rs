//! Gauss-Hermite quadrature: integrals against a normal density.

use std::f64::consts::PI;

/// Nodes and weights for `integral of exp(-x²) f(x)`, exact for polynomials of degree below `2 n`.
///
/// Newton's method on the orthonormal Hermite polynomials, from the largest root down (Golub and Welsch's rule by
/// another way; for the few dozen nodes used here both are exact to the last digits).
pub fn gauss_hermite(n: usize) -> Vec<(f64, f64)> {
    let mut rule = vec![(0.0, 0.0); n];
    let count = n as f64;
    let mut z = 0.0;
    for i in 0..n.div_ceil(2) {
        // Starting points of Stroud and Secrest.
        z = match i {
            0 => (2.0 * count + 1.0).sqrt() - 1.85575 * libm::pow(2.0 * count + 1.0, -1.0 / 6.0),
            1 => z - 1.14 * libm::pow(count, 0.426) / z,
            2 => 1.86 * z - 0.86 * rule[0].0,
            3 => 1.91 * z - 0.91 * rule[1].0,
            _ => 2.0 * z - rule[i - 2].0,
        };
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut now, mut before) = (libm::pow(PI, -0.25), 0.0);
            for j in 0..n {
                let j = j as f64;
                (now, before) = (z * (2.0 / (j + 1.0)).sqrt() * now - (j / (j + 1.0)).sqrt() * before, now);
            }
            slope = (2.0 * count).sqrt() * before;
            let step = now / slope;
            z -= step;
            if step.abs() < 1e-15 * z.abs().max(1.0) {
                break;
            }
        }
        let weight = 2.0 / (slope * slope);
        rule[i] = (z, weight);
        rule[n - 1 - i] = (-z, weight);
    }
    rule
}

/// Nodes and weights for the mean of a function of a standard normal.
pub fn standard_normal(n: usize) -> Vec<(f64, f64)> {
    gauss_hermite(n).into_iter().map(|(x, w)| (x * 2.0_f64.sqrt(), w / PI.sqrt())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_the_normal() {
        for n in [1, 2, 5, 9, 15, 20] {
            let rule = standard_normal(n);
            let moment = |power: i32| rule.iter().map(|(x, w)| w * x.powi(power)).sum::<f64>();
            assert!((moment(0) - 1.0).abs() < 1e-13, "{n}");
            for (power, wanted) in [(2, 1.0), (4, 3.0), (6, 15.0), (8, 105.0)] {
                if (power as usize) < 2 * n {
                    assert!((moment(power) / wanted - 1.0).abs() < 1e-12, "{n} {power}");
                }
            }
            assert!(moment(3).abs() < 1e-12);
        }
    }
}
