//! The hand-over of GDAL's Arrow stream to arrow: the one place where `unsafe` is allowed here.
#![allow(
    unsafe_code,
    reason = "GDAL fills a C struct that arrow takes over; both follow the Arrow C stream interface"
)]

use arrow_array::RecordBatch;
use arrow_array::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow_schema::ArrowError;
use gdal::cpl::CslStringList;
use gdal::vector::LayerAccess;

/// Features that GDAL hands over at once where whole layers are read: few enough that their WKB weighs little beside
/// what is made of it.
const BATCH: usize = 256;

/// Hands over the batches of a GDAL layer one by one, with the feature id as a column where it is asked for.
///
/// # Errors
/// Where GDAL cannot start the stream or a batch does not come, or one that `take` returns.
pub(super) fn batches(
    layer: &mut impl LayerAccess,
    with_id: bool,
    mut take: impl FnMut(RecordBatch) -> Result<(), ArrowError>,
) -> Result<(), ArrowError> {
    with(layer, BATCH, with_id, |stream| stream.try_for_each(|batch| batch.and_then(&mut take)))?
}

/// Hands the stream of a GDAL layer, so many features a batch, to `take`. The stream does
/// not outlive the layer.
///
/// # Errors
/// Where GDAL cannot start the stream; what comes of a batch is for `take` to see.
pub(super) fn with<T>(
    layer: &mut impl LayerAccess,
    features: usize,
    with_id: bool,
    take: impl FnOnce(&mut ArrowArrayStreamReader) -> T,
) -> Result<T, ArrowError> {
    let failed = |error: gdal::errors::GdalError| ArrowError::ExternalError(Box::new(error));
    let mut options = CslStringList::new();
    options.set_name_value("INCLUDE_FID", if with_id { "YES" } else { "NO" }).map_err(failed)?;
    options.set_name_value("MAX_FEATURES_IN_BATCH", &features.to_string()).map_err(failed)?;
    let mut stream = FFI_ArrowArrayStream::empty();
    let pointer = &raw mut stream;
    // SAFETY: `stream` is an empty Arrow C stream of the layout that GDAL expects (both sides declare the
    // ABI of the Arrow specification); GDAL initialises it or reports failure, and it lives on this stack
    // frame until `from_raw` has moved it out.
    unsafe { layer.read_arrow_stream(pointer.cast(), &options) }.map_err(failed)?;
    // SAFETY: `pointer` points to the stream that GDAL has just initialised; `from_raw` takes ownership and
    // leaves an empty stream behind, and the reader is dropped here, before the GDAL layer that feeds it.
    let mut reader = unsafe { ArrowArrayStreamReader::from_raw(pointer) }?;
    Ok(take(&mut reader))
}
