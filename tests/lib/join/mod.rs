//! Properties of the joins on invented zones, lines and sites.

#![allow(clippy::unwrap_used, reason = "a test stops where its premise fails")]

use crate::fixtures;
mod quilt;
mod sites;

use corredor::coverage::{gaps, representative_point};
use corredor::exposure::{RouteMeasure, exposure};
use corredor::geodesy::{area_km2, length_km, zone_area_km2};
use corredor::join::{BorderIndex, OUTSIDE, SiteIndex, Stretch, ZoneIndex, overlay};
use corredor::layer::{LineView, PointView, Ring};
use fixtures::{Lines, Zones};
use proptest::prelude::*;
use quilt::{CELLS, covered, drawn, key_of, line_strategy, lines_on, places, quilts, stretches_on};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_point_has_one_zone_whatever_their_order(quilt in quilts(), at in prop::collection::vec(places(), 1..40)) {
        let plain: Vec<usize> = (0..CELLS * CELLS).collect();
        let (zones, shuffled) = (quilt.zones(&plain), quilt.zones(&quilt.order));
        let index = ZoneIndex::new(&zones.view(), &zones.keys).unwrap();
        let other = ZoneIndex::new(&shuffled.view(), &shuffled.keys).unwrap();
        let (lon, lat): (Vec<f64>, Vec<f64>) = at.iter().map(|p| p.on(&quilt)).unzip();
        let mut many = vec![0; lon.len()];
        index.locate_many(&lon, &lat, &mut many).unwrap();
        let mut touching = Vec::new();
        for i in 0..lon.len() {
            let found = index.locate(lon[i], lat[i]);
            let key = key_of(&zones, found);
            prop_assert_eq!(&key, &quilt.oracle((lon[i], lat[i])));
            prop_assert_eq!(key, key_of(&shuffled, other.locate(lon[i], lat[i])));
            prop_assert_eq!(found.unwrap_or(OUTSIDE), many[i]);
            index.touching(lon[i], lat[i], &mut touching);
            prop_assert_eq!(touching.first().copied(), found);
        }
    }

    #[test]
    fn stretches_partition_each_line(quilt in quilts(), lines in line_strategy()) {
        let plain: Vec<usize> = (0..CELLS * CELLS).collect();
        let (zones, lines) = (quilt.zones(&plain), lines_on(&quilt, &lines));
        let stretches = stretches_on(&zones, &lines);
        for line in 0..lines.keys.len() {
            let (lon, lat) = lines.view().line(line);
            let whole = length_km(lon, lat);
            let mine: Vec<&Stretch> = stretches.iter().filter(|s| s.line as usize == line).collect();
            if whole == 0.0 {
                prop_assert!(mine.is_empty());
                continue;
            }
            prop_assert_eq!(mine[0].from_km, 0.0);
            prop_assert_eq!(mine[mine.len() - 1].to_km, whole);
            prop_assert_eq!(drawn(mine[0], &lines)[0], (lon[0], lat[0]));
            for s in &mine {
                prop_assert!(drawn(s, &lines).len() >= 2 && s.to_km >= s.from_km);
                prop_assert!(s.geometry_km(&lines.view()) > s.km() - 1e-9);
            }
            for pair in mine.windows(2) {
                prop_assert_eq!(pair[0].to_km, pair[1].from_km);
                prop_assert_eq!(drawn(pair[0], &lines).last().copied(), drawn(pair[1], &lines).first().copied());
                prop_assert_ne!(pair[0].zone, pair[1].zone);
            }
            let sum: f64 = mine.iter().map(|s| s.km()).sum();
            prop_assert!((sum / whole - 1.0).abs() <= 1e-12);
        }
        // The order of the zones does not matter.
        let shuffled = quilt.zones(&quilt.order);
        let other = stretches_on(&shuffled, &lines);
        prop_assert_eq!(stretches.len(), other.len());
        for (s, o) in stretches.iter().zip(&other) {
            prop_assert_eq!(key_of(&zones, s.zone), key_of(&shuffled, o.zone));
            prop_assert_eq!((s.from, s.to), (o.from, o.to));
        }
        // Totals lose nothing either.
        let risk = vec![Some(1.0); zones.keys.len()];
        let totals = exposure(&stretches, &risk, lines.keys.len(), None, 0.5).unwrap().total;
        prop_assert!((totals.expo_km + totals.outside_km - totals.route_km).abs() < 1e-9);
        prop_assert!((totals.high_km - totals.expo_km).abs() < 1e-9);
    }

    #[test]
    fn each_part_of_a_stretch_is_in_its_zone(quilt in quilts(), lines in line_strategy()) {
        let plain: Vec<usize> = (0..CELLS * CELLS).collect();
        let (zones, lines) = (quilt.zones(&plain), lines_on(&quilt, &lines));
        for s in stretches_on(&zones, &lines) {
            for w in drawn(&s, &lines).windows(2) {
                // Cut points are rounded: look away from them, and not along borders.
                let at = |t: f64| (w[0].0 + t * (w[1].0 - w[0].0), w[0].1 + t * (w[1].1 - w[0].1));
                let span = (w[1].0 - w[0].0).abs().max((w[1].1 - w[0].1).abs());
                let near = |p: (f64, f64)| {
                    let off = 1e-11;
                    [(off, 0.0), (-off, 0.0), (0.0, off), (0.0, -off)]
                        .map(|(dx, dy)| quilt.oracle((p.0 + dx, p.1 + dy)))
                };
                for t in [0.25, 0.5, 0.75] {
                    let around = near(at(t));
                    if span > 1e-9 && around.iter().all(|k| *k == around[0]) {
                        prop_assert_eq!(&around[0], &key_of(&zones, s.zone));
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_along_borders_is_in_the_smaller_zone(quilt in quilts(), row in 0..=CELLS, t in 0.01..0.99) {
        let plain: Vec<usize> = (0..CELLS * CELLS).collect();
        let zones = quilt.zones(&plain);
        // A border walked from corner to corner, and back by the very same edges.
        let there: Vec<(f64, f64)> = (0..=CELLS).map(|i| quilt.corner(i, row)).collect();
        let mut lines = Lines::default();
        lines.push("there", there.clone());
        lines.push("back", there.iter().rev().copied());
        let stretches = stretches_on(&zones, &lines);
        let route = lines.view();
        for line in 0..2 {
            let (lon, lat) = route.line(line);
            let measure = RouteMeasure::new(lon, lat);
            for segment in 0..CELLS {
                let column = if line == 0 { segment } else { CELLS - 1 - segment };
                let above = (row < CELLS).then(|| quilt.keys[row * CELLS + column]);
                let below = (row > 0).then(|| quilt.keys[(row - 1) * CELLS + column]);
                let smallest = above.into_iter().chain(below).min().map(|k| format!("{k:02}"));
                let km = measure.km_at(segment, t);
                let holds = |s: &&Stretch| s.line as usize == line && s.from_km < km && km < s.to_km;
                let found = stretches.iter().find(holds).map(|s| key_of(&zones, s.zone));
                prop_assert_eq!(found, Some(smallest));
            }
        }
    }

    #[test]
    fn points_of_zones_are_inside(quilt in quilts()) {
        let zones = quilt.zones(&quilt.order);
        let index = ZoneIndex::new(&zones.view(), &zones.keys).unwrap();
        for zone in 0..zones.keys.len() {
            let (lon, lat) = representative_point(&zones.view(), zone).unwrap();
            prop_assert_eq!(index.locate(lon, lat), Some(zone as u32));
        }
        // Cells of a quilt tile its outline.
        let edge = (0..CELLS).map(|i| quilt.corner(i, 0))
            .chain((0..CELLS).map(|j| quilt.corner(CELLS, j)))
            .chain((0..CELLS).map(|i| quilt.corner(CELLS - i, CELLS)))
            .chain((0..=CELLS).map(|j| quilt.corner(0, CELLS - j)));
        let (lon, lat): (Vec<f64>, Vec<f64>) = edge.unzip();
        let outline = area_km2([Ring { lon: &lon, lat: &lat, exterior: true }]);
        let parts: f64 = (0..zones.keys.len()).map(|z| zone_area_km2(&zones.view(), z)).sum();
        prop_assert!((parts / outline - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut zones = Zones::new();
    for i in 0..40 {
        let (x, y) = (f64::from(i % 8), f64::from(i / 8));
        zones.push_ring([(x, y), (x + 1.1, y), (x + 1.1, y + 1.0), (x, y + 1.0), (x, y)]);
        zones.end_polygon();
        zones.end_zone(format!("{:02}", (i * 17) % 40));
    }
    let mut lines = Lines::default();
    for l in 0..3 {
        let wave = |i: i32| (f64::from(i) * 0.004, 2.5 + (f64::from(i + l) * 0.37).sin() * 2.6);
        lines.push(l.to_string(), (0..2000).map(wave));
    }
    let sites = SiteIndex::new(&PointView { lon: &[1.0, 6.0], lat: &[2.0, 3.0] }).unwrap();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let stretches = stretches_on(&zones, &lines);
            let gaps = gaps(&lines.view(), &sites, 80.0).unwrap();
            let covered = covered(&stretches, &lines, &sites, &gaps);
            format!("{stretches:?} {gaps:?} {covered:?}")
        })
    };
    let one = run(1);
    assert!(one.len() > 100_000);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));
}

#[test]
fn empty_sides_are_harmless() {
    let none = LineView { lon: &[], lat: &[], lines: &[] };
    let no_sites = SiteIndex::new(&PointView { lon: &[], lat: &[] }).unwrap();
    let no_zones = Zones::new();
    assert!(gaps(&none, &no_sites, 30.0).unwrap().is_empty());
    let index = BorderIndex::new(&no_zones.view(), &no_zones.keys).unwrap();
    assert!(overlay(&none, &index).unwrap().is_empty());
    let mut lines = Lines::default();
    lines.push("no vertex", []);
    lines.push("one vertex", [(1.0, 1.0)]);
    lines.push("no length", [(1.0, 1.0), (1.0, 1.0)]);
    lines.push("doubled", [(1.0, 1.0), (1.0, 1.0), (2.0, 1.0), (2.0, 1.0)]);
    let stretches = overlay(&lines.view(), &index).unwrap();
    assert_eq!(stretches.len(), 1);
    assert_eq!((stretches[0].line, stretches[0].zone), (3, None));
    assert_eq!(drawn(&stretches[0], &lines), [(1.0, 1.0), (2.0, 1.0)]);
    let found = gaps(&lines.view(), &no_sites, 30.0).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].from_km, found[0].to_km), (0.0, stretches[0].to_km));
    assert_eq!((found[0].site_before, found[0].site_after), (None, None));
    let covered = covered(&stretches, &lines, &no_sites, &found);
    assert_eq!((covered[0].near_km, covered[0].near_site), (None, None));
    assert_eq!(covered[0].gap_km, stretches[0].km());
    for reach in [-1.0, f64::NAN, 1e6] {
        let refused = gaps(&lines.view(), &no_sites, reach).unwrap_err().to_string();
        assert!(refused.contains("give 0 to 1000 km"), "{refused}");
    }
}
