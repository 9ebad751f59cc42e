//! Counting points, and writing the counts.

use std::io::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;

use super::found::Found;
use super::request::Format;
use super::run::Run;
use super::staged::Staged;
use super::sum::ExactSum;
use super::tally::{Shape, Tally};
use super::{Lacking, LocateError, Report, packed};
use crate::layer::write::{WriteError, csv_header, csv_rows, write_geojson};
use crate::layer::{Column, Layer, Provenance};

/// Counts the points of a run and writes the counts.
pub(super) fn run(run: &Run<'_>, format: Format) -> Result<Report, LocateError> {
    let counting = run.request.counting();
    let names = columns(run)?;
    let shape = Shape {
        zones: run.zones.keys().len(),
        by: counting.by.len(),
        sums: counting.sums.len(),
        days: counting.days.is_some(),
        snaps: run.request.snap_km.is_some(),
    };
    // Made before the points are read, so that a folder which cannot be written is told at once.
    let mut staged = Staged::create(&run.request.out)?;
    let tally = tally(run, shape)?;
    let table = table(run, &tally, &names)?;
    let inside = |counts: &[u64]| -> u64 {
        tally.rows().iter().filter(|row| row.zone.is_some()).map(|row| counts[row.slot]).sum()
    };
    let of_rows: u64 = tally.rows().iter().map(|row| tally.counts[row.slot]).sum();
    let located = inside(&tally.counts);
    let found = Found {
        located,
        snapped: if shape.snaps { inside(&tally.snapped) } else { 0 },
        outside: of_rows - located,
        bad: tally.bad.clone(),
        left_out: 0,
        lacking: lacking(&counting.sums, &tally),
        rows: table.num_rows() as u64,
        strays: tally.strays.clone(),
    };
    let report = run.check(run.report(found)?)?;
    let out = &run.request.out;
    match format {
        Format::Csv(_) => {
            let text = [csv_header(table.schema_ref()), csv_rows(&table, true)?].concat();
            staged.write_all(&text).map_err(|error| staged.fail(error))?;
        }
        Format::Parquet => {
            let (mut file, encoder) = packed::begin(staged.handle()?, table.schema_ref(), Vec::new())
                .map_err(|error| packed::failed(out, error))?;
            let group = encoder.encode(&table).map_err(|error| packed::failed(out, error))?;
            file.append(group).and_then(|()| file.finish()).map_err(|error| packed::failed(out, error))?;
        }
        Format::GeoJson => {
            let zones = table.slice(0, run.zones.keys().len());
            let columns = zones.schema_ref().fields().iter().zip(zones.columns());
            let columns = columns.map(|(f, c)| Column { name: f.name().clone(), values: Arc::clone(c) });
            let geometry = Arc::clone(run.zones.needed()?.geometry());
            let layer = Layer::new("counts", run.key(), columns.collect(), geometry, Provenance::default())?;
            write_geojson(&layer, &mut staged).map_err(|error| match error {
                WriteError::Io(error) => staged.fail(error),
                error => error.into(),
            })?;
        }
    }
    staged.finish()?;
    Ok(report)
}

/// The columns that lack values in points that are counted.
fn lacking(columns: &[String], tally: &Tally) -> Vec<Lacking> {
    let rows = tally.rows();
    let lacking = |(column, sums): (&String, &Vec<ExactSum>)| {
        let points = rows.iter().map(|row| tally.counts[row.slot] - sums[row.slot].count()).sum();
        (points > 0).then(|| Lacking { column: column.clone(), points })
    };
    columns.iter().zip(&tally.sums).filter_map(lacking).collect()
}

/// Counts in parallel, a tally a thread; how units fall to threads changes nothing in what comes out.
fn tally(run: &Run<'_>, shape: Shape) -> Result<Tally, LocateError> {
    let units = run.source.units();
    units
        .par_bridge()
        .try_fold(
            || Tally::new(shape),
            |mut tally, unit| -> Result<Tally, LocateError> {
                let mut bad = std::mem::take(&mut tally.bad);
                run.source.read(unit?, &mut bad, &mut |batch| {
                    let mut located = tally.take_located();
                    run.locator.locate(&batch, &mut located)?;
                    tally.add(&batch, located);
                    run.watch.advance(batch.lon.len() as u64 + batch.left_out, batch.bytes);
                    Ok(())
                })?;
                tally.bad = bad;
                Ok(tally)
            },
        )
        .try_reduce(|| Tally::new(shape), |a, b| Ok(a.merge(b)))
}

/// Names of the output's columns: key, groups, count, snapped, sums, days.
fn columns(run: &Run<'_>) -> Result<Vec<String>, LocateError> {
    let counting = run.request.counting();
    let mut names = vec![run.key().to_owned()];
    names.extend(counting.by);
    names.push("count".to_owned());
    names.extend(run.request.snap_km.map(|_| "snapped".to_owned()));
    names.extend(counting.sums.iter().map(|column| format!("sum_{column}")));
    names.extend(counting.days.map(|_| "days".to_owned()));
    match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
        Some((_, column)) => Err(LocateError::Repeated { column: column.clone() }),
        None => Ok(names),
    }
}

/// The counts as a table: zones in the order of their keys, then what is outside, with a null key.
fn table(run: &Run<'_>, tally: &Tally, names: &[String]) -> Result<RecordBatch, LocateError> {
    let keys = run.zones.keys();
    let rows = tally.rows();
    let counts = |counts: &[u64]| -> ArrayRef {
        Arc::new(rows.iter().map(|row| i64::try_from(counts[row.slot]).ok()).collect::<Int64Array>())
    };
    let mut columns: Vec<ArrayRef> = vec![Arc::new(
        rows.iter().map(|row| row.zone.map(|zone| keys[zone].as_str())).collect::<StringArray>(),
    )];
    for by in 0..run.request.counting().by.len() {
        columns.push(Arc::new(rows.iter().map(|row| row.values[by]).collect::<StringArray>()));
    }
    columns.push(counts(&tally.counts));
    if run.request.snap_km.is_some() {
        columns.push(counts(&tally.snapped));
    }
    for sums in &tally.sums {
        columns.push(Arc::new(rows.iter().map(|row| sums[row.slot].value()).collect::<Float64Array>()));
    }
    if run.request.counting().days.is_some() {
        let days: Vec<u64> = tally.days.iter().map(super::days::DaySet::len).collect();
        columns.push(counts(&days));
    }
    let fields = names.iter().zip(&columns).enumerate().map(|(i, (name, column))| {
        let counted = column.data_type() == &DataType::Int64;
        Field::new(name, column.data_type().clone(), i == 0 || !counted)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    RecordBatch::try_new(schema, columns).map_err(|error| crate::layer::LayerError::from(error).into())
}
