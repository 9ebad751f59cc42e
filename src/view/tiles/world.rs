//! Zones on the square of Web Mercator, 0..1 eastward and southward.

use rayon::prelude::*;

use crate::layer::ZoneView;

/// Latitudes beyond this do not lie on the square.
const NORTHERNMOST: f64 = 85.051_128_779_806_59;

/// Zones with all their vertices on the square.
pub(super) struct World<'a> {
    view: ZoneView<'a>,
    /// Eastward.
    pub x: Vec<f64>,
    /// Southward.
    pub y: Vec<f64>,
}

impl<'a> World<'a> {
    pub fn new(view: &ZoneView<'a>) -> Self {
        let x = view.lon.par_iter().map(|lon| (lon + 180.0) / 360.0).collect();
        let y = view.lat.par_iter().map(|&lat| south(lat)).collect();
        Self { view: *view, x, y }
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.view.len()
    }

    /// Number of rings of all zones.
    pub fn rings(&self) -> usize {
        self.view.rings.len().saturating_sub(1)
    }

    /// Positions of the vertices of a ring, the last (a repetition of the first) left out.
    pub fn ring(&self, ring: usize) -> std::ops::Range<usize> {
        let (from, to) = (self.view.rings[ring] as usize, self.view.rings[ring + 1] as usize);
        from..to.saturating_sub(1).max(from)
    }

    /// The polygons of a zone, each as a range of rings, the outer one first.
    pub fn polygons(&self, zone: usize) -> impl Iterator<Item = std::ops::Range<usize>> + use<'a> {
        self.view.polygons_of(zone)
    }

    /// The place of a vertex in degrees, to the last bit: neighbours share it.
    pub fn place(&self, vertex: usize) -> (u64, u64) {
        (self.view.lon[vertex].to_bits(), self.view.lat[vertex].to_bits())
    }

    /// West, south, east, north in degrees.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let span = |values: &[f64]| {
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), &v| (lo.min(v), hi.max(v)))
        };
        let ((west, east), (south, north)) = (span(self.view.lon), span(self.view.lat));
        (west <= east).then_some([west, south, east, north])
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

/// How far south on the square a latitude lies.
fn south(lat: f64) -> f64 {
    let lat = lat.clamp(-NORTHERNMOST, NORTHERNMOST).to_radians();
    let stretched = libm::log(libm::tan(std::f64::consts::FRAC_PI_4 + lat / 2.0));
    (0.5 - stretched / std::f64::consts::TAU).clamp(0.0, 1.0)
}
