//! GeoJSON as partners send it, read in parallel by serde; whatever is unusual is declined and left to GDAL.
//!
//! What is accepted gives the same fields, types, order and geometry as GDAL gives, several times faster. What
//! GDAL would see otherwise, or where its versions differ, is declined: a `crs` other than CRS84, collections,
//! multipoints, heights, empty or unclosed geometry, lists and objects among the properties, dates, fields that a later
//! feature brings up, numbers that 64 bits do not hold, anything that is not plain RFC 7946. So is every text
//! that is wrong: the errors are GDAL's, or those that come after.
//!
//! `scan` finds the features in the text; `feature` parses them, block by block in parallel; `cells` makes
//! columns of their properties.

mod cells;
mod declined;
mod feature;
mod geometry;
mod ids;
mod scan;

use rayon::prelude::*;

use super::Options;
use super::raw::Raw;
use super::shapes::Shapes;
use declined::Declined;
pub(super) use declined::TOO_WIDE;
use feature::Block;
pub(super) use ids::ids;

/// Text that one task parses, bytes: some milliseconds.
const BLOCK: usize = 1 << 19;

/// What the member of a feature is called that tells it apart.
pub(super) const ID: &str = "id";

/// Reads a FeatureCollection, or declines.
pub(super) fn load(text: &[u8], options: &Options) -> Result<Raw, Declined> {
    if options.encoding.is_some() {
        return Err("an encoding is stated".to_owned());
    }
    let outline = scan::outline(text)?;
    let layer = match outline.name {
        Some(name) => name,
        None => std::path::Path::new(&options.path)
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
    };
    if layer.is_empty() || options.layer.as_ref().is_some_and(|wanted| *wanted != layer) {
        return Err("the layer has another name".to_owned());
    }
    let Some(first) = outline.features.first() else { return Err("no features".to_owned()) };
    let fields = feature::fields(&text[first.clone()])?;
    let blocks = blocks(&outline.features)
        .into_par_iter()
        .map(|features| Block::parse(text, features, &fields))
        .collect::<Vec<Result<Block, Declined>>>();
    let mut shapes = Shapes::default();
    let mut columns = Vec::new();
    let mut ids = Vec::new();
    for block in blocks {
        let block = block?;
        shapes.push(block.chunk);
        columns.push(block.columns);
        ids.push(block.ids);
    }
    if shapes.iter().all(|shape| shape.kind().name().is_none()) {
        return Err("no geometry".to_owned());
    }
    let crs = "EPSG:4326".to_owned();
    Ok(Raw {
        driver: "GeoJSON".to_owned(),
        layer,
        columns: cells::columns(fields, columns, ids)?,
        rows: shapes.len(),
        shapes: Some(shapes),
        crs: Some((crs.clone(), crs)),
        lines: None,
        line_word: "feature",
        written: Vec::new(),
        sha256: None,
        kept_out: 0,
        findings: Vec::new(),
    })
}

/// Consecutive features, about [`BLOCK`] bytes together.
fn blocks(features: &[std::ops::Range<usize>]) -> Vec<&[std::ops::Range<usize>]> {
    let mut blocks = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, feature) in features.iter().enumerate() {
        bytes += feature.len();
        if bytes >= BLOCK || at + 1 == features.len() {
            blocks.push(&features[start..=at]);
            (start, bytes) = (at + 1, 0);
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
