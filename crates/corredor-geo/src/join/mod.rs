//! Spatial joins: points to zones, lines over zones, nearest sites.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod astray;
mod borders;
mod crossing;
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

pub use astray::{Astray, Misplaced, astray, astray_of};
pub use borders::BorderIndex;
pub use error::JoinError;
pub use locate::{OUTSIDE, ZoneIndex, in_key_order};
pub use locator::Locator;
pub use nearest::{NO_SITE, SiteIndex, SitesWithin};
pub use overlaps::{MIN_OVERLAP_KM2, Overlap, overlaps};
pub use overlay::overlay;
pub use route::{NearestOnRoute, RouteIndex};
pub use shares::{Share, Shares, shares};
pub use snap::{MAX_SNAP_KM, SnapIndex};
pub use stretch::{Place, Stretch, StretchLines};
