//! Risk scores: indicators of a zone, brought to 0..1 and joined by a recipe.
//!
//! Methods, sources and every automatic choice: `docs/methods/score.md`.
//!
//! - [`score`]: a table of indicators and a [`Recipe`] give a [`ScoreResult`]
//! - [`Recipe`], [`Indicator`], [`Goalposts`], [`Mean`]: what a recipe says
//! - [`normalise`]: one indicator to 0..1
//! - [`weighted_mean`]: normalised indicators to one number
//! - [`classify()`]: a score to classes by fixed cuts
//!
//! Recipes with dimensions, other rules for classes and the uncertainty of both: `docs/methods/risk.md`.
//!
//! - [`composite`]: dimensions, weights from the data, INFORM's rule, DP2, factors
//! - [`mod@classify`]: quantiles, Jenks, Dalenius-Hodges and other rules beside each other
//! - [`uncertainty`]: intervals of scores and ranks, sensitivity

mod aggregate;
mod classes;
pub mod classify;
pub mod composite;
mod error;
pub mod microdata;
pub mod mirti;
mod normalise;
mod recipe;
mod score;
#[cfg(test)]
mod tests;
pub mod uncertainty;

pub use aggregate::{GEOMETRIC_FLOOR, contributions, weighted_mean};
pub use classes::{Classes, classify};
pub use error::RiskError;
pub use normalise::{GoalpostsUsed, Normalised, normalise};
pub use recipe::{Goalposts, Indicator, Mean, Recipe};
pub use score::{ScoreResult, score};
