//! Reading the record of a run back.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use super::{RECORD_FILE, RunRecord, SCHEMA};
use crate::workspace::config::Level;

/// A record of a run that cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// None where one was looked for, or one that the system does not hand out.
    #[error("{} cannot be read: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A record of a later version of Corredor, whose words may mean something else.
    #[error("{} is a record of schema {schema}, written by corredor {corredor}; this version reads up to {SCHEMA}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        schema: u64,
        /// The version that wrote it.
        corredor: String,
    },
    /// A file that is not as Corredor writes it.
    #[error("{} is not as Corredor writes it: {reason}", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, and on which line.
        reason: String,
    },
    /// Parameters of a step that are not as Corredor writes them.
    #[error("{} is not as Corredor writes it: of the layer `{layer}`, the parameters of [{step}] of `{ancestor}`: {reason}", .path.display())]
    Parameters {
        /// The file.
        path: PathBuf,
        /// The published layer.
        layer: String,
        /// The layer in its ancestry that the step made.
        ancestor: String,
        /// The step.
        step: String,
        /// The parameter, and what is wrong.
        reason: String,
    },
}

impl RecordError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Io { error, .. } if error.kind() == ErrorKind::PermissionDenied => {
                "look as a user who may read it (docs/operations.md says whose it is)".to_owned()
            }
            Self::Io { .. } => {
                "run `corredor build` first, or name the folder of a run (published/current)".to_owned()
            }
            Self::Newer { corredor, .. } => {
                format!("read it with a newer corredor: {corredor}, or later (`corredor --version` says which this is)")
            }
            Self::Broken { .. } | Self::Parameters { .. } => {
                "it was changed by hand or damaged (`corredor verify` says so); publish anew: `corredor build --force`"
                    .to_owned()
            }
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Newer { path, .. }
            | Self::Broken { path, .. }
            | Self::Parameters { path, .. } => path,
        }
    }
}

/// What is looked at before the rest.
#[derive(Deserialize)]
#[serde(expecting = "the record of a run")]
struct Head {
    #[serde(default)]
    schema: u64,
    #[serde(default)]
    corredor: String,
    layers: Option<IgnoredAny>,
}

impl RunRecord {
    /// Reads the record of the run in a folder. One of before there was a schema is read as far as it goes: what it lacks
    /// has its default.
    ///
    /// # Errors
    /// [`RecordError`] where there is none, where it is of a later schema, or where it is not as Corredor writes it.
    pub fn open(folder: &Path) -> Result<Self, RecordError> {
        let path = folder.join(RECORD_FILE);
        match std::fs::read(&path) {
            Ok(bytes) => Self::parse(&bytes, &path),
            Err(error) => Err(RecordError::Io { path, error }),
        }
    }

    /// The same of the record's bytes; `path` is for messages.
    ///
    /// # Errors
    /// As [`RunRecord::open`].
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, RecordError> {
        let broken = |reason: String| RecordError::Broken { path: path.to_owned(), reason };
        let head: Head = serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
        if head.schema > u64::from(SCHEMA) {
            let Head { schema, corredor, .. } = head;
            return Err(RecordError::Newer { path: path.to_owned(), schema, corredor });
        }
        if head.layers.is_none() {
            return Err(broken("it lists no layers".to_owned()));
        }
        let record: Self = serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
        if record.schema == SCHEMA {
            record.check(path)?;
        }
        Ok(record)
    }

    /// Whether the parameters of every step are those of this schema.
    fn check(&self, path: &Path) -> Result<(), RecordError> {
        for layer in &self.layers {
            for ancestor in &layer.ancestry {
                let Some(provenance) = &ancestor.provenance else { continue };
                provenance.made.check().map_err(|reason| RecordError::Parameters {
                    path: path.to_owned(),
                    layer: layer.layer.clone(),
                    ancestor: ancestor.layer.clone(),
                    step: provenance.made.step.clone(),
                    reason,
                })?;
            }
        }
        Ok(())
    }

    /// The level that the run in a folder says it is for; none where it does not, or where its record cannot be read. Runs
    /// say it in `run.json` too, but for the oldest.
    pub(in crate::publish) fn level_of(folder: &Path) -> Option<Level> {
        Self::open(folder).ok()?.level
    }

    /// Whether a folder holds the record of a run, readable or not.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(RECORD_FILE).is_file()
    }
}
