//! A survey with the fields and codes of INEGI's ENTI, as CSV and as the DBF that INEGI publishes; the answers are those of
//! pandas (`tests/oracles/mirti/make_enti.py`).

use std::fs;
use std::path::{Path, PathBuf};

use corredor::risk::mirti::Model;

use crate::fixtures;

fn golden(name: &str) -> PathBuf {
    fixtures::top().join("tests/oracles/mirti").join(name)
}

fn rows(name: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(golden(name)).unwrap().records().map(|row| row.unwrap()).collect()
}

/// The survey as a DBF: texts, and the weight as a number, as in INEGI's tables.
fn dbf(path: &Path) {
    let mut reader = csv::Reader::from_path(golden("enti.csv")).unwrap();
    let fields: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let width = |field: &str| -> usize { if field == "UPM_DIS" { 7 } else { 6 } };
    let record: usize = 1 + fields.iter().map(|field| width(field)).sum::<usize>();
    let header = 32 + 32 * fields.len() + 1;
    let mut bytes = vec![3, 119, 1, 1];
    bytes.extend(u32::try_from(records.len()).unwrap().to_le_bytes());
    bytes.extend(u16::try_from(header).unwrap().to_le_bytes());
    bytes.extend(u16::try_from(record).unwrap().to_le_bytes());
    bytes.resize(32, 0);
    for field in &fields {
        let start = bytes.len();
        bytes.extend(field.as_bytes());
        bytes.resize(start + 11, 0);
        bytes.push(if field == "FAC" { b'N' } else { b'C' });
        bytes.resize(start + 16, 0);
        bytes.push(width(field) as u8);
        bytes.resize(start + 32, 0);
    }
    bytes.push(0x0d);
    for row in &records {
        bytes.push(b' ');
        for (field, cell) in fields.iter().zip(row) {
            let cell = match field.as_str() {
                "FAC" => format!("{cell:>6}"),
                _ => format!("{cell:<width$}", width = width(field)),
            };
            bytes.extend(cell.as_bytes());
        }
    }
    bytes.push(0x1a);
    fs::write(path, bytes).unwrap();
}

fn fit(folder: &Path, file: &str, codebook: &str, variables: &str) -> Model {
    let out = folder.join("model.toml");
    let arguments =
        ["mirti", "fit", file, "--codebook", codebook, "--variables", variables, "--out", "model.toml"];
    let told = fixtures::told(folder, &arguments);
    assert!(told.starts_with("exit 0"), "{told}");
    Model::read(&out).unwrap()
}

#[test]
fn the_outcome_is_work_with_or_without_chores() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden("enti.csv"), dir.path().join("enti.csv")).unwrap();
    dbf(&dir.path().join("ENTI2019_SDEM.DBF"));
    for codebook in ["enti-2019", "enti-2022"] {
        for file in ["enti.csv", "ENTI2019_SDEM.DBF"] {
            let model = fit(dir.path(), file, codebook, "sex,age");
            let wanted = rows("enti_shares.csv");
            assert_eq!(model.direct.len(), wanted.len());
            for (direct, wanted) in model.direct.iter().zip(&wanted) {
                assert_eq!(direct.key, wanted[0]);
                let share: f64 = wanted[1].parse().unwrap();
                assert!(
                    (direct.share - share).abs() < 1e-12,
                    "{codebook}, {file}, {}: {}",
                    direct.key,
                    direct.share
                );
                assert_eq!(direct.children, wanted[3].parse::<u64>().unwrap());
            }
            // 3 of ASIS is not specified, and no error.
            let model = fit(dir.path(), file, codebook, "sex,age,school");
            assert_eq!(model.survey.used, wanted[0][4].parse::<u64>().unwrap(), "{codebook}, {file}");
        }
    }
}

#[test]
fn intercepts_of_places_that_the_survey_does_not_have_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(golden("enti.csv"), dir.path().join("enti.csv")).unwrap();
    let arguments = [
        "mirti",
        "fit",
        "enti.csv",
        "--codebook",
        "enti-2019",
        "--variables",
        "sex,age",
        "--random",
        "--out",
        "m.toml",
    ];
    let told = fixtures::told(dir.path(), &arguments);
    assert!(told.starts_with("exit 1") && told.contains("its states"), "{told}");
    assert!(told.contains("leave out --random"), "{told}");
}

#[test]
fn a_decimal_comma_is_called_so_and_read_where_it_is_stated() {
    let dir = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(golden("enti.csv")).unwrap();
    let mut lines = text.lines();
    let mut commas = format!("{}\n", lines.next().unwrap().replace(',', ";"));
    for line in lines {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        cells[4] += ",00";
        commas += &format!("{}\n", cells.join(";"));
    }
    fs::write(dir.path().join("commas.csv"), commas).unwrap();
    let arguments = [
        "mirti",
        "fit",
        "commas.csv",
        "--codebook",
        "enti-2019",
        "--variables",
        "sex,age",
        "--out",
        "m.toml",
    ];
    let told = fixtures::told(dir.path(), &arguments);
    assert!(told.starts_with("exit 1") && told.contains("a number with a decimal comma"), "{told}");
    assert!(told.contains("decimal = \",\""), "{told}");
    let book = fixtures::top().join("layers/codebooks/enti-2019.toml");
    let book =
        fs::read_to_string(book).unwrap().replace("version = \"2\"", "version = \"2\"\ndecimal = \",\"");
    fs::write(dir.path().join("book.toml"), book).unwrap();
    let model = fit(dir.path(), "commas.csv", "book.toml", "sex,age");
    let share: f64 = rows("enti_shares.csv")[0][1].parse().unwrap();
    assert!((model.direct[0].share - share).abs() < 1e-12);
}
