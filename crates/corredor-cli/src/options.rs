//! Options of every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::log;

/// Options of every subcommand.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Workspace: the folder with corredor.toml, or one below it
    #[arg(short = 'C', long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) workspace: PathBuf,
    /// Machine-readable results on stdout and JSON lines on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more (-v), or everything (-vv)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Log to stderr with time stamps in UTC; nothing else is said there
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORM",
        env = "CORREDOR_LOG",
        hide_env_values = true
    )]
    pub(crate) log: Option<log::Form>,
    /// Threads to use; all cores by default. The result is the same for any number
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Language of the summary; from the locale by default
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArg>,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    /// Spanish
    Es,
    /// English
    En,
}
