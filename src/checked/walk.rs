//! The shape of a document against a JSON Schema, as far as `schemars` makes use of it here:
//! objects, maps, arrays, words, numbers in a range, references and alternatives.

use std::ops::Range;

use serde_json::{Map, Value};

use super::document::{Document, Node, Table, Value as Toml};
use super::problem::Problem;
use super::suggest::{did_you_mean, list};
use super::words::{Kind, conversion_help};

/// What the walk found.
pub(super) struct Found {
    /// The problems, in the order of the walk.
    pub(super) problems: Vec<Problem>,
    /// Whether the content can be read all the same.
    pub(super) readable: bool,
}

/// Checks the whole document.
pub(super) fn check(document: &Document, schema: &Value) -> Found {
    let mut walk = Walk { document, schema, problems: Vec::new(), readable: true, at_root: true };
    walk.table(&document.root, 0..0, schema, ROOT);
    Found { problems: walk.problems, readable: walk.readable }
}

/// The root of a document, as messages name it.
const ROOT: &str = "the file";

/// Settings that there were, by their tables, and what to do instead.
const GONE: &[(&str, &str, &str)] = &[(
    "read",
    "precision",
    "take it out, nothing rested on it: whoever may not see the points gets what is made from displaced ones, whether they \
     are houses or towns ([protect] gazetteer, k and min_km in corredor.toml)",
)];

struct Walk<'a> {
    document: &'a Document,
    schema: &'a Value,
    problems: Vec<Problem>,
    readable: bool,
    /// Whether the value looked at stands directly in the file.
    at_root: bool,
}

impl<'a> Walk<'a> {
    /// Reports a problem that keeps the content from being read.
    fn wrong(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        self.readable = false;
        self.problems.push(self.document.source.error(span, message).maybe_help(help));
    }

    /// Follows `$ref`s.
    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        while let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            match target.strip_prefix('#').and_then(|pointer| self.schema.pointer(pointer)) {
                Some(found) => schema = found,
                None => break,
            }
        }
        schema
    }

    fn value(&mut self, node: &Node, schema: &'a Value, name: &str) {
        let schema = self.resolve(schema);
        if let Some(words) = words(schema) {
            return self.word(node, &words, name);
        }
        if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
            return self.alternatives(node, branches, name);
        }
        let span = node.span.clone();
        let expected = schema.get("type").and_then(Value::as_str);
        match (expected, &node.value) {
            (Some("object"), Toml::Table(table)) => self.table(table, span, schema, name),
            (Some("array"), Toml::List(items)) => {
                self.length(items.len(), span, schema, name);
                if let Some(item) = schema.get("items") {
                    for item_node in items {
                        self.value(item_node, item, name);
                    }
                }
            }
            (Some("string"), Toml::Text(_)) | (Some("boolean"), Toml::TrueFalse) => {}
            (Some("integer"), Toml::Whole(_)) | (Some("number"), Toml::Whole(_) | Toml::Number(_)) => {
                self.number(node, schema, name);
            }
            (Some("object"), found) if schema.pointer("/properties/es").is_none() => {
                let help = format!("write [{name}], and its settings on the lines below");
                let help = (self.at_root && schema.get("properties").is_some()).then_some(help);
                let message = format!("{} must be a table, not {}", quote(name), Kind::of(found));
                self.wrong(span, message, help);
            }
            (Some(expected), found) => self.mismatch(&[Kind::named(expected)], found, span, name),
            (None, _) => {}
        }
    }

    fn table(&mut self, table: &Table, span: Range<usize>, schema: &'a Value, name: &str) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            // A map: any key, one kind of value.
            if let Some(each) = schema.get("additionalProperties").filter(|each| each.is_object()) {
                for (key, entry) in table {
                    self.value(&entry.node, each, key);
                }
            }
            return;
        };
        for (key, entry) in table {
            self.at_root = name == ROOT;
            match properties.get(key) {
                Some(property) => self.value(&entry.node, property, key),
                None => self.unknown_key(key, entry.key_span.clone(), properties, name),
            }
        }
        for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let Some(required) = required.as_str() else {
                continue;
            };
            if !table.contains_key(required) {
                let at_root = name == ROOT;
                let help = properties
                    .get(required)
                    .map(|property| format!("add `{}`", example(required, self.resolve(property), at_root)));
                self.wrong(span.clone(), format!("{} lacks `{required}`", quote(name)), help);
            }
        }
    }

    /// An unknown key does not keep the rest from being read.
    fn unknown_key(&mut self, word: &str, span: Range<usize>, properties: &Map<String, Value>, name: &str) {
        if let Some((.., instead)) = GONE.iter().find(|(table, key, _)| (*table, *key) == (name, word)) {
            let message = format!("{} has no `{word}` any more", quote(name));
            self.problems.push(self.document.source.error(span, message).help(*instead));
            return;
        }
        let at_root = name == ROOT;
        let belongs_to_file = !at_root && self.schema.pointer(&format!("/properties/{word}")).is_some();
        let help = if belongs_to_file {
            // TOML gives every key after a [header] to that table: the commonest slip of all.
            Some(format!("`{word}` belongs to the file: put it above the first [table]"))
        } else {
            did_you_mean(word, properties.keys().map(String::as_str), "it may say")
        };
        let problem = self.document.source.error(span, format!("{} has no `{word}`", quote(name)));
        self.problems.push(problem.maybe_help(help));
    }

    fn word(&mut self, node: &Node, words: &[&str], name: &str) {
        match &node.value {
            Toml::Text(word) if words.contains(&word.as_str()) => {}
            Toml::Text(word) => {
                let help = did_you_mean(word, words.iter().copied(), "one of");
                self.wrong(node.span.clone(), format!("{} cannot be \"{word}\"", quote(name)), help);
            }
            found => self.mismatch(&[Kind::Word(list(words))], found, node.span.clone(), name),
        }
    }

    /// One of several shapes: the one whose kind the value has; among tables the one that knows
    /// the most of its keys.
    fn alternatives(&mut self, node: &Node, branches: &'a [Value], name: &str) {
        let branches: Vec<&'a Value> = branches.iter().map(|branch| self.resolve(branch)).collect();
        let kind = Kind::of(&node.value);
        let known = |branch: &Value| match (&node.value, branch.get("properties")) {
            (Toml::Table(table), Some(properties)) => {
                table.keys().filter(|key| properties.get(key.as_str()).is_some()).count()
            }
            _ => 0,
        };
        let fitting = branches
            .iter()
            .filter(|branch| schema_kind(branch).is_some_and(|expected| expected.accepts(&kind)))
            .enumerate()
            // Last key: the first branch wins a tie.
            .max_by_key(|(at, branch)| (known(branch), usize::MAX - at))
            .map(|(_, branch)| *branch);
        match fitting {
            Some(branch) => self.value(node, branch, name),
            None => {
                let mut expected: Vec<Kind> =
                    branches.iter().filter_map(|branch| schema_kind(branch)).collect();
                expected.dedup();
                self.mismatch(&expected, &node.value, node.span.clone(), name);
            }
        }
    }

    fn length(&mut self, length: usize, span: Range<usize>, schema: &Value, name: &str) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        let (least, most) = (bound("minItems"), bound("maxItems"));
        if least.is_none_or(|least| length >= least) && most.is_none_or(|most| length <= most) {
            return;
        }
        let asks = match (least, most) {
            (Some(least), Some(most)) if least == most => format!("needs {least} items"),
            (Some(least), None) => format!("needs {least} or more items"),
            (None, Some(most)) => format!("takes {most} items at most"),
            (least, most) => {
                format!("takes {} to {} items", least.unwrap_or_default(), most.unwrap_or_default())
            }
        };
        self.wrong(span, format!("{} {asks}, not {length}", quote(name)), None);
    }

    fn number(&mut self, node: &Node, schema: &Value, name: &str) {
        let span = node.span.clone();
        let whole = schema.get("type").and_then(Value::as_str) == Some("integer");
        let number = match &node.value {
            Toml::Whole(Some(whole)) => *whole as f64,
            Toml::Whole(None) => {
                let message = format!("{} is too large for a whole number", quote(name));
                return self.wrong(span, message, Some(format!("at most {}", i64::MAX)));
            }
            Toml::Number(number) => *number,
            _ => return,
        };
        if !number.is_finite() {
            let message = format!("{} must be a finite number", quote(name));
            return self.wrong(span, message, None);
        }
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let unsigned = schema.get("format").and_then(Value::as_str).is_some_and(|f| f.starts_with("uint"));
        let least = bound("minimum").or(unsigned.then_some(0.0));
        let (above, most) = (bound("exclusiveMinimum"), bound("maximum"));
        let mut asks = Vec::new();
        if least.is_some_and(|least| number < least) {
            asks.push(format!("at least {}", least.unwrap_or_default()));
        }
        if above.is_some_and(|above| number <= above) {
            asks.push(format!("greater than {}", above.unwrap_or_default()));
        }
        if most.is_some_and(|most| number > most) {
            asks.push(format!("at most {}", most.unwrap_or_default()));
        }
        if !asks.is_empty() {
            let shown = if whole { format!("{number:.0}") } else { number.to_string() };
            self.wrong(span, format!("{} must be {}, not {shown}", quote(name), asks.join(" and ")), None);
        }
    }

    fn mismatch(&mut self, expected: &[Kind], found: &Toml, span: Range<usize>, name: &str) {
        let kind = Kind::of(found);
        let wanted: Vec<String> = expected.iter().map(Kind::to_string).collect();
        let help = conversion_help(expected, found, &self.document.source.text()[span.clone()]);
        self.wrong(span, format!("{} must be {}, not {kind}", quote(name), wanted.join(" or ")), help);
    }
}

/// The words that a schema of words allows.
pub(crate) fn words(schema: &Value) -> Option<Vec<&str>> {
    if let Some(list) = schema.get("enum").and_then(Value::as_array) {
        return list.iter().map(Value::as_str).collect();
    }
    let branches = schema.get("oneOf").and_then(Value::as_array)?;
    branches.iter().map(|branch| branch.get("const").and_then(Value::as_str)).collect()
}

fn schema_kind(schema: &Value) -> Option<Kind> {
    match words(schema) {
        Some(words) => Some(Kind::Word(list(&words))),
        None => schema.get("type").and_then(Value::as_str).map(Kind::named),
    }
}

/// `[read]`, `weight`, "the file": a name as messages show it.
fn quote(name: &str) -> String {
    if name == ROOT { name.to_owned() } else { format!("`{name}`") }
}

/// A line that would do, for a key that lacks.
fn example(key: &str, schema: &Value, at_root: bool) -> String {
    if let Some(first) = words(schema).and_then(|words| words.first().map(|word| (*word).to_owned())) {
        return format!("{key} = \"{first}\"");
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") if at_root => format!("[{key}]"),
        Some("object") => {
            let inner = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let inner: Vec<String> = inner.map(|inner| format!("{inner} = ...")).collect();
            format!("{key} = {{ {} }}", inner.join(", "))
        }
        Some("array") => format!("{key} = [...]"),
        Some("boolean") => format!("{key} = true"),
        Some("integer" | "number") => format!("{key} = 1"),
        _ => format!("{key} = \"...\""),
    }
}
