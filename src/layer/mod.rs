//! A layer: Arrow attributes beside GeoArrow geometry, a key, and where it came from.

pub mod astray;
mod dissolve;
mod error;
mod extent;
mod finding;
mod geometry;
mod keys;
pub mod postgres;
mod proof;
mod provenance;
mod quantity;
pub mod read;
mod table;
pub(crate) mod text;
pub mod write;
mod z_curve;

pub use astray::{Astray, Misplaced};
pub use corredor_geo::{LineView, PointView, Ring, ZoneView};
pub use dissolve::{SLIVER_KM2, dissolve};
pub use error::{LayerError, nearest};
pub use extent::Extent;
pub use finding::{EXAMPLES, Finding, Severity};
pub use geometry::{Geometry, LinesBuilder, ZonesBuilder, points, points_or_missing};
pub use keys::{KeyFit, Spelling, key_fit};
pub use provenance::{DISPLACED_RECORD, Provenance, Source};
pub use table::{Column, Layer};
pub use text::{Dialect, Notation, Numerals};
pub(crate) use z_curve::z_curve;
