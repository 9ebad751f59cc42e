//! The points themselves, each with the key of its zone, in the order of the input.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;

use super::fault::BadRows;
use super::found::Found;
use super::locator::{BAD, Located};
use super::packed::{self, Encoder, Packed, RowGroup};
use super::request::{Format, Packing};
use super::run::Run;
use super::source::{Batch, Kept, Rows, Unit, Units};
use super::staged::Staged;
use super::{LocateError, Report};
use crate::join::OUTSIDE;
use crate::layer::read::plain;
use crate::layer::write::{csv_cell, csv_header, csv_rows};

/// Units that are worked on at a time, for each thread: enough that the slowest of them holds up little.
const UNITS_PER_THREAD: usize = 2;

/// The zstd level of compressed text; the fastest that still halves it.
const ZSTD_LEVEL: i32 = 1;

/// What a unit has become, waiting for its turn to be written.
struct Piece {
    text: Vec<u8>,
    groups: Vec<RowGroup>,
    found: Found,
}

/// How rows are printed.
struct Printer<'a> {
    run: &'a Run<'a>,
    keys: &'a [String],
    form: Form<'a>,
}

enum Form<'a> {
    /// Text with cells added to it, as it stands otherwise.
    Text { delimiter: u8, line_end: &'a [u8], packing: Packing, keys: Vec<Vec<u8>> },
    /// Arrow batches as text.
    Csv { packing: Packing, schema: SchemaRef },
    /// Arrow batches as Parquet.
    Parquet { encoder: Encoder, schema: SchemaRef },
}

/// Where pieces go.
enum Sink {
    Text(Staged),
    Parquet(Packed, Staged),
}

/// Tags the points of a run.
pub(super) fn run(run: &Run<'_>, format: Format) -> Result<Report, LocateError> {
    let (printer, mut sink) = begin(run, format)?;
    let waves = UNITS_PER_THREAD * rayon::current_num_threads();
    let mut units = run.source.units();
    let mut found = Found::default();
    let mut wave = next_wave(&mut units, waves)?;
    let mut pieces: Vec<Piece> = Vec::new();
    // While a wave is worked on, the one before is written and the next one read.
    while !wave.is_empty() || !pieces.is_empty() {
        let current = std::mem::take(&mut wave);
        let done = std::mem::take(&mut pieces);
        let (next, worked) = rayon::join(
            || {
                for piece in done {
                    sink.write(piece, &mut found, &run.request.out)?;
                }
                next_wave(&mut units, waves)
            },
            || current.into_par_iter().map(|unit| printer.piece(unit)).collect::<Vec<_>>(),
        );
        // The error told is the first in the order of the input.
        pieces = worked.into_iter().collect::<Result<_, _>>()?;
        wave = next?;
    }
    let report = run.check(run.report(found)?)?;
    sink.finish(&run.request.out)?;
    Ok(report)
}

fn next_wave(units: &mut Units<'_>, most: usize) -> Result<Vec<Unit>, LocateError> {
    units.take(most).collect()
}

/// Begins the file: its header or schema.
fn begin<'a>(run: &'a Run<'a>, format: Format) -> Result<(Printer<'a>, Sink), LocateError> {
    let added = added(run);
    let taken = |names: &[&str]| match added.iter().find(|field| names.contains(&field.name().as_str())) {
        Some(field) => Err(LocateError::Repeated { column: field.name().clone() }),
        None => Ok(()),
    };
    let packing = match format {
        Format::Csv(packing) => packing,
        _ => Packing::None,
    };
    let keys = run.zones.keys();
    let mut staged = Staged::create(&run.request.out)?;
    let (form, sink) = match run.source.kept() {
        Kept::Text { header, delimiter, line_end, names } => {
            taken(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
            let mut first = header.to_vec();
            for field in &added {
                first.push(delimiter);
                first.extend_from_slice(&csv_cell(field.name(), delimiter));
            }
            first.extend_from_slice(line_end);
            let keys = keys.iter().map(|key| csv_cell(key, delimiter)).collect();
            staged.write_all(&pack(first, packing)).map_err(|error| staged.fail(error))?;
            (Form::Text { delimiter, line_end, packing, keys }, Sink::Text(staged))
        }
        Kept::Table { schema, metadata } => {
            taken(&schema.fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>())?;
            let fields = schema.fields().iter().cloned().chain(added.into_iter().map(Arc::new));
            let schema =
                Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()));
            if format == Format::Parquet {
                let (file, encoder) = packed::begin(staged.handle()?, &schema, metadata)
                    .map_err(|error| packed::failed(&run.request.out, error))?;
                (Form::Parquet { encoder, schema }, Sink::Parquet(file, staged))
            } else {
                let header = pack(csv_header(&schema), packing);
                staged.write_all(&header).map_err(|error| staged.fail(error))?;
                (Form::Csv { packing, schema }, Sink::Text(staged))
            }
        }
    };
    Ok((Printer { run, keys, form }, sink))
}

/// The columns that are added.
fn added(run: &Run<'_>) -> Vec<Field> {
    let key = Field::new(run.key(), DataType::Utf8, true);
    let km = run.request.snap_km.map(|_| Field::new("snap_km", DataType::Float64, true));
    std::iter::once(key).chain(km).collect()
}

impl Printer<'_> {
    /// Locates the points of a unit and prints them.
    fn piece(&self, unit: Unit) -> Result<Piece, LocateError> {
        let mut piece = Piece { text: Vec::new(), groups: Vec::new(), found: Found::default() };
        let mut located = Located::default();
        let mut bad = BadRows::default();
        self.run.source.read(unit, &mut bad, &mut |batch| {
            self.run.locator.locate(&batch, &mut located)?;
            count(&mut piece.found, &batch, &located);
            piece.found.strays.add_outside(&batch, &located);
            self.run.watch.advance(batch.lon.len() as u64 + batch.left_out, batch.bytes);
            self.print(batch.rows, &located, &mut piece)
        })?;
        piece.found.bad = bad;
        if let Form::Text { packing, .. } | Form::Csv { packing, .. } = &self.form {
            piece.text = pack(piece.text, *packing);
        }
        Ok(piece)
    }

    fn print(&self, rows: Rows, located: &Located, piece: &mut Piece) -> Result<(), LocateError> {
        match (&self.form, rows) {
            (Form::Text { delimiter, line_end, keys, .. }, Rows::Text { bytes, spans }) => {
                let snaps = self.run.request.snap_km.is_some();
                let mut snapped = located.snapped.iter().peekable();
                piece.text.reserve(bytes.len() + 8 * spans.len());
                for (row, span) in spans.into_iter().enumerate() {
                    piece.text.extend_from_slice(&bytes[span]);
                    piece.text.push(*delimiter);
                    if let Some(key) = keys.get(located.zones[row] as usize) {
                        piece.text.extend_from_slice(key);
                    }
                    if snaps {
                        piece.text.push(*delimiter);
                        if let Some((_, km)) = snapped.next_if(|s| s.0 == row) {
                            // Writing to memory cannot fail.
                            let _ = write!(piece.text, "{:?}", rounded(*km));
                        }
                    }
                    piece.text.extend_from_slice(line_end);
                }
            }
            (Form::Csv { schema, .. }, Rows::Table(batch)) => {
                let batch = self.with_added(&batch, schema, located)?;
                let columns = batch.columns().iter().map(plain).collect::<Result<Vec<_>, _>>();
                let columns = columns.map_err(crate::layer::LayerError::from)?;
                let fields = batch.schema();
                let fields = fields.fields().iter().zip(&columns);
                let fields = fields.map(|(f, c)| Field::new(f.name(), c.data_type().clone(), true));
                let plain = RecordBatch::try_new(Arc::new(Schema::new(fields.collect::<Vec<_>>())), columns);
                let plain = plain.map_err(crate::layer::LayerError::from)?;
                piece.text.extend_from_slice(&csv_rows(&plain, false)?);
            }
            (Form::Parquet { encoder, schema }, Rows::Table(batch)) if batch.num_rows() > 0 => {
                let batch = self.with_added(&batch, schema, located)?;
                let group = encoder.encode(&batch);
                piece.groups.push(group.map_err(|error| packed::failed(&self.run.request.out, error))?);
            }
            _ => {}
        }
        Ok(())
    }

    /// The batch with the columns that are added.
    fn with_added(
        &self,
        batch: &RecordBatch,
        schema: &SchemaRef,
        located: &Located,
    ) -> Result<RecordBatch, LocateError> {
        let keys = located.zones.iter().map(|&zone| self.keys.get(zone as usize));
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns.push(Arc::new(keys.collect::<StringArray>()));
        if self.run.request.snap_km.is_some() {
            let mut km: Vec<Option<f64>> = vec![None; located.zones.len()];
            for &(row, distance) in &located.snapped {
                km[row] = Some(rounded(distance));
            }
            columns.push(Arc::new(Float64Array::from(km)));
        }
        RecordBatch::try_new(Arc::clone(schema), columns)
            .map_err(|error| crate::layer::LayerError::from(error).into())
    }
}

/// Kilometres to the millimetre.
fn rounded(km: f64) -> f64 {
    (km * 1e6).round() / 1e6
}

fn count(found: &mut Found, batch: &Batch, located: &Located) {
    let outside = located.zones.iter().filter(|&&zone| zone == OUTSIDE).count() as u64;
    let bad = located.zones.iter().filter(|&&zone| zone == BAD).count() as u64;
    found.rows += located.zones.len() as u64;
    found.outside += outside;
    found.located += located.zones.len() as u64 - outside - bad;
    found.snapped += located.snapped.len() as u64;
    found.left_out += batch.left_out;
}

impl Sink {
    fn write(&mut self, piece: Piece, found: &mut Found, out: &Path) -> Result<(), LocateError> {
        found.located += piece.found.located;
        found.snapped += piece.found.snapped;
        found.outside += piece.found.outside;
        found.left_out += piece.found.left_out;
        found.rows += piece.found.rows;
        found.bad.merge(piece.found.bad);
        found.strays.merge(piece.found.strays);
        match self {
            Self::Text(staged) => staged.write_all(&piece.text).map_err(|error| staged.fail(error)),
            Self::Parquet(file, _) => piece
                .groups
                .into_iter()
                .try_for_each(|group| file.append(group))
                .map_err(|error| packed::failed(out, error)),
        }
    }

    fn finish(self, out: &Path) -> Result<(), LocateError> {
        match self {
            Self::Text(staged) => staged.finish(),
            Self::Parquet(file, staged) => {
                file.finish().map_err(|error| packed::failed(out, error))?;
                staged.finish()
            }
        }
    }
}

/// Compresses a piece on its own: parts of gzip and zstd one after another are one file, and threads can
/// make them side by side.
fn pack(text: Vec<u8>, packing: Packing) -> Vec<u8> {
    let packed = match packing {
        Packing::None => return text,
        _ if text.is_empty() => return text,
        Packing::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&text).and_then(|()| encoder.finish())
        }
        Packing::Zstd => zstd::encode_all(text.as_slice(), ZSTD_LEVEL),
    };
    // Neither fails in memory.
    packed.unwrap_or_default()
}
