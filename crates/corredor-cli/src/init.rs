//! `corredor init`: a commented workspace from a template.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CliError;
use super::console::Console;
use corredor::demo::{self, Options};
use corredor::workspace::template::{self, Template};

/// Options of `init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor init work                                invented country, generated into work/data
  corredor init --template mexico --data DIR work   Mexico, on the files in DIR")]
pub struct InitArgs {
    /// Folder to write; must be empty or not there yet
    folder: PathBuf,
    /// Template to start from
    #[arg(long, value_enum, default_value_t = TemplateArg::Demo)]
    template: TemplateArg,
    /// Folder with the template's source files (needed for `mexico`)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Demo: seed of the invented country
    #[arg(long, default_value_t = Options::default().seed, conflicts_with = "data")]
    seed: u64,
    /// Demo: number of municipalities of the invented country, 50 to 20000
    #[arg(long, value_name = "N", default_value_t = Options::default().municipalities,
        value_parser = super::demo::sizes(), conflicts_with = "data")]
    size: usize,
}

/// A template on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TemplateArg {
    /// An invented country that Corredor generates
    Demo,
    /// Mexico, on files you have
    Mexico,
}

/// Runs `init`.
pub fn run(args: &InitArgs, console: &Console) -> Result<(), CliError> {
    match args.template {
        TemplateArg::Mexico => drop(template::write(Template::Mexico, &args.folder, args.data.as_deref())?),
        TemplateArg::Demo => {
            // Invented first: what cannot be leaves no folder behind.
            let country = match args.data {
                None => Some(super::demo::invent(args.seed, args.size)?),
                Some(_) => None,
            };
            template::write(Template::Demo, &args.folder, args.data.as_deref())?;
            if let Some(country) = country {
                demo::write(&country, &args.folder.join("data"))?;
            }
        }
    }
    super::key::make(&args.folder, console)?;
    let folder = args.folder.display();
    console
        .note(console.lang.pick("Espacio de trabajo escrito. Siguiente paso:", "Workspace written. Next:"));
    console.result(&format!("cd {folder} && corredor build"))
}
