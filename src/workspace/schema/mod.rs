//! The JSON Schemas of the two kinds of files, generated from the structs, and the reference made
//! from them. Editors complete and check the files by them; Corredor checks by the very same.

mod markdown;

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::config::{LayerFile, Recipe, WorkspaceFile};

pub use markdown::reference;

/// File name of the schema of `corredor.toml`, in the folder `schema/` of a workspace.
pub const WORKSPACE_SCHEMA: &str = "workspace.schema.json";

/// File name of the schema of `layers/*.toml`, in the folder `schema/` of a workspace.
pub const LAYER_SCHEMA: &str = "layer.schema.json";

/// File name of the schema of `recipes/*.toml`, in the folder `schema/` of a workspace.
pub const RECIPE_SCHEMA: &str = "recipe.schema.json";

/// JSON Schema (2020-12) of `recipes/*.toml`, pretty-printed, with a final newline.
pub fn recipe_schema() -> String {
    pretty(recipe_value())
}

/// The schema of `recipes/*.toml`.
pub(crate) fn recipe_value() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| generate::<Recipe>("Corredor: recipes/*.toml"))
}

/// JSON Schema (2020-12) of `corredor.toml`, pretty-printed, with a final newline.
pub fn workspace_schema() -> String {
    pretty(workspace())
}

/// JSON Schema (2020-12) of `layers/*.toml`, pretty-printed, with a final newline.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&corredor::workspace::schema::layer_schema())?;
/// assert_eq!(schema["additionalProperties"], false);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn layer_schema() -> String {
    pretty(layer())
}

/// The schema of `corredor.toml`.
pub(crate) fn workspace() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| generate::<WorkspaceFile>("Corredor: corredor.toml"))
}

/// The schema of `layers/*.toml`.
pub(crate) fn layer() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let mut schema = generate::<LayerFile>("Corredor: layers/*.toml");
        let steps: Vec<Value> = super::config::StepKind::ALL
            .iter()
            .map(|step| serde_json::json!({ "required": [step.name()] }))
            .collect();
        if let Some(object) = schema.as_object_mut() {
            object.insert("oneOf".to_owned(), Value::Array(steps));
        }
        schema
    })
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// The schema of any file that is checked as these are.
pub(crate) fn generate<T: JsonSchema>(title: &str) -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    tidy(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), Value::from(title));
    }
    schema
}

/// Closes every object to unknown keys, takes out `null` (TOML has none), and joins the lines of
/// descriptions.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            without_null(object);
            if object.contains_key("properties") && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = paragraphs(text);
            }
            // What is empty unless stated needs no default in the editor.
            if object.get("default").is_some_and(|d| matches!(d, Value::Object(_)) || d == "") {
                object.remove("default");
            }
            for (key, value) in object.iter_mut() {
                match value {
                    // Names of properties mean nothing here, not even `default`.
                    Value::Object(properties) if key == "properties" => {
                        properties.values_mut().for_each(tidy)
                    }
                    value => tidy(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn without_null(object: &mut Map<String, Value>) {
    let is_null = |value: &Value| value == "null" || value.get("type").is_some_and(|kind| kind == "null");
    if let Some(Value::Array(kinds)) = object.get_mut("type") {
        kinds.retain(|kind| !is_null(kind));
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.retain(|branch| !is_null(branch));
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
}

/// Joins the lines of the descriptions in a schema.
pub(crate) fn paragraphs_joined(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = paragraphs(text);
            }
            object.values_mut().for_each(paragraphs_joined);
        }
        Value::Array(items) => items.iter_mut().for_each(paragraphs_joined),
        _ => {}
    }
}

/// Doc comments break lines for the source's width; paragraphs stay apart.
fn paragraphs(text: &str) -> String {
    let joined: Vec<String> = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
    joined.join("\n\n")
}
