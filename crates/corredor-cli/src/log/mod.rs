//! The log of a command by `tracing`: on stderr, with time stamps in UTC, as lines for a person or as JSON lines.
//!
//! Nothing is written to files, so there is nothing to rotate: the journal of systemd, or who started the command, keeps it.

mod json;

use std::io::{self, IsTerminal};

use clap::ValueEnum;
use tracing::{Level, Metadata, event};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Layer, Registry, fmt};

use json::JsonLines;

use super::CliError;
use corredor::build::{LayerReport, Note, Outcome, Told};
use corredor::layer::{Finding, Severity};
use corredor::text::one_line;

/// Target of what a build says.
const BUILD: &str = "corredor::build";
/// Target of what the other commands say.
const COMMAND: &str = "corredor";

/// A form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Lines for a person
    Human,
    /// A JSON object a line
    Json,
    /// Nothing, not even errors: the exit code tells
    Off,
}

/// An event of the running command; the target of an event is fixed where it stands, so it stands twice.
macro_rules! tell {
    ($log:expr, $level:expr, $($fields:tt)+) => {
        match $log.building {
            true => event!(target: BUILD, $level, $($fields)+),
            false => event!(target: COMMAND, $level, $($fields)+),
        }
    };
}

/// What a command writes into the log. Where no form was asked for, people are told by the console instead.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    form: Option<Form>,
    building: bool,
}

impl Log {
    /// Sets up the log of this process; `building` names the command as one that builds.
    pub fn start(form: Option<Form>, quiet: bool, verbose: u8, building: bool) -> Self {
        let level = match (quiet, verbose) {
            (true, _) => LevelFilter::ERROR,
            (false, 0 | 1) => LevelFilter::INFO,
            (false, _) => LevelFilter::DEBUG,
        };
        let lines = fmt::layer().with_writer(io::stderr).with_ansi(coloured());
        let layer: Option<Box<dyn Layer<Registry> + Send + Sync>> = match form {
            Some(Form::Human) => Some(lines.boxed()),
            Some(Form::Json) => Some(lines.event_format(JsonLines).boxed()),
            Some(Form::Off) => None,
            // What Corredor itself says is told by the console; -v adds what libraries say.
            None => (verbose > 0).then(|| lines.with_filter(filter_fn(of_libraries)).boxed()),
        };
        if let Some(layer) = layer {
            tracing_subscriber::registry().with(layer).with(level).init();
        }
        Self { form, building }
    }

    /// Whether the log takes the place of what the console says on stderr.
    pub fn is_asked_for(&self) -> bool {
        self.form.is_some()
    }

    /// Whether stderr is the journal of the system: others read it.
    pub fn is_journal(&self) -> bool {
        use std::os::unix::fs::MetadataExt;
        // `DEVICE:INODE` of what the service was started with; it may have been redirected since.
        let started = std::env::var("JOURNAL_STREAM").unwrap_or_default();
        let now = std::fs::metadata("/proc/self/fd/2");
        !started.is_empty() && now.is_ok_and(|now| started == format!("{}:{}", now.dev(), now.ino()))
    }

    /// A line on the way.
    pub fn note(&self, text: &str) {
        tell!(self, Level::INFO, "{}", one_line(text));
    }

    /// Something to look at.
    pub fn warning(&self, text: &str) {
        tell!(self, Level::WARN, "{}", one_line(text));
    }

    /// What was noticed about a layer.
    pub fn finding(&self, layer: &str, finding: &Finding, text: &str) {
        match finding.severity() {
            Severity::Warning => tell!(self, Level::WARN, layer, "{}", one_line(text)),
            Severity::Info => tell!(self, Level::INFO, layer, "{}", one_line(text)),
        }
    }

    /// The error that ends the program, after the problems that it is made of.
    pub fn error(&self, error: &CliError, told: &Told) {
        for problem in error.problems() {
            tell!(self, Level::ERROR, "{}", one_line(&problem));
        }
        let (help, exit_code) = (told.help.as_deref().map(one_line), error.exit_code());
        tell!(self, Level::ERROR, help, exit_code, "{}", one_line(&told.message));
    }

    /// A layer's step begins; `number` of `of`, from 1.
    pub fn begin(&self, layer: &str, step: &str, number: usize, of: usize) {
        event!(target: BUILD, Level::INFO, layer, step, number, of, "begin");
    }

    /// A layer stands; its features are counted where all may hear of them.
    pub fn done(&self, report: &LayerReport, heard: bool) {
        let LayerReport { layer, step, features, seconds, reused, .. } = report;
        let (layer, seconds) = (layer.as_str(), milliseconds(*seconds));
        let features = heard.then_some(*features);
        event!(target: BUILD, Level::INFO, layer, step, features, seconds, reused, "done");
    }

    /// Something that is no fault of the data.
    pub fn build_note(&self, note: &Note, words: &str) {
        match note.warning {
            true => event!(target: BUILD, Level::WARN, "{}", one_line(words)),
            false => event!(target: BUILD, Level::INFO, "{}", one_line(words)),
        }
    }

    /// Publication begins.
    pub fn publishing(&self, layers: usize) {
        event!(target: BUILD, Level::INFO, layers, "publishing");
    }

    /// How a build ended that came to its end.
    pub fn outcome(&self, outcome: &Outcome) {
        let (layers, warnings, seconds) =
            (outcome.layers.len(), outcome.warnings(), milliseconds(outcome.seconds));
        let run = outcome.withdrawn.as_deref().or(outcome.run.as_deref());
        if outcome.unchanged {
            let word = if outcome.withdrawn.is_some() { "withdrawn" } else { "unchanged" };
            return event!(target: BUILD, Level::INFO, run, seconds, "{word}");
        }
        if run.is_none() {
            return event!(target: BUILD, Level::INFO, layers, warnings, seconds, "built, nothing published");
        }
        let publish_seconds = milliseconds(outcome.publish_seconds);
        let hotspots = outcome.diff.as_ref().and_then(|diff| diff.hotspots.as_ref());
        let hotspots_entered = hotspots.map(|hot| hot.entered.len());
        let hotspots_left = hotspots.map(|hot| hot.left.len());
        event!(target: BUILD, Level::INFO, run, layers, warnings, hotspots_entered, hotspots_left, seconds,
            publish_seconds, "published");
    }
}

/// Whether stderr may be coloured.
pub fn coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn of_libraries(metadata: &Metadata<'_>) -> bool {
    ![BUILD, COMMAND].contains(&metadata.target())
}

fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
