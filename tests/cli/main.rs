//! What the program does, through the real binary: what it reads, builds, refuses, says, and leaves behind.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod attack;
mod build_errors;
mod cases;
mod cli_errors;
mod corridor;
mod demo;
mod doors;
mod locate;
mod mexico;
mod mirti;
mod nightly;
mod postgis;
mod protect;
mod read;
mod read_errors;
mod record;
mod sources;
mod view;
