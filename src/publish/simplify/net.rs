//! Borders as a net: every vertex once, however many rings go through it.

use std::collections::{HashMap, HashSet};

use crate::layer::{Geometry, LayerError, LinesBuilder, ZonesBuilder};

/// Units of a degree: those of the seventh decimal, as GeoJSON is written.
pub(super) const UNITS: f64 = 1e7;

/// No vertex.
pub(super) const NONE: u32 = u32::MAX;

/// A way through a vertex: the zone whose ring it is, and whether taking the vertex out from between its two
/// neighbours adds (+1) or takes (-1) the area of a triangle that turns left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passage {
    pub zone: u32,
    pub sign: i8,
}

/// All vertices and ways of a layer.
pub(super) struct Net {
    /// Longitude and latitude of each vertex, units.
    pub place: Vec<[i32; 2]>,
    /// The two neighbours of each vertex that may go; [`NONE`] for those that stay.
    pub links: Vec<[u32; 2]>,
    /// Ways through each vertex that may go.
    pub passages: Vec<[Option<Passage>; 2]>,
    /// Whether a vertex is gone.
    pub gone: Vec<bool>,
    /// All segments, the lower vertex first.
    pub segments: HashSet<(u32, u32)>,
    /// Area of each zone, square units at its latitude.
    pub areas: Vec<f64>,
    ways: Vec<Way>,
    zones: bool,
    features: usize,
}

/// A ring, without the repeated first vertex, or a line.
struct Way {
    feature: usize,
    vertices: Vec<u32>,
    /// The first ring of a polygon.
    exterior: bool,
}

impl Net {
    /// The net of zones or lines; `None` for other layers, and where there are too many vertices to number.
    pub fn new(geometry: &Geometry) -> Option<Self> {
        let vertices = geometry.vertices();
        if vertices >= NONE as usize {
            return None;
        }
        let mut net = Self {
            place: Vec::new(),
            links: Vec::new(),
            passages: Vec::new(),
            gone: Vec::new(),
            segments: HashSet::with_capacity(vertices),
            areas: Vec::new(),
            ways: Vec::new(),
            zones: geometry.zones().is_some(),
            features: geometry.len()?,
        };
        let mut numbers = HashMap::with_capacity(vertices);
        if let Some(zones) = geometry.zones() {
            for zone in 0..zones.len() {
                for ring in zones.rings_of(zone) {
                    let mut vertices = net.number(&mut numbers, ring.lon, ring.lat);
                    if vertices.len() > 1 && vertices.first() == vertices.last() {
                        vertices.pop();
                    }
                    net.ways.push(Way { feature: zone, vertices, exterior: ring.exterior });
                }
            }
        } else {
            let lines = geometry.lines()?;
            for line in 0..lines.len() {
                let (lon, lat) = lines.line(line);
                let vertices = net.number(&mut numbers, lon, lat);
                net.ways.push(Way { feature: line, vertices, exterior: true });
            }
        }
        net.link();
        net.measure();
        Some(net)
    }

    /// The vertices of a way by number, each position once, without repetitions in a row.
    fn number(&mut self, numbers: &mut HashMap<[i32; 2], u32>, lon: &[f64], lat: &[f64]) -> Vec<u32> {
        let mut way: Vec<u32> = Vec::with_capacity(lon.len());
        for (&lon, &lat) in lon.iter().zip(lat) {
            // Positions are checked to lie on the globe before, so 32 bits hold them.
            let place = [(lon * UNITS).round() as i32, (lat * UNITS).round() as i32];
            let number = *numbers.entry(place).or_insert_with(|| {
                self.place.push(place);
                (self.place.len() - 1) as u32
            });
            if way.last() != Some(&number) {
                way.push(number);
            }
        }
        way
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
            let vertices = &way.vertices;
            for at in 1..vertices.len() {
                meet(vertices[at - 1], vertices[at]);
                meet(vertices[at], vertices[at - 1]);
                self.segments.insert(segment(vertices[at - 1], vertices[at]));
            }
            if self.zones && vertices.len() > 1 {
                let (first, last) = (vertices[0], vertices[vertices.len() - 1]);
                meet(first, last);
                meet(last, first);
                self.segments.insert(segment(first, last));
            }
        }
        for way in self.ways.iter().filter(|_| !self.zones) {
            for end in way.vertices.first().into_iter().chain(way.vertices.last()) {
                stays[*end as usize] = true;
            }
        }
        for (pair, stays) in links.iter_mut().zip(&stays) {
            if *stays || pair.contains(&NONE) {
                *pair = [NONE; 2];
            }
        }
        self.links = links;
        self.gone = vec![false; count];
    }

    /// Areas of zones, and the ways through each vertex that may go. More than two ways through one keep it.
    fn measure(&mut self) {
        self.passages = vec![[None; 2]; self.place.len()];
        self.areas = vec![0.0; if self.zones { self.features } else { 0 }];
        let mut crowded = Vec::new();
        for way in &self.ways {
            let vertices = &way.vertices;
            let n = vertices.len();
            let area = if self.zones { ring_area(&self.place, vertices) } else { 0.0 };
            // An exterior adds its area whichever way it turns, a hole takes its own.
            let sign = if (area >= 0.0) == way.exterior { 1 } else { -1 };
            if self.zones {
                self.areas[way.feature] += if way.exterior { area.abs() } else { -area.abs() };
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
                match self.passages[vertex].iter_mut().find(|slot| slot.is_none()) {
                    Some(slot) => *slot = Some(passage),
                    None => crowded.push(vertex),
                }
            }
        }
        for vertex in crowded {
            self.links[vertex] = [NONE; 2];
        }
    }

    /// Positions as they will be written, closing ones included.
    pub fn positions(&self) -> usize {
        let closing = usize::from(self.zones);
        self.ways.iter().map(|way| self.left(way).count() + closing).sum()
    }

    fn left<'a>(&'a self, way: &'a Way) -> impl Iterator<Item = u32> + 'a {
        way.vertices.iter().copied().filter(|vertex| !self.gone[*vertex as usize])
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
                if way.vertices.len() == 1 {
                    let [lon, lat] = degrees(way.vertices[0]);
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

/// A segment by its vertices, the lower first.
pub(super) fn segment(one: u32, two: u32) -> (u32, u32) {
    (one.min(two), one.max(two))
}

/// Signed area of a ring in square units, shrunk by the cosine of its mean latitude; positive where it turns left.
fn ring_area(place: &[[i32; 2]], ring: &[u32]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    let origin = place[first as usize];
    let (mut sum, mut latitude) = (0_i128, 0.0);
    for at in 0..ring.len() {
        let (one, two) = (place[ring[at] as usize], place[ring[(at + 1) % ring.len()] as usize]);
        let local = |p: [i32; 2]| [0, 1].map(|axis| i128::from(p[axis]) - i128::from(origin[axis]));
        let (one, two) = (local(one), local(two));
        sum += one[0] * two[1] - one[1] * two[0];
        latitude += f64::from(place[ring[at] as usize][1]) / UNITS;
    }
    sum as f64 / 2.0 * libm::cos((latitude / ring.len() as f64).to_radians())
}
