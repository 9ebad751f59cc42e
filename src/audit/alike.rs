//! Layers of points that readers see: whether they hold the sites that are hidden from them.

use super::hidden::Towns;
use super::report::Alike;
use crate::join::SiteIndex;
use crate::layer::PointView;

/// Points so near to a site are at it, kilometres: what was rounded or drawn by hand is not farther off.
const AT_KM: f64 = 0.02;

/// In a copy that was moved a little points are no farther off, kilometres.
const NEAR_KM: f64 = 0.2;

/// Fewer sites are found by chance: two services share a house.
const FEWEST: usize = 3;

/// A layer holds a list where its points find this share of the sites, or sites are at this share of its points.
const SHARE: f64 = 0.5;

/// How many hidden sites have a point of a layer at them; `None` where none has.
///
/// Where a list has sites at their settlements, a layer of settlements has points at all of them and tells nothing: those
/// count only as a share of the layer's points.
pub fn alike(
    layer: &str,
    points: PointView<'_>,
    (name, sites): (&str, PointView<'_>),
    towns: &Towns,
) -> Option<Alike> {
    let (own, hidden) = (places(points), places(sites));
    let settlements: Vec<(f64, f64)> = towns.by_id.values().map(|town| town.0).collect();
    let apart: Vec<(f64, f64)> = hidden
        .iter()
        .copied()
        .zip(within(&hidden, &settlements, NEAR_KM))
        .filter(|(_, at)| !at)
        .map(|(site, _)| site)
        .collect();
    let found = count(&within(&apart, &own, AT_KM));
    let near = count(&within(&own, &hidden, NEAR_KM));
    let most = |count: usize, of: usize| count >= FEWEST && count as f64 >= SHARE * of as f64;
    let copied = most(found, apart.len()) || most(near, own.len());
    let found = if copied { count(&within(&hidden, &own, NEAR_KM)) } else { found };
    (found > 0).then(|| Alike {
        layer: layer.to_owned(),
        points: own.len(),
        sites: name.to_owned(),
        found,
        copied,
    })
}

/// Points that have a place.
fn places(view: PointView<'_>) -> Vec<(f64, f64)> {
    let all = view.lon.iter().copied().zip(view.lat.iter().copied());
    all.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()).collect()
}

/// Whether there is one of `to` within a distance of each of `from`. O(n log n).
fn within(from: &[(f64, f64)], to: &[(f64, f64)], km: f64) -> Vec<bool> {
    let (lon, lat): (Vec<f64>, Vec<f64>) = to.iter().copied().unzip();
    let index = SiteIndex::new(&PointView { lon: &lon, lat: &lat }).ok();
    let near = |(lon, lat): &(f64, f64)| {
        index.as_ref().and_then(|index| index.nearest(*lon, *lat)).is_some_and(|(_, off)| off <= km)
    };
    from.iter().map(near).collect()
}

fn count(found: &[bool]) -> usize {
    found.iter().filter(|found| **found).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_however_it_is_packed() {
        let lon: Vec<f64> = (0..8).map(|i| f64::from(i) * 0.3).collect();
        let (lat, sites) = ([19.0; 8], [0, 1, 2, 3, 4, 5]);
        let sites: Vec<f64> = sites.iter().map(|&i| lon[i]).collect();
        let hidden = PointView { lon: &sites, lat: &lat[..6] };
        let found = |own: &[f64]| {
            let alike = alike(
                "clinics",
                PointView { lon: own, lat: &lat[..own.len()] },
                ("shelters", hidden),
                &Towns::default(),
            );
            alike.map(|alike| (alike.found, alike.copied))
        };
        assert_eq!(found(&lon), Some((6, true)));
        // A part of it; moved by 100 m; among others.
        assert_eq!(found(&lon[..3]), Some((3, true)));
        let moved: Vec<f64> = sites.iter().map(|lon| lon + 0.001).collect();
        assert_eq!(found(&moved), Some((6, true)));
        assert_eq!(found(&[0.0, 0.3, 0.6, 5.0, 6.0, 7.0, 8.0, 9.0]), Some((3, true)));
        // A clinic in the same house.
        assert_eq!(found(&[0.0, 0.1, 0.2, 5.0, 6.0, 7.0]), Some((1, false)));
        assert_eq!(found(&[0.1, 0.2]), None);
        assert_eq!(found(&[]), None);
        // Settlements, where the list has sites at their settlements.
        let town = |(i, lon): (usize, &f64)| (format!("{i}"), ((*lon, 19.0), None));
        let towns = Towns { by_id: lon.iter().enumerate().map(town).collect() };
        let all: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.3).collect();
        let own = PointView { lon: &all, lat: &[19.0; 40] };
        assert_eq!(alike("localities", own, ("shelters", hidden), &towns), None);
        assert!(alike("localities", own, ("shelters", hidden), &Towns::default()).is_some_and(|a| a.copied));
        let own = PointView { lon: &lon, lat: &lat };
        assert!(alike("some", own, ("shelters", hidden), &towns).is_some_and(|alike| alike.copied));
    }
}
