//! The workspace: `corredor.toml` and `layers/*.toml`, checked as a whole and put in order.
//!
//! [`Workspace::open`] reads every file, reports every problem at once with its place and a
//! suggestion, and [`Workspace::plan`] says which layer is made when, from what, at which level.

pub mod config;
mod recipes;
pub mod schema;
pub mod template;

mod check;
mod displaced;
mod error;
pub(crate) mod fields;
pub(crate) mod look;
mod open;
pub(crate) mod outputs;
mod plan;
mod seen;
mod source;

pub(crate) use check::levels::rules as protect_rules;
pub use displaced::Displaced;
pub use error::{PlanError, WorkspaceError, WorkspaceProblems};
pub use open::Workspace;
pub use outputs::OutputFields;
pub use plan::{Plan, PlannedLayer};
pub use recipes::SHIPPED as SHIPPED_RECIPES;
pub use source::Source;

pub use crate::checked::{Problem, Severity, did_you_mean, nearest};
