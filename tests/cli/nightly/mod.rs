//! The nightly run through the real binary: what is rebuilt, what survives, what is told.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod audit;
mod checks;
mod disks;
mod editions;
mod ends;
mod faults;
mod ground;
mod guarded;
mod guards;
mod incremental;
mod links;
mod logs;
mod mishaps;
mod operations;
mod operator;
mod publication;
mod said;
mod secrets;
mod sources;
mod withdraw;
