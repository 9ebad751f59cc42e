//! The workspace: `corredor.toml` and `layers/*.toml`, checked as a whole and put in order.
//!
//! [`Workspace::open`] reads every file, reports every problem at once with its place and a
//! suggestion, and [`Workspace::plan`] says which layer is made when, from what, at which level.

pub mod config;
mod recipes;
pub mod schema;
pub mod template;

mod check;
mod error;
pub(crate) mod fields;
pub(crate) mod look;
mod open;
pub(crate) mod outputs;
pub(crate) mod parse;
mod plan;
pub(crate) mod problem;
mod seen;
mod source;
mod suggest;

pub(crate) use check::levels::rules as protect_rules;
pub use error::{PlanError, WorkspaceError, WorkspaceProblems};
pub use open::Workspace;
pub use outputs::OutputFields;
pub use plan::{Plan, PlannedLayer};
pub(crate) use problem::SourceFile;
pub use problem::{Problem, Severity};
pub use recipes::SHIPPED as SHIPPED_RECIPES;
pub use seen::Displaced;
pub use source::Source;
pub use suggest::did_you_mean;
pub use suggest::nearest;
