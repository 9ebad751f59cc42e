//! What a person or a program sees: results on stdout, the rest on stderr.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use super::CliError;
use crate::build::{LayerReport, Observer};
use crate::lang::Lang;
use crate::layer::{Finding, Severity};
use crate::workspace::WorkspaceError;

/// How to talk.
#[derive(Debug)]
pub struct Console {
    /// Results as JSON, events as JSON lines.
    pub json: bool,
    /// Only errors.
    pub quiet: bool,
    /// How much more to say.
    pub verbose: u8,
    /// Language of summaries.
    pub lang: Lang,
}

impl Console {
    /// Sets up messages for this process.
    pub fn new(json: bool, quiet: bool, verbose: u8, lang: Lang) -> Self {
        let level = match verbose {
            0 => tracing::Level::ERROR,
            1 => tracing::Level::INFO,
            _ => tracing::Level::DEBUG,
        };
        // GDAL's own errors become ours; they are shown as such only on request.
        if verbose > 0 {
            let colour = io::stderr().is_terminal();
            tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_ansi(colour).init();
        }
        Self { json, quiet, verbose, lang }
    }

    /// A result for a person, or nothing where JSON was asked for.
    pub fn result(&self, text: &str) -> Result<(), CliError> {
        write(&mut io::stdout().lock(), text)
    }

    /// A result for a program.
    pub fn result_json(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| CliError::Output { what: "stdout".to_owned(), error: error.into() })?;
        write(&mut io::stdout().lock(), &text)
    }

    /// A line on the way; not with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// An event for a program; not with `--quiet`.
    pub fn event(&self, value: &serde_json::Value) {
        if !self.quiet && self.json {
            let _ = writeln!(io::stderr(), "{value}");
        }
    }

    /// The error that ends the program.
    pub fn tell_error(&self, error: &CliError) {
        if self.json {
            let problems = match error {
                CliError::Workspace(WorkspaceError::Invalid(all)) => all.lines().collect(),
                #[cfg(feature = "sql")]
                CliError::Saved(crate::query::saved::SavedError::Invalid(all)) => all.lines().collect(),
                #[cfg(feature = "sql")]
                CliError::Query(failure) => failure.place().into_iter().collect(),
                _ => Vec::new(),
            };
            let line = json!({"event": "error", "message": error.to_string(), "help": error.advice(),
                "problems": problems, "exit_code": error.exit_code()});
            let _ = writeln!(io::stderr(), "{line}");
            return;
        }
        let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let theme = match colour {
            true => miette::GraphicalTheme::unicode(),
            false => miette::GraphicalTheme::unicode_nocolor(),
        };
        let mut text = String::new();
        // In a log a message is one line, so that its paths can be searched for and copied.
        let handler = miette::GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_break_words(false)
            .with_wrap_lines(io::stderr().is_terminal());
        match handler.render_report(&mut text, error) {
            Ok(()) => drop(write!(io::stderr(), "{text}")),
            Err(_) => drop(writeln!(io::stderr(), "error: {error}")),
        }
    }

    /// Findings of a layer: warnings always, the rest with `-v`.
    pub fn findings(&self, layer: &str, findings: &[Finding]) {
        for finding in findings {
            let warning = finding.severity() == Severity::Warning;
            if warning || self.verbose > 0 {
                let word = match (warning, self.lang) {
                    (true, Lang::Es) => "aviso",
                    (true, Lang::En) => "warning",
                    (false, _) => "nota",
                };
                let word = if word == "nota" { self.lang.pick("nota", "note") } else { word };
                self.note(&format!("  {word}: {layer}: {}", finding.text(self.lang)));
            }
        }
    }
}

fn write(out: &mut impl Write, text: &str) -> Result<(), CliError> {
    match writeln!(out, "{}", text.trim_end_matches('\n')) {
        // A reader that has seen enough (`| head`) is no error.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| CliError::Output { what: "stdout".to_owned(), error }),
    }
}

/// Shows a build: a progress bar on a terminal, a line a layer otherwise, JSON lines on request.
#[derive(Debug)]
pub struct Progress<'a> {
    console: &'a Console,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// A bar where stderr is a terminal.
    pub fn new(console: &'a Console) -> Self {
        let bar = (io::stderr().is_terminal() && !console.quiet && !console.json).then(|| {
            let bar = ProgressBar::new(1);
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
            bar
        });
        Self { console, bar }
    }

    fn say(&self, text: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(text),
            None => text(),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress<'_> {
    fn begin(&mut self, layer: &str, step: &str, number: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_length(total as u64 + 1);
            bar.set_position(number as u64 - 1);
            bar.set_message(format!("{layer} [{step}]"));
        }
        self.console
            .event(&json!({"event": "begin", "layer": layer, "step": step, "number": number, "of": total}));
    }

    fn done(&mut self, report: &LayerReport) {
        self.say(|| {
            let LayerReport { layer, step, features, seconds, .. } = report;
            let word = self.console.lang.pick("elementos", "features");
            self.console.note(&format!("{layer:<16} {step:<9} {features:>8} {word} {seconds:>8.2} s"));
            self.console.findings(layer, &report.findings);
        });
        let mut event = json!(report);
        event["event"] = json!("done");
        self.console.event(&event);
    }

    fn publishing(&mut self, layers: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(bar.length().unwrap_or(1).saturating_sub(1));
            bar.set_message(self.console.lang.pick("publicando", "publishing"));
        }
        self.console.event(&json!({"event": "publishing", "layers": layers}));
    }
}
