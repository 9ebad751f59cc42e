//! `[publish.postgis]`: a database that gets every published layer, and the language of what is written there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// `[publish.postgis]`: a PostGIS database that gets every published layer as a table.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Postgis {
    /// The database, as GDAL and libpq take it (`PG:dbname=gis host=db.example.org user=corredor`). Never with a
    /// password: that comes from `PGPASSWORD`, `PGPASSFILE` or `~/.pgpass`.
    pub connection: String,
    /// Schema of the tables; made where it is not there.
    #[serde(default = "default_schema")]
    pub schema: String,
    /// Language of the comments on tables and fields.
    #[serde(default)]
    pub language: Language,
    /// How long to wait for a reader who sits in a transaction, where the columns of a table change; seconds. New rows wait
    /// for no reader.
    #[serde(default = "default_wait_s", skip_serializing_if = "is_usual_wait_s")]
    #[schemars(range(min = 0.0, max = 3600.0))]
    pub wait_s: f64,
}

/// Language of what is written for people.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
}

impl Language {
    /// The same, as the rest of the program calls it.
    pub fn lang(self) -> Lang {
        match self {
            Self::Es => Lang::Es,
            Self::En => Lang::En,
        }
    }
}

fn default_schema() -> String {
    "corredor".to_owned()
}

fn default_wait_s() -> f64 {
    30.0
}

fn is_usual_wait_s(seconds: &f64) -> bool {
    *seconds == default_wait_s()
}
