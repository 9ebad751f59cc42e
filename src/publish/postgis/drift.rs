//! What the tables hold beside what was published into them.

use std::collections::BTreeMap;

use super::statements::{TABLES, begin, relations};
use super::{REGISTRY, registry, table};
use crate::layer::postgres::Session;
use crate::publish::PublishError;
use crate::publish::style::Words;
use crate::workspace::config::Postgis;

/// In what the tables differ from a run, of which these layers are published; `None` where they do not.
///
/// # Errors
/// [`PublishError::Postgres`].
pub(crate) fn drift(target: &Postgis, run: &str, layers: &[&str]) -> Result<Option<Words>, PublishError> {
    let schema = target.schema.as_str();
    Session::open(&target.connection)?.transaction(|turn| {
        begin(turn, schema)?;
        let there = relations(turn, schema, TABLES)?;
        let listed = match there.contains(REGISTRY) {
            true => registry::listed(turn, schema)?,
            false => None,
        };
        let Some(listed) = listed else {
            return Ok(Some(Words::new(
                format!("`{REGISTRY}` no está o es de otra versión"),
                format!("`{REGISTRY}` is not there, or of another version"),
            )));
        };
        let listed: BTreeMap<&str, &registry::Listed> =
            listed.iter().map(|one| (one.layer.as_str(), one)).collect();
        for name in layers {
            let Some(one) = listed.get(name) else {
                return Ok(Some(Words::new(format!("falta `{name}`"), format!("`{name}` is not listed"))));
            };
            if one.run != run {
                return Ok(Some(Words::new(
                    format!("`{name}` es de la corrida {}", one.run),
                    format!("`{name}` is of run {}", one.run),
                )));
            }
            if !there.contains(*name) {
                return Ok(Some(Words::new(format!("falta `{name}`"), format!("`{name}` is gone"))));
            }
            if table::digest(turn, schema, name)?.digest != one.digest {
                return Ok(Some(Words::new(
                    format!("alguien cambió `{name}`"),
                    format!("somebody changed `{name}`"),
                )));
            }
        }
        for name in listed.keys().filter(|name| there.contains(**name) && !layers.contains(name)) {
            if table::digest(turn, schema, name)?.count > 0 {
                return Ok(Some(Words::new(
                    format!("`{name}` ya no se publica"),
                    format!("`{name}` is not published any more"),
                )));
            }
        }
        Ok(None)
    })
}
