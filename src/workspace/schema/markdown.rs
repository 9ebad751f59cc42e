//! The reference of the files, `docs/workspace.md`, rendered from the schemas.

use serde_json::{Map, Value};

use super::super::config::StepKind;
use crate::checked::words;

/// Tables of a layer file beside the steps.
const TABLES: [&str; 4] = ["protect", "check", "validate", "style"];

/// The reference as Markdown.
pub fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    let workspace = super::workspace();
    text.push_str("\n## corredor.toml\n");
    let mut sections: Vec<_> = properties(workspace).filter(|(name, _)| *name != "acknowledge").collect();
    sections.sort_by_key(|(name, _)| !is_required(workspace, name));
    for (name, property) in sections {
        table(&mut text, workspace, &format!("[{name}]"), resolve(workspace, property));
    }
    for (part, title) in [
        ("Postgis", "[publish.postgis]"),
        ("Budget", "[publish.budget]"),
        ("Hdx", "[publish.hdx]"),
        ("EditionSection", "[publish.edition.NAME]"),
        ("HidingK", "[protect.k]"),
        ("Acknowledge", "[[acknowledge]]"),
    ] {
        if let Some(schema) = workspace.pointer(&format!("/$defs/{part}")) {
            table(&mut text, workspace, title, schema);
        }
    }
    if let Some(hook) = workspace.pointer("/$defs/Hook") {
        table(&mut text, workspace, "operate.on_failure, operate.on_hotspots", hook);
    }
    let layer = super::layer();
    text.push_str("\n## layers/NAME.toml\n\n");
    text.push_str(description(layer));
    text.push('\n');
    let is_step = |name: &str| StepKind::from_name(name).is_some();
    let own: Vec<(&String, &Value)> =
        properties(layer).filter(|(name, _)| !is_step(name) && !TABLES.contains(&name.as_str())).collect();
    rows(&mut text, layer, layer, own.into_iter());
    let tables = StepKind::ALL.iter().map(|step| step.name()).chain(TABLES);
    for name in tables {
        if let Some(property) = layer.pointer(&format!("/properties/{name}")) {
            table(&mut text, layer, &format!("[{name}]"), resolve(layer, property));
        }
        if name == "protect" {
            text.push_str(LOWERED);
            text.push_str(&crate::workspace::protect_rules::table());
        }
    }
    text.push_str("\n## Parts of these tables\n");
    let parts = [
        "Text",
        "IndicatorSpec",
        "Classes",
        "ClassSpec",
        "Uncertainty",
        "Part",
        "Component",
        "Among",
        "Carry",
        "RollupBy",
        "UnsureIf",
    ];
    let checks = [
        "Fetch",
        "Secret",
        "Guard",
        "CheckRange",
        "CheckAccepted",
        "CheckRows",
        "CheckCoverage",
        "CheckTotal",
        "CheckFreshness",
        "CheckChange",
    ];
    for part in parts.into_iter().chain(checks) {
        let Some(schema) = layer.pointer(&format!("/$defs/{part}")) else {
            continue;
        };
        match schema.get("anyOf").and_then(Value::as_array) {
            None => table(&mut text, layer, part_title(part), schema),
            Some(branches) => {
                heading(&mut text, part_title(part), description(schema));
                for branch in branches {
                    text.push('\n');
                    text.push_str(description(branch));
                    text.push('\n');
                    rows(&mut text, layer, branch, properties(branch));
                }
            }
        }
    }
    let recipe = super::recipe_value();
    text.push_str("\n## recipes/NAME.toml\n\n");
    text.push_str(description(recipe));
    text.push_str("\n\nA layer with `[composite]` names a recipe: one of the workspace, or one that ships with Corredor:\n");
    let shipped: Vec<String> =
        crate::workspace::SHIPPED_RECIPES.iter().map(|(name, _)| format!("`{name}`")).collect();
    text.push_str(&format!("{}.\n", shipped.join(", ")));
    rows(&mut text, recipe, recipe, properties(recipe));
    for (part, title) in
        [("RecipeDimension", "[[dimension]]"), ("RecipeIndicator", "[[dimension.indicator]]")]
    {
        if let Some(schema) = recipe.pointer(&format!("/$defs/{part}")) {
            table(&mut text, recipe, title, schema);
        }
    }
    text.push_str(OUTPUTS);
    let outputs = StepKind::ALL.into_iter().flat_map(|kind| kind.definition().outputs);
    for output in outputs.filter(|output| !output.fields.is_empty()) {
        text.push_str(&format!("| {} | {} |\n", output.name, output.fields));
    }
    text
}

const INTRODUCTION: &str = "\
# The files of a workspace

<!-- Generated from the schemas; edit the doc comments in src/workspace/config/, then run
CORREDOR_BLESS=1 cargo test --test lib workspace -->

A workspace is a folder with `corredor.toml` and one file per layer, `layers/NAME.toml`. The file's
name is the layer's name: lower-case ASCII letters, digits and `_`, a letter first, 63 at most. Each
layer is either read or derived by one step from other layers, which it names. Questions that are asked
again are `queries/NAME.sql` ([queries.md](queries.md)).

`corredor check` reports everything that is wrong at once, with line, column and a suggestion.
Editors that know Taplo (Even Better TOML) complete and check the files by the line
`#:schema ../schema/layer.schema.json` at their top.

Sensitivity flows with the data. A derived layer has the strictest level of its inputs; only
`[protect]` lowers it, by the rule of its step (see `[protect]`), never for a layer that is read. A
file has the strictest level of the layers that read it: one that states less is refused, also where
it reaches the file by a link, another spelling or another layer inside. A layer whose level stays
above `publish.level` is not published.
";

const LOWERED: &str = "
Whether a layer that the step uses may stand above `to`:

";

const OUTPUTS: &str = "
## Fields that the steps write

Zone layers also carry the key, `name`, and `state` where the zones (or, for `score`, the table) have it; those of lixels
`route`, `route_name`, `zone`, `from_km`, `to_km` and `km`.

| step | fields |
|---|---|
";

fn part_title(part: &str) -> &str {
    match part {
        "Text" => "A text",
        "IndicatorSpec" => "[[score.indicator]]",
        "Classes" => "[score.classes]",
        "ClassSpec" => "[[composite.class]]",
        "Uncertainty" => "[composite.uncertainty]",
        "Part" => "[[composite.part]]",
        "Component" => "[[priority.component]]",
        "CountOf" => "rollup.count",
        "Among" => "priority.among",
        "Carry" => "lixels.carry, priority.carry",
        "RollupBy" => "rollup.by",
        "Fetch" => "[read.fetch]",
        "Secret" => "[read.fetch.secret]",
        "Guard" => "[read.guard]",
        "CheckRange" => "[[check.range]]",
        "CheckAccepted" => "[[check.accepted]]",
        "CheckRows" => "[check.rows]",
        "CheckCoverage" => "[check.coverage]",
        "CheckTotal" => "[[check.total]]",
        "CheckFreshness" => "[check.freshness]",
        "CheckChange" => "[[check.change]]",
        other => other,
    }
}

fn table(text: &mut String, root: &Value, title: &str, schema: &Value) {
    heading(text, title, description(schema));
    rows(text, root, schema, properties(schema));
}

fn heading(text: &mut String, title: &str, description: &str) {
    let title =
        if title.starts_with('[') || title.contains('.') { format!("`{title}`") } else { title.into() };
    // The doc comment opens with the table's name, which the heading says already.
    let description = description.split_once("`: ").map_or(description, |(name, rest)| {
        if name.trim_start_matches('`') == title.trim_matches('`') { rest } else { description }
    });
    let mut letters = description.chars();
    let description: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    text.push_str(&format!("\n### {title}\n\n{description}\n"));
}

/// A table of settings: the required ones first, then by name.
fn rows<'a>(
    text: &mut String,
    root: &Value,
    schema: &Value,
    properties: impl Iterator<Item = (&'a String, &'a Value)>,
) {
    let required = |name: &str| is_required(schema, name);
    let mut properties: Vec<_> = properties.collect();
    properties.sort_by_key(|(name, _)| (!required(name), *name));
    text.push_str("\n| key | value | default | meaning |\n|---|---|---|---|\n");
    for (name, property) in properties {
        let default = match property.get("default") {
            Some(default) => format!("`{default}`"),
            None if required(name) => "**required**".to_owned(),
            None => String::new(),
        };
        let meaning = description(property).replace('\n', " ").replace('|', "\\|");
        text.push_str(&format!("| `{name}` | {} | {default} | {meaning} |\n", kind(root, property)));
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|n| n == name))
}

/// What a value may be, in words.
fn kind(root: &Value, property: &Value) -> String {
    let schema = resolve(root, property);
    if let Some(words) = words(schema) {
        let quoted: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
        return quoted.join(", ");
    }
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        let mut kinds: Vec<String> = branches.iter().map(|branch| kind(root, branch)).collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    let each = |key: &str| schema.get(key).map(|item| kind(root, item)).unwrap_or_default();
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => match (schema.get("minItems"), schema.get("maxItems")) {
            (Some(least), Some(most)) if least == most => {
                format!("list of {least}: {}", each("items"))
            }
            (Some(least), None) => format!("list of {least} or more: {}", each("items")),
            _ => format!("list: {}", each("items")),
        },
        Some("object") if schema.get("properties").is_some() => "table".to_owned(),
        Some("object") => format!("table of key = {}", each("additionalProperties")),
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => format!("whole number{}", range(schema)),
        Some("number") => format!("number{}", range(schema)),
        _ => String::new(),
    }
}

fn range(schema: &Value) -> String {
    let bound = |key: &str, words: &str| schema.get(key).map(|bound| format!("{words} {bound}"));
    let bounds: Vec<String> =
        [bound("minimum", "at least"), bound("exclusiveMinimum", "above"), bound("maximum", "at most")]
            .into_iter()
            .flatten()
            .collect();
    if bounds.is_empty() { String::new() } else { format!(", {}", bounds.join(", ")) }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer).unwrap_or(schema),
        None => schema,
    }
}
