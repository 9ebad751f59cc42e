//! Queries: through the real binary, through sessions of the library, and beside PostGIS.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod engine;
mod postgis;
mod query;
