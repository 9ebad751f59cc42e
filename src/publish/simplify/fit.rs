//! A layer that fits its budget of bytes and vertices.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Simplified, simplify};
use crate::layer::write::{WriteError, write_csv};
use crate::layer::{Geometry, Layer};
use crate::publish::{Card, PublishError};
use crate::workspace::config::Budget;

/// Bytes of a position in GeoJSON at most: two numbers of three and seven digits, signs, points, brackets, commas.
const POSITION_BYTES: usize = 27;

/// Bytes of a feature beside its properties and positions: its type, id, brackets of its geometry.
const FEATURE_BYTES: usize = 120;

/// A layer within its budget, and what was done for that. Values stay as they are: they were computed on the full
/// geometry.
pub(in crate::publish) struct Fitted {
    pub layer: Arc<Layer>,
    pub report: Simplified,
}

/// Each layer with as many vertices as its budget lets it have; `None` for one that fits as it is. Layers of the same
/// geometry are simplified once, by the tightest of their budgets, and stay congruent.
///
/// The bytes are estimated from above, so that what is written fits.
///
/// # Errors
/// As [`write_csv`], for the same features; where a layer cannot be put together again.
pub(in crate::publish) fn fit(cards: &[Card], budget: &Budget) -> Result<Vec<Option<Fitted>>, PublishError> {
    let failed = |card: &Card| {
        let layer = card.name.clone();
        move |error: WriteError| PublishError::Write { layer, error }
    };
    let most = cards
        .par_iter()
        .map(|card| affordable(&card.layer, budget).map_err(failed(card)))
        .collect::<Vec<_>>();
    let most = most.into_iter().collect::<Result<Vec<usize>, _>>()?;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, card) in cards.iter().enumerate() {
        let alike = |group: &&mut Vec<usize>| same(cards[group[0]].layer.geometry(), card.layer.geometry());
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    let done: Vec<_> = groups
        .par_iter()
        .with_max_len(1)
        .map(|group| {
            let geometry = cards[group[0]].layer.geometry();
            let most = group.iter().map(|at| most[*at]).min().unwrap_or(usize::MAX);
            if geometry.vertices() <= most {
                return Ok(None);
            }
            let simplified = simplify(geometry, most, budget.area_pct);
            simplified.map_err(|error| failed(&cards[group[0]])(error.into()))
        })
        .collect();
    let mut fitted: Vec<Option<Fitted>> = cards.iter().map(|_| None).collect();
    for (group, simplified) in groups.iter().zip(done) {
        let Some(report) = simplified? else { continue };
        let geometry = Arc::new(report.geometry.clone());
        for at in group {
            let layer = with_geometry(&cards[*at].layer, &geometry).map_err(failed(&cards[*at]))?;
            fitted[*at] = Some(Fitted { layer: Arc::new(layer), report: report.clone() });
        }
    }
    Ok(fitted)
}

/// Vertices that the budget leaves beside a layer's properties.
fn affordable(layer: &Layer, budget: &Budget) -> Result<usize, WriteError> {
    let mut properties = Counted(0);
    if layer.geometry().vertices() > 0 {
        write_csv(layer, &mut properties)?;
    }
    let labels: usize = layer.fields().iter().map(|field| field.len() + 4).sum();
    let fixed = properties.0 + layer.len() * (labels + FEATURE_BYTES);
    Ok((budget.bytes.saturating_sub(fixed) / POSITION_BYTES).min(budget.vertices))
}

/// Whether two layers have the same geometry, bit for bit. Cheap where they share it, and where they differ in number.
fn same(one: &Arc<Geometry>, two: &Arc<Geometry>) -> bool {
    if Arc::ptr_eq(one, two) {
        return true;
    }
    match (one.zones(), two.zones(), one.lines(), two.lines()) {
        (Some(one), Some(two), ..) => {
            one.zones == two.zones
                && one.polygons == two.polygons
                && one.rings == two.rings
                && one.lon == two.lon
                && one.lat == two.lat
        }
        (.., Some(one), Some(two)) => one.lines == two.lines && one.lon == two.lon && one.lat == two.lat,
        _ => false,
    }
}

fn with_geometry(layer: &Layer, geometry: &Arc<Geometry>) -> Result<Layer, WriteError> {
    let geometry = Arc::clone(geometry);
    Ok(Layer::new(layer.name(), layer.key(), layer.columns(), geometry, layer.provenance.clone())?)
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
