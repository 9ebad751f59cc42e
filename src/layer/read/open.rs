//! Opening a source with GDAL and taking its Arrow stream.

use arrow_array::{Array, ArrayRef, LargeBinaryArray, RecordBatch, cast::AsArray};
use arrow_schema::{ArrowError, DataType};
use gdal::spatial_ref::SpatialRef;
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::raw::Raw;
use super::{Options, ReadError, attributes, gdal_errors, stream};
use crate::layer::{Column, nearest};

/// Opens a source: its dataset, and the name of the driver.
pub(super) fn open(options: &Options) -> Result<(Dataset, String), ReadError> {
    gdal_errors::listen();
    let file = options.file();
    let path = gdal_path(&options.path);
    let encoding = options.encoding.as_ref().map(|e| format!("ENCODING={e}"));
    let open_options: Vec<&str> = encoding.as_deref().into_iter().collect();
    let unknown = |error: gdal::errors::GdalError| ReadError::UnknownFormat {
        file: file.clone(),
        reason: gdal_errors::first_failure().unwrap_or_else(|| match error {
            gdal::errors::GdalError::NullPointer { .. } => "no format that GDAL knows".to_owned(),
            error => error.to_string(),
        }),
    };
    let dataset = Dataset::open_ex(
        &path,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            open_options: (!open_options.is_empty()).then_some(open_options.as_slice()),
            ..DatasetOptions::default()
        },
    )
    .map_err(unknown)?;
    let driver = dataset.driver().short_name();
    if let Some(encoding) = options.encoding.as_ref().filter(|_| driver != "ESRI Shapefile") {
        return Err(ReadError::BadEncoding {
            file,
            encoding: encoding.clone(),
            reason: "only CSV and Shapefile leave the encoding open; this format states its own",
        });
    }
    Ok((dataset, driver))
}

/// Loads a source through GDAL.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    let (dataset, driver) = open(options)?;
    let mut layer = pick(&dataset, options)?;
    let name = layer.name();
    let crs = layer.spatial_ref().and_then(|srs| describe(&srs));
    let expected = layer.try_feature_count();
    let damaged = |detail: String| ReadError::Truncated { file: options.file(), layer: name.clone(), detail };
    let batches = stream::with(&mut layer, |stream| stream.collect::<Result<Vec<_>, _>>())
        .flatten()
        .map_err(|error| damaged(gdal_errors::first_failure().unwrap_or_else(|| error.to_string())))?;
    if let Some(failure) = gdal_errors::first_failure() {
        return Err(damaged(failure));
    }
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if let Some(expected) = expected.filter(|&n| n != rows as u64) {
        return Err(damaged(format!("it announces {expected} features, and {rows} can be read")));
    }
    let (columns, wkb) = columns(&batches).map_err(|error| damaged(error.to_string()))?;
    Ok(Raw {
        driver,
        layer: name,
        columns,
        wkb,
        crs,
        rows,
        lines: None,
        sha256: None,
        kept_out: 0,
        findings: Vec::new(),
    })
}

/// GDAL wants its prefix before a zip archive.
fn gdal_path(path: &str) -> String {
    let zipped = path.to_ascii_lowercase();
    match zipped.ends_with(".zip") && !zipped.starts_with("/vsizip/") {
        true => format!("/vsizip/{path}"),
        false => path.to_owned(),
    }
}

/// The layer asked for, or the only one.
pub(super) fn pick<'a>(
    dataset: &'a Dataset,
    options: &Options,
) -> Result<gdal::vector::Layer<'a>, ReadError> {
    let layers: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    let unknown = |error: gdal::errors::GdalError| ReadError::UnknownFormat {
        file: options.file(),
        reason: error.to_string(),
    };
    match (&options.layer, layers.len()) {
        (Some(wanted), _) if layers.contains(wanted) => dataset.layer_by_name(wanted).map_err(unknown),
        (None, 1) => dataset.layer(0).map_err(unknown),
        (wanted, _) => Err(ReadError::WhichLayer {
            file: options.file(),
            nearest: wanted.as_ref().and_then(|w| nearest(w, layers.iter().map(String::as_str))),
            layers,
        }),
    }
}

/// WKT and a name such as `EPSG:6372`.
pub(super) fn describe(srs: &SpatialRef) -> Option<(String, String)> {
    let wkt = srs.to_wkt().ok()?;
    let name = srs.authority().ok().or_else(|| srs.name()).unwrap_or_else(|| "unnamed".to_owned());
    Some((wkt, name))
}

/// Attributes of all batches, and the WKB column if there is one.
fn columns(batches: &[RecordBatch]) -> Result<(Vec<Column>, Option<LargeBinaryArray>), ArrowError> {
    let Some(first) = batches.first() else { return Ok((Vec::new(), None)) };
    let mut columns = Vec::new();
    let mut wkb = None;
    for (index, field) in first.schema().fields().iter().enumerate() {
        let parts: Vec<&dyn Array> = batches.iter().map(|b| b.column(index).as_ref()).collect();
        let all: ArrayRef = arrow_select::concat::concat(&parts)?;
        let is_wkb = field.metadata().get("ARROW:extension:name").is_some_and(|n| n.contains("wkb"))
            || (field.name() == "wkb_geometry"
                && matches!(all.data_type(), DataType::Binary | DataType::LargeBinary));
        match is_wkb && wkb.is_none() {
            true => wkb = arrow_cast::cast(&all, &DataType::LargeBinary)?.as_binary_opt::<i64>().cloned(),
            false => columns.push(Column { name: field.name().clone(), values: attributes::plain(&all)? }),
        }
    }
    Ok((columns, wkb))
}
