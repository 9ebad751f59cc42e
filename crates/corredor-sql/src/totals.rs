//! Of which tables a plan gives no more than totals.

use std::collections::BTreeSet;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;

/// The tables of which only totals over all rows come out: no condition picks rows before they are totalled.
pub(super) fn totalled(plan: &LogicalPlan) -> BTreeSet<String> {
    fn walk(plan: &LogicalPlan, total: bool, totals: &mut BTreeSet<String>, rows: &mut BTreeSet<String>) {
        let total = match plan {
            LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
            LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) => total,
            LogicalPlan::TableScan(scan) => {
                let set = if total { &mut *totals } else { &mut *rows };
                set.insert(scan.table_name.table().to_owned());
                total
            }
            _ => false,
        };
        // Nothing here fails.
        let _ = plan.apply_subqueries(|inner| {
            walk(inner, false, totals, rows);
            Ok(TreeNodeRecursion::Continue)
        });
        for input in plan.inputs() {
            walk(input, total, totals, rows);
        }
    }
    let (mut totals, mut rows) = (BTreeSet::new(), BTreeSet::new());
    walk(plan, false, &mut totals, &mut rows);
    totals.difference(&rows).cloned().collect()
}
