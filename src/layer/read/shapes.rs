//! Geometry as it was read: flat coordinates in source order, nothing judged yet.

use std::collections::BTreeMap;

use arrow_array::{Array, LargeBinaryArray};
use geo_traits::{
    CoordTrait, GeometryTrait, GeometryType, LineStringTrait, MultiLineStringTrait, MultiPointTrait,
    MultiPolygonTrait, PointTrait, PolygonTrait,
};
use rayon::prelude::*;

use super::Kind;
use super::nested::{self, Head, Parts};
use super::shape_kind::ShapeKind;

/// The geometries of a source, in the pieces that it came in.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    chunks: Vec<Chunk>,
    /// Number of features before each chunk.
    starts: Vec<usize>,
    len: usize,
    /// The kind of the layer.
    wanted: Option<Kind>,
    /// What is not as it stood, by rows.
    pub changes: Changes,
    /// Geometries that stand for those of their rows.
    replaced: BTreeMap<usize, Chunk>,
}

/// What of geometries is not as it stood in the source.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    /// How many have heights.
    pub heights: usize,
    /// How many have measures.
    pub measures: usize,
    /// Rows of those with arcs, which are lines now.
    pub curved: Vec<usize>,
    /// Rows of collections of which parts of another kind than the layer's were left out, and what these are.
    pub left_out: Vec<(usize, String)>,
}

impl Changes {
    /// Adds those of rows that begin at `start`.
    fn add(&mut self, other: Self, start: usize) {
        self.heights += other.heights;
        self.measures += other.measures;
        self.curved.extend(other.curved.into_iter().map(|row| start + row));
        self.left_out.extend(other.left_out.into_iter().map(|(row, what)| (start + row, what)));
    }
}

/// Some consecutive geometries, of fewer than 2^32 positions. A polygon is a part whose rings are lists of
/// positions; a line is a part of one list, a point one of a list of one position.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    /// Where each list ends in the coordinates.
    lists: Vec<u32>,
    /// Where each part ends in the lists.
    parts: Vec<u32>,
    /// Kind of each geometry, and where it ends in the parts.
    shapes: Vec<(ShapeKind, u32)>,
    /// The kind of the layer, of which parts are taken out of collections.
    wanted: Option<Kind>,
    changes: Changes,
}

/// One geometry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape<'a> {
    chunk: &'a Chunk,
    row: usize,
}

impl Shapes {
    /// None yet, for a layer of a kind.
    pub fn of_kind(wanted: Kind) -> Self {
        Self { wanted: Some(wanted), ..Self::default() }
    }

    /// Adds the geometries of a batch, decoded in parallel.
    pub fn push_wkb(&mut self, wkb: &LargeBinaryArray) {
        /// Geometries that one task decodes.
        const TASK: usize = 1024;
        let starts: Vec<usize> = (0..wkb.len()).step_by(TASK).collect();
        let decode = |&start: &usize| {
            let mut chunk = Chunk { wanted: self.wanted, ..Chunk::default() };
            for row in start..(start + TASK).min(wkb.len()) {
                chunk.push_wkb(wkb.is_valid(row).then(|| wkb.value(row)));
            }
            chunk
        };
        let chunks: Vec<Chunk> = starts.par_iter().map(decode).collect();
        chunks.into_iter().for_each(|chunk| self.push(chunk));
    }

    /// Adds a chunk.
    pub fn push(&mut self, mut chunk: Chunk) {
        self.changes.add(std::mem::take(&mut chunk.changes), self.len);
        self.starts.push(self.len);
        self.len += chunk.shapes.len();
        self.chunks.push(chunk);
    }

    /// Puts the one geometry of a chunk in the place of a row's.
    pub fn replace(&mut self, row: usize, chunk: Chunk) {
        self.replaced.insert(row, chunk);
    }

    /// Number of geometries, missing ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The geometry of a row.
    pub fn get(&self, row: usize) -> Shape<'_> {
        if let Some(chunk) = self.replaced.get(&row) {
            return Shape { chunk, row: 0 };
        }
        let chunk = self.starts.partition_point(|&start| start <= row) - 1;
        Shape { chunk: &self.chunks[chunk], row: row - self.starts[chunk] }
    }

    /// All geometries in source order.
    pub fn iter(&self) -> impl Iterator<Item = Shape<'_>> {
        self.chunks.iter().flat_map(Chunk::iter)
    }
}

impl Chunk {
    /// Nothing yet, for a layer of a kind.
    pub fn of_kind(wanted: Kind) -> Self {
        Self { wanted: Some(wanted), ..Self::default() }
    }

    /// Ends the open list.
    pub fn end_list(&mut self) {
        self.lists.push(self.x.len() as u32);
    }

    /// Ends the open part.
    pub fn end_part(&mut self) {
        self.parts.push(self.lists.len() as u32);
    }

    /// Ends the open geometry.
    pub fn end_shape(&mut self, kind: ShapeKind) {
        self.shapes.push((kind, self.parts.len() as u32));
    }

    /// All geometries.
    pub fn iter(&self) -> impl Iterator<Item = Shape<'_>> {
        (0..self.shapes.len()).map(|row| Shape { chunk: self, row })
    }

    /// Adds the geometry that these bytes hold.
    pub fn push_wkb(&mut self, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else { return self.end_shape(ShapeKind::Missing) };
        let Some(head) = Head::of(bytes) else { return self.end_shape(ShapeKind::Unreadable) };
        self.changes.heights += usize::from(head.height);
        self.changes.measures += usize::from(head.measure);
        let before = self.x.len();
        let kind = match nested::PLAIN.contains(&head.kind) {
            true => self.push_plain(bytes),
            false => self.push_nested(bytes),
        };
        let plain = !matches!(kind, ShapeKind::Collection | ShapeKind::Surface(_) | ShapeKind::Unreadable);
        // An empty geometry of whatever kind is none.
        self.end_shape(if plain && self.x.len() == before { ShapeKind::Missing } else { kind });
    }

    /// Adds one of the six plain kinds.
    fn push_plain(&mut self, bytes: &[u8]) -> ShapeKind {
        let Ok(geometry) = wkb::reader::read_wkb(bytes) else { return ShapeKind::Unreadable };
        match geometry.as_type() {
            GeometryType::Point(point) => {
                self.push_point(
                    point.coord().map(|c| (c.x(), c.y())).filter(|(x, y)| !(x.is_nan() && y.is_nan())),
                );
                ShapeKind::Point
            }
            GeometryType::MultiPoint(multi) => {
                multi.points().for_each(|point| self.push_point(point.coord().map(|c| (c.x(), c.y()))));
                ShapeKind::MultiPoint
            }
            GeometryType::LineString(line) => {
                self.push_list(line);
                self.end_part();
                ShapeKind::LineString
            }
            GeometryType::MultiLineString(multi) => {
                for line in multi.line_strings() {
                    self.push_list(&line);
                    self.end_part();
                }
                ShapeKind::MultiLineString
            }
            GeometryType::Polygon(polygon) => {
                self.push_polygon(polygon);
                ShapeKind::Polygon
            }
            GeometryType::MultiPolygon(multi) => {
                multi.polygons().for_each(|polygon| self.push_polygon(&polygon));
                ShapeKind::MultiPolygon
            }
            _ => ShapeKind::Unreadable,
        }
    }

    /// Adds a collection or curve by its plain parts: those of one kind, or of the layer's.
    fn push_nested(&mut self, bytes: &[u8]) -> ShapeKind {
        let Some(parts) = Parts::of(bytes) else { return ShapeKind::Unreadable };
        let row = self.shapes.len();
        let kinds = parts.kinds();
        let kind = match kinds.as_slice() {
            [] => return ShapeKind::Missing,
            [(kind, _)] => *kind,
            several => match several.iter().find(|(kind, _)| kind.is_of(self.wanted)) {
                Some((kind, _)) => *kind,
                None => return ShapeKind::Collection,
            },
        };
        if kinds.len() > 1 {
            self.changes
                .left_out
                .push((row, nested::listed(kinds.iter().filter(|(other, _)| *other != kind))));
        }
        if parts.curved {
            self.changes.curved.push(row);
        }
        match kind {
            ShapeKind::MultiPoint => parts.points.iter().for_each(|&place| self.push_point(Some(place))),
            ShapeKind::MultiLineString => {
                for line in &parts.lines {
                    self.push_places(line);
                    self.end_part();
                }
            }
            ShapeKind::MultiPolygon => {
                for rings in &parts.polygons {
                    rings.iter().for_each(|ring| self.push_places(ring));
                    self.end_part();
                }
            }
            _ => {}
        }
        kind
    }

    /// Adds the parts of a geometry to the open one.
    pub fn push_parts(&mut self, shape: &Shape) {
        for lists in shape.parts() {
            for (x, y) in lists {
                self.x.extend(x);
                self.y.extend(y);
                self.end_list();
            }
            self.end_part();
        }
    }

    fn push_places(&mut self, places: &[(f64, f64)]) {
        self.x.extend(places.iter().map(|place| place.0));
        self.y.extend(places.iter().map(|place| place.1));
        self.end_list();
    }

    fn push_point(&mut self, place: Option<(f64, f64)>) {
        if let Some((x, y)) = place {
            self.x.push(x);
            self.y.push(y);
            self.end_list();
        }
        self.end_part();
    }

    fn push_list(&mut self, line: &impl LineStringTrait<T = f64>) {
        for coord in line.coords() {
            self.x.push(coord.x());
            self.y.push(coord.y());
        }
        self.end_list();
    }

    fn push_polygon(&mut self, polygon: &impl PolygonTrait<T = f64>) {
        if let Some(exterior) = polygon.exterior() {
            self.push_list(&exterior);
            polygon.interiors().for_each(|ring| self.push_list(&ring));
        }
        self.end_part();
    }
}

/// The longitudes and latitudes of one list, or x and y before they are that.
pub(super) type List<'a> = (&'a [f64], &'a [f64]);

fn span(ends: &[u32], at: usize) -> std::ops::Range<usize> {
    let start = if at == 0 { 0 } else { ends[at - 1] as usize };
    start..ends[at] as usize
}

impl<'a> Shape<'a> {
    /// What it is.
    pub fn kind(self) -> ShapeKind {
        self.chunk.shapes[self.row].0
    }

    /// Its parts, each as its lists: polygons as rings, lines and points as one list.
    pub fn parts(self) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = List<'a>>> {
        let Self { chunk, row } = self;
        let end = |row: usize| chunk.shapes[row].1 as usize;
        (if row == 0 { 0 } else { end(row - 1) }..end(row))
            .map(move |part| span(&chunk.parts, part).map(move |list| chunk.list(list)))
    }

    /// All its lists.
    pub fn lists(self) -> impl Iterator<Item = List<'a>> {
        self.parts().flatten()
    }

    /// Number of its positions.
    pub fn positions(self) -> usize {
        self.lists().map(|(x, _)| x.len()).sum()
    }

    /// Little-endian WKB of the multipolygon that its parts make.
    pub fn polygon_wkb(self) -> Vec<u8> {
        const POLYGON: u32 = 3;
        const MULTI_POLYGON: u32 = 6;
        let head = |out: &mut Vec<u8>, kind: u32, count: usize| {
            out.push(1);
            out.extend(kind.to_le_bytes());
            out.extend((count as u32).to_le_bytes());
        };
        let mut out = Vec::with_capacity(16 * self.positions() + 64);
        if self.kind() == ShapeKind::MultiPolygon {
            head(&mut out, MULTI_POLYGON, self.parts().len());
        }
        for rings in self.parts() {
            head(&mut out, POLYGON, rings.len());
            for (x, y) in rings {
                out.extend((x.len() as u32).to_le_bytes());
                for (x, y) in x.iter().zip(y) {
                    out.extend(x.to_le_bytes());
                    out.extend(y.to_le_bytes());
                }
            }
        }
        out
    }
}

impl Chunk {
    fn list(&self, list: usize) -> List<'_> {
        let span = span(&self.lists, list);
        (&self.x[span.clone()], &self.y[span])
    }
}
