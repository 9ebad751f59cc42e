//! The theme of the layers that tell what changed.

/// Theme of the layers that tell what changed.
pub(crate) const CHANGES: &str = "changes";
