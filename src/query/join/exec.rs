//! The operator: one side indexed whole, the other looked up batch by batch.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{JoinType, Result, exec_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter, build_join_schema};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::{Stream, StreamExt, TryStreamExt};

use super::InOrderExec;
use super::built::{Built, failed};
use super::condition::Condition;
use super::pairs::{Pairs, Sides, Work};
use crate::query::table::{LayerScanExec, LayerTable};

/// Joins two inputs by an index over one of them.
#[derive(Debug)]
pub(in crate::query) struct IndexJoinExec {
    left: Arc<dyn ExecutionPlan>,
    right: Arc<dyn ExecutionPlan>,
    shape: Arc<Shape>,
    projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// What a join asks for and gives.
#[derive(Debug)]
struct Shape {
    join_type: JoinType,
    filter: JoinFilter,
    condition: Condition,
    /// The fields that come out, and where they come from.
    columns: Vec<ColumnIndex>,
    schema: SchemaRef,
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
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let shape = Arc::new(Shape { join_type, filter, condition, columns, schema });
        Ok(Self {
            left,
            right,
            shape,
            projection,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        })
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
        let shape = Arc::clone(&self.shape);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
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
        let joined = async move {
            let (rows, table) = match (layer, input) {
                (Some((table, rows)), _) => (rows, Some(table)),
                (None, Some(input)) => (collect(input, &schema, &mut memory).await?, None),
                (None, None) => return Err(failed("a join without an input")),
            };
            let of = Arc::clone(&shape);
            let built = blocking(move || Built::new(rows, &of.condition, table)).await?;
            let seen = (0..built.rows.num_rows()).map(|_| AtomicBool::new(false)).collect();
            let streamed_schema = streamed.schema();
            let joiner = Joiner { shape, built, seen, streamed: streamed_schema, _memory: memory };
            Ok(Arc::new(joiner).join(streamed))
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

/// Runs what takes long away from the threads that wait for inputs.
async fn blocking<T: Send + 'static>(run: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(run).await {
        Ok(done) => done,
        Err(error) => Err(failed(format!("a join broke off: {error}"))),
    }
}

/// A join at work.
struct Joiner {
    shape: Arc<Shape>,
    built: Built,
    /// Which rows of the indexed side were found.
    seen: Vec<AtomicBool>,
    /// Fields of the other side.
    streamed: SchemaRef,
    /// Held as long as the rows are.
    _memory: MemoryReservation,
}

/// Rows that came out, and the rest of the batch if there is one.
type Step = (RecordBatch, Option<Work>);

impl Joiner {
    /// The rows of the join: batches are looked up side by side, and come out in their order.
    fn join(
        self: Arc<Self>,
        streamed: SendableRecordBatchStream,
    ) -> impl Stream<Item = Result<RecordBatch>> + Send {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (first, rest, last) = (Arc::clone(&self), Arc::clone(&self), self);
        let steps = streamed.map(move |batch| {
            let joiner = Arc::clone(&first);
            async move {
                let batch = batch?;
                blocking(move || {
                    let work = Work::new(batch, &joiner.shape.condition, &joiner.built)?;
                    joiner.step(work)
                })
                .await
            }
        });
        let rows = steps.buffered(threads).map_ok(move |step: Step| {
            let joiner = Arc::clone(&rest);
            // What one batch has too many pairs for is taken bit by bit.
            let more = futures::stream::try_unfold(step.1, move |work| {
                let joiner = Arc::clone(&joiner);
                async move {
                    match work {
                        None => Ok(None),
                        Some(work) => blocking(move || joiner.step(work)).await.map(Some),
                    }
                }
            });
            futures::stream::iter([Ok(step.0)]).chain(more)
        });
        let unseen = futures::stream::once(async move { last.unseen() });
        rows.try_flatten().chain(unseen).try_filter(|batch| std::future::ready(batch.num_rows() > 0))
    }

    /// Looks some rows of a batch up.
    fn step(&self, mut work: Work) -> Result<Step> {
        let from = work.from;
        let pairs = work.next(&self.shape.condition, &self.built, &self.shape.filter)?;
        let rows = self.rows(pairs, &work.batch, from..work.from)?;
        let rest = if work.is_done() { None } else { Some(work) };
        Ok((rows, rest))
    }

    /// What the pairs of these rows of a batch give.
    fn rows(&self, pairs: Pairs, batch: &RecordBatch, rows: std::ops::Range<usize>) -> Result<RecordBatch> {
        if self.keeps_built() {
            pairs.built.iter().for_each(|&row| self.seen[row as usize].store(true, Ordering::Relaxed));
        }
        let left = self.shape.condition.left_is_built;
        let (of_built, of_streamed): (UInt32Array, UInt32Array) = match self.shape.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti if left => return self.nothing(),
            JoinType::RightSemi | JoinType::RightAnti if !left => return self.nothing(),
            JoinType::LeftSemi | JoinType::RightSemi | JoinType::LeftAnti | JoinType::RightAnti => {
                let found = matches!(self.shape.join_type, JoinType::LeftSemi | JoinType::RightSemi);
                let kept = matched(&pairs.streamed, rows, found);
                (std::iter::repeat_n(None::<u32>, kept.len()).collect(), kept.into())
            }
            _ if self.keeps_streamed() => with_unmatched(&pairs, rows),
            _ => (pairs.built.into(), pairs.streamed.into()),
        };
        self.batch(batch, &of_built, &of_streamed)
    }

    /// At the end: rows of the indexed side that come out for having been found, or not.
    fn unseen(&self) -> Result<RecordBatch> {
        if !self.keeps_built() {
            return self.nothing();
        }
        let wanted = matches!(self.shape.join_type, JoinType::LeftSemi | JoinType::RightSemi);
        let seen = self.seen.iter().map(|seen| seen.load(Ordering::Relaxed));
        let rows: UInt32Array =
            (0_u32..).zip(seen).filter(|&(_, seen)| seen == wanted).map(|(row, _)| Some(row)).collect();
        let none: UInt32Array = std::iter::repeat_n(None::<u32>, rows.len()).collect();
        self.batch(&RecordBatch::new_empty(Arc::clone(&self.streamed)), &rows, &none)
    }

    /// Whether rows of the indexed side come out by what was found of them in the end.
    fn keeps_built(&self) -> bool {
        let left = self.shape.condition.left_is_built;
        match self.shape.join_type {
            JoinType::Full => true,
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti => left,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti => !left,
            _ => false,
        }
    }

    /// Whether rows of the other side come out though nothing was found for them.
    fn keeps_streamed(&self) -> bool {
        let left = self.shape.condition.left_is_built;
        match self.shape.join_type {
            JoinType::Full => true,
            JoinType::Left => !left,
            JoinType::Right => left,
            _ => false,
        }
    }

    fn batch(&self, streamed: &RecordBatch, built: &UInt32Array, rows: &UInt32Array) -> Result<RecordBatch> {
        let sides = Sides {
            built: &self.built.rows,
            streamed,
            left_is_built: self.shape.condition.left_is_built,
            of_built: built,
            of_streamed: rows,
        };
        sides.batch(&self.shape.columns, &self.shape.schema)
    }

    fn nothing(&self) -> Result<RecordBatch> {
        Ok(RecordBatch::new_empty(Arc::clone(&self.shape.schema)))
    }
}

/// The rows of a span that were matched, or that were not.
fn matched(streamed: &[u32], rows: std::ops::Range<usize>, found: bool) -> Vec<u32> {
    let mut pairs = streamed.iter().peekable();
    let mut kept = Vec::new();
    for row in rows {
        let mut any = false;
        while pairs.next_if(|&&at| at as usize == row).is_some() {
            any = true;
        }
        if any == found {
            kept.push(row as u32);
        }
    }
    kept
}

/// The pairs, and between them each row of the span that has none, beside nothing.
fn with_unmatched(pairs: &Pairs, rows: std::ops::Range<usize>) -> (UInt32Array, UInt32Array) {
    let mut found = pairs.streamed.iter().zip(&pairs.built).peekable();
    let (mut built, mut streamed) = (Vec::new(), Vec::new());
    for row in rows {
        let before = streamed.len();
        while let Some((&at, &of)) = found.next_if(|(at, _)| **at as usize == row) {
            built.push(Some(of));
            streamed.push(at);
        }
        if streamed.len() == before {
            built.push(None);
            streamed.push(row as u32);
        }
    }
    (built.into(), streamed.into())
}
