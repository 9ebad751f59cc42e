//! To WGS84, longitude first.

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use rayon::prelude::*;

use super::raw::Raw;
use super::{Options, ReadError};

/// Coordinates a thread transforms at a time.
const CHUNK: usize = 1 << 16;

/// How the source's coordinates become WGS84.
#[derive(Clone, Debug)]
pub(crate) struct ToWgs84 {
    /// Name of the source's CRS.
    pub name: String,
    /// Definition to transform from; none where the source is WGS84 already.
    definition: Option<String>,
    file: String,
}

impl ToWgs84 {
    /// Looks at the source's CRS and the stated one, which wins.
    pub(super) fn new(raw: &Raw, options: &Options) -> Result<Self, ReadError> {
        Self::of(raw.crs.as_ref(), &raw.layer, options)
    }

    /// The same for a source that is not read whole; `found` is its CRS, definition and name.
    pub fn of(found: Option<&(String, String)>, layer: &str, options: &Options) -> Result<Self, ReadError> {
        let (definition, name) = match (&options.crs, found) {
            (Some(stated), _) => (stated.clone(), stated.clone()),
            (None, Some((wkt, name))) => (wkt.clone(), name.clone()),
            (None, None) => {
                return Err(ReadError::MissingCrs { file: options.file(), layer: layer.to_owned() });
            }
        };
        let srs = parse(&definition, &options.file())?;
        let code = srs.authority().unwrap_or_default();
        let is_wgs84 = code == "EPSG:4326" || code == "OGC:CRS84";
        Ok(Self { name, definition: (!is_wgs84).then_some(definition), file: options.file() })
    }

    /// Points in columns are WGS84 unless the layer file says otherwise.
    pub fn for_columns(options: &Options) -> Result<Self, ReadError> {
        match &options.crs {
            None => Ok(Self { name: "EPSG:4326".to_owned(), definition: None, file: options.file() }),
            Some(stated) => {
                let srs = parse(stated, &options.file())?;
                let is_wgs84 = srs.authority().is_ok_and(|code| code == "EPSG:4326");
                let definition = (!is_wgs84).then(|| stated.clone());
                Ok(Self { name: stated.clone(), definition, file: options.file() })
            }
        }
    }

    /// Whether coordinates stay as they are.
    pub fn is_identity(&self) -> bool {
        self.definition.is_none()
    }

    /// Transforms in place, in parallel; one transformation object a chunk, since PROJ's are not shared.
    pub fn apply(&self, lon: &mut [f64], lat: &mut [f64]) -> Result<(), ReadError> {
        let Some(definition) = &self.definition else { return Ok(()) };
        lon.par_chunks_mut(CHUNK).zip(lat.par_chunks_mut(CHUNK)).try_for_each(|(lon, lat)| {
            let transform = self.transform(definition)?;
            transform.transform_coords(lon, lat, &mut []).map_err(|error| self.failed(&error))
        })
    }

    /// The same on this thread, for points that may fail one by one: a place that cannot be transformed
    /// becomes infinite.
    pub fn apply_each(&self, lon: &mut [f64], lat: &mut [f64]) -> Result<(), ReadError> {
        let Some(definition) = &self.definition else { return Ok(()) };
        // An error here says no more than that some place is infinite now.
        let _ = self.transform(definition)?.transform_coords(lon, lat, &mut []);
        Ok(())
    }

    fn transform(&self, definition: &str) -> Result<CoordTransform, ReadError> {
        let mut source = parse(definition, &self.file)?;
        let mut target = parse("EPSG:4326", &self.file)?;
        source.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        target.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        CoordTransform::new(&source, &target).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &gdal::errors::GdalError) -> ReadError {
        ReadError::BadCrs { file: self.file.clone(), crs: self.name.clone(), reason: error.to_string() }
    }
}

fn parse(definition: &str, file: &str) -> Result<SpatialRef, ReadError> {
    super::gdal_errors::listen();
    let bad = |reason: &str| ReadError::BadCrs {
        file: file.to_owned(),
        crs: definition.chars().take(60).collect(),
        reason: reason.to_owned(),
    };
    if stands_elsewhere(definition) {
        return Err(bad("a definition that stands in another file or on a server"));
    }
    SpatialRef::from_definition(definition)
        .map_err(|_| bad("not a coordinate reference system that PROJ knows"))
}

/// Whether GDAL would look for a definition on a server or in a file.
fn stands_elsewhere(definition: &str) -> bool {
    let lower = definition.trim().to_ascii_lowercase();
    let known = ["http://www.opengis.net/def/", "https://www.opengis.net/def/", "http://opengis.net/def/"];
    let elsewhere = ["http:", "https:", "ftp:", "file:", "/", "./", "../"];
    !known.iter().any(|known| lower.starts_with(known))
        && (elsewhere.iter().any(|scheme| lower.starts_with(scheme))
            || std::path::Path::new(definition).exists())
}
