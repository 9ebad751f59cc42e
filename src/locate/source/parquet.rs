//! Parquet: a file or a folder of files, in slices of row groups.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::errors::ParquetError;

use super::Batch;
use super::geo::{self, StatedCrs};
use super::keep::{Keep, Kept};
use super::names::{self, PlaceIn};
use super::options::options;
use super::table::{Geometries, Table};
use crate::layer::read::{ReadError, ToWgs84, irregular};
use crate::locate::LocateError;
use crate::locate::fault::BadRows;
use crate::locate::request::Request;

/// Rows decoded at a time: two coordinates of so many stay in a core's cache on their way to the index.
const BATCH_ROWS: usize = 1 << 16;

/// Rows of a slice: enough to make the skipping of rows in a long row group cheap, few enough to share a
/// file of one row group between threads.
const SLICE_ROWS: u64 = 1 << 20;

/// Rows of a slice that is kept whole in memory to be written, and the bytes that it may take.
const KEPT_ROWS: u64 = 1 << 17;
const KEPT_BYTES: u64 = 64 << 20;

/// Names that tell a Parquet file.
const EXTENSIONS: [&str; 3] = ["parquet", "geoparquet", "pq"];

/// Parquet files of the same columns.
pub(in crate::locate) struct Files {
    files: Vec<Opened>,
    table: Table,
    /// Columns that are decoded.
    columns: Vec<usize>,
    keep: Keep,
    place: String,
}

/// A file whose metadata is read.
struct Opened {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// Rows in the files before it.
    before: u64,
}

/// A part of a row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::locate) struct Slice {
    file: usize,
    group: usize,
    /// Rows of the group that come before.
    skip: u64,
    rows: u64,
    /// Rows of the input that come before.
    before: u64,
}

/// The Parquet files of a path: itself, or those in a folder, by name; `None` where it is something else.
pub(super) fn files(path: &Path, extension: &str) -> Result<Option<Vec<PathBuf>>, LocateError> {
    let is_parquet = |p: &Path| {
        p.extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| EXTENSIONS.contains(&e.to_ascii_lowercase().as_str()))
    };
    if !path.is_dir() {
        return Ok(EXTENSIONS.contains(&extension).then(|| vec![path.to_owned()]));
    }
    let broken = |error| ReadError::Io { file: path.to_string_lossy().into_owned(), error };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(broken)? {
        let entry = entry.map_err(broken)?.path();
        if is_parquet(&entry) {
            files.push(entry);
        }
    }
    files.sort();
    Ok((!files.is_empty()).then_some(files))
}

impl Files {
    /// Reads the metadata of files and finds the columns.
    pub fn open(request: &Request, paths: &[PathBuf], keep: Keep) -> Result<Self, LocateError> {
        let mut files: Vec<Opened> = Vec::with_capacity(paths.len());
        for path in paths {
            check_regular(path)?;
            let file = File::open(path)
                .map_err(|error| ReadError::Io { file: path.to_string_lossy().into_owned(), error })?;
            let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
                .map_err(|error| broken(path, &error))?;
            let before = files.last().map_or(0, |f| f.before + f.rows());
            if let Some(first) =
                files.first().filter(|f| f.metadata.schema().fields() != metadata.schema().fields())
            {
                return Err(LocateError::Mixed {
                    file: path.to_string_lossy().into_owned(),
                    first: first.path.to_string_lossy().into_owned(),
                });
            }
            files.push(Opened { path: path.clone(), metadata, before });
        }
        let first = files
            .first()
            .ok_or_else(|| LocateError::NoPlace { file: request.points.clone(), columns: Vec::new() })?;
        let schema = first.metadata.schema();
        let names: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
        let geometry = geo::find(schema, first.key_value("geo"));
        let wanted = names::find(&names, geometry.is_some(), request)?;
        let options = options(request);
        let to_wgs84 = match (wanted.place, &geometry) {
            (PlaceIn::Geometry, Some(found)) => {
                let crs = match &found.crs {
                    StatedCrs::Wgs84 => Some(("OGC:CRS84".to_owned(), "OGC:CRS84".to_owned())),
                    StatedCrs::Other(definition, name) => Some((definition.clone(), name.clone())),
                    StatedCrs::Unknown => None,
                };
                ToWgs84::of(crs.as_ref(), &names[found.column], &options)?
            }
            _ => ToWgs84::for_columns(&options)?,
        };
        let geometry = geometry.map(|g| g.column);
        let place = match wanted.place {
            PlaceIn::Geometry => geometry.map_or_else(String::new, |column| names[column].clone()),
            _ => wanted.place(&names),
        };
        let columns = match keep {
            Keep::Nothing => wanted.columns(geometry),
            _ => (0..names.len()).collect(),
        };
        let projected = schema.project(&columns).map_err(|error| broken(&first.path, &error.into()))?;
        let table = Table {
            file: request.points.clone(),
            schema: projected.into(),
            wanted: wanted.among(&columns),
            geometry: geometry.and_then(|g| columns.binary_search(&g).ok()),
            to_wgs84,
            numerals: request.numerals,
            keep: match keep {
                Keep::Nothing => None,
                Keep::ForCsv => Some(Geometries::BecomeColumns),
                Keep::ForParquet => Some(Geometries::Stay),
            },
        };
        table.check()?;
        Ok(Self { files, table, columns, keep, place })
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.files.last().map_or(0, |f| f.before + f.rows())
    }

    /// Names of the columns of places.
    pub fn place(&self) -> String {
        self.place.clone()
    }

    /// What rows look like.
    pub fn kept(&self) -> Kept<'_> {
        let metadata =
            self.files.first().and_then(|f| f.metadata.metadata().file_metadata().key_value_metadata());
        let metadata = metadata.into_iter().flatten().filter(|kv| kv.key != "ARROW:schema");
        Kept::Table {
            schema: self.table.kept(),
            metadata: metadata.map(|kv| (kv.key.clone(), kv.value.clone())).collect(),
        }
    }

    /// The slices, in the order of the rows; they do not depend on the number of threads.
    pub fn slices(&self) -> impl Iterator<Item = Slice> + Send + '_ {
        self.files.iter().enumerate().flat_map(move |(number, file)| {
            let mut before = file.before;
            let groups = file.metadata.metadata().row_groups();
            groups.iter().enumerate().flat_map(move |(group, metadata)| {
                let rows = u64::try_from(metadata.num_rows()).unwrap_or_default();
                let bytes = u64::try_from(metadata.total_byte_size()).unwrap_or_default();
                let most = match self.keep {
                    Keep::Nothing => SLICE_ROWS,
                    _ => KEPT_ROWS.min(KEPT_BYTES.saturating_mul(rows) / bytes.max(1)).max(1),
                };
                let start = before;
                before += rows;
                (0..rows.div_ceil(most)).map(move |i| Slice {
                    file: number,
                    group,
                    skip: i * most,
                    rows: most.min(rows - i * most),
                    before: start + i * most,
                })
            })
        })
    }

    /// Reads a slice, batch by batch.
    pub fn read(
        &self,
        slice: &Slice,
        bad: &mut BadRows,
        each: &mut dyn FnMut(Batch) -> Result<(), LocateError>,
    ) -> Result<(), LocateError> {
        let file = &self.files[slice.file];
        let broken = |error: ParquetError| broken(&file.path, &error);
        // A file of its own for each slice: clones of a handle share their position.
        let input = File::open(&file.path)
            .map_err(|error| ReadError::Io { file: file.path.to_string_lossy().into_owned(), error })?;
        let mask = ProjectionMask::roots(file.metadata.parquet_schema(), self.columns.iter().copied());
        // What a 32-bit machine cannot count it cannot have in one row group either.
        let count = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
        let selection = RowSelection::from(vec![
            RowSelector::skip(count(slice.skip)),
            RowSelector::select(count(slice.rows)),
        ]);
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(input, file.metadata.clone())
            .with_row_groups(vec![slice.group])
            .with_projection(mask)
            .with_row_selection(selection)
            .with_batch_size(match self.keep {
                Keep::Nothing => BATCH_ROWS,
                _ => count(slice.rows),
            })
            .build()
            .map_err(broken)?;
        let mut before = slice.before;
        for batch in reader {
            let batch = batch.map_err(|error| broken(error.into()))?;
            let rows = batch.num_rows() as u64;
            each(self.table.batch(batch, before, bad)?)?;
            before += rows;
        }
        if before != slice.before + slice.rows {
            return Err(broken(ParquetError::EOF(format!(
                "row group {} ends after {} of {} rows",
                slice.group + 1,
                before - slice.before + slice.skip,
                slice.rows + slice.skip
            ))));
        }
        Ok(())
    }
}

impl Opened {
    fn rows(&self) -> u64 {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    fn key_value(&self, key: &str) -> Option<&str> {
        let pairs = self.metadata.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.as_deref()
    }
}

/// Refuses what is no file, in a folder of files too.
fn check_regular(path: &Path) -> Result<(), ReadError> {
    irregular(path).map_or(Ok(()), |found| {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Err(ReadError::NotRegular { file: path.to_string_lossy().into_owned(), path: name, found })
    })
}

fn broken(path: &Path, error: &ParquetError) -> LocateError {
    LocateError::Parquet { file: path.to_string_lossy().into_owned(), reason: error.to_string() }
}
