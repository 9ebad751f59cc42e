//! The rule that puts an index where a loop was planned.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinType, Result};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::NestedLoopJoinExec;

use super::condition::Condition;
use super::exec::IndexJoinExec;

/// Turns loops over all pairs into index joins, wherever the condition has something for an index.
#[derive(Debug)]
pub(in crate::query) struct IndexJoinRule;

impl PhysicalOptimizerRule for IndexJoinRule {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let replaced = plan.transform_up(|node| {
            Ok(match node.downcast_ref::<NestedLoopJoinExec>().map(index_join).transpose()?.flatten() {
                Some(join) => Transformed::yes(Arc::new(join) as Arc<dyn ExecutionPlan>),
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
