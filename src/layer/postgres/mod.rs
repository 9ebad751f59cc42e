//! PostgreSQL with PostGIS, through GDAL's driver and so through libpq: statements in one transaction.

mod error;
mod session;

pub use error::PostgresError;
pub use session::{Session, Turn, identifier, literal};

pub use crate::text::postgres::{database, is_postgres, patient, secret};
