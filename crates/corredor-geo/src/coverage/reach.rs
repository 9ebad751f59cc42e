//! How far the reach of a site may go.

/// The largest reach, kilometres: up to it, and up to 80 degrees of latitude, a site's
/// reach meets a piece of a route in one interval.
pub(super) const MAX_REACH_KM: f64 = 1000.0;
