//! The record of a run, through every command that reads one: as it is, of a later version, of before there was one, and
//! changed by hand.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use corredor::demo::{Options, generate, write};
use corredor::publish::record::RunRecord;
use corredor::workspace::template::{self, Template};
use serde_json::{Value, json};

use crate::fixtures::{corredor, told};

/// A workspace of the invented country with one run, and the file of its record.
fn published(dir: &Path) -> PathBuf {
    template::write(Template::Demo, dir, None).unwrap();
    write(&generate(&Options::sized(60)).unwrap(), &dir.join("data")).unwrap();
    assert!(corredor(dir, &["-q", "build"]).status.success());
    dir.join("published/current/metadata.json")
}

/// Commands that read a record: of a page, a sheet, a comparison, a picture, classes, past runs, and what changed.
const READERS: [&[&str]; 7] = [
    &["ficha", "01"],
    &["compare", "published/current", "published/current"],
    &["classes", "vulnerability"],
    &["render", "hotspots", "--out", "map.svg"],
    &["diff", "current", "current"],
    &["view", "--page", "page", "--out", "seen"],
    &["query", "-e", "select count(*) from \"hotspots@current\""],
];

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    change(&mut value);
    fs::write(file, value.to_string()).unwrap();
}

/// A message without the name of the run, which tells the time.
fn without_run(said: &str, file: &Path) -> String {
    let run = file.parent().unwrap().canonicalize().unwrap();
    said.replace(&*run.file_name().unwrap().to_string_lossy(), "RUN")
}

fn page(dir: &Path) {
    fs::create_dir(dir.join("page")).unwrap();
    fs::write(dir.join("page/page.js"), "start()").unwrap();
    fs::write(dir.join("page/page.css"), "body{}").unwrap();
}

#[test]
fn every_reader_reads_one_record() {
    let dir = tempfile::tempdir().unwrap();
    let file = published(dir.path());
    page(dir.path());
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(RunRecord::open(file.parent().unwrap()).unwrap().text(), text, "read back to the byte");
    let undescribed = undescribed(&serde_json::from_str(&text).unwrap());
    assert!(undescribed.is_empty(), "members that the schema does not describe: {undescribed:?}");
    let readers = READERS.iter().filter(|reader| cfg!(feature = "sql") || reader[0] != "query");
    for reader in readers.clone() {
        let said = corredor(dir.path(), reader);
        assert!(said.status.success(), "{reader:?}: {}", String::from_utf8_lossy(&said.stderr));
    }

    // Before there was a schema.
    change(&file, |record| drop(record.as_object_mut().unwrap().remove("schema")));
    let _ = fs::remove_dir_all(dir.path().join("seen"));
    for reader in readers.clone() {
        let said = corredor(dir.path(), reader);
        assert!(said.status.success(), "{reader:?}: {}", String::from_utf8_lossy(&said.stderr));
    }

    // Of a later version: the same refusal at every door.
    change(&file, |record| {
        record["schema"] = json!(2);
        record["corredor"] = json!("9.0.0");
    });
    let _ = fs::remove_dir_all(dir.path().join("seen"));
    let said: Vec<String> = readers.clone().map(|reader| told(dir.path(), reader)).collect();
    for (reader, said) in readers.zip(&said) {
        // Lines are broken for the terminal.
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("metadata.json") && said.contains("newer corredor"), "{reader:?}: {said}");
    }
    insta::assert_snapshot!("later_version", without_run(&said[0], &file));
    // What it says of hidden sites is not known, so nothing is published beside it either.
    let built = told(dir.path(), &["-q", "build", "--force"]);
    assert!(built.contains("the audit cannot be made") && built.contains("newer corredor"), "{built}");
}

#[test]
fn a_parameter_that_was_changed_by_hand_is_told_with_its_layer() {
    let dir = tempfile::tempdir().unwrap();
    let file = published(dir.path());
    change(&file, |record| {
        let layers = record["layers"].as_array_mut().unwrap();
        let gaps = layers.iter_mut().find(|layer| layer["layer"] == "gaps").unwrap();
        let own = gaps["ancestry"].as_array_mut().unwrap().last_mut().unwrap();
        own["provenance"]["parameters"]["reach_km"] = json!("thirty");
    });
    let said = told(dir.path(), &["ficha", "01"]);
    insta::assert_snapshot!("changed_by_hand", without_run(&said, &file));
}

/// Paths of members that the JSON Schema of the record does not name.
fn undescribed(record: &Value) -> BTreeSet<String> {
    let schema: Value = serde_json::from_str(&corredor::publish::record::schema()).unwrap();
    let mut found = BTreeSet::new();
    walk(&schema, &[&schema], record, "", &mut found);
    found
}

/// All that a schema may be: itself, what it refers to, and its branches.
fn branches<'a>(root: &'a Value, schema: &'a Value, out: &mut Vec<&'a Value>) {
    out.push(schema);
    if let Some(name) = schema["$ref"].as_str() {
        branches(root, root.pointer(name.trim_start_matches('#')).unwrap(), out);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        schema[key].as_array().into_iter().flatten().for_each(|one| branches(root, one, out));
    }
}

fn walk(root: &Value, schemas: &[&Value], value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let mut all = Vec::new();
    schemas.iter().for_each(|schema| branches(root, schema, &mut all));
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}.{name}");
                let own = all.iter().filter_map(|schema| schema["properties"].get(name));
                let any = all.iter().filter_map(|schema| schema.get("additionalProperties"));
                let next: Vec<&Value> = own.chain(any).collect();
                match next.is_empty() {
                    true => drop(found.insert(path)),
                    false => walk(root, &next, member, &path, found),
                }
            }
        }
        Value::Array(items) => {
            let next: Vec<&Value> = all.iter().filter_map(|schema| schema.get("items")).collect();
            items.iter().for_each(|item| walk(root, &next, item, &format!("{path}[]"), found));
        }
        _ => {}
    }
}
