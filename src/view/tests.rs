//! The types of the page's data in TypeScript, made of the JSON Schemas of [`super::manifest`].

use std::fmt::Write as _;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::manifest::{PageDef, ShapeData};

/// What no schema says.
const HEAD: &str = "\
// Made from src/view/manifest.rs: CORREDOR_BLESS=1 cargo test --lib view::tests

export type Lang = \"es\" | \"en\";

export type Value = string | number | boolean | null;

/** A table: values by field, in the order of the rows; null is missing. */
export type Columns = Record<string, Value[]>;

/** Colours that are no layer's own, by name. */
export type Colours = PageDef[\"colours\"];
";

fn types() -> String {
    let mut out = HEAD.to_owned();
    let mut known = Map::new();
    for (name, mut schema) in [("PageDef", schema_of::<PageDef>()), ("ShapeData", schema_of::<ShapeData>())] {
        known.extend(schema["$defs"].take().as_object().cloned().unwrap_or_default());
        known.insert(name.to_owned(), schema);
    }
    for (name, schema) in &known {
        definition(&mut out, name, schema);
    }
    out
}

fn schema_of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

fn definition(out: &mut String, name: &str, schema: &Value) {
    out.push('\n');
    comment(out, "", schema);
    match schema["properties"].as_object() {
        Some(members) => {
            let _ = writeln!(out, "export interface {name} {{");
            body(out, "  ", members, &schema["required"]);
            out.push_str("}\n");
        }
        None => {
            let _ = writeln!(out, "export type {name} = {};", kind(schema));
        }
    }
}

fn body(out: &mut String, indent: &str, members: &Map<String, Value>, required: &Value) {
    for (name, member) in members {
        comment(out, indent, member);
        let is_required = required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let _ = writeln!(out, "{indent}{name}{}: {};", if is_required { "" } else { "?" }, kind(member));
    }
}

fn comment(out: &mut String, indent: &str, schema: &Value) {
    if let Some(text) = schema["description"].as_str() {
        // Its first paragraph: what follows is for those who write Rust.
        let first = text.split("\n\n").next().unwrap_or_default();
        let _ = writeln!(out, "{indent}/** {} */", first.replace('\n', " "));
    }
}

/// The type that a schema is of.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    let either = |all: &Value| all.as_array().map(|all| all.iter().map(kind).collect::<Vec<_>>());
    if let Some(all) = either(&schema["anyOf"]).or_else(|| either(&schema["oneOf"])) {
        return all.join(" | ");
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let one = |single: &Value| {
                let mut schema = schema.clone();
                schema["type"] = single.clone();
                kind(&schema)
            };
            kinds.iter().map(one).collect::<Vec<_>>().join(" | ")
        }
        Value::String(single) => match single.as_str() {
            "integer" | "number" => "number".to_owned(),
            "array" => array(schema),
            "object" => object(schema),
            other => other.to_owned(),
        },
        _ => "unknown".to_owned(),
    }
}

/// A list, or a tuple where its length is fixed.
fn array(schema: &Value) -> String {
    let item = kind(&schema["items"]);
    match (schema["minItems"].as_u64(), schema["maxItems"].as_u64()) {
        (Some(least), Some(most)) if least == most => {
            format!("[{}]", vec![item; least as usize].join(", "))
        }
        _ if item.contains(' ') => format!("({item})[]"),
        _ => format!("{item}[]"),
    }
}

/// Members by name: a record of names that are known, or of any.
fn object(schema: &Value) -> String {
    match schema["properties"].as_object() {
        Some(members) => {
            let names: Vec<String> = members.keys().map(|name| format!("{name:?}")).collect();
            format!("Record<{}, string>", names.join(" | "))
        }
        None => format!("Record<string, {}>", kind(&schema["additionalProperties"])),
    }
}

#[test]
fn the_page_has_the_types_of_its_data() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/data/types.ts");
    if std::env::var_os("CORREDOR_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&path, types()).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == types(), "{}: CORREDOR_BLESS=1 cargo test --lib view::tests", path.display());
}
