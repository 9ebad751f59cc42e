//! Zones on the square of Web Mercator, 0..1 eastward and southward.

use std::ops::Range;

use rayon::prelude::*;

use crate::layer::ZoneView;

/// Latitudes beyond this do not lie on the square.
const NORTHERNMOST: f64 = 85.051_128_779_806_59;

/// Vertices in the same part of a degree, about a metre, count as one place: layers are written with different
/// numbers of digits, and states share their borders with municipalities all the same. Where rounding parts what
/// belongs together, a vertex more is kept.
const PLACES_PER_DEGREE: f64 = 1e5;

/// Several layers of zones, one after another, with all their vertices on the square.
pub(super) struct World {
    /// Eastward.
    pub x: Vec<f64>,
    /// Southward.
    pub y: Vec<f64>,
    /// Longitude and latitude in whole parts of a degree: neighbours share them.
    pub places: Vec<(i32, i32)>,
    /// West, south, east, north in degrees.
    pub bounds: Option<[f64; 4]>,
    rings: Vec<usize>,
    polygons: Vec<Range<usize>>,
    zones: Vec<Zone>,
}

/// Where a zone stands.
struct Zone {
    layer: usize,
    /// Position in its layer.
    at: usize,
    polygons: Range<usize>,
}

impl World {
    pub fn new(views: &[ZoneView<'_>]) -> Self {
        let each = |of: for<'a> fn(&ZoneView<'a>) -> &'a [f64]| {
            views.iter().flat_map(move |v| of(v).iter().copied())
        };
        let lon: Vec<f64> = each(|view| view.lon).collect();
        let lat: Vec<f64> = each(|view| view.lat).collect();
        let (mut rings, mut polygons, mut zones) = (vec![0], Vec::new(), Vec::new());
        let mut vertices = 0;
        for (layer, view) in views.iter().enumerate() {
            let first_ring = rings.len() - 1;
            rings.extend(view.rings.iter().skip(1).map(|&end| vertices + end as usize));
            vertices += view.lon.len();
            for at in 0..view.len() {
                let first = polygons.len();
                polygons.extend(view.polygons_of(at).map(|p| first_ring + p.start..first_ring + p.end));
                zones.push(Zone { layer, at, polygons: first..polygons.len() });
            }
        }
        let part = |degrees: f64| (degrees * PLACES_PER_DEGREE).round() as i32;
        Self {
            x: lon.par_iter().map(|lon| (lon + 180.0) / 360.0).collect(),
            y: lat.par_iter().map(|&lat| south(lat)).collect(),
            places: lon.par_iter().zip(&lat).map(|(&lon, &lat)| (part(lon), part(lat))).collect(),
            bounds: bounds(&lon, &lat),
            rings,
            polygons,
            zones,
        }
    }

    /// Number of zones of all layers.
    pub fn len(&self) -> usize {
        self.zones.len()
    }

    /// Layer of a zone, and its position there.
    pub fn zone(&self, zone: usize) -> (usize, usize) {
        (self.zones[zone].layer, self.zones[zone].at)
    }

    /// Number of rings of all zones.
    pub fn rings(&self) -> usize {
        self.rings.len() - 1
    }

    /// Positions of the vertices of a ring, the last (a repetition of the first) left out.
    pub fn ring(&self, ring: usize) -> Range<usize> {
        let (from, to) = (self.rings[ring], self.rings[ring + 1]);
        from..to.saturating_sub(1).max(from)
    }

    /// The polygons of a zone, each as a range of rings, the outer one first.
    pub fn polygons(&self, zone: usize) -> &[Range<usize>] {
        &self.polygons[self.zones[zone].polygons.clone()]
    }

    /// A short distance between neighbouring vertices: a hundredth of them are nearer to each other. `None`
    /// where there are no rings.
    pub fn finest_gap(&self) -> Option<f64> {
        let mut gaps: Vec<f64> = (0..self.rings())
            .flat_map(|ring| {
                let span = self.ring(ring);
                span.clone()
                    .zip(span.skip(1))
                    .map(|(a, b)| (self.x[a] - self.x[b]).abs().max((self.y[a] - self.y[b]).abs()))
            })
            .filter(|gap| *gap > 0.0)
            .collect();
        let at = gaps.len() / 100;
        (!gaps.is_empty()).then(|| *gaps.select_nth_unstable_by(at, f64::total_cmp).1)
    }
}

fn bounds(lon: &[f64], lat: &[f64]) -> Option<[f64; 4]> {
    let span = |values: &[f64]| {
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)))
    };
    let ((west, east), (south, north)) = (span(lon), span(lat));
    (west <= east).then_some([west, south, east, north])
}

/// How far south on the square a latitude lies.
fn south(lat: f64) -> f64 {
    let lat = lat.clamp(-NORTHERNMOST, NORTHERNMOST).to_radians();
    let stretched = libm::log(libm::tan(std::f64::consts::FRAC_PI_4 + lat / 2.0));
    (0.5 - stretched / std::f64::consts::TAU).clamp(0.0, 1.0)
}
