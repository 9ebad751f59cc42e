//! Points outside all zones: what would bring them in.

use serde::{Deserialize, Serialize};

use super::{JoinError, Locator, OUTSIDE};
use crate::view::{PointView, ZoneView};

/// Points that are tried at most: enough to know what they have in common.
const TRIED: usize = 10_000;

/// What would bring points into the zones that lie outside of them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Misplaced {
    /// Longitude and latitude stand in each other's place.
    Exchanged,
    /// The minus sign of the longitude was lost, or put where none was.
    LonSign,
    /// That of the latitude.
    LatSign,
    /// Both.
    BothSigns,
    /// They stand in each other's place, and the longitude lost its sign.
    ExchangedLonSign,
}

/// What is known of points outside all zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Astray {
    /// They would be inside, were they written otherwise.
    Misplaced {
        /// How.
        how: Misplaced,
        /// How many would be inside.
        inside: usize,
    },
    /// They lie elsewhere; extents as west, south, east and north in whole degrees, rounded outwards.
    Elsewhere {
        /// Of the points outside.
        points: [i16; 4],
        /// Of the zones.
        zones: [i16; 4],
    },
}

impl Misplaced {
    /// Every way that is tried, the likeliest first.
    pub const ALL: [Self; 5] =
        [Self::Exchanged, Self::LonSign, Self::LatSign, Self::BothSigns, Self::ExchangedLonSign];

    /// Where a point would lie.
    pub fn put_right(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Exchanged => (lat, lon),
            Self::LonSign => (-lon, lat),
            Self::LatSign => (lon, -lat),
            Self::BothSigns => (-lon, -lat),
            Self::ExchangedLonSign => (-lat, lon),
        }
    }
}

/// Tells why most points lie outside all zones; `None` where most lie inside, or nothing can be told. `located` holds the
/// zone of each. O(points, at most 10,000, × log zones) for each way that is tried.
///
/// # Errors
/// As [`Locator::locate_many`].
pub fn astray(
    zones: &ZoneView<'_>,
    index: &Locator,
    points: &PointView<'_>,
    located: &[u32],
) -> Result<Option<Astray>, JoinError> {
    let outside: Vec<usize> = (0..located.len()).filter(|&point| located[point] == OUTSIDE).collect();
    if outside.is_empty() || outside.len() * 2 <= located.len() {
        return Ok(None);
    }
    astray_of(Some(zones), |lon, lat, found| index.locate_many(lon, lat, found), points, &outside)
}

/// Tells why points lie outside all zones, of which `outside` are some; `locate` finds the zones of others, and where the
/// zones lie may not be known.
///
/// # Errors
/// Those of `locate`.
pub fn astray_of(
    zones: Option<&ZoneView<'_>>,
    locate: impl Fn(&[f64], &[f64], &mut [u32]) -> Result<(), JoinError>,
    points: &PointView<'_>,
    outside: &[usize],
) -> Result<Option<Astray>, JoinError> {
    // Evenly over all of them, so that the order of the source does not matter.
    let step = outside.len().div_ceil(TRIED);
    let tried: Vec<usize> = outside.iter().copied().step_by(step).collect();
    let mut best: Option<(Misplaced, usize)> = None;
    for how in Misplaced::ALL {
        let (mut lon, mut lat) = (Vec::with_capacity(tried.len()), Vec::with_capacity(tried.len()));
        for &point in &tried {
            let (x, y) = how.put_right(points.lon[point], points.lat[point]);
            // What is no degree lies nowhere.
            if x.abs() <= 180.0 && y.abs() <= 90.0 {
                lon.push(x);
                lat.push(y);
            }
        }
        let mut found = vec![OUTSIDE; lon.len()];
        locate(&lon, &lat, &mut found)?;
        let inside = found.iter().filter(|&&zone| zone != OUTSIDE).count();
        if inside * 2 > tried.len() && best.is_none_or(|(_, most)| inside > most) {
            best = Some((how, inside));
        }
    }
    if let Some((how, inside)) = best {
        // Where not all were tried, as many of the others as of these.
        let inside = if step == 1 { inside } else { inside * outside.len() / tried.len() };
        return Ok(Some(Astray::Misplaced { how, inside }));
    }
    let of_points = extent(outside.iter().map(|&point| (points.lon[point], points.lat[point])));
    let of_zones = zones.and_then(|zones| extent(zones.lon.iter().copied().zip(zones.lat.iter().copied())));
    let apart = |a: [i16; 4], b: [i16; 4]| a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3];
    Ok(match (of_points, of_zones) {
        (Some(points), Some(zones)) if apart(points, zones) => Some(Astray::Elsewhere { points, zones }),
        _ => None,
    })
}

/// West, south, east and north in whole degrees, rounded outwards.
fn extent(places: impl Iterator<Item = (f64, f64)>) -> Option<[i16; 4]> {
    let all = places.fold(None, |all: Option<[f64; 4]>, (lon, lat)| {
        let [west, south, east, north] = all.unwrap_or([lon, lat, lon, lat]);
        Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)])
    });
    let [west, south, east, north] = all?;
    Some([west.floor() as i16, south.floor() as i16, east.ceil() as i16, north.ceil() as i16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(points: &[(f64, f64)]) -> Option<Astray> {
        // One zone, 88 to 86 W and 14 to 16 N.
        let zones = ZoneView {
            lon: &[-88.0, -86.0, -86.0, -88.0, -88.0],
            lat: &[14.0, 14.0, 16.0, 16.0, 14.0],
            rings: &[0, 5],
            polygons: &[0, 1],
            zones: &[0, 1],
        };
        let index = Locator::for_points(&zones, &["01"], points.len() as u64).unwrap();
        let (lon, lat): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
        let mut located = vec![OUTSIDE; points.len()];
        index.locate_many(&lon, &lat, &mut located).unwrap();
        astray(&zones, &index, &PointView { lon: &lon, lat: &lat }, &located).unwrap()
    }

    #[test]
    fn what_went_wrong_is_told() {
        let told_of = |how| Some(Astray::Misplaced { how, inside: 2 });
        assert_eq!(told(&[(15.0, -87.0), (14.5, -86.5)]), told_of(Misplaced::Exchanged));
        assert_eq!(told(&[(87.0, 15.0), (86.5, 14.5)]), told_of(Misplaced::LonSign));
        assert_eq!(told(&[(-87.0, -15.0), (-86.5, -14.5)]), told_of(Misplaced::LatSign));
        assert_eq!(told(&[(87.0, -15.0), (86.5, -14.5)]), told_of(Misplaced::BothSigns));
        assert_eq!(told(&[(15.0, 87.0), (14.5, 86.5)]), told_of(Misplaced::ExchangedLonSign));
        let elsewhere = Astray::Elsewhere { points: [2, 41, 3, 42], zones: [-88, 14, -86, 16] };
        assert_eq!(told(&[(2.1, 41.3), (2.2, 41.4)]), Some(elsewhere));
    }

    #[test]
    fn what_lies_inside_needs_no_word() {
        assert_eq!(told(&[(-87.0, 15.0), (15.0, -87.0)]), None);
        assert_eq!(told(&[]), None);
        // Just beside: nothing to tell.
        assert_eq!(told(&[(-85.9, 15.0)]), None);
    }
}
