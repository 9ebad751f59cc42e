//! One thing that is wrong in a file, with its place in the file.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// Whether a problem stops the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The workspace cannot be built.
    Error,
    /// It can; `--strict` refuses it.
    Warning,
}

/// A file of the workspace as problems quote it: its name relative to the workspace, and its text.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    /// Path relative to the workspace, with forward slashes.
    pub(crate) path: PathBuf,
    text: Arc<str>,
    /// What is quoted: the same text, without secrets and signs that a terminal obeys.
    named: NamedSource<Arc<str>>,
}

impl SourceFile {
    /// A file with its text; `path` relative to the workspace.
    pub(crate) fn new(path: &Path, text: Arc<str>) -> Self {
        let name = path.to_string_lossy().replace('\\', "/");
        // Problems quote the lines around them.
        let quoted: Arc<str> = crate::text::starred(&text).map_or_else(|| Arc::clone(&text), Arc::from);
        let quoted = crate::text::in_place(&quoted).map_or(quoted, Arc::from);
        let named = NamedSource::new(&name, quoted).with_language("toml");
        Self { path: PathBuf::from(name), text, named }
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The same file with stars in place of `secret` inside `span`; of the whole span where it is written otherwise.
    fn without(&self, span: Range<usize>, secret: &str) -> Arc<Self> {
        let text = self.named.inner();
        let stated = text.get(span.clone()).unwrap_or_default();
        let starred = match stated.contains(secret) {
            true => stated.replace(secret, &"*".repeat(secret.len())),
            false => "*".repeat(stated.len()),
        };
        let mut text = text.to_string();
        if !stated.is_empty() {
            text.replace_range(span, &starred);
        }
        Arc::new(Self::new(&self.path, text.into()))
    }

    /// An error at `span`.
    pub(crate) fn error(self: &Arc<Self>, span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(self, span, message.into(), Severity::Error)
    }

    /// A warning at `span`.
    pub(crate) fn warning(self: &Arc<Self>, span: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::new(self, span, message.into(), Severity::Warning)
    }
}

/// One thing that is wrong, where, and what to do about it.
///
/// Displays as its message; [`Problem::one_line`] adds the place and the advice, and as a
/// [`Diagnostic`] it quotes the file.
#[derive(Clone, Debug)]
pub struct Problem {
    /// File, relative to the workspace.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the file that it is about.
    pub span: Range<usize>,
    /// What is wrong, with the value at fault.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether it stops the build.
    pub severity: Severity,
    /// A secret inside the span, which no problem of the file may quote.
    secret: Option<String>,
    /// What is wrong with the source of the layer, where it is that and not the file.
    pub(crate) source_fault: Option<&'static str>,
    source: Arc<SourceFile>,
}

impl Problem {
    fn new(source: &Arc<SourceFile>, span: Range<usize>, message: String, severity: Severity) -> Self {
        let text = source.text();
        let start = boundary(text, span.start);
        let end = boundary(text, span.end).max(start);
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self {
            file: source.path.clone(),
            line,
            column,
            span: start..end,
            message: flatten(&message),
            help: None,
            severity,
            secret: None,
            source_fault: None,
            source: Arc::clone(source),
        }
    }

    /// `file:line:column: message; help`, with `warning: ` before the message of a warning.
    pub fn one_line(&self) -> String {
        let warning = if self.severity == Severity::Warning { "warning: " } else { "" };
        let help = self.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let Self { line, column, message, .. } = self;
        format!("{}:{line}:{column}: {warning}{message}{help}", self.file.display())
    }

    /// The problem with advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(flatten(&help.into()));
        self
    }

    /// The problem as one of the source that a layer is read from.
    pub(crate) fn of_source(mut self, fault: &'static str) -> Self {
        self.source_fault = Some(fault);
        self
    }

    /// The problem of a secret: wherever the file is quoted, stars stand in its place.
    pub(crate) fn secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// The problem with `source` to quote from, in whose text everything stands in the same place.
    pub(crate) fn quoting(self, source: &Arc<SourceFile>) -> Self {
        let Self { span, message, help, severity, source_fault, .. } = self;
        Self { help, source_fault, ..Self::new(source, span, message, severity) }
    }

    /// The problem with advice, where there is some.
    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Order of report: by file, then by place, then by text, so that it never depends on the
    /// order in which checks ran.
    fn rank(&self) -> (&Path, usize, usize, &str, Option<&str>) {
        (&self.file, self.span.start, self.span.end, &self.message, self.help.as_deref())
    }
}

/// Sorts problems by file and place, and drops exact repeats.
pub(crate) fn sort(problems: &mut Vec<Problem>) {
    problems.sort_by(|a, b| a.rank().cmp(&b.rank()));
    problems.dedup_by(|a, b| a.rank() == b.rank());
    hide_secrets(problems);
}

/// Problems quote the lines around them, so a secret is hidden from all problems of its file.
fn hide_secrets(problems: &mut [Problem]) {
    let secrets: Vec<(PathBuf, Range<usize>, String)> = problems
        .iter()
        .filter_map(|problem| Some((problem.file.clone(), problem.span.clone(), problem.secret.clone()?)))
        .collect();
    for (file, span, secret) in secrets {
        for problem in problems.iter_mut().filter(|problem| problem.file == file) {
            problem.source = problem.source.without(span.clone(), &secret);
        }
    }
}

/// Values quoted in messages may hold line breaks, and control characters that a terminal obeys.
fn flatten(text: &str) -> String {
    crate::text::one_line(text)
}

/// The nearest character boundary at or before `at`, within the text.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source.named)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(
            Some("here".to_owned()),
            self.span.clone(),
        ))))
    }
}
