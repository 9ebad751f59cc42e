//! Groups of settlements on real ones, and how long many take.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod common;

use std::collections::HashMap;
use std::time::Instant;

use corredor::protect::{Candidates, DisplacementKm, GroupRules, Groups, Key, displace};

/// The municipalities with their people.
fn municipalities() -> Option<Candidates> {
    let data = common::mexico()?;
    let zones = common::Zones::read(data.join("municipalities.geojson"), "cvegeo");
    let mut reader = csv::Reader::from_path(data.join("municipal_indicators_2020.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (code, people) = (at("cvegeo"), at("pob_tot"));
    let people: HashMap<String, f64> = reader
        .records()
        .map(Result::unwrap)
        .filter_map(|row| Some((row[code].to_owned(), row[people].parse().ok()?)))
        .collect();
    let people: Vec<f64> = zones.keys.iter().map(|key| people.get(key).copied().unwrap_or(0.0)).collect();
    Some(Candidates::from_zones(&zones.view(), &zones.keys, Some(&people)).unwrap())
}

#[test]
fn municipalities_hide_each_other() {
    let Some(candidates) = municipalities() else { return };
    for k in [5, 10, 20] {
        let rules = GroupRules { k, ..GroupRules::default() };
        let groups = Groups::new(&candidates, &rules).unwrap();
        let mut sizes: Vec<usize> = (0..groups.len()).map(|group| groups.members(group).len()).collect();
        let mut counts = groups.preimage_counts();
        sizes.sort_unstable();
        counts.sort_unstable();
        let km = DisplacementKm::of(&candidates, &groups);
        let middle = |sorted: &[usize]| (sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
        println!(
            "k {k}: {} settlements in {} groups of (least, median, most) {:?}; settlements a place stands for {:?}; \
             displaced by {:.0} km (median), {:.0} (95 %), {:.0} (most)",
            candidates.len(),
            groups.len(),
            middle(&sizes),
            middle(&counts),
            km.quantile(0.5),
            km.quantile(0.95),
            km.quantile(1.0),
        );
        assert!(counts[0] >= k);
        assert!(k != 10 || (km.quantile(0.5) > 20.0 && km.quantile(0.95) < 400.0));
    }
}

/// 200,000 settlements in clumps, as localities of a country are.
#[test]
fn many_settlements_are_grouped_in_seconds() {
    let count = 200_000_u64;
    let share = |i: u64, salt: u64| {
        let mixed = (i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ (salt << 17)).rotate_left(31);
        (mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let place = |i: u64| {
        let town = i % 2_000;
        let spread = if i.is_multiple_of(3) { 20.0 } else { 0.3 };
        (
            -105.0 + 15.0 * share(town, 1) + spread * (share(i, 3) - 0.5),
            18.0 + 10.0 * share(town, 2) + 0.5 * spread * (share(i, 4) - 0.5),
        )
    };
    let (lon, lat): (Vec<f64>, Vec<f64>) = (0..count).map(place).unzip();
    let ids: Vec<String> = (0..count).map(|i| format!("{i:06}")).collect();
    let candidates = Candidates::new(&ids, &lon, &lat, None).unwrap();
    let start = Instant::now();
    let groups = Groups::new(&candidates, &GroupRules::default()).unwrap();
    let grouped = start.elapsed();
    let km = DisplacementKm::of(&candidates, &groups);
    let there = displace(&Key::invented(1), "s", &candidates, &groups, &lon[..1000], &lat[..1000]).unwrap();
    println!(
        "{} groups in {grouped:.1?}, all in {:.1?}; displaced by {:.0} km (median)",
        groups.len(),
        start.elapsed(),
        km.quantile(0.5)
    );
    assert_eq!(there.at.len(), 1000);
    assert!(groups.preimage_counts().into_iter().all(|count| count >= 10));
    assert!(grouped.as_secs() < 60, "{grouped:?}");
}
