//! Workspaces from the outside: what is wrong with broken ones, and what the templates make.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail by panicking, and say aloud what they skip"
)]

#[path = "workspace/broken.rs"]
mod broken;
#[path = "workspace/committed.rs"]
mod committed;
#[path = "workspace/levels.rs"]
mod levels;
#[path = "workspace/properties.rs"]
mod properties;
#[path = "workspace/support.rs"]
mod support;
#[path = "workspace/templates.rs"]
mod templates;
