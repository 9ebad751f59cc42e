//! The outline of the country: which sites are land, which are sea.

use super::dice::{Noise, Stream, Xy};

/// Half the width of the country before its coast is bent, km.
const HALF_WIDTH: f64 = 450.0;
/// Half its height, km.
const HALF_HEIGHT: f64 = 345.0;
/// How far from the coast, in units of the height function, sites are still placed.
const SEA_MARGIN: f64 = 0.22;

/// A smooth height function: above 0 is land.
pub(super) struct Land {
    bend_x: Noise,
    bend_y: Noise,
    coast: Noise,
}

impl Land {
    pub fn new(seed: u64) -> Self {
        Self {
            bend_x: Noise::new(seed, Stream::Land, 0, 420.0, 2),
            bend_y: Noise::new(seed, Stream::Land, 1, 420.0, 2),
            coast: Noise::new(seed, Stream::Land, 2, 210.0, 5),
        }
    }

    pub(super) fn height(&self, p: Xy) -> f64 {
        // Bending the plane first gives peninsulas and bays that a star shape can't have.
        let q = Xy::new(p.x + 170.0 * self.bend_x.at(p), p.y + 115.0 * self.bend_y.at(p));
        let (u, v) = (q.x / HALF_WIDTH, q.y / HALF_HEIGHT);
        // Between an ellipse and a rectangle.
        let round = (u * u * u * u + v * v * v * v).sqrt().sqrt();
        1.0 - 0.5 * round - 0.5 * (u * u + v * v).sqrt() + 0.44 * self.coast.at(p)
    }

    /// Whether `p` is land or within reach of the coast, and inside the frame.
    pub fn near(&self, p: Xy) -> bool {
        p.x.abs() < self.half_width() && p.y.abs() < self.half_height() && self.height(p) > -SEA_MARGIN
    }

    /// Half the width of the frame that holds every site, km.
    pub fn half_width(&self) -> f64 {
        HALF_WIDTH * 1.4
    }

    /// Half the height of that frame, km.
    pub fn half_height(&self) -> f64 {
        HALF_HEIGHT * 1.4
    }

    /// About the area of the land, km².
    pub fn area(&self) -> f64 {
        3.3 * HALF_WIDTH * HALF_HEIGHT
    }
}
