//! Saved queries: SQL files whose header says what they answer and which values they take.
//!
//! ```sql
//! -- [query]
//! -- title = { es = "Estados por kilómetros expuestos", en = "States by exposed kilometres" }
//! -- description = { es = "…", en = "…" }
//! -- layers = ["states"]
//! --
//! -- [param.at_least]
//! -- type = "number"
//! -- description = { es = "Kilómetros expuestos al menos", en = "Exposed kilometres at least" }
//! -- default = 0
//! -- min = 0
//!
//! SELECT name, expo_km FROM states WHERE expo_km >= $at_least ORDER BY expo_km DESC
//! ```
//!
//! The header is TOML behind `--`, up to the first blank line, checked like the workspace's other files. Values are bound to `$name` after the
//! SQL has been parsed; they never become text of it.

mod check;
mod error;
mod header;
mod library;
mod parameter;
mod query;
mod tokens;

use std::path::Path;

pub use error::SavedError;
pub use header::ParameterType;
pub use library::{FOLDER, Library};
pub use parameter::{Parameter, Value, ValueError};
pub use query::SavedQuery;
pub use tokens::{statement_ranges, statements};

use crate::workspace::Problem;
use crate::workspace::did_you_mean;

impl SavedQuery {
    /// Whether a text begins with the header of a saved query.
    pub fn has_header(text: &str) -> bool {
        header::has_header(text)
    }

    /// Reads the text of the file `path` (as messages are to name it).
    ///
    /// # Errors
    /// Every problem of the header and of its use at once, in the order of the text.
    ///
    /// # Examples
    /// ```
    /// use std::path::Path;
    /// use corredor::query::saved::SavedQuery;
    ///
    /// let text = "-- [query]\n-- title = { es = 'a', en = 'a' }\n-- description = { es = 'a', en = 'a' }\n\
    ///             -- [param.reach]\n-- type = 'number'\n-- description = { es = 'a', en = 'a' }\n\
    ///             SELECT $reach, $reahc";
    /// let problems = SavedQuery::read("x", Path::new("queries/x.sql"), text).unwrap_err();
    /// assert_eq!(problems[0].one_line(), "queries/x.sql:7:16: the header declares no parameter `reahc`; \
    ///             did you mean `reach`?");
    /// ```
    pub fn read(name: &str, path: &Path, text: &str) -> Result<Self, Vec<Problem>> {
        check::read(name, path, text)
    }

    /// The values to bind: what is stated, and the defaults of the rest; in the order of [`SavedQuery::parameters`].
    ///
    /// # Errors
    /// [`SavedError::UnknownParameter`] with the nearest name, [`SavedError::Value`], [`SavedError::NotStated`].
    pub fn values(&self, stated: &[(String, String)]) -> Result<Vec<(String, Value)>, SavedError> {
        let names = || self.parameters.iter().map(|parameter| parameter.name.as_str());
        if let Some((name, _)) = stated.iter().find(|(name, _)| !names().any(|known| known == name)) {
            return Err(SavedError::UnknownParameter {
                query: self.name.clone(),
                name: name.clone(),
                help: did_you_mean(name, names(), "it takes"),
            });
        }
        let value = |parameter: &Parameter| {
            let query = || self.name.clone();
            let name = parameter.name.clone();
            let value = match stated.iter().rev().find(|(stated, _)| *stated == name) {
                Some((_, text)) => parameter.parse(text).map_err(|error| SavedError::Value {
                    query: query(),
                    name: name.clone(),
                    value: text.clone(),
                    error,
                })?,
                None => parameter.default.clone().ok_or_else(|| SavedError::NotStated {
                    query: query(),
                    name: name.clone(),
                    summary: parameter.summary(),
                })?,
            };
            Ok((name, value))
        };
        self.parameters.iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests;
