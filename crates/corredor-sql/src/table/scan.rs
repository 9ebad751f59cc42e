//! Reading a layer that stands in memory, a batch of rows at a time.

use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use super::LayerTable;
use crate::plan::one_part;

/// Reads the rows of a layer in their order.
#[derive(Debug)]
pub(crate) struct LayerScanExec {
    table: Arc<LayerTable>,
    /// The columns, by their places in the table.
    columns: Vec<usize>,
    rows: usize,
    properties: Arc<PlanProperties>,
}

impl LayerScanExec {
    /// Reads these columns, all without a choice, of at most `limit` rows.
    pub(crate) fn new(
        table: Arc<LayerTable>,
        projection: Option<Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Self> {
        let columns = projection.unwrap_or_else(|| (0..table.batch().num_columns()).collect());
        let schema = Arc::new(table.batch().schema().project(&columns)?);
        let rows = limit.unwrap_or(usize::MAX).min(table.batch().num_rows());
        let properties = one_part(schema, EmissionType::Incremental, Boundedness::Bounded);
        Ok(Self { table, columns, rows, properties })
    }

    /// The layer, where all of its rows are read.
    pub(crate) fn whole(&self) -> Option<&Arc<LayerTable>> {
        (self.rows == self.table.batch().num_rows()).then_some(&self.table)
    }

    /// Place in the table of a column that is read.
    pub(crate) fn column(&self, index: usize) -> Option<usize> {
        self.columns.get(index).copied()
    }

    /// All rows that are read, as one batch.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        Ok(self.table.batch().slice(0, self.rows).project(&self.columns)?)
    }
}

impl DisplayAs for LayerScanExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schema = self.table.batch().schema();
        let names: Vec<&str> = self.columns.iter().map(|&c| schema.field(c).name().as_str()).collect();
        let layer = self.table.layer().name();
        write!(f, "LayerScanExec: layer={layer}, rows={}, columns=[{}]", self.rows, names.join(", "))
    }
}

impl ExecutionPlan for LayerScanExec {
    fn name(&self) -> &'static str {
        "LayerScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.is_empty() {
            true => Ok(self),
            false => exec_err!("a layer is read without inputs"),
        }
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (batch, size) = (self.batch()?, context.session_config().batch_size().max(1));
        let starts = (0..batch.num_rows()).step_by(size);
        let schema = batch.schema();
        let slices = starts.map(move |start| Ok(batch.slice(start, size.min(batch.num_rows() - start))));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter(slices))))
    }

    fn statistics_from_inputs(&self, _: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.schema());
        statistics.num_rows = Precision::Exact(self.rows);
        Ok(Arc::new(statistics))
    }
}
