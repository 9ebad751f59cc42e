//! A GDAL source batch by batch, for inputs of any size.

use std::cell::Cell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, SchemaRef};
use gdal::vector::{LayerAccess, geometry_type_to_name};

use super::guard::Patience;
use super::raw::Raw;
use super::{Options, ReadError, attributes, dbf, exists, gdal_errors, load, open, stream};
use crate::layer::Finding;

/// Points that GDAL hands over at once: points are small.
const POINTS_PER_BATCH: usize = 65_536;

/// Batches that may wait for a reader; one more is being made.
const WAITING: usize = 2;

/// What is known of a source before its first batch.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Driver that reads it.
    pub driver: String,
    /// Layer inside the source.
    pub layer: String,
    /// CRS as WKT, and its name for people.
    pub crs: Option<(String, String)>,
    /// Features, where the format says.
    pub features: Option<u64>,
    /// Kind of geometry as the layer declares it, such as `Point`; `Unknown (any)` where it does not.
    pub kind: String,
    /// Columns of every batch.
    pub schema: SchemaRef,
    /// What was noticed so far.
    pub findings: Vec<Finding>,
}

/// The batches of a source as they come; one that keeps silent for too long is given up.
#[derive(Debug)]
pub(crate) struct Batches {
    receiver: Receiver<Result<RecordBatch, ReadError>>,
    patience: Patience,
    file: String,
    ended: bool,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.receiver.recv_timeout(self.patience.0) {
            Ok(batch) => Some(batch),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                self.ended = true;
                Some(Err(self.patience.ended(&self.file)))
            }
        }
    }
}

/// Opens a source on a thread of its own, where GDAL's handles stay, and hands over what comes of it.
///
/// The thread ends with the source, at the first error, or when the receiver is dropped.
pub(crate) fn batches(options: &Options) -> Result<(Head, Batches), ReadError> {
    exists::check_there(options)?;
    let (send_head, head) = sync_channel(1);
    let (send, receive) = sync_channel(WAITING);
    let options = options.clone();
    let lost = || ReadError::Truncated {
        file: options.file(),
        layer: options.layer.clone().unwrap_or_default(),
        detail: "the thread that reads it has ended".to_owned(),
    };
    let moved = options.clone();
    std::thread::spawn(move || {
        let begun = Cell::new(false);
        let begin = |head| {
            begun.set(true);
            send_head.send(Ok(head)).is_ok()
        };
        if let Err(error) = read(&moved, begin, |batch| send.send(Ok(batch)).is_ok()) {
            // Whoever has the head may not have let go of its channel yet, and looks there no more.
            let _ = match begun.get() {
                true => send.send(Err(error)).is_ok(),
                false => send_head.send(Err(error)).is_ok(),
            };
        }
    });
    let patience = Patience::stated();
    let file = options.file();
    let head = head.recv_timeout(patience.0).map_err(|error| match error {
        RecvTimeoutError::Timeout => patience.ended(&file),
        RecvTimeoutError::Disconnected => lost(),
    })??;
    Ok((head, Batches { receiver: receive, patience, file, ended: false }))
}

/// Hands over a table that is read whole, its rows as one batch.
fn whole(
    table: Raw,
    options: &Options,
    begin: impl FnOnce(Head) -> bool,
    mut take: impl FnMut(RecordBatch) -> bool,
) -> Result<(), ReadError> {
    let damaged = |error: ArrowError| ReadError::Layer { file: options.file(), error: error.into() };
    let fields: Vec<(String, ArrayRef)> = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| (column.name.clone(), attributes::settled(&table, index, options)))
        .collect();
    let batch = RecordBatch::try_from_iter_with_nullable(fields.into_iter().map(|(n, v)| (n, v, true)));
    let batch = batch.map_err(damaged)?;
    let head = Head {
        driver: table.driver,
        layer: table.layer,
        crs: None,
        features: Some(table.rows as u64),
        kind: "None".to_owned(),
        schema: batch.schema(),
        findings: table.findings,
    };
    if begin(head) && batch.num_rows() > 0 {
        take(batch);
    }
    Ok(())
}

/// Reads a source to its end, or until `begin` or `take` want no more.
fn read(
    options: &Options,
    begin: impl FnOnce(Head) -> bool,
    mut take: impl FnMut(RecordBatch) -> bool,
) -> Result<(), ReadError> {
    if let Some(table) = load::table(options)? {
        return whole(table, options, begin, take);
    }
    // The network is dropped last; what is streamed need not fit in memory.
    let open::Opened { _network, dataset, driver, mut findings, .. } = open::open(options)?;
    let mut layer = open::pick(&dataset, options)?;
    let name = layer.name();
    open::check_fields(&layer, &name, options)?;
    findings.extend(open::twins(&dataset, &name));
    let features = layer.try_feature_count();
    let crs = layer.spatial_ref().and_then(|srs| open::describe(&srs));
    let kind = geometry_type_to_name(layer.defn().geometry_type());
    // A shapefile counts records that were deleted, and are no features.
    let deleted = if driver == "ESRI Shapefile" { dbf::deleted(&options.path) } else { Some(0) };
    let damaged = |detail: String| ReadError::Truncated { file: options.file(), layer: name.clone(), detail };
    let failed =
        |error: ArrowError| damaged(gdal_errors::first_failure().unwrap_or_else(|| error.to_string()));
    let mut refused = None;
    let streamed = stream::with(&mut layer, POINTS_PER_BATCH, false, |stream| {
        let schema = arrow_array::RecordBatchReader::schema(stream);
        if !begin(Head { driver, layer: name.clone(), crs, features, kind, schema, findings }) {
            return Ok(None);
        }
        let mut rows = 0;
        for batch in stream {
            let batch = batch?;
            if let Err(error) = open::check_texts(&batch, rows as usize, &name, options) {
                refused = Some(error);
                return Ok(None);
            }
            rows += batch.num_rows() as u64;
            if !take(batch) {
                return Ok(None);
            }
        }
        Ok(Some(rows))
    });
    let rows = streamed.flatten().map_err(failed)?;
    if let Some(refused) = refused {
        return Err(refused);
    }
    if let Some(failure) = gdal_errors::first_failure() {
        return Err(damaged(failure));
    }
    if let Some(detail) = gdal_errors::first_change() {
        return Err(ReadError::Changed { file: options.file(), layer: name, detail });
    }
    let expected = features.zip(deleted).map(|(features, deleted)| features.saturating_sub(deleted));
    match (expected, rows) {
        (Some(expected), Some(rows)) if expected != rows => {
            Err(damaged(format!("it announces {expected} features, and {rows} can be read")))
        }
        _ => Ok(()),
    }
}
