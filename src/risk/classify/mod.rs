//! Numbers to classes, by several rules, so that what depends on the rule can be seen.
//!
//! - [`Rule`], [`class_by`]: one rule, its cut points and counts as a [`Classed`]
//! - [`jenks`]: the least squares within classes, exactly
//! - [`dalenius_hodges`]: strata of equal cumulated root frequency
//! - [`head_tail`]: means of what is above the mean
//!
//! Methods and sources: `docs/methods/risk.md`.

mod dalenius;
mod headtail;
mod jenks;
mod rule;
#[cfg(test)]
mod tests;

pub use dalenius::{Strata, dalenius_hodges};
pub use headtail::head_tail;
pub use jenks::{Natural, jenks};
pub use rule::{Classed, Rule, class_by};
