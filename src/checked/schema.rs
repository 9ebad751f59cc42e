//! The JSON Schema that a file is checked by, from the type that it is read into.

use schemars::JsonSchema;
use serde_json::{Map, Value};

/// The schema of a file that holds a `T`, under a title.
pub(crate) fn schema_of<T: JsonSchema>(title: &str) -> Value {
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
