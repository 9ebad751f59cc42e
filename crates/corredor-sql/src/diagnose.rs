//! Errors of the planner in our words, with their place in the text.

use datafusion::common::{Diagnostic, SchemaError};
use datafusion::error::DataFusionError;

use super::text::Text;
use super::{Fault, QueryError};
use corredor::workspace::did_you_mean;

/// Functions of PostGIS that would measure degrees as a plane, and what takes their place.
const INSTEAD: [(&str, &str); 4] = [
    ("st_dwithin", "within_km(a, b, km)"),
    ("st_buffer", "buffer_km(geometry, km)"),
    ("st_linelocatepoint", "along_km(route, point)"),
    ("st_distancesphere", "geodesic_km(a, b)"),
];

/// What the session knows that errors may be about.
pub(super) struct Known<'a> {
    /// The text of the query.
    pub text: &'a Text<'a>,
    /// Names of all functions.
    pub functions: &'a [String],
    /// Memory that the query may take.
    pub memory_limit_bytes: usize,
}

impl Known<'_> {
    /// An error of DataFusion as one of ours.
    pub(super) fn error(&self, error: DataFusionError) -> QueryError {
        match error {
            DataFusionError::Context(_, inner) => self.error(*inner),
            DataFusionError::Diagnostic(diagnostic, inner) => self.with(&diagnostic, self.error(*inner)),
            DataFusionError::Collection(mut errors) if !errors.is_empty() => {
                self.error(errors.swap_remove(0))
            }
            DataFusionError::External(error) => match error.downcast::<QueryError>() {
                Ok(error) => error.placed(|name| self.text.find(name)),
                Err(error) => match error.downcast::<DataFusionError>() {
                    Ok(error) => self.error(*error),
                    Err(error) => QueryError::Failed { message: error.to_string() },
                },
            },
            DataFusionError::Shared(error) => match std::sync::Arc::try_unwrap(error) {
                Ok(error) => self.error(error),
                Err(error) => self.told(&error.find_root().to_string()),
            },
            DataFusionError::SchemaError(error, _) => self.schema(*error).into(),
            DataFusionError::ResourcesExhausted(detail) => {
                QueryError::Memory { limit_bytes: self.memory_limit_bytes, detail }
            }
            DataFusionError::Plan(message) => self.plan(&message).into(),
            DataFusionError::NotImplemented(message) => {
                Fault::new(format!("not supported here: {}", plain(&message))).into()
            }
            DataFusionError::SQL(error, _) => Fault::new(plain(&error.to_string())).into(),
            DataFusionError::ArrowError(error, _) => match *error {
                arrow_schema::ArrowError::ExternalError(error) => {
                    self.error(DataFusionError::External(error))
                }
                error => QueryError::Failed { message: plain(&error.to_string()) },
            },
            DataFusionError::Execution(message) => QueryError::Failed { message: plain(&message) },
            other => self.told(&other.to_string()),
        }
    }

    fn told(&self, message: &str) -> QueryError {
        QueryError::Failed { message: plain(message) }
    }

    /// Gives a fault the place and the advice that the planner knows.
    fn with(&self, diagnostic: &Diagnostic, error: QueryError) -> QueryError {
        match error {
            QueryError::Sql(mut fault) => {
                if let Some(span) = diagnostic.span {
                    fault.span = Some(self.text.span(span));
                }
                let advice = diagnostic.helps.iter().map(|help| help.message.clone());
                let advice: Vec<String> = advice.collect();
                let advice = (!advice.is_empty()).then(|| advice.join("; "));
                QueryError::Sql(Box::new(fault.help(advice)))
            }
            other => other,
        }
    }

    fn schema(&self, error: SchemaError) -> Fault {
        match error {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let name = field.name.clone();
                let known = || valid_fields.iter().map(|field| field.name.as_str());
                let span = self.text.find(&name);
                let fault = Fault::new(format!("there is no field `{}`", field.flat_name())).at(span);
                // Names without quotes are put into lower case, as in PostgreSQL.
                let differs = |known: &&str| *known != name && known.to_lowercase() == name.to_lowercase();
                if let Some(meant) = known().find(differs) {
                    return fault.help(Some(format!("write it in double quotes: \"{meant}\"")));
                }
                let near = did_you_mean(&name, known(), "the fields are");
                match self.text.is_quoted(&name) {
                    false => fault.help(near),
                    true => {
                        let text = name.replace('\'', "''");
                        let near = near.map_or_else(String::new, |near| format!("; {near}"));
                        fault.help(Some(format!(
                            "double quotes hold names; texts stand in single quotes: '{text}'{near}"
                        )))
                    }
                }
            }
            SchemaError::AmbiguousReference { field } => {
                Fault::new(format!("several tables have a field `{}`", field.name))
                    .at(self.text.find(&field.name))
                    .help(Some(format!("write the table before it, as in `t.{}`", field.name)))
            }
            other => Fault::new(plain(&other.to_string())),
        }
    }

    fn plan(&self, message: &str) -> Fault {
        let between = |before: &str, after: &str| {
            let (_, rest) = message.split_once(before)?;
            rest.split_once(after).map(|(name, _)| name.to_owned())
        };
        let functions = || self.functions.iter().map(String::as_str);
        let unknown =
            between("Invalid function '", "'").or_else(|| between("table function '", "' not found"));
        if let Some(name) = unknown {
            let instead = INSTEAD.iter().find(|(of_degrees, _)| name.eq_ignore_ascii_case(of_degrees));
            let near = did_you_mean(&name, functions(), "SHOW FUNCTIONS lists them").map(|help| {
                // Hundreds of names help nobody.
                if help.starts_with("did you") { help } else { "SHOW FUNCTIONS lists them".to_owned() }
            });
            return Fault::new(format!("there is no function `{name}`"))
                .at(self.text.find(&name))
                .help(instead.map(|(_, ours)| format!("{ours} does it on WGS84")))
                .help(near);
        }
        if let Some(types) = between("argument types '", "'") {
            let name = types.split('(').next().unwrap_or(&types);
            let candidates = message.split_once("Candidate functions:").map(|(_, list)| one_line(list));
            return Fault::new(format!("`{name}` is not called with these types: {types}"))
                .at(self.text.find(name))
                .help(
                    candidates.filter(|list| list.len() < 300).map(|list| format!("it is called as {list}")),
                );
        }
        if message.starts_with("Column in SELECT must be in GROUP BY")
            && let Some(column) = between("column \"", "\"")
        {
            let field = column.rsplit('.').next().unwrap_or(&column);
            return Fault::new(format!("`{field}` is neither grouped by nor totalled"))
                .at(self.text.find(field))
                .help(Some(format!("add {column} to GROUP BY, or total it, as in max({column})")));
        }
        let quoted = between("'", "'");
        let span = quoted.and_then(|name| self.text.find(name.rsplit('.').next().unwrap_or(&name)));
        Fault::new(plain(message)).at(span)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message in one line, without the planner's own headings.
fn plain(message: &str) -> String {
    const HEADINGS: [&str; 5] =
        ["Error during planning: ", "Execution error: ", "Arrow error: ", "Schema error: ", "SQL error: "];
    let mut message = message;
    while let Some(rest) = HEADINGS.iter().find_map(|heading| message.strip_prefix(heading)) {
        message = rest;
    }
    one_line(message).trim_end_matches('.').to_owned()
}
