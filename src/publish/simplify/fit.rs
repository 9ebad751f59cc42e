//! A layer that fits its budget of bytes and vertices.

use std::sync::Arc;

use super::{Simplified, simplify};
use crate::layer::write::{WriteError, write_csv};
use crate::layer::{Column, Layer};
use crate::workspace::config::Budget;

/// Bytes of a position in GeoJSON at most: two numbers of three and seven digits, signs, points, brackets, commas.
const POSITION_BYTES: usize = 27;

/// Bytes of a feature beside its properties and positions: its type, id, brackets of its geometry.
const FEATURE_BYTES: usize = 120;

/// The layer with as many vertices as its budget lets it have, and what was done for that; `None` where it fits as it
/// is. Values stay as they are: they were computed on the full geometry.
///
/// The bytes are estimated from above, so that what is written fits.
///
/// # Errors
/// As [`write_csv`], for the same features; where the layer cannot be put together again.
pub(in crate::publish) fn fit(
    layer: &Layer,
    budget: &Budget,
) -> Result<Option<(Layer, Simplified)>, WriteError> {
    let vertices = layer.geometry().vertices();
    let mut properties = Counted(0);
    write_csv(layer, &mut properties)?;
    let labels: usize = layer.fields().iter().map(|field| field.len() + 4).sum();
    let fixed = properties.0 + layer.len() * (labels + FEATURE_BYTES);
    let affordable = budget.bytes.saturating_sub(fixed) / POSITION_BYTES;
    let most = affordable.min(budget.vertices);
    if vertices <= most {
        return Ok(None);
    }
    let Some(simplified) = simplify(layer.geometry(), most, budget.area_pct)? else { return Ok(None) };
    let schema = layer.attributes().schema();
    let columns = schema
        .fields()
        .iter()
        .zip(layer.attributes().columns())
        .map(|(field, values)| Column { name: field.name().clone(), values: Arc::clone(values) })
        .collect();
    let geometry = Arc::new(simplified.geometry.clone());
    let simple = Layer::new(layer.name(), layer.key(), columns, geometry, layer.provenance.clone())?;
    Ok(Some((simple, simplified)))
}

/// Counts the bytes that are written to it.
struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
