//! The command line: one file per subcommand. Data goes to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 the data or configuration is wrong, 2 something unexpected or a wrong option,
//! 3 warnings under `--strict`, 130 stopped by a signal.

mod audit;
mod build;
mod check;
mod classes;
mod classes_error;
mod command;
mod compare;
mod console;
mod delimiter;
mod demo;
mod diff;
mod edition;
mod error;
mod exit_code;
mod ficha;
mod guard;
mod init;
mod inspect;
mod key;
mod level;
mod locate;
mod log;
mod mirti;
mod options;
mod plan;
mod queries;
mod query;
mod render;
mod rollback;
mod runs;
mod schema;
mod signals;
mod status;
mod table;
mod trends;
mod validate;
mod verify;
mod view;
mod withdraw;

use std::process::ExitCode;

use command::Command;
use console::Console;
use corredor::lang::Lang;
pub use error::CliError;
pub use options::Global;
use options::LangArg;
#[cfg(feature = "sql")]
pub use query::QueryFailure;

/// Parses the arguments, runs the subcommand, tells errors, and gives the exit code.
pub fn main() -> ExitCode {
    #[cfg(feature = "sql")]
    let (cli, asked) = query::parse(&std::env::args_os().collect::<Vec<_>>());
    #[cfg(not(feature = "sql"))]
    let cli = <command::Cli as clap::Parser>::parse();
    let lang = match cli.global.lang {
        Some(LangArg::Es) => Lang::Es,
        Some(LangArg::En) => Lang::En,
        None => Lang::from_env(),
    };
    let building = matches!(cli.command, Command::Build(_) | Command::Demo(_));
    let console = Console::new(&cli.global, lang, building);
    if let Some(threads) = cli.global.threads {
        // A pool that stands already keeps its threads; nothing has used it before this line.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    }
    let workspace = &cli.global.workspace;
    let result = match &cli.command {
        Command::Init(args) => init::run(args, &console),
        Command::Check(args) => check::run(args, workspace, &console),
        Command::Inspect(args) => inspect::run(args, &console),
        Command::Locate(args) => locate::run(args, &console),
        Command::Mirti(args) => mirti::run(args, &console),
        Command::Build(args) => build::run(args, workspace, &console),
        Command::Plan(args) => plan::run(args, workspace, &console),
        Command::Runs(args) => runs::run(args, workspace, &console),
        Command::Diff(args) => diff::run(args, workspace, &console),
        Command::Trends(args) => trends::run(args, workspace, &console),
        Command::Status(args) => return status::run(args, workspace, &console),
        Command::Validate(args) => validate::run(args, workspace, &console),
        Command::Audit(args) => audit::run(args, workspace, &console),
        Command::Verify(args) => verify::run(args, workspace, &console),
        Command::Rollback(args) => rollback::run(args, workspace, &console),
        Command::Withdraw(args) => withdraw::run(args, workspace, &console),
        #[cfg(feature = "sql")]
        Command::Query(args) => asked.and_then(|asked| query::run(args, asked, workspace, &console)),
        #[cfg(not(feature = "sql"))]
        Command::Query(_) => Err(CliError::NoSql),
        Command::Queries(args) => queries::run(args, workspace, &console),
        Command::Render(args) => render::run(args, workspace, &console),
        Command::View(args) => view::run(args, workspace, &console),
        Command::Demo(args) => demo::run(args, &console),
        Command::Key(args) => key::run(args, workspace, &console),
        Command::Ficha(args) => ficha::run(args, workspace, &console),
        Command::Classes(args) => classes::run(args, workspace, &console),
        Command::Compare(args) => compare::run(args, workspace, &console),
        Command::Schema(args) => schema::run(args, &console),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console.tell_error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
