//! Tests of the invented country.

mod files;
mod planted;
mod sites;
mod topology;

use std::collections::BTreeSet;

use geographiclib_rs::{Geodesic, InverseGeodesic};

use super::{Country, DemoError, INDICATORS, Options, Position, generate};

fn country(seed: u64, municipalities: usize) -> Country {
    generate(&Options { seed, ..Options::sized(municipalities) }).unwrap()
}

fn km(a: Position, b: Position) -> f64 {
    let metres: f64 = Geodesic::wgs84().inverse(a.lat_deg(), a.lon_deg(), b.lat_deg(), b.lon_deg());
    metres / 1_000.0
}

#[test]
fn defaults_give_what_was_asked_for() {
    let c = generate(&Options::default()).unwrap();
    assert_eq!(c.municipalities.len(), 600);
    assert_eq!(c.states.len(), 12);
    assert_eq!(c.routes.len(), 5);
    assert_eq!(c.shelters.len(), 60);
    assert_eq!(c.incidents.len(), 3_000);
    assert_eq!(c.incidents.iter().filter(|i| i.municipality.is_none()).count(), 40);
    let clusters: BTreeSet<u8> = c.municipalities.iter().filter_map(|m| m.cluster).collect();
    assert_eq!(clusters, BTreeSet::from([1, 2, 3, 4]));
    let planted = c.municipalities.iter().filter(|m| m.cluster.is_some()).count();
    assert!((72..=96).contains(&planted), "{planted} planted");
    let islands = c.municipalities.iter().filter(|m| m.polygons.len() > 1).count();
    assert!(islands > 0, "the default country exercises multipolygons");
}

#[test]
fn options_out_of_range_are_named() {
    let message = |options: Options| generate(&options).unwrap_err().to_string();
    let base = Options::default();
    insta::assert_snapshot!(
        message(Options { municipalities: 49, ..base }),
        @"`municipalities` = 49 is out of range: choose 50 to 20000"
    );
    insta::assert_snapshot!(
        message(Options { states: 0, ..base }),
        @"`states` = 0 is out of range: choose 1 to 99"
    );
    insta::assert_snapshot!(
        message(Options { shelters: 4, ..base }),
        @"`shelters` = 4 is out of range: choose 5 to 5000"
    );
    insta::assert_snapshot!(
        message(Options { incidents: 1_000_001, ..base }),
        @"`incidents` = 1000001 is out of range: choose 100 to 1000000"
    );
    insta::assert_snapshot!(
        message(Options { municipalities: 20_000, ..base }),
        @"20000 municipalities do not fit 12 states: a state takes 3 to 700 of them; choose 29 to 99 states"
    );
    assert!(matches!(
        Options { municipalities: 60, states: 21, ..base }.check(),
        Err(DemoError::StatesDoNotFit { min: 1, max: 20, .. })
    ));
}

#[test]
fn every_size_has_options_that_fit() {
    for municipalities in 50..=20_000 {
        Options::sized(municipalities).check().unwrap();
    }
    assert_eq!(Options::sized(600), Options::default());
}

#[test]
fn codes_are_unique_text_in_order_with_leading_zeros() {
    let c = country(2, 600);
    let codes: Vec<&str> = c.municipalities.iter().map(|m| m.code.as_str()).collect();
    assert_eq!(codes[0], "01001");
    assert!(codes.windows(2).all(|w| w[0] < w[1]));
    for m in &c.municipalities {
        assert_eq!(m.code.len(), 5);
        assert_eq!(m.code[..2], c.states[m.state].code);
    }
}

#[test]
fn names_are_unique_in_their_state_and_carry_accents() {
    let c = country(3, 600);
    let names: BTreeSet<(usize, &str)> =
        c.municipalities.iter().map(|m| (m.state, m.name.as_str())).collect();
    assert_eq!(names.len(), 600);
    let accented = names.iter().filter(|n| !n.1.is_ascii()).count();
    assert!(accented > 60, "{accented} names beyond ASCII");
    assert!(names.iter().any(|n| n.1.contains('ñ')));
    let states: BTreeSet<&str> = c.states.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(states.len(), 12);
}

#[test]
fn states_are_whole_and_about_equal() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        for state in 0..12 {
            let members: Vec<usize> = (0..600).filter(|&z| c.municipalities[z].state == state).collect();
            assert!((40..=60).contains(&members.len()), "{} in state {state}", members.len());
            let mut reached = BTreeSet::from([members[0]]);
            let mut open = vec![members[0]];
            while let Some(z) = open.pop() {
                for &n in &c.municipalities[z].neighbours {
                    if c.municipalities[n].state == state && reached.insert(n) {
                        open.push(n);
                    }
                }
            }
            assert_eq!(reached.len(), members.len(), "seed {seed} state {state} falls apart");
        }
    }
}

#[test]
fn routes_are_3000_km_from_coast_to_coast() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        let mut total = 0.0;
        for route in &c.routes {
            let pieces: Vec<f64> = route.line.windows(2).map(|w| km(w[0], w[1])).collect();
            assert!(pieces.iter().all(|p| (2.0..5.0).contains(p)), "{} {pieces:?}", route.id);
            total += pieces.iter().sum::<f64>();
            let (first, last) = (route.line[0], route.line[route.line.len() - 1]);
            assert!(first.lat_e6 + 2_000_000 < last.lat_e6, "{} runs north", route.id);
        }
        assert!((total / 3_000.0 - 1.0).abs() < 1e-3, "seed {seed}: {total} km");
    }
}

#[test]
fn routes_cross_planted_clusters_and_long_parts_lack_shelters() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        let crossed: BTreeSet<u8> =
            c.routes.iter().flat_map(|r| &r.through).filter_map(|&z| c.municipalities[z].cluster).collect();
        assert!(crossed.len() >= 2, "seed {seed}: routes cross clusters {crossed:?}");
        let mut longest = 0.0f64;
        let mut served = 0;
        for route in &c.routes {
            let mut bare = 0.0;
            for w in route.line.windows(2) {
                let near = c.shelters.iter().any(|s| km(s.position, w[1]) < 30.0);
                served += usize::from(near);
                bare = if near { 0.0 } else { bare + km(w[0], w[1]) };
                longest = longest.max(bare);
            }
        }
        assert!(longest > 60.0, "seed {seed}: longest gap {longest} km");
        assert!(served > 200, "seed {seed}: {served} vertices near shelters");
    }
}

#[test]
fn towns_shelters_and_incidents_lie_where_they_say() {
    let c = country(4, 600);
    let polygons: Vec<_> = c.municipalities.iter().map(|m| m.polygons.clone()).collect();
    let locator = super::locate::Locator::new(&polygons);
    for (z, m) in c.municipalities.iter().enumerate() {
        assert_eq!(locator.find(m.seat), Some(z));
        assert!((250..=2_500_000).contains(&m.population));
    }
    for s in &c.shelters {
        assert_eq!(locator.find(s.position), Some(s.municipality), "{}", s.id);
    }
    assert!(c.shelters.iter().any(|s| s.capacity.is_none()));
    assert!(c.shelters.iter().any(|s| s.capacity.is_some()));
    for i in &c.incidents {
        assert_eq!(locator.find(i.position), i.municipality, "{}", i.id);
        assert!(i.female + i.male <= i.persons && i.persons > 0);
    }
}

#[test]
fn the_locator_agrees_with_geo() {
    use geo::Contains;
    let c = country(5, 80);
    let polygons: Vec<_> = c.municipalities.iter().map(|m| m.polygons.clone()).collect();
    let locator = super::locate::Locator::new(&polygons);
    let zones: Vec<_> = c.municipalities.iter().map(topology::multipolygon).collect();
    for i in &c.incidents {
        let p = geo::Point::new(f64::from(i.position.lon_e6), f64::from(i.position.lat_e6));
        assert_eq!(zones.iter().position(|z| z.contains(&p)), locator.find(i.position));
    }
}

#[test]
fn a_few_indicator_cells_are_missing() {
    for (seed, size) in [(1, 600), (2, 50), (3, 200)] {
        let c = country(seed, size);
        let mut lacks: Vec<usize> = c
            .municipalities
            .iter()
            .map(|m| m.indicators.iter().filter(|v| v.is_none()).count())
            .filter(|&n| n > 0)
            .collect();
        lacks.sort_unstable();
        assert_eq!(lacks, [1, 1, 1, 3]);
        for m in &c.municipalities {
            for (value, goal) in m.indicators.iter().zip(&INDICATORS) {
                assert!(value.is_none_or(|v| (goal.low..=goal.high).contains(&v)));
            }
        }
    }
}

#[test]
fn indicator_names_suit_shapefiles() {
    let names: BTreeSet<&str> = INDICATORS.iter().map(|i| i.name).collect();
    assert_eq!(names.len(), 10);
    for name in names {
        assert!(name.len() <= 10 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    }
}
