//! Errors at the edge: how they are told and what exit code they make.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

#[cfg(feature = "sql")]
use super::QueryFailure;
use super::classes_error::ClassesError;
use super::exit_code::INTERRUPTED;
use corredor::build::{Audience, BuildError, Told, TracedBack};
use corredor::compare::CompareError;
use corredor::demo::DemoError;
use corredor::ficha::FichaError;
use corredor::layer::read::ReadError;
use corredor::locate::LocateError;
use corredor::protect::{Door, KeyError};
use corredor::publish::PublishError;
use corredor::publish::render::RenderError;
use corredor::query::audit::AuditError;
#[cfg(feature = "sql")]
use corredor::query::saved::SavedError;
use corredor::risk::microdata::MicrodataError;
use corredor::risk::mirti::MirtiError;
use corredor::text::redact;
use corredor::view::ViewError;
#[cfg(feature = "sql")]
use corredor::workspace::config::Level;
use corredor::workspace::template::TemplateError;
use corredor::workspace::{Problem, WorkspaceError};
#[cfg(feature = "sql")]
use corredor_sql::QueryError;
#[cfg(feature = "sql")]
use corredor_sql::output::OutputError;

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
    /// A run that is not there, cannot be read, or is damaged.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// What is published leads back to hidden sites.
    #[error(transparent)]
    TracedBack(#[from] TracedBack),
    /// A source cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A layer cannot be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// Points cannot be located.
    #[error(transparent)]
    Locate(LocateError),
    /// A risk model cannot be fitted or applied.
    #[error(transparent)]
    Mirti(#[from] MirtiError),
    /// The map page cannot be made.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The invented country cannot be generated.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A fact sheet cannot be made.
    #[error(transparent)]
    Ficha(#[from] FichaError),
    /// Scores do not compare, or a set cannot be read.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// Values cannot be classed.
    #[error(transparent)]
    Classes(#[from] ClassesError),
    /// The key of protected sites is not there, or does not serve.
    #[error(transparent)]
    Key(#[from] KeyError),
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
    /// SQL, in a build that leaves it out.
    #[error("this build of Corredor is without SQL")]
    NoSql,
    /// A query that has no answer.
    #[cfg(feature = "sql")]
    #[error(transparent)]
    Query(Box<QueryFailure>),
    /// A saved query that cannot be run.
    #[cfg(feature = "sql")]
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// An answer that cannot be written.
    #[cfg(feature = "sql")]
    #[error(transparent)]
    Answer(OutputError),
    /// A layer above the level that may be read.
    #[cfg(feature = "sql")]
    #[error("the query reads `{layer}`, whose level is {level}; up to {allowed} may be read")]
    AboveLevel {
        /// The layer.
        layer: String,
        /// Its level.
        level: Level,
        /// What may be read.
        allowed: Level,
    },
    /// A place where no answer is written.
    #[cfg(feature = "sql")]
    #[error("{}: {why}", .path.display())]
    Place {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No layer says by `[validate]` what it is judged by, or not this one.
    #[error("{}", nothing_to_validate(layer.as_deref()))]
    NothingToValidate {
        /// The layer that was named.
        layer: Option<String>,
        /// The one that may be meant.
        nearest: Option<String>,
    },
    /// A layer that its events cannot judge.
    #[error("layer `{layer}` cannot be judged: {why}")]
    NotJudged {
        /// The layer.
        layer: String,
        /// Why.
        why: String,
    },
    /// The audit log cannot be written, so nothing is read.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A file whose ending names no format.
    #[cfg(feature = "sql")]
    #[error("{}: its ending names no format", .path.display())]
    NoFormat {
        /// The file.
        path: PathBuf,
    },
    /// A format that would only upset a terminal.
    #[cfg(feature = "sql")]
    #[error("{format} is no format for a terminal")]
    Binary {
        /// The format.
        format: &'static str,
    },
    /// Statements that cannot be read, or a terminal that does not do its part.
    #[cfg(feature = "sql")]
    #[error("cannot {action}: {error}")]
    Input {
        /// What was tried.
        action: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
    /// A command of the prompt that is not one.
    #[cfg(feature = "sql")]
    #[error("{message}")]
    Command {
        /// What is wrong.
        message: String,
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
        Self::Locate(error)
    }
}

impl CliError {
    /// 1 the data or configuration is wrong, 2 something unexpected, 3 warnings under `--strict`, 130 stopped by a
    /// signal.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Strict { .. }
            | Self::Build(BuildError::Strict { .. })
            | Self::Locate(LocateError::Strict { .. }) => 3,
            Self::Build(BuildError::Interrupted) => INTERRUPTED,
            Self::Output { .. }
            | Self::Locate(LocateError::Output { .. })
            | Self::Mirti(MirtiError::Output(_) | MirtiError::Table { .. })
            | Self::Workspace(WorkspaceError::Unreadable { .. })
            | Self::Template(TemplateError::Io { .. } | TemplateError::DataNotNamed { .. })
            | Self::Demo(DemoError::Write { .. })
            | Self::View(
                ViewError::Io { .. }
                | ViewError::Runs(PublishError::Io { .. })
                | ViewError::Pack(_)
                | ViewError::Port { .. }
                | ViewError::NoPage,
            )
            | Self::Key(KeyError::Io { .. } | KeyError::NoChance) => 2,
            Self::Build(error) if error.is_of_machine() => 2,
            Self::Publish(error) if error.is_of_machine() => 2,
            #[cfg(feature = "sql")]
            Self::Query(failure) if matches!(failure.error, QueryError::Cancelled) => INTERRUPTED,
            Self::Audit(_) => 2,
            #[cfg(feature = "sql")]
            Self::Answer(OutputError::Io { .. } | OutputError::Gdal { .. })
            | Self::Input { .. }
            | Self::Saved(SavedError::Unreadable { .. }) => 2,
            _ => 1,
        }
    }

    /// The problems that it is made of, each in a line with its place; none where its message says it all.
    pub fn problems(&self) -> Vec<String> {
        match self {
            Self::Workspace(WorkspaceError::Invalid(all)) => all.lines().collect(),
            Self::Mirti(MirtiError::Microdata(MicrodataError::Codebook(all))) => {
                all.problems.iter().map(Problem::one_line).collect()
            }
            #[cfg(feature = "sql")]
            Self::Saved(SavedError::Invalid(all)) => all.lines().collect(),
            #[cfg(feature = "sql")]
            Self::Query(failure) => failure.place().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The message as those may hear it who read a log; as it is, where only the person who started the command does.
    pub fn told(&self, audience: Option<&Audience>) -> Told {
        let Some(audience) = audience else {
            return Told { message: self.to_string(), es: None, help: self.advice() };
        };
        match self {
            Self::Build(error) => error.told(audience, Door::Message),
            // They quote what stands in a source whose level is not known here.
            Self::Read(_) | Self::Locate(_) => quiet("a source cannot be read"),
            #[cfg(feature = "sql")]
            Self::Query(_) | Self::Answer(_) => quiet("the query has no answer"),
            error => {
                let help = error.advice().map(|help| redact(&help));
                Told { message: redact(&error.to_string()), es: None, help }
            }
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => error.help().map(|help| help.to_string()),
            Self::Template(error) => error.help().map(|help| help.to_string()),
            Self::Key(error) => error.help().map(|help| help.to_string()),
            Self::Build(error) => error.help(),
            Self::Publish(error) => error.help(),
            Self::TracedBack(error) => Some(error.help()),
            Self::Read(error) => error.help(),
            Self::Locate(error) => error.help(),
            Self::Mirti(error) => error.help(),
            Self::Render(error) => error.help(),
            Self::View(error) => error.help(),
            Self::FolderTaken { .. } => Some("name another folder, or empty this one yourself".to_owned()),
            Self::Strict { .. } => {
                Some("look at the warnings above (--quiet hides them), or leave --strict out".to_owned())
            }
            Self::NoSql => Some("build it with the cargo feature `sql`, which is on by default".to_owned()),
            #[cfg(feature = "sql")]
            Self::Query(failure) => failure.error.help(),
            #[cfg(feature = "sql")]
            Self::Saved(error) => error.help(),
            #[cfg(feature = "sql")]
            Self::Answer(error) => error.help(),
            #[cfg(feature = "sql")]
            Self::AboveLevel { level, .. } => Some(format!(
                "state the level if you may read it: --level {level}; the access is written to the audit log"
            )),
            #[cfg(feature = "sql")]
            Self::Place { .. } => Some("name another file, or one in another folder".to_owned()),
            Self::NothingToValidate { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NotJudged { .. } => {
                Some("choose `until` so that events lie before and after it, near the places that are judged".to_owned())
            }
            Self::NothingToValidate { .. } => Some(
                "state in a layer file, under [validate], the `field`, the layer of `events`, and the year `until` which they make it"
                    .to_owned(),
            ),
            Self::Audit(_) => Some(
                "nothing above the published level is read without it: see that it can be written".to_owned(),
            ),
            #[cfg(feature = "sql")]
            Self::NoFormat { .. } => Some(
                "end it in .csv, .json, .ndjson, .geojson, .parquet, .gpkg or .txt, or state --format"
                    .to_owned(),
            ),
            #[cfg(feature = "sql")]
            Self::Binary { .. } => Some("name a file with --out, or send it to another program".to_owned()),
            #[cfg(feature = "sql")]
            Self::Input { .. } => Some("statements are UTF-8 text, from a terminal or a pipe".to_owned()),
            #[cfg(feature = "sql")]
            Self::Command { .. } => Some("\\? shows the commands".to_owned()),
            Self::Output { .. } => Some("check the free space and that this user may write there".to_owned()),
            Self::Ficha(error) => error.help(),
            Self::Compare(error) => error.help(),
            Self::Classes(error) => error.help(),
            // Its messages say it.
            Self::Demo(_) => None,
        }
    }
}

fn nothing_to_validate(layer: Option<&str>) -> String {
    match layer {
        Some(layer) => format!("layer `{layer}` has no [validate], or there is no such layer"),
        None => "no layer of the workspace has [validate]".to_owned(),
    }
}

fn quiet(message: &str) -> Told {
    let help = "run it at a terminal, or without --log: then the message says what and where";
    Told { message: message.to_owned(), es: None, help: Some(help.to_owned()) }
}

impl Diagnostic for CliError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.advice().map(|advice| Box::new(advice) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        match self {
            Self::Workspace(error) => error.source_code(),
            #[cfg(feature = "sql")]
            Self::Query(failure) => failure.source_code(),
            _ => None,
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        match self {
            Self::Workspace(error) => error.labels(),
            #[cfg(feature = "sql")]
            Self::Query(failure) => {
                failure.label().map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = _>>)
            }
            _ => None,
        }
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self {
            Self::Workspace(error) => error.related(),
            Self::Mirti(MirtiError::Microdata(MicrodataError::Codebook(problems))) => problems.related(),
            #[cfg(feature = "sql")]
            Self::Saved(SavedError::Invalid(problems)) => problems.related(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;
    use corredor::layer::write::WriteError;

    #[test]
    fn what_is_the_machines_fault_is_two_wherever_it_is_met() {
        let full = || Error::from(ErrorKind::StorageFull);
        let write = |error| BuildError::Publish(PublishError::Write { layer: "a".into(), error });
        let gdal = WriteError::Gdal { path: "a.gpkg".into(), reason: "database or disk is full".into() };
        assert!(
            PublishError::Write {
                layer: "a".into(),
                error: WriteError::Gdal { path: "a.gpkg".into(), reason: "database or disk is full".into() }
            }
            .is_disk_full()
        );
        let history = PublishError::History { path: "h".into(), backup: None, error: full() };
        for error in [
            write(WriteError::Io(full())),
            write(gdal),
            BuildError::Publish(history),
            BuildError::Publish(PublishError::Io {
                path: "a".into(),
                action: "cannot be made",
                error: full(),
            }),
            BuildError::Io { path: "a".into(), error: full() },
            BuildError::Read { layer: "a".into(), error: ReadError::Io { file: "a".into(), error: full() } },
            BuildError::Overdue { minutes: 1.0 },
        ] {
            assert_eq!(CliError::Build(error).exit_code(), 2);
        }
        let data = write(WriteError::NoGeometry { layer: "a".into() });
        assert_eq!(CliError::Build(data).exit_code(), 1);
    }
}
