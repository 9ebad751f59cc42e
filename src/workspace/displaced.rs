//! How the sites of a layer are displaced.

use serde::Serialize;

use super::config::Level;

/// How the sites of a coverage layer are displaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Displaced {
    /// The level of the readers.
    pub viewer: Level,
    /// The layer of the places among which the sites are hidden.
    pub gazetteer: String,
    /// Its field of people.
    pub people: Option<String>,
    /// Places that a site may have come from.
    pub k: usize,
    /// A site is seen at least so far from its own place, km.
    pub min_km: f64,
    /// People in the places of a group, where they are known.
    pub min_people: u64,
}
