//! `corredor demo`: an invented country, built end to end.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{RangedU64ValueParser, TypedValueParser};

use super::CliError;
use super::console::{Console, Progress};
use corredor::build::{BuildOptions, build};
use corredor::demo::{self, Country, Options};
use corredor::workspace::Workspace;
use corredor::workspace::template::{self, Template};

/// File that marks a folder as made by `corredor demo`, so that it may be made again.
const MARK: &str = ".corredor-demo";

/// Options of `demo`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  corredor demo\n  corredor demo country --size 2000 --seed 7")]
pub struct DemoArgs {
    /// Folder to write
    #[arg(default_value = "demo")]
    folder: PathBuf,
    /// Seed of the invented country
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
    /// Number of municipalities, 50 to 20000
    #[arg(long, value_name = "N", default_value_t = Options::default().municipalities, value_parser = sizes())]
    size: usize,
}

/// Runs `demo`.
pub fn run(args: &DemoArgs, console: &Console) -> Result<(), CliError> {
    let folder = &args.folder;
    let mark = folder.join(MARK);
    let taken = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if taken && !mark.is_file() {
        return Err(CliError::FolderTaken { folder: folder.clone() });
    }
    let stamp = format!("seed {} size {}\n", args.seed, args.size);
    if std::fs::read_to_string(&mark).ok().as_deref() != Some(&stamp) {
        let country = invent(args.seed, args.size)?;
        let write_mark = |text: &str| {
            std::fs::write(&mark, text)
                .map_err(|error| CliError::Output { what: mark.display().to_string(), error })
        };
        if !taken {
            template::write(Template::Demo, folder, None)?;
        }
        // Marked before the data, so that a run that dies on the way can be repeated.
        write_mark("")?;
        demo::write(&country, &folder.join("data"))?;
        write_mark(&stamp)?;
    }
    console.note(console.lang.pick(
        "País inventado: ningún dato de esta demostración es real.",
        "Invented country: nothing in this demonstration is real.",
    ));
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let options = BuildOptions { force: true, ..BuildOptions::default() };
    let outcome = {
        let mut progress = Progress::new(console);
        build(&workspace, &options, &mut progress)?
    };
    super::build::tell(&outcome, console)
}

/// Invents a country with as many states as its municipalities fill.
pub fn invent(seed: u64, municipalities: usize) -> Result<Country, CliError> {
    Ok(demo::generate(&Options { seed, ..Options::sized(municipalities) })?)
}

/// Takes the sizes that a country may have.
pub fn sizes() -> impl TypedValueParser<Value = usize> {
    let (fewest, most) = Options::MUNICIPALITIES.into_inner();
    RangedU64ValueParser::<usize>::new().range(fewest as u64..=most as u64)
}
