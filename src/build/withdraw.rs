//! Taking published runs away for good: from what is published, from the history, from PostGIS.

use std::collections::BTreeSet;

use serde::Serialize;

use super::BuildError;
use super::back::Withdrawn;
use super::fingerprint::State;
use super::history;
use super::links::Links;
use super::lock::Lock;
use super::prepare::{BuildOptions, Home};
use crate::publish::{self, Shelf, Standing, Withdraw, Withdrawal};
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

/// Takes runs away for good: their files, their rows in the history, their tables in PostGIS, and what they were built
/// from. Where the current run goes, the nightly run publishes nothing before something changes: it would only come again.
///
/// Of the edition that is named. Where none is: runs by name from the first publication that has them, that for those who
/// may see least before the others; and of all publications what stands above a level, but for what the readers of an
/// edition may see.
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
    home.make().map_err(|error| BuildError::Io { path: home.folder().to_owned(), error })?;
    let places = places(workspace, edition, asked)?;
    // Looked at before anything goes: what cannot go at all leaves everything as it was.
    for (shelf, asked) in &places {
        publish::withdraw(&shelf.root, shelf.level, &Withdraw { dry: true, ..asked.clone() })?;
    }
    let links = Links::of(workspace.root(), &home);
    let mut taken: Option<Taken> = None;
    for (shelf, asked) in &places {
        let one = take(workspace, &home, shelf, asked)?;
        if one.published.switched && !asked.dry {
            links.settle();
        }
        match &mut taken {
            None => taken = Some(one),
            Some(all) => {
                all.published.runs.extend(one.published.runs);
                all.published.switched |= one.published.switched;
                all.history_rows += one.history_rows;
                all.tables.extend(one.tables);
            }
        }
    }
    home.drop_states(&workspace.root().join("published"));
    Ok(taken.unwrap_or_else(|| Taken {
        published: Withdrawal { runs: Vec::new(), current: None, switched: false },
        history_rows: 0,
        tables: Vec::new(),
    }))
}

/// The publications that runs are taken from, that for those who may see least first, and what of each.
fn places(
    workspace: &Workspace,
    edition: Option<&str>,
    asked: &Withdraw,
) -> Result<Vec<(Shelf, Withdraw)>, BuildError> {
    let own = Shelf::of(workspace.root(), workspace.file(), edition)?;
    if edition.is_some() {
        return Ok(vec![(own, asked.clone())]);
    }
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let mut all = Vec::new();
    // What was published before there were editions belongs to none, and goes first.
    if own.root != root && !publish::runs(&root)?.is_empty() {
        all.push((Shelf { root: root.clone(), level: own.level }, asked.clone()));
    }
    let lowest = own.root.clone();
    all.push((own, asked.clone()));
    for edition in &editions {
        let Some(name) = edition.name.as_ref().filter(|name| root.join(name) != lowest) else { continue };
        let above = asked.above.map(|above| above.max(edition.level));
        let shelf = Shelf { root: root.join(name), level: edition.level };
        all.push((shelf, Withdraw { above, ..asked.clone() }));
    }
    if lowest == root {
        for name in publish::editions(&root) {
            // Nobody is to read what an edition has left that the workspace has no more.
            let shelf = Shelf { root: root.join(name), level: workspace.file().publish.level };
            all.push((shelf, Withdraw { leave_none: true, ..asked.clone() }));
        }
    }
    if asked.runs.is_empty() {
        return Ok(all);
    }
    let has = |(shelf, _): &(Shelf, Withdraw)| {
        asked.runs.iter().all(|name| publish::find(&shelf.root, name).is_ok())
    };
    // Where none has them, the first says so.
    let named = all.iter().position(has).unwrap_or(0);
    for (at, (_, asked)) in all.iter_mut().enumerate() {
        if at != named {
            asked.runs.clear();
        }
    }
    all.retain(|(_, asked)| asked.above.is_some() || !asked.runs.is_empty());
    Ok(all)
}

/// Takes runs from one publication.
fn take(workspace: &Workspace, home: &Home, shelf: &Shelf, asked: &Withdraw) -> Result<Taken, BuildError> {
    let failed = |error| BuildError::Io { path: home.folder().to_owned(), error };
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let name =
        shelf.root.file_name().filter(|_| shelf.root != root).map(|name| name.to_string_lossy().into_owned());
    let name = name.as_deref();
    let postgis =
        editions.iter().find(|edition| edition.name.as_deref() == name).and_then(|e| e.postgis.as_ref());
    let going = publish::withdraw(&shelf.root, shelf.level, &Withdraw { dry: true, ..asked.clone() })?;
    let names: BTreeSet<String> = going.runs.iter().map(|run| run.run.clone()).collect();
    let mut taken = Taken { published: going, history_rows: 0, tables: Vec::new() };
    taken.history_rows = history::rows_of(&home.history(name), &names);
    if asked.dry {
        return Ok(taken);
    }
    if taken.published.switched {
        let mut held = Withdrawn::load(home);
        // The set that is current was built from more than a run of it that says what it said before.
        let standing = Standing::read(&root).run;
        held.0.extend(names.iter().cloned().chain(standing).filter_map(|run| {
            let made_from = State::load(&home.state_of(&run))?.whole;
            Some((run, made_from))
        }));
        held.save(home).map_err(failed)?;
    }
    // The database first: it fails more often than a folder, and is asked again then.
    if let Some(target) = postgis {
        taken.tables = publish::withdraw_tables(target, &names)?;
    }
    history::remove(&home.history(name), &names)?;
    taken.published = publish::withdraw(&shelf.root, shelf.level, asked)?;
    Ok(taken)
}
