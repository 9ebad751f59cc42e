//! Features parsed by serde straight into columns and flat coordinates: no tree of values in between.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::cells::Cells;
use super::declined::{Declined, TOO_WIDE};
use super::geometry::Geometry;
use super::ids::Ids;
use crate::layer::read::open::MOST_FIELDS;
use crate::layer::read::shapes::Chunk;

/// Bytes of text to a position, at the least; more text has more room than it needs.
const POSITION: usize = 20;

/// Some consecutive features.
pub(super) struct Block<'f> {
    fields: &'f [String],
    /// One for each field.
    pub columns: Vec<Cells>,
    pub ids: Ids,
    pub chunk: Chunk,
}

/// The names of the properties of a feature, in order.
pub(super) fn fields(feature: &[u8]) -> Result<Vec<String>, Declined> {
    #[derive(Deserialize)]
    struct First {
        properties: Names,
    }
    let First { properties: Names(names) } = serde_json::from_slice(feature).map_err(|e| e.to_string())?;
    if names.len() > MOST_FIELDS {
        return Err(TOO_WIDE.to_owned());
    }
    let mut seen = HashSet::with_capacity(names.len());
    for name in &names {
        let odd = name.is_empty()
            // Stands where bytes were lost: GDAL's way has words for it.
            || name.contains(['\0', char::REPLACEMENT_CHARACTER])
            || ["wkb_geometry", "ogc_fid", "fid"].iter().any(|taken| name.eq_ignore_ascii_case(taken))
            || !seen.insert(name.to_ascii_lowercase());
        if odd {
            return Err(format!("field `{name}`"));
        }
    }
    Ok(names)
}

struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("properties")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

impl<'f> Block<'f> {
    /// Parses the features that stand in these places of the text.
    pub fn parse(text: &[u8], features: &[Range<usize>], fields: &'f [String]) -> Result<Self, Declined> {
        let mut block = Self {
            fields,
            columns: fields.iter().map(|_| Cells::Missing(0)).collect(),
            ids: Ids::default(),
            chunk: Chunk::default(),
        };
        let bytes: usize = features.iter().map(ExactSizeIterator::len).sum();
        block.chunk.x.reserve(bytes / POSITION);
        block.chunk.y.reserve(bytes / POSITION);
        for feature in features {
            let mut parser = serde_json::Deserializer::from_slice(&text[feature.clone()]);
            Feature(&mut block)
                .deserialize(&mut parser)
                .and_then(|()| parser.end())
                .map_err(|error| error.to_string())?;
            block.ids.features += 1;
        }
        block.chunk.x.shrink_to_fit();
        block.chunk.y.shrink_to_fit();
        Ok(block)
    }
}

/// One feature into a block.
struct Feature<'a, 'f>(&'a mut Block<'f>);

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Type,
    Id,
    Bbox,
    Properties,
    Geometry,
}

#[derive(Deserialize)]
enum Tag {
    Feature,
}

impl<'de> DeserializeSeed<'de> for Feature<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Feature<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let block = self.0;
        let mut seen = [false; 5];
        while let Some(member) = map.next_key::<Member>()? {
            if std::mem::replace(&mut seen[member as usize], true) {
                return Err(Error::custom("a member stands twice"));
            }
            match member {
                Member::Type => match map.next_value()? {
                    Tag::Feature => {}
                },
                Member::Bbox => drop(map.next_value::<IgnoredAny>()?),
                Member::Id => map.next_value_seed(Id(&mut block.ids))?,
                Member::Properties => {
                    map.next_value_seed(Properties { fields: block.fields, columns: &mut block.columns })?;
                }
                Member::Geometry => map.next_value_seed(Geometry(&mut block.chunk))?,
            }
        }
        match seen[Member::Type as usize]
            && seen[Member::Properties as usize]
            && seen[Member::Geometry as usize]
        {
            true => Ok(()),
            false => Err(Error::custom("a member is missing")),
        }
    }
}

struct Id<'a>(&'a mut Ids);

impl<'de> DeserializeSeed<'de> for Id<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Id<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text or a whole number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(E::custom("a text that C would cut"));
        }
        self.0.texts.push(text.to_owned());
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.0.numbers += 1;
        Ok(())
    }
}

/// The properties of a feature, into one cell of each column; their order must be that of the first feature.
struct Properties<'a> {
    fields: &'a [String],
    columns: &'a mut [Cells],
}

impl<'de> DeserializeSeed<'de> for Properties<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut next = 0;
        while let Some(at) = map.next_key_seed(Name { fields: self.fields, next })? {
            self.columns[next..at].iter_mut().for_each(Cells::push_missing);
            map.next_value_seed(Cell(&mut self.columns[at]))?;
            next = at + 1;
        }
        self.columns[next..].iter_mut().for_each(Cells::push_missing);
        Ok(())
    }
}

/// The name of a property, as the number of its field, which must not come before `next`.
struct Name<'a> {
    fields: &'a [String],
    next: usize,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a field of the first feature, in its order")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let found = self.fields[self.next..].iter().position(|field| field == name);
        found.map(|at| self.next + at).ok_or_else(|| E::custom("a field that the first feature lacks"))
    }
}

/// The value of a property.
struct Cell<'a>(&'a mut Cells);

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Cell<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a single value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.0.push_missing();
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.0.push_boolean(value).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.0.push_integer(value).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        let value = i64::try_from(value).map_err(|_| E::custom("a number that 64 bits do not hold"))?;
        self.0.push_integer(value).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.0.push_number(value).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.0.push_text(value).map_err(E::custom)
    }
}
