//! CSV and TSV in any encoding: every row is read or counted, lines of errors are lines of the file, and what
//! was read reads the same after it was written.
#![no_main]

use std::collections::BTreeSet;

use corredor::layer::read::fuzzing::read_table;
use corredor::layer::read::{Kind, Options, ReadError};
use corredor::layer::write::write_csv;
use corredor::layer::{Finding, Layer};
use corredor::text::{clean, is_blank as is_empty};
use libfuzzer_sys::fuzz_target;

const ENCODINGS: [Option<&str>; 8] = [
    None,
    Some("UTF-8"),
    Some("ISO-8859-1"),
    Some("windows-1252"),
    Some("UTF-16LE"),
    Some("Shift_JIS"),
    Some("ISO-2022-JP"),
    Some("no such"),
];

// The first byte chooses the settings, the rest is the file.
fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let path = if choice & 8 == 0 { "t.csv" } else { "t.tsv" };
    let mut options = Options::new(path, Kind::None, "fuzz row");
    options.number_rows = true;
    options.encoding = ENCODINGS[usize::from(choice & 7)].map(str::to_owned);
    options.missing = vec!["NA".to_owned()];
    options.name = (choice & 16 != 0).then(|| "a".to_owned());
    // LF, CR and CR before LF each end a line.
    let ends = |bytes: &[u8]| {
        let alone = |at: &usize| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        let lines = bytes.iter().filter(|&&b| b == b'\n').count();
        (lines + (0..bytes.len()).filter(alone).count()) as u64
    };
    let newlines = ends(bytes);
    match read_table(bytes, &options) {
        Ok(layer) => {
            fields_differ(&layer);
            rows_are_told(&layer);
            if let Ok(text) = std::str::from_utf8(bytes)
                && path == "t.csv"
                && options.encoding.as_deref().is_none_or(|e| e == "UTF-8")
            {
                splits_like_lines(&layer, text);
            }
            reads_again(&layer, &options);
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            match error {
                ReadError::NotEncoded { line, .. } => {
                    assert!((1..=newlines + 1).contains(&line), "line {line}");
                    if options.encoding.is_none()
                        && !bytes.starts_with(b"\xef\xbb\xbf")
                        && !bytes.starts_with(b"\xff\xfe")
                        && !bytes.starts_with(b"\xfe\xff")
                    {
                        let good = std::str::from_utf8(bytes).unwrap_err().valid_up_to();
                        let before = &bytes[..good];
                        let within = before.ends_with(b"\r") && bytes.get(good) == Some(&b'\n');
                        assert_eq!(line, ends(before) + 1 - u64::from(within));
                    }
                }
                ReadError::BadRow { line, .. } => assert!((1..=newlines + 1).contains(&line), "line {line}"),
                _ => {}
            }
        }
    }
});

fn fields_differ(layer: &Layer) {
    let fields = layer.fields();
    assert_eq!(fields.iter().collect::<BTreeSet<_>>().len(), fields.len(), "{fields:?}");
}

fn rows_are_told(layer: &Layer) {
    let source = layer.provenance.source.as_ref().unwrap();
    assert_eq!(source.read, layer.len() + source.dropped);
    let counted: usize = layer
        .provenance
        .findings
        .iter()
        .map(|finding| if let Finding::Dropped { count, .. } = finding { *count } else { 0 })
        .sum();
    assert_eq!(counted, source.dropped);
    let keys: Vec<String> = (1..=layer.len()).map(|row| format!("row-{row:06}")).collect();
    assert_eq!(layer.keys(), keys);
}

/// Without quotes and with one kind of delimiter a table is its lines, split.
fn splits_like_lines(layer: &Layer, text: &str) {
    // An empty line is none, and the mark of UTF-8 begins the first that is not.
    let text = text.trim_start_matches('\n');
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start_matches('\n');
    if text.contains(['"', ';', '\t', '\r', '|', '#']) || layer.has("name") || text.starts_with("sep=") {
        return;
    }
    // What is a header of signs that are not seen is left to the reader.
    if text.split('\n').next().is_some_and(is_empty) {
        return;
    }
    let mut lines = text.split('\n').filter(|line| !line.is_empty());
    let header: Vec<&str> = lines.next().unwrap().split(',').map(str::trim).collect();
    if header.iter().any(|name| name.is_empty()) {
        return;
    }
    let is_blank = |cells: &[&str]| cells.iter().all(|cell| is_empty(cell));
    // Beside a single column a comma may be of its text: such a row is told, and no blank one.
    let in_doubt = |row: &[&str]| header.len() == 1 && row.len() > 1;
    let rows: Vec<Vec<&str>> = lines
        .map(|line| line.split(',').collect())
        .filter(|row: &Vec<&str>| in_doubt(row) || !is_blank(row))
        .collect();
    assert_eq!(layer.provenance.source.as_ref().unwrap().read, rows.len());
    let fits =
        |row: &Vec<&str>| row.len() >= header.len() && !in_doubt(row) && is_blank(&row[header.len()..]);
    let kept: Vec<_> = rows.into_iter().filter(fits).collect();
    assert_eq!(layer.len(), kept.len());
    for (at, field) in header.iter().enumerate().filter(|(_, field)| **field != "fuzz row") {
        for (cell, row) in layer.texts(field).unwrap().iter().zip(&kept) {
            // Signs that are not seen are taken out or replaced, which is told.
            let given = clean(row[at]);
            assert_eq!(cell.is_none(), is_empty(row[at]) || given.trim() == "NA", "{field}: {row:?}");
            let Some(cell) = cell else { continue };
            let same = *cell == given
                || (cell.parse::<f64>().is_ok() && cell.parse::<f64>() == given.trim().parse::<f64>());
            assert!(same, "{field}: {cell:?} of {row:?}");
        }
    }
}

/// What was written as CSV reads as the same table.
fn reads_again(layer: &Layer, options: &Options) {
    // A bare `;` or tab in a header is taken for the delimiter, which no writer can prevent.
    if layer.fields().iter().any(|field| field.contains([';', '\t', '|']) || field.trim() != field) {
        return;
    }
    let mut bytes = Vec::new();
    if write_csv(layer, &mut bytes).unwrap().guarded_cells > 0 {
        return;
    }
    let mut again = Options::new("t.csv", Kind::None, "fuzz row");
    again.missing.clone_from(&options.missing);
    let read = match read_table(&bytes, &again) {
        // A header may begin as a file of another kind does: it is refused by name.
        Err(ReadError::NotAsNamed { .. }) => return,
        read => read.unwrap(),
    };
    assert_eq!(read.fields(), layer.fields());
    for field in layer.fields() {
        let (found, given) = (read.column(&field).unwrap(), layer.column(&field).unwrap());
        if given.data_type().is_floating() {
            // By value, since -0 is written as 0.
            assert_eq!(read.numbers(&field).unwrap(), layer.numbers(&field).unwrap());
        } else if options.name.is_some() && field == "name" {
            // Names are texts, whatever they look like; read as any column they may be numbers.
            let known = |texts: Vec<Option<String>>| -> Vec<f64> {
                texts
                    .iter()
                    .flatten()
                    .filter_map(|text| text.trim().parse().ok())
                    .filter(|n: &f64| n.is_finite())
                    .collect()
            };
            assert_eq!(known(read.texts("name").unwrap()), known(layer.texts("name").unwrap()));
        } else {
            assert_eq!(found, given, "{field}");
        }
    }
}
