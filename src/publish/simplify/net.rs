//! Borders as a net: every vertex once, however many rings go through it.

use std::collections::HashSet;
use std::ops::Range;

use rayon::prelude::*;

use crate::layer::{Geometry, LayerError, LinesBuilder, ZonesBuilder, z_curve};

/// Units of a degree: those of the seventh decimal, as GeoJSON is written.
pub(super) const UNITS: f64 = 1e7;

/// No vertex.
pub(super) const NONE: u32 = u32::MAX;

/// A place in units, longitude first.
pub(super) type Place = [i32; 2];

/// A way through a vertex: the zone whose ring it is, and whether taking the vertex out from between its two
/// neighbours adds (+1) or takes (-1) the area of a triangle that turns left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passage {
    pub zone: u32,
    pub sign: i8,
}

/// All vertices and ways of a layer.
pub(super) struct Net {
    /// Longitude and latitude of each vertex, units. Numbered along a Z-curve: near in space is near in memory.
    pub place: Vec<Place>,
    /// The two neighbours of each vertex that may go; [`NONE`] for those that stay.
    pub links: Vec<[u32; 2]>,
    /// Ways through each vertex that may go.
    pub passages: Vec<[Option<Passage>; 2]>,
    /// Whether a vertex is gone.
    pub gone: Vec<bool>,
    /// Area of each zone, square units at its latitude.
    pub areas: Vec<f64>,
    /// Segments both of whose ends stay; all others are known by the links of an end.
    pub stiff: HashSet<(u32, u32)>,
    vertices: Vec<u32>,
    ways: Vec<Way>,
    pub zones: bool,
    features: usize,
}

/// A ring, without the repeated first vertex, or a line.
struct Way {
    feature: usize,
    vertices: Range<usize>,
    /// The first ring of a polygon.
    exterior: bool,
}

impl Net {
    /// The net of zones or lines, of which nothing is pinned yet; `None` for other layers, and where there are too many vertices to number.
    pub fn new(geometry: &Geometry) -> Option<Self> {
        if geometry.vertices() >= NONE as usize {
            return None;
        }
        let mut places = Vec::with_capacity(geometry.vertices());
        let mut ways: Vec<Way> = Vec::new();
        let mut way = |feature: usize, exterior: bool, lon: &[f64], lat: &[f64]| {
            let start = places.len();
            // Positions are checked to lie on the globe before, so 32 bits hold them.
            places
                .extend(lon.iter().zip(lat).map(|(lon, lat)| [lon, lat].map(|d| (d * UNITS).round() as i32)));
            ways.push(Way { feature, vertices: start..places.len(), exterior });
        };
        let zones = geometry.zones();
        if let Some(zones) = &zones {
            for zone in 0..zones.len() {
                zones.rings_of(zone).for_each(|ring| way(zone, ring.exterior, ring.lon, ring.lat));
            }
        } else {
            let lines = geometry.lines()?;
            for line in 0..lines.len() {
                let (lon, lat) = lines.line(line);
                way(line, true, lon, lat);
            }
        }
        let (place, numbers) = number(&places);
        let mut net = Self {
            gone: vec![false; place.len()],
            links: Vec::new(),
            passages: Vec::new(),
            areas: Vec::new(),
            stiff: HashSet::new(),
            vertices: Vec::with_capacity(numbers.len()),
            ways,
            zones: zones.is_some(),
            features: geometry.len()?,
            place,
        };
        net.gather(&numbers);
        net.link();
        net.measure();
        Some(net)
    }

    /// The vertices of all ways by number, without repetitions in a row.
    fn gather(&mut self, numbers: &[u32]) {
        for way in &mut self.ways {
            let start = self.vertices.len();
            for number in &numbers[way.vertices.clone()] {
                if self.vertices.len() == start || self.vertices.last() != Some(number) {
                    self.vertices.push(*number);
                }
            }
            if self.zones
                && self.vertices.len() > start + 1
                && self.vertices.last() == self.vertices.get(start)
            {
                self.vertices.pop();
            }
            way.vertices = start..self.vertices.len();
        }
    }

    fn of(&self, way: &Way) -> &[u32] {
        &self.vertices[way.vertices.clone()]
    }

    /// Segments of a way, as pairs of vertices in its order.
    fn pairs<'a>(&'a self, way: &Way) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let vertices = &self.vertices[way.vertices.clone()];
        let closing = (self.zones && vertices.len() > 1).then(|| (vertices[vertices.len() - 1], vertices[0]));
        vertices.windows(2).map(|pair| (pair[0], pair[1])).chain(closing)
    }

    /// Finds the neighbours of each vertex. One with any number of them but two stays, as do the ends of lines.
    fn link(&mut self) {
        let count = self.place.len();
        let mut links = vec![[NONE; 2]; count];
        let mut stays = vec![false; count];
        let mut meet = |vertex: u32, other: u32| {
            let pair = &mut links[vertex as usize];
            if pair.contains(&other) {
                return;
            }
            match pair.iter().position(|slot| *slot == NONE) {
                Some(slot) => pair[slot] = other,
                None => stays[vertex as usize] = true,
            }
        };
        for way in &self.ways {
            for (one, two) in self.pairs(way) {
                meet(one, two);
                meet(two, one);
            }
        }
        for way in self.ways.iter().filter(|_| !self.zones) {
            let vertices = self.of(way);
            for end in vertices.first().into_iter().chain(vertices.last()) {
                stays[*end as usize] = true;
            }
        }
        for (pair, stays) in links.iter_mut().zip(&stays) {
            if *stays || pair.contains(&NONE) {
                *pair = [NONE; 2];
            }
        }
        self.links = links;
    }

    /// Areas of zones, and the ways through each vertex that may go. More than two ways through one keep it.
    fn measure(&mut self) {
        let mut passages = vec![[None; 2]; self.place.len()];
        let mut areas = vec![0.0; if self.zones { self.features } else { 0 }];
        let mut crowded = Vec::new();
        for way in &self.ways {
            let vertices = self.of(way);
            let n = vertices.len();
            let area = if self.zones { ring_area(&self.place, vertices) } else { 0.0 };
            // An exterior adds its area whichever way it turns, a hole takes its own.
            let sign = if (area >= 0.0) == way.exterior { 1 } else { -1 };
            if self.zones {
                areas[way.feature] += if way.exterior { area.abs() } else { -area.abs() };
            }
            for at in 0..n {
                let vertex = vertices[at] as usize;
                let links = self.links[vertex];
                if links[0] == NONE {
                    continue;
                }
                let forward = links[0] == vertices[(at + n - 1) % n] && links[1] == vertices[(at + 1) % n];
                let zone = if self.zones { way.feature as u32 } else { NONE };
                // Going left around the triangle (before, vertex, after), taking the vertex out loses it.
                let passage = Passage { zone, sign: if forward { -sign } else { sign } };
                match passages[vertex].iter_mut().find(|slot| slot.is_none()) {
                    Some(slot) => *slot = Some(passage),
                    None => crowded.push(vertex),
                }
            }
        }
        for vertex in crowded {
            self.links[vertex] = [NONE; 2];
        }
        (self.passages, self.areas) = (passages, areas);
    }

    /// The segments of all ways, sorted; one that two ways share comes twice.
    pub fn segments(&self) -> Vec<(u32, u32)> {
        let mut segments: Vec<(u32, u32)> =
            self.ways.par_iter().flat_map_iter(|way| self.pairs(way).map(|(a, b)| segment(a, b))).collect();
        segments.par_sort_unstable();
        segments
    }

    /// Whether a vertex may go, as far as its neighbours tell.
    pub fn may_go(&self, vertex: u32) -> bool {
        !self.gone[vertex as usize] && self.links[vertex as usize][0] != NONE
    }

    /// Whether a segment joins two vertices.
    pub fn joined(&self, a: u32, b: u32) -> bool {
        let [of_a, of_b] = [a, b].map(|vertex| self.links[vertex as usize]);
        if of_a[0] != NONE {
            of_a.contains(&b)
        } else if of_b[0] != NONE {
            of_b.contains(&a)
        } else {
            self.stiff.contains(&segment(a, b))
        }
    }

    /// Joins the neighbours of a vertex in its place.
    pub fn take_out(&mut self, vertex: u32) {
        let [a, b] = self.links[vertex as usize];
        self.gone[vertex as usize] = true;
        for (neighbour, other) in [(a, b), (b, a)] {
            for slot in &mut self.links[neighbour as usize] {
                if *slot == vertex {
                    *slot = other;
                }
            }
        }
        if [a, b].iter().all(|end| self.links[*end as usize][0] == NONE) {
            self.stiff.insert(segment(a, b));
        }
    }

    /// Positions as they will be written, closing ones included.
    pub fn positions(&self) -> usize {
        let closing = usize::from(self.zones);
        self.ways.iter().map(|way| self.left(way).count() + closing).sum()
    }

    fn left(&self, way: &Way) -> impl Iterator<Item = u32> {
        self.of(way).iter().copied().filter(|vertex| !self.gone[*vertex as usize])
    }

    /// What is left, as geometry.
    pub fn geometry(&self) -> Result<Geometry, LayerError> {
        let degrees = |vertex: u32| self.place[vertex as usize].map(|unit| f64::from(unit) / UNITS);
        let mut ways = self.ways.iter().peekable();
        if !self.zones {
            let mut builder = LinesBuilder::default();
            for way in ways {
                for vertex in self.left(way) {
                    let [lon, lat] = degrees(vertex);
                    builder.vertex(lon, lat);
                }
                // A line whose ends fell together in rounding is still a line.
                if let [only] = self.of(way) {
                    let [lon, lat] = degrees(*only);
                    builder.vertex(lon, lat);
                }
                builder.end_line()?;
            }
            return builder.finish();
        }
        let mut builder = ZonesBuilder::default();
        for feature in 0..self.features {
            let mut open = false;
            while let Some(way) = ways.next_if(|way| way.feature == feature) {
                if way.exterior && open {
                    builder.end_polygon()?;
                }
                open = true;
                let first = self.left(way).next();
                for vertex in self.left(way).chain(first) {
                    let [lon, lat] = degrees(vertex);
                    builder.vertex(lon, lat);
                }
                builder.end_ring()?;
            }
            if open {
                builder.end_polygon()?;
            }
            builder.end_zone()?;
        }
        builder.finish()
    }
}

/// The south-western and north-eastern corners of a box around places; of no place the wrong way around.
pub(super) fn corners(places: &[Place]) -> [Place; 2] {
    places.iter().fold([[i32::MAX; 2], [i32::MIN; 2]], |[low, high], place| {
        [[0, 1].map(|axis| low[axis].min(place[axis])), [0, 1].map(|axis| high[axis].max(place[axis]))]
    })
}

/// Numbers places along a Z-curve, each once: the place of each number, and the number of each place given.
fn number(places: &[Place]) -> (Vec<Place>, Vec<u32>) {
    // The sign bit turned, so that order is kept.
    let on_curve = |place: &Place| {
        let [x, y] = place.map(|unit| unit as u32 ^ 1 << 31);
        z_curve(x, y)
    };
    let mut order: Vec<(u64, u32)> =
        places.par_iter().enumerate().map(|(at, place)| (on_curve(place), at as u32)).collect();
    order.par_sort_unstable();
    let (mut distinct, mut numbers) = (Vec::new(), vec![0; places.len()]);
    for same in order.chunk_by(|a, b| a.0 == b.0) {
        for (_, at) in same {
            numbers[*at as usize] = distinct.len() as u32;
        }
        distinct.push(places[same[0].1 as usize]);
    }
    (distinct, numbers)
}

/// A segment by its vertices, the lower first.
fn segment(one: u32, two: u32) -> (u32, u32) {
    (one.min(two), one.max(two))
}

/// Signed area of a ring in square units, shrunk by the cosine of its mean latitude; positive where it turns left.
pub(super) fn ring_area(place: &[Place], ring: &[u32]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    let origin = place[first as usize];
    let (mut sum, mut latitude) = (0_i128, 0.0);
    for at in 0..ring.len() {
        let (one, two) = (place[ring[at] as usize], place[ring[(at + 1) % ring.len()] as usize]);
        let local = |p: Place| [0, 1].map(|axis| i128::from(p[axis]) - i128::from(origin[axis]));
        let (one, two) = (local(one), local(two));
        sum += one[0] * two[1] - one[1] * two[0];
        latitude += f64::from(place[ring[at] as usize][1]) / UNITS;
    }
    sum as f64 / 2.0 * libm::cos((latitude / ring.len() as f64).to_radians())
}
