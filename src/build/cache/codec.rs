//! A layer as two blobs of Arrow IPC, bit for bit.

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::FileReader;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, Schema};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::{LineStringArray, MultiPolygonArray, PointArray};

use crate::layer::Geometry;

/// Name of the one column of a blob of geometry.
const GEOMETRY: &str = "geometry";

/// One batch as an Arrow IPC file in memory.
pub fn encode(batch: &RecordBatch) -> Result<Vec<u8>, ArrowError> {
    let mut writer = FileWriter::try_new(Vec::with_capacity(batch.get_array_memory_size()), &batch.schema())?;
    writer.write(batch)?;
    writer.finish()?;
    writer.into_inner()
}

/// The one batch of an Arrow IPC file.
pub fn decode(bytes: Vec<u8>) -> Result<RecordBatch, ArrowError> {
    let mut reader = FileReader::try_new(Cursor::new(bytes), None)?;
    let batch = reader.next().ok_or_else(|| ArrowError::IpcError("no batch".to_owned()))??;
    match reader.next() {
        None => Ok(batch),
        Some(_) => Err(ArrowError::IpcError("more than one batch".to_owned())),
    }
}

/// Geometry as a batch of one column; `None` for a table without.
pub fn geometry_batch(geometry: &Geometry) -> Result<Option<RecordBatch>, ArrowError> {
    let (field, array): (_, ArrayRef) = match geometry {
        Geometry::None => return Ok(None),
        Geometry::Points(array) => (array.data_type().to_field(GEOMETRY, true), array.to_array_ref()),
        Geometry::Lines(array) => (array.data_type().to_field(GEOMETRY, true), array.to_array_ref()),
        Geometry::Zones(array) => (array.data_type().to_field(GEOMETRY, true), array.to_array_ref()),
    };
    RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).map(Some)
}

/// The geometry of such a batch; `kind` as [`Geometry::kind`] names it.
pub fn geometry_of(batch: &RecordBatch, kind: &str) -> Result<Geometry, ArrowError> {
    let wrong = |error: geoarrow_schema::error::GeoArrowError| ArrowError::ExternalError(Box::new(error));
    let schema = batch.schema();
    let (Some(field), Some(array)) = (schema.fields().first(), batch.columns().first()) else {
        return Err(ArrowError::SchemaError("no column".to_owned()));
    };
    let pair = (array.as_ref(), field.as_ref());
    match kind {
        "point" => PointArray::try_from(pair).map(Geometry::Points).map_err(wrong),
        "line" => LineStringArray::try_from(pair).map(Geometry::Lines).map_err(wrong),
        "polygon" => MultiPolygonArray::try_from(pair).map(Geometry::Zones).map_err(wrong),
        other => Err(ArrowError::SchemaError(format!("geometry of kind {other}"))),
    }
}
