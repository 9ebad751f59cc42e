//! The plane that maps are drawn on: Lambert's azimuthal equal-area projection about the middle of the map.

use libm::{asin, cos, log, sin, sqrt};

/// Semi-major axis of WGS84, m.
const A_M: f64 = 6_378_137.0;

/// Square of its first eccentricity.
const E2: f64 = 0.006_694_379_990_141_316;

/// Lambert's azimuthal equal-area projection of the ellipsoid (Snyder, *Map Projections: A Working Manual*, USGS
/// Professional Paper 1395, 1987, equations 3-11, 3-12 and 24-17 to 24-26): areas compare truly anywhere on the map.
///
/// # Examples
/// ```
/// use corredor_geo::geodesy::MapPlane;
///
/// let plane = MapPlane::about(-100.0, 20.0);
/// assert_eq!(plane.metres(-100.0, 20.0), (0.0, 0.0));
/// assert!(plane.proj().starts_with("+proj=laea +lat_0=20 +lon_0=-100 "));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MapPlane {
    lon: f64,
    lat: f64,
    /// Sine and cosine of the authalic latitude of the middle.
    middle: (f64, f64),
    /// Radius of the sphere of equal area, m.
    radius_m: f64,
    /// What keeps scale true in all directions at the middle.
    stretch: f64,
}

impl MapPlane {
    /// The plane that touches at this place, rounded to a hundredth of a degree.
    pub fn about(lon: f64, lat: f64) -> Self {
        let round = |degrees: f64| (degrees * 100.0).round() / 100.0;
        let (lon, lat) = (round(lon), round(lat));
        let polar = authalic(1.0);
        let (sine, cosine) = (sin(lat.to_radians()), cos(lat.to_radians()));
        let beta = asin((authalic(sine) / polar).clamp(-1.0, 1.0));
        let radius_m = A_M * sqrt(polar / 2.0);
        let m = cosine / sqrt(1.0 - E2 * sine * sine);
        // At a pole both are zero; the limit is one within the flattening.
        let stretch = if cos(beta) < 1e-9 { 1.0 } else { A_M * m / (radius_m * cos(beta)) };
        Self { lon, lat, middle: (sin(beta), cos(beta)), radius_m, stretch }
    }

    /// Metres east and north of the middle. The antipode of the middle has no place; it is put far away.
    pub fn metres(&self, lon: f64, lat: f64) -> (f64, f64) {
        let q = authalic(sin(lat.to_radians())) / authalic(1.0);
        let beta = asin(q.clamp(-1.0, 1.0));
        let turn = (lon - self.lon).to_radians();
        let (sine, cosine) = self.middle;
        let near = 1.0 + sine * sin(beta) + cosine * cos(beta) * cos(turn);
        let b = self.radius_m * sqrt(2.0 / near.max(1e-12));
        let east = b * self.stretch * cos(beta) * sin(turn);
        let north = b / self.stretch * (cosine * sin(beta) - sine * cos(beta) * cos(turn));
        (east, north)
    }

    /// `[west, south, east, north]` on the plane, m, of what lies within bounds in degrees.
    pub fn bounds_m(&self, [west, south, east, north]: [f64; 4]) -> [f64; 4] {
        /// Places along each side: the edges of a box bend.
        const STEPS: i32 = 16;
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let mut take = |lon: f64, lat: f64| {
            let (x, y) = self.metres(lon, lat);
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        };
        for step in 0..=STEPS {
            let t = f64::from(step) / f64::from(STEPS);
            let (lon, lat) = (west + t * (east - west), south + t * (north - south));
            take(lon, south);
            take(lon, north);
            take(west, lat);
            take(east, lat);
        }
        bounds
    }

    /// Longitude and latitude where it touches, degrees.
    pub fn middle(&self) -> (f64, f64) {
        (self.lon, self.lat)
    }

    /// The projection as well-known text (ISO 19162:2019), under a name; GIS programs show one without as unknown.
    pub fn wkt(&self, name: &str) -> String {
        const DEGREE: &str = r#"ANGLEUNIT["degree",0.0174532925199433]"#;
        const METRE: &str = r#"LENGTHUNIT["metre",1]"#;
        let (lat, lon) = (self.lat, self.lon);
        let base = format!(
            r#"BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,{METRE}]],PRIMEM["Greenwich",0,{DEGREE}],ID["EPSG",4326]]"#
        );
        let conversion = format!(
            r#"CONVERSION["Lambert azimuthal equal-area",METHOD["Lambert Azimuthal Equal Area",ID["EPSG",9820]],PARAMETER["Latitude of natural origin",{lat},{DEGREE},ID["EPSG",8801]],PARAMETER["Longitude of natural origin",{lon},{DEGREE},ID["EPSG",8802]],PARAMETER["False easting",0,{METRE},ID["EPSG",8806]],PARAMETER["False northing",0,{METRE},ID["EPSG",8807]]]"#
        );
        format!(
            r#"PROJCRS["{name}",{base},{conversion},CS[Cartesian,2],AXIS["(E)",east,ORDER[1],{METRE}],AXIS["(N)",north,ORDER[2],{METRE}]]"#
        )
    }

    /// The projection as PROJ and GIS programs take it.
    pub fn proj(&self) -> String {
        format!(
            "+proj=laea +lat_0={} +lon_0={} +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs",
            self.lat, self.lon
        )
    }
}

/// Snyder's `q` of the sine of a latitude (equation 3-12).
pub fn authalic(sine: f64) -> f64 {
    let e = sqrt(E2);
    (1.0 - E2) * (sine / (1.0 - E2 * sine * sine) - log((1.0 - e * sine) / (1.0 + e * sine)) / (2.0 * e))
}

#[cfg(test)]
mod tests {
    use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};

    use super::*;

    #[test]
    fn it_is_that_of_proj() {
        for (lon, lat) in [(-102.5, 23.6), (12.0, -33.0), (0.0, 0.0)] {
            let plane = MapPlane::about(lon, lat);
            let mut wgs84 = SpatialRef::from_epsg(4326).unwrap();
            wgs84.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
            let flat = SpatialRef::from_proj4(&plane.proj()).unwrap();
            let mut named = SpatialRef::from_wkt(&plane.wkt("a name")).unwrap();
            named.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
            assert!(named.name().is_some_and(|name| name == "a name"));
            let (mut x, mut y) = ([lon + 3.0], [lat - 4.0]);
            CoordTransform::new(&wgs84, &named).unwrap().transform_coords(&mut x, &mut y, &mut []).unwrap();
            let ours = plane.metres(lon + 3.0, lat - 4.0);
            assert!((ours.0 - x[0]).abs() < 1e-3 && (ours.1 - y[0]).abs() < 1e-3, "{ours:?} {x:?} {y:?}");
            let proj = CoordTransform::new(&wgs84, &flat).unwrap();
            for (east, north) in [(0.0, 0.0), (-14.0, 9.0), (16.0, -9.5), (3.0, 25.0), (-40.0, -40.0)] {
                let (mut x, mut y) = ([lon + east], [lat + north]);
                let ours = plane.metres(x[0], y[0]);
                proj.transform_coords(&mut x, &mut y, &mut []).unwrap();
                assert!((ours.0 - x[0]).abs() < 1e-3 && (ours.1 - y[0]).abs() < 1e-3, "{ours:?} {x:?} {y:?}");
            }
        }
    }

    #[test]
    fn bounds_hold_what_bends() {
        let plane = MapPlane::about(-102.0, 24.0);
        let [west, south, east, north] = plane.bounds_m([-118.0, 14.0, -86.0, 33.0]);
        let (x, y) = plane.metres(-102.0, 14.0);
        assert!(west < x && x < east && south <= y && y < north);
        assert!(plane.metres(-118.0, 14.0).0 >= west);
    }
}
