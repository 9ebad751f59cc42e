//! Building: run what changed of the plan, layer by layer, then publish the run whole or not at all.

mod back;
pub mod cache;
mod cards;
mod checks;
mod compute;
mod context;
mod error;
mod fetch;
mod history;
mod journal;
mod lock;
mod note;
mod ops;
mod outcome;
mod prepare;
mod print;
mod run;
mod schedule;
mod steps;
mod summary;
mod work;

pub use back::{roll_back, trends};
pub use checks::CheckFailure;
pub use compute::{compute, standing};
pub use context::Context;
pub use error::BuildError;
pub use fetch::StaleSource;
pub use history::{Trend, ZoneTrend, mann_kendall, trend};
pub use note::Note;
pub use ops::{Health, LastRun, SourceAge, Status};
pub use outcome::{LayerReport, Observer, Outcome, Silent};
pub use prepare::{BuildOptions, look_ahead};
pub use print::Reason;
pub use run::build;
pub use summary::Summary;
pub use work::{Action, LayerWork};
