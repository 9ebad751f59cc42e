//! `corredor query` and `corredor queries` through the real binary: saved queries, answers, the prompt, what is refused.
#![cfg(feature = "sql")]
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/postgres.rs"]
mod postgres;

mod answers;
mod errors;
mod ground;
mod levels;
mod limits;
mod listing;
mod postgis;
mod prompt;
mod shipped;
mod writing;
