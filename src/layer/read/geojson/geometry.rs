//! Geometry parsed by serde straight into flat coordinates.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::layer::read::shape_kind::ShapeKind;
use crate::layer::read::shapes::Chunk;

/// The geometry of a feature, into a chunk.
pub(super) struct Geometry<'a>(pub &'a mut Chunk);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum GeometryMember {
    Type,
    Coordinates,
}

#[derive(Deserialize)]
enum GeometryKind {
    Point,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
}

impl<'de> DeserializeSeed<'de> for Geometry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Geometry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a geometry, its type before its coordinates")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.end_shape(ShapeKind::Missing);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some(GeometryMember::Type) = map.next_key()? else {
            return Err(Error::custom("the type of a geometry does not come first"));
        };
        let kind: GeometryKind = map.next_value()?;
        let Some(GeometryMember::Coordinates) = map.next_key()? else {
            return Err(Error::custom("no coordinates"));
        };
        let chunk = self.0;
        let kind = match kind {
            GeometryKind::Point => {
                map.next_value_seed(Position(chunk))?;
                chunk.end_list();
                chunk.end_part();
                ShapeKind::Point
            }
            GeometryKind::LineString => {
                map.next_value_seed(Lists { chunk, depth: 0, rings: false })?;
                ShapeKind::LineString
            }
            GeometryKind::MultiLineString => {
                map.next_value_seed(Lists { chunk, depth: 1, rings: false })?;
                ShapeKind::MultiLineString
            }
            GeometryKind::Polygon => {
                map.next_value_seed(Lists { chunk, depth: 1, rings: true })?;
                ShapeKind::Polygon
            }
            GeometryKind::MultiPolygon => {
                map.next_value_seed(Lists { chunk, depth: 2, rings: true })?;
                ShapeKind::MultiPolygon
            }
        };
        chunk.end_shape(kind);
        match map.next_key::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(Error::custom("a geometry with other members")),
        }
    }
}

/// Lists of positions, or lists of such lists to a depth: lines, or the rings of polygons.
struct Lists<'a> {
    chunk: &'a mut Chunk,
    depth: u8,
    rings: bool,
}

impl<'de> DeserializeSeed<'de> for Lists<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Lists<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("lists of positions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { chunk, depth, rings } = self;
        if depth > 0 {
            let mut count = 0;
            while list.next_element_seed(Lists { chunk: &mut *chunk, depth: depth - 1, rings })?.is_some() {
                count += 1;
            }
            if count == 0 {
                return Err(Error::custom("an empty geometry"));
            }
            if rings && depth == 1 {
                chunk.end_part();
            }
            return Ok(());
        }
        let start = chunk.x.len();
        while list.next_element_seed(Position(&mut *chunk))?.is_some() {}
        let (x, y) = (&chunk.x[start..], &chunk.y[start..]);
        let whole = match rings {
            true => x.len() >= 4 && (x.first(), y.first()) == (x.last(), y.last()),
            false => x.len() >= 2,
        };
        if !whole {
            return Err(Error::custom("a line or ring of too few positions, or open"));
        }
        chunk.end_list();
        if !rings {
            chunk.end_part();
        }
        Ok(())
    }
}

/// One position.
struct Position<'a>(&'a mut Chunk);

impl<'de> DeserializeSeed<'de> for Position<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Position<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("two numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let (Some(x), Some(y)) = (list.next_element::<f64>()?, list.next_element::<f64>()?) else {
            return Err(Error::custom("a position of less than two numbers"));
        };
        // Heights make another coordinate system of it for GDAL.
        if list.next_element::<IgnoredAny>()?.is_some() {
            return Err(Error::custom("a position of more than two numbers"));
        }
        // `-0` is an integer to GDAL, and so is what 64 bits do not hold.
        let odd = |c: f64| c == 0.0 && c.is_sign_negative() || c.abs() >= i64::MAX as f64;
        if odd(x) || odd(y) {
            return Err(Error::custom("a coordinate that may have been an integer"));
        }
        self.0.x.push(x);
        self.0.y.push(y);
        Ok(())
    }
}
