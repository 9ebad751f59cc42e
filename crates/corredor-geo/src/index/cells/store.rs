//! Where the arrays of an index lie: in memory of large pages, or in a mapped file, laid out
//! alike.
//!
//! Layout: a head of [`HEAD`] bytes, then the keys, the tiles, the nodes and the records, each
//! beginning on a multiple of [`ALIGN`] bytes; all numbers little-endian.

use std::ops::Range;

use memmap2::{Advice, Mmap, MmapMut};

use super::grid::Grid;
use super::parts::Parts;

/// Bytes before the first section.
pub(super) const HEAD: usize = 256;

/// Sections begin on a cache line.
pub(super) const ALIGN: usize = 64;

/// Bytes of each section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub keys: usize,
    pub tiles: usize,
    pub nodes: usize,
    pub blob: usize,
}

impl Sizes {
    fn end(self, sections: usize) -> usize {
        let all = [self.keys, self.tiles, self.nodes, self.blob];
        all[..sections].iter().fold(HEAD, |at, &size| (at + size).next_multiple_of(ALIGN))
    }

    /// Bytes in all; `None` when they do not fit an address.
    pub(super) fn total(self) -> Option<usize> {
        let sum = [self.keys, self.tiles, self.nodes, self.blob]
            .iter()
            .try_fold(HEAD, |sum, &size| sum.checked_add(size)?.checked_next_multiple_of(ALIGN));
        sum.map(|_| self.end(4))
    }

    pub(super) fn keys(self) -> Range<usize> {
        HEAD..HEAD + self.keys
    }

    fn tiles(self) -> Range<usize> {
        self.end(1)..self.end(1) + self.tiles
    }

    fn nodes(self) -> Range<usize> {
        self.end(2)..self.end(2) + self.nodes
    }

    fn blob(self) -> Range<usize> {
        self.end(3)..self.end(3) + self.blob
    }
}

#[derive(Debug)]
enum Bytes {
    Built(MmapMut),
    Mapped(Mmap),
}

/// The arrays of an index and their grid.
#[derive(Debug)]
pub(super) struct Store {
    bytes: Bytes,
    pub sizes: Sizes,
    pub grid: Grid,
}

impl Store {
    /// Zeroed memory for an index, in large pages where the system has them: look-ups go all
    /// over it, and with pages of 4 KiB half their time is spent on finding the page.
    pub(super) fn zeroed(sizes: Sizes, grid: Grid) -> std::io::Result<Self> {
        let total = sizes.total().ok_or(std::io::ErrorKind::OutOfMemory)?;
        let bytes = MmapMut::map_anon(total)?;
        // Advice only: without large pages the index is slower, not wrong.
        let _ = bytes.advise(Advice::HugePage);
        Ok(Self { bytes: Bytes::Built(bytes), sizes, grid })
    }

    /// A mapped file whose length is that of `sizes`.
    pub(super) fn mapped(file: Mmap, sizes: Sizes, grid: Grid) -> Self {
        Self { bytes: Bytes::Mapped(file), sizes, grid }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Built(bytes) => bytes,
            Bytes::Mapped(bytes) => bytes,
        }
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        let (bytes, sizes) = (self.bytes(), self.sizes);
        Parts {
            grid: self.grid,
            tiles: bytemuck::cast_slice(&bytes[sizes.tiles()]),
            nodes: bytemuck::cast_slice(&bytes[sizes.nodes()]),
            blob: bytemuck::cast_slice(&bytes[sizes.blob()]),
        }
    }

    /// The tiles, nodes and records of an index that is being built; `None` for a mapped one.
    pub(super) fn parts_mut(&mut self) -> Option<(&mut [u32], &mut [u32], &mut [u64])> {
        let sizes = self.sizes;
        let Bytes::Built(bytes) = &mut self.bytes else { return None };
        let (before_nodes, rest) = bytes.split_at_mut(sizes.nodes().start);
        let (nodes, blob) = rest.split_at_mut(sizes.blob().start - sizes.nodes().start);
        Some((
            bytemuck::cast_slice_mut(&mut before_nodes[sizes.tiles()]),
            bytemuck::cast_slice_mut(&mut nodes[..sizes.nodes]),
            bytemuck::cast_slice_mut(&mut blob[..sizes.blob]),
        ))
    }
}
