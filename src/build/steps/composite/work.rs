//! What the parts of the step work on, and what they all ask of it.

use crate::build::BuildError;
use crate::layer::Layer;
use crate::risk::RiskError;
use crate::risk::composite::Prepared;
use crate::workspace::config::{self, Recipe};

/// What a step works on.
pub(super) struct Work<'a> {
    pub(super) name: &'a str,
    pub(super) step: &'a config::Composite,
    pub(super) recipe: &'a Recipe,
    pub(super) zones: &'a Layer,
    pub(super) table: &'a Layer,
    /// Row of the table for each zone.
    pub(super) rows: Vec<Option<usize>>,
    /// Columns of the indicators, on the zones.
    pub(super) columns: Vec<Vec<Option<f64>>>,
    /// People of each zone.
    pub(super) people: Option<Vec<Option<f64>>>,
    pub(super) prepared: Prepared,
    pub(super) seed: u64,
}

/// Fields of a table as columns on the zones.
pub(super) fn columns(
    table: &Layer,
    rows: &[Option<usize>],
    fields: &[&str],
) -> Result<Vec<Vec<Option<f64>>>, BuildError> {
    fields
        .iter()
        .map(|field| {
            let values = table.numbers(field)?;
            Ok(rows.iter().map(|row| row.and_then(|row| values[row])).collect())
        })
        .collect()
}

/// The error with the zone's key, which says more to people than a row.
pub(super) fn failed(layer: &str, zones: &[&str], error: RiskError) -> BuildError {
    let layer = layer.to_owned();
    match error {
        RiskError::Log { field, row, value } if row < zones.len() => {
            BuildError::NoLogarithm { layer, zone: zones[row].to_owned(), field, value }
        }
        error => BuildError::Risk { layer, error },
    }
}

/// The name of the state of each zone, where zones or table have it.
pub(super) fn states(work: &Work<'_>) -> Result<Vec<Option<String>>, BuildError> {
    if work.zones.has("state") {
        return Ok(work.zones.texts("state")?);
    }
    if !work.table.has("state") {
        return Ok(vec![None; work.rows.len()]);
    }
    let states = work.table.texts("state")?;
    Ok(work.rows.iter().map(|row| row.and_then(|row| states[row].clone())).collect())
}
