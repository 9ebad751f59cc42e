//! Reading a codebook: from a file, or one of those that ship with Corredor.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::MicrodataError;
use super::codebook::{Codebook, Condition, Level};
use super::codebook_problems::CodebookProblems;
use crate::checked::{Document, Problem, Seg, SourceFile, parse, place, schema_of};
use crate::layer::nearest;

/// Codebooks that ship with Corredor: name and text.
pub const SHIPPED: [(&str, &str); 5] = [
    ("enti-2019", include_str!("../../../layers/codebooks/enti-2019.toml")),
    ("enti-2022", include_str!("../../../layers/codebooks/enti-2022.toml")),
    ("censo-2020-ampliado", include_str!("../../../layers/codebooks/censo-2020-ampliado.toml")),
    ("imaginaria-encuesta", include_str!("../../../layers/codebooks/imaginaria-encuesta.toml")),
    ("imaginaria-censo", include_str!("../../../layers/codebooks/imaginaria-censo.toml")),
];

/// A codebook that was read and checked.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The codebook.
    pub codebook: Codebook,
    /// SHA-256 of its text, hexadecimal.
    pub sha256: String,
}

impl Opened {
    /// Reads a codebook: a file, or the name of one that ships with Corredor.
    ///
    /// # Errors
    /// Where there is neither, or what it says cannot be.
    pub fn read(name: &str) -> Result<Self, MicrodataError> {
        if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
            return Self::parse(name, text);
        }
        let path = Path::new(name);
        if !path.is_file() {
            let names = SHIPPED.iter().map(|(name, _)| *name);
            return Err(MicrodataError::NoCodebook {
                name: name.to_owned(),
                nearest: nearest(name, names.clone()),
                shipped: names.map(str::to_owned).collect(),
            });
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| MicrodataError::Unreadable { file: name.to_owned(), error })?;
        Self::parse(name, &text)
    }

    /// Checks the text of a codebook; `name` is how messages call it.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(name: &str, text: &str) -> Result<Self, MicrodataError> {
        let source = Arc::new(SourceFile::new(Path::new(name), text.into()));
        let mut problems = Vec::new();
        let parsed = parse::<Codebook>(source, codebook_schema(), &mut problems);
        if let Some(codebook) = &parsed.content {
            check(codebook, &parsed.document, &mut problems);
        }
        let sha256 = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        match parsed.content {
            Some(codebook) if problems.is_empty() => Ok(Self { codebook, sha256 }),
            _ => Err(MicrodataError::Codebook(CodebookProblems { name: name.to_owned(), problems })),
        }
    }
}

/// The JSON Schema that codebooks are checked by.
pub fn codebook_schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| schema_of::<Codebook>("Corredor: a codebook of microdata"))
}

/// What the shape alone does not say.
fn check(codebook: &Codebook, document: &Document, problems: &mut Vec<Problem>) {
    let mut wrong = |place: &[Seg<'_>], message: String| problems.push(document.error(place, message));
    if codebook.universe.from > codebook.universe.to {
        wrong(place!["universe", "to"], "`to` is below `from`".to_owned());
    }
    for (i, condition) in codebook.universe.when.iter().enumerate() {
        if let Some(message) = condition_fault(condition) {
            wrong(place!["universe", "when", i], message);
        }
    }
    for (i, all) in codebook.outcome.iter().flat_map(|o| &o.any).enumerate() {
        if all.is_empty() {
            wrong(place!["outcome", "any", i], "an empty list of conditions would always hold".to_owned());
        }
        for (j, condition) in all.iter().enumerate() {
            if let Some(message) = condition_fault(condition) {
                wrong(place!["outcome", "any", i, j], message);
            }
        }
    }
    for (i, variable) in codebook.variable.iter().enumerate() {
        let name = &variable.name;
        let is_name = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name(name) {
            wrong(place!["variable", i, "name"], format!("`{name}` is no name: use a-z, 0-9 and _"));
        }
        if codebook.variable[..i].iter().any(|v| v.name == *name) {
            wrong(place!["variable", i, "name"], format!("there are two variables `{name}`"));
        }
        if variable.of != super::codebook::Of::Child && codebook.household.is_none() {
            wrong(
                place!["variable", i, "of"],
                "[household] must say who is head and who is spouse".to_owned(),
            );
        }
        match (&variable.number, variable.levels.len()) {
            (Some(_), 1..) => {
                wrong(place!["variable", i, "number"], format!("`{name}` has both number and levels"));
            }
            (None, 0) => wrong(place!["variable", i], format!("`{name}` needs number = {{}} or levels")),
            (None, 1) => wrong(place!["variable", i, "levels"], format!("`{name}` needs two levels or more")),
            (Some(number), 0) if number.by == 0.0 => {
                wrong(place!["variable", i, "number", "by"], "`by` must not be 0".to_owned());
            }
            _ => {}
        }
        for (key, level) in [("base", &variable.base), ("absent", &variable.absent)] {
            if let Some(level) = level.as_ref().filter(|n| variable.levels.iter().all(|l| l.name != **n)) {
                wrong(place!["variable", i, key], format!("`{name}` has no level `{level}`"));
            }
        }
        let mut codes: Vec<&str> = variable.missing.iter().map(String::as_str).collect();
        for (j, level) in variable.levels.iter().enumerate() {
            if !is_name(&level.name) {
                let message = format!("`{}` is no name: use a-z, 0-9 and _", level.name);
                wrong(place!["variable", i, "levels", j, "name"], message);
            }
            if variable.levels[..j].iter().any(|l| l.name == level.name) {
                wrong(place!["variable", i, "levels", j, "name"], format!("two levels `{}`", level.name));
            }
            if let Some(message) = level_fault(level, variable.absent.as_deref() == Some(&level.name)) {
                wrong(place!["variable", i, "levels", j], message);
            }
            for code in &level.codes {
                if codes.iter().any(|known| same_code(known, code)) {
                    wrong(place!["variable", i, "levels", j, "codes"], format!("`{code}` stands twice"));
                }
                codes.push(code);
            }
        }
    }
}

fn condition_fault(condition: &Condition) -> Option<String> {
    let ranged = condition.from.is_some() || condition.to.is_some();
    match (condition.codes.is_empty(), ranged) {
        (true, false) => Some("a condition needs codes, or from and to".to_owned()),
        (false, true) => Some("a condition takes codes or a range, not both".to_owned()),
        _ => None,
    }
}

fn level_fault(level: &Level, absent: bool) -> Option<String> {
    let ranged = level.from.is_some() || level.to.is_some();
    match (level.codes.is_empty(), ranged) {
        (true, false) if !level.blank && !absent => {
            Some(format!("level `{}` needs codes, or from and to", level.name))
        }
        (false, true) => Some(format!("level `{}` takes codes or a range, not both", level.name)),
        _ => None,
    }
}

/// Whether two codes are one.
fn same_code(a: &str, b: &str) -> bool {
    match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a.trim() == b.trim(),
    }
}
