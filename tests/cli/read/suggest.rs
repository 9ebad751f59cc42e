//! `inspect --suggest`: the layer file that reads a source, and reads it.

use std::path::Path;

use super::{fixtures, has, inspected, one_layer, put};

/// Suggests a layer file for a source in the data folder of a workspace, and builds the layer by it.
fn suggested(dir: &Path, arguments: &[&str]) -> (String, String) {
    one_layer(dir, "path = \"-\"\n");
    let file = inspected(dir, &[&["--suggest"], arguments].concat());
    put(dir, "layers/x.toml", &file);
    let told = fixtures::told(dir, &["build", "x", "-v"]);
    assert!(told.starts_with("exit 0"), "{file}\n{told}");
    (file, told)
}

#[test]
fn marks_of_missing_values_are_found_among_other_texts() {
    let dir = tempfile::tempdir().unwrap();
    let table = "clave,casos,tasa,area,nivel\n01001,12,N/D,10,1\n01002,*,2.5,-999,2\n02001,7,n.d.,20,1\n02002,unos 3,1.5,30,-1\n";
    put(dir.path(), "data/t.csv", table);
    let (file, _) = suggested(dir.path(), &["data/t.csv"]);
    has(
        &file,
        &[
            "missing = [\"*\", \"N/D\", \"n.d.\", \"-999\"]",
            "`casos` holds numbers, and texts that are none: unos 3",
        ],
    );
    has(&file, &["key = \"clave\""]);
    // Where numbers are below zero, one more is one of them.
    put(dir.path(), "data/t.csv", "clave,grados\n01001,-999\n01002,-12.5\n");
    assert!(!suggested(dir.path(), &["data/t.csv"]).0.contains("missing"));
}

#[test]
fn keys_tell_rows_apart_and_are_no_prose() {
    let dir = tempfile::tempdir().unwrap();
    let table = "unidad,comentario,folio\nA,visto el lunes,F-2\nA,visto el martes,F-7\nB,falta,F-1\n";
    put(dir.path(), "data/t.csv", table);
    has(&suggested(dir.path(), &["data/t.csv"]).0, &["key = \"folio\""]);
    put(dir.path(), "data/t.csv", "unidad,observaciones\nA,uno\nA,dos\n");
    has(&suggested(dir.path(), &["data/t.csv"]).0, &["number_rows = true"]);
    put(dir.path(), "data/t.csv", "residentes,economia,clave\n10,mucha,01\n20,poca,02\n");
    let (file, _) = suggested(dir.path(), &["data/t.csv"]);
    assert!(file.contains("key = \"clave\"") && !file.contains("name ="), "{file}");
}

#[test]
fn titles_of_several_lines_and_encodings_are_found_or_stated() {
    let dir = tempfile::tempdir().unwrap();
    let table = "\"Cuadro 1:\nuno, dos\"\n\nclave;nota;total\n01;\"a\nb\";1,5\n02;\"c;d\";2,5\n03;;3\n";
    put(dir.path(), "data/t.csv", table);
    let (file, told) = suggested(dir.path(), &["data/t.csv"]);
    has(&file, &["skip = 3", "decimal = \",\""]);
    has(&told, &["3 features"]);
    put(dir.path(), "data/t.csv", "clave,sitio\n01,\"31.65, 34.9\"\n02,\"31.7, 34.8\"\n");
    assert!(!suggested(dir.path(), &["data/t.csv"]).0.contains("thousands"), "pairs are no numbers");
    put(dir.path(), "data/t.csv", b"clave,nombre\n01,M\xe9rida\n");
    has(&suggested(dir.path(), &["data/t.csv"]).0, &["encoding = \"windows-1252\""]);
    // What is stated stays.
    has(
        &suggested(dir.path(), &["--encoding", "ISO-8859-15", "data/t.csv"]).0,
        &["encoding = \"ISO-8859-15\""],
    );
    put(dir.path(), "data/t.csv", "titulo\nclave|n\n01|1\n");
    has(
        &suggested(dir.path(), &["--skip", "1", "--delimiter", "|", "data/t.csv"]).0,
        &["skip = 1", "delimiter = \"|\""],
    );
}
