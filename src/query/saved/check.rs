//! What a header must say beyond its shape: parameters that fit their types and the SQL.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::header::{self, Literal, ParameterSection, ParameterType};
use super::parameter::{Parameter, Value};
use super::query::SavedQuery;
use super::tokens::{Token, scan};
use crate::checked::{Document, SourceFile, place};
use crate::workspace::Problem;
use crate::workspace::config::Text;
use crate::workspace::did_you_mean;

/// Longest name of a parameter.
const NAME_MAX: usize = 32;

/// Options of `corredor query` and of every command, which no parameter may take the name of.
const RESERVED: [&str; 17] = [
    "allow_path",
    "execute",
    "format",
    "help",
    "json",
    "lang",
    "level",
    "memory",
    "no_build",
    "out",
    "quiet",
    "threads",
    "timeout",
    "timing",
    "verbose",
    "version",
    "workspace",
];

/// Reads a query with a header; every problem at once.
pub(super) fn read(name: &str, path: &Path, text: &str) -> Result<SavedQuery, Vec<Problem>> {
    let source = Arc::new(SourceFile::new(path, text.into()));
    let mut problems = Vec::new();
    let parsed = header::read(&source, &mut problems);
    let query = parsed.content.map(|header| {
        let mut check = Check { document: &parsed.document, source: &source, problems: &mut problems };
        check.texts("title", &header.query.title);
        check.texts("description", &header.query.description);
        let parameters: Vec<Parameter> =
            header.param.iter().map(|(name, section)| check.parameter(name, section)).collect();
        check.placeholders(&parameters, text);
        SavedQuery {
            name: name.to_owned(),
            title: header.query.title,
            description: header.query.description,
            layers: header.query.layers,
            parameters,
            sql: text.to_owned(),
        }
    });
    match query {
        Some(query) if problems.is_empty() => Ok(query),
        _ => Err(problems),
    }
}

struct Check<'a> {
    document: &'a Document,
    source: &'a Arc<SourceFile>,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    fn wrong(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        self.problems.push(self.source.error(span, message).maybe_help(help));
    }

    fn texts(&mut self, key: &str, text: &Text) {
        if text.es.trim().is_empty() || text.en.trim().is_empty() {
            let span = self.document.span(place!["query", key]);
            let help = format!("{key} = {{ es = \"...\", en = \"...\" }}");
            self.wrong(span, format!("`{key}` is needed in both languages"), Some(help));
        }
    }

    fn parameter(&mut self, name: &str, section: &ParameterSection) -> Parameter {
        let key_span = self.document.key_span(place!["param", name]);
        if let Some(message) = name_problem(name) {
            self.wrong(key_span, message, None);
        }
        let description = &section.description;
        if description.es.trim().is_empty() || description.en.trim().is_empty() {
            let span = self.document.span(place!["param", name, "description"]);
            self.wrong(span, format!("parameter `{name}` needs a description in both languages"), None);
        }
        let kind = section.kind;
        let mut parameter = Parameter {
            name: name.to_owned(),
            kind,
            description: description.clone(),
            default: None,
            allowed: Vec::new(),
            min: self.end(name, "min", kind, section.min.as_ref()),
            max: self.end(name, "max", kind, section.max.as_ref()),
        };
        if let (Some(min), Some(max)) = (&parameter.min, &parameter.max)
            && parameter.check(min).is_err()
        {
            let span = self.document.span(place!["param", name, "min"]);
            self.wrong(span, format!("`min` {min} is above `max` {max}"), None);
        }
        // Judged by the range first: the list is not whole before its end.
        let mut allowed = Vec::new();
        for (at, literal) in section.allowed.iter().flatten().enumerate() {
            let span = self.document.span(place!["param", name, "allowed", at]);
            let value = self.value(kind, literal, span.clone());
            match value.map(|value| parameter.check(&value).map(|()| value)) {
                Some(Ok(value)) => allowed.push(value),
                Some(Err(error)) => self.wrong(span, format!("{literal} {error}"), None),
                None => {}
            }
        }
        parameter.allowed = allowed;
        if section.allowed.as_ref().is_some_and(Vec::is_empty) {
            let span = self.document.span(place!["param", name, "allowed"]);
            self.wrong(span, "`allowed` lists no value".to_owned(), Some("leave it out".to_owned()));
        }
        if let Some(literal) = &section.default {
            let span = self.document.span(place!["param", name, "default"]);
            if let Some(value) = self.value(kind, literal, span.clone()) {
                match parameter.check(&value) {
                    Ok(()) => parameter.default = Some(value),
                    Err(error) => self.wrong(span, format!("the default {literal} {error}"), None),
                }
            }
        }
        parameter
    }

    fn end(
        &mut self,
        name: &str,
        key: &str,
        kind: ParameterType,
        literal: Option<&Literal>,
    ) -> Option<Value> {
        let literal = literal?;
        let span = self.document.span(place!["param", name, key]);
        if matches!(kind, ParameterType::Integer | ParameterType::Number | ParameterType::Date) {
            return self.value(kind, literal, span);
        }
        let help = "use `allowed` to list its values".to_owned();
        self.wrong(
            span,
            format!("`{key}` is for integers, numbers and dates, not {}", kind.name()),
            Some(help),
        );
        None
    }

    /// The value of a literal, whose kind must be that of the parameter; whole numbers are numbers too.
    fn value(&mut self, kind: ParameterType, literal: &Literal, span: Range<usize>) -> Option<Value> {
        let value = match (kind, literal) {
            (ParameterType::Integer, Literal::Integer(number)) => Some(Value::Integer(*number)),
            (ParameterType::Number, Literal::Integer(number)) => Some(Value::Number(*number as f64)),
            (ParameterType::Number, Literal::Number(number)) => Some(Value::Number(*number)),
            (ParameterType::Boolean, Literal::Boolean(yes)) => Some(Value::Boolean(*yes)),
            (ParameterType::Text | ParameterType::Date | ParameterType::Run, Literal::Text(text)) => {
                Value::parse(kind, text)
            }
            _ => None,
        };
        if value.is_none() {
            let quotes = matches!(kind, ParameterType::Text | ParameterType::Date | ParameterType::Run);
            let quotes = if quotes { ", in quotes" } else { "" };
            self.wrong(span, format!("{literal} is no value of type {}{quotes}", kind.name()), None);
        }
        value
    }

    /// Every placeholder has a parameter of the right type, and every parameter a placeholder.
    fn placeholders(&mut self, parameters: &[Parameter], sql: &str) {
        let mut used: BTreeMap<&str, ()> = BTreeMap::new();
        let mut found = Vec::new();
        scan(sql, |token, span| match token {
            Token::Placeholder(name) => found.push((name, false, span)),
            Token::Run(name) => found.push((name, true, span)),
            Token::Open => found.push(("", false, span)),
            Token::End | Token::Other => {}
        });
        for (name, run, span) in found {
            if name.is_empty() {
                let message = "nothing closes this quote or comment";
                self.wrong(span.start..span.start + 1, message.to_owned(), None);
                continue;
            }
            used.insert(name, ());
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                let names = parameters.iter().map(|parameter| parameter.name.as_str());
                let help = did_you_mean(name, names, "the parameters are")
                    .unwrap_or_else(|| format!("declare it: -- [param.{name}]"));
                self.wrong(span, format!("the header declares no parameter `{name}`"), Some(help));
                continue;
            };
            if run != (parameter.kind == ParameterType::Run) {
                let help = "write layer@$name for a past run of a layer, and $name for a value";
                let message =
                    format!("`{name}` is of type {}, which cannot stand here", parameter.kind.name());
                self.wrong(span, message, Some(help.to_owned()));
            }
        }
        for parameter in parameters.iter().filter(|parameter| !used.contains_key(parameter.name.as_str())) {
            let span = self.document.key_span(place!["param", parameter.name.as_str()]);
            let help = Some(format!("use ${} in the SQL, or leave it out", parameter.name));
            self.wrong(span, format!("the SQL does not use parameter `{}`", parameter.name), help);
        }
    }
}

fn name_problem(name: &str) -> Option<String> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || name.len() > NAME_MAX {
        return Some(format!(
            "`{name}` cannot name a parameter: lower-case letters, digits and `_`, a letter first, {NAME_MAX} at most"
        ));
    }
    RESERVED.contains(&name).then(|| format!("`{name}` is an option of `corredor query` itself"))
}
