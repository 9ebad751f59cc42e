//! The cells against a count of crossings for every zone.

use proptest::prelude::*;

use super::grid::Grid;
use super::*;
use crate::index::{BandedZones, orient};

/// Zones of one ring each, or more where rings share a number.
struct Zones {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    zones: Vec<i32>,
}

impl Zones {
    fn new(rings: &[Vec<(f64, f64)>]) -> Self {
        let mut zones = Self { lon: Vec::new(), lat: Vec::new(), rings: vec![0], zones: vec![0] };
        for ring in rings {
            for &(x, y) in ring.iter().chain(ring.first()) {
                zones.lon.push(x);
                zones.lat.push(y);
            }
            zones.rings.push(zones.lon.len() as i32);
            zones.zones.push(zones.zones.len() as i32);
        }
        zones
    }

    fn view(&self) -> ZoneView<'_> {
        let Self { lon, lat, rings, zones } = self;
        ZoneView { lon, lat, rings, polygons: zones, zones }
    }
}

/// The rule, told plainly: the first zone that contains the point or has it on its border.
fn oracle(view: &ZoneView, by_rank: &[u32], p: (f64, f64)) -> u32 {
    let contains = |zone: u32| {
        let mut inside = false;
        for ring in view.rings_of(zone as usize) {
            let at = |i: usize| (ring.lon[i], ring.lat[i]);
            for i in 1..ring.lon.len() {
                let (a, b) = (at(i - 1), at(i));
                let within =
                    p.0 >= a.0.min(b.0) && p.0 <= a.0.max(b.0) && p.1 >= a.1.min(b.1) && p.1 <= a.1.max(b.1);
                let side = orient(a, b, p);
                if a != b && within && side == 0.0 {
                    return true;
                }
                if (a.1 <= p.1) != (b.1 <= p.1) && (side > 0.0) == (b.1 > a.1) {
                    inside = !inside;
                }
            }
        }
        inside
    };
    by_rank.iter().copied().find(|&zone| contains(zone)).unwrap_or(cell::OUTSIDE)
}

fn located(index: &CellIndex, points: &[(f64, f64)]) -> Vec<u32> {
    let (lon, lat): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let mut out = vec![7; lon.len()];
    index.locate_many(&lon, &lat, &mut out);
    out
}

/// An index on a grid whose lines are whole and half degrees: vertices, edges and points then
/// lie on lines and corners of cells all the time.
fn on_lines(view: &ZoneView, by_rank: &[u32], per_deg: f64) -> CellIndex {
    let tiles = (21.0 * per_deg / 8.0) as u32 + 1;
    let grid = Grid {
        west: -1.0,
        south: -1.0,
        columns_per_deg: per_deg,
        rows_per_deg: per_deg,
        tiles_x: tiles,
        tiles_y: tiles,
    };
    CellIndex { store: build::build_on(grid, view, by_rank, Keep::First).unwrap(), zones: view.len() }
}

/// Nasty rings: few positions, so that vertices, edges and corners coincide, and rings cross
/// themselves and one another, double back and enclose nothing.
fn rings() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let position = (0..=32_u8, 0..=32_u8).prop_map(|(x, y)| (f64::from(x) / 2.0, f64::from(y) / 2.0));
    let coarse = (0..=4_u8, 0..=4_u8).prop_map(|(x, y)| (f64::from(x) * 4.0, f64::from(y) * 4.0));
    let ring = prop_oneof![
        prop::collection::vec(position, 1..9),
        prop::collection::vec(coarse, 3..6),
        (0.0..16.0, 0.0..16.0, 1e-9..3.0).prop_map(|(x, y, d)| vec![
            (x, y),
            (x + d, y),
            (x + d, y + d),
            (x, y + d)
        ]),
    ];
    prop::collection::vec(ring, 0..7)
}

/// Points on the grid of the vertices, between its lines, and anywhere.
fn points() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let quarter =
        (0..=68_u8, 0..=68_u8).prop_map(|(x, y)| (f64::from(x) / 4.0 - 0.5, f64::from(y) / 4.0 - 0.5));
    prop::collection::vec(prop_oneof![quarter, (-3.0..19.0, -3.0..19.0)], 1..300)
}

proptest! {
    /// Poles and both sides of the date line are places like others: zones that end there, and
    /// parts of one zone on both sides.
    #[test]
    fn zones_and_points_up_to_the_ends_of_the_globe(
        rings in prop::collection::vec(
            prop::collection::vec((-4..=4_i8, -4..=4_i8).prop_map(|(x, y)| (f64::from(x) * 45.0, f64::from(y) * 22.5)), 3..7),
            1..5,
        ),
        points in prop::collection::vec(
            prop_oneof![
                (-8..=8_i8, -8..=8_i8).prop_map(|(x, y)| (f64::from(x) * 22.5, f64::from(y) * 11.25)),
                (-180.0..=180.0, -90.0..=90.0),
            ],
            1..200,
        ),
        count in prop_oneof![Just(1_u64), Just(10_000_000)],
    ) {
        let zones = Zones::new(&rings);
        let view = zones.view();
        let by_rank: Vec<u32> = (0..view.len() as u32).collect();
        let expected: Vec<u32> = points.iter().map(|&p| oracle(&view, &by_rank, p)).collect();
        let index = CellIndex::new(&view, &by_rank, count).unwrap();
        prop_assert_eq!(located(&index, &points), expected);
    }

    #[test]
    fn cells_answer_as_a_count_of_crossings(rings in rings(), points in points(), reverse in any::<bool>()) {
        let zones = Zones::new(&rings);
        let view = zones.view();
        let mut by_rank: Vec<u32> = (0..view.len() as u32).collect();
        if reverse {
            by_rank.reverse();
        }
        let mut points = points;
        points.extend(zones.lon.iter().copied().zip(zones.lat.iter().copied()));
        let expected: Vec<u32> = points.iter().map(|&p| oracle(&view, &by_rank, p)).collect();
        for per_deg in [0.5, 2.0, 7.0] {
            prop_assert_eq!(&located(&on_lines(&view, &by_rank, per_deg), &points), &expected);
        }
        let index = CellIndex::new(&view, &by_rank, 1_000_000).unwrap();
        prop_assert_eq!(&located(&index, &points), &expected);
    }

    #[test]
    fn the_order_of_zones_does_not_matter(rings in rings(), points in points()) {
        let zones = Zones::new(&rings);
        let by_rank: Vec<u32> = (0..rings.len() as u32).collect();
        let there = located(&CellIndex::new(&zones.view(), &by_rank, 0).unwrap(), &points);
        let backwards: Vec<_> = rings.iter().rev().cloned().collect();
        let mirrored: Vec<u32> = by_rank.iter().rev().copied().collect();
        let turned = Zones::new(&backwards);
        let back = located(&CellIndex::new(&turned.view(), &mirrored, 0).unwrap(), &points);
        for (a, b) in there.into_iter().zip(back) {
            let b = if b == cell::OUTSIDE { b } else { rings.len() as u32 - 1 - b };
            prop_assert_eq!(a, b);
        }
    }
}

/// Wedges around one point: more zones in its cell than marks have bits for.
fn fan(wedges: usize) -> Zones {
    let corner = |i: usize| {
        let angle = std::f64::consts::TAU * (i % wedges) as f64 / wedges as f64;
        (8.0 + 8.0 * angle.cos(), 8.0 + 8.0 * angle.sin())
    };
    Zones::new(&(0..wedges).map(|i| vec![(8.0, 8.0), corner(i), corner(i + 1)]).collect::<Vec<_>>())
}

#[test]
fn a_cell_of_a_hundred_zones() {
    let zones = fan(100);
    let by_rank: Vec<u32> = (0..100).rev().collect();
    let view = zones.view();
    let index = on_lines(&view, &by_rank, 0.5);
    let points: Vec<(f64, f64)> = (0..4000)
        .map(|i| (f64::from(i % 61) * 0.27, f64::from(i / 61) * 0.25))
        .chain(zones.lon.iter().copied().zip(zones.lat.iter().copied()))
        .collect();
    let expected: Vec<u32> = points.iter().map(|&p| oracle(&view, &by_rank, p)).collect();
    assert_eq!(located(&index, &points), expected);
    assert_eq!(located(&index, &[(8.0, 8.0)]), [99]);
}

#[test]
fn banded_zones_agree_on_thin_slivers() {
    let sliver = |shift: f64| vec![(1.0, 1.0 + shift), (15.0, 9.0 + shift), (15.0, 9.0 + shift + 1e-13)];
    let zones =
        Zones::new(&[sliver(0.0), sliver(1e-13), vec![(0.0, 0.0), (16.0, 0.0), (16.0, 16.0), (0.0, 16.0)]]);
    let view = zones.view();
    let (index, bands) = (CellIndex::new(&view, &[0, 1, 2], 0).unwrap(), BandedZones::new(&view).unwrap());
    let points: Vec<(f64, f64)> = (0..20_000)
        .map(|i| {
            let x = 1.0 + 14.0 * f64::from(i) / 20_000.0;
            (x, 1.0 + (x - 1.0) * 8.0 / 14.0 + f64::from(i % 5 - 2) * 5e-14)
        })
        .collect();
    for (zone, (lon, lat)) in located(&index, &points).into_iter().zip(points) {
        let first = (0..3).find(|&zone| bands.position(zone, lon, lat).touches());
        assert_eq!(zone, first.map_or(cell::OUTSIDE, |zone| zone as u32), "{lon} {lat}");
    }
}

#[test]
fn positions_that_are_none_are_outside() {
    let zones = fan(3);
    let index = CellIndex::new(&zones.view(), &[0, 1, 2], 0).unwrap();
    let odd =
        [(f64::NAN, 8.0), (8.0, f64::NAN), (f64::INFINITY, 8.0), (8.0, f64::NEG_INFINITY), (-1e300, 8.0)];
    assert_eq!(located(&index, &odd), [cell::OUTSIDE; 5]);
    let none = Zones::new(&[]);
    assert!(CellIndex::new(&none.view(), &[], 9).unwrap().is_empty());
    assert_eq!(located(&CellIndex::new(&none.view(), &[], 9).unwrap(), &[(0.5, 0.5)]), [cell::OUTSIDE]);
}

#[test]
fn a_saved_index_answers_alike_and_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zones.index");
    let (zones, mark) = (fan(40), [5; 32]);
    let keys: Vec<String> = (0..40).map(|i| format!("{i:03}")).collect();
    let index = CellIndex::new(&zones.view(), &(0..40).collect::<Vec<_>>(), 0).unwrap();
    index.save(&path, &keys, &mark).unwrap();
    let saved = CellIndex::open(&path, Some(&mark)).unwrap();
    let points: Vec<(f64, f64)> =
        (0..999).map(|i| (f64::from(i % 33) / 2.0, f64::from(i / 33) / 2.0)).collect();
    assert_eq!((&saved.keys, located(&saved.index, &points)), (&keys, located(&index, &points)));
    saved.index.save(&folder.path().join("again"), &keys, &mark).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(
        std::fs::read(folder.path().join("again")).unwrap(),
        bytes,
        "a mapped index saves the same file"
    );

    let refused = |bytes: &[u8], mark: &[u8; 32]| {
        std::fs::write(&path, bytes).unwrap();
        let error = CellIndex::open(&path, Some(mark)).unwrap_err();
        error.to_string().replace(&folder.path().display().to_string(), "")
    };
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        bytes
    };
    let last = bytes.len() - 1;
    let told = [
        refused(b"", &mark),
        refused(&[b'x'; 300], &mark),
        refused(&with(8, 9), &mark),
        refused(&bytes[..last], &mark),
        refused(&with(300, 1), &mark),
        refused(&with(last, 1), &mark),
        refused(&with(20, 1), &mark),
        refused(&bytes, &[6; 32]),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    /zones.index is not an index of Corredor; give another file name
    /zones.index is not an index of Corredor; give another file name
    /zones.index is an index of format 9, this is format 1; delete it and build it anew
    /zones.index is damaged: its length is not what its head says; delete it and build it anew
    /zones.index is damaged: its checksum does not fit its contents; delete it and build it anew
    /zones.index is damaged: its checksum does not fit its contents; delete it and build it anew
    /zones.index is damaged: its checksum does not fit its contents; delete it and build it anew
    /zones.index was built from other zones than these, with another key, or by another version; delete it and build it anew
    ");
    let missing = CellIndex::open(&folder.path().join("none"), None).unwrap_err();
    assert!(matches!(missing, IndexFileError::Io { .. }));
}

proptest! {
    /// Every zone, and borders told from interiors, as bands say; overlaps and crowded cells included.
    #[test]
    fn every_zone_of_a_position(rings in rings(), points in points(), copies in 1..4_usize) {
        let repeated: Vec<_> = rings.iter().cycle().take(rings.len() * copies).cloned().collect();
        let zones = Zones::new(&repeated);
        let view = zones.view();
        let mut points = points;
        points.extend(zones.lon.iter().copied().zip(zones.lat.iter().copied()));
        check_every(&view, &points)?;
    }
}

fn check_every(view: &ZoneView<'_>, points: &[(f64, f64)]) -> Result<(), TestCaseError> {
    let bands = BandedZones::new(view).unwrap();
    let (lon, lat): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let mut expected = Vec::new();
    for (i, &(lon, lat)) in points.iter().enumerate() {
        for zone in 0..view.len() {
            match bands.position(zone, lon, lat) {
                crate::index::Position::Outside => (),
                position => expected.push((i, zone as u32, position == crate::index::Position::Border)),
            }
        }
    }
    for points in [1, u64::MAX] {
        let mut found = Vec::new();
        AllZones::new(view, points)
            .unwrap()
            .find(&lon, &lat, |i, zone, border| found.push((i, zone, border)));
        prop_assert_eq!(&found, &expected);
    }
    Ok(())
}

#[test]
fn every_zone_of_a_crowded_cell() {
    let zones = fan(100);
    let points: Vec<(f64, f64)> = (0..2000)
        .map(|i| (f64::from(i % 61) * 0.27, f64::from(i / 61) * 0.5))
        .chain(zones.lon.iter().copied().zip(zones.lat.iter().copied()))
        .collect();
    check_every(&zones.view(), &points).unwrap();
}

/// A file whose bytes were changed and whose checksum was made anew.
fn forged(bytes: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for &(at, value) in changes {
        let at = at % bytes.len();
        bytes[at] = value;
    }
    bytes[128..160].fill(0);
    let sum = blake3::hash(&bytes);
    bytes[128..160].copy_from_slice(sum.as_bytes());
    bytes
}

fn saved(zones: &Zones, copies: u64) -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zones.index");
    let count = zones.view().len();
    let keys: Vec<String> = (0..count).map(|i| format!("{i:03}")).collect();
    let index = CellIndex::new(&zones.view(), &(0..count as u32).collect::<Vec<_>>(), copies).unwrap();
    index.save(&path, &keys, &[5; 32]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    (folder, bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Refused, or looked up in without a panic and with zones that are there.
    #[test]
    fn a_forged_index_is_refused_or_stays_within_itself(
        crowded in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        near_head in any::<bool>(),
        points in points(),
    ) {
        let zones = fan(if crowded { 40 } else { 5 });
        let (folder, bytes) = saved(&zones, 1);
        // The tiles are most of a small index; what decides stands in its head, its nodes and its records.
        let changes: Vec<(usize, u8)> = changes
            .iter()
            .map(|(at, value)| match near_head {
                true => (at.index(128), *value),
                false => (bytes.len() - 1 - at.index(bytes.len().min(60_000)), *value),
            })
            .collect();
        let path = folder.path().join("forged");
        std::fs::write(&path, forged(&bytes, &changes)).unwrap();
        if let Ok(found) = CellIndex::open(&path, None) {
            let all: Vec<(f64, f64)> =
                points.iter().copied().chain(zones.lon.iter().copied().zip(zones.lat.iter().copied())).collect();
            for zone in located(&found.index, &all) {
                prop_assert!(zone == u32::MAX || (zone as usize) < found.keys.len());
            }
        }
    }
}

#[test]
fn numbers_that_lead_out_of_an_index_are_refused() {
    let (folder, bytes) = saved(&fan(40), 1);
    let path = folder.path().join("forged");
    let size = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let start = |sections: usize| {
        [size(64), size(72), size(80)][..sections].iter().fold(256, |at, s| (at + s).next_multiple_of(64))
    };
    let refused = |at: usize, value: &[u8]| {
        let changes: Vec<(usize, u8)> = value.iter().enumerate().map(|(i, &byte)| (at + i, byte)).collect();
        std::fs::write(&path, forged(&bytes, &changes)).unwrap();
        matches!(CellIndex::open(&path, None), Err(IndexFileError::Damaged { .. }))
    };
    std::fs::write(&path, forged(&bytes, &[])).unwrap();
    assert!(CellIndex::open(&path, None).is_ok(), "as it is");
    let (tiles, nodes, blob) = (start(1), start(2), start(3));
    for (at, value) in [
        (16, f64::NAN.to_le_bytes().to_vec()),
        (32, (-1.0_f64).to_le_bytes().to_vec()),
        (48, u32::MAX.to_le_bytes().to_vec()),
        (52, 0_u32.to_le_bytes().to_vec()),
        (tiles, 40_u32.to_le_bytes().to_vec()),
        (tiles, (1_u32 << 30 | 1_000_000).to_le_bytes().to_vec()),
        (tiles, (3_u32 << 30).to_le_bytes().to_vec()),
        (nodes + 256, (2_u32 << 30 | 1).to_le_bytes().to_vec()),
        (nodes, (2_u32 << 30 | 0x3fff_ffff).to_le_bytes().to_vec()),
        (blob + 4, u32::MAX.to_le_bytes().to_vec()),
        (blob + 8, u32::MAX.to_le_bytes().to_vec()),
        (blob + 12, u32::MAX.to_le_bytes().to_vec()),
    ] {
        assert!(refused(at, &value), "{at}: {value:?}");
    }
}
