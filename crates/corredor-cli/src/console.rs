//! What a person or a program sees: results on stdout, the rest on stderr.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};
use miette::Diagnostic;
use serde::Serialize;
use serde_json::json;

use super::CliError;
use super::log::{Log, coloured};
use super::options::Global;
use corredor::build::{Audience, LayerReport, Note, Observer, finding_told};
use corredor::lang::Lang;
use corredor::layer::{Finding, Severity};
use corredor::protect::Door;
use corredor::text::{json as json_text, shown};
use corredor::workspace::Plan;

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
    /// Takes the place of all other text on stderr where it was asked for.
    pub log: Log,
    /// Whether its command builds: what it says may be kept by whatever started it.
    building: bool,
    /// What those may hear who read what is kept of stderr.
    audience: OnceLock<Audience>,
}

impl Console {
    /// Sets up messages for this process; `building` says that its command builds.
    pub fn new(options: &Global, lang: Lang, building: bool) -> Self {
        let Global { json, quiet, verbose, log, .. } = *options;
        Self {
            json,
            quiet,
            verbose,
            lang,
            log: Log::start(log, quiet, verbose, building),
            building,
            audience: OnceLock::new(),
        }
    }

    /// Names the layers of which those may hear who read a log.
    pub fn speak_of(&self, plan: &Plan) {
        let _ = self.audience.set(Audience::of(plan));
    }

    /// Who hears what is said on stderr, where that is not only the person who started the command: a log or lines for a
    /// program that do not go to a terminal, or the journal of the system.
    fn audience(&self) -> Option<&Audience> {
        let asked = self.log.is_asked_for() || self.json && self.building;
        let kept = asked && !io::stderr().is_terminal() || self.log.is_journal();
        kept.then(|| self.audience.get_or_init(Audience::default))
    }

    /// Who hears a result for a program on stdout, where that is no terminal.
    pub fn reader(&self) -> Option<&Audience> {
        (!io::stdout().is_terminal()).then(|| self.audience.get_or_init(Audience::default))
    }

    /// Whether progress may be drawn on stderr.
    pub fn draws(&self) -> bool {
        io::stderr().is_terminal() && !self.quiet && !self.json && !self.log.is_asked_for()
    }

    /// A result for a person, or nothing where JSON was asked for.
    pub fn result(&self, text: &str) -> Result<(), CliError> {
        write(&mut io::stdout().lock(), &shown(text))
    }

    /// A result for a program.
    pub fn result_json(&self, value: &impl Serialize) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| CliError::Output { what: "stdout".to_owned(), error: error.into() })?;
        write(&mut io::stdout().lock(), &json_text(&text))
    }

    /// A line on the way; not with `--quiet`.
    pub fn note(&self, text: &str) {
        self.log.note(text);
        self.line(text);
    }

    /// Something to look at; not with `--quiet`.
    pub fn warning(&self, text: &str) {
        self.log.warning(text);
        self.line(text);
    }

    /// A line for a person, of what the log has in fields.
    pub fn line(&self, text: &str) {
        if !self.quiet && !self.json && !self.log.is_asked_for() {
            let _ = writeln!(io::stderr(), "{}", shown(text));
        }
    }

    /// An event for a program; not with `--quiet`.
    pub fn event(&self, value: &serde_json::Value) {
        if !self.quiet && self.json && !self.log.is_asked_for() {
            let _ = writeln!(io::stderr(), "{}", json_text(&value.to_string()));
        }
    }

    /// The error that ends the program.
    pub fn tell_error(&self, error: &CliError) {
        let told = error.told(self.audience());
        self.log.error(error, &told);
        if self.log.is_asked_for() {
            return;
        }
        if self.json {
            let line = json!({"event": "error", "message": told.message, "help": told.help, "problems": error.problems(), "exit_code": error.exit_code()});
            let _ = writeln!(io::stderr(), "{}", json_text(&line.to_string()));
            return;
        }
        if self.audience().is_some() {
            let help = told.help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            let _ = writeln!(io::stderr(), "{}", shown(&format!("error: {}{help}", told.message)));
            return;
        }
        let theme = match coloured() {
            true => miette::GraphicalTheme::unicode(),
            false => miette::GraphicalTheme::unicode_nocolor(),
        };
        let mut text = String::new();
        // In a log a message is one line, so that its paths can be searched for and copied.
        let handler = miette::GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_break_words(false)
            .with_wrap_lines(io::stderr().is_terminal());
        match handler.render_report(&mut text, &Shown(error)) {
            Ok(()) => drop(write!(io::stderr(), "{text}")),
            Err(_) => drop(writeln!(io::stderr(), "{}", shown(&format!("error: {error}")))),
        }
    }

    /// Findings of a layer: warnings always, the rest with `-v`.
    pub fn findings(&self, layer: &str, findings: &[Finding]) {
        for finding in findings {
            let warning = finding.severity() == Severity::Warning;
            if warning || self.verbose > 0 {
                let text = match self.audience() {
                    Some(audience) => finding_told(finding, layer, audience, Door::Log, self.lang),
                    None => finding.text(self.lang),
                };
                self.log.finding(layer, finding, &text);
                let word = match warning {
                    true => self.lang.pick("aviso", "warning"),
                    false => self.lang.pick("nota", "note"),
                };
                self.line(&format!("  {word}: {layer}: {text}"));
            }
        }
    }
}

/// An error whose texts no terminal obeys; what it quotes of files has none such.
#[derive(Debug)]
struct Shown<'a>(&'a CliError);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.0.to_string()))
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = shown(&self.0.help()?.to_string()).into_owned();
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.0.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.0.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.0.related()
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
    /// Whether warnings end the build, so that those of layers that are reused are told again.
    strict: bool,
}

impl<'a> Progress<'a> {
    /// A bar where stderr is a terminal.
    pub fn new(console: &'a Console) -> Self {
        let bar = console.draws().then(|| {
            let bar = ProgressBar::new(1);
            let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
            bar
        });
        Self { console, bar, strict: false }
    }

    /// The same for a build that warnings end.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
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
        self.console.log.begin(layer, step, number, total);
        self.console
            .event(&json!({"event": "begin", "layer": layer, "step": step, "number": number, "of": total}));
    }

    fn done(&mut self, report: &LayerReport) {
        let audience = self.console.audience();
        let heard = audience.is_none_or(|audience| audience.hears(Door::Log, &report.layer));
        self.console.log.done(report, heard);
        self.say(|| {
            let LayerReport { layer, step, features, seconds, .. } = report;
            let word = self.console.lang.pick("elementos", "features");
            let line = format!("{layer:<16} {step:<9} {features:>8} {word}");
            if report.reused {
                // What was found then was told then.
                let kept = self.console.lang.pick("sin cambio", "unchanged");
                self.console.line(&format!("{line} {kept:>10}"));
                if self.strict {
                    self.console.findings(layer, &report.findings);
                }
                return;
            }
            self.console.line(&format!("{line} {seconds:>8.2} s"));
            self.console.findings(layer, &report.findings);
        });
        let mut event = match audience {
            Some(audience) => report.told(audience, Door::Log),
            None => json!(report),
        };
        event["event"] = json!("done");
        self.console.event(&event);
    }

    fn note(&mut self, note: &Note) {
        let told = |lang| match self.console.audience() {
            Some(audience) => note.told(audience, Door::Log, lang),
            None => note.words(lang).to_owned(),
        };
        let lang = self.console.lang;
        self.console.log.build_note(note, &told(lang));
        self.say(|| {
            let word = self.console.lang.pick("nota", "note");
            self.console.line(&format!("{word}: {}", note.said(&told(lang), lang)));
        });
        let [es, en] = [Lang::Es, Lang::En].map(|lang| note.said(&told(lang), lang));
        self.console.event(&json!({"event": "note", "es": es, "en": en}));
    }

    fn publishing(&mut self, layers: usize) {
        if let Some(bar) = &self.bar {
            bar.set_position(bar.length().unwrap_or(1).saturating_sub(1));
            bar.set_message(self.console.lang.pick("publicando", "publishing"));
        }
        self.console.log.publishing(layers);
        self.console.event(&json!({"event": "publishing", "layers": layers}));
    }
}
