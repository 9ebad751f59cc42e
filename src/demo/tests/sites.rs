//! Localities, work centres, children and supply corridors.

use std::collections::BTreeSet;

use super::{country, km};
use crate::demo::Country;
use crate::demo::locate::Locator;

fn holds(c: &Country) -> impl Fn(crate::demo::Position) -> Option<usize> {
    let polygons: Vec<_> = c.municipalities.iter().map(|m| m.polygons.clone()).collect();
    move |at| Locator::new(&polygons).find(at)
}

#[test]
fn localities_share_out_the_people_of_each_municipality() {
    let c = country(4, 300);
    let mut people = vec![0; c.municipalities.len()];
    let mut ids = BTreeSet::new();
    for l in &c.localities {
        people[l.municipality] += l.population;
        assert_eq!(l.id[..5], c.municipalities[l.municipality].code);
        assert!(l.id.len() == 9 && ids.insert(l.id.clone()));
        if l.id.ends_with("0001") {
            assert_eq!(l.position, c.municipalities[l.municipality].seat);
        }
    }
    assert!(people.iter().zip(&c.municipalities).all(|(&p, m)| p == m.population));
    assert!(c.localities.windows(2).all(|w| w[0].id < w[1].id));
}

#[test]
fn points_lie_in_the_municipality_that_they_name() {
    let c = country(4, 100);
    let find = holds(&c);
    for l in &c.localities {
        assert_eq!(find(l.position), Some(l.municipality), "{}", l.id);
    }
    for w in &c.work_centres {
        assert_eq!(find(w.position), Some(w.municipality), "{}", w.id);
    }
}

#[test]
fn certificates_are_rarer_in_planted_clusters() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        assert_eq!(c.work_centres.len(), 300);
        let share = |planted: bool| {
            let some: Vec<bool> = c
                .work_centres
                .iter()
                .filter(|w| c.municipalities[w.municipality].cluster.is_some() == planted)
                .map(|w| w.certified)
                .collect();
            assert!(some.len() > 80, "seed {seed}: {}", some.len());
            some.iter().filter(|&&yes| yes).count() as f64 / some.len() as f64
        };
        assert!(share(true) < 0.3 && share(false) > 0.3, "seed {seed}: {} {}", share(true), share(false));
        assert!(c.work_centres.iter().all(|w| (3..=2_000).contains(&w.workers)));
    }
}

#[test]
fn child_labour_is_higher_in_clusters_and_either_sex_leads_somewhere() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        let known = c.children.iter().filter_map(|at| at.risk);
        let girls_lead = known.clone().filter(|r| r.girls_pct > r.boys_pct).count();
        let boys_lead = known.clone().filter(|r| r.girls_pct < r.boys_pct).count();
        assert!(girls_lead > 30 && boys_lead > girls_lead, "seed {seed}: {girls_lead}, {boys_lead}");
        assert!(c.children.iter().any(|at| at.risk.is_none()));
        for risk in known {
            assert!((0.5..=90.0).contains(&risk.girls_pct) && risk.girls_se > 0.0 && risk.boys_se < 6.0);
        }
        let mean = |planted: bool| {
            let some =
                c.children.iter().zip(&c.municipalities).filter(|(_, m)| m.cluster.is_some() == planted);
            let rates: Vec<f64> = some.filter_map(|(at, _)| at.risk.map(|r| r.boys_pct)).collect();
            rates.iter().sum::<f64>() / rates.len() as f64
        };
        assert!(mean(true) > 1.3 * mean(false), "seed {seed}: {} {}", mean(true), mean(false));
    }
}

#[test]
fn supply_corridors_lead_from_their_product_to_a_port() {
    for seed in 1..=5 {
        let c = country(seed, 600);
        assert_eq!(c.supply_routes.len(), 4);
        for route in &c.supply_routes {
            let (start, port) = (route.through[0], route.through[route.through.len() - 1]);
            let makes =
                |z: usize| c.work_centres.iter().any(|w| w.municipality == z && w.product == route.product);
            assert!(makes(start) || c.municipalities[start].neighbours.iter().any(|&n| makes(n)));
            assert!(km(c.municipalities[start].seat, route.line[0]) < 1.0);
            assert!(km(c.municipalities[port].seat, route.line[route.line.len() - 1]) < 1.0);
            for pair in route.through.windows(2) {
                assert!(c.municipalities[pair[0]].neighbours.contains(&pair[1]), "{}", route.id);
            }
            let pieces: Vec<f64> = route.line.windows(2).map(|w| km(w[0], w[1])).collect();
            assert!(pieces.iter().all(|p| (2.0..5.0).contains(p)), "{} {pieces:?}", route.id);
            assert!(pieces.iter().sum::<f64>() > 60.0, "{}", route.id);
        }
        let crossing = c
            .supply_routes
            .iter()
            .filter(|r| r.through.iter().any(|&z| c.municipalities[z].cluster.is_some()))
            .count();
        assert!(crossing >= 2, "seed {seed}: {crossing} cross a cluster");
    }
}

#[test]
fn the_smallest_country_has_them_all() {
    for seed in 1..=8 {
        let c = country(seed, 50);
        assert_eq!((c.supply_routes.len(), c.work_centres.len(), c.children.len()), (4, 25, 50));
    }
}
