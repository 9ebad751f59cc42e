//! Opening a source with GDAL and taking its Arrow stream.

use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::{ArrowError, DataType, Field};
use gdal::spatial_ref::SpatialRef;
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::raw::Raw;
use super::shapes::Shapes;
use super::{Options, ReadError, attributes, gdal_errors, stream};
use crate::layer::postgres::{PostgresError, is_postgres};
use crate::layer::{Column, nearest};

/// Name of GDAL's driver for PostgreSQL.
const POSTGRES: &str = "PostgreSQL";

/// What GDAL calls the feature id of a table without a whole-number primary key.
const NUMBERED: &str = "OGC_FID";

/// Opens a source: its dataset, and the name of the driver.
pub(super) fn open(options: &Options) -> Result<(Dataset, String), ReadError> {
    gdal_errors::listen();
    let file = options.file();
    let path = gdal_path(&options.path);
    let encoding = options.encoding.as_ref().map(|e| format!("ENCODING={e}"));
    // Tables without geometry are layers, too.
    let all_tables = is_postgres(&path).then_some("LIST_ALL_TABLES=YES");
    let open_options: Vec<&str> = encoding.as_deref().into_iter().chain(all_tables).collect();
    let unknown = |error: gdal::errors::GdalError| {
        let reason = gdal_errors::first_failure().unwrap_or_else(|| match error {
            gdal::errors::GdalError::NullPointer { .. } => "no format that GDAL knows".to_owned(),
            error => error.to_string(),
        });
        match is_postgres(&path) {
            true => ReadError::Postgres(PostgresError::connect(&path, &reason)),
            false => ReadError::UnknownFormat { file: file.clone(), reason },
        }
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
    let mut source = Source::default();
    // The driver takes a whole-number primary key for the feature id, which is left out elsewhere.
    let database = driver == POSTGRES;
    stream::batches(&mut layer, database, |batch| source.push(&batch))
        .map_err(|error| damaged(gdal_errors::first_failure().unwrap_or_else(|| error.to_string())))?;
    if let Some(failure) = gdal_errors::first_failure() {
        return Err(damaged(failure));
    }
    let rows = source.rows;
    // A table may change between the two looks; a file may not.
    if let Some(expected) = expected.filter(|&n| n != rows as u64 && !database) {
        return Err(damaged(format!("it announces {expected} features, and {rows} can be read")));
    }
    let (mut columns, shapes) = source.finish().map_err(|error| damaged(error.to_string()))?;
    columns.retain(|column| !database || column.name != NUMBERED);
    Ok(Raw {
        driver,
        layer: name,
        columns,
        shapes,
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

/// What has come out of the stream so far.
#[derive(Default)]
struct Source {
    rows: usize,
    /// Name and pieces of each column but the geometry.
    columns: Vec<(String, Vec<ArrayRef>)>,
    shapes: Option<Shapes>,
}

impl Source {
    /// Takes what a batch holds: the geometry decoded, so that its bytes go with the batch.
    fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let schema = batch.schema();
        let geometry = schema.fields().iter().position(|field| is_wkb(field));
        if let Some(wkb) = geometry {
            let wkb = arrow_cast::cast(batch.column(wkb), &DataType::LargeBinary)?;
            self.shapes.get_or_insert_default().push_wkb(wkb.as_binary());
        }
        let others = (0..batch.num_columns()).filter(|&index| Some(index) != geometry);
        if self.rows == 0 && self.columns.is_empty() {
            let names = others.clone().map(|index| schema.field(index).name().clone());
            self.columns = names.map(|name| (name, Vec::new())).collect();
        }
        for ((_, pieces), index) in self.columns.iter_mut().zip(others) {
            pieces.push(attributes::plain(batch.column(index))?);
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    /// The attributes as whole columns, and the geometry if there is any.
    fn finish(self) -> Result<(Vec<Column>, Option<Shapes>), ArrowError> {
        let whole = |(name, pieces): (String, Vec<ArrayRef>)| {
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            Ok(Column { name, values: arrow_select::concat::concat(&pieces)? })
        };
        Ok((self.columns.into_iter().map(whole).collect::<Result<_, ArrowError>>()?, self.shapes))
    }
}

/// Whether a column holds geometry.
fn is_wkb(field: &Field) -> bool {
    field.metadata().get("ARROW:extension:name").is_some_and(|n| n.contains("wkb"))
        || (field.name() == "wkb_geometry"
            && matches!(field.data_type(), DataType::Binary | DataType::LargeBinary))
}
