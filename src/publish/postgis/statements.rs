//! Statements that all of a transaction need.

use std::collections::BTreeSet;

use crate::layer::postgres::{PostgresError, Turn, identifier, literal};

/// How long other publishers, and those who lock a table against writing, are waited for.
pub(super) const LOCK_TIMEOUT: &str = "30s";

/// Sets up a transaction, and waits for other publishers.
pub(super) fn begin(turn: &Turn<'_>, schema: &str) -> Result<(), PostgresError> {
    let action = "set up the transaction";
    turn.execute(action, &format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))?;
    turn.execute(action, "SET LOCAL standard_conforming_strings = on")?;
    // Digests are of numbers as they are, whatever the server's own setting.
    turn.execute(action, "SET LOCAL extra_float_digits = 3")?;
    let lock = format!("SELECT pg_advisory_xact_lock(hashtext('corredor ' || {}))", literal(schema));
    turn.execute("wait for other publishers", &lock)
}

/// Kinds of relations that take a name.
pub(super) const ALL: &str = "'r', 'p', 'v', 'm', 'f', 'S'";

/// Kinds of relations that are tables.
pub(super) const TABLES: &str = "'r', 'p'";

/// Names of what the schema holds of these kinds.
pub(super) fn relations(
    turn: &Turn<'_>,
    schema: &str,
    kinds: &str,
) -> Result<BTreeSet<String>, PostgresError> {
    let sql = format!(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relkind IN ({kinds})",
        literal(schema)
    );
    Ok(turn.texts("list the tables", &sql)?.into_iter().collect())
}

/// Schema and table, quoted.
pub(super) fn quoted(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}

/// Schema and table as PostgreSQL's number of it.
pub(super) fn regclass(schema: &str, name: &str) -> String {
    format!("{}::regclass", literal(&quoted(schema, name)))
}
