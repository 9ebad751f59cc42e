//! Where queries are asked and answered: one query from its text to its last row.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::{QueryArgs, QueryFailure, place};
use crate::CliError;
use crate::console::Console;
use crate::exit_code::INTERRUPTED;
use corredor::lang::Lang;
use corredor::protect::{Door, sight};
use corredor::query::audit::{self, Access, Entry};
use corredor::query::saved::{SavedError, SavedQuery, Value};
use corredor::workspace::config::Level;
use corredor::workspace::{Workspace, WorkspaceError, did_you_mean};
use corredor_sql::output::{Destination, Format, Look, OutputError, Writer, fields};
use corredor_sql::{LayerUse, QueryError, ScalarValue, Session, SessionOptions};

/// A query with its values.
pub(super) struct Query {
    /// What messages call its text.
    pub name: String,
    /// The text.
    pub sql: String,
    /// Its values.
    pub values: Vec<(String, Value)>,
    /// The saved query that it is.
    pub saved: Option<String>,
}

impl Query {
    /// SQL that somebody typed.
    pub fn of_text(sql: &str) -> Self {
        Self { name: "SQL".to_owned(), sql: sql.to_owned(), values: Vec::new(), saved: None }
    }
}

/// Where queries are asked and answered.
pub(super) struct Desk<'a> {
    pub session: Session,
    pub console: &'a Console,
    workspace: Option<Workspace>,
    /// What is read without being written down.
    free: Level,
    /// The level of who asks.
    viewer: Level,
    format: Format,
    destination: Destination,
    /// Whether the time of each query is told.
    pub timing: AtomicBool,
}

impl<'a> Desk<'a> {
    pub(super) fn open(args: &QueryArgs, folder: &Path, console: &'a Console) -> Result<Self, CliError> {
        let destination = args.out.clone().map_or(Destination::Stdout, Destination::File);
        let format = format(args, &destination, console)?;
        let stated = args.level.map(crate::level::LevelArg::level);
        let workspace = match Workspace::find(folder) {
            Ok(root) => Some(Workspace::open(&root)?),
            // Files can be asked without a workspace; one that was named must be there.
            Err(WorkspaceError::NotFound { .. }) if folder == Path::new(".") => None,
            Err(error) => return Err(error.into()),
        };
        // What anybody may read; less where somebody asks for others, who may read less.
        let published = workspace.as_ref().map_or(Level::Strict, corredor_sql::lowest_level);
        let viewer = stated.unwrap_or(published);
        let free = if sight(Door::SqlLayer, viewer, published).is_whole() { published } else { viewer };
        let options = SessionOptions {
            workspace: workspace.as_ref().map(|workspace| workspace.root().to_owned()),
            allow_paths: args.allow_path.clone(),
            memory_limit_bytes: args.memory,
            timeout: args.timeout,
            level: workspace.as_ref().map(|_| free),
            viewer: workspace.as_ref().map(|_| viewer),
            build: !args.no_build,
        };
        let session = Session::open(options).map_err(|error| failed(error, "SQL", ""))?;
        if let (Some(workspace), Destination::File(path)) = (&workspace, &destination) {
            place::check(workspace, &session, path)?;
        }
        Ok(Self {
            session,
            console,
            workspace,
            free,
            viewer,
            format,
            destination,
            timing: AtomicBool::new(true),
        })
    }

    /// Ctrl-C stops the query; a second one the process.
    pub(super) fn listen_for_interrupts(&self) -> Result<(), CliError> {
        let handle = self.session.cancel_handle();
        let failed = |error| CliError::Input { action: "listen for Ctrl-C", error };
        let mut signals =
            signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT]).map_err(failed)?;
        std::thread::spawn(move || {
            let mut last: Option<Instant> = None;
            for _ in signals.forever() {
                handle.cancel();
                if last.is_some_and(|last| last.elapsed() < IMPATIENCE) {
                    std::process::exit(i32::from(INTERRUPTED));
                }
                last = Some(Instant::now());
            }
        });
        Ok(())
    }

    /// A saved query with its values, if the workspace has its layers.
    pub(super) fn saved(&self, query: &SavedQuery, stated: &[(String, String)]) -> Result<Query, CliError> {
        if let Some(workspace) = &self.workspace
            && let Some(layer) = query.layers.iter().find(|layer| workspace.plan().get(layer).is_none())
        {
            let layers = workspace.plan().layers().iter().map(|layer| layer.name.as_str());
            return Err(CliError::Saved(SavedError::NoLayer {
                query: query.name.clone(),
                layer: layer.clone(),
                help: did_you_mean(layer, layers, "the layers are"),
            }));
        }
        Ok(Query {
            name: format!("{}.sql", query.name),
            sql: query.sql.clone(),
            values: query.values(stated)?,
            saved: Some(query.name.clone()),
        })
    }

    /// Whether layers of a level may be read without being written down.
    pub fn may_read(&self, level: Level) -> bool {
        self.workspace.is_none() || sight(Door::SqlLayer, self.free, level).is_whole()
    }

    /// Asks a query and writes its answer.
    pub fn ask(&self, query: &Query) -> Result<(), CliError> {
        let start = Instant::now();
        let values: Vec<(String, ScalarValue)> =
            query.values.iter().map(|(name, value)| (name.clone(), scalar(value))).collect();
        let entry = self.gate(query, &values)?;
        let mut rows = 0;
        // What is above the published level is for nobody else to read where it is written to.
        let destination = match (&self.destination, &entry) {
            (Destination::File(path), Some(_)) => Destination::Private(path.clone()),
            (destination, _) => destination.clone(),
        };
        let whole = self.answer(query, &values, &destination, &mut rows);
        self.tell_noticed();
        if let Some(entry) = entry {
            entry.close(rows, matches!(whole, Ok(true)))?;
        }
        whole?;
        self.tell(rows, start);
        Ok(())
    }

    /// The columns that a query's answer would have, each with a word for what it holds.
    pub fn fields(&self, query: &Query) -> Result<Vec<(String, &'static str)>, CliError> {
        if let Some(entry) = self.gate(query, &[])? {
            entry.close(0, true)?;
        }
        let answer = self.session.run(&query.sql, &[]);
        let answer = answer.map_err(|error| failed(error, &query.name, &query.sql))?;
        Ok(fields(answer.schema())?)
    }

    /// Runs a query and writes its rows, counting them; `false` where the reader of a pipe had seen enough.
    fn answer(
        &self,
        query: &Query,
        values: &[(String, ScalarValue)],
        destination: &Destination,
        rows: &mut u64,
    ) -> Result<bool, CliError> {
        let failed = |error| failed(error, &query.name, &query.sql);
        let answer = self.session.run(&query.sql, values).map_err(failed)?;
        let mut writer = Writer::begin(self.format, destination, answer.schema(), self.look())?;
        for batch in answer {
            let batch = batch.map_err(failed)?;
            match writer.write(&batch) {
                Err(error) if error.is_closed_pipe() => return Ok(false),
                written => written?,
            }
            *rows += batch.num_rows() as u64;
        }
        match writer.finish() {
            Err(error) if error.is_closed_pipe() => Ok(false),
            finished => Ok(finished.map(|_| true)?),
        }
    }

    /// Refuses layers above what may be read; writes down those that only `--level` opens.
    fn gate(&self, query: &Query, values: &[(String, ScalarValue)]) -> Result<Option<Entry>, CliError> {
        let Some(workspace) = &self.workspace else { return Ok(None) };
        let uses =
            self.session.names(&query.sql, values).map_err(|error| failed(error, &query.name, &query.sql))?;
        let above: Vec<(LayerUse, Level)> = uses
            .into_iter()
            .filter_map(|used| used.level.filter(|level| !self.may_read(*level)).map(|level| (used, level)))
            .collect();
        let allowed = self.viewer;
        let refused = |level: Level| sight(Door::SqlLayer, allowed, level).is_withheld();
        if let Some((used, level)) = above.iter().find(|(_, level)| refused(*level)) {
            let (layer, level) = (used.name.clone(), *level);
            return Err(CliError::AboveLevel { layer, level, allowed });
        }
        if above.is_empty() {
            self.session.permit([]);
            return Ok(None);
        }
        let parameters: Vec<(String, String)> =
            query.values.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let layers: Vec<(String, Option<String>, Level)> =
            above.iter().map(|(used, level)| (used.name.clone(), used.run.clone(), *level)).collect();
        let access = Access {
            layers: &layers,
            level: allowed,
            command: None,
            query: query.saved.as_deref(),
            sql: &query.sql,
            parameters: &parameters,
        };
        let entry = audit::record(workspace.root(), &access)?;
        self.session.permit(above.into_iter().map(|(used, _)| used));
        Ok(Some(entry))
    }

    fn look(&self) -> Look {
        let to_terminal = matches!(self.destination, Destination::Stdout) && io::stdout().is_terminal();
        let size = to_terminal.then(|| console::Term::stdout().size_checked()).flatten();
        Look { width: size.map(|(_, columns)| columns), lang: self.console.lang }
    }

    /// Tells what was noticed in files that were read for the first time: fewer rows than a file has are no surprise then.
    fn tell_noticed(&self) {
        for (file, finding) in self.session.take_noticed() {
            self.console.findings(&file, &[finding]);
        }
    }

    fn tell(&self, rows: u64, start: Instant) {
        let word = match (rows, self.console.lang) {
            (1, Lang::Es) => "fila",
            (_, Lang::Es) => "filas",
            (1, Lang::En) => "row",
            (_, Lang::En) => "rows",
        };
        let time = match self.timing.load(Ordering::Relaxed) {
            true => format!("; {:.3} s", start.elapsed().as_secs_f64()),
            false => String::new(),
        };
        self.console.note(&format!("{rows} {word}{time}"));
    }
}

/// Two interrupts within this time end the process, not only the query.
const IMPATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// An error with the text that it is about.
pub(super) fn failed(error: QueryError, name: &str, sql: &str) -> CliError {
    CliError::Query(Box::new(QueryFailure::new(error, name, sql)))
}

/// The format that is asked for, or that goes without saying.
fn format(args: &QueryArgs, destination: &Destination, console: &Console) -> Result<Format, CliError> {
    let stated = args.format.map(super::FormatArg::format);
    match destination {
        Destination::File(path) | Destination::Private(path) => {
            match stated.or_else(|| Format::of_file(path)) {
                Some(format) => Ok(format),
                None => Err(CliError::NoFormat { path: PathBuf::clone(path) }),
            }
        }
        Destination::Stdout => {
            let terminal = io::stdout().is_terminal();
            let format = stated.unwrap_or(match (console.json, terminal) {
                (true, _) => Format::Json,
                (false, true) => Format::Table,
                (false, false) => Format::Csv,
            });
            match format.is_binary() && terminal {
                true => Err(CliError::Binary { format: format.name() }),
                false => Ok(format),
            }
        }
    }
}

/// A value as the planner takes it.
fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::Text(text) | Value::Run(text) => ScalarValue::from(text.as_str()),
        Value::Integer(number) => ScalarValue::from(*number),
        Value::Number(number) => ScalarValue::from(*number),
        Value::Boolean(yes) => ScalarValue::from(*yes),
        Value::Date(date) => {
            let epoch = jiff::civil::Date::constant(1970, 1, 1);
            let days = epoch.until(*date).ok().map(|span| span.get_days());
            ScalarValue::Date32(days)
        }
    }
}

impl From<OutputError> for CliError {
    fn from(error: OutputError) -> Self {
        Self::Answer(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (day, days) in
            [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-24", 20_781), ("2000-02-29", 11_016)]
        {
            assert_eq!(scalar(&Value::Date(day.parse().unwrap())), ScalarValue::Date32(Some(days)), "{day}");
        }
    }
}
