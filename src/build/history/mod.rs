//! The history: one row a zone and run of the layer that ranks them, in one Parquet file, for trends.
//!
//! It is written beside the old one, which is kept for some nights under a number, and renamed before the new run becomes
//! current. A run that never did has the place
//! in the order that the next one gets, and its rows go then.

mod backups;
mod file;
mod row;
mod trend;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use arrow_array::RecordBatch;

use crate::publish::{Card, PublishError};
use crate::workspace::Plan;

pub(super) use row::Added;
use trend::trends;
pub use trend::{Trend, ZoneTrend, mann_kendall, trend};

/// The card whose zones are followed: the ranked layer, else one of hot spots, else a score.
pub(super) fn followed<'a>(plan: &Plan, cards: &'a [Card]) -> Option<&'a Card> {
    let has = |card: &&Card, step: &str| {
        plan.get(&card.name).and_then(|layer| layer.file.step()).is_some_and(|s| s.kind().name() == step)
    };
    ["priority", "hotspot", "score"].iter().find_map(|step| cards.iter().find(|card| has(card, step)))
}

/// Adds a run, and drops those that were taken back and those beyond the last `limit`.
///
/// # Errors
/// [`PublishError::Io`]; [`PublishError::History`] where the one that is there cannot be read. It cannot be made again, so
/// it is never overwritten or moved away: somebody has to look.
pub(super) fn add(
    path: &Path,
    added: &Added<'_>,
    withdrawn: &BTreeSet<String>,
    limit: usize,
) -> Result<(), PublishError> {
    let failed = |error| PublishError::Io { path: path.to_owned(), action: "cannot be written", error };
    let old = stands(path)?;
    let arrow = |error: arrow_schema::ArrowError| PublishError::Layer(error.into());
    let fresh = file::rows(added).map_err(arrow)?;
    let kept = old.is_some();
    let all: RecordBatch = file::merge(old, fresh, added.sequence, withdrawn, limit).map_err(arrow)?;
    if kept {
        backups::turn(path).map_err(failed)?;
    }
    file::write(path, &all).map_err(failed)
}

/// The history that is there, if one is.
///
/// # Errors
/// [`PublishError::History`] where it cannot be read.
fn stands(path: &Path) -> Result<Option<RecordBatch>, PublishError> {
    there(path, file::read(path))
}

/// Looks whether a history can be opened, so that a quiet night tells of it, too.
///
/// # Errors
/// [`PublishError::History`] where it cannot.
pub(super) fn look(path: &Path) -> Result<(), PublishError> {
    there(path, file::open(path)).map(drop)
}

fn there<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>, PublishError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && backups::first(path).is_none() => Ok(None),
        Err(error) => {
            Err(PublishError::History { path: path.to_owned(), backup: backups::first(path), error })
        }
    }
}

/// Looks at every row of a history: how many there are; none where there is no history.
///
/// # Errors
/// [`PublishError::History`] where the one that is there cannot be read.
pub fn verify(root: &Path, edition: Option<&str>) -> Result<Option<usize>, PublishError> {
    let path = super::prepare::Home::in_folder(root).history(edition);
    Ok(stands(&path)?.map(|all| all.num_rows()))
}

/// How many rows a history holds of these runs; none where it cannot be read.
pub(super) fn rows_of(path: &Path, runs: &BTreeSet<String>) -> usize {
    file::read(path).ok().and_then(|all| file::without(&all, runs).ok()).map_or(0, |(_, gone)| gone)
}

/// Drops all rows of these runs.
///
/// # Errors
/// [`PublishError::Io`] where the history cannot be written; one that cannot be read goes as a whole, for nobody can tell
/// what it holds.
pub(super) fn remove(path: &Path, runs: &BTreeSet<String>) -> Result<(), PublishError> {
    if runs.is_empty() {
        return Ok(());
    }
    backups::all(path).iter().chain([&path.to_owned()]).try_for_each(|path| remove_from(path, runs))
}

fn remove_from(path: &Path, runs: &BTreeSet<String>) -> Result<(), PublishError> {
    let failed = |error| PublishError::Io { path: path.to_owned(), action: "cannot be written", error };
    if !path.exists() {
        return Ok(());
    }
    match file::read(path) {
        Ok(all) => {
            let (left, gone) =
                file::without(&all, runs).map_err(|error| PublishError::Layer(error.into()))?;
            if gone > 0 { file::write(path, &left).map_err(failed) } else { Ok(()) }
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(failed(error)),
        Err(_) => std::fs::remove_file(path).map_err(failed),
    }
}

/// What became of each zone over the nights of a history, by zone; empty where there is none, or without hot spots.
///
/// # Errors
/// [`PublishError::History`] where it cannot be read.
pub(super) fn load_trends(path: &Path, withdrawn: &BTreeSet<String>) -> Result<Vec<ZoneTrend>, PublishError> {
    let all = stands(path)?;
    Ok(all.and_then(|batch| trends(&batch, withdrawn).ok()).unwrap_or_default())
}
