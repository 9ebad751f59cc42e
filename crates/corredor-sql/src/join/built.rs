//! The side that is indexed.

use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, FieldRef};
use datafusion::common::{DataFusionError, Result};
use geo::{Geometry, Polygon};

use super::condition::{Condition, Kind};
use crate::QueryError;
use crate::functions::{Boxes, check_place, geometries_of, points};
use crate::table::LayerTable;
use corredor::index::{AllZones, BoxTree};
use corredor::join::SiteIndex;
use corredor::layer::{PointView, ZonesBuilder};

/// Rows of the indexed side, and their index.
#[derive(Debug)]
pub(super) struct Built {
    /// All rows.
    pub rows: RecordBatch,
    /// Their geometry.
    array: ArrayRef,
    field: FieldRef,
    index: Index,
    /// Made where the other side holds what the index has no answer for.
    boxes: OnceLock<BoxTree>,
}

#[derive(Debug)]
enum Index {
    /// Of a layer, which keeps it.
    Layer(Arc<LayerTable>),
    /// Of zones of this query.
    Zones(Box<AllZones>),
    /// Of points, with the rows that have one.
    Sites { index: SiteIndex, rows: Vec<u32> },
    /// Only boxes.
    None,
}

/// An index as a batch is looked up in it.
pub(super) enum Lookup<'a> {
    Zones(&'a AllZones),
    Sites(&'a SiteIndex, &'a [u32]),
    Boxes(&'a BoxTree),
}

impl Built {
    /// Indexes rows. `layer` is the layer that they are all rows of, with its geometry as the key of the join.
    pub(super) fn new(
        rows: RecordBatch,
        condition: &Condition,
        layer: Option<Arc<LayerTable>>,
    ) -> Result<Self> {
        let array = condition.built.evaluate(&rows)?.into_array(rows.num_rows())?;
        let field = condition.built.return_field(&rows.schema())?;
        let index = match (condition.kind, layer) {
            (Kind::Zones(_), Some(layer)) => match layer.all_zones() {
                Some(Ok(_)) => Index::Layer(layer),
                Some(Err(error)) => return Err(failed(error)),
                None => Index::None,
            },
            (Kind::Zones(_), None) => zones(&array, &field)?,
            (Kind::WithinKm(_), _) => sites(&array, &field)?,
            (Kind::Boxes, _) => Index::None,
        };
        Ok(Self { rows, array, field, index, boxes: OnceLock::new() })
    }

    /// The exact index, or boxes where there is none.
    pub(super) fn exact(&self) -> Result<Lookup<'_>> {
        match &self.index {
            Index::Layer(layer) => match layer.all_zones() {
                Some(Ok(zones)) => Ok(Lookup::Zones(zones)),
                _ => self.by_boxes(),
            },
            Index::Zones(zones) => Ok(Lookup::Zones(zones)),
            Index::Sites { index, rows } => Ok(Lookup::Sites(index, rows)),
            Index::None => self.by_boxes(),
        }
    }

    /// The boxes of the geometries.
    pub(super) fn by_boxes(&self) -> Result<Lookup<'_>> {
        if self.boxes.get().is_none() {
            const NOTHING: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
            let boxes = Boxes::of(&self.array, &self.field)?.0;
            let boxes: Vec<[f64; 4]> = boxes.into_iter().map(|found| found.unwrap_or(NOTHING)).collect();
            // Another thread may have been first; both are the same.
            let _ = self.boxes.set(BoxTree::new(&boxes));
        }
        match self.boxes.get() {
            Some(boxes) => Ok(Lookup::Boxes(boxes)),
            None => Err(failed("the boxes were not made")),
        }
    }

    /// Longitude and latitude of a site.
    pub(super) fn site(index: &SiteIndex, site: u32) -> (f64, f64) {
        index.position(site).unwrap_or((f64::NAN, f64::NAN))
    }
}

/// The index of zones, where all geometry is polygons.
fn zones(array: &ArrayRef, field: &Field) -> Result<Index> {
    let mut builder = ZonesBuilder::default();
    for geometry in geometries_of(array, field)? {
        let rect;
        let polygons: &[Polygon] = match &geometry {
            None => &[],
            Some(Geometry::Polygon(polygon)) => std::slice::from_ref(polygon),
            Some(Geometry::MultiPolygon(polygons)) => &polygons.0,
            Some(Geometry::Rect(found)) => {
                rect = [found.to_polygon()];
                &rect
            }
            Some(_) => return Ok(Index::None),
        };
        builder.zone(polygons).map_err(failed)?;
    }
    let geometry = builder.finish().map_err(failed)?;
    match geometry.zones() {
        Some(view) => Ok(Index::Zones(Box::new(AllZones::new(&view, u64::MAX).map_err(failed)?))),
        None => Ok(Index::None),
    }
}

/// The index of points; other geometry has no distance here.
fn sites(array: &ArrayRef, field: &Field) -> Result<Index> {
    let points = points(array, field)
        .map_err(|_| failed(format!("`within_km` needs points, not {}", field.data_type())))?;
    let rows: Vec<u32> =
        (0_u32..).zip(&points.none).filter(|(_, none)| !**none).map(|(row, _)| row).collect();
    let pick = |values: &[f64]| -> Vec<f64> { rows.iter().map(|&row| values[row as usize]).collect() };
    let (lon, lat) = (pick(&points.lon), pick(&points.lat));
    for (&lon, &lat) in lon.iter().zip(&lat) {
        check_place(lon, lat).map_err(|said| failed(format!("`within_km`: {said}")))?;
    }
    let index = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).map_err(failed)?;
    Ok(Index::Sites { index, rows })
}

pub(super) fn failed(error: impl std::fmt::Display) -> DataFusionError {
    DataFusionError::External(Box::new(QueryError::Failed { message: error.to_string() }))
}
