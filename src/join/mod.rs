//! Spatial joins: points to zones, lines over zones, nearest sites.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod crossing;
mod dissolve;
mod error;
mod locate;
mod nearest;
mod overlay;
mod snap;

pub use dissolve::{SLIVER_KM2, dissolve};
pub use error::JoinError;
pub use locate::{OUTSIDE, ZoneIndex};
pub use nearest::SiteIndex;
pub use overlay::{Stretch, overlay};
pub use snap::{BorderIndex, MAX_SNAP_KM};
