//! What a database may answer.

use thiserror::Error;

use super::database;

/// A database that cannot be reached, or that refused a statement.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// No connection.
    #[error("{database}: cannot connect: {reason}")]
    Connect {
        /// The database, without host or password.
        database: String,
        /// What the server or the driver said.
        reason: String,
    },
    /// A statement that failed; the transaction is rolled back.
    #[error("{database}: cannot {action}: {reason}")]
    Statement {
        /// The database.
        database: String,
        /// What was being done.
        action: String,
        /// What the server said.
        reason: String,
    },
}

impl PostgresError {
    /// No connection to `source`, with what the driver said.
    pub(in crate::layer) fn connect(source: &str, reason: &str) -> Self {
        Self::Connect { database: database(source), reason: one_line(reason) }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let reason = match self {
            Self::Connect { reason, .. } | Self::Statement { reason, .. } => reason.to_lowercase(),
        };
        let hints = [
            (
                "password",
                "set PGPASSWORD, or put the password into ~/.pgpass (mode 0600) or the file that PGPASSFILE names",
            ),
            (
                "lock timeout",
                "somebody sits in a transaction that holds the table (`pg_stat_activity` says who): end it, or publish again later",
            ),
            (
                "depend",
                "a view stands on a column whose type changes: drop it, and make it again after publishing",
            ),
            ("permission denied", "grant this role CREATE on the schema, or let it own the schema"),
            ("\"geometry\" does not exist", "run CREATE EXTENSION postgis in the database, as its owner"),
            ("does not exist", "check dbname, user and host"),
        ];
        let known = hints.iter().find(|(word, _)| reason.contains(word)).map(|(_, hint)| *hint);
        known
            .unwrap_or(match self {
                Self::Connect { .. } => {
                    "check host, port and dbname, and that the server runs (`psql` takes the same settings)"
                }
                Self::Statement { .. } => "nothing was changed in the database; look at what it says",
            })
            .to_owned()
    }
}

/// Servers answer in several lines; the prefix of GDAL says nothing.
pub(super) fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    let text = text.strip_prefix("PQconnectdb failed.").unwrap_or(&text).trim();
    text.strip_prefix("ERROR:").unwrap_or(text).trim().to_owned()
}
