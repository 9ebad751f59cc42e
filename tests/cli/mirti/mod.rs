//! `corredor mirti` and the library behind it, against R and against countries of known truth.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod country;
mod enti;
mod errors;
mod golden;
mod tables;
mod truth;
