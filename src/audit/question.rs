//! What is judged: the runs that readers may see, and what is known of hidden sites.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::hidden::{Hidden, Towns};
use super::report::Alike;
use crate::workspace::config::Level;

/// A run that readers may see.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its name.
    pub run: String,
    /// The edition that it is of.
    pub edition: Option<String>,
    /// Whether it is about to be published, and not yet.
    pub staged: bool,
    /// What it says.
    pub evidence: Evidence,
    /// How sites were hidden in it, where that is known.
    pub hidden: Option<Vec<Hidden>>,
}

/// What is to be judged.
#[derive(Debug)]
pub struct Question<'a> {
    /// The edition.
    pub edition: Option<&'a str>,
    /// The level of its readers.
    pub level: Level,
    /// Fewest settlements that each hidden site must be left with.
    pub k: usize,
    /// The sites as they are hidden now.
    pub hidden: &'a [Hidden],
    /// Positions of sites that these readers may see.
    pub open: &'a [(f64, f64)],
    /// The settlements that an attacker knows.
    pub towns: &'a Towns,
    /// The lists of settlements that sites were hidden among in runs of before, by their digests.
    pub lists: &'a BTreeMap<String, Towns>,
    /// Layers that these readers see with points where hidden sites are.
    pub alike: &'a [Alike],
    /// All runs that these readers may see, in the order of publication; the staged one last.
    pub runs: &'a [Seen],
}
