//! Nearest sites, gaps and kilometres against brute force.

use corredor::coverage::gaps;
use corredor::exposure::RouteMeasure;
use corredor::geodesy::distance_km;
use corredor::join::SiteIndex;
use corredor::layer::PointView;
use proptest::prelude::*;

use super::quilt::{covered, stretches_on};
use crate::fixtures::{Lines, Zones};

fn anywhere() -> impl Strategy<Value = (f64, f64)> {
    prop_oneof![
        (-180.0..=180.0, -90.0..=90.0),
        (-100.0..-99.0, 19.0..20.0),
        (prop_oneof![Just(180.0), Just(-180.0), -180.0..-179.0], -1.0..1.0),
        (-180.0..=180.0, 89.0..=90.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn nearest_is_that_of_brute_force(
        sites in prop::collection::vec(anywhere(), 0..60),
        from in anywhere(),
        k in 0..8_usize,
        reach in 0.0..20_000.0,
    ) {
        let (lon, lat): (Vec<f64>, Vec<f64>) = sites.iter().copied().unzip();
        let index = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).unwrap();
        let mut all: Vec<(u32, f64)> = (0..sites.len())
            .map(|i| (i as u32, distance_km(from.0, from.1, lon[i], lat[i])))
            .collect();
        all.sort_by(|p, q| p.1.total_cmp(&q.1).then(p.0.cmp(&q.0)));
        prop_assert_eq!(index.nearest(from.0, from.1), all.first().copied());
        prop_assert_eq!(&index.nearest_k(from.0, from.1, k)[..], &all[..k.min(all.len())]);
        let near: Vec<(u32, f64)> = all.iter().copied().filter(|s| s.1 <= reach).collect();
        prop_assert_eq!(index.within(from.0, from.1, reach), near);
    }

    #[test]
    fn gaps_are_those_of_brute_force(
        line in prop::collection::vec((-100.0..-96.0, 16.0..20.0), 0..6),
        sites in prop::collection::vec((-100.0..-96.0, 16.0..20.0), 0..12),
        reach in prop_oneof![1.0..60.0, 60.0..300.0],
    ) {
        let mut lines = Lines::default();
        lines.push("line", line);
        let (lon, lat): (Vec<f64>, Vec<f64>) = sites.iter().copied().unzip();
        let index = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).unwrap();
        let found = gaps(&lines.view(), &index, reach).unwrap();
        let (x, y) = lines.view().line(0);
        let route = RouteMeasure::new(x, y);
        for pair in found.windows(2) {
            prop_assert!(pair[0].to_km < pair[1].from_km);
        }
        for gap in &found {
            prop_assert_eq!(gap.site_before.is_none(), gap.from_km == 0.0);
            prop_assert_eq!(gap.site_after.is_none(), gap.to_km == route.length_km());
            // At its ends the named sites are exactly at the reach.
            let ends = [(gap.site_before, gap.geometry.first()), (gap.site_after, gap.geometry.last())];
            for (site, end) in ends {
                if let (Some(site), Some(end)) = (site, end) {
                    let at = sites[site as usize];
                    prop_assert!((distance_km(end.0, end.1, at.0, at.1) - reach).abs() < 1e-8);
                }
            }
        }
        let mut sampled = f64::INFINITY;
        for segment in 0..route.segments() {
            for i in 0..=200 {
                let t = f64::from(i) / 200.0;
                let (a, b) = route.segment(segment).unwrap();
                let p = (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
                let near = sites.iter().map(|s| distance_km(p.0, p.1, s.0, s.1)).fold(f64::INFINITY, f64::min);
                sampled = sampled.min(near);
                let km = route.km_at(segment, t);
                let in_gap = found.iter().any(|g| g.from_km <= km && km <= g.to_km);
                if (near - reach).abs() > 1e-6 {
                    prop_assert_eq!(in_gap, near > reach, "{} km along, {} km off", km, near);
                }
            }
        }
        // Stretches: the true minimum, and the same kilometres in gaps.
        let stretches = stretches_on(&Zones::new(), &lines);
        let covered = covered(&stretches, &lines, &index, &found);
        prop_assert_eq!(stretches.len(), usize::from(route.length_km() > 0.0));
        if let Some(covered) = covered.first() {
            prop_assert_eq!(covered.near_km.is_none(), sites.is_empty());
            if let Some(near) = covered.near_km {
                prop_assert!(near <= sampled + 1e-9);
                prop_assert!(near >= sampled - 3.0, "samples are at most 6 km apart");
            }
            let sum: f64 = found.iter().map(|g| g.km()).sum();
            prop_assert!((covered.gap_km - sum).abs() < 1e-9);
        }
    }

    #[test]
    fn locating_a_kilometre_inverts_the_measure(
        line in prop::collection::vec((-100.0..-90.0, -60.0..60.0), 2..6),
        share in 0.0..=1.0,
    ) {
        let (lon, lat): (Vec<f64>, Vec<f64>) = line.into_iter().unzip();
        let route = RouteMeasure::new(&lon, &lat);
        let km = share * route.length_km();
        let at = route.locate_km(km).unwrap();
        prop_assert!((route.km_at(at.segment, at.t) - km).abs() < 1e-9);
        let (head, tail) = (route.slice(0.0, km), route.slice(km, route.length_km()));
        prop_assert_eq!(head.last(), tail.first());
    }
}
