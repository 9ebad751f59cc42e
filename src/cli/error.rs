//! Errors at the edge: how they are told and what exit code they make.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::build::BuildError;
use crate::demo::DemoError;
use crate::layer::read::ReadError;
use crate::locate::LocateError;
use crate::publish::PublishError;
use crate::view::ViewError;
use crate::workspace::WorkspaceError;
use crate::workspace::template::TemplateError;

/// An error that ends the program.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CliError {
    /// The workspace is not in order.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The template cannot be written.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The build did not come to its end.
    #[error(transparent)]
    Build(BuildError),
    /// A source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Points cannot be located.
    #[error(transparent)]
    Locate(LocateError),
    /// The map page cannot be made.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The invented country cannot be generated.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A folder that is there already and holds something else.
    #[error("{} is not empty and was not made by `corredor demo`", .folder.display())]
    FolderTaken {
        /// The folder.
        folder: PathBuf,
    },
    /// Output that cannot be written.
    #[error("cannot write {what}: {error}")]
    Output {
        /// What was being written.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// Warnings, and `--strict`.
    #[error("{warnings} warning{}, and --strict was asked for", if *.warnings == 1 { "" } else { "s" })]
    Strict {
        /// How many.
        warnings: usize,
    },
}

impl From<BuildError> for CliError {
    fn from(error: BuildError) -> Self {
        match error {
            BuildError::Workspace(error) => Self::Workspace(error),
            error => Self::Build(error),
        }
    }
}

impl From<LocateError> for CliError {
    fn from(error: LocateError) -> Self {
        match error {
            LocateError::Read(error) => Self::Read(error),
            error => Self::Locate(error),
        }
    }
}

impl CliError {
    /// 1 the data or configuration is wrong, 2 something unexpected, 3 warnings under `--strict`.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Strict { .. }
            | Self::Build(BuildError::Strict { .. })
            | Self::Locate(LocateError::Strict { .. }) => 3,
            Self::Output { .. }
            | Self::Locate(LocateError::Output { .. })
            | Self::Workspace(WorkspaceError::Unreadable { .. })
            | Self::Template(TemplateError::Io { .. } | TemplateError::DataNotNamed { .. })
            | Self::Demo(DemoError::Write { .. })
            | Self::View(
                ViewError::Io { .. } | ViewError::Pack(_) | ViewError::Port { .. } | ViewError::NoPage,
            )
            | Self::Build(
                BuildError::Io { .. }
                | BuildError::Locked { .. }
                | BuildError::NotBuilt { .. }
                | BuildError::Publish(PublishError::Io { .. }),
            ) => 2,
            _ => 1,
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => error.help().map(|help| help.to_string()),
            Self::Template(error) => error.help().map(|help| help.to_string()),
            Self::Build(error) => error.help(),
            Self::Read(error) => error.help(),
            Self::Locate(error) => error.help(),
            Self::View(error) => error.help(),
            Self::FolderTaken { .. } => Some("name another folder, or empty this one yourself".to_owned()),
            Self::Strict { .. } => {
                Some("look at the warnings above (--quiet hides them), or leave --strict out".to_owned())
            }
            Self::Output { .. } => Some("check the free space and that this user may write there".to_owned()),
            // Its messages say it.
            Self::Demo(_) => None,
        }
    }
}

impl Diagnostic for CliError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.advice().map(|advice| Box::new(advice) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        match self {
            Self::Workspace(error) => error.source_code(),
            _ => None,
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        match self {
            Self::Workspace(error) => error.labels(),
            _ => None,
        }
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self {
            Self::Workspace(error) => error.related(),
            _ => None,
        }
    }
}
