//! The record of a run: `metadata.json`, written and read by one definition.
//!
//! - [`RunRecord`]: the whole record; [`RunRecord::open`] reads that of a run
//! - [`LayerRecord`]: what it says of a layer
//! - [`AncestorRecord`], [`ProvenanceRecord`]: of the layers that one was made from
//! - [`Parameters`]: what a step was told and chose, by the step; [`Shared`] for what any step may add
//! - [`schema()`]: its JSON Schema
//!
//! `docs/decisions/0021` says when [`SCHEMA`] is raised.

mod ancestry;
mod file;
mod layer;
mod parameters;
mod partly;
mod read;
mod run;
mod schema;
mod step;
#[cfg(test)]
mod tests;

pub use ancestry::{AncestorRecord, FindingRecord, ProvenanceRecord};
pub use file::FileRecord;
pub use layer::{FieldRecord, FieldWordsRecord, LayerRecord, SimplifiedRecord, WrittenRecord};
pub use parameters::*;
pub use read::RecordError;
pub use run::{AcceptedRecord, RECORD_FILE, RunRecord, SCHEMA};
pub use schema::{RUN_SCHEMA, schema};
pub use step::StepRecord;
