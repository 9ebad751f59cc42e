//! What a run works with.

use super::locator::Locator;
use super::source::Source;
use super::{Request, Watch, Zones};

/// A run: what is asked, of which points, in which zones.
pub(super) struct Run<'a> {
    pub(super) request: &'a Request,
    pub(super) zones: &'a Zones,
    pub(super) source: &'a Source,
    pub(super) locator: &'a Locator<'a>,
    pub(super) watch: &'a dyn Watch,
}

impl Run<'_> {
    /// Name of the column of zone keys in the output.
    pub(super) fn key(&self) -> &str {
        self.request.key_as.as_deref().unwrap_or_else(|| self.zones.key())
    }
}
