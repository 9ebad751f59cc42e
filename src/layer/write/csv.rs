//! CSV for spreadsheets: the attributes, and for points their place.

use std::io::Write;

use super::WriteError;
use super::cells::{Cells, columns, key_order};
use super::fixed::{position, push_coordinate};
use crate::layer::Layer;
use crate::text::{find_hidden, plain};

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvReport {
    /// Rows below the header.
    pub rows: usize,
    /// Text cells that got an apostrophe, because a spreadsheet would have taken them for a formula.
    pub guarded_cells: usize,
}

/// Writes the attributes of a layer as CSV (RFC 4180): UTF-8 without a byte order mark, a header, lines
/// ended by CR LF, rows in the order of the keys, missing values empty.
///
/// A text that begins with `=`, `+`, `-`, `@`, a tab, CR or LF gets an apostrophe in front, so that a
/// spreadsheet shows it instead of running it (OWASP, CSV injection); numbers are left alone. Points get the
/// columns `lon` and `lat`, degrees; fields of theirs with these names give way to them.
///
/// # Errors
/// [`WriteError::NotFinite`] and [`WriteError::OutOfRange`] name the first offending feature.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use corredor::layer::{Column, Geometry, Layer, Provenance, write::write_csv};
///
/// let columns = vec![Column::texts("code", vec![Some("01")]), Column::texts("name", vec![Some("=1+1")])];
/// let layer = Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default())?;
/// let mut bytes = Vec::new();
/// let report = write_csv(&layer, &mut bytes)?;
/// assert_eq!(report.guarded_cells, 1);
/// assert_eq!(bytes, b"code,name\r\n01,'=1+1\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_csv(layer: &Layer, out: &mut impl Write) -> Result<CsvReport, WriteError> {
    write(layer, out, None)
}

/// The same with a second row that says what each column is, such as HXL's hashtags. The row is ours, so it is not
/// guarded against formulas.
///
/// # Errors
/// As [`write_csv`].
pub fn write_csv_tagged(
    layer: &Layer,
    out: &mut impl Write,
    tag: &dyn Fn(&str) -> String,
) -> Result<CsvReport, WriteError> {
    write(layer, out, Some(tag))
}

fn write(
    layer: &Layer,
    out: &mut impl Write,
    tag: Option<&dyn Fn(&str) -> String>,
) -> Result<CsvReport, WriteError> {
    let points = layer.geometry().points();
    let mut columns = columns(layer)?;
    if points.is_some() {
        columns.retain(|(name, _)| name != "lon" && name != "lat");
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let place: &[&str] = if points.is_some() { &["lon", "lat"] } else { &[] };
    let names = || columns.iter().map(|(name, _)| name.as_str()).chain(place.iter().copied());
    writer.write_record(names()).map_err(broken)?;
    if let Some(tag) = tag {
        writer.write_record(names().map(tag)).map_err(broken)?;
    }
    let mut report = CsvReport::default();
    let mut cell = Vec::new();
    for row in key_order(layer) {
        for (_, cells) in &columns {
            cell.clear();
            cells.push_plain(&mut cell, row);
            if matches!(cells, Cells::Text(_)) {
                hide(&mut cell);
            }
            if matches!(cells, Cells::Text(_)) && is_formula(&cell) {
                report.guarded_cells += 1;
                cell.insert(0, b'\'');
            }
            writer.write_field(&cell).map_err(broken)?;
        }
        if let Some(points) = &points {
            let (lon, lat) = (points.lon[row], points.lat[row]);
            let place = position(lon, lat).ok_or_else(|| WriteError::OutOfRange {
                layer: layer.name().to_owned(),
                feature: layer.keys()[row].to_owned(),
                lon,
                lat,
            })?;
            for units in place {
                cell.clear();
                push_coordinate(&mut cell, units);
                writer.write_field(&cell).map_err(broken)?;
            }
        }
        writer.write_record(None::<&[u8]>).map_err(broken)?;
        report.rows += 1;
    }
    writer.flush()?;
    Ok(report)
}

/// Puts U+FFFD in the place of signs that are not seen and that a terminal obeys.
fn hide(cell: &mut Vec<u8>) {
    if let Ok(text) = std::str::from_utf8(cell)
        && find_hidden(text).is_some()
    {
        *cell = plain(text).into_owned().into_bytes();
    }
}

/// Whether a spreadsheet may take the text for a formula.
pub fn is_formula(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\n'))
}

pub(super) fn broken(error: csv::Error) -> WriteError {
    WriteError::Io(error.into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Provenance, points};

    fn text(columns: Vec<Column>, geometry: Geometry) -> (String, CsvReport) {
        let layer = Layer::new("t", "code", columns, Arc::new(geometry), Provenance::default()).unwrap();
        let mut out = Vec::new();
        let report = write_csv(&layer, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), report)
    }

    #[test]
    fn quoted_guarded_sorted() {
        let columns = vec![
            Column::texts("code", vec![Some("02"), Some("01"), Some("-3")]),
            Column::texts("name", vec![Some("@SUM(A1)"), Some("Peñón, \"El\"\n2"), None]),
            Column::numbers("change", vec![Some(-1.5), None, Some(2.0)]),
        ];
        let (text, report) = text(columns, Geometry::None);
        assert_eq!(
            text,
            "code,name,change\r\n'-3,,2.0\r\n01,\"Peñón, \"\"El\"\"\n2\",\r\n02,'@SUM(A1),-1.5\r\n"
        );
        assert_eq!(report, CsvReport { rows: 3, guarded_cells: 2 });
    }

    #[test]
    fn every_formula_start_is_guarded() {
        for start in ["=", "+", "-", "@", "\t", "\r", "\n"] {
            assert!(is_formula(format!("{start}x").as_bytes()), "{start:?}");
        }
        assert!(!is_formula(b"") && !is_formula(b"a=1") && !is_formula("ñ".as_bytes()));
    }

    #[test]
    fn points_bring_their_place() {
        let columns = vec![
            Column::texts("code", vec![Some("a")]),
            Column::numbers("lat", vec![Some(1.0)]),
            Column::numbers("lon", vec![Some(2.0)]),
        ];
        let (text, _) = text(columns, points(vec![-92.123_456_78], vec![14.5]).unwrap());
        assert_eq!(text, "code,lon,lat\r\na,-92.1234568,14.5\r\n");
    }

    #[test]
    fn an_empty_layer_has_a_header() {
        let (text, report) = text(vec![Column::texts::<&str>("code", vec![])], Geometry::None);
        assert_eq!((text.as_str(), report.rows), ("code\r\n", 0));
    }
}
