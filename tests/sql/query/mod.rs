//! `corredor query` and `corredor queries` through the real binary: saved queries, answers, the prompt, what is refused.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod answers;
mod bounds;
mod doors;
mod errors;
mod ground;
mod levels;
mod limits;
mod listing;
mod postgis;
mod prompt;
mod shipped;
mod writing;
