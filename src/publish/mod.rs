//! Publication: the gate, the files of each layer, their metadata, the tables of PostGIS, and the atomic switch.
//!
//! `docs/publishing.md` says what a partner finds in a run.

mod card;
mod catalogue;
mod error;
mod files;
mod gate;
mod metadata;
mod postgis;
mod run;
pub mod style;

pub use card::{Ancestor, Card, Dataset};
pub use catalogue::{Catalogue, CatalogueError, Entry};
pub use error::PublishError;
pub use files::{Published, publish};
pub use gate::FIELD_NAME_MAX;
pub use postgis::REGISTRY as POSTGIS_REGISTRY;
pub use run::Run;
