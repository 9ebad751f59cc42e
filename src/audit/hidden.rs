//! Sites that readers may not see: where they are, where they are published, and what that place may stand for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::geodesy::km_per_degree;
use crate::protect::{Candidates, Displaced, Groups, NO_CANDIDATE};

/// The settlements of a gazetteer, which an attacker has too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Towns {
    /// Position, degrees, and people of each where they are known, by id.
    pub by_id: BTreeMap<String, ((f64, f64), Option<f64>)>,
}

impl Towns {
    /// The settlements among which sites are hidden.
    pub fn of(candidates: &Candidates) -> Self {
        let people = candidates.people();
        let town = |(i, id): (usize, &String)| {
            (id.clone(), ((candidates.lon()[i], candidates.lat()[i]), people.map(|people| people[i])))
        };
        Self { by_id: candidates.ids().iter().enumerate().map(town).collect() }
    }

    /// What tells this list of settlements from others: their ids and where they are.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (id, ((lon, lat), _)) in &self.by_id {
            hasher.update(&(id.len() as u64).to_le_bytes()).update(id.as_bytes());
            for degrees in [lon, lat] {
                hasher.update(&((degrees * 1e6).round() as i64).to_le_bytes());
            }
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Area of the hull around settlements, square kilometres; 0 for fewer than three.
    pub(super) fn hull_km2(&self, ids: &[String]) -> f64 {
        let mut places: Vec<(f64, f64)> =
            ids.iter().filter_map(|id| self.by_id.get(id).map(|town| town.0)).collect();
        let Some(&(lon, lat)) = places.first() else { return 0.0 };
        let (x, y) = km_per_degree(lat);
        for place in &mut places {
            *place = (((place.0 - lon + 540.0).rem_euclid(360.0) - 180.0) * x, (place.1 - lat) * y);
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let chain = |places: &mut dyn Iterator<Item = (f64, f64)>| {
            let mut hull: Vec<(f64, f64)> = Vec::new();
            for p in places {
                while let [.., a, b] = hull[..] {
                    if (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0) > 0.0 {
                        break;
                    }
                    hull.pop();
                }
                hull.push(p);
            }
            hull.pop();
            hull
        };
        let mut hull = chain(&mut places.iter().copied());
        hull.extend(chain(&mut places.iter().rev().copied()));
        let next = |i: usize| hull[(i + 1) % hull.len()];
        let doubled: f64 = (0..hull.len()).map(|i| hull[i].0 * next(i).1 - next(i).0 * hull[i].1).sum();
        0.5 * doubled.abs()
    }

    /// How many settlements of equal people would leave a guesser as unsure as these do: exp of the entropy of their
    /// people (Hill 1973, of order 1); `None` where people are not known.
    pub(super) fn effective(&self, ids: &[String]) -> Option<f64> {
        let people: Vec<f64> = ids.iter().filter_map(|id| self.by_id.get(id)?.1).collect();
        let all: f64 = people.iter().sum();
        let entropy = |n: &f64| if *n > 0.0 { -(n / all) * (n / all).ln() } else { 0.0 };
        (all > 0.0).then(|| people.iter().map(entropy).sum::<f64>().exp())
    }

    /// The share of the people of these settlements that live in the largest; `None` where people are not known.
    pub(super) fn likeliest(&self, ids: &[String]) -> Option<f64> {
        let people: Vec<f64> = ids.iter().filter_map(|id| self.by_id.get(id)?.1).collect();
        let all: f64 = people.iter().sum();
        (all > 0.0).then(|| people.iter().copied().fold(0.0, f64::max) / all)
    }
}

/// A place where sites are published.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Shown {
    /// Id of the settlement.
    pub id: String,
    /// Its longitude and latitude, degrees.
    pub at: (f64, f64),
    /// Settlements that it may stand for, by how sites are displaced, ascending.
    pub from: Vec<String>,
}

/// A site that is hidden.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Own {
    /// Its key.
    pub key: String,
    /// Settlement that it belongs to.
    pub town: String,
    /// Where it is, degrees; kept by nobody.
    #[serde(skip)]
    pub at: Option<(f64, f64)>,
    /// Number of the place where it is published.
    pub shown: usize,
}

/// The hidden sites of a layer, as one level of readers sees them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Hidden {
    /// The layer of sites.
    pub layer: String,
    /// The list of settlements that they are hidden among, by its digest; empty in records of before there was one.
    #[serde(default)]
    pub list: String,
    /// Places where they are published.
    pub places: Vec<Shown>,
    /// The sites.
    pub sites: Vec<Own>,
}

impl Hidden {
    /// The sites of a layer with where they are published; those without a place are left out.
    pub fn new<K: AsRef<str>>(
        layer: &str,
        (keys, lon, lat): (&[K], &[f64], &[f64]),
        candidates: &Candidates,
        groups: &Groups,
        displaced: &Displaced,
    ) -> Self {
        let id = |town: u32| candidates.ids()[town as usize].clone();
        let list = Towns::of(candidates).digest();
        let mut hidden = Self { layer: layer.to_owned(), list, ..Self::default() };
        let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
        for (i, key) in keys.iter().enumerate() {
            let (own, at) = (displaced.own[i], displaced.at[i]);
            if own == NO_CANDIDATE || at == NO_CANDIDATE {
                continue;
            }
            let shown = *numbers.entry(at).or_insert_with(|| {
                hidden.places.push(Shown {
                    id: id(at),
                    at: (candidates.lon()[at as usize], candidates.lat()[at as usize]),
                    from: groups.preimages(at).map(id).collect(),
                });
                hidden.places.len() - 1
            });
            let (key, town) = (key.as_ref().to_owned(), id(own));
            hidden.sites.push(Own { key, town, at: Some((lon[i], lat[i])), shown });
        }
        hidden
    }

    /// Adds the sites of the same layer as they were hidden on another night, among the same settlements.
    pub fn join(&mut self, other: &Self) {
        for site in &other.sites {
            let Some(place) = other.places.get(site.shown) else { continue };
            let known = |own: &Own| {
                own.key == site.key && own.town == site.town && self.places.get(own.shown) == Some(place)
            };
            if self.sites.iter().any(known) {
                continue;
            }
            let shown = self.places.iter().position(|own| own == place).unwrap_or_else(|| {
                self.places.push(place.clone());
                self.places.len() - 1
            });
            self.sites.push(Own { shown, ..site.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hull_of_a_square_is_its_area_and_the_largest_town_the_likeliest() {
        let town = |id: &str, lon: f64, lat: f64, people: f64| (id.to_owned(), ((lon, lat), Some(people)));
        let all = [
            town("a", 0.0, 0.0, 10.0),
            town("b", 0.1, 0.0, 20.0),
            town("c", 0.1, 0.1, 30.0),
            town("d", 0.0, 0.1, 40.0),
            town("e", 0.05, 0.05, 0.0),
        ];
        let towns = Towns { by_id: all.into_iter().collect() };
        let ids: Vec<String> = towns.by_id.keys().cloned().collect();
        assert!((towns.hull_km2(&ids) - 11.13 * 11.06).abs() < 0.2, "{}", towns.hull_km2(&ids));
        assert_eq!(towns.hull_km2(&ids[..2]), 0.0);
        assert_eq!(towns.hull_km2(&[]), 0.0);
        assert_eq!(towns.likeliest(&ids), Some(0.4));
        assert_eq!(towns.likeliest(&[]), None);
        let effective = towns.effective(&ids).unwrap();
        assert!(effective > 3.0 && effective < 4.0, "{effective}");
        assert_eq!(towns.effective(&[]), None);
    }
}
