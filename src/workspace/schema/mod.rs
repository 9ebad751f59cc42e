//! The JSON Schemas of the two kinds of files, generated from the structs, and the reference made
//! from them. Editors complete and check the files by them; Corredor checks by the very same.

mod markdown;

use std::sync::OnceLock;

use serde_json::Value;

use super::config::{LayerFile, Recipe, WorkspaceFile};
use crate::checked::schema_of;

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
    SCHEMA.get_or_init(|| schema_of::<Recipe>("Corredor: recipes/*.toml"))
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
    SCHEMA.get_or_init(|| schema_of::<WorkspaceFile>("Corredor: corredor.toml"))
}

/// The schema of `layers/*.toml`.
pub(crate) fn layer() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let mut schema = schema_of::<LayerFile>("Corredor: layers/*.toml");
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
