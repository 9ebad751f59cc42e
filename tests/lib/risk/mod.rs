//! Composites from the outside: recipes, steps, fact sheets, comparisons.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and say aloud what they skip"
)]

use crate::fixtures;

mod broken;
mod dp2;
mod goalposts;
mod on_the_way;
mod recipes;
mod sheets;
mod steps;
mod support;
