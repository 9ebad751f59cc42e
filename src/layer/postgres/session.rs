//! One connection, and statements in one transaction.

use gdal::vector::{LayerAccess, sql::Dialect};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::error::one_line;
use super::{PostgresError, database, patient};
use crate::layer::read::{first_failure_of_gdal, listen_to_gdal};

/// A connection that may write.
pub struct Session {
    dataset: Dataset,
    database: String,
}

/// The transaction of a session: its statements hold together or not at all.
pub struct Turn<'a> {
    dataset: &'a Dataset,
    database: &'a str,
}

impl Session {
    /// Connects. libpq takes what the connection leaves out from the environment (`PGHOST`, `PGPASSWORD`,
    /// `PGPASSFILE`, ...) and from `~/.pgpass`.
    ///
    /// # Errors
    /// [`PostgresError::Connect`] with what the server said.
    pub fn open(connection: &str) -> Result<Self, PostgresError> {
        listen_to_gdal();
        let open_flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_UPDATE;
        let options = DatasetOptions {
            open_flags,
            allowed_drivers: Some(&["PostgreSQL"]),
            ..DatasetOptions::default()
        };
        match Dataset::open_ex(patient(connection), options) {
            Ok(dataset) => Ok(Self { dataset, database: database(connection) }),
            Err(error) => Err(PostgresError::connect(connection, &said(&error.to_string()))),
        }
    }

    /// Runs `work` in one transaction: committed where it succeeds, rolled back where it fails.
    ///
    /// # Errors
    /// What `work` returns, or [`PostgresError::Statement`] where the transaction cannot begin or end.
    pub fn transaction<T, E: From<PostgresError>>(
        &mut self,
        work: impl FnOnce(&Turn<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        listen_to_gdal();
        let database = &self.database;
        let failed = |action: &str, error: gdal::errors::GdalError| PostgresError::Statement {
            database: database.clone(),
            action: action.to_owned(),
            reason: said(&error.to_string()),
        };
        let transaction =
            self.dataset.start_transaction().map_err(|error| failed("begin a transaction", error))?;
        // Dropped on failure, which rolls it back.
        let done = work(&Turn { dataset: &transaction, database })?;
        transaction.commit().map_err(|error| failed("commit", error))?;
        Ok(done)
    }
}

impl Turn<'_> {
    /// Runs a statement; `action` says in a few words what it is for.
    ///
    /// # Errors
    /// [`PostgresError::Statement`] with what the server said.
    pub fn execute(&self, action: &str, sql: &str) -> Result<(), PostgresError> {
        self.ask(action, sql, |_| ()).map(|_| ())
    }

    /// The first column of a query, as text.
    ///
    /// # Errors
    /// [`PostgresError::Statement`] with what the server said.
    pub fn texts(&self, action: &str, sql: &str) -> Result<Vec<String>, PostgresError> {
        let rows = self.ask(action, sql, |layer| {
            layer.features().filter_map(|row| row.field_as_string(0).ok().flatten()).collect()
        })?;
        Ok(rows.unwrap_or_default())
    }

    fn ask<T>(
        &self,
        action: &str,
        sql: &str,
        take: impl FnOnce(&mut gdal::vector::sql::ResultSet<'_>) -> T,
    ) -> Result<Option<T>, PostgresError> {
        listen_to_gdal();
        let failed = |reason: String| PostgresError::Statement {
            database: self.database.to_owned(),
            action: action.to_owned(),
            reason,
        };
        let answer = self
            .dataset
            .execute_sql(sql, None, Dialect::DEFAULT)
            .map_err(|e| failed(said(&e.to_string())))?;
        let taken = answer.map(|mut rows| take(&mut rows));
        match first_failure_of_gdal() {
            Some(failure) => Err(failed(one_line(&failure))),
            None => Ok(taken),
        }
    }
}

/// What the server said, rather than what GDAL's wrapper makes of it.
fn said(otherwise: &str) -> String {
    one_line(&first_failure_of_gdal().unwrap_or_else(|| otherwise.to_owned()))
}

/// A name in double quotes, for SQL.
///
/// ```
/// assert_eq!(corredor::layer::postgres::identifier("año\"x"), "\"año\"\"x\"");
/// ```
pub fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in single quotes, for SQL with `standard_conforming_strings`.
///
/// ```
/// assert_eq!(corredor::layer::postgres::literal("it's"), "'it''s'");
/// ```
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
