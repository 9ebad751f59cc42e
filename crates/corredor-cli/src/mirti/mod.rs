//! `corredor mirti`: a risk model fitted on a survey and applied to a census.

mod tell;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::CliError;
use super::console::Console;
use corredor::lang::Lang;
use corredor::risk::microdata::{MicrodataError, Opened, Purpose, Reading, SHIPPED, check_fields};
use corredor::risk::mirti::{
    self, ApplyOptions, AreaEstimate, Benchmark, Format, Link, Lonely, MirtiError, Model, Options, Share,
    area_table, choose, write_table, zone_table,
};

/// Options of `mirti`.
#[derive(Debug, Args)]
pub struct MirtiArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fit the model to a survey and write it as a small file
    Fit(FitArgs),
    /// Apply a model to a census: shares of children at risk per zone, with intervals
    Apply(ApplyArgs),
    /// Check that a file has the fields that a codebook names
    Check(CheckArgs),
    /// Print a codebook that ships with Corredor, or the names of all
    Codebook(CodebookArgs),
}

/// Options of `mirti fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor mirti fit survey.csv --codebook survey.toml --out model.toml
  corredor mirti fit survey.dta --codebook survey.toml --random --out model.toml
  corredor mirti fit survey.parquet --codebook survey.toml --variables sex,age,area --lonely average --out model.toml

Survey: CSV or TSV (also .gz, .zst), Parquet, Stata (.dta) or DBF, one row a person. Standard errors are linearised \
over strata and clusters; with --random they are those of the likelihood.")]
pub struct FitArgs {
    /// Table of persons of the survey
    survey: String,
    /// Codebook: a file, or the name of one that ships (`corredor mirti codebook`)
    #[arg(long, value_name = "CODEBOOK")]
    codebook: String,
    /// File to write the model to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Variables to fit, with commas between; all of the codebook by default
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    variables: Vec<String>,
    /// What joins the variables and the probability
    #[arg(long, value_enum, default_value_t = LinkArg::Logit)]
    link: LinkArg,
    /// Give each zone an intercept of its own (logit only)
    #[arg(long)]
    random: bool,
    /// What a stratum with a single cluster adds to the variance
    #[arg(long, value_enum, default_value_t = LonelyArg::Adjust)]
    lonely: LonelyArg,
}

/// Options of `mirti apply`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor mirti apply census.parquet --codebook census.toml --model model.toml --out zones.csv
  corredor mirti apply census.csv.gz --codebook census.toml --model model.toml --out zones.parquet \\
      --states states.csv --benchmark state --key cvegeo

Columns per group (p all, girls, boys, a05_11, a12_14, a15_17, urban, rural) and for gap (girls less boys): the \
share, _se the root mean squared error, _lo and _hi the 95 % interval. n children, children weighted, n_missing left \
out; up1.. and down1.. the variables that push most against the mean of the country, _es and _en their labels, _b by \
how much.")]
pub struct ApplyArgs {
    /// Table of persons of the census
    census: String,
    /// Codebook of the census: a file, or the name of one that ships
    #[arg(long, value_name = "CODEBOOK")]
    codebook: String,
    /// Model that `mirti fit` wrote
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// File to write zones to: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// File to write the country and its states to, by the model and by the survey alone: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    states: Option<PathBuf>,
    /// Bring estimates in line with the survey's own shares, by one ratio
    #[arg(long, value_enum, default_value_t = BenchmarkArg::None)]
    benchmark: BenchmarkArg,
    /// Draws of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 400)]
    draws: usize,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 87)]
    seed: u64,
    /// Name of the column of zone keys
    #[arg(long, value_name = "NAME", default_value = "zone")]
    key: String,
}

/// Options of `mirti check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Table of persons
    file: String,
    /// Codebook: a file, or the name of one that ships
    #[arg(long, value_name = "CODEBOOK")]
    codebook: String,
}

/// Options of `mirti codebook`.
#[derive(Debug, Args)]
pub struct CodebookArgs {
    /// Name of the codebook; without it the names of all are listed
    name: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinkArg {
    Logit,
    Probit,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LonelyArg {
    /// Its distance from the mean of all strata, squared
    Adjust,
    /// Nothing
    Certainty,
    /// What the other strata add on average
    Average,
    /// The fit is refused
    Fail,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum BenchmarkArg {
    /// Leave them as the model has them
    None,
    /// The country's
    National,
    /// Each state's
    State,
}

/// Runs `mirti`.
pub fn run(args: &MirtiArgs, console: &Console) -> Result<(), CliError> {
    match &args.command {
        Command::Fit(args) => fit(args, console),
        Command::Apply(args) => apply(args, console),
        Command::Check(args) => check(args, console),
        Command::Codebook(args) => codebook(args, console),
    }
}

fn fit(args: &FitArgs, console: &Console) -> Result<(), CliError> {
    let began = Instant::now();
    let opened = Opened::read(&args.codebook).map_err(MirtiError::from)?;
    let options = Options {
        link: match args.link {
            LinkArg::Logit => Link::Logit,
            LinkArg::Probit => Link::Probit,
        },
        lonely: match args.lonely {
            LonelyArg::Adjust => Lonely::Adjust,
            LonelyArg::Certainty => Lonely::Certainty,
            LonelyArg::Average => Lonely::Average,
            LonelyArg::Fail => Lonely::Fail,
        },
        random: args.random,
    };
    let (model, _) = mirti::fit(&args.survey, &opened, &args.variables, options)?;
    model.write(&args.out)?;
    tell::fit(&model, began.elapsed().as_secs_f64(), console);
    if console.json {
        return console.result_json(&model);
    }
    console.result(&tell::coefficients(&model, console.lang))
}

fn apply(args: &ApplyArgs, console: &Console) -> Result<(), CliError> {
    let began = Instant::now();
    // Names that cannot be written are told before anything is read.
    Format::of(&args.out)?;
    args.states.as_deref().map(Format::of).transpose()?;
    let opened = Opened::read(&args.codebook).map_err(MirtiError::from)?;
    let model = Model::read(&args.model)?;
    let options = ApplyOptions {
        draws: args.draws,
        seed: args.seed,
        benchmark: match args.benchmark {
            BenchmarkArg::None => Benchmark::None,
            BenchmarkArg::National => Benchmark::National,
            BenchmarkArg::State => Benchmark::State,
        },
    };
    let applied = mirti::apply(&args.census, &opened, &model, options)?;
    write_table(&zone_table(&applied, &model, &args.key)?, &args.out)?;
    if let Some(states) = &args.states {
        write_table(&area_table(&applied)?, states)?;
    }
    tell::apply(&applied, &model, &args.out, began.elapsed().as_secs_f64(), console);
    if console.json {
        let share =
            |s: &Option<Share>| s.map(|s| json!({"p": s.value, "se": s.rmse, "lo": s.lo, "hi": s.hi}));
        let area = |a: &AreaEstimate| json!({"state": a.key, "model": share(&a.model), "direct": a.direct, "ratio": a.ratio, "children": a.weight});
        let states: Vec<_> = applied.states.iter().map(area).collect();
        return console.result_json(&json!({
            "rows": applied.census.people.rows, "children": applied.census.people.children,
            "zones": applied.zones.len(), "country": area(&applied.country), "states": states,
            "out": tell::file_name(&args.out),
        }));
    }
    Ok(())
}

fn check(args: &CheckArgs, console: &Console) -> Result<(), CliError> {
    let opened = Opened::read(&args.codebook).map_err(MirtiError::from)?;
    let codebook = &opened.codebook;
    let variables = choose(codebook, &[])?;
    let purpose = if codebook.outcome.is_some() { Purpose::Survey } else { Purpose::Census };
    let reading = Reading { file: &args.file, codebook, variables: &variables, purpose };
    let fields = check_fields(&reading).map_err(MirtiError::from)?;
    if console.json {
        return console.result_json(&json!({"codebook": codebook.name, "fields": fields}));
    }
    let text = match console.lang {
        Lang::Es => format!("están los {fields} campos que nombra el libro de códigos `{}`", codebook.name),
        Lang::En => format!("all {fields} fields that the codebook `{}` names are there", codebook.name),
    };
    console.result(&text)
}

fn codebook(args: &CodebookArgs, console: &Console) -> Result<(), CliError> {
    let Some(name) = &args.name else {
        let mut lines = Vec::new();
        for (name, _) in SHIPPED {
            let title = Opened::read(name).map_err(MirtiError::from)?.codebook.title;
            lines.push(format!("{name:<22}{}", console.lang.pick(&title.es, &title.en)));
        }
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        return if console.json { console.result_json(&names) } else { console.result(&lines.join("\n")) };
    };
    match SHIPPED.iter().find(|(shipped, _)| shipped == name) {
        Some((_, text)) => console.result(text),
        None => Err(MirtiError::from(MicrodataError::NoCodebook {
            name: name.clone(),
            nearest: corredor::layer::nearest(name, SHIPPED.iter().map(|(name, _)| *name)),
            shipped: SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect(),
        })
        .into()),
    }
}
