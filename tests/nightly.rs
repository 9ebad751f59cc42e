//! The nightly run through the real binary: what is rebuilt, what survives, what is told.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod common;

#[path = "nightly/audit.rs"]
mod audit;
#[path = "nightly/checks.rs"]
mod checks;
#[path = "nightly/disks.rs"]
mod disks;
#[path = "nightly/editions.rs"]
mod editions;
#[path = "nightly/ends.rs"]
mod ends;
#[path = "nightly/faults.rs"]
mod faults;
#[path = "nightly/ground.rs"]
mod ground;
#[path = "nightly/guarded.rs"]
mod guarded;
#[path = "nightly/guards.rs"]
mod guards;
#[path = "nightly/incremental.rs"]
mod incremental;
#[path = "nightly/links.rs"]
mod links;
#[path = "nightly/logs.rs"]
mod logs;
#[path = "nightly/mishaps.rs"]
mod mishaps;
#[path = "nightly/operations.rs"]
mod operations;
#[path = "nightly/operator.rs"]
mod operator;
#[path = "nightly/publication.rs"]
mod publication;
#[path = "nightly/said.rs"]
mod said;
#[path = "nightly/secrets.rs"]
mod secrets;
#[path = "nightly/sources.rs"]
mod sources;
#[path = "nightly/withdraw.rs"]
mod withdraw;
