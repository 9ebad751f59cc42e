//! What the cache says of a layer before its blobs are opened.

use serde::{Deserialize, Serialize};

use crate::layer::Provenance;

/// A file of the cache that is named by its content.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Blob {
    /// BLAKE3 of its bytes, hexadecimal.
    pub blake3: String,
    /// Its length.
    pub bytes: u64,
}

/// One kept layer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Entry {
    /// Its name.
    pub layer: String,
    /// Its key field.
    pub key: String,
    /// Features in it.
    pub features: usize,
    /// Kind of its geometry: `none`, `point`, `line`, `polygon`.
    pub kind: String,
    /// Seconds that its step took.
    pub seconds: f64,
    /// Its attributes.
    pub(super) attributes: Blob,
    /// Its geometry; none for a table.
    pub(super) geometry: Option<Blob>,
    /// Where it came from and what was noticed.
    pub provenance: Provenance,
}

impl Entry {
    /// A digest of the values and places in the layer, and of nothing that is said of how it was made.
    pub fn values(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let geometry = self.geometry.as_ref().map_or("-", |blob| blob.blake3.as_str());
        for part in [&self.key, &self.kind, &self.attributes.blake3, geometry] {
            hasher.update(part.as_bytes()).update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }

    /// A digest of everything in the layer: equal layers have equal ones.
    pub fn content(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let geometry = self.geometry.as_ref().map_or("-", |blob| blob.blake3.as_str());
        for part in [&self.key, &self.kind, &self.attributes.blake3, geometry] {
            hasher.update(part.as_bytes()).update(b"\n");
        }
        // A provenance always serialises: its maps have text keys.
        hasher.update(serde_json::to_string(&self.provenance).unwrap_or_default().as_bytes());
        hasher.finalize().to_hex().to_string()
    }
}
