//! A place fitted to the clues that support it.

use crate::audit::evidence::Clue;
use crate::audit::ground::moved;
use crate::geodesy::to_ecef_km;

/// Steps of Gauss and Newton; a place moves by less than a metre long before the last.
const STEPS: usize = 12;

/// Longest step, kilometres: a place must not leave the cell that was found by far.
const LONGEST_KM: f64 = 2.0;

/// Step for derivatives, kilometres.
const DELTA_KM: f64 = 1e-3;

/// The position whose distances fit the middles of the bands best, from a first one. Bands that are off by more than
/// `loose_km` beyond their edges have no say.
pub(super) fn fit(clues: &[Clue], support: &[u32], start: (f64, f64), loose_km: f64) -> (f64, f64) {
    let mut at = start;
    for _ in 0..STEPS {
        let middle = to_ecef_km(at.0, at.1);
        let to = |(lon, lat)| to_ecef_km(lon, lat);
        let (east, north) = (to(moved(at, DELTA_KM, 0.0)), to(moved(at, 0.0, DELTA_KM)));
        let (mut xx, mut xy, mut yy, mut x, mut y) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &number in support {
            let clue = &clues[number as usize];
            let km = clue.km(&middle);
            if clue.miss_km(km) > loose_km {
                continue;
            }
            // Wide bands say less.
            let weight = (clue.high_km - clue.low_km).max(0.02).powi(-2);
            let off = 0.5 * (clue.low_km + clue.high_km) - km;
            let (by_east, by_north) = ((clue.km(&east) - km) / DELTA_KM, (clue.km(&north) - km) / DELTA_KM);
            xx += weight * by_east * by_east;
            xy += weight * by_east * by_north;
            yy += weight * by_north * by_north;
            x += weight * by_east * off;
            y += weight * by_north * off;
        }
        // A little damping keeps the fit of one band, or of bands in one direction, in place.
        let damp = 1e-6 * (xx + yy);
        let (xx, yy) = (xx + damp, yy + damp);
        let determinant = xx * yy - xy * xy;
        if determinant.is_nan() || determinant <= 0.0 {
            break;
        }
        let (step_x, step_y) = ((yy * x - xy * y) / determinant, (xx * y - xy * x) / determinant);
        let long = step_x.hypot(step_y);
        let share = (LONGEST_KM / long).min(1.0);
        at = moved(at, share * step_x, share * step_y);
        if long < 1e-4 {
            break;
        }
    }
    at
}
