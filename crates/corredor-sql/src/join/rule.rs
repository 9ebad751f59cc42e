//! The rule that puts an index where a loop was planned.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinType, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::joins::NestedLoopJoinExec;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};

use super::condition::Condition;
use super::count::IndexCountExec;
use super::exec::IndexJoinExec;

/// Turns loops over all pairs into index joins, wherever the condition has something for an index; and groupings that only
/// count their pairs into counts.
#[derive(Debug)]
pub(crate) struct IndexJoinRule;

impl PhysicalOptimizerRule for IndexJoinRule {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let replaced = plan.transform_up(|node| {
            let replaced: Option<Arc<dyn ExecutionPlan>> =
                if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
                    index_join(join)?.map(|join| Arc::new(join) as _)
                } else if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
                    narrowed(projection)?.map(|projection| Arc::new(projection) as _)
                } else if let Some(aggregate) = node.downcast_ref::<AggregateExec>() {
                    IndexCountExec::instead_of(aggregate).map(|count| Arc::new(count) as _)
                } else {
                    None
                };
            Ok(match replaced {
                Some(replaced) => Transformed::yes(replaced),
                None => Transformed::no(node),
            })
        })?;
        Ok(replaced.data)
    }

    fn name(&self) -> &'static str {
        "index_join"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A projection of an index join that gives no more columns than are used: a zone would be copied for each of its
/// points. `None` where there is nothing to leave out.
fn narrowed(projection: &ProjectionExec) -> Result<Option<ProjectionExec>> {
    let Some(join) = projection.input().downcast_ref::<IndexJoinExec>() else { return Ok(None) };
    let columns = projection.expr().iter().flat_map(|part| collect_columns(&part.expr));
    let used: BTreeSet<usize> = columns.map(|column| column.index()).collect();
    if used.len() == join.schema().fields().len() {
        return Ok(None);
    }
    let used: Vec<usize> = used.into_iter().collect();
    let moved = |part: &ProjectionExpr| {
        let expression = Arc::clone(&part.expr).transform(|node| {
            let place = node.downcast_ref::<Column>().and_then(|column| {
                Some((column.name().to_owned(), used.binary_search(&column.index()).ok()?))
            });
            Ok(match place {
                Some((name, place)) => {
                    Transformed::yes(Arc::new(Column::new(&name, place)) as Arc<dyn PhysicalExpr>)
                }
                None => Transformed::no(node),
            })
        })?;
        Ok(ProjectionExpr { expr: expression.data, alias: part.alias.clone() })
    };
    let parts = projection.expr().iter().map(moved).collect::<Result<Vec<_>>>()?;
    ProjectionExec::try_new(parts, Arc::new(join.narrowed(&used)?)).map(Some)
}

fn index_join(join: &NestedLoopJoinExec) -> Result<Option<IndexJoinExec>> {
    let Some(filter) = join.filter() else { return Ok(None) };
    if matches!(join.join_type(), JoinType::LeftMark | JoinType::RightMark) {
        return Ok(None);
    }
    let Some(condition) = Condition::find(filter, &join.left().schema(), &join.right().schema())? else {
        return Ok(None);
    };
    let projection = join.projection().as_ref().map(|projection| projection.to_vec());
    let (left, right) = (Arc::clone(join.left()), Arc::clone(join.right()));
    IndexJoinExec::new(left, right, *join.join_type(), filter.clone(), condition, projection).map(Some)
}
