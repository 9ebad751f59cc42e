//! Lixels: lines cut into pieces of nearly equal length.

use rayon::prelude::*;

use super::NetworkError;
use crate::geodesy::RouteMeasure;
use crate::index::check_lines;
use crate::view::LineView;

/// A piece of a line: the linear pixel, or lixel, of Xie and Yan (2008).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lixel {
    /// The line, counted from 0.
    pub line: u32,
    /// Number within its line, counted from 0.
    pub number: u32,
    /// Kilometres along the line where it begins.
    pub from_km: f64,
    /// Kilometres along the line where it ends.
    pub to_km: f64,
}

impl Lixel {
    /// Its length, kilometres.
    pub fn km(&self) -> f64 {
        self.to_km - self.from_km
    }
}

/// Cuts each line into equal pieces whose length, in geodesic kilometres, is as near to `length_km` as a whole number of
/// them allows; a line of less than half of it is one piece. In the order of the lines and along each. O(vertices).
///
/// # Errors
/// [`NetworkError::NotPositive`] unless `length_km` is above 0; [`NetworkError::NoLength`] for a line of no length;
/// [`NetworkError::TooMany`]; [`NetworkError::Index`] where the offsets of the lines do not fit their coordinates.
///
/// ```
/// use corredor_geo::LineView;
/// use corredor_geo::network::lixels;
///
/// let lines = LineView { lon: &[0.0, 0.1], lat: &[0.0, 0.0], lines: &[0, 2] };
/// // 11.1 km make two pieces of 5.6 km.
/// let pieces = lixels(&lines, 5.0)?;
/// assert_eq!(pieces.len(), 2);
/// assert!((pieces[1].km() - 5.566).abs() < 1e-3);
/// # Ok::<(), corredor_geo::network::NetworkError>(())
/// ```
pub fn lixels(lines: &LineView, length_km: f64) -> Result<Vec<Lixel>, NetworkError> {
    positive("length_km", length_km)?;
    check_lines(lines)?;
    let lengths: Vec<f64> = (0..lines.len())
        .into_par_iter()
        .map(|line| {
            let (lon, lat) = lines.line(line);
            RouteMeasure::new(lon, lat).length_km()
        })
        .collect();
    if let Some(line) = lengths.iter().position(|&km| km <= 0.0) {
        return Err(NetworkError::NoLength { line });
    }
    let pieces = |km: f64| (km / length_km).round().max(1.0);
    let count: f64 = lengths.iter().map(|&km| pieces(km)).sum();
    if count >= f64::from(u32::MAX) {
        return Err(NetworkError::TooMany { km: lengths.iter().sum(), lixels: count });
    }
    let mut lixels = Vec::with_capacity(count as usize);
    for (line, &km) in (0_u32..).zip(&lengths) {
        let n = pieces(km);
        // The last ends where the line does, to the bit.
        let at = |number: u32| if f64::from(number) >= n { km } else { km * (f64::from(number) / n) };
        lixels.extend((0..n as u32).map(|number| Lixel {
            line,
            number,
            from_km: at(number),
            to_km: at(number + 1),
        }));
    }
    Ok(lixels)
}

/// Refuses what is not above zero.
pub(super) fn positive(what: &'static str, value: f64) -> Result<(), NetworkError> {
    match value > 0.0 && value.is_finite() {
        true => Ok(()),
        false => Err(NetworkError::NotPositive { what, value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: LineView =
        LineView { lon: &[0.0, 0.5, 1.0, 10.0, 10.01], lat: &[0.0, 0.2, 0.0, 5.0, 5.0], lines: &[0, 3, 5] };

    #[test]
    fn pieces_follow_one_another_and_add_up_to_their_line() {
        let pieces = lixels(&LINES, 5.0).unwrap();
        let of = |line: u32| pieces.iter().filter(move |p| p.line == line);
        let km = RouteMeasure::new(&LINES.lon[..3], &LINES.lat[..3]).length_km();
        assert_eq!(of(0).count(), (km / 5.0).round() as usize);
        assert_eq!(of(0).map(|p| p.to_km).next_back(), Some(km));
        assert!(of(0).zip(of(0).skip(1)).all(|(a, b)| a.to_km == b.from_km && a.number + 1 == b.number));
        assert!(of(0).all(|p| (p.km() - 5.0).abs() < 0.2));
        // Shorter than half of a lixel.
        assert_eq!(of(1).count(), 1);
    }

    #[test]
    fn what_cannot_be_cut_is_refused() {
        for length in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(lixels(&LINES, length), Err(NetworkError::NotPositive { .. })));
        }
        assert!(matches!(lixels(&LINES, 1e-9), Err(NetworkError::TooMany { .. })));
        let point = LineView { lon: &[1.0, 1.0], lat: &[2.0, 2.0], lines: &[0, 2] };
        assert_eq!(lixels(&point, 5.0), Err(NetworkError::NoLength { line: 0 }));
        assert_eq!(lixels(&LineView { lon: &[], lat: &[], lines: &[0] }, 5.0), Ok(Vec::new()));
    }
}
