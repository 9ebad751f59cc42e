//! The command line: one file per subcommand. Data goes to stdout, everything else to stderr.
//!
//! Exit codes: 0 done, 1 the data or configuration is wrong, 2 something unexpected or a wrong option,
//! 3 warnings under `--strict`, 130 stopped by a signal.

mod audit;
mod build;
mod check;
mod classes;
mod classes_error;
mod compare;
mod console;
mod demo;
mod diff;
mod edition;
mod error;
mod exit;
mod ficha;
mod guard;
mod init;
mod inspect;
mod key;
mod level;
mod locate;
mod log;
mod mirti;
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

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use console::Console;
use corredor::lang::Lang;
use corredor::layer::Dialect;
pub use error::CliError;
#[cfg(feature = "sql")]
pub use query::QueryFailure;

/// Maps risk along migration corridors: exposure, service gaps and hotspots, published as protected layers.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  corredor demo                                    build an invented country and see what comes out
  corredor init --template mexico --data DIR work  start a workspace on real files
  corredor build                                   rebuild and publish, all or nothing
  corredor view                                    the map page, for a browser without any network
  corredor inspect data/municipios.gpkg            what is in a file
  corredor ficha 07                                a fact sheet of a state, to print
  corredor locate --help                           count or tag points per zone, however many
  corredor query -e 'SELECT * FROM states'         SQL over every layer; see also corredor queries"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Workspace: the folder with corredor.toml, or one below it
    #[arg(short = 'C', long, global = true, value_name = "DIR", default_value = ".")]
    workspace: PathBuf,
    /// Machine-readable results on stdout and JSON lines on stderr
    #[arg(long, global = true)]
    json: bool,
    /// Only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more (-v), or everything (-vv)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Log to stderr with time stamps in UTC; nothing else is said there
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORM",
        env = "CORREDOR_LOG",
        hide_env_values = true
    )]
    log: Option<log::Form>,
    /// Threads to use; all cores by default. The result is the same for any number
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Language of the summary; from the locale by default
    #[arg(long, global = true, value_enum)]
    lang: Option<LangArg>,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    /// Spanish
    Es,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a commented workspace from a template
    Init(init::InitArgs),
    /// Check corredor.toml and layers/*.toml; every problem at once
    Check(check::CheckArgs),
    /// Show what is in a file: fields, ranges, keys, CRS, validity
    Inspect(inspect::InspectArgs),
    /// Points to their zones: counts per zone, or the points tagged; for inputs of any size
    Locate(Box<locate::LocateArgs>),
    /// Child labour risk: fit the model on a survey, apply it to a census
    Mirti(Box<mirti::MirtiArgs>),
    /// Rebuild what changed and publish, all or nothing
    Build(build::BuildArgs),
    /// Show what a build would do, and why
    Plan(plan::PlanArgs),
    /// List the runs that stand
    Runs(runs::RunsArgs),
    /// Say what changed between two runs
    Diff(diff::DiffArgs),
    /// Say what became of hot and cold spots over the nights
    Trends(trends::TrendsArgs),
    /// Say how the last build went, to a person or to Nagios
    Status(status::StatusArgs),
    /// Say whether scores point to where events happened later
    Validate(validate::ValidateArgs),
    /// Attack what is published, and say what it leaves of the secret of hidden sites
    Audit(audit::AuditArgs),
    /// Recompute every checksum of a run
    Verify(verify::VerifyArgs),
    /// Make an earlier run current, all at once
    Rollback(rollback::RollbackArgs),
    /// Take published runs away for good, such as those of a wider level
    Withdraw(withdraw::WithdrawArgs),
    /// SQL over every layer, their past runs, and files; without arguments a prompt
    Query(Box<query::QueryArgs>),
    /// List the saved queries of the workspace, with their parameters
    Queries(queries::QueriesArgs),
    /// Draw a published layer for a report: PNG, SVG or PDF
    Render(render::RenderArgs),
    /// Write the map page: what is published, for a browser without any network
    View(view::ViewArgs),
    /// Generate an invented country, build it, and say what was found
    Demo(demo::DemoArgs),
    /// Show where the key of protected sites is, or make one
    Key(key::KeyArgs),
    /// Write the fact sheet of a state, a municipality or a group: one page to print, from what is published
    Ficha(ficha::FichaArgs),
    /// Show how the class of each zone changes with the rule
    Classes(classes::ClassesArgs),
    /// Compare a score between two published runs, years or countries; refused where recipes differ
    Compare(compare::CompareArgs),
    /// Print the JSON Schema of corredor.toml, of layer files, of recipes or of the record of a run
    Schema(schema::SchemaArgs),
}

/// Parses the arguments, runs the subcommand, tells errors, and gives the exit code.
pub fn main() -> ExitCode {
    #[cfg(feature = "sql")]
    let (cli, asked) = query::parse(&std::env::args_os().collect::<Vec<_>>());
    #[cfg(not(feature = "sql"))]
    let cli = Cli::parse();
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

/// A delimiter as it is written on the command line.
fn delimiter(text: &str) -> Result<u8, String> {
    let known = || Dialect::names().collect::<Vec<_>>().join("  ");
    Dialect::delimiter_of(text).ok_or_else(|| format!("one of these is needed: {}", known()))
}
