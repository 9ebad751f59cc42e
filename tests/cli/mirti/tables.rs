//! Tables of persons in all formats, households, and estimates that can be checked by hand.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use corredor::risk::microdata::{Codebook, MicrodataError, Opened, Purpose, Reading, SHIPPED, read};
use corredor::risk::mirti::Model;
use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::dta_writer::DtaWriter;
use dta::stata::dta::header::Header;
use dta::stata::dta::release::Release;
use dta::stata::dta::schema::Schema;
use dta::stata::dta::value::Value;
use dta::stata::dta::variable::Variable;
use dta::stata::dta::variable_type::VariableType;
use dta::stata::stata_double::StataDouble;

use super::errors::{CODEBOOK, survey};
use super::truth::{rows, run};

fn fitted(dir: &Path, file: &str) -> Model {
    run(dir, &format!("mirti fit {file} --codebook book.toml --out model.toml"));
    let mut model = Model::read(&dir.join("model.toml")).unwrap();
    model.survey.file = String::new();
    model
}

#[test]
fn every_format_gives_the_same_model() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("book.toml"), CODEBOOK).unwrap();
    survey(dir, |_, _| {});
    let text = fs::read_to_string(dir.join("survey.csv")).unwrap();
    let wanted = fitted(dir, "survey.csv");
    assert_eq!(wanted.survey.used, 120);

    fs::write(dir.join("survey.tsv"), text.replace(',', "\t").replace('\n', "\r\n")).unwrap();
    assert_eq!(fitted(dir, "survey.tsv"), wanted);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    fs::write(dir.join("survey.csv.gz"), gz.finish().unwrap()).unwrap();
    assert_eq!(fitted(dir, "survey.csv.gz"), wanted);
    fs::write(dir.join("survey.csv.zst"), zstd::encode_all(text.as_bytes(), 1).unwrap()).unwrap();
    assert_eq!(fitted(dir, "survey.csv.zst"), wanted);
    // Quoted, and in capitals.
    let quoted: String = text
        .lines()
        .map(|line| line.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    fs::write(dir.join("quoted.csv"), quoted.replace("\"ent\"", "\"ENT\"")).unwrap();
    assert_eq!(fitted(dir, "quoted.csv"), wanted);

    // With numbers of rows under no name, as pandas and R write them.
    let numbered =
        |(n, line): (usize, &str)| if n == 0 { format!(",{line}\n") } else { format!("{n},{line}\n") };
    fs::write(dir.join("numbered.csv"), text.lines().enumerate().map(numbered).collect::<String>()).unwrap();
    assert_eq!(fitted(dir, "numbered.csv"), wanted);

    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let cells: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    // Numbers and texts, as files come.
    let columns = names.iter().enumerate().map(|(k, name)| {
        let texts = cells.iter().map(|row| Some(row[k]));
        let column: ArrayRef = match *name {
            "sex" => Arc::new(texts.collect::<StringArray>()),
            _ => Arc::new(cells.iter().map(|row| row[k].parse::<i32>().ok()).collect::<Int32Array>()),
        };
        (*name, column)
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = fs::File::create(dir.join("survey.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    assert_eq!(fitted(dir, "survey.parquet"), wanted);

    stata(&dir.join("survey.dta"), &names, &cells);
    assert_eq!(fitted(dir, "survey.dta"), wanted);
}

fn stata(path: &Path, names: &[&str], cells: &[Vec<&str>]) {
    let text = |name: &str| name == "sex";
    let mut schema = Schema::builder();
    for name in names {
        let kind = if text(name) { VariableType::FixedString(2) } else { VariableType::Double };
        schema = schema.add_variable(Variable::builder(kind, *name).format("%9.0g"));
    }
    let header = Header::builder(Release::V118, ByteOrder::LittleEndian).build();
    let writer = DtaWriter::new().from_path(path).unwrap().write_header(header).unwrap();
    let mut records = writer.write_schema(schema.build().unwrap()).unwrap().into_record_writer().unwrap();
    for row in cells {
        let values: Vec<Value<'_>> = names
            .iter()
            .zip(row)
            .map(|(name, cell)| match text(name) {
                true => Value::string(cell),
                false => Value::Double(StataDouble::Present(cell.parse().unwrap())),
            })
            .collect();
        records.write_record(&values).unwrap();
    }
    records.into_long_string_writer().unwrap().into_value_label_writer().unwrap().finish().unwrap();
}

/// Zone, whether a girl, schooling and sector of the head.
type Found = (u32, Option<bool>, f64, f64);

/// Children of a text with the codebook of Imaginaria's census: zone, whether a girl, schooling and sector of the
/// head.
fn heads(text: &str) -> Result<Vec<Found>, MicrodataError> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("census.csv");
    fs::write(&file, format!("DEP,DIS,LOC,VIV,FACTOR,PAR,SEXO,EDAD,ASI,ESC,RAMA\n{text}")).unwrap();
    let codebook = Opened::read("imaginaria-censo").unwrap().codebook;
    let variables: Vec<_> = codebook.variable.iter().collect();
    let reading = Reading {
        file: &file.to_string_lossy(),
        codebook: &codebook,
        variables: &variables,
        purpose: Purpose::Census,
    };
    let mut all = Vec::new();
    read(&reading, &mut |child| {
        all.push((child.zone, child.girl, child.values[4], child.values[5]));
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn children_have_the_values_of_their_head() {
    let text = "1,1,U,10,2,3,F,9,1,3,\n1,1,U,10,2,1,M,40,3,12,11\n1,1,U,10,2,3,M,10,1,4,\n\
                1,1,U,11,2,3,F,17,1,,\n1,1,U,11,2,2,F,40,3,5,22\n\
                1,2,R,12,1,1,F,60,3,99,\n1,2,R,12,1,3,F,5,1,0,\n1,2,R,12,1,3,F,4,1,0,\n1,2,R,12,1,3,F,18,1,0,\n";
    let found = heads(text).unwrap();
    assert_eq!(found[0], (0, Some(true), 4.0, 1.0), "the head may stand after the child");
    assert_eq!(found[1], (0, Some(false), 4.0, 1.0));
    assert!(found[2].2.is_nan() && found[2].3.is_nan(), "no head, and no level says so");
    assert!(found[3].2.is_nan() && found[3].3 == 3.0, "schooling unknown; an empty sector is no work");
    assert_eq!(found.len(), 4, "5 to 17");

    // Lines are counted whatever ends them.
    let bad = text.replace("1,1,U,11,2,3,F", "1,1,U,11,2,3,X").replace('\n', "\r\n");
    let error = heads(&bad).unwrap_err().to_string();
    assert!(error.contains("1 bad row: line 5: `SEXO` is \"X\""), "{error}");

    let scattered = text.replace("1,1,U,11,2,2,", "1,1,U,10,2,2,");
    let error = heads(&scattered).unwrap_err();
    assert!(
        matches!(&error, MicrodataError::Scattered { row: 6, household, .. } if household == "10"),
        "{error}"
    );
}

#[test]
fn codebooks_that_ship_are_sound_and_go_together() {
    let variables = |codebook: &Codebook| -> HashMap<String, Vec<String>> {
        let levels =
            |v: &corredor::risk::microdata::Variable| v.levels.iter().map(|l| l.name.clone()).collect();
        codebook.variable.iter().map(|v| (v.name.clone(), levels(v))).collect()
    };
    let all: HashMap<&str, Codebook> =
        SHIPPED.iter().map(|(name, _)| (*name, Opened::read(name).unwrap().codebook)).collect();
    for (name, codebook) in &all {
        assert_eq!(*name, codebook.name);
    }
    for (survey, census) in [
        ("imaginaria-encuesta", "imaginaria-censo"),
        ("enti-2019", "censo-2020-ampliado"),
        ("enti-2022", "censo-2020-ampliado"),
    ] {
        assert!(all[survey].outcome.is_some());
        let in_census = variables(&all[census]);
        for (name, mut levels) in variables(&all[survey]) {
            let mut there = in_census[&name].clone();
            levels.sort();
            there.sort();
            assert_eq!(levels, there, "{survey}, {census}: {name}");
        }
    }
}

/// A model without zone intercepts, a census of a few children, and shares worked out by hand.
#[test]
fn shares_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("book.toml"), CODEBOOK).unwrap();
    survey(dir, |_, _| {});
    let model = fitted(dir, "survey.csv");
    let b = model.beta();
    let p = |girl: f64, age: f64| 1.0 / (1.0 + (-(b[0] + b[1] * girl + b[2] * (age - 11.0))).exp());
    // Zone 01001: a girl of 8 (weight 2), a boy of 13 (3), one whose sex is missing. 01002: adults only.
    // 02001: a girl of 16 (weight 1).
    let census = "ent,mun,w,sex,age\n1,1,2,2,8\n1,1,3,1,13\n1,1,9,,10\n1,2,5,1,40\n2,1,1,2,16\n";
    fs::write(dir.join("census.csv"), census).unwrap();
    let told = run(
        dir,
        "mirti apply census.csv --codebook book.toml --model model.toml --out zones.csv --states states.csv --key code",
    );
    assert!(told.contains("1 zones without children: null values"), "{told}");
    assert!(told.contains("1 left out (missing `girl`)"), "{told}");
    let zones = rows(&dir.join("zones.csv"));
    let number = |row: usize, name: &str| zones[row][name].parse::<f64>().unwrap();
    let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
    assert_eq!(zones.iter().map(|z| &*z["code"]).collect::<Vec<_>>(), ["01001", "01002", "02001"]);
    near(number(0, "p"), (2.0 * p(1.0, 8.0) + 3.0 * p(0.0, 13.0)) / 5.0);
    near(number(0, "girls"), p(1.0, 8.0));
    near(number(0, "boys"), p(0.0, 13.0));
    near(number(0, "gap"), p(1.0, 8.0) - p(0.0, 13.0));
    near(number(0, "a05_11"), p(1.0, 8.0));
    near(number(0, "a12_14"), p(0.0, 13.0));
    near(number(2, "a15_17"), p(1.0, 16.0));
    assert_eq!((&*zones[0]["a15_17"], &*zones[0]["urban"], &*zones[0]["n_missing"]), ("", "", "1"));
    assert!(number(0, "p_lo") < number(0, "p") && number(0, "p") < number(0, "p_hi"));
    // No children: stated nulls.
    assert_eq!((&*zones[1]["n"], number(1, "children")), ("0", 0.0));
    assert!(
        ["p", "p_se", "p_lo", "p_hi", "girls", "gap", "up1", "down1_b"]
            .iter()
            .all(|c| zones[1][*c].is_empty())
    );
    // The mean of ages over all children is (2 x 8 + 3 x 13 + 16) / 6.
    let mean = (2.0 * 8.0 + 3.0 * 13.0 + 16.0) / 6.0;
    let push = b[2] * (16.0 - mean);
    let name = if push > 0.0 { "up" } else { "down" };
    let at = (1..=3).find(|k| zones[2][&format!("{name}{k}")] == "age").unwrap();
    near(number(2, &format!("{name}{at}_b")), push);
    assert_eq!(zones[2][&format!("{name}{at}_es")], "edad");

    // In line with the survey: the country's mean becomes its own share.
    run(
        dir,
        "mirti apply census.csv --codebook book.toml --model model.toml --out even.csv --benchmark national",
    );
    let even = rows(&dir.join("even.csv"));
    let share = model.direct[0].share;
    let mean = (5.0 * even[0]["p"].parse::<f64>().unwrap() + even[2]["p"].parse::<f64>().unwrap()) / 6.0;
    near(mean, share);
    // And each state's.
    run(
        dir,
        "mirti apply census.csv --codebook book.toml --model model.toml --out even.parquet --benchmark state \
         --states states.csv",
    );
    let states = rows(&dir.join("states.csv"));
    let one = &states[1];
    let (p, ratio, direct) = (&one["p"], &one["ratio"], &one["direct"]);
    near(p.parse::<f64>().unwrap() * ratio.parse::<f64>().unwrap(), direct.parse().unwrap());
    assert_eq!(one["state"], "01");
    assert!(fs::read(dir.join("even.parquet")).unwrap().starts_with(b"PAR1"));
}

#[test]
fn what_is_missing_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("book.toml"), CODEBOOK).unwrap();
    survey(dir, |i, cells| match i {
        0..5 => cells[7] = String::new(),
        5..8 => cells[5] = String::new(),
        8 => cells[6] = "99".to_owned(),
        _ => {}
    });
    let told = run(dir, "mirti fit survey.csv --codebook book.toml --out model.toml");
    let model = Model::read(&dir.join("model.toml")).unwrap();
    assert_eq!((model.survey.children, model.survey.used), (119, 111));
    assert_eq!(model.survey.left_out, [("girl".to_owned(), 3), ("outcome".to_owned(), 5)].into());
    assert!(told.contains("5 left out (missing `outcome`)"), "{told}");
    // A blank may be stated to mean no.
    let book = CODEBOOK.replace("codes = [\"1\"] }]]", "codes = [\"1\"], blank = \"no\" }]]");
    fs::write(dir.join("book.toml"), book).unwrap();
    run(dir, "mirti fit survey.csv --codebook book.toml --out model.toml");
    assert_eq!(Model::read(&dir.join("model.toml")).unwrap().survey.used, 116);
}
