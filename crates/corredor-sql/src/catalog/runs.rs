//! Published runs: `layer@previous`, `layer@current`, `layer@2026-11-20`, or a run by its name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::QueryError;
use corredor::layer::Layer;
use corredor::layer::read::{Options, read};
use corredor::protect::Door;
use corredor::publish::record::{LayerRecord, RecordError, RunRecord};
use corredor::publish::{RunInfo, Shelf, Standing, before_current, level_of, whole_file};
use corredor::workspace::Workspace;
use corredor::workspace::config::Level;

/// The layer as the current run holds it; `None` where it does not.
pub(super) fn current(shelf: &Shelf, layer: &str) -> Result<Option<Arc<Layer>>, QueryError> {
    let Some(run) = current_run(shelf) else { return Ok(None) };
    match record(&run, layer)? {
        Some(record) => read_from(&run, layer, &record).map(Some),
        None => Ok(None),
    }
}

/// Whether the current run holds a layer.
pub(super) fn current_holds(shelf: &Shelf, layer: &str) -> bool {
    current_run(shelf).is_some_and(|run| matches!(record(&run, layer), Ok(Some(_))))
}

/// The fingerprint that the current run was made from, where it was made for readers of this very level: for others
/// layers are made otherwise.
pub(super) fn current_fingerprint(workspace: &Workspace, shelf: &Shelf, viewer: Level) -> Option<String> {
    let run = current_run(shelf).filter(|run| level_of(run) == viewer)?;
    let run = run.file_name()?.to_string_lossy().into_owned();
    // Of an edition it is the set that was built.
    let root = workspace.root().join("published");
    let set = Standing::read(&root).run.filter(|_| shelf.root != root);
    corredor::build::made_from(workspace, &set.unwrap_or(run))
}

/// The run that is meant: `current`, `previous` (the last before it that holds the layer), a date (its last run), or
/// the name of a run; and the names of all that hold the layer. Before and last are by the order of publication: names
/// tell the time, and clocks are set back. Runs above the level of who asks are none.
fn find(shelf: &Shelf, layer: &str, wanted: &str) -> Result<(Option<RunInfo>, Vec<String>), QueryError> {
    let seen = shelf.runs(Door::SqlRun).map_err(|error| QueryError::Failed { message: error.to_string() })?;
    let all = seen.runs;
    let holds = |run: &&RunInfo| matches!(record(&run.folder, layer), Ok(Some(_)));
    let found = match wanted {
        "current" => all.iter().filter(|run| run.current).find(holds),
        "previous" => before_current(&all).iter().rev().find(holds),
        wanted => {
            let day = wanted.replace('-', "");
            let is_day = wanted.len() == 10 && day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
            let of_day = |run: &RunInfo| is_day && run.run.starts_with(&day);
            all.iter().rev().filter(|run| of_day(run) || run.run.eq_ignore_ascii_case(wanted)).find(holds)
        }
    };
    Ok((found.cloned(), all.iter().filter(holds).map(|run| run.run.clone()).collect()))
}

/// The level of a layer in a past run: that of the readers of the run, for it was made for them; `None` where it is not
/// there.
pub(super) fn level(shelf: &Shelf, layer: &str, wanted: &str) -> Result<Option<Level>, QueryError> {
    Ok(find(shelf, layer, wanted)?.0.map(|run| run.level()))
}

/// Reads a layer from a run.
pub(super) fn read_of(shelf: &Shelf, layer: &str, wanted: &str) -> Result<Arc<Layer>, QueryError> {
    let (found, runs) = find(shelf, layer, wanted)?;
    let record = found.as_ref().map(|run| record(&run.folder, layer)).transpose()?.flatten();
    match record.zip(found) {
        Some((record, run)) => read_from(&run.folder, layer, &record),
        None => {
            none_newer(shelf, layer)?;
            Err(QueryError::NoRun { layer: layer.to_owned(), run: wanted.to_owned(), runs, span: None })
        }
    }
}

/// Sees that a layer that no run holds is not in one that this version cannot read.
fn none_newer(shelf: &Shelf, layer: &str) -> Result<(), QueryError> {
    let seen = shelf.runs(Door::SqlRun).map_err(|error| QueryError::Failed { message: error.to_string() })?;
    seen.runs.iter().try_for_each(|run| record(&run.folder, layer).map(drop))
}

/// The current run, its link resolved once, so that all that is read is of one run.
fn current_run(shelf: &Shelf) -> Option<PathBuf> {
    let run = shelf.root.join("current").canonicalize().ok()?;
    shelf.admit(Door::SqlRun, &run).is_ok().then_some(run)
}

/// What the record of a run says of a layer; `None` where it holds none of that name, or where there is no run that can be
/// read.
///
/// # Errors
/// [`QueryError::Failed`] where the run is of a later version of Corredor.
fn record(run: &Path, layer: &str) -> Result<Option<LayerRecord>, QueryError> {
    match RunRecord::open(run) {
        Ok(record) => Ok(record.layers.into_iter().find(|record| record.layer == layer)),
        Err(error @ RecordError::Newer { .. }) => {
            Err(QueryError::Failed { message: format!("{error}: {}", error.help()) })
        }
        Err(_) => Ok(None),
    }
}

/// Reads the files of a layer as its record says.
fn read_from(run: &Path, layer: &str, record: &LayerRecord) -> Result<Arc<Layer>, QueryError> {
    let (kind, ending) = whole_file(record.geometry, record.simplified.is_some());
    let path = run.join(format!("{layer}.{ending}"));
    let mut options = Options::new(path.to_string_lossy(), kind, &record.key);
    let run = run.file_name().unwrap_or_default().to_string_lossy();
    options.display = Some(format!("published/runs/{run}/{layer}.{ending}"));
    for field in record.fields.iter().filter(|field| field.name != record.key) {
        options.types.extend(field.declared().map(|declared| (field.name.clone(), declared)));
    }
    Ok(Arc::new(read(layer, &options)?))
}
