//! `--edition`: which of several publications is meant.

use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use corredor::publish::Shelf;
use corredor::workspace::Workspace;

/// The edition that a command is about.
#[derive(Clone, Debug, Default, Args)]
pub struct EditionChoice {
    /// The edition, where several are published; if not given, the one for those who may see least
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
}

impl EditionChoice {
    /// The publication of the edition, of the workspace that a folder lies in.
    ///
    /// # Errors
    /// Where there is no workspace, or no such edition.
    pub fn shelf(&self, folder: &Path) -> Result<Shelf, CliError> {
        let root = Workspace::find(folder)?;
        Ok(Shelf::of(&root, &Workspace::settings(&root)?, self.edition.as_deref())?)
    }

    /// The name of the edition; none where there is one publication without a name.
    ///
    /// # Errors
    /// As [`EditionChoice::shelf`].
    pub fn named(&self, folder: &Path) -> Result<Option<String>, CliError> {
        let root = Workspace::find(folder)?.join("published");
        let shelf = self.shelf(folder)?;
        let name = shelf.root.file_name().filter(|_| shelf.root != root);
        Ok(name.map(|name| name.to_string_lossy().into_owned()))
    }

    /// The folder with the `runs` and `current` of the edition, of the workspace that a folder lies in. The layout is what
    /// its definitions say, whatever stands there.
    ///
    /// # Errors
    /// Where there is no workspace, or no such edition.
    pub fn root(&self, folder: &Path) -> Result<PathBuf, CliError> {
        Ok(self.shelf(folder)?.root)
    }
}
