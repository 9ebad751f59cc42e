//! Spatial joins: points to zones, lines over zones, nearest sites.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod crossing;
mod dissolve;
mod error;
mod locate;
mod locator;
mod nearest;
mod overlay;
mod shares;
mod snap;

pub use dissolve::{SLIVER_KM2, dissolve};
pub use error::JoinError;
use locate::in_key_order;
pub use locate::{OUTSIDE, ZoneIndex};
pub use locator::Locator;
pub use nearest::SiteIndex;
pub use overlay::{Stretch, overlay};
pub use shares::{Share, Shares, shares};
pub use snap::{BorderIndex, MAX_SNAP_KM};
