//! What the command says where a survey, a codebook or a model is wrong.

use std::fs;
use std::path::Path;

use crate::fixtures::told;

/// A codebook of few variables.
pub const CODEBOOK: &str = r#"name = "small"
version = "1"
title = { es = "Prueba", en = "Test" }

[universe]
age = "age"
missing = ["99"]

[zone]
parts = [{ field = "ent", width = 2 }, { field = "mun", width = 3 }]

[state]
parts = [{ field = "ent", width = 2 }]

[design]
weight = "w"
strata = ["stratum"]
clusters = ["psu"]

[sex]
field = "sex"
girls = ["2"]
boys = ["1"]

[outcome]
label = { es = "trabajo infantil", en = "child labour" }
any = [[{ field = "works", codes = ["1"] }]]

[[variable]]
name = "girl"
label = { es = "sexo", en = "sex" }
field = "sex"
levels = [{ name = "boy", codes = ["1"] }, { name = "girl", codes = ["2"] }]

[[variable]]
name = "age"
label = { es = "edad", en = "age" }
field = "age"
number = { minus = 11 }
"#;

/// Children of three zones, some of whom work; `row` may change the cells of each.
pub fn survey(dir: &Path, row: impl Fn(usize, &mut [String; 9])) {
    let mut text = "ent,mun,stratum,psu,w,sex,age,works,farm\n".to_owned();
    for i in 0..120_usize {
        let works = (i * 7 + i / 5) % 4 == 0;
        let mut cells = [
            1 + i / 80,
            1 + i / 40 % 2,
            i / 40,
            i / 10,
            10 + i % 7,
            1 + i % 2,
            5 + i * 5 % 13,
            if works { 1 } else { 2 },
            i % 3,
        ]
        .map(|n| n.to_string());
        row(i, &mut cells);
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    fs::write(dir.join("survey.csv"), text).unwrap();
}

const FIT: [&str; 7] = ["mirti", "fit", "survey.csv", "--codebook", "book.toml", "--out", "model.toml"];

fn fit(dir: &Path, more: &[&str]) -> String {
    let told = told(dir, &[&FIT, more].concat());
    assert!(told.starts_with("exit 1\n"), "{told}");
    assert!(!dir.join("model.toml").exists(), "nothing is half written");
    format!("$ corredor mirti fit {}\n{told}", more.join(" "))
}

fn with(codebook: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    survey(dir.path(), |_, _| {});
    fs::write(dir.path().join("book.toml"), codebook).unwrap();
    dir
}

#[test]
fn surveys_that_cannot_be_fitted() {
    let dir = with(CODEBOOK);
    let dir = dir.path();
    let mut all = Vec::new();
    survey(dir, |i, cells| {
        if i == 3 || i == 40 {
            cells[4] = "0".to_owned();
        }
        if i == 60 {
            cells[4] = "-2".to_owned();
        }
    });
    all.push(format!("# weights of zero or below\n{}", fit(dir, &[])));
    survey(dir, |_, cells| cells[7] = "2".to_owned());
    all.push(format!("# one class\n{}", fit(dir, &[])));
    survey(dir, |_, cells| cells[7] = cells[5].clone());
    all.push(format!("# perfect separation by a level\n{}", fit(dir, &[])));
    survey(dir, |_, cells| {
        let age: u32 = cells[6].parse().unwrap();
        cells[7] = if age > 12 { "1" } else { "2" }.to_owned();
    });
    all.push(format!("# perfect separation by a number\n{}", fit(dir, &[])));
    survey(dir, |_, cells| cells[5] = "1".to_owned());
    all.push(format!("# no girls\n{}", fit(dir, &[])));
    survey(dir, |i, cells| {
        if i % 50 == 7 {
            cells[5] = "3".to_owned();
        }
    });
    all.push(format!("# a code that nothing knows\n{}", fit(dir, &[])));
    survey(dir, |i, cells| {
        if i == 9 {
            cells[1] = String::new();
        }
    });
    all.push(format!("# no zone\n{}", fit(dir, &[])));
    survey(dir, |_, cells| cells[6] = "30".to_owned());
    all.push(format!("# no children\n{}", fit(dir, &[])));
    survey(dir, |_, cells| {
        if cells[2] == "1" {
            cells[3] = "4".to_owned();
        }
    });
    all.push(format!("# single clusters\n{}", fit(dir, &["--lonely", "fail"])));
    survey(dir, |_, cells| cells[3] = cells[2].clone());
    all.push(fit(dir, &[]));
    survey(dir, |_, _| {});
    all.push(format!("# options\n{}", fit(dir, &["--link", "probit", "--random"])));
    all.push(fit(dir, &["--variables", "girls,age"]));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn variables_that_say_the_same() {
    let twice = format!(
        "{CODEBOOK}\n[[variable]]\nname = \"months\"\nlabel = {{ es = \"meses\", en = \"months\" }}\nfield = \"age\"\n\
         number = {{ by = 0.0833333333333333 }}\n"
    );
    let dir = with(&twice);
    insta::assert_snapshot!(fit(dir.path(), &[]));
}

#[test]
fn codebooks_that_cannot_be() {
    let dir = with(&CODEBOOK.replace("\"psu\"", "\"PSU_ID\"").replace("\"works\"", "\"worked\""));
    let mut all = vec![format!("# fields that are not there\n{}", fit(dir.path(), &[]))];
    let check = told(dir.path(), &["mirti", "check", "survey.csv", "--codebook", "enti-2022"]);
    all.push(format!("$ corredor mirti check survey.csv --codebook enti-2022\n{check}"));
    let wrong = CODEBOOK
        .replace("missing = [\"99\"]", "mising = [\"99\"]")
        .replace("{ name = \"girl\", codes = [\"2\"] }", "{ name = \"girl\", codes = [\"1\"] }")
        .replace("number = { minus = 11 }", "number = { minus = 11, by = 0 }")
        .replace("any = [[{ field = \"works\", codes = [\"1\"] }]]", "any = [[{ field = \"works\" }]]");
    fs::write(dir.path().join("book.toml"), wrong).unwrap();
    all.push(format!("# several problems at once\n{}", fit(dir.path(), &[])));
    fs::write(dir.path().join("book.toml"), CODEBOOK.split("[outcome]").next().unwrap()).unwrap();
    all.push(format!("# half a codebook\n{}", fit(dir.path(), &[])));
    let arguments = ["mirti", "fit", "survey.csv", "--codebook", "imaginaria-encuest", "--out", "model.toml"];
    all.push(told(dir.path(), &arguments));
    let census = ["mirti", "fit", "survey.csv", "--codebook", "imaginaria-censo", "--out", "model.toml"];
    all.push(told(dir.path(), &census));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn files_that_are_not_read() {
    let dir = with(CODEBOOK);
    for name in ["survey.sav", "survey.dbf", "survey.xlsx", "rubbish.dta", "rubbish.parquet"] {
        fs::write(dir.path().join(name), "rubbish").unwrap();
    }
    fs::write(dir.path().join("ragged.csv"), "ent,mun,stratum,psu,w,sex,age,works\n1,2\n").unwrap();
    let names =
        ["survey.sav", "survey.dbf", "survey.xlsx", "rubbish.dta", "rubbish.parquet", "ragged.csv", "no.csv"];
    let all: Vec<String> = names
        .iter()
        .map(|name| {
            let arguments = ["mirti", "fit", name, "--codebook", "book.toml", "--out", "model.toml"];
            let told = told(dir.path(), &arguments);
            assert!(told.starts_with("exit 1\n"), "{told}");
            format!("$ corredor mirti fit {name}\n{told}")
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn models_that_cannot_be_applied() {
    let dir = with(CODEBOOK);
    let dir = dir.path();
    let done = told(dir, &FIT);
    assert!(done.starts_with("exit 0\n"), "{done}");
    let apply = |more: &[&str]| {
        let mut arguments = vec!["mirti", "apply", "survey.csv"];
        arguments.extend(more);
        if !more.contains(&"--out") {
            arguments.extend(["--out", "zones.csv"]);
        }
        if !more.contains(&"--codebook") {
            arguments.extend(["--codebook", "book.toml"]);
        }
        if !more.contains(&"--model") {
            arguments.extend(["--model", "model.toml"]);
        }
        let told = told(dir, &arguments);
        assert!(told.starts_with("exit 1\n"), "{told}");
        assert!(!dir.join("zones.csv").exists());
        format!("$ corredor mirti apply {}\n{told}", more.join(" "))
    };
    let model = fs::read_to_string(dir.join("model.toml")).unwrap();
    fs::write(dir.join("other.toml"), "name = 1").unwrap();
    fs::write(dir.join("newer.toml"), model.replace("version = 1\n", "version = 7\n")).unwrap();
    fs::write(dir.join("cut.toml"), model.replace("minus = 11.0", "minos = 11.0")).unwrap();
    fs::write(dir.join("unlike.toml"), CODEBOOK.replace("minus = 11", "minus = 12")).unwrap();
    fs::write(dir.join("less.toml"), CODEBOOK.replace("name = \"age\"", "name = \"ages\"")).unwrap();
    fs::write(
        dir.join("stateless.toml"),
        CODEBOOK.replace("[state]\nparts = [{ field = \"ent\", width = 2 }]\n", ""),
    )
    .unwrap();
    let all = [
        apply(&["--model", "other.toml"]),
        apply(&["--model", "newer.toml"]),
        apply(&["--model", "cut.toml"]),
        apply(&["--model", "none.toml"]),
        apply(&["--codebook", "unlike.toml"]),
        apply(&["--codebook", "less.toml"]),
        apply(&["--codebook", "stateless.toml", "--benchmark", "state"]),
        apply(&["--draws", "10"]),
        apply(&["--out", "zones.xlsx"]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}
