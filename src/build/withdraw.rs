//! Taking published runs away for good: from what is published, from the history, from PostGIS.

use std::collections::BTreeSet;

use serde::Serialize;

use super::BuildError;
use super::back::Withdrawn;
use super::history;
use super::lock::Lock;
use super::prepare::{BuildOptions, Home};
use super::print::State;
use crate::publish::{self, Shelf, Withdraw, Withdrawal};
use crate::workspace::Workspace;

/// What was taken away, and where.
#[derive(Debug, Serialize)]
pub struct Taken {
    /// From what is published.
    #[serde(flatten)]
    pub published: Withdrawal,
    /// Rows that the history held of them.
    pub history_rows: usize,
    /// Tables that PostGIS held of them.
    pub tables: Vec<String>,
}

/// Takes runs of an edition away for good; where none is named, those of the publication for those who may see least: their files, their rows in the history, their tables in PostGIS, and what they were built
/// from. Where the current run goes, the nightly run publishes nothing before something changes: it would only come again.
///
/// # Errors
/// [`BuildError::Locked`] while a build is at work; [`BuildError::Publish`] as [`publish::withdraw`]; [`BuildError::Io`].
pub fn withdraw(
    workspace: &Workspace,
    edition: Option<&str>,
    asked: &Withdraw,
    options: &BuildOptions,
) -> Result<Taken, BuildError> {
    let _lock = Lock::take(workspace.root(), options)?;
    let home = Home::of(workspace);
    let failed = |error| BuildError::Io { path: home.folder().to_owned(), error };
    home.make().map_err(failed)?;
    let mut shelf = Shelf::of(workspace.root(), workspace.file(), edition)?;
    let root = workspace.root().join("published");
    // What was published before there were editions belongs to none, and goes first.
    if edition.is_none() && shelf.root != root && !publish::runs(&root)?.is_empty() {
        shelf.root = root.clone();
    }
    let editions = workspace.file().editions();
    let name =
        shelf.root.file_name().filter(|_| shelf.root != root).map(|name| name.to_string_lossy().into_owned());
    let name = name.as_deref();
    let postgis =
        editions.iter().find(|edition| edition.name.as_deref() == name).and_then(|e| e.postgis.as_ref());
    // Looked at before anything goes: what cannot go at all leaves everything as it was.
    let going = publish::withdraw(&shelf.root, shelf.level, &Withdraw { dry: true, ..asked.clone() })?;
    let names: BTreeSet<String> = going.runs.iter().map(|run| run.run.clone()).collect();
    let mut taken = Taken { published: going, history_rows: 0, tables: Vec::new() };
    taken.history_rows = history::rows_of(&home.history(name), &names);
    if asked.dry {
        return Ok(taken);
    }
    if taken.published.switched {
        let mut held = Withdrawn::load(&home);
        held.0.extend(taken.published.runs.iter().filter_map(|run| {
            let made_from = State::load(&home.state_of(&run.run))?.whole;
            Some((run.run.clone(), made_from))
        }));
        held.save(&home).map_err(failed)?;
    }
    // The database first: it fails more often than a folder, and is asked again then.
    if let Some(target) = postgis {
        taken.tables = publish::withdraw_tables(target, &names)?;
    }
    history::remove(&home.history(name), &names)?;
    taken.published = publish::withdraw(&shelf.root, shelf.level, asked)?;
    home.drop_states(&root);
    Ok(taken)
}
