//! Sites at other settlements than their own, by the key.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Candidates, Groups, Key, NO_CANDIDATE, ProtectError};
use crate::geodesy::distance_km;

/// What the function of the key is used for here.
const PURPOSE: &str = "displace";

/// Pairs of settlements that the distances of displacement are measured over, about, at most.
const PAIRS: usize = 2_000_000;

/// Sites as they are published.
#[derive(Clone, Debug, PartialEq)]
pub struct Displaced {
    /// Longitudes of the places where they are published, degrees; not a number for sites without place.
    pub lon: Vec<f64>,
    /// Latitudes.
    pub lat: Vec<f64>,
    /// Settlement that each belongs to; [`NO_CANDIDATE`] for sites without place. Never to be published.
    pub own: Vec<u32>,
    /// Settlement where each is published; [`NO_CANDIDATE`] for sites without place.
    pub at: Vec<u32>,
}

/// Where sites of settlement `own` of the layer `sites` are published: the settlement among
/// [`Groups::preimages`]`(own)` for which the function of the key is greatest (rendezvous hashing).
///
/// It depends on the key, the layer and the settlements of the group, by their ids: not on where in its settlement a
/// site is, how many there are, their keys or their order. So it says the same every night, and what many nights say
/// is no more than one says.
pub fn apparent(key: &Key, sites: &str, candidates: &Candidates, groups: &Groups, own: u32) -> Option<u32> {
    let id = |candidate: u32| candidates.ids()[candidate as usize].as_bytes();
    let rank = |&target: &u32| key.prf(PURPOSE, &[sites.as_bytes(), id(own), id(target)]);
    groups.preimages(own).max_by_key(rank)
}

/// Places sites where they are published: each in the stead of its own settlement at another of its group, at
/// `min_km` or more. See [`apparent`].
///
/// `sites` is the name of their layer, `lon` and `lat` their true places, degrees. The same for every level, so that
/// those who see two editions learn no more than those who see one.
///
/// # Errors
///
/// [`ProtectError::Length`] where the slices differ in length.
///
/// ```
/// use corredor::protect::{Candidates, GroupRules, Groups, Key, displace};
///
/// let ids: Vec<String> = (0..100).map(|i| format!("{i:02}")).collect();
/// let lon: Vec<f64> = (0..100).map(|i| f64::from(i % 10) / 10.0).collect();
/// let lat: Vec<f64> = (0..100).map(|i| f64::from(i / 10) / 10.0).collect();
/// let towns = Candidates::new(&ids, &lon, &lat, None)?;
/// let groups = Groups::new(&towns, &GroupRules::default())?;
/// let shelters = displace(&Key::invented(1), "shelters", &towns, &groups, &[0.11, 0.09], &[0.2, 0.2])?;
/// assert_eq!(shelters.own, [21, 21]);
/// assert_eq!(shelters.at[0], shelters.at[1], "of one settlement, so at one place");
/// assert_ne!(shelters.at[0], 21);
/// # Ok::<(), corredor::protect::ProtectError>(())
/// ```
pub fn displace(
    key: &Key,
    sites: &str,
    candidates: &Candidates,
    groups: &Groups,
    lon: &[f64],
    lat: &[f64],
) -> Result<Displaced, ProtectError> {
    let own = candidates.own_many(lon, lat)?;
    let mut distinct = own.clone();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.retain(|&candidate| candidate != NO_CANDIDATE);
    let places: BTreeMap<u32, u32> = distinct
        .into_par_iter()
        .filter_map(|own| Some((own, apparent(key, sites, candidates, groups, own)?)))
        .collect();
    let at: Vec<u32> = own.iter().map(|own| places.get(own).copied().unwrap_or(NO_CANDIDATE)).collect();
    let take =
        |from: &[f64]| at.iter().map(|&at| from.get(at as usize).copied().unwrap_or(f64::NAN)).collect();
    Ok(Displaced { lon: take(candidates.lon()), lat: take(candidates.lat()), own, at })
}

/// How far sites are moved: over all settlements and, for each, all places where its sites may be published, weighted
/// so that every settlement counts the same. So it says nothing of the sites and of the key.
#[derive(Clone, Debug, PartialEq)]
pub struct DisplacementKm {
    /// Distances, ascending, with the weight of all up to and with each.
    sorted: Vec<(f64, f64)>,
}

impl DisplacementKm {
    /// Measures the distances; a sample of settlements, regular in the order of their ids, where they make too many
    /// pairs.
    pub fn of(candidates: &Candidates, groups: &Groups) -> Self {
        let (lon, lat) = (candidates.lon(), candidates.lat());
        let sizes = (0..groups.len()).map(|group| groups.members(group).len());
        let pairs: usize = sizes.map(|size| size.saturating_mul(size)).fold(0, usize::saturating_add);
        let stride = pairs.div_ceil(PAIRS).max(1);
        let from: Vec<u32> = (0_u32..).take(candidates.len()).step_by(stride).collect();
        let mut sorted: Vec<(f64, f64)> = from
            .into_par_iter()
            .flat_map_iter(|own| {
                let targets: Vec<u32> = groups.preimages(own).collect();
                let weight = 1.0 / targets.len().max(1) as f64;
                let here = own as usize;
                targets.into_iter().map(move |target| {
                    let there = target as usize;
                    (distance_km(lon[here], lat[here], lon[there], lat[there]), weight)
                })
            })
            .collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = 0.0;
        for (_, weight) in &mut sorted {
            sum += *weight;
            *weight = sum;
        }
        Self { sorted }
    }

    /// The distance that a share of displacements does not exceed, km; 0 without settlements.
    pub fn quantile(&self, share: f64) -> f64 {
        let total = self.sorted.last().map_or(0.0, |(_, weight)| *weight);
        let at = self.sorted.partition_point(|(_, weight)| *weight < share * total);
        self.sorted.get(at).or(self.sorted.last()).map_or(0.0, |(km, _)| *km)
    }
}
