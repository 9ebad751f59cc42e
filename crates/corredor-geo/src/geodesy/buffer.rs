//! Buffers around lines.

use geo::algorithm::buffer::{Buffer, BufferStyle, LineCap, LineJoin};
use geo::{Coord, LineString, MultiPolygon, Polygon, unary_union};
use geographiclib_rs::DirectGeodesic;
use rayon::prelude::*;
use thiserror::Error;

use super::ellipsoid::WGS84;
use super::{distance_azimuth_km, interpolate, km_per_degree};

/// Lines are buffered in pieces of at most this length, each in a projection of its own:
/// at 50 km and the widest buffer from the centre, scale is off by 0.13 %.
const PIECE_KM: f64 = 100.0;

/// The widest buffer, kilometres.
pub const MAX_BUFFER_KM: f64 = 500.0;

/// Corners of a full circle: their chords run at most 0.06 % of the width inside the circle.
const CIRCLE: f64 = 90.0;

/// How far, as a share of the width, an edge that is straight in the projection may lie from
/// one that is straight in longitude and latitude.
const BEND: f64 = 5e-4;

/// Why a line has no buffer.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum BufferError {
    /// The width is not usable.
    #[error("a width of {km} km; give more than 0 and at most {MAX_BUFFER_KM} km")]
    Width {
        /// The width, kilometres.
        km: f64,
    },
    /// The buffer would go around a pole or across the date line.
    #[error(
        "a buffer of {km} km around {lon:.4}, {lat:.4} reaches a pole or the date line; cut the line there"
    )]
    Wraps {
        /// The width, kilometres.
        km: f64,
        /// Longitude of the place.
        lon: f64,
        /// Latitude of the place.
        lat: f64,
    },
}

/// Everything within `km` geodesic kilometres of a line that is straight in longitude and
/// latitude between its vertices; right to 0.5 % of the width between 60 S and 60 N.
///
/// The line is cut into pieces of at most 100 km, each is projected around its middle
/// (azimuthal equidistant, by geodesics), buffered and projected back, and the union taken.
/// O(n log n) in the vertices of the buffer.
///
/// # Errors
///
/// [`BufferError::Width`] unless `km` is above 0 and at most [`MAX_BUFFER_KM`];
/// [`BufferError::Wraps`] where the buffer reaches a pole or the date line.
///
/// ```
/// use corredor_geo::geodesy::buffer_km;
///
/// let corridor = buffer_km(&[-92.26, -91.42], &[14.91, 17.47], 10.0)?;
/// assert_eq!(corridor.0.len(), 1);
/// # Ok::<(), corredor_geo::geodesy::BufferError>(())
/// ```
pub fn buffer_km(lon: &[f64], lat: &[f64], km: f64) -> Result<MultiPolygon, BufferError> {
    if !(km > 0.0 && km <= MAX_BUFFER_KM) {
        return Err(BufferError::Width { km });
    }
    let positions: Vec<(f64, f64)> = lon.iter().copied().zip(lat.iter().copied()).collect();
    for &(lon, lat) in &positions {
        let (east, north) = km_per_degree(lat);
        // A tenth more than the width, and the projection's middle another 50 km away.
        let reach = 1.1 * km + PIECE_KM;
        if lat.abs() + reach / north > 89.0 || lon.abs() + reach / east.max(1.0) > 180.0 {
            return Err(BufferError::Wraps { km, lon, lat });
        }
    }
    let step_km = (8.0 * 6371.0 * BEND * km / 3_f64.sqrt()).sqrt();
    let buffered: Vec<MultiPolygon> =
        pieces(&positions, step_km).par_iter().map(|piece| buffer_piece(piece, km, step_km)).collect();
    Ok(if buffered.len() == 1 { buffered.into_iter().flatten().collect() } else { unary_union(&buffered) })
}

/// Pieces of at most [`PIECE_KM`], their edges at most a step long; each begins where the one
/// before ends.
fn pieces(positions: &[(f64, f64)], step_km: f64) -> Vec<Vec<(f64, f64)>> {
    let Some(&first) = positions.first() else { return Vec::new() };
    let (mut pieces, mut piece, mut length) = (Vec::new(), vec![first], 0.0);
    for w in positions.windows(2) {
        let km = distance_azimuth_km(w[0].0, w[0].1, w[1].0, w[1].1).0;
        // A line half around the Earth has a few thousand steps; the cast cannot be large.
        let steps = (km / step_km.min(PIECE_KM)).ceil() as u32;
        for i in 1..=steps {
            let at = if i == steps { w[1] } else { interpolate(w[0], w[1], f64::from(i) / f64::from(steps)) };
            let step = km / f64::from(steps);
            if length + step > PIECE_KM && piece.len() > 1 {
                let last = piece.last().copied().unwrap_or(first);
                pieces.push(std::mem::replace(&mut piece, vec![last]));
                length = 0.0;
            }
            piece.push(at);
            length += step;
        }
    }
    pieces.push(piece);
    pieces
}

fn buffer_piece(piece: &[(f64, f64)], km: f64, step_km: f64) -> MultiPolygon {
    let centre = piece[piece.len() / 2];
    let project = |&(lon, lat): &(f64, f64)| {
        let (km, azimuth_deg) = distance_azimuth_km(centre.0, centre.1, lon, lat);
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        Coord { x: km * sin, y: km * cos }
    };
    let line: Vec<Coord> = piece.iter().map(project).collect();
    let corner = std::f64::consts::TAU / CIRCLE;
    let style = BufferStyle::new(km).line_cap(LineCap::Round(corner)).line_join(LineJoin::Round(corner));
    let flat = if line.len() == 1 {
        geo::Point(line[0]).buffer_with_style(style)
    } else {
        LineString(line).buffer_with_style(style)
    };
    let back = |ring: &LineString| {
        let mut out = Vec::with_capacity(ring.0.len());
        for edge in ring.lines() {
            let steps = (edge.delta().x.hypot(edge.delta().y) / step_km).ceil().max(1.0);
            for i in 0..steps as u32 {
                let t = f64::from(i) / steps;
                let (x, y) = (edge.start.x + t * edge.delta().x, edge.start.y + t * edge.delta().y);
                let (lat, lon): (f64, f64) =
                    WGS84.direct(centre.1, centre.0, x.atan2(y).to_degrees(), 1000.0 * x.hypot(y));
                out.push(Coord { x: lon, y: lat });
            }
        }
        out.extend(out.first().copied());
        LineString(out)
    };
    let polygon = |p: &Polygon| Polygon::new(back(p.exterior()), p.interiors().iter().map(back).collect());
    flat.iter().map(polygon).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::distance_km;

    /// The least distance of a place to a line, by dense sampling.
    fn to_line_km(lon: &[f64], lat: &[f64], p: Coord) -> f64 {
        let mut least = f64::INFINITY;
        for i in 1..lon.len() {
            for t in 0..=2000 {
                let at = interpolate((lon[i - 1], lat[i - 1]), (lon[i], lat[i]), f64::from(t) / 2000.0);
                least = least.min(distance_km(at.0, at.1, p.x, p.y));
            }
        }
        least
    }

    #[test]
    fn every_place_of_the_edge_is_at_the_width() {
        for (lon, lat, km) in [
            ([-99.0, -95.0, -94.8], [59.0, 59.9, 58.5], 10.0),
            ([-99.0, -97.5, -97.0], [0.0, 0.7, -0.5], 50.0),
            ([20.0, 20.5, 20.4], [-58.0, -58.3, -59.0], 1.0),
        ] {
            let corridor = buffer_km(&lon, &lat, km).unwrap();
            assert_eq!(corridor.0.len(), 1);
            let mut count = 0;
            for edge in corridor.0[0].exterior().lines().step_by(7) {
                for t in [0.0, 0.5] {
                    let d = edge.delta();
                    let off = to_line_km(&lon, &lat, edge.start + Coord { x: t * d.x, y: t * d.y });
                    assert!((off / km - 1.0).abs() < 0.005, "{off} km instead of {km}");
                    count += 1;
                }
            }
            assert!(count > 40, "{count}");
        }
    }

    #[test]
    fn a_place_has_a_round_buffer() {
        let disc = buffer_km(&[-99.0], &[19.0], 30.0).unwrap();
        assert_eq!(disc.0.len(), 1);
        for p in &disc.0[0].exterior().0 {
            assert!((distance_km(-99.0, 19.0, p.x, p.y) / 30.0 - 1.0).abs() < 0.002);
        }
        assert!(buffer_km(&[], &[], 1.0).unwrap().0.is_empty());
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let told = [
            buffer_km(&[0.0], &[0.0], 0.0).unwrap_err(),
            buffer_km(&[0.0], &[0.0], f64::NAN).unwrap_err(),
            buffer_km(&[0.0], &[89.5], 10.0).unwrap_err(),
            buffer_km(&[179.9], &[0.0], 10.0).unwrap_err(),
        ];
        assert!(matches!(told[0], BufferError::Width { .. }) && matches!(told[1], BufferError::Width { .. }));
        assert!(matches!(told[2], BufferError::Wraps { .. }) && matches!(told[3], BufferError::Wraps { .. }));
    }
}
