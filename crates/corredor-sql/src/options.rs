//! What a session may do.

use std::path::PathBuf;
use std::time::Duration;

use corredor::workspace::config::Level;

/// Memory that the work of a query may take before it spills, unless said otherwise.
const MEMORY_LIMIT_BYTES: usize = 2_000_000_000;

/// What a session may read, and how much it may take.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Folder of the workspace whose layers are tables; without one only files are.
    pub workspace: Option<PathBuf>,
    /// Folders and files outside the workspace that queries may read, too.
    pub allow_paths: Vec<PathBuf>,
    /// Memory that the work of a query may take: sorts and groups that need more go on in temporary files, what
    /// cannot is refused. Layers that a query names are held besides.
    pub memory_limit_bytes: usize,
    /// How long one query may take, its layers included.
    pub timeout: Option<Duration>,
    /// The highest level that is read without [`Session::permit`](super::Session::permit); any where none is stated.
    pub level: Option<Level>,
    /// The level of who asks, whom layers are made for: that of `level` unless it is stated. What is above `level` and
    /// not above this is read where it was permitted.
    pub viewer: Option<Level>,
    /// Whether layers that are not built, or stale, are built in memory; else they are refused.
    pub build: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            workspace: None,
            allow_paths: Vec::new(),
            memory_limit_bytes: MEMORY_LIMIT_BYTES,
            timeout: None,
            level: None,
            viewer: None,
            build: true,
        }
    }
}
