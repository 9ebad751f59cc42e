//! A saved query, as it was read.

use super::parameter::Parameter;
use crate::lang::Text;

/// A saved query.
#[derive(Clone, Debug)]
pub struct SavedQuery {
    /// Its name: the stem of its file.
    pub name: String,
    /// Title for people.
    pub title: Text,
    /// What its rows say.
    pub description: Text,
    /// Layers that it reads.
    pub layers: Vec<String>,
    /// Its parameters, by name.
    pub parameters: Vec<Parameter>,
    /// The whole file, so that places in it are places in the SQL.
    pub sql: String,
}
