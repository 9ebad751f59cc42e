//! What a build depends on, as one number: definitions, source bytes, and the version of the program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::BuildError;
use crate::layer::read::sha256_file;
use crate::workspace::{Plan, Workspace};

/// SHA-256 over the workspace file, every layer file, every local source and the version; hexadecimal.
///
/// # Errors
/// Where a source cannot be read.
pub fn fingerprint(workspace: &Workspace, plan: &Plan) -> Result<Fingerprint, BuildError> {
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    hasher.update(workspace.definition_text());
    let mut sources = BTreeMap::new();
    let mut complete = true;
    for layer in plan.layers() {
        hasher.update(&layer.name);
        hasher.update(layer.definition_text.as_bytes());
        let Some(read) = &layer.file.read else { continue };
        match workspace.source(read).local() {
            Some(path) if path.is_file() => {
                let path = path.to_owned();
                if !sources.contains_key(&path) {
                    let digest =
                        sha256_file(&path).map_err(|error| BuildError::Io { path: path.clone(), error })?;
                    sources.insert(path.clone(), digest);
                }
                hasher.update(&sources[&path]);
            }
            // A database, an address or a folder cannot be told unchanged without reading it.
            _ => complete = false,
        }
    }
    let digest = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Ok(Fingerprint { digest, complete, sources })
}

/// The fingerprint of a plan.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// Hexadecimal digest.
    pub digest: String,
    /// Whether it covers every source; if not, nothing can be called unchanged.
    pub complete: bool,
    /// SHA-256 of each local source.
    pub sources: BTreeMap<PathBuf, String>,
}
