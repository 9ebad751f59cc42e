//! Geometry as text in a column of a table: WKT, EWKT, and WKB in hexadecimal, as PostGIS prints it.

use arrow_array::{Array, cast::AsArray};
use arrow_schema::DataType;
use gdal::vector::Geometry as Ogr;

use super::nested::Head;
use super::raw::Raw;
use super::shapes::{Chunk, Shapes};
use super::{Kind, Options, ReadError, gdal_errors};

/// What such columns are called, lower case.
const NAMES: [&str; 8] = ["wkt", "ewkt", "wkb", "geom", "geometry", "the_geom", "wkb_geometry", "geom_wkt"];

/// What a text that is WKT begins with, lower case.
const WORDS: [&str; 17] = [
    "srid=",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
    "circularstring",
    "compoundcurve",
    "curvepolygon",
    "multicurve",
    "multisurface",
    "curve",
    "polyhedralsurface",
    "tin",
    "triangle",
];

/// The column of a table that holds geometry as text, by its name and its first value.
pub(super) fn column(raw: &Raw) -> Option<usize> {
    let looks = |text: &str| {
        let text = text.trim_start().to_ascii_lowercase();
        WORDS.iter().any(|word| text.starts_with(word))
            || hexadecimal(text.trim_end()).is_some_and(|wkb| Head::of(&wkb).is_some())
    };
    raw.columns.iter().position(|column| {
        let named = NAMES.contains(&column.name.to_ascii_lowercase().as_str());
        named
            && column.values.data_type() == &DataType::Utf8
            && column
                .values
                .as_string::<i32>()
                .iter()
                .flatten()
                .find(|text| !text.trim().is_empty())
                .is_some_and(looks)
    })
}

/// Takes the geometry of a table out of its column, where the layer has geometry and the source has none of its own.
///
/// The number of a system (`SRID=4326;`) is that of the EPSG; without one, and without `crs`, none is stated.
///
/// # Errors
/// [`ReadError::NotCoordinate`] with the first text that is no geometry; [`ReadError::BadCrs`] for rows of several systems.
pub(super) fn take(mut raw: Raw, options: &Options) -> Result<Raw, ReadError> {
    let wanted = options.kind != Kind::None && !options.columns_hold_points() && raw.shapes.is_none();
    let Some(at) = wanted.then(|| column(&raw)).flatten() else { return Ok(raw) };
    decode(&mut raw, at, options)?;
    raw.columns.remove(at);
    if at < raw.written.len() {
        raw.written.remove(at);
    }
    Ok(raw)
}

/// Gives a table the geometry of its column, which stays where it is.
///
/// # Errors
/// As [`take`]; the table is then as it was.
pub(super) fn decode(raw: &mut Raw, at: usize, options: &Options) -> Result<(), ReadError> {
    gdal_errors::listen();
    let column = &raw.columns[at];
    let mut shapes = Shapes::of_kind(options.kind);
    let mut chunk = Chunk::of_kind(options.kind);
    let mut system: Option<u32> = None;
    for (row, text) in column.values.as_string::<i32>().iter().enumerate() {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
            chunk.push_wkb(None);
            continue;
        };
        let Some((wkb, srid)) = parse(text) else {
            return Err(ReadError::NotCoordinate {
                file: options.file(),
                place: raw.place(row),
                field: column.name.clone(),
                value: text.chars().take(60).collect(),
                expected: "a geometry as WKT",
            });
        };
        chunk.push_wkb(Some(&wkb));
        match (srid, system) {
            (Some(srid), Some(before)) if srid != before => {
                return Err(ReadError::BadCrs {
                    file: options.file(),
                    crs: format!("SRID={srid}"),
                    reason: format!(
                        "{} has another than the rows before, which have {before}",
                        raw.place(row)
                    ),
                });
            }
            (srid, before) => system = before.or(srid),
        }
    }
    shapes.push(chunk);
    raw.shapes = Some(shapes);
    raw.crs = raw.crs.take().or(system.map(|srid| (format!("EPSG:{srid}"), format!("EPSG:{srid}"))));
    Ok(())
}

/// The WKB of a text, and the number of its system.
fn parse(text: &str) -> Option<(Vec<u8>, Option<u32>)> {
    if let Some(wkb) = hexadecimal(text) {
        let srid = Head::of(&wkb)?.srid(&wkb);
        return Some((wkb, srid.filter(|srid| *srid > 0)));
    }
    let (srid, wkt) = match text.split_once(';') {
        Some((head, wkt)) if head.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("srid=")) => {
            (Some(head[5..].trim().parse::<u32>().ok()?), wkt)
        }
        _ => (None, text),
    };
    let wkb = Ogr::from_wkt(wkt.trim()).and_then(|geometry| geometry.iso_wkb()).ok()?;
    Some((wkb, srid.filter(|srid| *srid > 0)))
}

/// The bytes that hexadecimal digits stand for.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let sound = text.len() >= 10 && text.len().is_multiple_of(2);
    if !sound {
        return None;
    }
    text.as_bytes().chunks(2).map(|pair| Some(digit(&pair[0])? << 4 | digit(&pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_every_form() {
        let point = Ogr::from_wkt("POINT (1 2)").unwrap().iso_wkb().unwrap();
        assert_eq!(parse("POINT(1 2)"), Some((point.clone(), None)));
        assert_eq!(parse("SRID=4326;POINT(1 2)"), Some((point.clone(), Some(4326))));
        assert_eq!(parse("srid=0; point (1 2)"), Some((point, None)));
        // In the older form an empty point would lie at zero.
        let (empty, _) = parse("POINT EMPTY").unwrap();
        assert!(empty[5..].chunks(8).all(|axis| f64::from_le_bytes(axis.try_into().unwrap()).is_nan()));
        // As PostGIS prints a point with its system.
        let (wkb, srid) = parse("0101000020E6100000000000000000F03F0000000000000040").unwrap();
        assert_eq!((wkb.len(), srid), (25, Some(4326)));
        for bad in ["", "POINT(1", "SRID=x;POINT(1 2)", "19.4, -99.1", "zz01000000", "point of no return"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
