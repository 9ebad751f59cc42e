//! Properties of the joins on invented zones, lines and sites.

#![allow(clippy::unwrap_used, reason = "a test stops where its premise fails")]

mod common;

use common::{Lines, Zones};
use corredor::corridor::{RouteMeasure, exposure};
use corredor::coverage::{Gap, StretchCoverage, cover_stretches, gaps, representative_point};
use corredor::geodesy::{area_km2, distance_km, length_km, zone_area_km2};
use corredor::join::{BorderIndex, OUTSIDE, SiteIndex, Stretch, StretchLines, ZoneIndex, overlay};
use corredor::layer::{LineView, PointView, Ring};
use geo::{Coord, Intersects, LineString, Polygon};
use proptest::prelude::*;

const CELLS: usize = 4;

/// A quilt of `CELLS` x `CELLS` quadrilaterals on shared, shifted corners, near Mexico.
#[derive(Clone, Debug)]
struct Quilt {
    corners: Vec<(f64, f64)>,
    /// Key of each cell.
    keys: Vec<u32>,
    /// Order in which the cells are stored.
    order: Vec<usize>,
}

impl Quilt {
    fn corner(&self, i: usize, j: usize) -> (f64, f64) {
        self.corners[j * (CELLS + 1) + i]
    }

    fn ring(&self, cell: usize) -> [(f64, f64); 5] {
        let (i, j) = (cell % CELLS, cell / CELLS);
        let c = |di, dj| self.corner(i + di, j + dj);
        [c(0, 0), c(1, 0), c(1, 1), c(0, 1), c(0, 0)]
    }

    fn zones(&self, order: &[usize]) -> Zones {
        let mut zones = Zones::new();
        for &cell in order {
            zones.push_ring(self.ring(cell));
            zones.end_polygon();
            zones.end_zone(format!("{:02}", self.keys[cell]));
        }
        zones
    }

    /// The smallest key that touches a point, by the `geo` crate.
    fn oracle(&self, (x, y): (f64, f64)) -> Option<String> {
        let touches = |cell: &usize| {
            let ring: LineString = self.ring(*cell).to_vec().into();
            Polygon::new(ring, vec![]).intersects(&Coord { x, y })
        };
        let key = |cell: usize| format!("{:02}", self.keys[cell]);
        (0..CELLS * CELLS).filter(touches).map(key).min()
    }
}

prop_compose! {
    /// Half of the quilts keep their corners on the grid, so that lines meet corners and
    /// run along borders.
    fn quilts()(
        shifts in prop::collection::vec((-0.3..0.3, -0.3..0.3), (CELLS + 1) * (CELLS + 1)),
        shifted in any::<bool>(),
        keys in Just((0..(CELLS * CELLS) as u32).collect::<Vec<_>>()).prop_shuffle(),
        order in Just((0..CELLS * CELLS).collect::<Vec<_>>()).prop_shuffle(),
    ) -> Quilt {
        let corner = |(n, (dx, dy)): (usize, (f64, f64))| {
            let (dx, dy) = if shifted { (dx, dy) } else { (0.0, 0.0) };
            let (i, j) = (n % (CELLS + 1), n / (CELLS + 1));
            (-100.0 + 0.5 * (i as f64 + dx), 18.0 + 0.5 * (j as f64 + dy))
        };
        Quilt { corners: shifts.into_iter().enumerate().map(corner).collect(), keys, order }
    }
}

/// Places around the quilt: anywhere, on its corners, and halfway between grid points.
fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        (-100.6..-97.4, 17.4..20.6).prop_map(|(x, y)| Place::At(x, y)),
        (0..=CELLS, 0..=CELLS).prop_map(|(i, j)| Place::Corner(i, j)),
        (0..=4 * CELLS, 0..=4 * CELLS)
            .prop_map(|(i, j)| Place::At(-100.0 + i as f64 / 8.0, 18.0 + j as f64 / 8.0)),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Place {
    At(f64, f64),
    Corner(usize, usize),
}

impl Place {
    fn on(self, quilt: &Quilt) -> (f64, f64) {
        match self {
            Self::At(x, y) => (x, y),
            Self::Corner(i, j) => quilt.corner(i, j),
        }
    }
}

fn key_of(zones: &Zones, zone: Option<u32>) -> Option<String> {
    zone.map(|z| zones.keys[z as usize].clone())
}

fn lines_on(quilt: &Quilt, lines: &[Vec<Place>]) -> Lines {
    let mut out = Lines::default();
    for (i, line) in lines.iter().enumerate() {
        out.push(i.to_string(), line.iter().map(|p| p.on(quilt)));
    }
    out
}

fn stretches_on(zones: &Zones, lines: &Lines) -> Vec<Stretch> {
    overlay(&lines.view(), &BorderIndex::new(&zones.view(), &zones.keys).unwrap()).unwrap()
}

fn drawn(stretch: &Stretch, lines: &Lines) -> Vec<(f64, f64)> {
    stretch.geometry(&lines.view()).collect()
}

fn covered(stretches: &[Stretch], lines: &Lines, sites: &SiteIndex, gaps: &[Gap]) -> Vec<StretchCoverage> {
    let geometry = StretchLines::draw(stretches, &lines.view()).unwrap();
    cover_stretches(stretches, &geometry.view(), sites, gaps).unwrap()
}

fn line_strategy() -> impl Strategy<Value = Vec<Vec<Place>>> {
    prop::collection::vec(prop::collection::vec(places(), 0..7), 1..4)
}

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
