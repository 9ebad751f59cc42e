//! Publication: the gate, the files of each layer, their metadata, what changed, the tables of PostGIS, and the atomic
//! switch; the runs that stand, and the way back to one.
//!
//! `docs/publishing.md` says what a partner finds in a run.

mod card;
mod catalogue;
mod describe;
pub mod diff;
mod error;
mod fault;
mod files;
mod folder;
mod gate;
mod geopackage;
mod hxl;
mod keep;
mod lineage;
mod link_fault;
mod links;
mod metadata;
mod postgis;
mod project;
mod qmd;
pub mod record;
pub mod render;
mod run;
mod runs;
mod set;
mod shelf;
mod simplify;
pub mod style;
mod table_schema;
mod withdraw;
mod workbook;

pub use card::{Ancestor, Card, Dataset};
pub(crate) use catalogue::is_file_stem;
pub use catalogue::whole_file;
pub use catalogue::{Catalogue, CatalogueError, Entry};
pub use diff::{Diff, diff};
pub use error::PublishError;
pub use fault::{Fault, FaultKind};
pub(crate) use files::publish_tables;
pub use files::{AllPublished, Published, Staged, Work, publish, publish_all};
pub(crate) use folder::RUNS;
pub use gate::FIELD_NAME_MAX;
pub use keep::Keep;
pub use link_fault::{LinkFault, LinkFaultKind};
pub use links::{Standing, check_links, mend_links, targets};
pub use postgis::REGISTRY as POSTGIS_REGISTRY;
pub(crate) use postgis::{drift, withdraw as withdraw_tables};
pub use run::Run;
pub use runs::holds_file;
pub use runs::{RunInfo, before_current, find, find_among, roll_back, runs, verify};
pub use set::{Set, editions, roll_back_set};
pub use shelf::level_of;
pub use shelf::{Seen, Shelf, admit_run};
pub use simplify::{Simplified, simplify};
pub use withdraw::{Reach, Withdraw, Withdrawal, refuse_wider, wider, withdraw};
