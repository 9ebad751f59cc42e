//! Properties of the statistics, and permutations against full enumeration.

use proptest::prelude::*;

use super::*;

/// A square lattice, neighbours by edge.
fn lattice(side: u32) -> Contiguity {
    let mut pairs = Vec::new();
    for i in 0..side * side {
        if i % side + 1 < side {
            pairs.push((i, i + 1));
        }
        if i + side < side * side {
            pairs.push((i, i + side));
        }
    }
    Contiguity::from_pairs((side * side) as usize, &pairs).unwrap()
}

/// The two-sided p-value over every choice of `k` of the other values.
fn exact(values: &[f64], contiguity: &Contiguity, zone: usize) -> f64 {
    let others: Vec<f64> = (0..values.len()).filter(|&j| j != zone).map(|j| values[j]).collect();
    let of = contiguity.of(zone);
    let sum: f64 = of.iter().map(|&j| values[j as usize]).sum();
    let (mut all, mut at_most, mut at_least) = (0.0, 0.0, 0.0);
    for chosen in 0_u32..1 << others.len() {
        if chosen.count_ones() as usize != of.len() {
            continue;
        }
        let drawn: f64 = (0..others.len()).filter(|j| chosen >> j & 1 == 1).map(|j| others[j]).sum();
        all += 1.0;
        at_most += f64::from(u8::from(drawn <= sum + 1e-9));
        at_least += f64::from(u8::from(drawn >= sum - 1e-9));
    }
    f64::min(1.0, 2.0 * f64::min(at_most, at_least) / all)
}

#[test]
fn permutations_approach_full_enumeration() {
    // 3 x 3 with repeated values, zeros and decimals that do not add up exactly.
    let values = [0.1, 0.2, 0.3, 0.0, 0.3, 0.0, 5.5, 2.1, 0.0];
    let queen = lattice(3);
    let m = 99_999;
    let got = conditional_permutation(&values, &queen, m, 7).unwrap();
    for (zone, got) in got.iter().enumerate() {
        let wanted = exact(&values, &queen, zone);
        // Five standard errors of twice a tail, and the one that is added.
        let tail = wanted / 2.0;
        let error = 10.0 * (tail * (1.0 - tail) / m as f64).sqrt() + 2.0 / m as f64;
        let p = got.unwrap().two_sided();
        assert!((p - wanted).abs() <= error, "zone {zone}: {p}, exactly {wanted}");
    }
}

#[test]
fn a_tie_counts_in_both_tails() {
    let got = conditional_permutation(&[3.0; 4], &lattice(2), 99, 0).unwrap();
    let all = PseudoP { at_most: 99, at_least: 99, permutations: 99 };
    assert_eq!(got, [Some(all); 4]);
    assert_eq!((all.two_sided(), all.tail()), (1.0, Tail::Middle));
    let floor = PseudoP { at_most: 99, at_least: 0, permutations: 99 };
    assert_eq!((floor.two_sided(), floor.tail()), (0.02, Tail::Upper));
}

#[test]
fn the_sign_of_rounding_does_not_break_a_tie() {
    // All of 0.1 + 0.2 + 0.3 in any order: six orders, two different sums in floats.
    let star = Contiguity::from_pairs(4, &[(0, 1), (0, 2), (0, 3)]).unwrap();
    let got = conditional_permutation(&[9.0, 0.1, 0.2, 0.3], &star, 99, 0).unwrap();
    assert_eq!(got[0].unwrap().two_sided(), 1.0);
}

#[test]
fn what_permutations_refuse() {
    let refuse = |values: &[f64], m| conditional_permutation(values, &lattice(2), m, 0).unwrap_err();
    assert_eq!(refuse(&[1.0; 4], 0), HotspotError::NoPermutations);
    assert!(matches!(refuse(&[1.0; 3], 9), HotspotError::LengthMismatch { .. }));
    assert!(matches!(refuse(&[1.0, f64::NAN, 1.0, 1.0], 9), HotspotError::NotFinite { row: 1, .. }));
    assert!(matches!(refuse(&[1.0; 4], 10_000_000), HotspotError::TooManyPermutations { .. }));
}

/// Without any pattern, no more than 5 % are below 5 %, in a skewed variable with ties.
#[test]
fn under_chance_p_keeps_its_level() {
    let queen = lattice(10);
    let (mut low, mut all) = (0_u32, 0_u32);
    let mut state = 1_u64;
    for seed in 0..60 {
        let values: Vec<f64> = (0..100)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let share = (state >> 40) as f64 / (1_u64 << 24) as f64;
                (-4.0 * share.ln()).floor()
            })
            .collect();
        for p in conditional_permutation(&values, &queen, 199, seed).unwrap().iter().flatten() {
            low += u32::from(p.two_sided() <= 0.05);
            all += 1;
        }
    }
    let share = f64::from(low) / f64::from(all);
    assert!((0.015..0.06).contains(&share), "{share}");
}

/// One row of values, some missing, and random links among them.
fn layer() -> impl Strategy<Value = (Vec<Option<f64>>, Vec<(u32, u32)>)> {
    (3_u32..40).prop_flat_map(|n| {
        let value = prop::option::weighted(0.9, -100.0..100.0);
        let values = prop::collection::vec(value, n as usize);
        let links = prop::collection::vec((0..n, 0..n), 0..3 * n as usize);
        (values, links)
    })
}

fn few(permutations: usize) -> GiOptions {
    GiOptions { permutations: Some(permutations), seed: 11, ..GiOptions::default() }
}

fn close(a: &[Option<f64>], b: &[Option<f64>]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            _ => a.is_none() && b.is_none(),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn zones_in_any_order((values, links) in layer(), shuffle in any::<u64>()) {
        let n = values.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&i| (i as u64 + 1).wrapping_mul(shuffle | 1));
        let mut place = vec![0; n];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        let moved: Vec<_> = order.iter().map(|&old| values[old]).collect();
        let moved_links: Vec<_> = links
            .iter()
            .map(|&(a, b)| (place[a as usize] as u32, place[b as usize] as u32))
            .collect();

        let straight = Contiguity::from_pairs(n, &links).unwrap();
        let other = Contiguity::from_pairs(n, &moved_links).unwrap();
        let back = |result: &[Option<f64>]| -> Vec<_> { place.iter().map(|&new| result[new]).collect() };
        let options = GiOptions { reference: Reference::Normal, ..few(0) };
        let a = local_gi(&values, &straight, &options).unwrap();
        let b = local_gi(&moved, &other, &options).unwrap();
        prop_assert!(close(&a.z, &back(&b.z)));
        prop_assert!(close(&a.q, &back(&b.q)));
        let a = local_moran_i(&values, &straight).unwrap();
        let b = local_moran_i(&moved, &other).unwrap();
        prop_assert!(close(&a, &back(&b)));
    }

    #[test]
    fn threads_do_not_matter((values, links) in layer()) {
        let lists = Contiguity::from_pairs(values.len(), &links).unwrap();
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let options = MoranOptions { permutations: Some(99), seed: 11 };
                let gi = local_gi(&values, &lists, &few(99)).unwrap();
                (gi, local_moran(&values, &lists, &options).unwrap())
            })
        };
        let one = run(1);
        prop_assert_eq!(&one, &run(2));
        prop_assert_eq!(&one, &run(4));
        // One set of draws serves both statistics.
        for (gi, moran) in one.0.p_sim.iter().zip(&one.1.p_sim) {
            prop_assert!(gi.is_none() || gi == moran);
        }
    }

    #[test]
    fn shift_and_scale_leave_z_and_reversal_turns_it((values, links) in layer(), scale in 0.01..100.0, shift in -100.0..100.0) {
        let lists = Contiguity::from_pairs(values.len(), &links).unwrap();
        let map = |f: &dyn Fn(f64) -> f64| -> Vec<_> { values.iter().map(|v| v.map(f)).collect() };
        let z = gi_star(&values, &lists).unwrap();
        prop_assert!(close(&z, &gi_star(&map(&|v| v * scale + shift), &lists).unwrap()));
        let turned: Vec<_> = gi_star(&map(&|v| -v), &lists).unwrap().iter().map(|z| z.map(|z| -z)).collect();
        prop_assert!(close(&z, &turned));
    }

    /// Any finite input gives finite numbers within their bounds, and agrees on what is null.
    #[test]
    fn any_finite_input(values in prop::collection::vec(prop::option::of(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO), 0..12)) {
        let n = values.len() as u32;
        let pairs: Vec<_> = (1..n).map(|i| (i - 1, i)).collect();
        let chain = Contiguity::from_pairs(values.len(), &pairs).unwrap();
        let gi = local_gi(&values, &chain, &few(19)).unwrap();
        for row in 0..values.len() {
            prop_assert!(gi.z[row].is_none_or(f64::is_finite));
            for p in [gi.p_normal[row], gi.p_sim[row], gi.q[row]] {
                prop_assert_eq!(p.is_some(), gi.z[row].is_some());
                prop_assert!(p.is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
            prop_assert_eq!(gi.bin[row].is_some(), gi.z[row].is_some());
        }
        let moran = local_moran(&values, &chain, &MoranOptions { permutations: Some(19), seed: 0 }).unwrap();
        prop_assert!(moran.i.iter().flatten().all(|i| i.is_finite()));
    }
}

#[test]
fn another_seed_is_another_draw() {
    let values: Vec<_> = (0..100).map(|i| f64::from(i * 37 % 101)).collect();
    let draw = |seed| conditional_permutation(&values, &lattice(10), 199, seed).unwrap();
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}
