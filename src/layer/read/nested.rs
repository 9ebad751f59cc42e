//! WKB of what is not one of the six plain kinds: collections, curves, surfaces.

use super::arcs::{self, Place};
use super::shape_kind::ShapeKind;

/// Collections within collections; nobody nests them deeper.
const MOST_DEEP: usize = 32;

/// What the type of a geometry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    big_endian: bool,
    /// The type in the plane, 1 to 17.
    pub kind: u32,
    /// Whether positions have a height.
    pub height: bool,
    /// Whether positions have a measure.
    pub measure: bool,
    has_srid: bool,
}

/// The plain kinds, 1 (point) to 6 (multipolygon).
pub(super) const PLAIN: std::ops::RangeInclusive<u32> = 1..=6;

const LINE: u32 = 2;
const COLLECTION: u32 = 7;
const CIRCULAR: u32 = 8;
const COMPOUND: u32 = 9;

impl Head {
    /// The head of a geometry, in the ISO form (1000, 2000, 3000) or the extended one (bits).
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const HEIGHT: u32 = 0x8000_0000;
        const MEASURE: u32 = 0x4000_0000;
        const SRID: u32 = 0x2000_0000;
        let big_endian = match bytes.first()? {
            0 => true,
            1 => false,
            _ => return None,
        };
        let code = number(bytes.get(1..5)?, big_endian)?;
        let (kind, iso_height, iso_measure) = match code & !(HEIGHT | MEASURE | SRID) {
            kind @ 1..=17 => (kind, false, false),
            kind @ 1001..=1017 => (kind - 1000, true, false),
            kind @ 2001..=2017 => (kind - 2000, false, true),
            kind @ 3001..=3017 => (kind - 3000, true, true),
            _ => return None,
        };
        Some(Self {
            big_endian,
            kind,
            height: iso_height || code & HEIGHT != 0,
            measure: iso_measure || code & MEASURE != 0,
            has_srid: code & SRID != 0,
        })
    }

    /// The number of the system in the extended form.
    pub fn srid(self, bytes: &[u8]) -> Option<u32> {
        number(bytes.get(5..9).filter(|_| self.has_srid)?, self.big_endian)
    }

    /// Numbers of a position.
    fn axes(self) -> usize {
        2 + usize::from(self.height) + usize::from(self.measure)
    }
}

fn number(bytes: &[u8], big_endian: bool) -> Option<u32> {
    let bytes: [u8; 4] = bytes.try_into().ok()?;
    Some(if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
}

/// The plain parts of a geometry of any kind.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub points: Vec<Place>,
    pub lines: Vec<Vec<Place>>,
    pub polygons: Vec<Vec<Vec<Place>>>,
    /// What surfaces in space there are, by name.
    pub surfaces: Vec<&'static str>,
    /// Whether arcs were made lines.
    pub curved: bool,
}

impl Parts {
    /// The plain parts of what these bytes hold; none where they hold no geometry.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut parts = Self::default();
        Reader { rest: bytes, parts: &mut parts }.geometry(0)?;
        Some(parts)
    }

    /// The kinds that there are, and how many of each.
    pub fn kinds(&self) -> Vec<(ShapeKind, usize)> {
        let mut kinds = vec![
            (ShapeKind::MultiPoint, self.points.len()),
            (ShapeKind::MultiLineString, self.lines.len()),
            (ShapeKind::MultiPolygon, self.polygons.len()),
        ];
        for name in SURFACES {
            let count = self.surfaces.iter().filter(|surface| **surface == name).count();
            kinds.push((ShapeKind::Surface(name), count));
        }
        kinds.retain(|(_, count)| *count > 0);
        kinds
    }
}

/// Surfaces in space, which are no zones.
const SURFACES: [&str; 3] = ["PolyhedralSurface", "TIN", "Triangle"];

/// Kinds with their counts, such as `2 line, 1 point`.
pub(super) fn listed<'a>(kinds: impl Iterator<Item = &'a (ShapeKind, usize)>) -> String {
    let each = kinds.map(|(kind, count)| format!("{count} {}", kind.family().unwrap_or_default()));
    each.collect::<Vec<_>>().join(", ")
}

/// What is left to read, and what was read.
struct Reader<'a, 'p> {
    rest: &'a [u8],
    parts: &'p mut Parts,
}

impl Reader<'_, '_> {
    fn take(&mut self, bytes: usize) -> Option<&[u8]> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }

    fn head(&mut self) -> Option<Head> {
        let head = Head::of(self.rest)?;
        self.take(if head.has_srid { 9 } else { 5 })?;
        Some(head)
    }

    fn count(&mut self, head: Head) -> Option<u32> {
        number(self.take(4)?, head.big_endian)
    }

    fn place(&mut self, head: Head) -> Option<Place> {
        let bytes = self.take(8 * head.axes())?;
        let axis = |at: usize| {
            let bytes: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
            Some(if head.big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) })
        };
        Some((axis(0)?, axis(8)?))
    }

    fn places(&mut self, head: Head) -> Option<Vec<Place>> {
        let count = self.count(head)?;
        // No more than there are bytes for.
        (count as usize <= self.rest.len() / 16).then_some(())?;
        (0..count).map(|_| self.place(head)).collect()
    }

    /// A geometry of any kind, into the parts.
    fn geometry(&mut self, depth: usize) -> Option<()> {
        (depth < MOST_DEEP).then_some(())?;
        let start = self.rest;
        let head = self.head()?;
        match head.kind {
            1 => {
                let place = self.place(head)?;
                if !(place.0.is_nan() && place.1.is_nan()) {
                    self.parts.points.push(place);
                }
            }
            LINE | CIRCULAR | COMPOUND => {
                self.rest = start;
                let line = self.line(depth)?;
                self.parts.lines.extend((!line.is_empty()).then_some(line));
            }
            3 | 17 => {
                let count = self.count(head)?;
                let rings = (0..count).map(|_| self.places(head)).collect::<Option<Vec<_>>>()?;
                self.polygon(head, rings);
            }
            // A polygon with rings that may bend.
            10 => {
                let count = self.count(head)?;
                let rings = (0..count).map(|_| self.line(depth + 1)).collect::<Option<Vec<_>>>()?;
                self.polygon(head, rings);
            }
            // Collections of whatever.
            4..=COLLECTION | 11 | 12 => {
                for _ in 0..self.count(head)? {
                    self.geometry(depth + 1)?;
                }
            }
            15 | 16 => {
                // Their faces are polygons and triangles, and no zones.
                let before = (self.parts.polygons.len(), self.parts.surfaces.len());
                for _ in 0..self.count(head)? {
                    self.geometry(depth + 1)?;
                }
                let empty = self.parts.surfaces.len() == before.1 && self.parts.polygons.len() == before.0;
                self.parts.polygons.truncate(before.0);
                self.parts.surfaces.truncate(before.1);
                self.parts.surfaces.extend((!empty).then_some(SURFACES[head.kind as usize - 15]));
            }
            // Curve and Surface, 13 and 14, are kinds of kinds; nothing is one.
            _ => return None,
        }
        Some(())
    }

    fn polygon(&mut self, head: Head, rings: Vec<Vec<Place>>) {
        if rings.first().is_none_or(Vec::is_empty) {
            return;
        }
        match head.kind {
            17 => self.parts.surfaces.push(SURFACES[2]),
            _ => self.parts.polygons.push(rings),
        }
    }

    /// A line, straight or not.
    fn line(&mut self, depth: usize) -> Option<Vec<Place>> {
        (depth < MOST_DEEP).then_some(())?;
        let head = self.head()?;
        match head.kind {
            LINE => self.places(head),
            CIRCULAR => {
                let places = self.places(head)?;
                self.parts.curved |= !places.is_empty();
                let mut line: Vec<Place> = places.first().copied().into_iter().collect();
                for arc in places.get(1..).unwrap_or_default().chunks(2) {
                    let (Some(&from), [over, to]) = (line.last(), arc) else { return None };
                    arcs::push(&mut line, from, *over, *to);
                }
                Some(line)
            }
            COMPOUND => {
                let mut line: Vec<Place> = Vec::new();
                for _ in 0..self.count(head)? {
                    let next = self.line(depth + 1)?;
                    let meets = line.last().is_some() && line.last() == next.first();
                    line.extend(next.into_iter().skip(usize::from(meets)));
                }
                Some(line)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use gdal::vector::Geometry;
    use proptest::prelude::*;

    use super::*;
    use crate::layer::read::Kind;
    use crate::layer::read::shapes::{Chunk, Shapes};

    fn parts(wkt: &str) -> Parts {
        let wkb = Geometry::from_wkt(wkt).and_then(|geometry| geometry.iso_wkb());
        Parts::of(&wkb.unwrap()).unwrap_or_else(|| panic!("{wkt}"))
    }

    /// The kind that a geometry has in a layer, its positions, and what was left out.
    fn read(wkt: &str, kind: Kind) -> (ShapeKind, usize, Vec<(usize, String)>) {
        let wkb = Geometry::from_wkt(wkt).and_then(|geometry| geometry.iso_wkb()).unwrap();
        let mut shapes = Shapes::of_kind(kind);
        shapes.push_wkb(&[Some(wkb.as_slice())].into_iter().collect());
        let shape = shapes.get(0);
        (shape.kind(), shape.positions(), std::mem::take(&mut shapes.changes).left_out)
    }

    fn area(ring: &[Place]) -> f64 {
        ring.windows(2).map(|w| w[0].0 * w[1].1 - w[1].0 * w[0].1).sum::<f64>().abs() / 2.0
    }

    #[test]
    fn curves_are_lines_by_their_names() {
        let circle = parts("CURVEPOLYGON (CIRCULARSTRING (0 0, 4 0, 0 0))");
        let round = std::f64::consts::PI * 4.0;
        assert!(circle.curved && circle.polygons.len() == 1);
        let ratio = area(&circle.polygons[0][0]) / round;
        assert!((0.9999..1.0).contains(&ratio), "{ratio}");
        // Straight, bent and straight again; the arc is half a circle about (1, 0).
        let wkt = "COMPOUNDCURVE ((-1 0, 0 0), CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 3 0))";
        let line = &parts(wkt).lines[0];
        assert_eq!((line[0], line[1], line[line.len() - 1]), ((-1.0, 0.0), (0.0, 0.0), (3.0, 0.0)));
        assert_eq!(line.len(), 183);
        for (wkt, kind) in [
            ("CIRCULARSTRING (0 0, 1 1, 2 0)", ShapeKind::MultiLineString),
            ("COMPOUNDCURVE ((0 0, 1 1))", ShapeKind::MultiLineString),
            ("MULTICURVE ((0 0, 1 1), CIRCULARSTRING (0 0, 1 1, 2 0))", ShapeKind::MultiLineString),
            ("CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0))", ShapeKind::MultiPolygon),
            (
                "MULTISURFACE (((0 0, 1 0, 1 1, 0 0)), CURVEPOLYGON (CIRCULARSTRING (5 0, 7 0, 5 0)))",
                ShapeKind::MultiPolygon,
            ),
            ("TIN (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))", ShapeKind::Surface("TIN")),
            ("TRIANGLE ((0 0, 0 1, 1 1, 0 0))", ShapeKind::Surface("Triangle")),
            ("POLYHEDRALSURFACE (((0 0 0, 0 1 0, 1 1 0, 0 0 0)))", ShapeKind::Surface("PolyhedralSurface")),
        ] {
            assert_eq!(read(wkt, Kind::Polygon).0, kind, "{wkt}");
        }
    }

    #[test]
    fn heights_and_measures_in_every_form() {
        for wkt in ["CIRCULARSTRING Z (0 0 9, 1 1 9, 2 0 9)", "CIRCULARSTRING M (0 0 9, 1 1 9, 2 0 9)"] {
            assert_eq!(parts(wkt).lines, parts("CIRCULARSTRING (0 0, 1 1, 2 0)").lines, "{wkt}");
        }
        let flat = parts("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))");
        assert_eq!(
            parts("GEOMETRYCOLLECTION ZM (POINT ZM (1 2 3 4), LINESTRING ZM (0 0 9 9, 1 1 9 9))"),
            flat
        );
        // The bits of the extended form: a height, a measure, a system.
        for (bits, axes) in [(0x8000_0000_u32, 3), (0x4000_0000, 3), (0xe000_0000, 4), (0x2000_0000, 2)] {
            let mut wkb = vec![1];
            wkb.extend((8 | bits).to_le_bytes());
            if bits & 0x2000_0000 != 0 {
                wkb.extend(4326_u32.to_le_bytes());
            }
            wkb.extend(3_u32.to_le_bytes());
            for place in [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)] {
                wkb.extend([place.0, place.1, 7.0, 8.0][..axes].iter().flat_map(|v: &f64| v.to_le_bytes()));
            }
            assert_eq!(
                Parts::of(&wkb).unwrap().lines,
                parts("CIRCULARSTRING (0 0, 1 1, 2 0)").lines,
                "{bits:x}"
            );
        }
    }

    #[test]
    fn no_code_is_taken_for_another() {
        // By its lowest bits, as some readers have it, a compound curve would be a point.
        for code in (0..4096_u32).chain([1 << 20, 9 | 1 << 28]) {
            let mut wkb = vec![1];
            wkb.extend(code.to_le_bytes());
            wkb.extend([0; 16]);
            let known = [0, 1000, 2000, 3000].iter().any(|base| (base + 1..=base + 17).contains(&code));
            assert_eq!(Head::of(&wkb).is_some(), known, "{code}");
            if !known {
                let mut chunk = Chunk::default();
                chunk.push_wkb(Some(&wkb));
                assert!(chunk.iter().all(|shape| shape.kind() == ShapeKind::Unreadable), "{code}");
            }
        }
    }

    #[test]
    fn collections_give_the_parts_of_the_layers_kind() {
        let mixed = "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), LINESTRING (1 0, 1 1), POINT (5 5))";
        assert_eq!(
            read(mixed, Kind::Polygon),
            (ShapeKind::MultiPolygon, 4, vec![(0, "1 point, 1 line".to_owned())])
        );
        assert_eq!(
            read(mixed, Kind::Line),
            (ShapeKind::MultiLineString, 2, vec![(0, "1 point, 1 polygon".to_owned())])
        );
        assert_eq!(read(mixed, Kind::None), (ShapeKind::Collection, 0, vec![]));
        let nested =
            "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (MULTIPOINT (1 2, 3 4)), POINT (5 6), LINESTRING EMPTY)";
        assert_eq!(read(nested, Kind::Point), (ShapeKind::MultiPoint, 3, vec![]));
        for empty in [
            "GEOMETRYCOLLECTION EMPTY",
            "POINT EMPTY",
            "LINESTRING EMPTY",
            "POLYGON EMPTY",
            "MULTIPOINT EMPTY",
            "MULTIPOLYGON EMPTY",
            "CURVEPOLYGON EMPTY",
            "TIN EMPTY",
            "GEOMETRYCOLLECTION (POINT EMPTY, POLYGON EMPTY)",
        ] {
            let kind = read(empty, Kind::Polygon).0;
            assert!(kind == ShapeKind::Missing, "{empty}: {kind:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end(kind in 7..18_u32, rest in prop::collection::vec(prop_oneof![3 => 0..18_u8, 1 => any::<u8>()], 0..200)) {
            let mut wkb = vec![1];
            wkb.extend(kind.to_le_bytes());
            wkb.extend(rest);
            let _ = Parts::of(&wkb);
        }
    }
}
