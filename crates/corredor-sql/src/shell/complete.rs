//! Completion: the words that may stand where the cursor is.

use std::collections::BTreeSet;

/// Words of SQL that are completed; those that anybody types in a query.
pub const KEYWORDS: [&str; 48] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CROSS",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FILTER",
    "FROM",
    "FULL",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INNER",
    "INTERSECT",
    "IS",
    "JOIN",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "PARTITION",
    "SELECT",
    "THEN",
    "TRUE",
    "UNION",
    "WHEN",
    "WHERE",
    "WITH",
];

/// The words of a session.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Layers with their fields.
    layers: Vec<(String, Vec<String>)>,
    functions: Vec<String>,
}

/// What may stand at the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Completion {
    /// Characters before the cursor that belong to the word.
    pub typed: usize,
    /// What the word becomes, where that is sure.
    pub insert: Option<String>,
    /// The words to choose from, where there are several.
    pub choices: Vec<String>,
}

impl Words {
    /// The words of these layers, with their fields, and functions.
    pub fn new(layers: &[(String, Vec<String>)], functions: &[String]) -> Self {
        Self { layers: layers.to_vec(), functions: functions.to_vec() }
    }

    /// Completes the word that `before`, the text up to the cursor, ends in; `line` is the whole of it.
    pub(super) fn complete(&self, before: &str, line: &str) -> Completion {
        let word: String = {
            let end: Vec<char> = before.chars().rev().take_while(|c| is_word(*c)).collect();
            end.into_iter().rev().collect()
        };
        let typed = word.chars().count();
        let mut found: Vec<String> = self
            .candidates(before, line, &word)
            .into_iter()
            .filter(|candidate| {
                candidate.len() >= word.len()
                    && candidate.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(&word))
            })
            .collect();
        if word.is_empty() && !ends_in_dot(before, &word) && !wants_layer(before, &word) {
            found.clear();
        }
        match found.as_slice() {
            [] => Completion { typed, insert: None, choices: Vec::new() },
            [only] => {
                let end = if only.ends_with('(') { "" } else { " " };
                Completion { typed, insert: Some(format!("{only}{end}")), choices: Vec::new() }
            }
            several => {
                let common = common_start(several);
                let insert = (common.chars().count() > typed).then_some(common);
                let choices = if insert.is_none() { several.to_vec() } else { Vec::new() };
                Completion { typed, insert, choices }
            }
        }
    }

    fn candidates(&self, before: &str, line: &str, word: &str) -> BTreeSet<String> {
        let layers = || self.layers.iter().map(|(name, _)| name.clone());
        if wants_layer(before, word) {
            return layers().collect();
        }
        if before.trim_start().starts_with('\\') {
            return BTreeSet::new();
        }
        let named = |name: &str| line.split(|c: char| !is_word(c)).any(|part| part == name);
        let fields = |only_named: bool| {
            let of = self.layers.iter().filter(move |(name, _)| !only_named || named(name));
            of.flat_map(|(_, fields)| fields.iter().cloned()).collect::<Vec<_>>()
        };
        let of_named = fields(true);
        let fields = if of_named.is_empty() { fields(false) } else { of_named };
        if ends_in_dot(before, word) {
            return fields.into_iter().collect();
        }
        let upper = word.chars().next().is_none_or(char::is_uppercase);
        let keywords = KEYWORDS.iter().map(|k| if upper { (*k).to_owned() } else { k.to_lowercase() });
        let functions = self.functions.iter().map(|name| format!("{name}("));
        layers().chain(fields).chain(keywords).chain(functions).collect()
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands before the word.
fn head<'a>(before: &'a str, word: &str) -> &'a str {
    &before[..before.len() - word.len()]
}

fn ends_in_dot(before: &str, word: &str) -> bool {
    head(before, word).ends_with('.')
}

/// After `FROM`, `JOIN` and `\d` only a layer can stand.
fn wants_layer(before: &str, word: &str) -> bool {
    let head = head(before, word);
    let last = head.split_whitespace().next_back().unwrap_or_default();
    head.ends_with(char::is_whitespace)
        && (last.eq_ignore_ascii_case("from") || last.eq_ignore_ascii_case("join") || last == "\\d")
}

/// What all words begin with, as the first of them writes it.
fn common_start(words: &[String]) -> String {
    let Some((first, rest)) = words.split_first() else { return String::new() };
    let length = rest.iter().fold(first.chars().count(), |length, word| {
        let same = first.chars().zip(word.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
        length.min(same)
    });
    first.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let layer = |name: &str, fields: &[&str]| {
            (name.to_owned(), fields.iter().map(|f| (*f).to_owned()).collect::<Vec<_>>())
        };
        Words::new(
            &[layer("zones", &["code", "pop"]), layer("zone_exposure", &["expo_km"]), layer("gi", &["gi_z"])],
            &["st_area".to_owned(), "st_asbinary".to_owned(), "nearest_km".to_owned()],
        )
    }

    fn complete(before: &str) -> (Option<String>, Vec<String>) {
        let Completion { insert, choices, .. } = words().complete(before, before);
        (insert, choices)
    }

    #[test]
    fn words_by_their_place() {
        for (before, insert, choices) in [
            ("sel", Some("select "), &[][..]),
            ("SEL", Some("SELECT "), &[]),
            ("SELECT nea", Some("nearest_km("), &[]),
            ("SELECT * FROM g", Some("gi "), &[]),
            ("SELECT * FROM zo", Some("zone"), &[]),
            ("SELECT * FROM zone", None, &["zone_exposure", "zones"]),
            ("SELECT * FROM ", None, &["gi", "zone_exposure", "zones"]),
            ("\\d z", Some("zone"), &[]),
            ("\\d ", None, &["gi", "zone_exposure", "zones"]),
            ("\\q", None, &[]),
            ("SELECT * FROM gi x WHERE x.", Some("gi_z "), &[]),
            ("SELECT st_a", None, &["st_area(", "st_asbinary("]),
            ("", None, &[]),
            ("SELECT ñ", None, &[]),
        ] {
            let (found, among) = complete(before);
            assert_eq!(
                (found.as_deref(), &among[..]),
                (insert, &choices.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>()[..]),
                "{before}"
            );
        }
    }

    #[test]
    fn keywords_are_in_order_and_once() {
        assert!(KEYWORDS.is_sorted_by(|a, b| a < b));
    }
}
