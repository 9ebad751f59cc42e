//! One geometry: read from WKB, printed as WKT, as GeoJSON has it, or in short.

use std::fmt::Write as _;

use geoarrow_schema::GeoArrowType;

/// Kind of a geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Point = 1,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
    Collection,
}

/// Coordinates, or lists of what is below them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Nest {
    Position([f64; 2]),
    List(Vec<Nest>),
}

/// A geometry of two dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Anything but a collection; a point without a place is an empty list.
    Simple(Kind, Nest),
    /// A GeometryCollection.
    Collection(Vec<Shape>),
}

/// How deep collections may go.
const DEPTH: usize = 16;

impl Kind {
    const ALL: [Self; 7] = [
        Self::Point,
        Self::LineString,
        Self::Polygon,
        Self::MultiPoint,
        Self::MultiLineString,
        Self::MultiPolygon,
        Self::Collection,
    ];

    /// The kind that a column's type is sure to hold.
    pub fn of_type(kind: &GeoArrowType) -> Option<Self> {
        Some(match kind {
            GeoArrowType::Point(_) => Self::Point,
            GeoArrowType::LineString(_) => Self::LineString,
            GeoArrowType::Polygon(_) | GeoArrowType::Rect(_) => Self::Polygon,
            GeoArrowType::MultiPoint(_) => Self::MultiPoint,
            GeoArrowType::MultiLineString(_) => Self::MultiLineString,
            GeoArrowType::MultiPolygon(_) => Self::MultiPolygon,
            GeoArrowType::GeometryCollection(_) => Self::Collection,
            _ => return None,
        })
    }

    /// Its name in GeoJSON and GeoParquet.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::Collection => "GeometryCollection",
        }
    }

    /// How many lists lie around a position.
    fn levels(self) -> usize {
        match self {
            Self::Point | Self::Collection => 0,
            Self::LineString | Self::MultiPoint => 1,
            Self::Polygon | Self::MultiLineString => 2,
            Self::MultiPolygon => 3,
        }
    }
}

impl Shape {
    /// Reads WKB, ISO or EWKB; heights and measures are left out. `None` where it is damaged.
    pub fn read(wkb: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: wkb, little: true };
        reader.shape(DEPTH)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Simple(kind, _) => *kind,
            Self::Collection(_) => Kind::Collection,
        }
    }

    /// Calls `found` with every position.
    pub fn positions(&self, found: &mut impl FnMut([f64; 2])) {
        match self {
            Self::Simple(_, nest) => nest.positions(found),
            Self::Collection(all) => all.iter().for_each(|shape| shape.positions(found)),
        }
    }

    /// Well-known text.
    pub fn push_wkt(&self, out: &mut String) {
        out.push_str(&self.kind().name().to_uppercase());
        out.push(' ');
        match self {
            Self::Simple(Kind::Point, Nest::Position([x, y])) => drop(write!(out, "({x} {y})")),
            Self::Simple(_, Nest::List(all)) if all.is_empty() => out.push_str("EMPTY"),
            Self::Simple(_, nest) => nest.push_wkt(out),
            Self::Collection(all) if all.is_empty() => out.push_str("EMPTY"),
            Self::Collection(all) => {
                for (at, shape) in all.iter().enumerate() {
                    out.push_str(if at == 0 { "(" } else { ", " });
                    shape.push_wkt(out);
                }
                out.push(')');
            }
        }
    }

    /// A GeoJSON geometry, every digit kept.
    pub fn push_json(&self, out: &mut String) {
        let _ = write!(out, "{{\"type\":\"{}\",", self.kind().name());
        match self {
            Self::Simple(_, nest) => {
                out.push_str("\"coordinates\":");
                nest.push_json(out);
            }
            Self::Collection(all) => {
                out.push_str("\"geometries\":[");
                for (at, shape) in all.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    shape.push_json(out);
                }
                out.push(']');
            }
        }
        out.push('}');
    }

    /// A point with five decimals (a metre), anything else as its kind and number of positions.
    pub fn short(&self) -> String {
        if let Self::Simple(Kind::Point, Nest::Position([x, y])) = self {
            return format!("POINT ({x:.5} {y:.5})");
        }
        let mut count = 0_usize;
        self.positions(&mut |_| count += 1);
        format!("{} [{count}]", self.kind().name().to_uppercase())
    }
}

impl Nest {
    /// What lies in the list; nothing in a position.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(all) => all,
            Self::Position(_) => &[],
        }
    }

    fn positions(&self, found: &mut impl FnMut([f64; 2])) {
        match self {
            Self::Position(position) => found(*position),
            Self::List(all) => all.iter().for_each(|nest| nest.positions(found)),
        }
    }

    fn push_wkt(&self, out: &mut String) {
        match self {
            Self::Position([x, y]) => drop(write!(out, "{x} {y}")),
            Self::List(all) => {
                out.push('(');
                for (at, nest) in all.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    nest.push_wkt(out);
                }
                out.push(')');
            }
        }
    }

    fn push_json(&self, out: &mut String) {
        match self {
            Self::Position([x, y]) => drop(write!(out, "[{x},{y}]")),
            Self::List(all) => {
                out.push('[');
                for (at, nest) in all.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    nest.push_json(out);
                }
                out.push(']');
            }
        }
    }
}

/// Takes WKB from the front.
struct Reader<'a> {
    rest: &'a [u8],
    little: bool,
}

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn whole(&mut self) -> Option<u32> {
        let bytes = self.bytes::<4>()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn number(&mut self) -> Option<f64> {
        let bytes = self.bytes::<8>()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A list length that the bytes at hand can hold, so that a damaged one asks for no memory.
    fn length(&mut self, least_bytes: usize) -> Option<usize> {
        let length = self.whole()? as usize;
        (length <= self.rest.len() / least_bytes).then_some(length)
    }

    /// Byte order, kind, and how many numbers follow the first two of a position.
    fn head(&mut self) -> Option<(Kind, usize)> {
        const SRID: u32 = 0x2000_0000;
        self.little = match self.bytes::<1>()? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        let code = self.whole()?;
        if code & SRID != 0 {
            self.whole()?;
        }
        let flags = usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
        let code = code & 0x0fff_ffff;
        let more = match code / 1000 {
            0 => flags,
            1 | 2 => 1,
            3 => 2,
            _ => return None,
        };
        let kind = Kind::ALL.into_iter().find(|kind| *kind as u32 == code % 1000)?;
        Some((kind, more))
    }

    fn shape(&mut self, depth: usize) -> Option<Shape> {
        let (kind, more) = self.head()?;
        Some(match kind {
            Kind::Point => {
                let position = self.position(more)?;
                let empty = position.iter().all(|v| v.is_nan());
                let nest = if empty { Nest::List(Vec::new()) } else { Nest::Position(position) };
                Shape::Simple(kind, nest)
            }
            Kind::LineString | Kind::Polygon => Shape::Simple(kind, self.lists(kind.levels(), more)?),
            Kind::MultiPoint | Kind::MultiLineString | Kind::MultiPolygon => {
                let length = self.length(5)?;
                let parts: Option<Vec<Nest>> = (0..length)
                    .map(|_| {
                        let (part, more) = self.head()?;
                        (part.levels() + 1 == kind.levels() && part < Kind::MultiPoint).then_some(())?;
                        self.lists(part.levels(), more)
                    })
                    .collect();
                Shape::Simple(kind, Nest::List(parts?))
            }
            Kind::Collection => {
                let length = self.length(5)?;
                let depth = depth.checked_sub(1)?;
                let all: Option<Vec<Shape>> = (0..length).map(|_| self.shape(depth)).collect();
                Shape::Collection(all?)
            }
        })
    }

    fn lists(&mut self, levels: usize, more: usize) -> Option<Nest> {
        let Some(below) = levels.checked_sub(1) else {
            return Some(Nest::Position(self.position(more)?));
        };
        let length = self.length(if below == 0 { 16 } else { 4 })?;
        let all: Option<Vec<Nest>> = (0..length).map(|_| self.lists(below, more)).collect();
        Some(Nest::List(all?))
    }

    fn position(&mut self, more: usize) -> Option<[f64; 2]> {
        let position = [self.number()?, self.number()?];
        for _ in 0..more {
            self.number()?;
        }
        Some(position)
    }
}
