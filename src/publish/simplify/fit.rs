//! A layer that fits its budget of bytes and vertices.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Simplified, area_error_pct, simplify};
use crate::layer::write::{Settled, WriteError, WriteReport, settle, write_csv};
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
    /// What rounding dropped and repaired.
    dropped_rings: usize,
    repaired: Vec<usize>,
}

impl Fitted {
    /// Adds to the report of a written layer what was settled before it was written.
    pub fn tell(&self, written: &mut WriteReport) {
        written.dropped_rings += self.dropped_rings;
        let keys = self.layer.keys();
        written.repaired.extend(self.repaired.iter().map(|row| keys[*row].to_owned()));
        written.repaired.sort_unstable();
        written.repaired.dedup();
    }
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
            let first = &cards[group[0]];
            let simplified =
                simplify(geometry, most, budget.area_pct).map_err(|error| failed(first)(error.into()))?;
            simplified.map(|report| settled(&first.layer, report).map_err(failed(first))).transpose()
        })
        .collect();
    let mut fitted: Vec<Option<Fitted>> = cards.iter().map(|_| None).collect();
    for (group, simplified) in groups.iter().zip(done) {
        let Some((report, dropped_rings, repaired)) = simplified? else { continue };
        let geometry = Arc::new(report.geometry.clone());
        for at in group {
            let layer = with_geometry(&cards[*at].layer, &geometry).map_err(failed(&cards[*at]))?;
            let (layer, report, repaired) = (Arc::new(layer), report.clone(), repaired.clone());
            fitted[*at] = Some(Fitted { layer, report, dropped_rings, repaired });
        }
    }
    Ok(fitted)
}

/// A simplified geometry as it is written, with the rings that went and the rows that were repaired.
///
/// Simplifying makes nothing cross, but it works on the decimal grid: there an inlet may close on itself or a border
/// touch itself. Settled here, once for all layers and formats, so that borders stay the same in each of them.
fn settled(layer: &Layer, report: Simplified) -> Result<(Simplified, usize, Vec<usize>), WriteError> {
    let simple = with_geometry(layer, &Arc::new(report.geometry.clone()))?;
    let Some(settled) = settle(&simple)? else { return Ok((report, 0, Vec::new())) };
    let Settled { geometry, dropped_rings, repaired } = settled;
    let vertices = [report.vertices[0], geometry.vertices()];
    let area_error_pct = area_error_pct(layer.geometry(), &geometry);
    Ok((Simplified { geometry, vertices, area_error_pct }, dropped_rings, repaired))
}

/// A layer with the geometry that its GeoJSON has, where that is not its own: of zones within their budget, which may
/// close an inlet by being rounded.
///
/// # Errors
/// As [`write_geojson`](crate::layer::write::write_geojson).
pub(in crate::publish) fn rounded(layer: &Arc<Layer>) -> Result<Arc<Layer>, WriteError> {
    let Some(settled) = settle(layer)? else { return Ok(Arc::clone(layer)) };
    Ok(Arc::new(with_geometry(layer, &Arc::new(settled.geometry))?))
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
