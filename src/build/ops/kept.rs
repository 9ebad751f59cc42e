//! Who is told of a build, as `corredor.toml` said at the last one: for the night when it cannot be read.

use std::path::Path;

use crate::build::cache::{open_sealed, put_whole, seal};
use crate::workspace::config::OperateSection;

/// Its file in `.corredor/`.
pub(super) const FILE: &str = "operate.json";

/// Keeps the name of the workspace and its `[operate]`.
pub(super) fn save(home: &Path, name: &str, operate: &OperateSection) -> std::io::Result<()> {
    put_whole(&home.join(FILE), seal(&serde_json::to_string(&(name, operate))?).as_bytes())
}

/// What was kept; none where nothing was, or it is damaged.
pub(super) fn load(home: &Path) -> Option<(String, OperateSection)> {
    serde_json::from_str(&open_sealed(&home.join(FILE))?).ok()
}
