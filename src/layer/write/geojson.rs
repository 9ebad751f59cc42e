//! GeoJSON after RFC 7946, written in parallel with stable order.

use std::io::Write;

use rayon::prelude::*;

use super::cells::{Cells, columns, key_order, push_json_text};
use super::fixed::{degrees, push_coordinate};
use super::rounded::{OffGlobe, Rounded};
use super::{WriteError, valid};
use crate::layer::{Geometry, Layer};

/// Features formatted by one task: enough to outweigh its start, few enough to balance big and small zones.
const CHUNK: usize = 16;

/// Tasks whose bytes are held at once before they are written in order; bounds the memory.
const WINDOW: usize = 64;

/// What was written, and what rounding did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteReport {
    /// Features.
    pub features: usize,
    /// Positions, closing ones included.
    pub vertices: usize,
    /// Bytes.
    pub bytes: u64,
    /// Rings that had fewer than four positions left after rounding.
    pub dropped_rings: usize,
    /// Keys of features that were repaired because rounding made them invalid.
    pub repaired: Vec<String>,
    /// Keys of features of whose geometry nothing is left after rounding; their geometry is null.
    pub unlocated: Vec<String>,
    /// `[west, south, east, north]`, degrees, after rounding; none where no feature has a geometry.
    pub bbox: Option<[f64; 4]>,
}

/// Writes a layer as an RFC 7946 FeatureCollection, one feature a line, in the order of the keys.
///
/// No `crs`; exterior rings counter-clockwise, holes clockwise; at most seven decimals, without trailing
/// zeros; no repeated positions; polygons valid after rounding, always as MultiPolygon; `id` is the key, which
/// is also a property; missing values are null; properties stand in field order. The bytes do not depend on
/// the number of threads.
///
/// A feature too small for seven decimals (about 1 cm) keeps its properties with a null geometry, as RFC 7946
/// section 3.2 has it for features without a place, and is named in the report. Lines and zones across the
/// antimeridian are written as they stand.
///
/// O(n) in the vertices, besides the validity test, which is O(n log n) (GEOS).
///
/// # Errors
/// [`WriteError::NoGeometry`] for a table; [`WriteError::NotFinite`] and [`WriteError::OutOfRange`] name the
/// first offending feature; [`WriteError::Unrepairable`] one that rounding broke for good.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use corredor::layer::{Column, Layer, Provenance, points, write::write_geojson};
///
/// let columns = vec![Column::texts("code", vec![Some("01")]), Column::numbers("risk", vec![Some(0.5)])];
/// let place = Arc::new(points(vec![-92.26], vec![14.9])?);
/// let layer = Layer::new("sites", "code", columns, place, Provenance::default())?;
/// let mut bytes = Vec::new();
/// let report = write_geojson(&layer, &mut bytes)?;
/// assert_eq!(report.bbox, Some([-92.26, 14.9, -92.26, 14.9]));
/// assert!(String::from_utf8(bytes)?.contains(r#""properties":{"code":"01","risk":0.5}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_geojson(layer: &Layer, out: &mut impl Write) -> Result<WriteReport, WriteError> {
    if matches!(**layer.geometry(), Geometry::None) {
        return Err(WriteError::NoGeometry { layer: layer.name().to_owned() });
    }
    let columns = columns(layer)?;
    let rows = key_order(layer);
    let features = prepare(layer, &rows)?;
    let mut report = report(layer, &features);

    let mut buffer = head(layer, report.bbox);
    let labels: Vec<Vec<u8>> = columns.iter().map(|(name, _)| label(name)).collect();
    let keys = layer.keys();
    let mut written = 0;
    for window in features.chunks(CHUNK * WINDOW) {
        let blocks: Vec<Vec<u8>> = window
            .par_chunks(CHUNK)
            .map(|chunk| {
                let vertices: usize = chunk.iter().map(|f| f.rounded.positions.len()).sum();
                let mut block = Vec::with_capacity(26 * vertices + 512 * chunk.len());
                for feature in chunk {
                    block.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
                    push_json_text(&mut block, keys[feature.row]);
                    block.extend_from_slice(b",\"properties\":");
                    properties(&mut block, &labels, &columns, feature.row);
                    block.extend_from_slice(b",\"geometry\":");
                    feature.rounded.push_json(&mut block, layer.geometry());
                    block.extend_from_slice(b"},\n");
                }
                block
            })
            .collect();
        for block in blocks {
            // The separator of a block's last feature waits for the next block.
            buffer.extend_from_slice(&block[..block.len() - 2]);
            written += chunk_len(&mut buffer, out)?;
            buffer.extend_from_slice(b",\n");
        }
    }
    if !features.is_empty() {
        buffer.truncate(buffer.len() - 2);
        buffer.push(b'\n');
    }
    buffer.extend_from_slice(b"]}\n");
    written += chunk_len(&mut buffer, out)?;
    report.bytes = written;
    Ok(report)
}

/// A feature ready to be printed.
struct Feature {
    row: usize,
    rounded: Rounded,
    repaired: bool,
}

/// Rounds and checks all features; the first error in key order is the one that is told.
fn prepare(layer: &Layer, rows: &[usize]) -> Result<Vec<Feature>, WriteError> {
    let keys = layer.keys();
    let zones = matches!(**layer.geometry(), Geometry::Zones(_));
    crate::layer::read::listen_to_gdal();
    let one = |&row: &usize| -> Result<Feature, WriteError> {
        let (layer_name, feature) = (|| layer.name().to_owned(), || keys[row].to_owned());
        let off = |OffGlobe { lon, lat }| WriteError::OutOfRange {
            layer: layer_name(),
            feature: feature(),
            lon,
            lat,
        };
        let rounded = Rounded::of(layer.geometry(), row).map_err(off)?;
        if !zones {
            return Ok(Feature { row, rounded, repaired: false });
        }
        let repaired = valid::repair(&rounded).map_err(|reason| WriteError::Unrepairable {
            layer: layer_name(),
            feature: feature(),
            reason,
        })?;
        Ok(match repaired {
            None => Feature { row, repaired: rounded.spikes > 0, rounded },
            Some(rounded) => Feature { row, rounded, repaired: true },
        })
    };
    // Collected before it is judged, so that the error told does not depend on the threads.
    let features: Vec<Result<Feature, WriteError>> = rows.par_iter().with_max_len(CHUNK).map(one).collect();
    features.into_iter().collect()
}

fn report(layer: &Layer, features: &[Feature]) -> WriteReport {
    let keys = layer.keys();
    let mut report = WriteReport { features: features.len(), ..WriteReport::default() };
    let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
    for feature in features {
        report.vertices += feature.rounded.positions.len();
        report.dropped_rings += feature.rounded.dropped_rings;
        if feature.repaired {
            report.repaired.push(keys[feature.row].to_owned());
        }
        if feature.rounded.is_empty() {
            report.unlocated.push(keys[feature.row].to_owned());
        }
        for position in &feature.rounded.positions {
            for axis in 0..2 {
                low[axis] = low[axis].min(position[axis]);
                high[axis] = high[axis].max(position[axis]);
            }
        }
    }
    if report.vertices > 0 {
        report.bbox = Some([low[0], low[1], high[0], high[1]].map(degrees));
    }
    report
}

/// Everything before the first feature.
fn head(layer: &Layer, bbox: Option<[f64; 4]>) -> Vec<u8> {
    let mut out = b"{\"type\":\"FeatureCollection\",\"name\":".to_vec();
    push_json_text(&mut out, layer.name());
    if let Some(bbox) = bbox {
        out.extend_from_slice(b",\"bbox\":[");
        for (i, side) in bbox.into_iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            push_coordinate(&mut out, (side * f64::from(super::fixed::UNITS)).round() as i32);
        }
        out.push(b']');
    }
    out.extend_from_slice(b",\"features\":[\n");
    out
}

/// `"name":`
fn label(name: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 3);
    push_json_text(&mut out, name);
    out.push(b':');
    out
}

fn properties(out: &mut Vec<u8>, labels: &[Vec<u8>], columns: &[(String, Cells<'_>)], row: usize) {
    out.push(b'{');
    for (i, (label, (_, cells))) in labels.iter().zip(columns).enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(label);
        cells.push_json(out, row);
    }
    out.push(b'}');
}

/// Writes the buffer out and empties it; how many bytes that were.
fn chunk_len(buffer: &mut Vec<u8>, out: &mut impl Write) -> Result<u64, WriteError> {
    out.write_all(buffer)?;
    let bytes = buffer.len() as u64;
    buffer.clear();
    Ok(bytes)
}
