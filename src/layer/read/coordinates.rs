//! Points from columns, and the check that every coordinate is on the globe.

use super::raw::Raw;
use super::{Options, ReadError, attributes};
use crate::layer::nearest;
use crate::layer::text::Numerals;

/// Names of columns of longitudes and latitudes, in any case; the first pair that is there counts.
pub(crate) const PLACE_COLUMNS: [(&str, &str); 7] = [
    ("lon", "lat"),
    ("longitude", "latitude"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitud", "latitud"),
    ("x", "y"),
    ("lon_deg", "lat_deg"),
];

/// How far beyond 180 degrees, or 90, a coordinate is a rounding and no mistake, degrees: a tenth of a millimetre.
const ROUNDING_DEG: f64 = 1e-9;

/// The bound where a coordinate lies no more than a rounding beyond it; else as it is.
pub(crate) fn settled(coordinate_deg: f64, most_deg: f64) -> f64 {
    let beyond = coordinate_deg.abs() - most_deg;
    if beyond > 0.0 && beyond <= ROUNDING_DEG { most_deg.copysign(coordinate_deg) } else { coordinate_deg }
}

/// Whether a longitude goes on beyond the date line: 0 to 360, or a country drawn over it in one piece.
pub fn goes_on(lon: f64, lat: f64) -> bool {
    lon.abs() > 180.0 && lon.abs() <= 360.0 && lat.abs() <= 90.0
}

/// Why a coordinate cannot be a place, and what to do; `None` where it can.
fn fault(lon: f64, lat: f64) -> Option<(&'static str, &'static str)> {
    if !lon.is_finite() || !lat.is_finite() {
        return Some(("is not a place", "correct the coordinate in the source"));
    }
    let on_globe = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    if on_globe {
        return None;
    }
    if (-90.0..=90.0).contains(&lon) && (-180.0..=180.0).contains(&lat) {
        return Some((
            "is out of range: longitude and latitude look swapped",
            "give longitude first; for columns, exchange `lon` and `lat`",
        ));
    }
    if goes_on(lon, lat) {
        return Some((
            "is out of range: longitudes run from 0 to 360, or past 180",
            "wrap them at the date line: `ogr2ogr -wrapdateline WRAPPED.gpkg SOURCE`; in a table take 360 from those above 180",
        ));
    }
    Some((
        "is out of range",
        "if these are metres, state the `crs` of the source; otherwise correct the coordinate",
    ))
}

/// Brings what rounding has carried over the edge back to it, and checks every vertex; `place` names the feature of a vertex for the message.
pub(super) fn check(
    lon: &mut [f64],
    lat: &mut [f64],
    raw: &Raw,
    options: &Options,
    place: impl Fn(usize) -> String,
) -> Result<(), ReadError> {
    lon.iter_mut().for_each(|lon| *lon = settled(*lon, 180.0));
    lat.iter_mut().for_each(|lat| *lat = settled(*lat, 90.0));
    match lon.iter().zip(lat.iter()).enumerate().find_map(|(i, (&x, &y))| fault(x, y).map(|f| (i, x, y, f))) {
        None => Ok(()),
        Some((vertex, lon, lat, (fault, help))) => Err(ReadError::OutOfRange {
            file: options.file(),
            layer: raw.layer.clone(),
            place: place(vertex),
            lon,
            lat,
            fault,
            help,
        }),
    }
}

/// The vertex of a line or ring, in degrees, that the step to jumps over the date line.
pub(super) fn jump(lon: &[f64], lat: &[f64]) -> Option<usize> {
    (1..lon.len()).find(|&i| {
        let step_deg = (lon[i] - lon[i - 1]).abs();
        step_deg > 180.0 && step_deg < 360.0 && !(lat[i].abs() == 90.0 && lat[i] == lat[i - 1])
    })
}

/// Checks that no line or ring jumps over the date line: its parts would be joined the long way around the Earth.
///
/// An edge along a pole, or all around the Earth, is drawn as it is meant.
pub(super) fn check_date_line(
    lon: &[f64],
    lat: &[f64],
    offsets: &[i32],
    raw: &Raw,
    options: &Options,
    key: impl Fn(usize) -> String,
) -> Result<(), ReadError> {
    let part = |w: &[i32]| {
        let (from, to) = (w[0] as usize, w[1] as usize);
        jump(&lon[from..to], &lat[from..to]).map(|vertex| from + vertex)
    };
    match offsets.windows(2).find_map(part) {
        None => Ok(()),
        Some(vertex) => Err(ReadError::OverDateLine {
            file: options.file(),
            layer: raw.layer.clone(),
            feature: key(vertex),
            from_deg: lon[vertex - 1],
            to_deg: lon[vertex],
        }),
    }
}

/// Places in source order, and the rows whose text is not a place.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// One a row; `None` where the cell is empty or unreadable.
    pub places: Vec<Option<(f64, f64)>>,
    /// Rows with a text that is not a place.
    pub unreadable: Vec<usize>,
}

/// Reads the places of points from their columns.
///
/// A text that is not a place is kept out and counted; where most are, the column is the wrong one.
pub(super) fn from_columns(raw: &Raw, options: &Options) -> Result<Places, ReadError> {
    let (places, unreadable, field, expected) = match (&options.latlon, &options.lon, &options.lat) {
        (Some(both), _, _) => {
            let texts = attributes::as_texts(&raw.columns[column(raw, options, both, "latlon")?].values);
            let pair = |t: &Option<String>| t.as_deref().and_then(|t| parse_pair(t, options.numerals));
            let places: Vec<_> = texts.iter().map(pair).collect();
            let unreadable = unreadable(&texts, &places);
            (places, unreadable, both.as_str(), "a pair \"lat, lon\" in degrees")
        }
        (None, lon, lat) => {
            let (lon, lat) = (lon.as_deref().unwrap_or("lon"), lat.as_deref().unwrap_or("lat"));
            let (x, bad_x) = numbers(raw, options, lon, "lon")?;
            let (y, bad_y) = numbers(raw, options, lat, "lat")?;
            let field = if bad_x.is_empty() { lat } else { lon };
            let mut bad = [bad_x, bad_y].concat();
            bad.sort_unstable();
            bad.dedup();
            (x.into_iter().zip(y).map(|(x, y)| x.zip(y)).collect(), bad, field, "a number of degrees")
        }
    };
    match unreadable.first() {
        Some(&row) if unreadable.len() * 2 > places.len() => {
            let texts = attributes::as_texts(&raw.columns[column(raw, options, field, "lon")?].values);
            Err(ReadError::NotCoordinate {
                file: options.file(),
                place: raw.place(row),
                field: field.to_owned(),
                value: texts[row].clone().unwrap_or_default(),
                expected,
            })
        }
        _ => Ok(Places { places, unreadable }),
    }
}

/// Rows that have a text but no value.
fn unreadable<T>(texts: &[Option<String>], values: &[Option<T>]) -> Vec<usize> {
    texts
        .iter()
        .zip(values)
        .enumerate()
        .filter(|(_, (t, v))| t.is_some() && v.is_none())
        .map(|(i, _)| i)
        .collect()
}

/// "lat, lon" to (lon, lat); "lat; lon" where commas stand before decimals.
pub(crate) fn parse_pair(text: &str, numerals: Numerals) -> Option<(f64, f64)> {
    let text = text.trim();
    let parted = match numerals.decimal {
        ',' => text.split_once(';').or_else(|| text.split_once(", ")),
        _ => text.split_once([',', ';']),
    };
    let (lat, lon) = parted.or_else(|| text.split_once(' '))?;
    Some((numerals.number(lon)?, numerals.number(lat)?))
}

/// Numbers of a column, and the rows whose text is not one.
fn numbers(
    raw: &Raw,
    options: &Options,
    field: &str,
    setting: &'static str,
) -> Result<(Vec<Option<f64>>, Vec<usize>), ReadError> {
    let index = column(raw, options, field, setting)?;
    let texts = attributes::as_texts(&raw.columns[index].values);
    // What is a number already is written as programs write it.
    let numerals = if raw.columns[index].values.data_type() == &arrow_schema::DataType::Utf8 {
        options.numerals
    } else {
        Numerals::default()
    };
    let values: Vec<_> = texts.iter().map(|t| t.as_deref().and_then(|t| numerals.number(t))).collect();
    let bad = unreadable(&texts, &values);
    Ok((values, bad))
}

/// Position of a column that a setting names.
pub(super) fn column(
    raw: &Raw,
    options: &Options,
    field: &str,
    setting: &'static str,
) -> Result<usize, ReadError> {
    raw.columns.iter().position(|c| c.name == field).ok_or_else(|| {
        let fields = raw.fields();
        ReadError::NoField {
            file: options.file(),
            layer: raw.layer.clone(),
            field: field.to_owned(),
            setting,
            nearest: nearest(field, fields.iter().map(String::as_str)),
            fields,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_latitude_first() {
        let plain = |text: &str| parse_pair(text, Numerals::default());
        assert_eq!(plain("31.650259, -110.366453"), Some((-110.366453, 31.650259)));
        assert_eq!(plain("14.9 -92.3"), Some((-92.3, 14.9)));
        let commas = Numerals { decimal: ',', thousands: None };
        for text in ["14,9; -92,3", "14,9 -92,3", "14,9, -92,3"] {
            assert_eq!(parse_pair(text, commas), Some((-92.3, 14.9)), "{text}");
        }
        for bad in ["", "31.6", "a, b", "nan, 1", "1, inf"] {
            assert_eq!(plain(bad), None, "{bad}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        assert!(fault(-99.1, 19.4).is_none());
        assert!(fault(19.4, -99.1).unwrap().0.contains("swapped"));
        assert!(fault(2_500_000.0, 319_149.0).unwrap().1.contains("crs"));
        assert!(fault(f64::NAN, 0.0).is_some());
        for lon in [181.0, 359.9, -190.0] {
            assert!(fault(lon, -17.5).unwrap().1.contains("-wrapdateline"), "{lon}");
        }
        assert!(fault(500.0, 10.0).unwrap().1.contains("crs"));
    }

    #[test]
    fn a_rounding_beyond_the_edge_is_the_edge() {
        assert_eq!(settled(180.000_000_000_000_23, 180.0), 180.0);
        assert_eq!(settled(-180.000_000_000_9, 180.0), -180.0);
        assert_eq!(settled(-90.000_000_000_000_01, 90.0), -90.0);
        for kept in [180.000_000_002, 179.999_999_999_9, -181.0, 0.0] {
            assert_eq!(settled(kept, 180.0), kept);
        }
        assert!(settled(f64::NAN, 180.0).is_nan());
    }
}
