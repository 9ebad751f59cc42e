//! A layer: Arrow attributes beside GeoArrow geometry, a key, and where it came from.

mod view;

pub use view::{LineView, PointView, Ring, ZoneView};
