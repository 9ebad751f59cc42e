//! Sites at one place of their group, by the key.

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

/// Where the sites of a group are published: the member that may hold them for which the function of the key is
/// greatest (rendezvous hashing); see [`eligible`].
///
/// It depends on the key and on the group, by the ids of its members, and on nothing else: not on the level, the layer
/// of the sites, the settlement that a site belongs to, where in it a site is, how many there are, their keys or their
/// order. So what any number of nights, editions, layers and publishers say together is which groups hold a site.
pub fn apparent(key: &Key, candidates: &Candidates, groups: &Groups, group: usize) -> Option<u32> {
    let rank = |&target: &u32| key.prf(PURPOSE, &[candidates.ids()[target as usize].as_bytes()]);
    eligible(candidates, groups, group).into_iter().max_by_key(rank)
}

/// The members of a group where its sites may be published: those at `min_km` or more from the one with most people,
/// where people are known and there is such a member; else all. Sites stand in large towns more often than not, and
/// whoever points at the published place should not hit them by luck.
pub fn eligible(candidates: &Candidates, groups: &Groups, group: usize) -> Vec<u32> {
    let members = groups.members(group);
    let all = || members.to_vec();
    let Some(people) = candidates.people() else { return all() };
    let more = |&a: &u32, &b: &u32| people[a as usize].total_cmp(&people[b as usize]).then(b.cmp(&a));
    let Some(largest) = members.iter().copied().max_by(more).filter(|&m| people[m as usize] > 0.0) else {
        return all();
    };
    let (lon, lat) = (candidates.lon(), candidates.lat());
    let far = |&member: &u32| {
        let (a, b) = (member as usize, largest as usize);
        distance_km(lon[a], lat[a], lon[b], lat[b]) >= groups.rules().min_km
    };
    let apart: Vec<u32> = members.iter().copied().filter(far).collect();
    if apart.is_empty() { all() } else { apart }
}

/// Places sites where they are published: all those of a group at one place of it. See [`apparent`].
///
/// `lon` and `lat` are their true places, degrees.
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
/// let shelters = displace(&Key::invented(1), &towns, &groups, &[0.11, 0.09], &[0.2, 0.2])?;
/// assert_eq!(shelters.own, [21, 21]);
/// assert_eq!(shelters.at[0], shelters.at[1], "of one group, so at one place");
/// assert_eq!(groups.group_of(shelters.at[0]), groups.group_of(21));
/// # Ok::<(), corredor::protect::ProtectError>(())
/// ```
pub fn displace(
    key: &Key,
    candidates: &Candidates,
    groups: &Groups,
    lon: &[f64],
    lat: &[f64],
) -> Result<Displaced, ProtectError> {
    let own = candidates.own_many(lon, lat)?;
    let mut held: Vec<usize> =
        own.iter().filter(|&&own| own != NO_CANDIDATE).map(|&own| groups.group_of(own)).collect();
    held.sort_unstable();
    held.dedup();
    let places: BTreeMap<usize, u32> = held
        .into_par_iter()
        .filter_map(|group| Some((group, apparent(key, candidates, groups, group)?)))
        .collect();
    let of = |&own: &u32| match own {
        NO_CANDIDATE => NO_CANDIDATE,
        own => places.get(&groups.group_of(own)).copied().unwrap_or(NO_CANDIDATE),
    };
    let at: Vec<u32> = own.iter().map(of).collect();
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
                let targets = eligible(candidates, groups, groups.group_of(own));
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
