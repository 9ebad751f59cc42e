//! Risk scores: indicators of a zone, brought to 0..1 and joined by a recipe.
//!
//! Methods, sources and every automatic choice: `docs/methods/score.md`.
//!
//! - [`score`]: a table of indicators and a [`Recipe`] give a [`ScoreResult`]
//! - [`Recipe`], [`Indicator`], [`Goalposts`], [`Mean`]: what a recipe says
//! - [`normalise`]: one indicator to 0..1
//! - [`weighted_mean`]: normalised indicators to one number
//! - [`classify`]: a score to classes by fixed cuts

mod aggregate;
mod classes;
mod error;
pub mod microdata;
pub mod mirti;
mod normalise;
mod recipe;
mod score;
#[cfg(test)]
mod tests;

pub use aggregate::{GEOMETRIC_FLOOR, contributions, weighted_mean};
pub use classes::{Classes, classify};
pub use error::RiskError;
pub use normalise::{GoalpostsUsed, Normalised, normalise};
pub use recipe::{Goalposts, Indicator, Mean, Recipe};
pub use score::{ScoreResult, score};
