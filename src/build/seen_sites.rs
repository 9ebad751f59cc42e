//! Sites as they are seen, kept for all layers that are made from them.

use std::sync::{Arc, Mutex};

use crate::protect::{self, Candidates, Groups};
use crate::workspace::Displaced;

/// Sites as they are seen, shared between the layers that are made from them.
#[derive(Clone, Debug, Default)]
pub(super) struct SeenSites(pub(super) Arc<Mutex<Vec<SeenOnce>>>);

/// A layer of sites, by what rule it is seen, and how.
pub(super) type SeenOnce = (String, Displaced, Arc<Seen>);

/// The settlements where sites are seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) candidates: Candidates,
    pub(super) groups: Groups,
    /// Where each site is seen: for the gate alone.
    pub(super) displaced: protect::Displaced,
    /// Each once, ascending: neither how many sites are seen at a place nor their order goes any further.
    pub(super) places: Vec<u32>,
    /// Half and 95 % of displacements are at most so far, km.
    pub(super) moved_km: [f64; 2],
    /// What tells this division into groups from others.
    pub(super) partition: String,
    /// Sites that stand far from all settlements.
    pub(super) far: usize,
}
