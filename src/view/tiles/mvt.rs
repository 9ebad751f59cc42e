//! A tile as Mapbox Vector Tile 2 prints it (protobuf), each border once.
//!
//! The layer [`BORDERS`] has one feature, lines, which any reader of vector tiles draws. Then comes a layer for each
//! layer of zones, whose features are of the kind that the specification leaves open (0): for each polygon the number
//! of its rings, for each ring the number of its lines and which they are (see [`Chains::rings`]).

use super::chains::Chains;
use super::cut::{Feature, Unit};

/// The layer of lines.
pub const BORDERS: &str = "borders";

/// Features of lines, and of a kind that is ours.
const LINES: u64 = 2;

/// A tile `extent` units wide with zones in the order of their layers; `names` are the layers'.
pub(super) fn tile(names: &[&str], features: &[Feature], extent: i64) -> Vec<u8> {
    let chains = Chains::new(features);
    let mut tile = Vec::new();
    let lines = feature(0, Some(LINES), &lines(&chains.lines));
    layer(&mut tile, BORDERS, &[lines], extent);
    let mut rings = chains.rings.iter();
    for group in features.chunk_by(|a, b| a.layer == b.layer) {
        let printed: Vec<Vec<u8>> = group
            .iter()
            .map(|zone| {
                let mut geometry = Vec::new();
                for polygon in &zone.polygons {
                    varint(&mut geometry, polygon.len() as u64);
                    for ring in rings.by_ref().take(polygon.len()) {
                        varint(&mut geometry, ring.len() as u64);
                        ring.iter().for_each(|&line| varint(&mut geometry, line));
                    }
                }
                feature(zone.id, None, &geometry)
            })
            .collect();
        layer(&mut tile, names[group[0].layer], &printed, extent);
    }
    tile
}

fn layer(tile: &mut Vec<u8>, name: &str, features: &[Vec<u8>], extent: i64) {
    let mut body = Vec::new();
    number(&mut body, 15, 2);
    bytes(&mut body, 1, name.as_bytes());
    features.iter().for_each(|feature| bytes(&mut body, 2, feature));
    number(&mut body, 5, extent as u64);
    bytes(tile, 3, &body);
}

fn feature(id: u64, kind: Option<u64>, geometry: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(geometry.len() + 8);
    number(&mut message, 1, id);
    if let Some(kind) = kind {
        number(&mut message, 3, kind);
    }
    bytes(&mut message, 4, geometry);
    message
}

/// Move to, line to; each place as its distance from the one before.
fn lines(lines: &[Vec<Unit>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = (0, 0);
    for line in lines {
        let mut step = |out: &mut Vec<u8>, to: Unit| {
            varint(out, zigzag(to.0 - at.0));
            varint(out, zigzag(to.1 - at.1));
            at = to;
        };
        let Some((&first, rest)) = line.split_first() else { continue };
        varint(&mut out, command(1, 1));
        step(&mut out, first);
        varint(&mut out, command(2, rest.len()));
        for &unit in rest {
            step(&mut out, unit);
        }
    }
    out
}

fn command(id: u64, count: usize) -> u64 {
    ((count as u64) << 3) | id
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// A field that is a number.
fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}

/// A field that is bytes: a text, a message, packed numbers.
fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, (field << 3) | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// Seven bits a byte, the low ones first.
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
