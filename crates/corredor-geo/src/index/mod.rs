//! Indices over zones and sites: what may be near, found quickly, for the joins to decide.

mod bands;
mod boxes;
mod cells;
mod edges;
mod error;
mod grid;
mod middles;
mod sites;
mod tree3;

pub(crate) use bands::orient;
pub use bands::{BandedZones, Position};
pub use boxes::BoxTree;
pub use cells::{AllZones, CellIndex, IndexFileError, SavedIndex};
pub(crate) use edges::{EdgeCells, Run};
pub use error::IndexError;
pub(crate) use error::{check_lines, check_zones};
pub(crate) use middles::Middles;
pub(crate) use sites::Candidate;
pub use sites::SiteTree;
pub(crate) use tree3::{Box3, Tree3};
