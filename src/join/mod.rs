//! Spatial joins: points to zones, lines over zones, nearest sites.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod astray;
mod borders;
mod crossing;
mod dissolve;
mod error;
mod locate;
mod locator;
mod nearest;
mod open;
mod overlaps;
mod overlay;
mod route;
mod shares;
mod snap;
mod stretch;
mod walk;

pub use astray::astray;
pub(crate) use astray::astray_of;
pub use borders::BorderIndex;
pub use dissolve::{SLIVER_KM2, dissolve};
pub use error::JoinError;
pub(crate) use locate::in_key_order;
pub use locate::{OUTSIDE, ZoneIndex};
pub use locator::Locator;
pub use nearest::{NO_SITE, SiteIndex, SitesWithin};
pub use overlaps::{MIN_OVERLAP_KM2, Overlap, overlaps};
pub use overlay::overlay;
pub use route::{NearestOnRoute, RouteIndex};
pub use shares::{Share, Shares, shares};
pub use snap::{MAX_SNAP_KM, SnapIndex};
pub use stretch::{Place, Stretch, StretchLines};
