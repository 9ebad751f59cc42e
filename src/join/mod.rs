//! Spatial joins: points to zones, lines over zones, nearest sites.
//!
//! `docs/methods/join.md` states the rules and their sources.

mod borders;
mod crossing;
mod dissolve;
mod error;
mod locate;
mod nearest;
mod overlay;
mod route;
mod stretch;
mod walk;

pub use borders::BorderIndex;
pub use dissolve::{SLIVER_KM2, dissolve};
pub use error::JoinError;
pub use locate::{OUTSIDE, ZoneIndex};
pub use nearest::{NO_SITE, SiteIndex, SitesWithin};
pub use overlay::overlay;
pub use route::{NearestOnRoute, RouteIndex};
pub use stretch::{Place, Stretch, StretchLines};
