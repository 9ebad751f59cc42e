//! A publication: the folder of its runs, and who reads them.

use std::path::{Path, PathBuf};

use super::record::RunRecord;
use super::runs::record;
use super::{PublishError, RunInfo, runs};
use crate::protect::{Door, sight};
use crate::workspace::config::{Level, WorkspaceFile};

/// Where runs for readers of a level stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The folder that holds `runs/` and `current`.
    pub root: PathBuf,
    /// The level of its readers.
    pub level: Level,
}

/// Runs as readers see them.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Those that they may see, oldest first.
    pub runs: Vec<RunInfo>,
    /// Those that are for readers of a wider level, oldest first.
    pub wider: Vec<RunInfo>,
}

impl RunInfo {
    /// The level of its readers; the strictest where it does not say.
    pub fn level(&self) -> Level {
        self.level.unwrap_or(Level::Strict)
    }
}

/// The level of the readers that a run is for, as it says itself; the strictest where it does not.
pub fn level_of(folder: &Path) -> Level {
    record(folder).level.unwrap_or(Level::Strict)
}

impl Shelf {
    /// The publication of a workspace: that of an edition; where none is named the one for those who may see least.
    ///
    /// # Errors
    /// [`PublishError::NoEdition`] where there is no edition of that name.
    pub fn of(workspace: &Path, file: &WorkspaceFile, edition: Option<&str>) -> Result<Self, PublishError> {
        let root = workspace.join("published");
        let all = file.editions();
        let lowest = all.first().map_or(file.publish.level, |edition| edition.level);
        let Some(name) = edition else {
            let folder = all.first().and_then(|edition| edition.name.as_ref()).map(|name| root.join(name));
            return Ok(Self { root: folder.unwrap_or(root), level: lowest });
        };
        if let Some(found) = all.iter().find(|edition| edition.name.as_deref() == Some(name)) {
            return Ok(Self { root: root.join(name), level: found.level });
        }
        // One that was published and is no more: its runs are for nobody but who may see least.
        let mut editions: Vec<String> = all.into_iter().filter_map(|edition| edition.name).collect();
        match super::editions(&root).iter().any(|known| known == name) {
            true => Ok(Self { root: root.join(name), level: lowest }),
            false => {
                editions.sort();
                Err(PublishError::NoEdition { edition: name.to_owned(), editions })
            }
        }
    }

    /// The publication for the highest level that a viewer may see; the viewer's own where all are above it.
    pub fn seen_by(workspace: &Path, file: &WorkspaceFile, viewer: Level) -> Self {
        let root = workspace.join("published");
        let editions = file.editions();
        let seen = editions.iter().rev().find(|e| sight(Door::SqlRun, viewer, e.level).is_whole());
        let name = seen.or(editions.first()).and_then(|edition| edition.name.as_ref());
        Self { root: name.map_or_else(|| root.clone(), |name| root.join(name)), level: viewer }
    }

    /// The folder of the current run, its link resolved once, so that all that is read is of one run.
    ///
    /// # Errors
    /// [`PublishError::RunAbove`] where it is for readers of a wider level: it was published before the level was
    /// lowered.
    pub fn current(&self, door: Door) -> Result<PathBuf, PublishError> {
        let current = self.root.join("current");
        let Ok(folder) = current.canonicalize() else { return Ok(current) };
        self.admit(door, &folder)?;
        Ok(folder)
    }

    /// Whether a run may go through a door to the readers.
    ///
    /// # Errors
    /// [`PublishError::RunAbove`] where it may not.
    pub fn admit(&self, door: Door, folder: &Path) -> Result<(), PublishError> {
        admit_run(door, self.level, folder)
    }

    /// The runs that stand, as the readers see them through a door.
    ///
    /// # Errors
    /// As [`runs`].
    pub fn runs(&self, door: Door) -> Result<Seen, PublishError> {
        let (seen, wider) =
            runs(&self.root)?.into_iter().partition(|run| sight(door, self.level, run.level()).is_whole());
        Ok(Seen { runs: seen, wider })
    }
}

/// Whether a published run may go through a door to readers of a level.
///
/// # Errors
/// [`PublishError::RunAbove`] where it may not.
pub fn admit_run(door: Door, viewer: Level, folder: &Path) -> Result<(), PublishError> {
    let level = level_of(folder);
    match sight(door, viewer, level).is_whole() || !RunRecord::is_in(folder) {
        true => Ok(()),
        false => Err(PublishError::RunAbove {
            run: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            level: level.name(),
            allowed: viewer.name(),
        }),
    }
}
