//! Contiguity by hand, and against brute force.

use proptest::prelude::*;

use super::*;
use crate::geodesy::{distance_km, km_per_degree};

/// Zones of rings given by their open vertices.
#[derive(Clone, Debug, Default)]
struct Flat {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
}

impl Flat {
    fn of(zones: impl IntoIterator<Item = Vec<(f64, f64)>>) -> Self {
        let mut flat = Self { rings: vec![0], ..Self::default() };
        for mut ring in zones {
            ring.push(ring[0]);
            flat.lon.extend(ring.iter().map(|p| p.0));
            flat.lat.extend(ring.iter().map(|p| p.1));
            flat.rings.push(flat.lon.len() as i32);
        }
        flat
    }

    /// The lists under a rule and a tolerance; each ring is a zone.
    fn contiguity(&self, rule: ContiguityRule, tolerance_m: f64) -> Contiguity {
        let ones: Vec<i32> = (0..self.rings.len() as i32).collect();
        let (lon, lat, rings) = (&self.lon, &self.lat, &self.rings);
        let view = ZoneView { lon, lat, rings, polygons: &ones, zones: &ones };
        contiguity(&view, &ContiguityOptions { rule, tolerance_m }).unwrap()
    }

    fn queen(&self) -> Contiguity {
        self.contiguity(ContiguityRule::Queen, 0.0)
    }

    fn rook(&self) -> Contiguity {
        self.contiguity(ContiguityRule::Rook, 0.0)
    }

    fn edges(&self, zone: usize) -> Vec<pairs::Edge> {
        let span = self.rings[zone] as usize..self.rings[zone + 1] as usize;
        let vertices: Vec<_> = span.map(|i| (self.lon[i], self.lat[i])).collect();
        vertices.windows(2).map(|w| (w[0], w[1])).filter(|e| e.0 != e.1).collect()
    }

    /// Every pair of zones of which some edges meet, found by trying all.
    fn brute(&self, meet: impl Fn(pairs::Edge, pairs::Edge) -> bool) -> Vec<(u32, u32)> {
        let zones = self.rings.len() - 1;
        let mut found = Vec::new();
        for (a, b) in (0..zones).flat_map(|a| (a + 1..zones).map(move |b| (a, b))) {
            let (of_a, of_b) = (self.edges(a), self.edges(b));
            if of_a.iter().any(|&e| of_b.iter().any(|&f| meet(e, f))) {
                found.push((a as u32, b as u32));
            }
        }
        found
    }
}

fn square((x, y): (f64, f64), side: f64) -> Vec<(f64, f64)> {
    vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
}

fn pairs_of(contiguity: &Contiguity) -> Vec<(u32, u32)> {
    let of = |a: usize| contiguity.of(a).iter().map(move |&b| (a as u32, b)).filter(|(a, b)| a < b);
    (0..contiguity.len()).flat_map(of).collect()
}

#[test]
fn no_zones_and_one_zone() {
    assert!(Flat::of([]).queen().is_empty());
    let one = Flat::of([square((0.0, 0.0), 1.0)]);
    for rule in [ContiguityRule::Queen, ContiguityRule::Rook] {
        assert_eq!(one.contiguity(rule, 0.0).islands(), [0]);
        assert_eq!(one.contiguity(rule, 500.0).islands(), [0]);
    }
}

#[test]
fn edge_corner_and_apart() {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (5.0, 5.0)];
    let zones = Flat::of(corners.map(|at| square(at, 1.0)));
    for tolerance_m in [0.0, 1.0, 5000.0] {
        let queen = zones.contiguity(ContiguityRule::Queen, tolerance_m);
        assert_eq!(pairs_of(&queen), [(0, 1), (0, 2), (1, 2)]);
        assert_eq!(queen.islands(), [3]);
        let rook = zones.contiguity(ContiguityRule::Rook, tolerance_m);
        assert_eq!(pairs_of(&rook), [(0, 1), (1, 2)], "{tolerance_m} m");
    }
}

#[test]
fn edges_that_overlap_without_a_common_vertex() {
    // The second square is shifted along the border; the third touches it in one point.
    let zones = Flat::of([
        square((0.0, 0.0), 2.0),
        square((2.0, 0.5), 1.0),
        vec![(-1.0, 0.5), (-1.0, 1.5), (0.0, 1.0)],
    ]);
    assert_eq!(pairs_of(&zones.rook()), [(0, 1)]);
    assert_eq!(pairs_of(&zones.queen()), [(0, 1)], "a vertex within an edge is not shared");
    let near = zones.contiguity(ContiguityRule::Queen, 1.0);
    assert_eq!(pairs_of(&near), [(0, 1), (0, 2)]);
}

#[test]
fn the_date_line_is_a_border_like_another() {
    // By hand: a and b meet along 180 from -18 to -17; c touches b's corner from the other side of the line, and lies
    // above a; d stands 0.4 km off the line beside b; e is across the Earth.
    let west = square((179.0, -18.0), 1.0);
    let east = square((-180.0, -18.0), 1.0);
    let above = square((179.0, -17.0), 1.0);
    let (off, _) = km_per_degree(-18.5);
    let beside = square((-180.0 + 0.4 / off, -19.0), 0.9);
    let zones = Flat::of([west, east, above, beside, square((0.0, -18.0), 1.0)]);
    assert_eq!(pairs_of(&zones.queen()), [(0, 1), (0, 2), (1, 2)]);
    assert_eq!(pairs_of(&zones.rook()), [(0, 1), (0, 2)]);
    let queen = zones.contiguity(ContiguityRule::Queen, 500.0);
    assert_eq!(pairs_of(&queen), [(0, 1), (0, 2), (1, 2)], "d ends 11 km south of a");
    let corner = Flat::of([square((179.0, -18.0), 1.0), square((-180.0 + 0.4 / off, -18.9), 0.9)]);
    assert_eq!(corner.contiguity(ContiguityRule::Queen, 500.0).edges(), 1);
    assert_eq!(corner.contiguity(ContiguityRule::Queen, 300.0).edges(), 0);
    assert_eq!(corner.contiguity(ContiguityRule::Rook, 500.0).edges(), 0);
    // A common border with other vertices on either side, and one 0.2 km across the line.
    let other = vec![(-180.0, -17.8), (-179.0, -17.8), (-179.0, -17.2), (-180.0, -17.2)];
    let shifted = Flat::of([square((179.0, -18.0), 1.0), other]);
    assert_eq!((shifted.queen().edges(), shifted.rook().edges()), (1, 1));
    let apart = Flat::of([square((179.0, -18.0), 1.0), square((-180.0 + 0.2 / off, -18.0), 1.0)]);
    assert_eq!(apart.contiguity(ContiguityRule::Rook, 250.0).edges(), 1);
    assert_eq!(apart.contiguity(ContiguityRule::Rook, 100.0).edges(), 0);
    assert_eq!(apart.queen().edges(), 0);
}

#[test]
fn a_zone_on_both_sides_is_one_zone() {
    // Zone 0 is split at the line; 1 lies to its west, 2 to its east.
    let view = ZoneView {
        lon: &[
            179.0, 180.0, 180.0, 179.0, 179.0, -180.0, -179.0, -179.0, -180.0, -180.0, 178.0, 179.0, 179.0,
            178.0, 178.0, -179.0, -178.0, -178.0, -179.0, -179.0,
        ],
        lat: &[[-18.0, -18.0, -17.0, -17.0, -18.0]; 4].concat(),
        rings: &[0, 5, 10, 15, 20],
        polygons: &[0, 1, 2, 3, 4],
        zones: &[0, 2, 3, 4],
    };
    for (rule, tolerance_m) in [ContiguityRule::Queen, ContiguityRule::Rook]
        .into_iter()
        .flat_map(|rule| [(rule, 0.0), (rule, 100.0)])
    {
        let lists = contiguity(&view, &ContiguityOptions { rule, tolerance_m }).unwrap();
        assert_eq!(pairs_of(&lists), [(0, 1), (0, 2)], "{rule:?} {tolerance_m}");
    }
}

#[test]
fn minus_zero_is_zero() {
    let zones = Flat::of([square((-1.0, -1.0), 1.0), square((-0.0, -0.0), 1.0)]);
    assert_eq!(zones.queen().edges(), 1);
    assert_eq!(zones.rook().edges(), 0);
}

#[test]
fn parts_and_holes_count_and_nan_does_not() {
    // Zone 0: a square with a hole; zone 1: fills the hole; zone 2: not finite.
    let nan = f64::NAN;
    let view = ZoneView {
        lon: &[0.0, 3.0, 3.0, 0.0, 0.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.0, nan, nan, nan, nan],
        lat: &[0.0, 0.0, 3.0, 3.0, 0.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0, nan, nan, nan, nan],
        rings: &[0, 5, 9, 13, 17],
        polygons: &[0, 2, 3, 4],
        zones: &[0, 1, 2, 3],
    };
    for rule in [ContiguityRule::Queen, ContiguityRule::Rook] {
        for tolerance_m in [0.0, 100.0] {
            let c = contiguity(&view, &ContiguityOptions { rule, tolerance_m }).unwrap();
            assert_eq!(c.of(0), [1]);
            assert_eq!(c.islands(), [2]);
        }
    }
}

#[test]
fn a_tolerance_outside_its_range_is_refused() {
    let none = ZoneView { lon: &[], lat: &[], rings: &[], polygons: &[], zones: &[] };
    for tolerance_m in [-1.0, f64::NAN, 10_001.0] {
        let options = ContiguityOptions { tolerance_m, ..ContiguityOptions::default() };
        let refused = contiguity(&none, &options).unwrap_err().to_string();
        assert!(refused.contains("give 0 to 10000 m"), "{refused}");
    }
}

#[test]
fn a_rook_runs_over_the_start_of_a_ring() {
    // 1 km squares 0.2 km apart; the ring begins in the middle of the common border, so
    // that neither half of it alone is four times the tolerance.
    let (_, ky) = km_per_degree(0.0);
    let (kx, _) = km_per_degree(0.0);
    let ring = |x: f64, vertices: &[(f64, f64)]| -> Vec<(f64, f64)> {
        vertices.iter().map(|p| ((p.0 + x) / kx, p.1 / ky)).collect()
    };
    let left = ring(0.0, &[(1.0, 0.5), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)]);
    let right = ring(1.2, &[(0.0, 0.5), (0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]);
    let zones = Flat::of([left, right]);
    assert_eq!(zones.contiguity(ContiguityRule::Rook, 201.0).edges(), 1);
    assert_eq!(zones.contiguity(ContiguityRule::Rook, 199.0).edges(), 0);
    assert_eq!(zones.contiguity(ContiguityRule::Rook, 400.0).edges(), 0, "1.0 km are under 1.6");
}

#[test]
fn threads_do_not_matter() {
    let places: Vec<_> = (0..3600).map(|i| (f64::from(i % 60), f64::from(i / 60))).collect();
    let zones = Flat::of(places.into_iter().map(|at| square(at, 1.0)));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| {
            [
                zones.queen(),
                zones.rook(),
                zones.contiguity(ContiguityRule::Queen, 1000.0),
                zones.contiguity(ContiguityRule::Rook, 1000.0),
            ]
        })
    };
    let one = run(1);
    // Along rows and columns, and both diagonals.
    assert_eq!(one.each_ref().map(Contiguity::edges), [14_042, 7080, 14_042, 7080]);
    assert_eq!(one, run(2));
    assert_eq!(one, run(4));
}

#[test]
fn crowded_cells_are_swept() {
    // A hundred small squares in a corner of a large frame: one cell holds many of them.
    let mut zones = vec![square((0.0, 0.0), 90.0)];
    zones.extend((0..100).map(|i| square((f64::from(i % 10) * 1e-3, f64::from(i / 10) * 1e-3), 1e-3)));
    let zones = Flat::of(zones);
    assert_eq!(pairs_of(&zones.queen()), zones.brute(exact::touch));
    assert_eq!(pairs_of(&zones.rook()), zones.brute(exact::overlap));
    // Two long borders in one cell: too many pairs of edges to try.
    let bend = |i: i32| (f64::from(i) * 1e-5, 1e-3 * (f64::from(i) * 0.7).sin());
    let mut upper: Vec<_> = (0..400).map(bend).collect();
    let mut lower = upper.clone();
    upper.push((0.0, 1.0));
    lower.push((0.0, -1.0));
    let zones = Flat::of([upper, lower, square((50.0, 50.0), 1.0)]);
    assert_eq!(pairs_of(&zones.queen()), [(0, 1)]);
    assert_eq!(pairs_of(&zones.rook()), [(0, 1)]);
}

/// Rings on a small lattice of positions: corners, edges and overlaps coincide often, and
/// rings may cross themselves, have spikes and doubled vertices.
fn nasty() -> impl Strategy<Value = Flat> {
    let place = (0..7, 0..5).prop_map(|(x, y)| (-99.0 + 0.01 * f64::from(x), 19.0 + 0.01 * f64::from(y)));
    let off = prop_oneof![3 => Just((0.0, 0.0)), 1 => (-0.004..0.004, -0.004..0.004)];
    let vertex = (place, off).prop_map(|((x, y), (dx, dy))| (x + dx, y + dy));
    let ring =
        prop::collection::vec(vertex, 3..9).prop_filter("all in one place", |r| r.iter().any(|p| *p != r[0]));
    prop::collection::vec(ring, 0..10).prop_map(Flat::of)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn exact_contiguity_is_that_of_brute_force(zones in nasty()) {
        let vertices = |e: pairs::Edge, f: pairs::Edge| {
            [e.0, e.1].iter().any(|p| [f.0, f.1].contains(p))
        };
        let shared = zones.brute(vertices);
        let (queen, rook) = (pairs_of(&zones.queen()), pairs_of(&zones.rook()));
        prop_assert_eq!(&rook, &zones.brute(exact::overlap));
        prop_assert!(shared.iter().all(|pair| queen.contains(pair)));
        prop_assert!(rook.iter().all(|pair| queen.contains(pair)), "rook is part of queen");
        prop_assert!(queen.iter().all(|pair| shared.contains(pair) || rook.contains(pair)));
    }

    #[test]
    fn a_country_moved_over_the_date_line_keeps_its_neighbours(zones in nasty(), tolerance_m in prop_oneof![Just(0.0), 1.0..900.0]) {
        // The lattice about -98.97, moved so that its middle lies on the line, in steps that change no digit. Rings that
        // lie across it are left out: they would be cut there.
        let step = |lon: f64| (lon * 65_536.0).round() / 65_536.0;
        let middle = step(-98.97);
        let rings = zones.rings.windows(2).map(|w| {
            let span = w[0] as usize..w[1] as usize - 1;
            span.map(|i| (step(zones.lon[i]), zones.lat[i])).collect::<Vec<_>>()
        });
        let side = |ring: &Vec<(f64, f64)>| match ring {
            ring if ring.iter().all(|p| p.0 >= middle) => Some(-180.0),
            ring if ring.iter().all(|p| p.0 <= middle) => Some(180.0),
            _ => None,
        };
        let rings: Vec<(Vec<(f64, f64)>, f64)> =
            rings.filter_map(|ring| side(&ring).map(|start| (ring, start))).collect();
        let over = |(ring, start): &(Vec<(f64, f64)>, f64)| {
            ring.iter().map(|p| (p.0 - middle + start, p.1)).collect::<Vec<_>>()
        };
        let moved = Flat::of(rings.iter().map(over));
        let here = Flat::of(rings.iter().map(|(ring, _)| ring.clone()));
        for rule in [ContiguityRule::Queen, ContiguityRule::Rook] {
            prop_assert_eq!(pairs_of(&moved.contiguity(rule, tolerance_m)), pairs_of(&here.contiguity(rule, tolerance_m)));
        }
    }

    #[test]
    fn a_tolerance_finds_what_brute_force_finds(zones in nasty(), tolerance_m in 1.0..900.0) {
        let found = pairs_of(&zones.contiguity(ContiguityRule::Queen, tolerance_m));
        prop_assert_eq!(&found, &zones.brute(|e, f| near::within(e, f, tolerance_m / 1000.0)));
        let rook = pairs_of(&zones.contiguity(ContiguityRule::Rook, tolerance_m));
        prop_assert!(rook.iter().all(|pair| found.contains(pair)), "rook is part of queen");
        let exact = pairs_of(&zones.queen());
        prop_assert!(exact.iter().all(|pair| found.contains(pair)));
    }

    #[test]
    fn within_is_the_least_of_samples(v in prop::array::uniform8(-0.03..0.03_f64), km in 0.05..3.0) {
        let (e, f) = (((v[0], 40.0 + v[1]), (v[2], 40.0 + v[3])), ((v[4], 40.0 + v[5]), (v[6], 40.0 + v[7])));
        let mut least = f64::INFINITY;
        for (i, j) in (0..=40).flat_map(|i| (0..=40).map(move |j| (i, j))) {
            let (p, q) = (near::at(e, f64::from(i) / 40.0), near::at(f, f64::from(j) / 40.0));
            least = least.min(distance_km(p.0, p.1, q.0, q.1));
        }
        if least <= km {
            prop_assert!(near::within(e, f, km));
        } else if least > km + 0.25 {
            // Samples are at most 0.17 km from any place on their edge.
            prop_assert!(!near::within(e, f, km));
        }
    }
}
