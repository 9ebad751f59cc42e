//! `[publish.postgis]`: a database without a password, a schema that PostgreSQL takes.

use std::ops::Range;

use super::files::Files;
use crate::checked::{Document, Problem, Seg, place};
use crate::layer::postgres::{is_postgres, secret};
use crate::workspace::config::Postgis;

/// The longest name that PostgreSQL keeps.
const LONGEST_NAME: usize = 63;

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let Some(publish) = files.workspace.map(|workspace| &workspace.publish) else { return };
    if let Some(postgis) = &publish.postgis {
        database(files.document, postgis, place!["publish", "postgis"], problems);
    }
    for (name, edition) in &publish.edition {
        if let Some(postgis) = &edition.postgis {
            database(files.document, postgis, place!["publish", "edition", name, "postgis"], problems);
        }
    }
}

fn database(document: &Document, postgis: &Postgis, at: &[Seg<'_>], problems: &mut Vec<Problem>) {
    let place = |key: &'static str| [at, place![key]].concat();
    if let Some(secret) = secret(&postgis.connection) {
        problems.push(password(document, &place("connection"), &postgis.connection, secret));
    } else if !is_postgres(&postgis.connection) {
        let message = format!("`{}` is no PostgreSQL database", postgis.connection);
        let help = "write it as \"PG:dbname=... host=... user=...\"";
        problems.push(document.error(&place("connection"), message).help(help));
    }
    let schema = &postgis.schema;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fits = schema.starts_with(|c: char| c.is_ascii_lowercase()) && schema.chars().all(plain);
    if !fits || schema.len() > LONGEST_NAME || schema.starts_with("pg_") {
        let message = format!(
            "schema `{schema}` must be lower-case ASCII letters, digits and `_`, a letter first, \
             {LONGEST_NAME} at most, and not begin with `pg_`"
        );
        problems.push(document.error(&place("schema"), message));
    }
}

/// The refusal of a password in a file of the workspace.
pub(super) fn password(document: &Document, place: &[Seg<'_>], value: &str, secret: Range<usize>) -> Problem {
    let help = "take it out, and set PGPASSWORD, or put it into ~/.pgpass (mode 0600) or the file that PGPASSFILE \
                names; then change it, for others may have read it here";
    let message = "a password stands in a file of the workspace";
    document.error(place, message).help(help).secret(&value[secret])
}
