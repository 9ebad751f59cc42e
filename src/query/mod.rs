//! SQL over every layer: DataFusion with geodatafusion's ST_ functions, ours, and our exact joins inside.
//!
//! - [`Session`]: opens a workspace, and answers queries over its layers, their past runs, and files
//! - [`Answer`]: the rows of an answer, batch by batch
//! - `text`, `statement`: the text of a query, and the one reading statement in it
//! - `catalog/`: what a query may name; `table/`: layers as tables
//! - `functions/`: our functions, one file each
//! - `join/`: the rule that turns joins on ST_Within and its like into index joins, and the joins themselves
//! - `diagnose`: errors of the planner in our words, with their place in the text
//! - [`saved`]: saved queries; [`output`]: answers in their formats; `shell`: the prompt; [`audit`]: the audit log
//!
//! `docs/decisions/0006-sql-joins.md` says what an index join must give, and why queries run in one partition.

pub mod audit;
pub mod output;
pub mod saved;
#[cfg(feature = "sql")]
pub mod shell;

#[cfg(feature = "sql")]
mod answer;
#[cfg(feature = "sql")]
mod cancel;
#[cfg(feature = "sql")]
mod catalog;
#[cfg(feature = "sql")]
mod describe;
#[cfg(feature = "sql")]
mod diagnose;
#[cfg(feature = "sql")]
mod engine;
#[cfg(feature = "sql")]
mod error;
#[cfg(feature = "sql")]
mod functions;
#[cfg(feature = "sql")]
mod join;
#[cfg(feature = "sql")]
mod options;
#[cfg(feature = "sql")]
mod plan;
#[cfg(feature = "sql")]
mod session;
#[cfg(feature = "sql")]
mod statement;
#[cfg(feature = "sql")]
mod table;
#[cfg(feature = "sql")]
mod text;
#[cfg(feature = "sql")]
mod totals;

#[cfg(feature = "sql")]
pub use answer::Answer;
#[cfg(feature = "sql")]
pub use cancel::CancelHandle;
#[cfg(feature = "sql")]
pub use datafusion::scalar::ScalarValue;
#[cfg(feature = "sql")]
pub use describe::{FunctionInfo, FunctionKind, LayerUse, TableInfo, TableKind};
#[cfg(feature = "sql")]
pub use error::{Fault, QueryError};
#[cfg(feature = "sql")]
pub use options::SessionOptions;
#[cfg(feature = "sql")]
pub use session::Session;
