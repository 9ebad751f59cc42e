//! Routes over zones: kilometres along a route, and what they are exposed to.

mod error;
mod exposure;
mod straight;

pub use crate::geodesy::{RouteMeasure, RoutePosition};
pub use error::CorridorError;
pub use exposure::{Exposure, ExposureTotals, exposure};
pub use straight::{straight_km, straight_parts};
