//! Fingerprints: everything that a layer depends on as one number, and in parts, so that it can be said what changed.

mod compare;
mod parts;
mod sources;

pub use compare::{Reason, State, reasons};
pub use parts::{Parts, layer_fingerprint, layer_parts, whole_fingerprint};
pub use sources::{SourceFingerprint, Sources, source_fingerprint};
