//! The history: one row a zone and run of the layer that ranks them, in one Parquet file, for trends.
//!
//! It is written beside the old one and renamed before the new run becomes current. A run that never did has the place
//! in the order that the next one gets, and its rows go then.

mod file;
mod trend;

use std::collections::BTreeSet;
use std::path::Path;

use arrow_array::RecordBatch;

use crate::layer::Layer;
use crate::publish::{Card, PublishError};
use crate::workspace::Plan;

use trend::trends;
pub use trend::{Trend, ZoneTrend, mann_kendall, trend};

/// Columns before those of the layer.
const SEQUENCE: &str = "sequence";
const RUN: &str = "run";
const ZONE: &str = "zone";

/// The card whose zones are followed: the ranked layer, else one of hot spots, else a score.
pub(super) fn followed<'a>(plan: &Plan, cards: &'a [Card]) -> Option<&'a Card> {
    let has = |card: &&Card, step: &str| {
        plan.get(&card.name).and_then(|layer| layer.file.step()).is_some_and(|s| s.kind().name() == step)
    };
    ["priority", "hotspot", "score"].iter().find_map(|step| cards.iter().find(|card| has(card, step)))
}

/// The run whose rows are added.
pub(super) struct Added<'a> {
    pub run: &'a str,
    pub sequence: u64,
    pub layer: &'a Layer,
}

/// Adds a run, and drops those that were taken back and those beyond the last `limit`.
///
/// # Errors
/// [`PublishError::Io`]. A history that cannot be read is set aside under another name, never overwritten.
pub(super) fn add(
    path: &Path,
    added: &Added<'_>,
    withdrawn: &BTreeSet<String>,
    limit: usize,
) -> Result<(), PublishError> {
    let failed = |error| PublishError::Io { path: path.to_owned(), action: "cannot be written", error };
    let old = match path.exists() {
        false => None,
        true => match file::read(path) {
            Ok(batch) => Some(batch),
            Err(_) => {
                std::fs::rename(path, path.with_extension("damaged.parquet")).map_err(failed)?;
                None
            }
        },
    };
    let arrow = |error: arrow_schema::ArrowError| PublishError::Layer(error.into());
    let fresh = file::rows(added).map_err(arrow)?;
    let all: RecordBatch = file::merge(old, fresh, added.sequence, withdrawn, limit).map_err(arrow)?;
    file::write(path, &all).map_err(failed)
}

/// What became of each zone over the nights of a history, by zone; empty where there is none, or without hot spots.
pub(super) fn load_trends(path: &Path, withdrawn: &BTreeSet<String>) -> Vec<ZoneTrend> {
    file::read(path).ok().and_then(|batch| trends(&batch, withdrawn).ok()).unwrap_or_default()
}
