//! A layer as a table: its fields, then its geometry.

use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema};
use geoarrow_array::GeoArrowArray;

use corredor::index::{AllZones, IndexError};
use corredor::join::{JoinError, Locator, SiteIndex};
use corredor::layer::{Geometry, Layer};

/// What the geometry of a layer is called.
pub(crate) const GEOMETRY: &str = "geom";

/// Points that the index of a layer is made for: as many as come.
const MANY: u64 = u64::MAX;

/// A layer as a table; what is worked out for it is kept as long as the session.
#[derive(Debug)]
pub(crate) struct LayerTable {
    layer: Arc<Layer>,
    batch: RecordBatch,
    /// Place of the geometry among the columns.
    geometry: Option<usize>,
    all_zones: OnceLock<Result<AllZones, IndexError>>,
    locator: OnceLock<Result<Locator, JoinError>>,
    sites: OnceLock<Result<SiteIndex, JoinError>>,
}

impl LayerTable {
    /// Takes a layer up. Its geometry is called `geom`, or `geom_2` and so on where a field is called so.
    pub(crate) fn new(layer: Arc<Layer>) -> Result<Self, ArrowError> {
        let attributes = layer.attributes();
        let mut fields: Vec<Field> =
            attributes.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
        let mut columns = attributes.columns().to_vec();
        let mut geometry = None;
        if let Some((field, array)) = column(&layer) {
            geometry = Some(columns.len());
            fields.push(field);
            columns.push(array);
        }
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
        Ok(Self {
            layer,
            batch,
            geometry,
            all_zones: OnceLock::new(),
            locator: OnceLock::new(),
            sites: OnceLock::new(),
        })
    }

    /// The layer.
    pub(crate) fn layer(&self) -> &Arc<Layer> {
        &self.layer
    }

    /// All rows and columns.
    pub(crate) fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// Place of the geometry among the columns.
    pub(crate) fn geometry(&self) -> Option<usize> {
        self.geometry
    }

    /// The index that finds every zone of a point, made once; `None` where there are no zones.
    pub(crate) fn all_zones(&self) -> Option<Result<&AllZones, &IndexError>> {
        let view = self.layer.geometry().zones()?;
        Some(self.all_zones.get_or_init(|| AllZones::new(&view, MANY)).as_ref())
    }

    /// The index that finds the one zone of a point by Corredor's rule, made once; `None` where there are no zones.
    pub(crate) fn locator(&self) -> Option<Result<&Locator, &JoinError>> {
        let view = self.layer.geometry().zones()?;
        Some(self.locator.get_or_init(|| Locator::for_points(&view, &self.layer.keys(), MANY)).as_ref())
    }

    /// The index of the points, made once; `None` where there are none.
    pub(crate) fn sites(&self) -> Option<Result<&SiteIndex, &JoinError>> {
        let view = self.layer.geometry().points()?;
        Some(self.sites.get_or_init(|| SiteIndex::new(&view)).as_ref())
    }
}

/// The geometry as a column with its GeoArrow type.
fn column(layer: &Layer) -> Option<(Field, ArrayRef)> {
    let free = |n: usize| if n == 1 { GEOMETRY.to_owned() } else { format!("{GEOMETRY}_{n}") };
    let name = (1..).map(free).find(|name| !layer.has(name))?;
    let of = |array: &dyn GeoArrowArray| (array.data_type().to_field(&name, true), array.to_array_ref());
    match &**layer.geometry() {
        Geometry::None => None,
        Geometry::Points(array) => Some(of(array)),
        Geometry::Lines(array) => Some(of(array)),
        Geometry::Zones(array) => Some(of(array)),
    }
}
