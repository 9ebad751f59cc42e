//! Composites: indicators in dimensions, brought to one number by a recipe.
//!
//! Methods, sources and every automatic choice: `docs/methods/risk.md`.
//!
//! - [`Composite`], [`Dimension`], [`Item`]: what a recipe asks for, in numbers
//! - [`Prepared`]: a recipe on the columns of a country; [`Prepared::scores`] evaluates it
//! - [`Scale`]: one indicator to 0..1, with its cap and its goalposts as used
//! - [`dp2`]: Pena's distance, as CONAPO weighs its index of marginalisation
//! - [`principal`]: weights of the first principal component
//! - [`Factors`]: what pushes a zone up or down against the mean of all
//! - [`Variation`]: one way of doing it otherwise, for uncertainty

mod aggregate;
mod dp2;
mod factors;
mod prepare;
mod principal;
mod recipe;
mod scale;
mod scores;
#[cfg(test)]
mod tests;
mod vary;

pub use aggregate::aggregate;
pub use dp2::{Dp2, dp2};
pub(crate) use factors::strongest;
pub use factors::{Factors, Named, factors};
pub use prepare::{Frozen, Prepared};
pub use principal::{Principal, eigen, principal};
pub use recipe::{Aggregation, Cap, Composite, Dimension, Item, Normalisation, Posts, Weighting};
pub use scale::{Scale, quantile};
pub use scores::Scores;
pub use vary::{Imputation, Variation};
