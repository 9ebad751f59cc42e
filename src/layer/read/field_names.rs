//! Names by which fields of keys are known, and marks of values that are not given.

/// Texts by which offices say that a value is not given, lower case.
const MARKS: [&str; 30] = [
    "*",
    "**",
    "***",
    "-",
    "--",
    "---",
    ".",
    "..",
    "...",
    "n/d",
    "nd",
    "n.d.",
    "n.d",
    "n/a",
    "na",
    "n.a.",
    "#n/a",
    "nan",
    "null",
    "none",
    "s/d",
    "s.d.",
    "s/i",
    "sin dato",
    "sin datos",
    "no disponible",
    "no data",
    "x",
    "c",
    "no aplica",
];

/// How fields are called that hold keys, in parts of their names; earlier ones are likelier.
pub(super) const KEYS: [&str; 9] = ["cvegeo", "pcode", "cve", "code", "codigo", "clave", "key", "id", "iso"];

/// Whether a text says that a value is not given.
pub(super) fn is_mark(text: &str) -> bool {
    MARKS.contains(&text.trim().to_lowercase().as_str())
}

/// Whether a field is called as keys are.
pub(super) fn names_key(name: &str) -> bool {
    KEYS.iter().any(|word| is_called(name, word))
}

/// Whether a part of a name is a word, begins or ends with it; short words must not stand within others.
pub(super) fn is_called(name: &str, word: &str) -> bool {
    let name = name.to_lowercase();
    if word.len() > 3 {
        return name.contains(word);
    }
    let mut parts = name.split(|c: char| !c.is_alphanumeric());
    match word {
        "id" => parts.any(|part| part.ends_with(word)),
        _ => parts.any(|part| part.starts_with(word)),
    }
}
