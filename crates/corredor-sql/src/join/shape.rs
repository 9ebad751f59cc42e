//! What a join asks for and gives.

use arrow_schema::SchemaRef;
use datafusion::common::JoinType;
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};

use super::condition::Condition;

/// A join by its type, its condition and its columns.
#[derive(Debug)]
pub(super) struct Shape {
    pub join_type: JoinType,
    pub filter: JoinFilter,
    pub condition: Condition,
    /// The fields that come out, and where they come from.
    pub columns: Vec<ColumnIndex>,
    pub schema: SchemaRef,
}
