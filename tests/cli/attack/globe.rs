//! Distances on the ellipsoid of the attacker's own: chords between places in space, and a flat plane around one.

/// Mean radius, kilometres: turns a chord into the arc over it.
const RADIUS_KM: f64 = 6371.0;

/// A place, by degrees and in space.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub lon: f64,
    pub lat: f64,
    space: [f64; 3],
}

impl Place {
    pub fn new(lon: f64, lat: f64) -> Self {
        const A: f64 = 6378.137;
        const E2: f64 = 0.006_694_379_990_14;
        let (sin, cos) = lat.to_radians().sin_cos();
        let n = A / (1.0 - E2 * sin * sin).sqrt();
        let (east, north) = lon.to_radians().sin_cos();
        Self { lon, lat, space: [n * cos * north, n * cos * east, n * (1.0 - E2) * sin] }
    }

    /// Square of the chord to another place, km2: enough to compare.
    pub fn chord2(&self, other: &Self) -> f64 {
        let [a, b, c] = self.space;
        let [x, y, z] = other.space;
        (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z)
    }

    /// Kilometres to another place; within 0.1 % of the geodesic.
    pub fn km(&self, other: &Self) -> f64 {
        arc(self.chord2(other).sqrt())
    }

    /// The place so many kilometres to the east and north.
    pub fn moved(&self, east: f64, north: f64) -> Self {
        let (x, y) = self.degree_km();
        let lat = (self.lat + north / y).clamp(-89.9, 89.9);
        // The degree shrinks on the way: half of it is taken at the far end.
        let half = Self::degree_at(0.5 * (self.lat + lat)).0;
        let x = if north.abs() > 1.0 { half } else { x };
        Self::new(self.lon + east / x, lat)
    }

    /// Kilometres to the east and north of another place.
    pub fn offset(&self, other: &Self) -> (f64, f64) {
        let (_, y) = self.degree_km();
        let x = Self::degree_at(0.5 * (self.lat + other.lat)).0;
        ((other.lon - self.lon) * x, (other.lat - self.lat) * y)
    }

    /// Kilometres to the east and north of a place, along the axes that it has there.
    pub fn along(&self, middle: &Self) -> [f64; 2] {
        let [x, y, z] = self.space;
        let (sin, cos) = middle.lon.to_radians().sin_cos();
        let [a, b, c] = middle.space;
        let length = (a * a + b * b + c * c).sqrt();
        let (up, flat) = (c / length, a.hypot(b) / length);
        [-sin * x + cos * y, -up * (cos * x + sin * y) + flat * z]
    }

    fn degree_km(&self) -> (f64, f64) {
        Self::degree_at(self.lat)
    }

    /// Kilometres of a degree of longitude and of latitude.
    fn degree_at(lat: f64) -> (f64, f64) {
        let p = lat.to_radians();
        let north = 111.132_954 - 0.559_822 * (2.0 * p).cos() + 0.001_175 * (4.0 * p).cos();
        let east = 111.412_84 * p.cos() - 0.0935 * (3.0 * p).cos() + 0.000_118 * (5.0 * p).cos();
        (east, north)
    }
}

/// The arc over a chord, kilometres.
pub fn arc(chord: f64) -> f64 {
    2.0 * RADIUS_KM * (chord / (2.0 * RADIUS_KM)).min(1.0).asin()
}

/// The chord under an arc, kilometres.
pub fn chord(arc: f64) -> f64 {
    2.0 * RADIUS_KM * (arc / (2.0 * RADIUS_KM)).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_is_as_long_as_it_is() {
        let km = Place::new(-92.0, 15.0).km(&Place::new(-93.0, 15.0));
        assert!((km - 107.55).abs() < 0.2, "{km}");
        let there = Place::new(-92.0, 15.0).moved(30.0, -40.0);
        assert!((there.km(&Place::new(-92.0, 15.0)) - 50.0).abs() < 0.1);
    }
}
