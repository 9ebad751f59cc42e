//! Workspaces from the outside: what is wrong with broken ones, and what the templates make.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking, and say aloud what they skip"
)]

mod broken;
mod committed;
mod levels;
mod properties;
mod support;
mod templates;
