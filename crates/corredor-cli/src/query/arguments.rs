//! The command line, twice: first for the saved query that it names, then with that query's parameters as options.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};

use crate::CliError;
use crate::command::Cli;
use corredor::lang::Lang;
use corredor::query::saved::{Library, Parameter, ParameterType, SavedError, SavedQuery};
use corredor::workspace::{Workspace, WorkspaceError, WorkspaceProblems};

/// What a query is asked by: SQL, or a saved query with the values that were stated.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The saved query, where one was named.
    pub saved: Option<SavedQuery>,
    /// Its values as they were written.
    pub stated: Vec<(String, String)>,
    /// SQL of a file without a header, and the name of the file.
    pub file: Option<(String, String)>,
}

/// Parses the command line of this process; like clap, it ends the process for `--help` and wrong options.
///
/// What is wrong with a saved query is told later, when there is a console to tell it.
pub(crate) fn parse(arguments: &[OsString]) -> (Cli, Result<Asked, CliError>) {
    let command = Cli::command();
    let found = named(&command, arguments);
    let asked = found.map_or(Ok(None), |(folder, source)| load(&folder, &source).map(Some));
    match asked {
        Ok(None) => (cli(command, arguments), Ok(Asked { saved: None, stated: Vec::new(), file: None })),
        Ok(Some(Source::Sql { name, sql })) => {
            (cli(command, arguments), Ok(Asked { saved: None, stated: Vec::new(), file: Some((name, sql)) }))
        }
        Ok(Some(Source::Saved(query))) => {
            let command = command.mut_subcommand("query", |command| with_parameters(command, &query));
            let matches = command.get_matches_from(arguments);
            let stated = matches.subcommand_matches("query").map_or_else(Vec::new, |matches| {
                let value = |parameter: &Parameter| {
                    let value = matches.get_one::<String>(&parameter.name)?;
                    Some((parameter.name.clone(), value.clone()))
                };
                query.parameters.iter().filter_map(value).collect()
            });
            let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
            (cli, Ok(Asked { saved: Some(*query), stated, file: None }))
        }
        Err(error) => match command.clone().try_get_matches_from(arguments) {
            Ok(matches) => (Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit()), Err(error)),
            Err(wrong) if wrong.kind() == ErrorKind::UnknownArgument => {
                // Options that only the query knows, which cannot be read: told is what keeps it from being read.
                let matches = command.ignore_errors(true).get_matches_from(arguments);
                (Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit()), Err(error))
            }
            Err(wrong) => wrong.exit(),
        },
    }
}

fn cli(command: Command, arguments: &[OsString]) -> Cli {
    let matches = command.get_matches_from(arguments);
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// What a name on the command line stands for.
enum Source {
    Saved(Box<SavedQuery>),
    Sql { name: String, sql: String },
}

/// The workspace folder and the query that the arguments name, before anything else is known about them.
fn named(command: &Command, arguments: &[OsString]) -> Option<(PathBuf, String)> {
    let query = command.find_subcommand("query")?;
    let options: Vec<&Arg> = command.get_arguments().chain(query.get_arguments()).collect();
    let takes = |arg: &&&Arg| arg.get_action().takes_values();
    let long = |name: &str| options.iter().find(|arg| arg.get_long() == Some(name)).filter(takes);
    let short = |c: char| options.iter().find(|arg| arg.get_short() == Some(c)).filter(takes);
    let mut folder = PathBuf::from(".");
    let (mut words, mut executes) = (Vec::new(), false);
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        let Some(text) = argument.to_str() else { continue };
        // An option that takes a value, and the value where it stands in the same argument.
        let (option, value) = if let Some(name) = text.strip_prefix("--").filter(|name| !name.is_empty()) {
            match name.split_once('=') {
                Some((name, value)) => (long(name), Some(OsString::from(value))),
                None => (long(name), None),
            }
        } else if let Some(cluster) = text.strip_prefix('-').filter(|cluster| !cluster.is_empty()) {
            let at = cluster.char_indices().find(|(_, c)| short(*c).is_some());
            match at {
                Some((at, c)) => {
                    let value = cluster[at + c.len_utf8()..].trim_start_matches('=');
                    (short(c), (!value.is_empty()).then(|| value.into()))
                }
                None => (None, None),
            }
        } else {
            words.push(text);
            continue;
        };
        let Some(option) = option else { continue };
        let value = value.or_else(|| rest.next().cloned());
        match option.get_long() {
            Some("workspace") => folder = value.map_or(folder, PathBuf::from),
            Some("execute") => executes = true,
            _ => {}
        }
    }
    match words.as_slice() {
        ["query", source, ..] if !executes => Some((folder, (*source).to_owned())),
        _ => None,
    }
}

/// Reads what a name stands for: a path, or a query of the workspace.
fn load(folder: &Path, source: &str) -> Result<Source, CliError> {
    let is_path = source.contains(['/', '\\']) || source.to_ascii_lowercase().ends_with(".sql");
    if !is_path {
        let root = Workspace::find(folder).map_err(|error| match error {
            WorkspaceError::NotFound { .. } => CliError::Saved(SavedError::Unknown {
                name: source.to_owned(),
                help: Some(
                    "go into the workspace that has it, or name it with -C; SQL itself goes behind -e"
                        .to_owned(),
                ),
            }),
            error => error.into(),
        })?;
        return Ok(Source::Saved(Box::new(Library::find(&root, source)?)));
    }
    let path = Path::new(source);
    let sql = std::fs::read_to_string(path)
        .map_err(|cause| SavedError::Unreadable { path: path.to_owned(), cause })?;
    if !SavedQuery::has_header(&sql) {
        return Ok(Source::Sql { name: source.to_owned(), sql });
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let query = SavedQuery::read(&name, path, &sql)
        .map_err(|problems| SavedError::Invalid(WorkspaceProblems::new(problems)))?;
    Ok(Source::Saved(Box::new(query)))
}

/// The subcommand with the parameters of a query as options.
fn with_parameters(mut command: Command, query: &SavedQuery) -> Command {
    let lang = Lang::from_env();
    let pick = |text: &corredor::workspace::config::Text| lang.pick(&text.es, &text.en).to_owned();
    let title = pick(&query.title);
    command = command.about(title.clone()).long_about(format!("{title}\n\n{}", pick(&query.description)));
    for parameter in &query.parameters {
        let mut help = format!("{} ({})", pick(&parameter.description), parameter.summary());
        if let Some(default) = &parameter.default {
            help.push_str(&format!(" [default: {default}]"));
        }
        // clap keeps names for the life of the process, which is as long as these are needed.
        let name: &'static str = parameter.name.clone().leak();
        let kind: &'static str = parameter.kind.name().to_uppercase().leak();
        let check = parameter.clone();
        let numeric = matches!(parameter.kind, ParameterType::Integer | ParameterType::Number);
        command = command.arg(
            Arg::new(name)
                .long(name)
                .value_name(kind)
                .help(help)
                .help_heading(lang.pick("Parámetros de la consulta", "Parameters of the query"))
                .action(ArgAction::Set)
                .required(parameter.default.is_none())
                .allow_negative_numbers(numeric)
                .value_parser(move |text: &str| check.parse(text).map(|_| text.to_owned())),
        );
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_found_among_the_options() {
        let find = |line: &str| {
            let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            named(&Cli::command(), &arguments).map(|(folder, source)| (folder.display().to_string(), source))
        };
        for (line, folder, source) in [
            ("corredor query states", ".", "states"),
            ("corredor -C work --json query --format csv states --reach 20", "work", "states"),
            ("corredor query -C=work -o x.csv states -v", "work", "states"),
            ("corredor query --workspace=w --no-build --level restricted -qCv a.sql", "v", "a.sql"),
        ] {
            assert_eq!(find(line), Some((folder.to_owned(), source.to_owned())), "{line}");
        }
        for line in [
            "corredor",
            "corredor query",
            "corredor build query",
            "corredor query -e states x",
            "corredor query --format csv",
        ] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}
