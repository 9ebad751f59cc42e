//! SQL over every layer: DataFusion with geodatafusion's ST_ functions, ours, and our exact joins inside.
//!
//! - [`Session`]: opens a workspace, and answers queries over its layers, their past runs, and files
//! - [`Answer`]: the rows of an answer, batch by batch
//! - `text`, `statement`: the text of a query, and the one reading statement in it; `limits`: how large it may be
//! - `catalog/`: what a query may name; `table/`: layers as tables
//! - `functions/`: our functions, one file each
//! - `join/`: the rule that turns joins on ST_Within and its like into index joins, and the joins themselves
//! - `diagnose`: errors of the planner in our words, with their place in the text
//! - [`output`]: answers in their formats; [`shell`]: the prompt
//!
//! Saved queries and the audit log are `corredor::query`.
//!
//! `docs/decisions/0006-sql-joins.md` says what an index join must give, and why queries run in one partition.

pub mod output;
pub mod shell;

mod answer;
mod batch;
mod cancel;
mod catalog;
mod describe;
mod diagnose;
mod engine;
mod error;
mod functions;
mod join;
mod limits;
mod options;
mod plan;
mod session;
mod statement;
mod table;
mod text;
mod totals;

pub use answer::Answer;
pub use cancel::CancelHandle;
pub use catalog::lowest_level;
pub use datafusion::scalar::ScalarValue;
pub use describe::{FunctionInfo, FunctionKind, LayerUse, TableInfo, TableKind};
pub use error::{Fault, QueryError};
pub use options::SessionOptions;
pub use session::Session;
