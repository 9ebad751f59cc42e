//! Tables of any texts, as other programs write them, are read to the same texts and numbers, or refused with a reason.
//!
//! Here CSV by the `csv` crate; `tests/oracles/make_tables.py` writes CSV, zipped CSV, XLSX, DBF, GeoJSON and GeoPackage by
//! other programs, as many as asked for, which `CORREDOR_TABLES` names.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use std::collections::BTreeMap;
use std::path::Path;

use corredor::layer::Layer;
use corredor::layer::read::{ReadError, read_whole};
use proptest::prelude::*;
use serde_json::Value;

/// What differs between a cell and what was read of it, if anything does.
fn difference(layer: &Layer, field: &str, row: usize, expected: &Value) -> Option<String> {
    let texts = layer.texts(field).unwrap();
    let numeric = layer.column(field).unwrap().data_type().is_numeric();
    let found = texts[row].clone();
    let told = |expected: &str| Some(format!("{field}, row {row}: {expected:?} was read as {found:?}"));
    match expected {
        // A cell of blanks says as little, and some programs write none of it.
        Value::Null => found.as_ref().filter(|found| !found.trim().is_empty()).and_then(|_| told("nothing")),
        // An empty text is none in tables of text, and one where a format has both.
        Value::String(text) if text.trim().is_empty() => {
            found.as_ref().filter(|found| !found.trim().is_empty()).and_then(|_| told(text))
        }
        Value::String(text) => {
            let same = found.as_deref() == Some(text.as_str());
            let number = numeric && text.trim().parse::<f64>().ok() == layer.numbers(field).unwrap()[row];
            (!same && !number).then(|| told(text)).flatten()
        }
        Value::Bool(value) => (found != Some(value.to_string())).then(|| told(&value.to_string())).flatten(),
        number => {
            let value = found.as_deref().and_then(|text| text.parse::<f64>().ok());
            (value != number.as_f64()).then(|| told(&number.to_string())).flatten()
        }
    }
}

/// Compares what was read with what was written; what was told may differ.
fn compare(layer: &Layer, columns: &[String], rows: &[Vec<Value>]) -> Result<(), String> {
    let rows: Vec<&Vec<Value>> = rows.iter().collect();
    let dropped = layer.provenance.source.as_ref().map_or(0, |source| source.dropped);
    if layer.len() + dropped != rows.len() {
        return Err(format!("{} rows of {}", layer.len(), rows.len()));
    }
    // Rows that were kept out are told, and leave the others at other places.
    if dropped > 0 {
        return Ok(());
    }
    let told = layer
        .provenance
        .findings
        .iter()
        .any(|finding| finding.text(corredor::lang::Lang::En).contains("signs that are not seen"));
    for (at, column) in columns.iter().enumerate() {
        for (row, cells) in rows.iter().enumerate() {
            match difference(layer, column, row, &cells[at]) {
                Some(difference) if !told => return Err(difference),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Texts as people type them, and as no one does.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,6}",
        "0[0-9]{1,5}",
        "[0-9]{1,3}[.][0-9]{1,3}",
        "[0-9]{1,3},[0-9]{1,3}",
        "[0-9]{1,2}E[0-9]{1,2}",
        "[+-][0-9]{1,12}",
        "[0-9]{18,22}",
        "(NaN|inf|-inf|1e5|1e-5|TRUE|N/D|\\*|-|#N/A|NULL)",
        "[A-Za-zÁÉñ ,;|\t\"'\n]{0,12}",
        "[^\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}]{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn csv_is_read_to_the_texts_that_were_written(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..8),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        crlf in any::<bool>(),
    ) {
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
        let columns = ["first", "second", "third"].map(str::to_owned);
        writer.write_record(&columns).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        std::fs::write(&path, writer.into_inner().unwrap()).unwrap();
        // Rows without any value are no rows.
        let rows: Vec<Vec<Value>> = rows
            .into_iter()
            .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
            .map(|row| row.into_iter().map(Value::from).collect())
            .collect();
        match read_whole("t", &path.to_string_lossy(), "t.csv") {
            Ok(layer) => compare(&layer, &columns, &rows).map_err(TestCaseError::fail)?,
            Err(error) => prop_assert!(rows.is_empty() || error.help().is_some(), "{error}"),
        }
    }
}

/// Tables that other programs wrote: `manifest.jsonl` has a line for each.
#[test]
fn tables_of_other_programs_are_read_or_refused() {
    let Some(folder) = std::env::var_os("CORREDOR_TABLES") else {
        let why = "CORREDOR_TABLES names no folder of tables (tests/oracles/make_tables.py)";
        return crate::fixtures::skip(crate::fixtures::Need::Tables, why);
    };
    let folder = Path::new(&folder);
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let (mut read, mut refused, mut wrong) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for line in manifest.lines() {
        let table: Value = serde_json::from_str(line).unwrap();
        let file = table["file"].as_str().unwrap();
        let columns: Vec<String> = serde_json::from_value(table["columns"].clone()).unwrap();
        let rows: Vec<Vec<Value>> = serde_json::from_value(table["rows"].clone()).unwrap();
        let format = table["format"].as_str().unwrap().to_owned();
        let path = folder.join(file);
        match read_whole("t", &path.to_string_lossy(), file) {
            Ok(layer) => {
                *read.entry(format).or_insert(0) += 1;
                if let Err(difference) = compare(&layer, &columns, &rows) {
                    wrong.push(format!("{file}: {difference}"));
                }
            }
            Err(error) => {
                let help = error.help().unwrap_or_default();
                assert!(!help.is_empty(), "{file}: {error}");
                *refused.entry((format, reason(&error))).or_insert(0) += 1;
            }
        }
    }
    eprintln!("read {read:?}\nrefused {refused:#?}");
    assert!(
        wrong.is_empty(),
        "{} differ silently, as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

/// A reason without what differs between files.
fn reason(error: &ReadError) -> String {
    let text = format!("{error:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}
