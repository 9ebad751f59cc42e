//! GeoJSON after RFC 7946, written in parallel with stable order.

use std::io::Write;
use std::ops::Range;

use rayon::prelude::*;

use super::cells::{Cells, columns, key_order, push_json_text};
use super::fixed::{degrees, push_coordinate};
use super::rounded::{OffGlobe, Rounded};
use super::{WriteError, stream, valid};
use crate::layer::proof::Proof;
use crate::layer::{Extent, Geometry, Layer, ZonesBuilder};

/// Positions that one task prints: some 200 kB, enough to outweigh its start, few enough to stay in the cache.
const BLOCK: usize = 1 << 13;

/// Blocks that are printed while as many are written; bounds the memory to some 7 MB of text.
const WINDOW: usize = 16;

/// What the properties of a feature weigh beside positions.
const PROPERTIES: usize = 16;

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
    /// `[west, south, east, north]`, degrees, after rounding; west is greater than east where the layer lies on both
    /// sides of the date line (RFC 7946, 5.2). None where no feature has a geometry.
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
/// Two passes: the first rounds and judges every feature, so that `bbox` can stand before them; the second prints.
/// Memory beyond the layer: some 15 MB, and 8 bytes a position of features that are repaired or have more than
/// 32,768.
///
/// O(n log n) in the vertices. A zone that touches itself, or is invalid after rounding, costs its test or repair
/// by GEOS.
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
pub fn write_geojson(layer: &Layer, out: &mut (impl Write + Send)) -> Result<WriteReport, WriteError> {
    write(layer, &key_order(layer), true, out)
}

/// Writes a layer whose key only numbers its rows, such as the answer to a query: in the order of the rows, and
/// without the key, neither as `id` nor as a property. Everything else is as [`write_geojson`] has it.
///
/// # Errors
/// As [`write_geojson`].
pub fn write_geojson_rows(layer: &Layer, out: &mut (impl Write + Send)) -> Result<WriteReport, WriteError> {
    let rows: Vec<usize> = (0..layer.len()).collect();
    write(layer, &rows, false, out)
}

fn write(
    layer: &Layer,
    rows: &[usize],
    keyed: bool,
    out: &mut (impl Write + Send),
) -> Result<WriteReport, WriteError> {
    if matches!(**layer.geometry(), Geometry::None) {
        return Err(WriteError::NoGeometry { layer: layer.name().to_owned() });
    }
    let mut columns = columns(layer)?;
    columns.retain(|(name, _)| keyed || name != layer.key());
    let features = judge(layer, rows)?;
    let mut report = report(layer, &features)?;

    let labels: Vec<Vec<u8>> = columns.iter().map(|(name, _)| label(name)).collect();
    let page = Page { layer, keyed, keys: layer.keys(), labels, columns, features: &features };
    let head = head(layer, report.bbox);
    out.write_all(&head)?;
    let body = stream::in_order(out, windows(&features), |piece, out| page.print(piece, out))?;
    let foot = b"]}\n";
    out.write_all(foot)?;
    report.bytes = head.len() as u64 + body + foot.len() as u64;
    Ok(report)
}

/// Zones as [`write_geojson`] writes them, and what rounding did to them.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    /// Coordinates at seven decimals, every zone valid.
    pub geometry: Geometry,
    /// Rings that had fewer than four positions left.
    pub dropped_rings: usize,
    /// Rows of the zones that were repaired.
    pub repaired: Vec<usize>,
}

/// The geometry that the GeoJSON of a layer of zones has, for formats that do not round themselves; `None` for other
/// layers.
///
/// # Errors
/// As [`write_geojson`].
pub(crate) fn settle(layer: &Layer) -> Result<Option<Settled>, WriteError> {
    if !matches!(**layer.geometry(), Geometry::Zones(_)) {
        return Ok(None);
    }
    let rows: Vec<usize> = (0..layer.len()).collect();
    let features = judge(layer, &rows)?;
    let (mut dropped_rings, mut repaired) = (0, Vec::new());
    let mut builder = ZonesBuilder::with_capacity(features.iter().map(|feature| feature.positions).sum());
    let mut rounded = Rounded::default();
    for feature in &features {
        dropped_rings += feature.dropped_rings;
        if feature.repaired {
            repaired.push(feature.row);
        }
        for rings in feature.shape(layer, &mut rounded)?.polygons() {
            for ring in rings {
                ring.iter().for_each(|&[lon, lat]| builder.vertex(degrees(lon), degrees(lat)));
                builder.end_ring()?;
            }
            builder.end_polygon()?;
        }
        builder.end_zone()?;
    }
    Ok(Some(Settled { geometry: builder.finish()?, dropped_rings, repaired }))
}

/// A feature that can be printed.
struct Feature {
    row: usize,
    /// Its rounded geometry, where that is repaired or large; others are rounded again when they are printed.
    kept: Option<Rounded>,
    positions: usize,
    dropped_rings: usize,
    repaired: bool,
    /// Least and greatest longitude and latitude, units.
    low: [i32; 2],
    high: [i32; 2],
}

impl Feature {
    /// Its rounded geometry, which may be made in `rounded`.
    fn shape<'a>(&'a self, layer: &Layer, rounded: &'a mut Rounded) -> Result<&'a Rounded, WriteError> {
        if let Some(kept) = &self.kept {
            return Ok(kept);
        }
        rounded.fill(layer.geometry(), self.row).map_err(|off| off_globe(layer, self.row, &off))?;
        Ok(rounded)
    }
}

/// Rounds and checks all features; the first error in key order is the one that is told.
fn judge(layer: &Layer, rows: &[usize]) -> Result<Vec<Feature>, WriteError> {
    let keys = layer.keys();
    let zones = matches!(**layer.geometry(), Geometry::Zones(_));
    crate::layer::read::listen_to_gdal();
    let one = |(rounded, proof): &mut (Rounded, Proof), &row: &usize| -> Result<Feature, WriteError> {
        rounded.fill(layer.geometry(), row).map_err(|off| off_globe(layer, row, &off))?;
        let repaired = match zones {
            true => valid::repair(rounded, proof).map_err(|reason| WriteError::Unrepairable {
                layer: layer.name().to_owned(),
                feature: keys[row].to_owned(),
                reason,
            })?,
            false => None,
        };
        let shape = repaired.as_ref().unwrap_or(rounded);
        let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
        for position in &shape.positions {
            for axis in 0..2 {
                low[axis] = low[axis].min(position[axis]);
                high[axis] = high[axis].max(position[axis]);
            }
        }
        Ok(Feature {
            row,
            positions: shape.positions.len(),
            dropped_rings: shape.dropped_rings,
            repaired: repaired.is_some() || rounded.spikes > 0,
            low,
            high,
            kept: match repaired {
                None if rounded.positions.len() > 4 * BLOCK => Some(rounded.clone()),
                repaired => repaired,
            },
        })
    };
    // Collected before it is judged, so that the error told does not depend on the threads.
    let features: Vec<Result<Feature, WriteError>> =
        rows.par_iter().with_max_len(16).map_init(Default::default, one).collect();
    features.into_iter().collect()
}

fn off_globe(layer: &Layer, row: usize, &OffGlobe { lon, lat }: &OffGlobe) -> WriteError {
    WriteError::OutOfRange { layer: layer.name().to_owned(), feature: layer.keys()[row].to_owned(), lon, lat }
}

/// What one task prints.
enum Piece {
    /// Some features.
    Features(Range<usize>),
    /// Some positions of one large feature.
    Part(usize, Range<usize>),
}

/// All pieces in order, in windows of about [`WINDOW`] blocks.
fn windows(features: &[Feature]) -> impl Iterator<Item = Vec<Piece>> {
    let mut pieces = Vec::new();
    let (mut start, mut weight) = (0, 0);
    for (at, feature) in features.iter().enumerate() {
        let large = feature.positions > 4 * BLOCK;
        if start < at && (large || weight >= BLOCK) {
            pieces.push(Piece::Features(start..at));
            (start, weight) = (at, 0);
        }
        match large {
            true => {
                let part = |from| Piece::Part(at, from..(from + BLOCK).min(feature.positions));
                pieces.extend((0..feature.positions).step_by(BLOCK).map(part));
                start = at + 1;
            }
            false => weight += feature.positions + PROPERTIES,
        }
    }
    if start < features.len() {
        pieces.push(Piece::Features(start..features.len()));
    }
    let mut pieces = pieces.into_iter();
    std::iter::from_fn(move || {
        let window: Vec<Piece> = pieces.by_ref().take(WINDOW).collect();
        (!window.is_empty()).then_some(window)
    })
}

/// Everything that printing needs.
struct Page<'a> {
    layer: &'a Layer,
    /// Whether features bear their key as `id`.
    keyed: bool,
    keys: Vec<&'a str>,
    labels: Vec<Vec<u8>>,
    columns: Vec<(String, Cells<'a>)>,
    features: &'a [Feature],
}

impl Page<'_> {
    fn print(&self, piece: &Piece, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let geometry: &Geometry = self.layer.geometry();
        match piece {
            Piece::Features(range) => {
                let mut rounded = Rounded::default();
                for at in range.clone() {
                    let shape = self.features[at].shape(self.layer, &mut rounded)?;
                    self.open(at, out);
                    shape.push_json(out, geometry, 0..shape.positions.len());
                    self.close(at, out);
                }
            }
            Piece::Part(at, part) => {
                let feature = &self.features[*at];
                if part.start == 0 {
                    self.open(*at, out);
                }
                if let Some(shape) = &feature.kept {
                    shape.push_json(out, geometry, part.clone());
                }
                if part.end == feature.positions {
                    self.close(*at, out);
                }
            }
        }
        Ok(())
    }

    /// Everything of a feature before its coordinates.
    fn open(&self, at: usize, out: &mut Vec<u8>) {
        let feature = &self.features[at];
        out.extend_from_slice(b"{\"type\":\"Feature\"");
        if self.keyed {
            out.extend_from_slice(b",\"id\":");
            push_json_text(out, self.keys[feature.row]);
        }
        out.extend_from_slice(b",\"properties\":");
        properties(out, &self.labels, &self.columns, feature.row);
        out.extend_from_slice(b",\"geometry\":");
        let kind: &[u8] = match **self.layer.geometry() {
            _ if feature.positions == 0 => return out.extend_from_slice(b"null"),
            Geometry::Points(_) => b"Point",
            Geometry::Lines(_) => b"LineString",
            Geometry::Zones(_) | Geometry::None => b"MultiPolygon",
        };
        out.extend_from_slice(b"{\"type\":\"");
        out.extend_from_slice(kind);
        out.extend_from_slice(b"\",\"coordinates\":");
    }

    /// Everything of a feature after its coordinates.
    fn close(&self, at: usize, out: &mut Vec<u8>) {
        if self.features[at].positions > 0 {
            out.push(b'}');
        }
        out.extend_from_slice(if at + 1 < self.features.len() { b"},\n" } else { b"}\n" });
    }
}

fn report(layer: &Layer, features: &[Feature]) -> Result<WriteReport, WriteError> {
    let keys = layer.keys();
    let mut report = WriteReport { features: features.len(), ..WriteReport::default() };
    let (mut low, mut high) = ([i32::MAX; 2], [i32::MIN; 2]);
    for feature in features {
        report.vertices += feature.positions;
        report.dropped_rings += feature.dropped_rings;
        if feature.repaired {
            report.repaired.push(keys[feature.row].to_owned());
        }
        if feature.positions == 0 {
            report.unlocated.push(keys[feature.row].to_owned());
        }
        for axis in 0..2 {
            low[axis] = low[axis].min(feature.low[axis]);
            high[axis] = high[axis].max(feature.high[axis]);
        }
    }
    if report.vertices > 0 {
        let sides = [low[0], low[1], high[0], high[1]].map(degrees);
        // Of what is written: a part that rounding leaves nothing of may lie anywhere.
        let parts = if Extent::may_be_over_date_line(sides) { spans(layer, features)? } else { Vec::new() };
        report.bbox = Some(Extent::of_spans(sides, || parts).bbox());
    }
    Ok(report)
}

/// Least and greatest longitude of every point, line and ring that is written, degrees.
fn spans(layer: &Layer, features: &[Feature]) -> Result<Vec<(f64, f64)>, WriteError> {
    let span = |positions: &[[i32; 2]]| {
        let ends = positions.iter().map(|p| p[0]).min().zip(positions.iter().map(|p| p[0]).max());
        ends.map(|(least, greatest)| (degrees(least), degrees(greatest)))
    };
    let zones = matches!(**layer.geometry(), Geometry::Zones(_));
    let (mut found, mut rounded) = (Vec::new(), Rounded::default());
    for feature in features.iter().filter(|feature| feature.positions > 0) {
        let shape = feature.shape(layer, &mut rounded)?;
        match zones {
            true => shape.polygons().for_each(|rings| found.extend(rings.filter_map(span))),
            false => found.extend(span(&shape.positions)),
        }
    }
    Ok(found)
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
