//! A tile as Mapbox Vector Tile 2 prints it (protobuf).

use super::EXTENT;
use super::cut::{Feature, Unit};

/// A tile with one layer of polygons.
pub(super) fn tile(layer: &str, features: &[Feature]) -> Vec<u8> {
    let mut body = Vec::new();
    number(&mut body, 15, 2);
    bytes(&mut body, 1, layer.as_bytes());
    for feature in features {
        let mut message = Vec::new();
        number(&mut message, 1, feature.id);
        number(&mut message, 3, 3);
        bytes(&mut message, 4, &geometry(feature));
        bytes(&mut body, 2, &message);
    }
    number(&mut body, 5, EXTENT as u64);
    let mut tile = Vec::with_capacity(body.len() + 8);
    bytes(&mut tile, 3, &body);
    tile
}

/// Move to, line to, close; each place as its distance from the one before.
fn geometry(feature: &Feature) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = (0, 0);
    for ring in feature.polygons.iter().flatten() {
        let mut step = |out: &mut Vec<u8>, to: Unit| {
            varint(out, zigzag(to.0 - at.0));
            varint(out, zigzag(to.1 - at.1));
            at = to;
        };
        let Some((&first, rest)) = ring.split_first() else { continue };
        varint(&mut out, command(1, 1));
        step(&mut out, first);
        varint(&mut out, command(2, rest.len()));
        for &unit in rest {
            step(&mut out, unit);
        }
        varint(&mut out, command(7, 1));
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
