//! Geodesics of up to a quarter of the Earth's circumference, by Bessel's auxiliary sphere
//! with Karney's series, solved for the longitude by two or three steps.

use super::ellipsoid::{WGS84_A_KM as A_KM, WGS84_F as F};
use super::short::Parallel;

const B_KM: f64 = A_KM * (1.0 - F);

/// The square of the second eccentricity, and the third flattening.
const E2_2: f64 = F * (2.0 - F) / ((1.0 - F) * (1.0 - F));
const N: f64 = F / (2.0 - F);

/// The longitude is solved for until the square of what it is off by, in radians, is less
/// than this part of the distance. The rest is put right by the first variation of the
/// distance, which leaves a tenth of a nanometre.
const CLOSE: f64 = 2e-17;

/// Steps taken before the solution is left to Karney's; three do nearly always.
const STEPS: usize = 5;

/// A geodesic between two positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inverse {
    /// Its length, kilometres.
    pub(super) km: f64,
    /// Sine and cosine, up to a common factor, of the azimuth at the first position.
    pub(super) sin_azimuth: f64,
    pub(super) cos_azimuth: f64,
}

/// The geodesic between two positions, its length to 8 nanometres; `None` where they are
/// more than a quarter around the Earth or 120 degrees of longitude apart, in one place, or
/// not on the Earth.
///
/// Source: Karney (2013), equations 8 to 25. Fixed-point steps in the longitude on the
/// sphere (Vincenty 1975) contract by the flattening, and near the pole of the great circle
/// faster; the last residual goes into the length by Clairaut's constant.
pub(super) fn inverse(lon1: f64, lat1: f64, lon2: f64, lat2: f64) -> Option<Inverse> {
    let lon_deg = difference_deg(lon1, lon2);
    let apart = lon_deg.abs().to_radians();
    let (p, q) = (Parallel::at(lat1), Parallel::at(lat2));
    let cosines = p.cos() * q.cos();
    let step = q.sine_from(p);

    let mut omega = apart * (1.0 + F * cosines * (1.0 + F * cosines));
    for _ in 0..STEPS {
        let (sin_omega, cos_omega) = libm::sincos(omega);
        if cos_omega.is_nan() || cos_omega <= -0.5 {
            return None;
        }
        // The spherical triangle, without cancellation for near positions.
        let east = q.cos() * sin_omega;
        let north = step + p.sin() * q.cos() * (sin_omega * sin_omega / (1.0 + cos_omega));
        let sine = (east * east + north * north).sqrt();
        let cosine = p.sin() * q.sin() + cosines * cos_omega;
        if !(cosine > 0.0 && sine > 0.0) {
            return None;
        }
        let arc = Arc::new(sine, cosine, p.sin() * q.sin(), cosines * sin_omega / sine);
        let off = apart - (omega - F * arc.node_sin * arc.longitude());
        // How fast the longitude on the sphere follows, but for the square of the flattening.
        let node2 = arc.node_sin * arc.node_sin;
        let slope = 1.0 + F * (node2 + arc.sigma / sine * (cosines * cos_omega - node2 * cosine));
        if off * off < CLOSE * sine {
            let turn = off * slope;
            return Some(Inverse {
                km: B_KM * arc.length() + A_KM * arc.node_sin * off,
                sin_azimuth: (east + q.cos() * cos_omega * turn) * lon_deg.signum(),
                cos_azimuth: north + p.sin() * east * turn,
            });
        }
        omega += off * slope;
    }
    None
}

/// The longitude from the first to the second, -180 to 180 degrees, rounded once.
fn difference_deg(lon1: f64, lon2: f64) -> f64 {
    let difference = lon2 - lon1;
    // What rounding took (Knuth), which matters where 360 degrees are taken off.
    let back = difference + lon1;
    let lost = (lon2 - back) + ((back - difference) - lon1);
    if difference > 180.0 {
        (difference - 360.0) + lost
    } else if difference < -180.0 {
        (difference + 360.0) + lost
    } else {
        difference
    }
}

/// A great circle's arc on the auxiliary sphere.
struct Arc {
    sigma: f64,
    /// Sine of the azimuth at the equator.
    node_sin: f64,
    /// The expansion parameter, 0 to 0.0017.
    eps: f64,
    /// `2 sin(l sigma) cos(2 l m)` for `l` of 1 to 4, `m` being the middle of the arc from the node.
    waves: [f64; 4],
}

impl Arc {
    fn new(sine: f64, cosine: f64, sines: f64, node_sin: f64) -> Self {
        let node_cos2 = 1.0 - node_sin * node_sin;
        let k2 = E2_2 * node_cos2;
        let root = (1.0 + k2).sqrt();
        let eps = k2 / (2.0 * (1.0 + root) + k2);
        // Along the equator the middle does not matter, nor does the expansion parameter.
        let c1 = if node_cos2 > 1e-14 { (cosine - 2.0 * sines / node_cos2).clamp(-1.0, 1.0) } else { 0.0 };
        let (c2, c3) = (2.0 * c1 * c1 - 1.0, c1 * (4.0 * c1 * c1 - 3.0));
        let c4 = 2.0 * c2 * c2 - 1.0;
        let s2 = 2.0 * sine * cosine;
        let s3 = sine * (3.0 - 4.0 * sine * sine);
        let s4 = 2.0 * s2 * (1.0 - 2.0 * sine * sine);
        let waves = [2.0 * sine * c1, 2.0 * s2 * c2, 2.0 * s3 * c3, 2.0 * s4 * c4];
        Self { sigma: libm::atan2(sine, cosine), node_sin, eps, waves }
    }

    /// The length in units of the polar radius (Karney's I1, equations 17 and 18).
    fn length(&self) -> f64 {
        let (e, e2) = (self.eps, self.eps * self.eps);
        let a1 = (1.0 + e2 * (1.0 / 4.0 + e2 / 64.0)) / (1.0 - e);
        let c = [
            e * (-1.0 / 2.0 + e2 * (3.0 / 16.0)),
            e2 * (-1.0 / 16.0 + e2 / 32.0),
            e2 * e * (-1.0 / 48.0),
            e2 * e2 * (-5.0 / 512.0),
        ];
        a1 * (self.sigma + self.sum(c))
    }

    /// What the longitude falls short by, per flattening and sine of the azimuth at the
    /// equator (Karney's I3, equations 23 to 25).
    fn longitude(&self) -> f64 {
        const A3: [f64; 4] = [
            (1.0 - N) / 2.0,
            1.0 / 4.0 + N / 8.0 - 3.0 * N * N / 8.0,
            1.0 / 16.0 + 3.0 * N / 16.0 + N * N / 16.0,
            3.0 / 64.0 + N / 32.0,
        ];
        const C31: [f64; 4] = [
            (1.0 - N) / 4.0,
            (1.0 - N * N) / 8.0,
            3.0 / 64.0 + 3.0 * N / 64.0 - N * N / 64.0,
            5.0 / 128.0 + N / 64.0,
        ];
        const C32: [f64; 3] = [
            1.0 / 16.0 - 3.0 * N / 32.0 + N * N / 32.0,
            3.0 / 64.0 - N / 32.0 - 3.0 * N * N / 64.0,
            3.0 / 128.0 + N / 128.0,
        ];
        const C33: [f64; 2] =
            [5.0 / 192.0 - 3.0 * N / 64.0 + 5.0 * N * N / 192.0, 3.0 / 128.0 - 5.0 * N / 192.0];
        const C34: f64 = 7.0 / 512.0 - 7.0 * N / 256.0;
        let (e, e2) = (self.eps, self.eps * self.eps);
        let a3 = 1.0 - e * (A3[0] + e * (A3[1] + e * (A3[2] + e * A3[3])));
        let c = [
            e * (C31[0] + e * (C31[1] + e * (C31[2] + e * C31[3]))),
            e2 * (C32[0] + e * (C32[1] + e * C32[2])),
            e2 * e * (C33[0] + e * C33[1]),
            e2 * e2 * C34,
        ];
        a3 * (self.sigma + self.sum(c))
    }

    fn sum(&self, c: [f64; 4]) -> f64 {
        // The smallest first.
        c[3] * self.waves[3] + c[2] * self.waves[2] + c[1] * self.waves[1] + c[0] * self.waves[0]
    }
}

#[cfg(test)]
mod tests {
    use super::super::distance::{karney_azimuth_deg, karney_km};
    use super::*;
    use proptest::prelude::*;

    fn azimuth_deg(found: Inverse) -> f64 {
        found.sin_azimuth.atan2(found.cos_azimuth).to_degrees()
    }

    /// Distances to 22 digits: `tests/oracles/make_geodesics.py`.
    #[test]
    fn lengths_are_right_to_eight_nanometres() {
        let table = include_str!("../../../../tests/oracles/geodesics.csv");
        let (mut worst_m, mut worst_karney_m) = (0.0_f64, 0.0_f64);
        for row in table.lines().skip(1) {
            let v: Vec<f64> = row.split(',').map(|n| n.parse().unwrap()).collect();
            let found = inverse(v[0], v[1], v[2], v[3]).unwrap();
            worst_m = worst_m.max((found.km * 1000.0 - v[4]).abs());
            worst_karney_m = worst_karney_m.max((karney_km(v[0], v[1], v[2], v[3]) * 1000.0 - v[4]).abs());
        }
        println!("off by {worst_m:e} m at most; Karney's solution by {worst_karney_m:e} m");
        assert!(worst_m < 8e-9, "{worst_m:e}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn agrees_with_karney(
            from in (-180.0..180.0_f64, -90.0..90.0_f64),
            to in (-180.0..180.0_f64, -90.0..90.0_f64),
            near in prop_oneof![Just(1.0), Just(0.1), Just(1e-3)],
        ) {
            let to = (from.0 + near * (to.0 - from.0), from.1 + near * (to.1 - from.1));
            let karney = karney_km(from.0, from.1, to.0, to.1);
            match inverse(from.0, from.1, to.0, to.1) {
                Some(found) => {
                    prop_assert!((found.km - karney).abs() < 2e-11, "{} {}", found.km, karney);
                    let off = azimuth_deg(found) - karney_azimuth_deg(from.0, from.1, to.0, to.1);
                    // Some nanometres across, and what is left of the longitude.
                    let across_km = (off.to_radians().sin() * karney).abs();
                    prop_assert!(across_km < 3e-11 + 1e-13 * karney, "{} degrees at {} km", off, karney);
                }
                None => {
                    let apart = (to.0 - from.0).abs();
                    prop_assert!(karney > 9000.0 || karney == 0.0 || (119.0..241.0).contains(&apart));
                }
            }
        }
    }

    #[test]
    fn dateline_equator_meridian_and_poles() {
        for (from, to) in [
            ((179.9, 10.0), (-179.7, 11.0)),
            ((-179.9, 10.0), (179.7, 11.0)),
            ((0.0, 0.0), (60.0, 0.0)),
            ((5.0, -30.0), (5.0, 40.0)),
            ((5.0, 89.0), (-175.0, 88.0)),
            ((5.0, 90.0), (77.0, 60.0)),
            ((5.0, 60.0), (77.0, 90.0)),
            ((0.0, 1e-13), (1.0, -1e-13)),
        ] {
            let karney = karney_km(from.0, from.1, to.0, to.1);
            match inverse(from.0, from.1, to.0, to.1) {
                Some(found) => assert!((found.km - karney).abs() < 1.5e-11, "{from:?} {to:?}"),
                None => assert!(from.1 == 89.0, "{from:?} {to:?}"),
            }
        }
        assert!(inverse(1.0, 2.0, 1.0, 2.0).is_none());
        assert!(inverse(1.0, 91.0, 1.0, 2.0).is_none());
        assert!(inverse(f64::NAN, 1.0, 1.0, 2.0).is_none());
        assert!(inverse(0.0, 0.0, 120.0, 0.0).is_none());
    }
}
