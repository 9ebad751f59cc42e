//! `corredor locate` and the library behind it, against answers made point by point.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod bad_rows;
mod counts;
mod errors;
mod ground;
mod hints;
mod index;
mod places;
mod real;
mod tags;
