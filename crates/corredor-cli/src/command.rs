//! The command line as it is taken apart: its subcommands, each with its options.

use clap::{Parser, Subcommand};

use super::options::Global;
use super::{
    audit, build, check, classes, compare, demo, diff, ficha, init, inspect, key, locate, mirti, plan,
    queries, query, render, rollback, runs, schema, status, trends, validate, verify, view, withdraw,
};

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
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
