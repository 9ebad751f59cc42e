//! All tiles in one file: PMTiles 3 (<https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>).

use std::io::Write;

use flate2::{Compression, GzBuilder};

use super::mvt::{BORDERS, varint};

/// Length of the header.
const HEADER: usize = 127;

/// The header and the root directory lie within so many bytes.
const ROOT_END: usize = 16_384;

/// Tiles that a leaf directory lists, where there are leaves.
const LEAF_TILES: usize = 4096;

/// One line of a directory.
struct Entry {
    id: u64,
    offset: u64,
    length: u64,
    /// 1 for a tile, 0 for a leaf directory.
    run: u64,
}

/// Puts compressed tiles, in the order of their numbers, into one file.
pub(super) fn pack(
    tiles: &[(u64, Vec<u8>)],
    names: &[&str],
    max_zoom: u8,
    bounds: Option<[f64; 4]>,
) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    let mut entries = Vec::with_capacity(tiles.len());
    let mut sorted: Vec<&(u64, Vec<u8>)> = tiles.iter().collect();
    sorted.sort_by_key(|(id, _)| *id);
    for (id, bytes) in sorted {
        entries.push(Entry { id: *id, offset: data.len() as u64, length: bytes.len() as u64, run: 1 });
        data.extend_from_slice(bytes);
    }
    let (root, leaves) = directories(&entries)?;
    let layer = |name: &str| serde_json::json!({"id": name, "fields": {}, "minzoom": 0, "maxzoom": max_zoom});
    let layers: Vec<_> = [BORDERS].into_iter().chain(names.iter().copied()).map(layer).collect();
    let metadata = serde_json::json!({"name": "zones", "vector_layers": layers});
    let metadata = gzip(metadata.to_string().as_bytes())?;
    let root_at = HEADER as u64;
    let metadata_at = root_at + root.len() as u64;
    let leaves_at = metadata_at + metadata.len() as u64;
    let data_at = leaves_at + leaves.len() as u64;
    let mut out = Vec::with_capacity(data_at as usize + data.len());
    out.extend_from_slice(b"PMTiles\x03");
    let count = entries.len() as u64;
    let lengths = [
        (root_at, root.len()),
        (metadata_at, metadata.len()),
        (leaves_at, leaves.len()),
        (data_at, data.len()),
    ];
    for (at, length) in lengths {
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&(length as u64).to_le_bytes());
    }
    // Tiles addressed, entries, contents: no two tiles are alike, as each names its zones.
    for _ in 0..3 {
        out.extend_from_slice(&count.to_le_bytes());
    }
    // In order of their numbers; directories and tiles by gzip; vector tiles.
    out.extend_from_slice(&[1, 2, 2, 1, 0, max_zoom]);
    let [west, south, east, north] = bounds.unwrap_or([-180.0, -85.0, 180.0, 85.0]);
    let degrees = |value: f64| ((value * 1e7).round() as i32).to_le_bytes();
    for value in [west, south, east, north] {
        out.extend_from_slice(&degrees(value));
    }
    out.push(max_zoom.min(5));
    for value in [(west + east) / 2.0, (south + north) / 2.0] {
        out.extend_from_slice(&degrees(value));
    }
    for part in [&root, &metadata, &leaves, &data] {
        out.extend_from_slice(part);
    }
    Ok(out)
}

/// The root directory, and the leaves where the root alone would be too long.
fn directories(entries: &[Entry]) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let root = directory(entries)?;
    if HEADER + root.len() <= ROOT_END {
        return Ok((root, Vec::new()));
    }
    let mut leaves = Vec::new();
    let mut pointers = Vec::new();
    for chunk in entries.chunks(LEAF_TILES) {
        let leaf = directory(chunk)?;
        pointers.push(Entry {
            id: chunk[0].id,
            offset: leaves.len() as u64,
            length: leaf.len() as u64,
            run: 0,
        });
        leaves.extend_from_slice(&leaf);
    }
    Ok((directory(&pointers)?, leaves))
}

fn directory(entries: &[Entry]) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    varint(&mut out, entries.len() as u64);
    let mut last = 0;
    for entry in entries {
        varint(&mut out, entry.id - last);
        last = entry.id;
    }
    entries.iter().for_each(|entry| varint(&mut out, entry.run));
    entries.iter().for_each(|entry| varint(&mut out, entry.length));
    let mut end = None;
    for entry in entries {
        // 0 says: right after the one before.
        varint(&mut out, if end == Some(entry.offset) { 0 } else { entry.offset + 1 });
        end = Some(entry.offset + entry.length);
    }
    gzip(&out)
}

/// Compressed, without a time stamp, so that same bytes give same bytes.
pub(crate) fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = GzBuilder::new().write(Vec::new(), Compression::best());
    out.write_all(bytes)?;
    out.finish()
}
