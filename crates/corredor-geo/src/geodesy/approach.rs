//! How near a piece of a line comes to a place.

use super::{bracketed_root, distance_azimuth_km, distance_km, interpolate, km_per_degree};

/// Segments are cut into pieces of at most this length. A line that is straight in
/// longitude and latitude has a geodesic curvature of at most `1.09 tan(lat) / R`; wherever
/// a site is nearer than the inverse of it (2,100 km at 70 degrees), the distance to it has
/// one minimum along the line and no maximum, whatever the length. Short pieces keep the
/// search for candidates local, and bound what can be missed beyond that distance.
const MAX_PIECE_KM: f64 = 50.0;

/// Shares of a piece are found to this tolerance: 50 nanometres on 50 km, the accuracy of
/// the geodesic itself.
const SHARE_TOLERANCE: f64 = 1e-12;

/// A piece of a segment, straight in longitude and latitude.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) a: (f64, f64),
    pub(crate) b: (f64, f64),
}

impl Piece {
    /// An upper bound of the length of the piece, kilometres: the larger of the scales that
    /// its latitudes span, applied to both sides of its box.
    pub(crate) fn bound_km(&self) -> f64 {
        let (south, north) = (self.a.1.min(self.b.1), self.a.1.max(self.b.1));
        let nearest_equator = if south <= 0.0 && north >= 0.0 { 0.0 } else { south.abs().min(north.abs()) };
        let east = km_per_degree(nearest_equator).0;
        let per_lat = km_per_degree(south.abs().max(north.abs())).1;
        ((self.b.0 - self.a.0) * east).hypot((self.b.1 - self.a.1) * per_lat)
    }

    /// The shares at which a segment is cut into short pieces: `n + 1` of them, 0 to 1.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (f64, f64)> + use<> {
        let n = (self.bound_km() / MAX_PIECE_KM).ceil().max(1.0);
        // A segment half around the Earth has 400 pieces; the cast cannot be large.
        (0..n as u32).map(move |i| (f64::from(i) / n, f64::from(i + 1) / n))
    }

    fn at(&self, t: f64) -> (f64, f64) {
        interpolate(self.a, self.b, t)
    }

    fn km_to(&self, site: (f64, f64), t: f64) -> f64 {
        let p = self.at(t);
        distance_km(p.0, p.1, site.0, site.1)
    }

    /// The rate at which the distance to a site grows along the piece, kilometres per
    /// share: the direction of travel against the azimuth toward the site (first variation
    /// of arc length).
    fn recession(&self, site: (f64, f64), t: f64) -> f64 {
        let p = self.at(t);
        let (km, azimuth_deg) = distance_azimuth_km(p.0, p.1, site.0, site.1);
        if km == 0.0 {
            return 0.0;
        }
        let (east, north) = km_per_degree(p.1);
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        -((self.b.0 - self.a.0) * east * sin + (self.b.1 - self.a.1) * north * cos)
    }

    /// Where the piece is nearest to a site, and how near, kilometres.
    pub(crate) fn closest(&self, site: (f64, f64)) -> (f64, f64) {
        let (at_start, at_end) = (self.km_to(site, 0.0), self.km_to(site, 1.0));
        let ends = if at_end < at_start { (1.0, at_end) } else { (0.0, at_start) };
        let (start, end) = (self.recession(site, 0.0), self.recession(site, 1.0));
        if start >= 0.0 || end <= 0.0 {
            return ends;
        }
        let t = bracketed_root(|t| self.recession(site, t), (0.0, start), (1.0, end), SHARE_TOLERANCE);
        let km = self.km_to(site, t);
        if km < ends.1 { (t, km) } else { ends }
    }

    /// The shares between which the piece is within reach of a site.
    pub(crate) fn within(&self, site: (f64, f64), reach_km: f64) -> Option<(f64, f64)> {
        let (nearest, km) = self.closest(site);
        if km > reach_km {
            return None;
        }
        let beyond = |t: f64| self.km_to(site, t) - reach_km;
        let edge = |end: f64| {
            let off = beyond(end);
            if off <= 0.0 {
                end
            } else {
                bracketed_root(beyond, (nearest, km - reach_km), (end, off), SHARE_TOLERANCE)
            }
        };
        Some((edge(0.0), edge(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECE: Piece = Piece { a: (-99.0, 19.0), b: (-98.7, 19.2) };

    #[test]
    fn the_closest_place_is_no_farther_than_any_sample() {
        for site in [(-98.9, 19.3), (-98.85, 19.0), (-99.5, 18.0), (-98.0, 19.3), (-98.85, 19.1)] {
            let (t, km) = PIECE.closest(site);
            assert_eq!(km, PIECE.km_to(site, t));
            for i in 0..=1000 {
                assert!(km <= PIECE.km_to(site, f64::from(i) / 1000.0) + 1e-9, "{site:?} {i}");
            }
        }
    }

    #[test]
    fn a_site_on_the_piece_is_at_no_distance() {
        for site in [PIECE.a, PIECE.b] {
            assert_eq!(PIECE.closest(site).1, 0.0);
        }
        assert!(PIECE.closest(PIECE.at(0.37)).1 < 1e-9);
    }

    #[test]
    fn reach_ends_where_the_distance_is_the_reach() {
        let site = (-98.9, 19.15);
        let (from, to) = PIECE.within(site, 10.0).unwrap();
        assert!(from > 0.0 && to < 1.0);
        for t in [from, to] {
            assert!((PIECE.km_to(site, t) - 10.0).abs() < 1e-9);
        }
        assert_eq!(PIECE.within(site, 100.0), Some((0.0, 1.0)));
        assert_eq!(PIECE.within(site, 1.0), None);
    }

    #[test]
    fn long_segments_are_cut_without_gaps() {
        let long = Piece { a: (-110.0, 20.0), b: (-90.0, 30.0) };
        let shares: Vec<_> = long.shares().collect();
        assert!(shares.len() > 40);
        assert_eq!((shares[0].0, shares[shares.len() - 1].1), (0.0, 1.0));
        assert!(shares.windows(2).all(|w| w[0].1 == w[1].0));
        let none = Piece { a: (1.0, 1.0), b: (1.0, 1.0) };
        assert_eq!(none.shares().count(), 1);
        assert!(PIECE.bound_km() >= distance_km(-99.0, 19.0, -98.7, 19.2));
    }
}
