//! One table: its columns as they are and as they should be, its rows, its words.

use std::collections::{BTreeMap, BTreeSet};

use super::statements::{quoted, regclass};
use crate::lang::Lang;
use crate::layer::Geometry;
use crate::layer::postgres::{PostgresError, Turn, identifier, literal};
use crate::layer::write::{GEOMETRY_COLUMN, TableColumn, TableError, fill_table};
use crate::publish::style::words_of;
use crate::publish::{Card, PublishError};

/// A table as it should be, beside what there is.
pub(super) struct Wanted<'a> {
    pub name: &'a str,
    columns: Vec<TableColumn>,
    /// Whether it is there.
    exists: bool,
    /// What makes its columns those that are wanted, once it is empty.
    changes: Vec<String>,
}

impl<'a> Wanted<'a> {
    /// Compares the columns that a table should have with those that it has.
    pub fn of(
        turn: &Turn<'_>,
        schema: &str,
        name: &'a str,
        columns: Vec<TableColumn>,
        there: &BTreeSet<String>,
    ) -> Result<Self, PostgresError> {
        let exists = there.contains(name);
        let changes = if exists { changes(turn, schema, name, &columns)? } else { Vec::new() };
        Ok(Self { name, columns, exists, changes })
    }

    /// Whether readers must be kept out while it is changed.
    pub fn locks(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Makes the table, or empties the one that is there and makes its columns right.
    pub fn make(&self, turn: &Turn<'_>, schema: &str) -> Result<(), PostgresError> {
        let table = quoted(schema, self.name);
        if !self.exists {
            let column = |column: &TableColumn| {
                let key = if column.is_key { " PRIMARY KEY" } else { "" };
                format!("{} {}{key}", identifier(&column.name), column.kind)
            };
            let columns: Vec<String> = self.columns.iter().map(column).collect();
            return turn.execute("make a table", &format!("CREATE TABLE {table} ({})", columns.join(", ")));
        }
        turn.execute("take the former rows away", &format!("DELETE FROM {table}"))?;
        for change in &self.changes {
            turn.execute("change a column", &format!("ALTER TABLE {table} {change}"))?;
        }
        Ok(())
    }
}

/// Columns that a table has: type, and whether it is the whole primary key.
fn present(
    turn: &Turn<'_>,
    schema: &str,
    name: &str,
) -> Result<BTreeMap<String, (String, bool)>, PostgresError> {
    let sql = format!(
        "SELECT concat_ws(chr(9), a.attname, format_type(a.atttypid, a.atttypmod), EXISTS (SELECT 1 FROM pg_index i \
         WHERE i.indrelid = a.attrelid AND i.indisprimary AND i.indnatts = 1 AND a.attnum = ANY (i.indkey))) \
         FROM pg_attribute a WHERE a.attrelid = {} AND a.attnum > 0 AND NOT a.attisdropped",
        regclass(schema, name)
    );
    let rows = turn.texts("look at a table", &sql)?;
    let row = |row: String| {
        let mut cells = row.split('\t').map(str::to_owned);
        Some((cells.next()?, (cells.next()?, cells.next()?.starts_with('t'))))
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Columns that views of others stand on.
fn needed(turn: &Turn<'_>, schema: &str, name: &str) -> Result<BTreeSet<String>, PostgresError> {
    let sql = format!(
        "SELECT DISTINCT a.attname::text FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid \
         AND a.attnum = d.refobjsubid WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = {} \
         AND d.classid = 'pg_rewrite'::regclass",
        regclass(schema, name)
    );
    Ok(turn.texts("look for views", &sql)?.into_iter().collect())
}

/// What makes the columns of an empty table those that are wanted.
fn changes(
    turn: &Turn<'_>,
    schema: &str,
    name: &str,
    wanted: &[TableColumn],
) -> Result<Vec<String>, PostgresError> {
    let present = present(turn, schema, name)?;
    let mut changes = Vec::new();
    let key = wanted.iter().find(|column| column.is_key);
    let is_keyed = |column: &TableColumn| present.get(&column.name).is_some_and(|(_, is_key)| *is_key);
    let other_key = key.filter(|key| !is_keyed(key));
    if other_key.is_some() {
        let sql = format!(
            "SELECT conname::text FROM pg_constraint WHERE contype = 'p' AND conrelid = {}",
            regclass(schema, name)
        );
        for constraint in turn.texts("look at a table", &sql)? {
            changes.push(format!("DROP CONSTRAINT {}", identifier(&constraint)));
        }
    }
    for column in wanted {
        let own = identifier(&column.name);
        match present.get(&column.name) {
            None => changes.push(format!("ADD COLUMN {own} {}", column.kind)),
            // PostGIS may lie in a schema that is not looked through.
            Some((kind, _)) if *kind == column.kind || kind.ends_with(&format!(".{}", column.kind)) => {}
            Some(_) => changes.push(format!("ALTER COLUMN {own} TYPE {} USING NULL", column.kind)),
        }
    }
    if let Some(key) = other_key {
        changes.push(format!("ADD PRIMARY KEY ({})", identifier(&key.name)));
    }
    let more: Vec<&String> =
        present.keys().filter(|name| !wanted.iter().any(|column| column.name == **name)).collect();
    if !more.is_empty() {
        // One that a view stands on stays, without a value.
        let needed = needed(turn, schema, name)?;
        let free = more.into_iter().filter(|name| !needed.contains(*name));
        changes.extend(free.map(|name| format!("DROP COLUMN {}", identifier(name))));
    }
    Ok(changes)
}

/// Fills the table of a layer, with index and comments.
pub(super) fn fill(turn: &Turn<'_>, schema: &str, card: &Card, lang: Lang) -> Result<(), PublishError> {
    let table = quoted(schema, &card.name);
    fill_table(&card.layer, &table, turn).map_err(|error| failed(card, error))?;
    if !matches!(**card.layer.geometry(), Geometry::None) && !has_index(turn, schema, &card.name)? {
        let index = format!("CREATE INDEX ON {table} USING gist ({GEOMETRY_COLUMN})");
        turn.execute("make an index", &index)?;
    }
    let comment = literal(&words(card, lang));
    turn.execute("comment on a table", &format!("COMMENT ON TABLE {table} IS {comment}"))?;
    let style = card.drawn()?;
    for field in card.layer.fields() {
        if let Some(words) = words_of(style.told(), &field) {
            let comment = literal(&words.alias(lang));
            let sql = format!("COMMENT ON COLUMN {table}.{} IS {comment}", identifier(&field));
            turn.execute("comment on a field", &sql)?;
        }
    }
    turn.execute("gather statistics", &format!("ANALYZE {table}"))?;
    Ok(())
}

/// Whether a table has an index of its places.
fn has_index(turn: &Turn<'_>, schema: &str, name: &str) -> Result<bool, PostgresError> {
    let sql = format!(
        "SELECT c.relname::text FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam \
         WHERE x.indrelid = {} AND m.amname = 'gist'",
        regclass(schema, name)
    );
    Ok(!turn.texts("look for an index", &sql)?.is_empty())
}

/// Drops a table, or only empties it where something of others stands on it; whether it is gone.
pub(super) fn remove(turn: &Turn<'_>, schema: &str, name: &str) -> Result<bool, PostgresError> {
    let table = quoted(schema, name);
    let sql = format!(
        "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND confrelid = {} AND conrelid <> confrelid",
        regclass(schema, name)
    );
    let is_free = needed(turn, schema, name)?.is_empty() && turn.texts("look for keys", &sql)?.is_empty();
    match is_free {
        true => turn.execute("take an old table away", &format!("DROP TABLE {table}"))?,
        false => turn.execute("empty an old table", &format!("DELETE FROM {table}"))?,
    }
    Ok(is_free)
}

/// Rows of a table, and a digest of them that does not depend on their order.
pub(super) struct Rows {
    pub count: u64,
    pub digest: String,
}

/// What a table holds. The digest is a sum over rows, as all versions of PostgreSQL can do it: it finds what somebody
/// changed, and is no proof against who wants it not to be found.
pub(super) fn digest(turn: &Turn<'_>, schema: &str, name: &str) -> Result<Rows, PostgresError> {
    let sql = format!(
        "SELECT concat_ws(chr(9), count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)) FROM {} t",
        quoted(schema, name)
    );
    let row = turn.texts("look at the rows", &sql)?.into_iter().next().unwrap_or_default();
    let (count, sum) = row.split_once('\t').unwrap_or_default();
    Ok(Rows { count: count.parse().unwrap_or_default(), digest: format!("{count} {sum}") })
}

/// Title, description, caveats, sources and date, a paragraph each.
fn words(card: &Card, lang: Lang) -> String {
    let mut paragraphs: Vec<String> = [&card.title, &card.description]
        .into_iter()
        .chain(&card.caveats)
        .map(|text| lang.pick(&text.es, &text.en).to_owned())
        .collect();
    if !card.sources.is_empty() {
        paragraphs.push(format!("{}: {}", lang.pick("Fuente", "Source"), card.sources.join("; ")));
    }
    if !card.date.is_empty() {
        paragraphs.push(format!("{}: {}", lang.pick("Fecha", "Date"), card.date));
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n")
}

/// What is wrong with the table of a layer.
pub(super) fn failed(card: &Card, error: TableError) -> PublishError {
    match error {
        TableError::Write(error) => PublishError::Write { layer: card.name.clone(), error },
        TableError::Postgres(error) => PublishError::Postgres(error),
        error => PublishError::Table(error),
    }
}
