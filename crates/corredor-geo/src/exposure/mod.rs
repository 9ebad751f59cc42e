//! Routes over zones: kilometres along a route, and what they are exposed to.

mod error;
mod straight;
mod totals;

pub use crate::geodesy::{RouteMeasure, RoutePosition};
pub use error::CorridorError;
pub use straight::{straight_km, straight_parts};
pub use totals::{Exposure, ExposureTotals, exposure};
