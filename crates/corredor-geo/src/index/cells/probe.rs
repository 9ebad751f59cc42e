//! Looking positions up, many at a time.

use std::hint::black_box;

use super::cell;
use super::code;
use super::every;
use super::grid::{CELL_BITS, CELLS_PER_TILE};
use super::parts::Parts;
use super::rows::CELLS_PER_NODE;

/// Positions per batch: enough look-ups in flight to hide the latency of memory, few enough
/// that the batch stays in the first cache.
const BATCH: usize = 256;

impl Parts<'_> {
    /// The zone of each position, or [`cell::OUTSIDE`]; the slices are equally long.
    pub(super) fn locate(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) {
        let batches = lon.chunks(BATCH).zip(lat.chunks(BATCH)).zip(out.chunks_mut(BATCH));
        for ((lon, lat), out) in batches {
            self.batch(lon, lat, out);
        }
    }

    /// The code of each position of a batch. Each level of the index in a loop of its own: the loads of a loop do
    /// not wait for one another, so the processor has many under way.
    fn codes(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) {
        let mut within_tile = [0_u8; BATCH];
        let outside = self.tiles.len() - 1;
        let (columns, rows) = (f64::from(self.grid.columns()), f64::from(self.grid.rows()));
        let tiles_x = self.grid.tiles_x as usize;
        for (((out, cell), &lon), &lat) in out.iter_mut().zip(&mut within_tile).zip(lon).zip(lat) {
            let (across, up) = (self.grid.across(lon), self.grid.up(lat));
            let inside = (across >= 0.0) & (up >= 0.0) & (across < columns) & (up < rows);
            let (column, row) = (across as u32, up as u32);
            let tile = (row >> CELL_BITS) as usize * tiles_x + (column >> CELL_BITS) as usize;
            *out = self.tiles[if inside { tile } else { outside }];
            *cell = (((row % CELLS_PER_TILE) << CELL_BITS) | (column % CELLS_PER_TILE)) as u8;
        }
        for (out, &cell) in out.iter_mut().zip(&within_tile) {
            let node = code::is_node(*out);
            let at = code::value(*out) as usize * CELLS_PER_NODE + usize::from(cell);
            let divided = self.nodes[if node { at } else { 0 }];
            *out = if node { divided } else { *out };
        }
    }

    fn batch(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) {
        self.codes(lon, lat, out);
        let mut borders = [0_u8; BATCH];
        let mut count = 0;
        for (i, out) in (0_u8..=u8::MAX).zip(out.iter_mut()) {
            borders[count] = i;
            count += usize::from(code::is_border(*out));
            *out = if *out == code::NO_ZONE { cell::OUTSIDE } else { *out };
        }
        // The first touch of each record, so that they come from memory side by side.
        let touch = |sum: u64, &i: &u8| {
            let record = code::value(out[usize::from(i)]) as usize;
            sum ^ self.blob[record] ^ self.blob[(record + 8).min(self.blob.len() - 1)]
        };
        black_box(borders[..count].iter().fold(0, touch));
        for &i in &borders[..count] {
            let i = usize::from(i);
            out[i] = cell::zone_at(self.blob, code::value(out[i]) as usize, lon[i], lat[i]);
        }
    }

    /// Tells every zone of each position, the positions in their order: its number, the zone, and whether it lies on
    /// the zone's border. Only an index that was built for it knows them all.
    pub(super) fn every(&self, lon: &[f64], lat: &[f64], mut tell: impl FnMut(usize, u32, bool)) {
        let mut codes = [0; BATCH];
        for (batch, (lon, lat)) in lon.chunks(BATCH).zip(lat.chunks(BATCH)).enumerate() {
            self.codes(lon, lat, &mut codes[..lon.len()]);
            for (i, &found) in codes[..lon.len()].iter().enumerate() {
                let position = batch * BATCH + i;
                if code::is_border(found) {
                    let record = code::value(found) as usize;
                    every::zones_at(self.blob, record, lon[i], lat[i], |zone, border| {
                        tell(position, zone, border)
                    });
                } else if found != code::NO_ZONE {
                    tell(position, code::value(found), false);
                }
            }
        }
    }
}
