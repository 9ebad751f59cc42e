//! The places that distances point to.
//!
//! Every clue leaves a band: no site is nearer than its lower distance, one is within its upper. The ground is cut into
//! cells, and cut again where a band's edge passes (`cells`); what is left is where a site may be and a band asks for
//! one. Places are then taken greedily, the one that explains most bands that none before it explains first (`places`),
//! and fitted by least squares (`fit`). O(m log m) in the cells that are left.

mod cells;
mod fit;
mod places;

pub use places::{Place, places};
