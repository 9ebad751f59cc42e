//! MIRTI, the Child Labour Risk Identification Model: fitted on a survey, applied to a census.
//!
//! Methods, sources and every automatic choice: `docs/methods/mirti.md`.
//!
//! - [`fit()`]: a survey and its codebook to a [`Model`], a small file
//! - [`apply()`]: a model and a census to estimates of zones, states and the country: [`collapse()`] counts kinds of
//!   children, [`predict()`] averages their probabilities, [`simulate()`] draws what is not known
//! - [`zone_table`], [`area_table`], [`write_table`]: estimates as files
//! - [`Frame`], [`Term`]: a survey as a model sees it
//! - [`estimate()`]: coefficients with design-based standard errors; [`direct`]: shares without a model
//! - [`glm`]: weighted logit and probit; [`intercept`]: zone intercepts; [`design`]: linearised variances
//! - [`diagnose`]: what keeps a model from being fitted

mod apply;
mod collapse;
pub mod dense;
pub mod design;
pub mod diagnose;
mod encode;
mod error;
mod estimate;
mod frame;
pub mod glm;
pub mod group;
pub mod intercept;
mod link;
pub mod model;
mod output;
mod predict;
pub mod quadrature;
pub mod quality;
mod separation;
mod simulate;
mod survey;
pub mod tails;
mod variables;

pub use apply::{
    Applied, ApplyOptions, AreaEstimate, Benchmark, Share, TOLD, ZoneEstimate, apply, strongest,
};
pub use collapse::{Census, Entry, collapse};
pub use design::Lonely;
pub use encode::Encoder;
pub use error::MirtiError;
pub use estimate::{Coefficient, Direct, Estimate, Options, direct, estimate};
pub use frame::{Frame, Term};
pub use link::Link;
pub use model::Model;
pub use output::{Format, area_table, write_table, zone_table};
pub use predict::{Effect, ZoneSums, predict};
pub use separation::Separated;
pub use simulate::{DRAWS, Draws, simulate};
pub use survey::fit;
pub use variables::choose;
