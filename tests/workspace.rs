//! Workspaces from the outside: what is wrong with broken ones, and what the templates make.

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
