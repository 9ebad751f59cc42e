//! Counting the pairs of a join without writing them down: how many points lie in each zone.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use arrow_select::take::take;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{JoinSide, JoinType, Result, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use super::exec::IndexJoinExec;
use super::joiner::Joiner;
use crate::plan::one_part;

/// Groups the pairs of an index join by fields of the indexed side and counts them (eager aggregation: Yan and
/// Larson 1995). Groups come in the order of the indexed rows.
#[derive(Debug)]
pub(crate) struct IndexCountExec {
    /// An [`IndexJoinExec`].
    join: Arc<dyn ExecutionPlan>,
    /// Columns of the indexed side that make a group.
    groups: Vec<usize>,
    /// The groups' columns, then the same count in each of the others.
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl IndexCountExec {
    fn new(join: Arc<dyn ExecutionPlan>, groups: Vec<usize>, schema: SchemaRef) -> Self {
        let properties = one_part(Arc::clone(&schema), EmissionType::Final, Boundedness::Bounded);
        let metrics = ExecutionPlanMetricsSet::new();
        Self { join, groups, schema, properties, metrics }
    }

    /// What can take the place of a grouping, if it counts all pairs of an index join and nothing else.
    pub(super) fn instead_of(aggregate: &AggregateExec) -> Option<Self> {
        let counts_all = aggregate.aggr_expr().iter().all(|count| {
            count.fun().name() == "count"
                && !count.is_distinct()
                && count
                    .expressions()
                    .iter()
                    .all(|of| of.downcast_ref::<Literal>().is_some_and(|literal| !literal.value().is_null()))
        });
        let plain = *aggregate.mode() == AggregateMode::Single
            && aggregate.group_expr().is_single()
            && aggregate.limit_options().is_none()
            && aggregate.filter_expr().iter().all(Option::is_none);
        if !counts_all || !plain {
            return None;
        }
        let mut input = aggregate.input();
        let projection = input.downcast_ref::<ProjectionExec>();
        if let Some(projection) = projection {
            input = projection.input();
        }
        let join = input.downcast_ref::<IndexJoinExec>()?;
        let (join_type, left_is_built) = join.kind();
        if join_type != JoinType::Inner {
            return None;
        }
        let side = if left_is_built { JoinSide::Left } else { JoinSide::Right };
        let column = |of: &Arc<dyn PhysicalExpr>| of.downcast_ref::<Column>().map(Column::index);
        let groups = aggregate.group_expr().expr().iter().map(|(of, _)| {
            let at = match projection {
                Some(projection) => column(&projection.expr().get(column(of)?)?.expr)?,
                None => column(of)?,
            };
            join.origin(at).filter(|origin| origin.side == side).map(|origin| origin.index)
        });
        let groups = groups.collect::<Option<Vec<usize>>>()?;
        Some(Self::new(Arc::clone(input), groups, aggregate.schema()))
    }
}

/// The groups of indexed rows that are in a pair, and how many pairs each has.
fn counted(joiner: &Joiner, counts: &[i64], groups: &[usize], schema: &SchemaRef) -> Result<RecordBatch> {
    let rows = joiner.built();
    let mut columns: Vec<ArrayRef> = groups.iter().map(|&column| Arc::clone(rows.column(column))).collect();
    let mut totals: Vec<i64> = Vec::new();
    if columns.is_empty() {
        totals.push(counts.iter().sum());
    } else {
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let keys = RowConverter::new(fields)?.convert_columns(&columns)?;
        let mut known = HashMap::new();
        let mut firsts: Vec<u32> = Vec::new();
        for (row, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let group = *known.entry(keys.row(row)).or_insert(totals.len());
            if group == totals.len() {
                totals.push(0);
                firsts.push(row as u32);
            }
            totals[group] += count;
        }
        let firsts = UInt32Array::from(firsts);
        columns = columns.iter().map(|column| take(column, &firsts, None)).collect::<Result<_, _>>()?;
    }
    let totals: ArrayRef = Arc::new(Int64Array::from(totals));
    columns.resize(schema.fields().len(), totals);
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

impl DisplayAs for IndexCountExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let (groups, counts) = names.split_at(self.groups.len());
        write!(f, "IndexCountExec: gby=[{}], count=[{}]", groups.join(", "), counts.join(", "))
    }
}

impl ExecutionPlan for IndexCountExec {
    fn name(&self) -> &'static str {
        "IndexCountExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.join]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.pop() {
            Some(join) if children.is_empty() => {
                Ok(Arc::new(Self::new(join, self.groups.clone(), Arc::clone(&self.schema))))
            }
            _ => exec_err!("the pairs of one join are counted"),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let Some(join) = self.join.downcast_ref::<IndexJoinExec>() else {
            return exec_err!("only the pairs of an index join are counted without the rows");
        };
        let opened = join.open(context)?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let (groups, schema) = (self.groups.clone(), Arc::clone(&self.schema));
        let counted = async move {
            let (joiner, streamed) = opened.await?;
            let counts = joiner.counts(streamed).await?;
            let batch = counted(&joiner, &counts, &groups, &schema)?;
            metrics.record_output(batch.num_rows());
            Ok(batch)
        };
        let rows = futures::stream::once(counted);
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
