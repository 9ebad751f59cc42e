//! What is computed from data as the field has them: missing is not zero, and what cannot be is told.

use std::path::Path;

use super::{build, case, fixtures, table};

/// The build of a folder of a case, and whether it was published.
fn refused(folder: &Path, wanted: &[&str]) {
    let told = build(folder);
    assert!(told.starts_with("exit 1"), "{}: {told}", folder.display());
    for wanted in wanted {
        // Lines break where they must.
        assert!(flat(&told).contains(wanted), "{}: {wanted}\n{told}", folder.display());
    }
    assert!(!folder.join("published/current").exists());
}

/// A message in one line, without the bars that `miette` draws.
fn flat(told: &str) -> String {
    told.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A column of a published table, by the names in its first line.
fn column(folder: &Path, file: &str, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("published/current").join(file)).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let at = reader.headers().unwrap().iter().position(|field| field == name).unwrap();
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

#[cfg(feature = "sql")]
fn query(folder: &Path, sql: &str) -> (String, String) {
    let output = fixtures::corredor(folder, &["query", "-e", sql]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), flat(&text(&output.stderr)))
}

#[test]
fn leading_zeros_that_were_lost() {
    let Some(case) = case("03-leading-zeros-lost") else { return };
    let all = case.path().join("ws");
    refused(
        &all,
        &[
            "no key of `indicators` (`1001`, ...) is one of `zones` (`01001`, ...)",
            "6 of 6 would match with their leading zeros",
        ],
    );
    let mixed = case.path().join("mixed");
    let told = build(&mixed);
    assert!(told.starts_with("exit 0"), "{told}");
    let wanted = "3 of 3 would match with their leading zeros (`09001` in `zones`, `9001` in `indicators`)";
    assert!(flat(&told).contains(wanted), "{told}");
    assert!(!told.contains("vintages"), "{told}");
    let strict = fixtures::told(&mixed, &["build", "--strict", "--force"]);
    assert!(strict.starts_with("exit 3"), "{strict}");
}

#[test]
fn coordinates_in_one_cell_and_exchanged() {
    let Some(case) = case("12-coordinates-in-one-cell") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    assert_eq!(column(&folder, "counts.csv", "incidents"), ["2", "1", "0", "2"]);
    assert!(flat(&told).contains("2 of 7 points outside every zone"), "{told}");
    refused(
        &case.path().join("swapped"),
        &[
            "all 3 points of `points` lie outside every zone of `zones`",
            "3 would be inside with longitude and latitude exchanged",
        ],
    );
}

#[test]
fn hot_spots_of_degenerate_fields() {
    let Some(case) = case("15-gi-on-degenerate-fields") else { return };
    let told = build(&case.path().join("constant"));
    assert!(told.starts_with("exit 0") && flat(&told).contains("the values do not vary"), "{told}");
    let near = |folder: &str, code: &str, wanted: Option<f64>| {
        let folder = case.path().join(folder);
        let codes = column(&folder, "gi.csv", "code");
        let z = &column(&folder, "gi.csv", "gi_z")[codes.iter().position(|one| one == code).unwrap()];
        match wanted {
            Some(wanted) => {
                let z: f64 = z.parse().unwrap();
                assert!((z - wanted).abs() < 1e-6, "{code}: {z}");
            }
            None => assert_eq!(z, "", "{code}"),
        }
    };
    assert!(build(&case.path().join("ties")).starts_with("exit 0"));
    near("ties", "02001", Some(3.0));
    near("ties", "01001", Some(2.236_068));
    near("ties", "02002", Some(1.463_850));
    assert!(build(&case.path().join("nulls-around")).starts_with("exit 0"));
    near("nulls-around", "01001", None);
}

#[test]
fn populations_that_give_no_rate() {
    let Some(case) = case("22-population-zero-or-missing") else { return };
    let folder = case.path().join("ws");
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    let rates = column(&folder, "counts.csv", "rate");
    let rates: Vec<Option<f64>> = rates.iter().map(|rate| rate.parse().ok()).collect();
    assert_eq!(rates, [Some(100.0), None, None, Some(200.0), None, Some(5000.0)]);
    let told = flat(&told);
    for wanted in [
        "3 of 6 without `rate` (01002, 01003, 02002)",
        "is 0 in 1",
        "lacks in 1",
        "an error of the data: -5 (02002)",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let strict = fixtures::told(&folder, &["build", "--strict", "--force"]);
    assert!(strict.starts_with("exit 3"), "{strict}");
}

#[test]
fn weights_and_codes_of_a_survey() {
    let Some(case) = case("25-survey-weights-and-codes") else { return };
    let fit = |file: &str| {
        let arguments = [
            "mirti",
            "fit",
            file,
            "--codebook",
            "imaginaria-encuesta",
            "--variables",
            "sex,age",
            "--out",
            "out.toml",
        ];
        fixtures::told(case.path(), &arguments)
    };
    for file in ["plain.csv", "float-codes.csv"] {
        let told = fit(file);
        assert!(told.starts_with("exit 0"), "{told}");
        let model = corredor::risk::mirti::Model::read(&case.path().join("out.toml")).unwrap();
        assert_eq!((model.survey.children, model.survey.with_outcome), (180, 32));
        for (b, wanted) in model.beta().iter().zip([-1.392_389, -0.318_082, 0.034_520]) {
            assert!((b - wanted).abs() < 1e-6, "{file}: {b}");
        }
    }
    let told = flat(&fit("decimal-comma.csv"));
    assert!(
        told.starts_with("exit 1") && told.contains("\"901,89\", a number with a decimal comma"),
        "{told}"
    );
    assert!(told.contains("state `decimal = \",\"` in the codebook"), "{told}");
    let told = flat(&fit("labels.csv"));
    assert!(told.starts_with("exit 1") && told.contains("line 3: `sexo` is \"Hombre\""), "{told}");
}

#[test]
#[cfg(feature = "sql")]
fn names_and_files_in_sql() {
    let Some(case) = case("33-sql-on-files-and-layers") else { return };
    let folder = case.path().join("ws");
    let told = query(&folder, "SELECT NomMun FROM zones").1;
    assert!(told.contains("write it in double quotes: \"NomMun\""), "{told}");
    let told = query(&folder, "SELECT code FROM zones WHERE \"NomMun\" = \"N00\"").1;
    assert!(told.contains("texts stand in single quotes: 'N00'"), "{told}");
    let (rows, told) = query(&folder, "SELECT count(*) AS n, sum(pob) AS s FROM 'data/zones.geojson'");
    assert!(rows.contains("6,137") || rows.contains("7,138"), "{rows}");
    assert!(rows.contains("7,138") || told.contains("no geometry"), "{told}");
    let (rows, told) = query(&folder, "SELECT count(*) AS n FROM 'data/ragged.csv'");
    assert!(
        rows.contains('2') && told.contains("warning: data/ragged.csv: 1 features kept out"),
        "{rows} {told}"
    );
    // Once, however often it is named.
    let told = query(&folder, "SELECT count(*) AS n FROM 'data/ragged.csv' a, 'data/ragged.csv' b").1;
    assert_eq!(told.matches("kept out").count(), 1, "{told}");
    let rows = query(
        &folder,
        "SELECT p.id, z.code FROM points p LEFT JOIN zones z ON ST_Intersects(p.geom, z.geom) ORDER BY p.id, z.code",
    );
    assert_eq!(
        rows.0.lines().skip(1).collect::<Vec<_>>(),
        ["a,01001", "b,01001", "b,01002", "c,"],
        "{rows:?}"
    );
}

#[test]
fn a_risk_on_another_scale_and_a_flow_below_zero() {
    let Some(case) = case("37-risk-on-another-scale") else { return };
    refused(
        &case.path().join("ws"),
        &["feature `01001`: field `risk` is 55, which must be from 0 to 1", "per cent"],
    );
    refused(
        &case.path().join("negative-flow"),
        &["feature `c`: field `flow` is -50, which must be 0 or more"],
    );
    // Without it the unknown flow is told, and counts for nothing.
    let folder = case.path().join("negative-flow");
    let routes = folder.join("data/routes.geojson");
    let text = std::fs::read_to_string(&routes).unwrap();
    std::fs::write(&routes, text.replace("-50", "null")).unwrap();
    let told = build(&folder);
    assert!(told.starts_with("exit 0"), "{told}");
    assert!(flat(&told).contains("`flow` lacks in 2 of 3 (b, c)"), "{told}");
    let wanted = [4_263.4, 4_263.4];
    for (person_km, wanted) in column(&folder, "exposure.csv", "person_km").iter().zip(wanted) {
        let person_km: f64 = person_km.parse().unwrap();
        assert!((person_km - wanted).abs() < 0.1, "{person_km}");
    }
    assert_eq!(table(&folder, "by_route.csv").len(), 3);
}
