//! A layer as the planner takes it.

use std::sync::Arc;

use arrow_schema::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;

use super::layer::LayerTable;
use super::scan::LayerScanExec;

/// A layer as the planner takes it.
#[derive(Debug)]
pub(crate) struct LayerProvider(pub Arc<LayerTable>);

#[async_trait]
impl TableProvider for LayerProvider {
    fn schema(&self) -> SchemaRef {
        self.0.batch().schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(LayerScanExec::new(Arc::clone(&self.0), projection.cloned(), limit)?))
    }
}
