//! Why something is not published.

use std::io::ErrorKind;
use std::path::PathBuf;

use thiserror::Error;

use super::fault::Fault;
use super::link_fault::LinkFault;
use crate::lang::Lang;
use crate::layer::LayerError;
use crate::layer::postgres::PostgresError;
use crate::layer::write::{TableError, WriteError};

/// A publication that was refused or that failed; `current` is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PublishError {
    /// A layer above the allowed level.
    #[error("layer `{layer}` is {level}, and this workspace publishes up to {allowed}")]
    AboveLevel {
        /// The layer.
        layer: String,
        /// Its level.
        level: &'static str,
        /// The highest level that may be published.
        allowed: &'static str,
        /// The input that the level comes from.
        from: Option<String>,
    },
    /// A field that GIS programs would cut or mangle.
    #[error("layer `{layer}`: the field `{field}` cannot be published under this name")]
    FieldName {
        /// The layer.
        layer: String,
        /// The field.
        field: String,
    },
    /// A layer name that cannot be a file name everywhere.
    #[error("the layer name `{layer}` cannot be a file name")]
    LayerName {
        /// The layer.
        layer: String,
    },
    /// A layer that cannot be written.
    #[error("layer `{layer}`: {error}")]
    Write {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: WriteError,
    },
    /// A database that cannot be reached, or that refused; it is as it was.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// A layer that cannot become a table.
    #[error(transparent)]
    Table(TableError),
    /// A table that is not Corredor's where one is to be put.
    #[error("{schema}.{table} is there already, and Corredor did not make it")]
    TableTaken {
        /// The schema.
        schema: String,
        /// The table.
        table: String,
    },
    /// A layer that lacks what its style or metadata need.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A file or folder that cannot be written.
    #[error("{} {action}: {error}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
    /// A history that cannot be read; it cannot be made again.
    #[error("{}: the history of past nights cannot be read: {error}", .path.display())]
    History {
        /// Its file.
        path: PathBuf,
        /// Its newest backup.
        backup: Option<PathBuf>,
        /// What is wrong.
        error: std::io::Error,
    },
    /// An edition that is asked for and not there.
    #[error("there is no edition `{edition}`")]
    NoEdition {
        /// What was asked for.
        edition: String,
        /// The editions that have been published.
        editions: Vec<String>,
    },
    /// A set of editions of which one has not kept its run.
    #[error("`{run}` cannot become current: edition `{edition}` keeps that run no more")]
    SetIncomplete {
        /// The run.
        run: String,
        /// The edition.
        edition: String,
    },
    /// A run that is asked for and not there.
    #[error("there is no run `{run}`")]
    NoRun {
        /// What was asked for.
        run: String,
        /// The nearest name.
        nearest: Option<String>,
        /// All there are.
        runs: Vec<String>,
    },
    /// The link to what is current is not there, and runs are.
    #[error("the link {link} is gone: no run is current")]
    LinkGone {
        /// The link.
        link: String,
        /// The newest run.
        run: String,
    },
    /// A link to what is current that leads elsewhere.
    #[error("{}", .0.message(Lang::En))]
    Astray(Box<LinkFault>),
    /// A beginning that several names have.
    #[error("several runs begin with `{run}`")]
    SeveralRuns {
        /// The beginning.
        run: String,
        /// The runs.
        runs: Vec<String>,
    },
    /// A run that is not whole.
    #[error("the run `{run}` is damaged: {}", faults.iter().map(|fault| fault.file.as_str()).collect::<Vec<_>>().join(", "))]
    Damaged {
        /// The run.
        run: String,
        /// What is wrong with it.
        faults: Vec<Fault>,
    },
    /// Runs for readers of a wider level where something is to be published for others.
    #[error(
        "{} {} for a wider level than {level}: {}",
        runs.len(),
        if runs.len() == 1 { "run stands there" } else { "runs stand there" },
        runs.iter().map(|(run, level)| format!("{run} ({level})")).collect::<Vec<_>>().join(", ")
    )]
    Wider {
        /// The level of the readers.
        level: &'static str,
        /// The runs, each with its level.
        runs: Vec<(String, &'static str)>,
    },
    /// The current run is to go, and no other can take its place.
    #[error("`{run}` is current, and no other run can take its place")]
    LastRun {
        /// The run.
        run: String,
    },
    /// A run for readers of a wider level than those that it would reach.
    #[error("the run `{run}` is for {level}, and these readers are of level {allowed}")]
    RunAbove {
        /// The run.
        run: String,
        /// Its level.
        level: &'static str,
        /// The level of the readers.
        allowed: &'static str,
    },
    /// Two runs for readers of two levels.
    #[error("`{a}` is for {level_a} and `{b}` for {level_b}: nothing is compared across levels")]
    Levels {
        /// The first run.
        a: String,
        /// Its level.
        level_a: &'static str,
        /// The second run.
        b: String,
        /// Its level.
        level_b: &'static str,
    },
    /// The record of a run that cannot be read.
    #[error(transparent)]
    Record(#[from] super::record::RecordError),
    /// A file of a run that is not as Corredor writes it.
    #[error("{} is not as Corredor writes it: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// `current` is something else than our link.
    #[error("{} is not a link that Corredor made", .path.display())]
    CurrentTaken {
        /// The path.
        path: PathBuf,
    },
}

impl PublishError {
    /// Whether the file system has no room.
    pub fn is_disk_full(&self) -> bool {
        if let Self::Write { error: WriteError::Gdal { reason, .. }, .. } = self {
            let reason = reason.to_lowercase();
            return reason.contains("disk is full") || reason.contains("no space left");
        }
        self.system()
            .is_some_and(|error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }

    /// Whether the machine is at fault and not the data: its disk, its rights, its database files.
    pub fn is_of_machine(&self) -> bool {
        self.system().is_some() || matches!(self, Self::Write { error: WriteError::Gdal { .. }, .. })
    }

    /// What the system said.
    fn system(&self) -> Option<&std::io::Error> {
        match self {
            Self::Io { error, .. } | Self::History { error, .. } => Some(error),
            Self::Write { error: WriteError::Io(error), .. } => Some(error),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::AboveLevel { layer, from, .. } => {
                let because = from.as_ref().map(|f| format!(" (it comes from `{f}`)")).unwrap_or_default();
                Some(format!(
                    "take `publish` out of layers/{layer}.toml, or publish an aggregate of it with a [protect] table and its reason{because}"
                ))
            }
            Self::FieldName { .. } => Some(
                "published names are ASCII lower case, start with a letter and have at most 10 characters; `rename` it in the [read] that brings it, or choose another name in the step that makes it"
                    .to_owned(),
            ),
            Self::LayerName { .. } => Some("name the file with lower-case letters, digits and `_`".to_owned()),
            Self::Io { error, action: "may not be read by this user" | "cannot be looked at", .. }
                if error.kind() == ErrorKind::PermissionDenied =>
            {
                Some("look as a user who may read it (docs/operations.md says whose it is)".to_owned())
            }
            Self::Io { error, .. } => Some(match error.kind() {
                ErrorKind::StorageFull => "the disk is full: free some space; the last run still stands",
                ErrorKind::PermissionDenied => "this user may not write there; the last run still stands",
                ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
                    "a file stands where a folder should be: move it away"
                }
                _ => "check the path and its file system; the last run still stands",
            }
            .to_owned()),
            Self::History { error, .. } if error.kind() == ErrorKind::PermissionDenied => {
                Some("build as its owner, or give it back (`chown`): nothing is begun anew in its place".to_owned())
            }
            Self::History { path, backup: Some(backup), .. } => Some(format!(
                "put the last one back: `cp {} {}`; only the last publication is lacking in it",
                backup.display(),
                path.display()
            )),
            Self::History { .. } => Some(
                "put it back from a backup of the machine, or move it away yourself: then the history begins anew"
                    .to_owned(),
            ),
            Self::Write { error, .. } if self.is_of_machine() => error.help(),
            Self::Postgres(error) => Some(error.help()),
            Self::Table(TableError::ZeroByte { .. }) => {
                Some("take the byte out of the source: PostgreSQL cannot hold it".to_owned())
            }
            Self::Table(_) => Some("`rename` the field in the [read] that brings it".to_owned()),
            Self::TableTaken { .. } => Some(
                "rename or drop it, or state another `schema` in [publish.postgis]; Corredor replaces only its own tables"
                    .to_owned(),
            ),
            Self::NoRun { runs, .. } if runs.is_empty() => {
                Some("nothing is published yet: run `corredor build`".to_owned())
            }
            Self::NoRun { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoRun { runs, .. } => Some(format!("there are: {}", runs.join(", "))),
            Self::Astray(link) => Some(link.advice(Lang::En)),
            Self::LinkGone { run, .. } => Some(format!("`corredor rollback {run}` sets it again")),
            Self::SeveralRuns { runs, .. } => Some(format!("say more of the name: {}", runs.join(", "))),
            Self::Damaged { .. } => {
                Some("go back to another run (`corredor runs`), or publish anew with `corredor build --force`".to_owned())
            }
            Self::Wider { level, .. } => Some(format!(
                "who reads what is published can read them too; take them away for good with `corredor withdraw --above \
                 {level}` (--dry-run says what would go), or publish at their level"
            )),
            Self::LastRun { .. } => Some(
                "publish another run first, or say --leave-none: nothing is published then until the next build"
                    .to_owned(),
            ),
            Self::RunAbove { allowed, .. } => Some(format!(
                "build anew for {allowed}, or name the edition whose readers may see it with --edition"
            )),
            Self::Levels { .. } => {
                Some("name two runs of one level; `corredor runs` tells the level of each".to_owned())
            }
            Self::Record(error) => Some(error.help()),
            Self::Unreadable { .. } => Some("look at the run with `corredor verify`".to_owned()),
            Self::NoEdition { editions, .. } if editions.is_empty() => {
                Some("there is one publication, without a name: leave --edition out".to_owned())
            }
            Self::NoEdition { editions, .. } => Some(format!("there are: {}", editions.join(", "))),
            Self::SetIncomplete { .. } => Some(
                "all editions go back together: choose a later run, or state a higher `keep` for that edition".to_owned(),
            ),
            Self::CurrentTaken { .. } => Some("move it away; Corredor replaces only its own link".to_owned()),
            _ => None,
        }
    }
}
