//! Building: run the plan layer by layer, then publish the run whole or not at all.

mod cards;
mod compute;
mod context;
mod error;
mod fingerprint;
mod outcome;
mod run;
mod schedule;
mod steps;
mod summary;

pub use compute::compute;
pub use context::Context;
pub use error::BuildError;
pub use fingerprint::fingerprint;
pub use outcome::{LayerReport, Observer, Outcome, Silent};
pub use run::{BuildOptions, build};
pub use summary::Summary;
