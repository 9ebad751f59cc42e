//! The runs that are kept, as their own records tell them.

use std::path::PathBuf;

use super::ViewError;
use crate::layer::Layer;
use crate::layer::read::{Options, ReadError, read};
use crate::protect::Door;
use crate::publish::diff::CHANGES;
use crate::publish::record::{LayerRecord, RunRecord};
use crate::publish::{RunInfo, Seen, Shelf, is_file_stem, whole_file};

/// What a page is made of, and what is left out of it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The runs that the readers may see, oldest first.
    pub runs: Vec<Run>,
    /// The runs that are for readers of a wider level, oldest first.
    pub wider: Vec<RunInfo>,
}

/// A run that was published whole.
#[derive(Clone, Debug)]
pub struct Run {
    folder: PathBuf,
    /// Its place in the order of publication; 0 for a run of before there was one.
    pub(super) sequence: u64,
    pub(super) record: RunRecord,
}

impl Run {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.record.run
    }

    /// Reads one of its layers back.
    ///
    /// # Errors
    /// As [`read`].
    pub(super) fn layer(&self, described: &LayerRecord) -> Result<Layer, ViewError> {
        let (kind, ending) = whole_file(described.geometry, described.simplified.is_some());
        if !is_file_stem(&described.layer) {
            return Err(ReadError::MissingFile { file: described.layer.clone(), nearest: None }.into());
        }
        let path = self.folder.join(format!("{}.{ending}", described.layer));
        let mut options = Options::new(path.to_string_lossy(), kind, &described.key);
        // The feature id repeats the key, and readers take it for a field.
        options.fields = Some(described.fields.iter().map(|field| field.name.clone()).collect());
        for field in &described.fields {
            options.types.extend(field.declared().map(|declared| (field.name.clone(), declared)));
        }
        Ok(read(&described.layer, &options)?)
    }
}

/// The runs of a publication that its readers may see, in the order in which they were published, the newest last; and
/// those for readers of a wider level, which no page of it draws. Runs that are still being written are not there yet.
///
/// # Errors
/// [`ViewError::NoRuns`] where there are none to see; [`ViewError::Record`] where one cannot be understood; as
/// [`Shelf::runs`].
pub fn kept(shelf: &Shelf) -> Result<Kept, ViewError> {
    let mut found = Vec::new();
    let Seen { runs, wider } = shelf.runs(Door::Page)?;
    for RunInfo { folder, sequence, .. } in runs {
        if !RunRecord::is_in(&folder) {
            continue;
        }
        let mut record = RunRecord::open(&folder)?;
        // The page compares runs by itself.
        record.layers.retain(|layer| layer.theme != CHANGES);
        found.push(Run { folder, sequence, record });
    }
    match found.is_empty() {
        true if wider.is_empty() => Err(ViewError::NoRuns { folder: shelf.root.clone() }),
        true => Err(ViewError::OnlyWider { level: shelf.level.name(), runs: wider.len() }),
        false => Ok(Kept { runs: found, wider }),
    }
}
