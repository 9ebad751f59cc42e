//! The arguments of a function that gives a table, and the table that it gives.

use std::fmt;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::scalar::ScalarValue;

use super::FunctionDoc;
use super::nearest::{Kind, layer};
use super::scalar::{error, fault, place};
use crate::catalog::Catalog;
use crate::table::{LayerProvider, LayerTable};
use crate::{Fault, QueryError};
use corredor::layer::Layer;

/// The arguments of one call.
pub(super) struct Arguments<'a> {
    pub(super) doc: &'static FunctionDoc,
    pub(super) catalog: &'a Catalog,
    pub(super) values: &'a [ScalarValue],
}

impl Arguments<'_> {
    /// Refuses a call with fewer or more arguments.
    pub(super) fn count(&self, allowed: std::ops::RangeInclusive<usize>) -> Result<()> {
        match allowed.contains(&self.values.len()) {
            true => Ok(()),
            false => Err(fault(
                Fault::new(format!("`{}` takes {} arguments", self.doc.name, counts(&allowed)))
                    .help(Some(format!("it is called as {}", self.doc.calls.join(" or ")))),
            )),
        }
    }

    /// An argument that is a text; `None` where it was left out.
    pub(super) fn text(&self, index: usize) -> Result<Option<&str>> {
        match self.values.get(index) {
            None => Ok(None),
            Some(value) => match value.try_as_str().flatten() {
                Some(text) => Ok(Some(text)),
                None => Err(self.wrong(index, "a text in quotes")),
            },
        }
    }

    /// An argument that is a number; `None` where it was left out.
    pub(super) fn number(&self, index: usize) -> Result<Option<f64>> {
        let Some(value) = self.values.get(index) else { return Ok(None) };
        match value.cast_to(&arrow_schema::DataType::Float64) {
            Ok(ScalarValue::Float64(Some(number))) if value.data_type().is_numeric() => Ok(Some(number)),
            _ => Err(self.wrong(index, "a number")),
        }
    }

    /// The layer that an argument names, which must be of a kind.
    pub(super) fn layer(&self, index: usize, needed: Kind) -> Result<Arc<LayerTable>> {
        let name = self.text(index)?.ok_or_else(|| self.wrong(index, "the name of a layer"))?;
        let table = layer(self.catalog, name)?;
        match needed.is(table.layer().geometry()) {
            true => Ok(table),
            false => Err(fault(Fault::new(format!(
                "`{name}` is a layer of {} geometry; `{}` needs {} there",
                table.layer().geometry().kind(),
                self.doc.name,
                needed.word()
            )))),
        }
    }

    /// The seed of the workspace's random draws.
    pub(super) fn seed(&self) -> u64 {
        self.catalog.workspace().map_or(0, |workspace| workspace.file().workspace.seed)
    }

    /// An argument that is not what is needed.
    pub(super) fn wrong(&self, index: usize, needed: &str) -> datafusion::common::DataFusionError {
        fault(
            Fault::new(format!("`{}`: {} must be {needed}", self.doc.name, place(index)))
                .help(Some(format!("it is called as {}", self.doc.calls.join(" or ")))),
        )
    }

    /// Something else that is wrong.
    pub(super) fn refused(&self, said: impl fmt::Display) -> datafusion::common::DataFusionError {
        fault(Fault::new(format!("`{}`: {said}", self.doc.name)))
    }
}

/// A layer that was made as a table.
pub(super) fn provide(layer: Layer) -> Result<Arc<dyn TableProvider>> {
    let table = LayerTable::new(Arc::new(layer))
        .map_err(|failed| error(QueryError::Failed { message: failed.to_string() }))?;
    Ok(Arc::new(LayerProvider(Arc::new(table))))
}

fn counts(allowed: &std::ops::RangeInclusive<usize>) -> String {
    match allowed.start() == allowed.end() {
        true => allowed.start().to_string(),
        false => format!("{} to {}", allowed.start(), allowed.end()),
    }
}
