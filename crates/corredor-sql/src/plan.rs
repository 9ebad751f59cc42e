//! What all operators of ours have in common.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::{Partitioning, PlanProperties};

/// Rows in one part, for the order's sake, that come to an end if the input does.
pub(super) fn one_part(
    schema: SchemaRef,
    emission: EmissionType,
    boundedness: Boundedness,
) -> Arc<PlanProperties> {
    let equivalences = EquivalenceProperties::new(schema);
    Arc::new(PlanProperties::new(equivalences, Partitioning::UnknownPartitioning(1), emission, boundedness))
}
