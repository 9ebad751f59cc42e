//! `--edition`: which of several publications is meant.

use std::path::{Path, PathBuf};

use clap::Args;

use super::CliError;
use crate::publish::edition_root;
use crate::workspace::Workspace;

/// The edition that a command is about.
#[derive(Clone, Debug, Default, Args)]
pub struct EditionChoice {
    /// The edition, where several are published; if not given, the one for those who may see least
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
}

impl EditionChoice {
    /// The folder with the `runs` and `current` of the edition, of the workspace that a folder lies in.
    ///
    /// # Errors
    /// Where there is no workspace, or no such edition.
    pub fn root(&self, folder: &Path) -> Result<PathBuf, CliError> {
        let published = Workspace::find(folder)?.join("published");
        Ok(edition_root(&published, self.edition.as_deref())?)
    }
}
