//! What the record of a run says of a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A published file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct FileRecord {
    /// Its name.
    pub name: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}
