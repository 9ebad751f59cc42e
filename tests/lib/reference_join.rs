//! The joins against answers made with shapely and pyproj on real data.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::collections::BTreeMap;
use std::time::Instant;

use corredor::coverage::{cover_stretches, gaps, representative_point};
use corredor::exposure::RouteMeasure;
use corredor::geodesy::zone_area_km2;
use corredor::index::Position;
use corredor::join::{BorderIndex, OUTSIDE, SiteIndex, StretchLines, ZoneIndex, overlay};
use corredor::layer::PointView;
use fixtures::{Lines, Zones, mexico, rows};

#[test]
fn every_point_has_the_zone_of_the_reference() {
    let Some(dir) = mexico() else { return };
    let points = rows(dir.join("reference/locate.csv"));
    let number = |i: usize| points.iter().map(|r| r[i].parse().unwrap()).collect::<Vec<f64>>();
    let (lon, lat) = (number(0), number(1));
    for (file, column) in [("municipalities_full.fgb", 2), ("municipalities.geojson", 3)] {
        let zones = Zones::read(dir.join(file), "cvegeo");
        let start = Instant::now();
        let index = ZoneIndex::new(&zones.view(), &zones.keys).unwrap();
        let built = start.elapsed();
        let mut found = vec![0; lon.len()];
        index.locate_many(&lon, &lat, &mut found).unwrap();
        let took = start.elapsed() - built;
        let key = |zone: u32| zones.keys.get(zone as usize).map_or("", String::as_str);
        let wrong: Vec<_> = (0..lon.len())
            .filter(|&i| key(found[i]) != points[i][column])
            .map(|i| (lon[i], lat[i], key(found[i]), &points[i][column]))
            .collect();
        let outside = found.iter().filter(|&&z| z == OUTSIDE).count();
        println!(
            "{file}: {} of {} points, {outside} outside; index {built:?}, points {took:?}",
            lon.len() - wrong.len(),
            lon.len()
        );
        assert!(wrong.is_empty(), "{file}: {wrong:?}");
    }
}

/// Kilometres of a line in a zone: by the route's measure, and along the geometry.
type Pairs<'a> = BTreeMap<(&'a str, &'a str), (f64, f64)>;

/// No definition of a stretch's length can meet both reference tables: on two railways the
/// table of pairs adds up to more than the table of lines, beyond all tolerances. So the
/// measure meets the lines, the length along the geometry meets the pairs, and this test
/// holds each to its table and the difference between them to the stated few
/// (docs/decisions/0001-length-inside-a-segment.md).
#[test]
fn stretches_match_the_reference_and_conserve_length() {
    let Some(dir) = mexico() else { return };
    let zones = Zones::read(dir.join("municipalities_full.fgb"), "cvegeo");
    let lines = Lines::read(dir.join("railways.geojson"), "uident");
    let index = BorderIndex::new(&zones.view(), &zones.keys).unwrap();
    let start = Instant::now();
    let stretches = overlay(&lines.view(), &index).unwrap();
    println!("{} lines, {} stretches in {:?}", lines.keys.len(), stretches.len(), start.elapsed());

    let mut pairs = Pairs::new();
    // One identifier names two railways, so lines go by their order in the file.
    let mut whole = vec![0.0; lines.keys.len()];
    for s in &stretches {
        whole[s.line as usize] += s.km();
        if let Some(zone) = s.zone {
            let pair = (lines.keys[s.line as usize].as_str(), zones.keys[zone as usize].as_str());
            let sum = pairs.entry(pair).or_default();
            sum.0 += s.km();
            sum.1 += s.geometry_km(&lines.view());
        }
    }

    let line_km = rows(dir.join("reference/line_km.csv"));
    let mut worst: f64 = 0.0;
    for (line, row) in line_km.iter().enumerate() {
        assert_eq!(row[0], lines.keys[line]);
        let km: f64 = row[1].parse().unwrap();
        worst = worst.max((whole[line] / km - 1.0).abs());
    }
    println!("{} lines: largest relative difference {worst:e}", line_km.len());
    assert!(worst <= 1e-9, "{worst:e}");

    let expected = rows(dir.join("reference/overlay_km.csv"));
    let (mut worst_measure, mut worst_geometry) = (0.0_f64, 0.0_f64);
    let mut apart = Vec::new();
    for row in &expected {
        let pair = (row[0].as_str(), row[1].as_str());
        let km: f64 = row[2].parse().unwrap();
        let found = pairs.remove(&pair).unwrap_or_default();
        worst_measure = worst_measure.max((found.0 - km).abs());
        worst_geometry = worst_geometry.max((found.1 - km).abs());
        if (found.0 - km).abs() > 1e-6 {
            apart.push((pair.0, pair.1, found.0 - km));
        }
    }
    println!(
        "{} pairs: along the geometry at most {worst_geometry:e} km off; by the measure at most \
         {worst_measure:e} km, over 1e-6 in {}: {apart:?}",
        expected.len(),
        apart.len()
    );
    assert!(worst_geometry <= 1e-6, "{worst_geometry:e}");
    assert!(apart.len() <= 8 && worst_measure <= 2.1e-5, "{apart:?}");
    assert!(apart.iter().all(|(_, _, off)| *off < 0.0), "a geodesic is never the longer way");
    assert!(pairs.values().all(|(km, _)| *km < 1e-6), "pairs unknown to the reference: {pairs:?}");

    // The contradiction itself, from the two tables alone; no part of these is outside.
    for (line, pairs_of_line, excess) in [("72106", 9.0, 2.5e-5), ("73506", 6.0, 7.2e-6)] {
        let sum = |rows: &[Vec<String>], km: usize| {
            rows.iter().filter(|r| r[0] == line).map(|r| r[km].parse::<f64>().unwrap()).sum::<f64>()
        };
        let (by_pairs, by_line) = (sum(&expected, 2), sum(&line_km, 1));
        assert!(by_pairs - by_line > excess);
        assert!(excess > pairs_of_line * 1e-6 + by_line * 1e-9);
    }
}

#[test]
fn nearest_shelters_match_the_reference() {
    let Some(dir) = mexico() else { return };
    let shelters = rows(dir.join("shelters.csv"));
    let column = |i: usize| shelters.iter().map(|r| r[i].parse().unwrap()).collect::<Vec<f64>>();
    let (lat, lon) = (column(5), column(6));
    let sites = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).unwrap();
    let mut worst: f64 = 0.0;
    let expected = rows(dir.join("reference/nearest_shelter.csv"));
    for row in &expected {
        let of = |i: usize| row[i].parse::<f64>().unwrap();
        let (_, km) = sites.nearest(of(1), of(2)).unwrap();
        worst = worst.max((km - of(4)).abs());
    }
    println!("{} zones, largest difference {worst:e} km", expected.len());
    assert!(worst <= 1e-6, "{worst:e}");
}

#[test]
fn gaps_of_the_real_routes_are_those_of_samples() {
    let Some(dir) = mexico() else { return };
    let shelters = rows(dir.join("shelters.csv"));
    let column = |i: usize| shelters.iter().map(|r| r[i].parse().unwrap()).collect::<Vec<f64>>();
    let (lat, lon) = (column(5), column(6));
    let sites = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).unwrap();
    let routes = Lines::read(dir.join("routes.geojson"), "route_id");
    let zones = Zones::read(dir.join("municipalities.geojson"), "cvegeo");
    let index = BorderIndex::new(&zones.view(), &zones.keys).unwrap();
    let stretches = overlay(&routes.view(), &index).unwrap();
    let start = Instant::now();
    let found = gaps(&routes.view(), &sites, 30.0).unwrap();
    let took = start.elapsed();
    let geometry = StretchLines::draw(&stretches, &routes.view()).unwrap();
    let covered = cover_stretches(&stretches, &geometry.view(), &sites, &found).unwrap();
    let (mut km, mut checked) = (0.0, 0);
    for line in 0..routes.keys.len() {
        let (x, y) = routes.view().line(line);
        let route = RouteMeasure::new(x, y);
        km += route.length_km();
        for i in 0..=(route.length_km() / 2.0) as usize {
            let at = route.locate_km(2.0 * i as f64).unwrap();
            let (_, near) = sites.nearest(at.lon, at.lat).unwrap();
            let along = route.km_at(at.segment, at.t);
            let in_gap = |g: &corredor::coverage::Gap| {
                g.line as usize == line && g.from_km <= along && along <= g.to_km
            };
            if (near - 30.0).abs() > 1e-6 {
                assert_eq!(found.iter().any(in_gap), near > 30.0, "{} {along}", routes.keys[line]);
                checked += 1;
            }
        }
    }
    let gap_km: f64 = found.iter().map(|g| g.km()).sum();
    let by_stretch: f64 = covered.iter().map(|c| c.gap_km).sum();
    println!(
        "{} routes, {km:.1} km: {} gaps of {gap_km:.1} km in {took:?}, {checked} samples agree; \
         coverage of {} stretches {:?}",
        routes.keys.len(),
        found.len(),
        stretches.len(),
        start.elapsed()
    );
    assert!((by_stretch - gap_km).abs() < 1e-6, "{by_stretch} {gap_km}");
    assert!(checked > 5000);
}

#[test]
fn every_real_zone_has_a_point_inside_it() {
    let Some(dir) = mexico() else { return };
    for file in ["municipalities_full.fgb", "municipalities.geojson"] {
        let zones = Zones::read(dir.join(file), "cvegeo");
        let view = zones.view();
        let index = ZoneIndex::new(&view, &zones.keys).unwrap();
        let mut km2 = 0.0;
        for zone in 0..zones.keys.len() {
            let (lon, lat) = representative_point(&view, zone).unwrap();
            assert_eq!(index.position(zone as u32, lon, lat), Position::Inside, "{}", zones.keys[zone]);
            km2 += zone_area_km2(&view, zone);
        }
        println!("{file}: a point inside each of {} zones; {km2:.0} km2 in all", zones.keys.len());
        // Mexico's land surface with its islands: 1,964,375 km2 (INEGI).
        assert!((km2 / 1_964_375.0 - 1.0).abs() < 0.01, "{km2}");
    }
}
