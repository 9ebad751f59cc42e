//! Publication to PostGIS: every layer a table of one schema, all of one run at any instant.
//!
//! Tables stay, with the views and grants that others have put on them: their rows are taken away and filled again in one
//! transaction. That locks out no reader, and waits for none: a statement sees the old set or the new. Only a table whose
//! columns change, or that goes, is locked for a moment; see `lock`. The table [`REGISTRY`] says which tables are
//! Corredor's, of which run, and a digest of their rows: only those are ever touched, and `drift` finds what somebody else
//! has changed in them.

mod drift;
mod lock;
mod registry;
mod statements;
mod table;

use std::collections::BTreeSet;

use super::{Card, PublishError};
use crate::layer::postgres::{PostgresError, Session, Turn, identifier, literal};
use crate::workspace::config::Postgis;

pub(crate) use drift::drift;
pub use registry::REGISTRY;
use statements::{ALL, TABLES, begin, relations};
use table::failed;

/// Publishes the layers of a run into the database; the gate must have let them pass.
///
/// # Errors
/// [`PublishError::Postgres`], [`PublishError::Write`], [`PublishError::Table`] or [`PublishError::TableTaken`]; the
/// database is then as it was.
pub(crate) fn publish(
    target: &Postgis,
    cards: &[Card],
    run: &str,
    now: jiff::Timestamp,
) -> Result<(), PublishError> {
    lock::patiently(target.wait_s, || {
        Session::open(&target.connection)?.transaction(|turn| attempt(turn, target, cards, run, now))
    })
}

fn attempt(
    turn: &Turn<'_>,
    target: &Postgis,
    cards: &[Card],
    run: &str,
    now: jiff::Timestamp,
) -> Result<(), PublishError> {
    let schema = target.schema.as_str();
    begin(turn, schema)?;
    make_schema(turn, schema)?;
    let own = registry::tables(turn, schema)?;
    let there = relations(turn, schema, ALL)?;
    let tables = relations(turn, schema, TABLES)?;
    let names: BTreeSet<&str> = cards.iter().map(|card| card.name.as_str()).chain([REGISTRY]).collect();
    let is_taken =
        |name: &&&str| there.contains(**name) && !(own.contains(**name) && tables.contains(**name));
    if let Some(taken) = names.iter().find(is_taken) {
        return Err(PublishError::TableTaken { schema: schema.to_owned(), table: (*taken).to_owned() });
    }
    let gone: Vec<&String> =
        own.iter().filter(|name| !names.contains(name.as_str()) && tables.contains(*name)).collect();
    let mut wanted = Vec::with_capacity(cards.len());
    for card in cards {
        let columns = crate::layer::write::table_columns(&card.layer).map_err(|e| failed(card, e))?;
        wanted.push(table::Wanted::of(turn, schema, &card.name, columns, &there)?);
    }
    let listed = table::Wanted::of(turn, schema, REGISTRY, registry::columns(), &there)?;
    let changed = wanted.iter().chain([&listed]).filter(|wanted| wanted.locks()).map(|wanted| wanted.name);
    let changed: BTreeSet<&str> = changed.chain(gone.iter().map(|name| name.as_str())).collect();
    lock::tables(turn, schema, &changed)?;
    let mut digests = Vec::with_capacity(cards.len());
    for (card, wanted) in cards.iter().zip(&wanted) {
        wanted.make(turn, schema)?;
        table::fill(turn, schema, card, target.language.lang())?;
        digests.push(table::digest(turn, schema, &card.name)?.digest);
    }
    let mut emptied = Vec::new();
    for name in gone {
        if !table::remove(turn, schema, name)? {
            emptied.push(name.as_str());
        }
    }
    listed.make(turn, schema)?;
    registry::fill(turn, schema, cards, &digests, &emptied, run, now)?;
    Ok(())
}

/// Takes the tables of these runs away, in one transaction; says which. Tables of another run stay. One that a view of
/// others stands on is emptied.
///
/// # Errors
/// As [`publish`].
pub(crate) fn withdraw(target: &Postgis, runs: &BTreeSet<String>) -> Result<Vec<String>, PublishError> {
    let schema = target.schema.as_str();
    lock::patiently(target.wait_s, || {
        Session::open(&target.connection)?.transaction(|turn| {
            begin(turn, schema)?;
            let own = registry::tables(turn, schema)?;
            if own.is_empty() || !registry::runs(turn, schema)?.iter().any(|run| runs.contains(run)) {
                return Ok(Vec::new());
            }
            let there = relations(turn, schema, TABLES)?;
            let gone: Vec<String> = own.into_iter().filter(|name| there.contains(name)).collect();
            lock::tables(turn, schema, &gone.iter().map(String::as_str).collect())?;
            let mut emptied = Vec::new();
            for name in gone.iter().filter(|name| *name != REGISTRY) {
                if !table::remove(turn, schema, name)? {
                    emptied.push(name.as_str());
                }
            }
            match emptied.is_empty() {
                true => drop(table::remove(turn, schema, REGISTRY)?),
                // What is empty is still Corredor's.
                false => registry::leave(turn, schema, &emptied)?,
            }
            Ok(gone)
        })
    })
}

/// Makes the schema where there is none.
fn make_schema(turn: &Turn<'_>, schema: &str) -> Result<(), PostgresError> {
    let there = format!("SELECT nspname::text FROM pg_namespace WHERE nspname = {}", literal(schema));
    if turn.texts("look for the schema", &there)?.is_empty() {
        turn.execute("make the schema", &format!("CREATE SCHEMA {}", identifier(schema)))?;
    }
    Ok(())
}
