//! The table that lists the tables of the run.

use std::collections::BTreeSet;

use super::statements::{ALL, quoted, regclass, relations};
use crate::layer::postgres::{PostgresError, Turn, literal};
use crate::layer::write::TableColumn;
use crate::publish::{Card, PublishError};

/// Table that lists the tables of the run: layer, run, time, level, titles, licence, number of features, digest of the
/// rows.
pub const REGISTRY: &str = "corredor_layers";

/// What a table that is none of the run any more is listed with.
const NO_RUN: &str = "";

/// Its columns.
pub(super) fn columns() -> Vec<TableColumn> {
    let column = |(name, kind): (&str, &str)| TableColumn {
        name: name.to_owned(),
        kind: kind.to_owned(),
        is_key: name == "layer",
    };
    [
        ("layer", "text"),
        ("run", "text"),
        ("published", "timestamp with time zone"),
        ("level", "text"),
        ("title_es", "text"),
        ("title_en", "text"),
        ("licence", "text"),
        ("features", "bigint"),
        ("digest", "text"),
    ]
    .map(column)
    .into()
}

/// The tables that are Corredor's, itself among them; none where there is no registry. An error where one that is not
/// Corredor's bears its name.
pub(super) fn tables(turn: &Turn<'_>, schema: &str) -> Result<BTreeSet<String>, PublishError> {
    let action = "look for the former run";
    if !relations(turn, schema, ALL)?.contains(REGISTRY) {
        return Ok(BTreeSet::new());
    }
    let columns = format!(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = {} AND attname IN ('layer', 'run')",
        regclass(schema, REGISTRY)
    );
    if turn.texts(action, &columns)?.len() != 2 {
        return Err(PublishError::TableTaken { schema: schema.to_owned(), table: REGISTRY.to_owned() });
    }
    let layers = turn.texts(action, &format!("SELECT layer FROM {}", quoted(schema, REGISTRY)))?;
    Ok(layers.into_iter().chain([REGISTRY.to_owned()]).collect())
}

/// The runs that are listed: one, unless somebody has changed it.
pub(super) fn runs(turn: &Turn<'_>, schema: &str) -> Result<Vec<String>, PostgresError> {
    let sql =
        format!("SELECT DISTINCT run FROM {} WHERE run <> {}", quoted(schema, REGISTRY), literal(NO_RUN));
    turn.texts("look for the former run", &sql)
}

/// What is listed of a table.
pub(super) struct Listed {
    pub layer: String,
    pub run: String,
    pub digest: String,
}

/// All that is listed; none where the registry is of an older version, which had no digests.
pub(super) fn listed(turn: &Turn<'_>, schema: &str) -> Result<Option<Vec<Listed>>, PostgresError> {
    let action = "look for the former run";
    let digest = format!(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = {} AND attname = 'digest' AND NOT attisdropped",
        regclass(schema, REGISTRY)
    );
    if turn.texts(action, &digest)?.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT concat_ws(chr(9), layer, coalesce(run, ''), coalesce(digest, '')) FROM {}",
        quoted(schema, REGISTRY)
    );
    let rows = turn.texts(action, &sql)?;
    let row = |row: String| {
        let mut cells = row.split('\t').map(str::to_owned);
        Some(Listed { layer: cells.next()?, run: cells.next()?, digest: cells.next()? })
    };
    Ok(Some(rows.into_iter().filter_map(row).collect()))
}

/// Lists the tables of a run, and those that are left empty, where there was another.
pub(super) fn fill(
    turn: &Turn<'_>,
    schema: &str,
    cards: &[Card],
    digests: &[String],
    emptied: &[&str],
    run: &str,
    now: jiff::Timestamp,
) -> Result<(), PostgresError> {
    let action = "register the run";
    for (card, digest) in cards.iter().zip(digests) {
        let values = [&card.name, run, &now.to_string(), card.level.name(), &card.title.es, &card.title.en]
            .into_iter()
            .chain([card.licence.as_str()])
            .map(literal)
            .collect::<Vec<_>>()
            .join(", ");
        let features = card.layer.len();
        let columns = "layer, run, published, level, title_es, title_en, licence, features, digest";
        let sql = format!(
            "INSERT INTO {} ({columns}) VALUES ({values}, {features}, {})",
            quoted(schema, REGISTRY),
            literal(digest)
        );
        turn.execute(action, &sql)?;
    }
    add_empty(turn, schema, emptied)?;
    let comment = literal("Tablas que publica Corredor / Tables that Corredor publishes");
    turn.execute(action, &format!("COMMENT ON TABLE {} IS {comment}", quoted(schema, REGISTRY)))
}

/// Lists these tables alone, as empty ones.
pub(super) fn leave(turn: &Turn<'_>, schema: &str, emptied: &[&str]) -> Result<(), PostgresError> {
    turn.execute("register what is left", &format!("DELETE FROM {}", quoted(schema, REGISTRY)))?;
    add_empty(turn, schema, emptied)
}

fn add_empty(turn: &Turn<'_>, schema: &str, emptied: &[&str]) -> Result<(), PostgresError> {
    for name in emptied {
        let sql = format!(
            "INSERT INTO {} (layer, run, published, level, features) VALUES ({}, {}, now(), '', 0)",
            quoted(schema, REGISTRY),
            literal(name),
            literal(NO_RUN)
        );
        turn.execute("register what is left", &sql)?;
    }
    Ok(())
}
