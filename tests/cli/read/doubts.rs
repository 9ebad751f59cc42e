//! What a table may mean in two ways, in the words of a build and of `inspect`.

use super::{TABLE, build, has, inspected, put};

#[test]
fn points_that_may_stand_between_thousands_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let table = "code,people,rate\n01001,1.234,0.125\n01002,12.001,1.250\n02001,850,2.375\n";
    let words = ["`people`: every number has three decimals (`1.234`)", "thousands = \".\""];
    let told = build(dir.path(), "t.csv", table, TABLE);
    has(&told, &["exit 0", "warning: x: `people`", words[0], words[1]]);
    assert!(!told.contains("`rate`"), "{told}");
    has(&inspected(dir.path(), &["data/t.csv"]), &words);
    has(&inspected(dir.path(), &["--suggest", "data/t.csv"]), &words);
    // Who has said how it is meant is asked no more.
    for stated in ["thousands = \".\"\n", "types = { people = \"number\" }\n"] {
        let told = build(dir.path(), "t.csv", table, &format!("{TABLE}{stated}"));
        assert!(told.starts_with("exit 0") && !told.contains("three decimals"), "{stated}: {told}");
    }
    // Places are never thousands.
    put(dir.path(), "p.csv", "id,lon,lat\nA,10.250,40.250\nB,10.750,40.750\n");
    assert!(!inspected(dir.path(), &["p.csv"]).contains("three decimals"));
}

#[test]
fn numbers_in_another_notation_are_told_before_a_build() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "t.csv", "code;pct;n;part;note\n01;12,5;1,200;1.1.2;a\n02;7,25;2,100;1.10.2;b\n");
    let seen = inspected(dir.path(), &["t.csv"]);
    has(&seen, &["`pct`: `12,5`: it has a decimal comma", "`n`: `1,200`: it has commas between thousands"]);
    assert!(!seen.contains("`part`:"), "codes of parts are no numbers: {seen}");
}

#[test]
fn totals_and_notes_are_told_with_their_rows() {
    let dir = tempfile::tempdir().unwrap();
    let table =
        "code,name,people\n01001,A,10\n01002,B,20\nTotal,,30\nFuente: INEGI,,\nCifras preliminares,,\n";
    let told = build(dir.path(), "t.csv", table, TABLE);
    has(
        &told,
        &["exit 0", "3 rows look like totals or notes", "line 4 (`Total`)", "line 5 (`Fuente: INEGI`)"],
    );
    has(&inspected(dir.path(), &["data/t.csv"]), &["line 6 (`Cifras preliminares`)"]);
    has(
        &inspected(dir.path(), &["--lang", "es", "data/t.csv"]),
        &["3 filas parecen totales o notas", "línea 4"],
    );
    let told = build(dir.path(), "t.csv", "code,name,people\n01001,A,10\n01002,Totalco,20\n02001,,\n", TABLE);
    assert!(!told.contains("look like"), "{told}");
}

#[test]
fn codes_that_a_spreadsheet_has_shortened_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let told = build(dir.path(), "t.csv", "code,n\n4.84E+11,1\n010010002,2\n", TABLE);
    has(&told, &["exit 0", "warning: x: 1 keys of `code`", "line 2 (`4.84E+11`)", "their digits are lost"]);
    has(&inspected(dir.path(), &["data/t.csv"]), &["line 2 (`4.84E+11`)"]);
    let told = build(dir.path(), "t.csv", "code,n\n4.84E+11,1\n4.84E+11,2\n", TABLE);
    has(&told, &["exit 1", "a spreadsheet has shortened the codes"]);
}

#[test]
fn blanks_around_keys_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let told = build(dir.path(), "t.csv", "code,n\n01001 ,1\n01002,2\n", TABLE);
    has(&told, &["exit 0", "note: x: 1 keys of `code` had blanks around them", "line 2 (`01001 `)"]);
    assert!(!build(dir.path(), "t.csv", "code,n\n01001,1\n", TABLE).contains("blanks"));
}

#[test]
fn guarded_and_mixed_codes_are_told_by_inspect() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "g.csv", "code,n\n\"=\"\"01001\"\"\",1\n'01002,2\n");
    has(
        &inspected(dir.path(), &["g.csv"]),
        &["`code`: 2 texts have the marks by which a spreadsheet keeps texts"],
    );
    put(dir.path(), "m.csv", "clave,n\n01001,1\n1002,2\n02001,3\n");
    has(&inspected(dir.path(), &["m.csv"]), &["`clave`: codes of 4, 5 digits are mixed"]);
    put(dir.path(), "m.csv", "code,n\n9001,1\n9002,2\n10001,3\n");
    has(&inspected(dir.path(), &["m.csv"]), &["`code`: codes of 4, 5 digits are mixed"]);
    put(dir.path(), "m.csv", "id,n\n9,1\n10,2\n");
    assert!(!inspected(dir.path(), &["m.csv"]).contains("mixed"), "numbers of rows are no codes");
    put(dir.path(), "w.csv", "clave,n\n01001,1\n01002,2\n");
    assert!(!inspected(dir.path(), &["w.csv"]).contains("mixed"));
}

#[test]
fn inspect_speaks_spanish_all_through() {
    let dir = tempfile::tempdir().unwrap();
    put(
        dir.path(),
        "t.csv",
        "clave,casos,pct,geom\n01001 ,1.234,\"12,5\",POINT (1 2)\n1002,2.345,\"7,5\",POINT (3 4)\nTotal,3.579,,\n",
    );
    let seen = inspected(dir.path(), &["--lang", "es", "t.csv"]);
    for word in ["note:", " the ", " field", "state ", " rows", "line 2", " text ", "geometry "] {
        assert!(!seen.contains(word), "`{word}` in {seen}");
    }
    has(
        &seen,
        &["atención: no declara su CRS", "tres decimales", "coma decimal", "parecen totales", "texto"],
    );
    let file = inspected(dir.path(), &["--suggest", "--lang", "es", "t.csv"]);
    has(&file, &["# Quién puede verla", "# La fuente no lo declara"]);
}

#[test]
fn geometry_as_text_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let square = "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))";
    put(dir.path(), "t.csv", format!("code,wkt\n01,\"{square}\"\n02,\"{square}\"\n"));
    has(&inspected(dir.path(), &["t.csv"]), &["2 Polygon", "x 0 .. 1, y 0 .. 1", "no CRS stated"]);
    has(
        &inspected(dir.path(), &["--suggest", "t.csv"]),
        &["geometry = \"polygon\"", "key = \"code\"", "# crs ="],
    );
}

/// A build refuses a ring that steps over the date line; whoever looks first hears of it there.
#[test]
fn rings_over_the_date_line_are_told_before_a_build() {
    let ring = |x: [f64; 2], n: usize| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{n}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{0},1],[{1},1],[{1},2],[{0},2],[{0},1]]]}}}}",
            x[0], x[1]
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let layer = |rings: [[f64; 2]; 2]| {
        let rings: Vec<String> = rings.into_iter().enumerate().map(|(n, x)| ring(x, n)).collect();
        put(
            dir.path(),
            "data/z.geojson",
            format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", rings.join(",")),
        );
        inspected(dir.path(), &["data/z.geojson"])
    };
    has(
        &layer([[10.0, 11.0], [179.0, -179.0]]),
        &["features that step over the date line: 1 (the first, feature 2)", "wrapdateline"],
    );
    assert!(!layer([[10.0, 11.0], [178.0, 179.0]]).contains("date line"));
}
