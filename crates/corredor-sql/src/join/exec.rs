//! The operator: one side indexed whole, the other looked up batch by batch.

use std::fmt;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, JoinType, Result, exec_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter, build_join_schema};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{StreamExt, TryStreamExt};

use super::InOrderExec;
use super::built::failed;
use super::condition::Condition;
use super::joiner::Joiner;
use super::shape::Shape;
use crate::plan::one_part;
use crate::table::{LayerScanExec, LayerTable};

/// Joins two inputs by an index over one of them.
#[derive(Debug)]
pub(crate) struct IndexJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    shape: Arc<Shape>,
    projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl IndexJoinExec {
    /// A join of the type and with the filter of the loop whose place it takes.
    pub(super) fn new(
        left: Arc<dyn ExecutionPlan>,
        right: Arc<dyn ExecutionPlan>,
        join_type: JoinType,
        filter: JoinFilter,
        condition: Condition,
        projection: Option<Vec<usize>>,
    ) -> Result<Self> {
        let (left, right) = (InOrderExec::over(left), InOrderExec::over(right));
        let (schema, mut columns) = build_join_schema(&left.schema(), &right.schema(), &join_type);
        let mut schema = Arc::new(schema);
        if let Some(projection) = &projection {
            schema = Arc::new(schema.project(projection)?);
            columns = projection.iter().map(|&index| columns[index].clone()).collect();
        }
        let properties = one_part(Arc::clone(&schema), EmissionType::Incremental, Boundedness::Bounded);
        let shape = Arc::new(Shape { join_type, filter, condition, columns, schema });
        Ok(Self { left, right, shape, projection, properties, metrics: ExecutionPlanMetricsSet::new() })
    }

    /// The same join that gives only some of its columns.
    pub(super) fn narrowed(&self, used: &[usize]) -> Result<Self> {
        let projection = match &self.projection {
            Some(projection) => used.iter().map(|&index| projection[index]).collect(),
            None => used.to_vec(),
        };
        let Shape { join_type, filter, condition, .. } = &*self.shape;
        let (left, right) = (Arc::clone(&self.left), Arc::clone(&self.right));
        Self::new(left, right, *join_type, filter.clone(), condition.clone(), Some(projection))
    }

    /// The side that is indexed, then the other.
    fn sides(&self) -> (&Arc<dyn ExecutionPlan>, &Arc<dyn ExecutionPlan>) {
        match self.shape.condition.left_is_built {
            true => (&self.left, &self.right),
            false => (&self.right, &self.left),
        }
    }

    /// Where a column that comes out is taken from.
    pub(super) fn origin(&self, column: usize) -> Option<&ColumnIndex> {
        self.shape.columns.get(column)
    }

    /// Whether each row that comes out is a pair of rows, and whether the left side is the indexed one.
    pub(super) fn kind(&self) -> (JoinType, bool) {
        (self.shape.join_type, self.shape.condition.left_is_built)
    }

    /// Indexes one side, and begins to read the other.
    pub(super) fn open(
        &self,
        context: Arc<TaskContext>,
    ) -> Result<impl Future<Output = Result<(Arc<Joiner>, SendableRecordBatchStream)>> + Send + use<>> {
        let shape = Arc::clone(&self.shape);
        let mut memory = MemoryConsumer::new("IndexJoinExec").register(context.memory_pool());
        let (built, streamed) = self.sides();
        let layer = match self.layer() {
            Some((table, scan)) => Some((table, scan.batch()?)),
            None => None,
        };
        let input = match &layer {
            // The layer stands in memory already, whole.
            Some(_) => None,
            None => Some(built.execute(0, Arc::clone(&context))?),
        };
        let schema = built.schema();
        let streamed = streamed.execute(0, context)?;
        Ok(async move {
            let (rows, table) = match (layer, input) {
                (Some((table, rows)), _) => (rows, Some(table)),
                (None, Some(input)) => (collect(input, &schema, &mut memory).await?, None),
                (None, None) => return Err(failed("a join without an input")),
            };
            let joiner = Joiner::new(shape, rows, table, streamed.schema(), memory).await?;
            Ok((Arc::new(joiner), streamed))
        })
    }

    /// The layer that is read whole on the indexed side, if its geometry is what is looked for.
    fn layer(&self) -> Option<(Arc<LayerTable>, &LayerScanExec)> {
        let mut input = self.sides().0;
        while input.name() == "CooperativeExec" {
            input = input.children().first().copied()?;
        }
        let scan = input.downcast_ref::<LayerScanExec>()?;
        let column = self.shape.condition.built.downcast_ref::<Column>()?;
        let table = scan.whole()?;
        let geometry = scan.column(column.index()).filter(|place| Some(*place) == table.geometry());
        geometry.map(|_| (Arc::clone(table), scan))
    }
}

impl DisplayAs for IndexJoinExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.shape.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let Shape { join_type, condition, .. } = &*self.shape;
        write!(f, "IndexJoinExec: join_type={join_type:?}, {condition}, columns=[{}]", names.join(", "))
    }
}

impl ExecutionPlan for IndexJoinExec {
    fn name(&self) -> &'static str {
        "IndexJoinExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.left, &self.right]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        f(self.shape.filter.expression())
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.pop()) {
            (Some(right), Some(left)) if children.is_empty() => {
                let Shape { join_type, filter, condition, .. } = &*self.shape;
                let projection = self.projection.clone();
                let join = Self::new(left, right, *join_type, filter.clone(), condition.clone(), projection)?;
                Ok(Arc::new(join))
            }
            _ => exec_err!("a join has two inputs"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let opened = self.open(context)?;
        let joined = async move {
            let (joiner, streamed) = opened.await?;
            Ok::<_, DataFusionError>(joiner.join(streamed))
        };
        let rows = futures::stream::once(joined).try_flatten();
        let rows = rows.inspect_ok(move |batch| {
            metrics.record_output(batch.num_rows());
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

/// All rows of an input, within the memory that the query may take.
async fn collect(
    mut input: SendableRecordBatchStream,
    schema: &SchemaRef,
    memory: &mut MemoryReservation,
) -> Result<RecordBatch> {
    let mut batches = Vec::new();
    while let Some(batch) = input.next().await {
        let batch = batch?;
        // The rows, and about as much again for their index.
        memory.try_grow(2 * batch.get_array_memory_size())?;
        batches.push(batch);
    }
    Ok(arrow_select::concat::concat_batches(schema, &batches)?)
}
