//! What is made of a run that is not for everybody: written down before it is given, and for its owner alone where it is
//! written.

use std::path::{Path, PathBuf};

use super::CliError;
use corredor::layer::write::Staged;
use corredor::protect::{Door, sight};
use corredor::publish::level_of;
use corredor::publish::record::RunRecord;
use corredor::query::audit::{self, Access};
use corredor::workspace::Workspace;
use corredor::workspace::config::Level;

/// The layer that the audit log names where all of a run may be read.
const ALL_LAYERS: &str = "*";

/// Runs that something is made from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Guard {
    private: bool,
}

impl Guard {
    /// Adds a run that a command reads, through its door: where it is above the level of the publication for those who may
    /// see least, the access is written down, as that of a query.
    ///
    /// # Errors
    /// [`CliError::Audit`] where it cannot be; nothing may be read then.
    pub fn add(&mut self, door: Door, run: &Path, layer: Option<&str>) -> Result<(), CliError> {
        let level = level_of(run);
        let root = Workspace::find(run).ok();
        let lowest = match &root {
            Some(root) => Workspace::settings(root)?.editions().first().map_or(Level::Public, |e| e.level),
            // One that lies in no workspace was given to somebody, and has no log.
            None => Level::Public,
        };
        if !RunRecord::is_in(run) || sight(door, lowest, level).is_whole() {
            return Ok(());
        }
        self.private = true;
        if let Some(root) = root {
            let name = run.file_name().map(|name| name.to_string_lossy().into_owned());
            let layers = [(layer.unwrap_or(ALL_LAYERS).to_owned(), name, level)];
            audit::record(&root, &Access::by_command(door.name(), &layers, level))?;
        }
        Ok(())
    }

    /// Takes another one in: what is made of several runs is guarded as the one that is so most.
    pub fn join(&mut self, other: Self) {
        self.private |= other.private;
    }

    /// Whether what is made of the runs is for its owner alone.
    pub fn is_private(self) -> bool {
        self.private
    }

    /// Writes a file whole or not at all.
    pub fn write_whole(self, path: &Path, bytes: &[u8]) -> Result<(), CliError> {
        let write = if self.private { Staged::write_whole_private } else { Staged::write_whole };
        write(path, bytes).map_err(|error| CliError::Output { what: path.display().to_string(), error })
    }
}

/// A run that a command is about, guarded.
pub(super) struct Guarded {
    /// Its folder.
    pub folder: PathBuf,
    /// How what is made of it is written.
    pub guard: Guard,
}
