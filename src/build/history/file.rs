//! The file of the history.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array, new_null_array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::row::{Added, RUN, SEQUENCE, ZONE};

/// Opens a history, whose end says what is in it.
pub fn open(path: &Path) -> io::Result<ParquetRecordBatchReaderBuilder<File>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?).map_err(io::Error::other)?;
    let known = [(SEQUENCE, DataType::UInt64), (RUN, DataType::Utf8), (ZONE, DataType::Utf8)];
    let fits = |(name, kind): &(&str, DataType)| {
        reader.schema().field_with_name(name).is_ok_and(|field| field.data_type() == kind)
    };
    match known.iter().all(fits) {
        true => Ok(reader),
        false => Err(io::Error::other("not a history")),
    }
}

/// All rows of a history.
pub fn read(path: &Path) -> io::Result<RecordBatch> {
    let reader = open(path)?;
    let schema = Arc::clone(reader.schema());
    let batches = reader.build().map_err(io::Error::other)?.collect::<Result<Vec<_>, _>>();
    let batches = batches.map_err(io::Error::other)?;
    arrow_select::concat::concat_batches(&schema, &batches).map_err(io::Error::other)
}

/// Writes a history, whole or not at all, and synced: it cannot be made again from what is kept.
pub fn write(path: &Path, batch: &RecordBatch) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("a file without a folder"))?;
    let file = tempfile::Builder::new().prefix(".history-").tempfile_in(folder)?;
    let zstd = ZstdLevel::try_new(3).map_err(io::Error::other)?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(zstd)).build();
    let mut writer =
        ArrowWriter::try_new(file.as_file(), batch.schema(), Some(properties)).map_err(io::Error::other)?;
    writer.write(batch).map_err(io::Error::other)?;
    writer.close().map_err(io::Error::other)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// The rows of one run: its place, its name, the zone, and every numeric field of the layer.
pub fn rows(added: &Added<'_>) -> Result<RecordBatch, ArrowError> {
    let (layer, count) = (added.layer, added.layer.len());
    let mut fields = vec![
        Field::new(SEQUENCE, DataType::UInt64, false),
        Field::new(RUN, DataType::Utf8, false),
        Field::new(ZONE, DataType::Utf8, false),
    ];
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from(vec![added.sequence; count])),
        Arc::new(StringArray::from(vec![added.run; count])),
        Arc::new(StringArray::from(layer.keys())),
    ];
    for (field, values) in layer.attributes().schema().fields().iter().zip(layer.attributes().columns()) {
        let numeric = matches!(field.data_type(), DataType::Float64 | DataType::Int64);
        if numeric && ![SEQUENCE, RUN, ZONE].contains(&field.name().as_str()) {
            fields.push(Field::new(field.name(), DataType::Float64, true));
            columns.push(arrow_cast::cast(values, &DataType::Float64)?);
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// Old and new rows, by zone and then by order: a value that stays the same for many nights costs next to nothing so.
pub fn merge(
    old: Option<RecordBatch>,
    fresh: RecordBatch,
    sequence: u64,
    withdrawn: &BTreeSet<String>,
    limit: usize,
) -> Result<RecordBatch, ArrowError> {
    let Some(old) = old else { return sorted(&fresh, &(0..fresh.num_rows()).collect::<Vec<_>>()) };
    let mut names: Vec<String> = old.schema().fields().iter().map(|field| field.name().clone()).collect();
    let new_names: Vec<String> = fresh.schema().fields().iter().map(|field| field.name().clone()).collect();
    names.extend(new_names.into_iter().filter(|name| old.schema().field_with_name(name).is_err()));
    let (old, fresh) = (with_columns(&old, &names)?, with_columns(&fresh, &names)?);
    let all = arrow_select::concat::concat_batches(&old.schema(), [&old, &fresh])?;
    let (sequences, runs) = (sequences(&all)?, texts(&all, RUN)?);
    let (old_count, total) = (old.num_rows(), all.num_rows());
    // Rows with the new run's place are of one that never became current.
    let stays = |row: usize| {
        row >= old_count || (sequences.value(row) < sequence && !withdrawn.contains(runs.value(row)))
    };
    let kept: Vec<usize> = (0..total).filter(|&row| stays(row)).collect();
    let places: BTreeSet<u64> = kept.iter().map(|&row| sequences.value(row)).collect();
    let first = places.iter().rev().nth(limit.max(1) - 1).copied().unwrap_or(0);
    let kept: Vec<usize> = kept.into_iter().filter(|&row| sequences.value(row) >= first).collect();
    sorted(&all, &kept)
}

/// The rows of all other runs, and how many were left out.
pub fn without(all: &RecordBatch, gone: &BTreeSet<String>) -> Result<(RecordBatch, usize), ArrowError> {
    let runs = texts(all, RUN)?;
    let kept: Vec<usize> = (0..all.num_rows()).filter(|&row| !gone.contains(runs.value(row))).collect();
    Ok((sorted(all, &kept)?, all.num_rows() - kept.len()))
}

pub fn sequences(batch: &RecordBatch) -> Result<UInt64Array, ArrowError> {
    let column = batch.column_by_name(SEQUENCE).and_then(|column| column.as_primitive_opt::<UInt64Type>());
    column.cloned().ok_or_else(|| ArrowError::SchemaError(SEQUENCE.to_owned()))
}

pub fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray, ArrowError> {
    let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column.cloned().ok_or_else(|| ArrowError::SchemaError(name.to_owned()))
}

/// A batch with these columns, null where it has none.
fn with_columns(batch: &RecordBatch, names: &[String]) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for name in names {
        let column = batch.column_by_name(name);
        let column = column.cloned().unwrap_or_else(|| new_null_array(&DataType::Float64, batch.num_rows()));
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

fn sorted(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, ArrowError> {
    let (sequences, zones) = (sequences(batch)?, texts(batch, ZONE)?);
    let mut rows = rows.to_vec();
    rows.sort_by(|&a, &b| (zones.value(a), sequences.value(a)).cmp(&(zones.value(b), sequences.value(b))));
    let rows: UInt64Array = rows.into_iter().map(|row| Some(row as u64)).collect();
    let columns = batch.columns().iter().map(|column| arrow_select::take::take(column, &rows, None));
    RecordBatch::try_new(batch.schema(), columns.collect::<Result<Vec<_>, _>>()?)
}

/// The values of a column; none where it is not there.
pub fn numbers(batch: &RecordBatch, name: &str) -> Option<Float64Array> {
    let column = batch.column_by_name(name)?;
    column.as_primitive_opt::<arrow_array::types::Float64Type>().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Column, Geometry, Layer, Provenance};
    use crate::publish::PublishError;

    fn layer(values: &[f64], field: &str) -> Layer {
        let keys: Vec<String> = (0..values.len()).map(|n| format!("z{n}")).collect();
        let columns = vec![
            Column::texts("code", keys.iter().map(|key| Some(key.as_str())).collect()),
            Column::numbers(field, values.iter().map(|v| Some(*v)).collect()),
        ];
        Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap()
    }

    fn add(path: &Path, sequence: u64, values: &[f64], withdrawn: &[&str], limit: usize) {
        let (run, layer) = (format!("r{sequence}"), layer(values, "risk"));
        let withdrawn = withdrawn.iter().map(|run| (*run).to_owned()).collect();
        super::super::add(path, &Added { run: &run, sequence, layer: &layer }, &withdrawn, limit).unwrap();
    }

    fn stand(path: &Path) -> Vec<(String, u64, f64)> {
        let all = read(path).unwrap();
        let (zones, places, risk) =
            (texts(&all, ZONE).unwrap(), sequences(&all).unwrap(), numbers(&all, "risk").unwrap());
        (0..all.num_rows()).map(|i| (zones.value(i).to_owned(), places.value(i), risk.value(i))).collect()
    }

    #[test]
    fn one_row_a_zone_and_run_and_never_more_runs_than_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.parquet");
        add(&path, 1, &[0.1, 0.2], &[], 3);
        add(&path, 2, &[0.3], &[], 3);
        let z = |n: usize, place, value| (format!("z{n}"), place, value);
        assert_eq!(stand(&path), [z(0, 1, 0.1), z(0, 2, 0.3), z(1, 1, 0.2)]);
        // The second never became current: the third takes its place.
        add(&path, 2, &[0.4], &[], 3);
        assert_eq!(stand(&path), [z(0, 1, 0.1), z(0, 2, 0.4), z(1, 1, 0.2)]);
        add(&path, 3, &[0.5], &["r1"], 3);
        assert_eq!(stand(&path), [z(0, 2, 0.4), z(0, 3, 0.5)]);
        for n in 4..9 {
            add(&path, n, &[n as f64], &[], 3);
        }
        assert_eq!(stand(&path), [z(0, 6, 6.0), z(0, 7, 7.0), z(0, 8, 8.0)]);
    }

    #[test]
    fn fields_come_and_go_and_a_damaged_file_is_an_error_with_backups() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.parquet");
        add(&path, 1, &[0.1], &[], 9);
        let other = layer(&[7.0], "km");
        super::super::add(&path, &Added { run: "r2", sequence: 2, layer: &other }, &BTreeSet::new(), 9)
            .unwrap();
        let all = read(&path).unwrap();
        let (risk, km) = (numbers(&all, "risk").unwrap(), numbers(&all, "km").unwrap());
        assert!(risk.is_null(1) && km.is_null(0) && km.value(1) == 7.0);
        let whole = std::fs::read(&path).unwrap();
        let third = || {
            let layer = layer(&[0.3], "risk");
            super::super::add(&path, &Added { run: "r3", sequence: 3, layer: &layer }, &BTreeSet::new(), 9)
        };
        let backup = |n: usize| dir.path().join(format!("history.parquet.{n}"));
        // Nothing is begun anew where the history is damaged or gone; the backups stay as they are.
        for torn in [true, false] {
            match torn {
                true => std::fs::write(&path, "torn").unwrap(),
                false => std::fs::remove_file(&path).unwrap(),
            }
            let error = third().unwrap_err();
            let first = backup(1);
            assert!(
                matches!(&error, PublishError::History { backup: Some(b), .. } if *b == first),
                "{error}"
            );
            assert_eq!((stand(&backup(1)).len(), backup(2).exists(), path.exists()), (1, false, torn));
        }
        std::fs::write(&path, &whole).unwrap();
        third().unwrap();
        assert_eq!((stand(&path).len(), std::fs::read(backup(1)).unwrap() == whole), (3, true));
        assert_eq!(stand(&backup(2)).len(), 1);
        for n in 4..9 {
            add(&path, n, &[n as f64], &[], 9);
        }
        let last: Vec<u64> =
            (1..=3).map(|n| stand(&backup(n)).iter().map(|row| row.1).max().unwrap()).collect();
        assert_eq!((last, backup(4).exists()), (vec![7, 6, 5], false));
        // What is withdrawn goes from the backups, too.
        super::super::remove(&path, &BTreeSet::from(["r4".to_owned()])).unwrap();
        for path in [&path, &backup(1), &backup(2), &backup(3)] {
            assert!(stand(path).iter().all(|row| row.1 != 4), "{}", path.display());
        }
    }
}
