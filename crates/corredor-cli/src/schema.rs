//! `corredor schema`: the JSON Schemas of the workspace files, and of the record of a run.

use clap::{Args, ValueEnum};

use super::CliError;
use super::console::Console;
use corredor::workspace::schema;

/// Options of `schema`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  corredor schema layer > layer.schema.json")]
pub struct SchemaArgs {
    /// Which file
    #[arg(value_enum)]
    file: FileArg,
}

/// A kind of file on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FileArg {
    /// corredor.toml
    Workspace,
    /// layers/*.toml
    Layer,
    /// recipes/*.toml
    Recipe,
    /// metadata.json of a published run
    Run,
}

/// Runs `schema`.
pub fn run(args: &SchemaArgs, console: &Console) -> Result<(), CliError> {
    console.result(&match args.file {
        FileArg::Workspace => schema::workspace_schema(),
        FileArg::Layer => schema::layer_schema(),
        FileArg::Recipe => schema::recipe_schema(),
        FileArg::Run => corredor::publish::record::schema(),
    })
}
