//! Indices over zones and sites: what may be near, found quickly, for the joins to decide.

mod bands;
mod boxes;
mod cells;
mod error;
mod sites;

pub(crate) use bands::orient;
pub use bands::{BandedZones, Position};
pub use boxes::BoxTree;
pub use cells::{CellIndex, IndexFileError, SavedIndex};
pub use error::IndexError;
pub(crate) use error::check_lines;
pub use sites::SiteTree;
