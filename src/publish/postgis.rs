//! Publication to PostGIS: every layer a table of one schema, all replaced in one transaction.
//!
//! Tables are filled under names of their own, which nobody else sees before the transaction ends; then the old ones go
//! and the new ones take their names. A reader sees the old set or the new, and a failure at any instant leaves the old.
//! The table [`REGISTRY`] says which tables are Corredor's: only those are ever replaced or dropped.

use std::collections::BTreeSet;

use super::style::words_of;
use super::{Card, PublishError};
use crate::lang::Lang;
use crate::layer::Geometry;
use crate::layer::postgres::{PostgresError, Session, Turn, identifier, literal};
use crate::layer::write::{GEOMETRY_COLUMN, TableError, write_table};
use crate::workspace::config::Postgis;

/// Table that lists the tables of the run: layer, run, time, level, titles, licence, number of features.
pub const REGISTRY: &str = "corredor_layers";

/// Beginning of the names that tables bear while they are filled.
const STAGED: &str = "corredor_new_";

/// How long a reader that holds an old table is waited for.
const LOCK_TIMEOUT: &str = "30s";

/// Publishes the layers into the database; the gate must have let them pass.
///
/// Grants on a table go over to the one that takes its place. Where the run `stays` and its tables are there, they stay too.
///
/// # Errors
/// [`PublishError::Postgres`], [`PublishError::Write`], [`PublishError::Table`] or [`PublishError::TableTaken`]; the
/// database is then as it was.
pub(super) fn publish(
    target: &Postgis,
    cards: &[Card],
    run: &str,
    stays: bool,
    now: jiff::Timestamp,
) -> Result<(), PublishError> {
    let schema = target.schema.as_str();
    Session::open(&target.connection)?.transaction(|turn| {
        prepare(turn, schema)?;
        let own = registered(turn, schema)?;
        if stays && holds(turn, schema, &own, run)? {
            return Ok(());
        }
        for (number, card) in cards.iter().enumerate() {
            stage(turn, schema, number, card, target.language.lang())?;
        }
        let names: Vec<&str> = cards.iter().map(|card| card.name.as_str()).chain([REGISTRY]).collect();
        register(turn, schema, cards, run, now)?;
        swap(turn, schema, &names, &own)
    })
}

/// Takes the tables of these runs away, in one transaction; says which. Tables of another run stay.
///
/// # Errors
/// As [`publish`].
pub(crate) fn withdraw(target: &Postgis, runs: &BTreeSet<String>) -> Result<Vec<String>, PublishError> {
    let schema = target.schema.as_str();
    Session::open(&target.connection)?.transaction(|turn| {
        let lock = format!("SELECT pg_advisory_xact_lock(hashtext('corredor ' || {}))", literal(schema));
        turn.execute("set up the transaction", &format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))?;
        turn.execute("wait for other publishers", &lock)?;
        let own = registered(turn, schema)?;
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let action = "look for the former run";
        let there = turn.texts(action, &format!("SELECT DISTINCT run FROM {}", table(schema, REGISTRY)))?;
        if !there.iter().any(|run| runs.contains(run)) {
            return Ok(Vec::new());
        }
        let names = relations(turn, schema)?;
        let gone: Vec<String> = own.into_iter().filter(|name| names.contains(name)).collect();
        for name in &gone {
            turn.execute("take an old table away", &format!("DROP TABLE {}", table(schema, name)))?;
        }
        Ok(gone)
    })
}

/// Whether all tables that the registry names are there, and are those of a run.
fn holds(turn: &Turn<'_>, schema: &str, own: &BTreeSet<String>, run: &str) -> Result<bool, PublishError> {
    if own.is_empty() || !own.is_subset(&relations(turn, schema)?) {
        return Ok(false);
    }
    let sql = format!("SELECT DISTINCT run FROM {}", table(schema, REGISTRY));
    Ok(turn.texts("look for the former run", &sql)? == [run])
}

/// Waits for other publishers, and makes the schema where there is none.
fn prepare(turn: &Turn<'_>, schema: &str) -> Result<(), PostgresError> {
    let name = literal(schema);
    turn.execute("set up the transaction", &format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))?;
    turn.execute("set up the transaction", "SET LOCAL standard_conforming_strings = on")?;
    let lock = format!("SELECT pg_advisory_xact_lock(hashtext('corredor ' || {name}))");
    turn.execute("wait for other publishers", &lock)?;
    let there = format!("SELECT nspname::text FROM pg_namespace WHERE nspname = {name}");
    if turn.texts("look for the schema", &there)?.is_empty() {
        turn.execute("make the schema", &format!("CREATE SCHEMA {}", identifier(schema)))?;
    }
    Ok(())
}

/// The tables of the former run; an error where one that is not Corredor's bears the registry's name.
fn registered(turn: &Turn<'_>, schema: &str) -> Result<BTreeSet<String>, PublishError> {
    let action = "look for the former run";
    if !relations(turn, schema)?.contains(REGISTRY) {
        return Ok(BTreeSet::new());
    }
    let columns = format!(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = {}::regclass AND attname IN ('layer', 'run')",
        literal(&table(schema, REGISTRY))
    );
    if turn.texts(action, &columns)?.len() != 2 {
        return Err(PublishError::TableTaken { schema: schema.to_owned(), table: REGISTRY.to_owned() });
    }
    let layers = turn.texts(action, &format!("SELECT layer FROM {}", table(schema, REGISTRY)))?;
    Ok(layers.into_iter().chain([REGISTRY.to_owned()]).collect())
}

/// Names of all tables, views and sequences of the schema.
fn relations(turn: &Turn<'_>, schema: &str) -> Result<BTreeSet<String>, PostgresError> {
    let sql = format!(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
        literal(schema)
    );
    Ok(turn.texts("list the tables", &sql)?.into_iter().collect())
}

/// Fills the table of a layer under a name of its own, with index and comments.
fn stage(turn: &Turn<'_>, schema: &str, number: usize, card: &Card, lang: Lang) -> Result<(), PublishError> {
    let staged = table(schema, &format!("{STAGED}{number}"));
    write_table(&card.layer, &staged, turn).map_err(|error| match error {
        TableError::Write(error) => PublishError::Write { layer: card.name.clone(), error },
        TableError::Postgres(error) => PublishError::Postgres(error),
        error => PublishError::Table(error),
    })?;
    if !matches!(**card.layer.geometry(), Geometry::None) {
        let index = format!("CREATE INDEX ON {staged} USING gist ({GEOMETRY_COLUMN})");
        turn.execute("make an index", &index)?;
    }
    let comment = literal(&words(card, lang));
    turn.execute("comment on a table", &format!("COMMENT ON TABLE {staged} IS {comment}"))?;
    let style = card.drawn()?;
    for field in card.layer.fields() {
        if let Some(words) = words_of(style.told(), &field) {
            let comment = literal(&words.alias(lang));
            let sql = format!("COMMENT ON COLUMN {staged}.{} IS {comment}", identifier(&field));
            turn.execute("comment on a field", &sql)?;
        }
    }
    turn.execute("gather statistics", &format!("ANALYZE {staged}"))?;
    Ok(())
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

/// The new registry, under a name of its own.
fn register(
    turn: &Turn<'_>,
    schema: &str,
    cards: &[Card],
    run: &str,
    now: jiff::Timestamp,
) -> Result<(), PostgresError> {
    let action = "register the run";
    let staged = table(schema, &format!("{STAGED}{}", cards.len()));
    turn.execute(
        action,
        &format!(
            "CREATE TABLE {staged} (layer text PRIMARY KEY, run text NOT NULL, published timestamptz NOT NULL, \
             level text NOT NULL, title_es text, title_en text, licence text, features bigint NOT NULL)"
        ),
    )?;
    for card in cards {
        let values = [&card.name, run, &now.to_string(), card.level.name(), &card.title.es, &card.title.en]
            .into_iter()
            .chain([card.licence.as_str()])
            .map(literal)
            .collect::<Vec<_>>()
            .join(", ");
        turn.execute(action, &format!("INSERT INTO {staged} VALUES ({values}, {})", card.layer.len()))?;
    }
    let comment = literal("Tablas que publica Corredor / Tables that Corredor publishes");
    turn.execute(action, &format!("COMMENT ON TABLE {staged} IS {comment}"))
}

/// Drops the tables of the former run, and gives the new ones their names and grants.
fn swap(turn: &Turn<'_>, schema: &str, names: &[&str], own: &BTreeSet<String>) -> Result<(), PublishError> {
    let there = relations(turn, schema)?;
    if let Some(taken) = names.iter().find(|name| there.contains(**name) && !own.contains(**name)) {
        return Err(PublishError::TableTaken { schema: schema.to_owned(), table: (*taken).to_owned() });
    }
    for (number, name) in names.iter().enumerate() {
        let staged = format!("{STAGED}{number}");
        if there.contains(*name) {
            turn.execute("pass on the grants", &grants(schema, name, &staged))?;
        }
    }
    for name in own.iter().filter(|name| there.contains(*name)) {
        turn.execute("take an old table away", &format!("DROP TABLE {}", table(schema, name)))?;
    }
    for (number, name) in names.iter().enumerate() {
        let staged = format!("{STAGED}{number}");
        let action = "put a table in place";
        let rename = format!("ALTER TABLE {} RENAME TO {}", table(schema, &staged), identifier(name));
        turn.execute(action, &rename)?;
        turn.execute(action, &rename_indices(schema, name, &staged))?;
    }
    Ok(())
}

/// A block that grants on `to` what others have been granted on `from`.
fn grants(schema: &str, from: &str, to: &str) -> String {
    format!(
        "DO $corredor$ DECLARE g record; BEGIN FOR g IN SELECT a.privilege_type AS what, \
         CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS who, \
         CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS how \
         FROM pg_class c, LATERAL aclexplode(c.relacl) a WHERE c.oid = {}::regclass AND a.grantee <> c.relowner \
         LOOP EXECUTE format('GRANT %s ON %s TO %s%s', g.what, {}, g.who, g.how); END LOOP; END $corredor$",
        literal(&table(schema, from)),
        literal(&table(schema, to)),
    )
}

/// A block that gives the indices of a table its new name, so that the next run finds the old names free.
fn rename_indices(schema: &str, name: &str, staged: &str) -> String {
    format!(
        "DO $corredor$ DECLARE i record; BEGIN FOR i IN SELECT c.relname AS old, \
         left({}, 50) || substr(c.relname, {}) AS new \
         FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE x.indrelid = {}::regclass \
         LOOP EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', {}, i.old, i.new); END LOOP; END $corredor$",
        literal(name),
        staged.len() + 1,
        literal(&table(schema, name)),
        literal(schema),
    )
}

/// Schema and table, quoted.
fn table(schema: &str, name: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(name))
}
