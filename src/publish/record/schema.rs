//! The JSON Schema of the record of a run.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{RunRecord, SCHEMA, Shared};
use crate::checked::paragraphs_joined;

/// File name of the schema of `metadata.json`.
pub const RUN_SCHEMA: &str = "run.schema.json";

/// Definitions whose members are told to all readers.
const TOLD: [&str; 6] =
    ["AcceptedRecord", "FieldRecord", "FileRecord", "LayerRecord", "SimplifiedRecord", "WrittenRecord"];

/// JSON Schema (2020-12) of `metadata.json`, pretty-printed, with a final newline. It says what this version writes; later
/// ones of the same schema may add members.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&corredor::publish::record::schema())?;
/// assert_eq!(schema["properties"]["schema"]["const"], 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn schema() -> String {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let shared = generator.subschema_for::<Shared>().to_value();
    let mut schema = generator.into_root_schema_for::<RunRecord>().to_value();
    schema["title"] = json!("Corredor: metadata.json of a run");
    schema["properties"]["schema"]["const"] = json!(SCHEMA);
    steps(&mut schema["$defs"]["ProvenanceRecord"]["oneOf"], &shared);
    // What may be withheld from readers of a lower level is never required.
    for (name, definition) in schema["$defs"].as_object_mut().into_iter().flatten() {
        if let Some(definition) = definition.as_object_mut().filter(|_| !TOLD.contains(&name.as_str())) {
            definition.remove("required");
        }
    }
    without_defaults(&mut schema);
    paragraphs_joined(&mut schema);
    format!("{schema:#}\n")
}

/// Adds to the parameters of each step what any step may add, and a branch for steps that have none of their own.
fn steps(branches: &mut Value, shared: &Value) {
    let Some(branches) = branches.as_array_mut() else { return };
    for branch in &mut *branches {
        let own = branch["properties"]["parameters"].take();
        branch["properties"]["parameters"] = json!({"allOf": [own, shared]});
        branch["required"] = json!(["step"]);
    }
    let names: Vec<Value> =
        branches.iter().map(|branch| branch["properties"]["step"]["const"].clone()).collect();
    branches.push(json!({
        "description": "A step without parameters of its own.",
        "type": "object",
        "properties": {"step": {"type": "string", "not": {"enum": names}}, "parameters": shared},
        "required": ["step"],
    }));
}

/// Takes defaults out: what is written is written whole, and readers of other runs have their own.
fn without_defaults(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.remove("default");
            for (key, value) in object.iter_mut() {
                match value {
                    // Names of properties mean nothing here.
                    Value::Object(properties) if key == "properties" => {
                        properties.values_mut().for_each(without_defaults)
                    }
                    value => without_defaults(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_defaults),
        _ => {}
    }
}
