//! PostgreSQL with PostGIS, through GDAL's driver and so through libpq: where the password may stand, and statements in
//! one transaction.

mod connection;
mod error;
mod session;

pub use connection::{database, is_postgres, patient, secret};
pub use error::PostgresError;
pub use session::{Session, Turn, identifier, literal};
