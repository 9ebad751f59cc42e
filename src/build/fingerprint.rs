//! What a build depends on, as one number: definitions, source bytes, and the version of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
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
    let mut complete = true;
    let local = |read| workspace.source(read).local().map(Path::to_owned).filter(|path| path.is_file());
    let reads = plan.layers().iter().filter_map(|layer| layer.file.read.as_ref());
    let files: BTreeSet<PathBuf> = reads.filter_map(local).collect();
    let sources: Vec<_> = files
        .into_par_iter()
        .map(|path| match sha256_file(&path) {
            Ok(digest) => Ok((path, digest)),
            Err(error) => Err(BuildError::Io { path, error }),
        })
        .collect();
    let sources = sources.into_iter().collect::<Result<BTreeMap<_, _>, BuildError>>()?;
    for layer in plan.layers() {
        hasher.update(&layer.name);
        hasher.update(layer.definition_text.as_bytes());
        let Some(read) = &layer.file.read else { continue };
        match local(read).and_then(|path| sources.get(&path)) {
            Some(digest) => hasher.update(digest),
            // A database, an address or a folder cannot be told unchanged without reading it.
            None => complete = false,
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
