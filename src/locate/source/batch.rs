//! Points as they go to the index, and what is asked of their rows.

use std::ops::Range;

use arrow_array::{Float64Array, RecordBatch, StringArray};
use arrow_buffer::ScalarBuffer;

use crate::layer::read::{ReadError, ToWgs84, settled};
use crate::locate::days::Day;
use crate::locate::fault::{BadRows, Fault};

/// Points of one batch, in the order of the input.
pub(in crate::locate) struct Batch {
    /// Longitudes, degrees; of a bad row anything.
    pub lon: ScalarBuffer<f64>,
    /// Latitudes, degrees.
    pub lat: ScalarBuffer<f64>,
    /// Values of the grouping columns, as texts.
    pub by: Vec<StringArray>,
    /// Values of the columns to add up, finite.
    pub sums: Vec<Float64Array>,
    /// Days.
    pub days: Option<Vec<Day>>,
    /// Rows that are kept out, ascending; already counted.
    pub bad: Vec<usize>,
    /// Rows that could not even be taken apart, and are in no column; already counted among the bad.
    pub left_out: u64,
    /// The rows themselves.
    pub rows: Rows,
    /// Bytes of the input that went into it, where progress is told in bytes.
    pub bytes: u64,
}

/// Rows that are kept.
pub(in crate::locate) enum Rows {
    /// None.
    Nothing,
    /// As Arrow columns.
    Table(RecordBatch),
    /// As text: each span is a row without its line end.
    Text {
        /// The text.
        bytes: Vec<u8>,
        /// Where its rows are.
        spans: Vec<Range<usize>>,
    },
}

/// The rows of a batch that are bad, each counted once, with its first fault.
pub(super) struct Marks<'a, N> {
    /// Empty until there is one.
    marked: Vec<bool>,
    rows: usize,
    bad: &'a mut BadRows,
    /// The number of a row in the input.
    number: N,
}

impl<'a, N: Fn(usize) -> u64> Marks<'a, N> {
    pub fn new(rows: usize, bad: &'a mut BadRows, number: N) -> Self {
        Self { marked: Vec::new(), rows, bad, number }
    }

    pub fn mark(&mut self, row: usize, fault: impl FnOnce() -> Fault) {
        if !self.is_marked(row) {
            self.bad_row(row);
            self.bad.add((self.number)(row), fault);
        }
    }

    fn bad_row(&mut self, row: usize) {
        if self.marked.is_empty() {
            self.marked = vec![false; self.rows];
        }
        self.marked[row] = true;
    }

    fn mark_without_place(&mut self, row: usize) {
        if !self.is_marked(row) {
            let number = (self.number)(row);
            self.bad.add_without_place(number);
            self.bad_row(row);
        }
    }

    pub fn is_marked(&self, row: usize) -> bool {
        self.marked.get(row).is_some_and(|&m| m)
    }

    /// The marked rows, ascending.
    pub fn rows(&self) -> Vec<usize> {
        (0..self.marked.len()).filter(|&row| self.marked[row]).collect()
    }

    /// Brings places to WGS84 and marks those that are missing (NaN) or not on the globe.
    pub fn settle(
        &mut self,
        lon: ScalarBuffer<f64>,
        lat: ScalarBuffer<f64>,
        to_wgs84: &ToWgs84,
    ) -> Result<(ScalarBuffer<f64>, ScalarBuffer<f64>), ReadError> {
        // NaN is not within anything.
        let within = |values: &[f64], most: f64| values.iter().fold(true, |all, v| all & (v.abs() <= most));
        let on_globe = |lon: &[f64], lat: &[f64]| within(lon, 180.0) && within(lat, 90.0);
        let (x, y) = (lon.clone(), lat.clone());
        let (lon, lat) = match to_wgs84.is_identity() {
            true => (lon, lat),
            false => {
                let (mut lon, mut lat) = (lon.to_vec(), lat.to_vec());
                to_wgs84.apply_each(&mut lon, &mut lat)?;
                (lon.into(), lat.into())
            }
        };
        if on_globe(&lon, &lat) {
            return Ok((lon, lat));
        }
        let settle = |values: &[f64], most: f64| values.iter().map(|&value| settled(value, most)).collect();
        let (lon, lat): (ScalarBuffer<f64>, ScalarBuffer<f64>) = (settle(&lon, 180.0), settle(&lat, 90.0));
        if !on_globe(&lon, &lat) {
            for row in 0..lon.len() {
                if x[row].is_nan() || y[row].is_nan() {
                    self.mark_without_place(row);
                } else if !on_globe(&lon[row..=row], &lat[row..=row]) {
                    self.mark(row, || Fault::out_of_range(x[row], y[row]));
                }
            }
        }
        Ok((lon, lat))
    }
}
