//! Settlements of several lists: which of one are those of another, by where they are.
//!
//! Ids say nothing across lists: another list has others, or the same for other places.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::hidden::Towns;
use crate::geodesy::distance_km;

/// Settlements no farther apart are one, whatever they are called, kilometres.
const SAME_PLACE_KM: f64 = 0.1;

/// Settlements of one id are one no farther apart than this, kilometres: inner points move with borders.
const SAME_ID_KM: f64 = 10.0;

/// Side of the cells by which a settlement is found at a position, degrees: no less than [`SAME_PLACE_KM`] anywhere people
/// live.
const CELL_DEG: f64 = 0.01;

/// All lists, each settlement by one name wherever it stands.
pub(super) struct Places<'a> {
    /// Every settlement by that name: those of the list of now by their ids.
    pub all: Towns,
    now: &'a Towns,
    lists: &'a BTreeMap<String, Towns>,
    cells: HashMap<(i64, i64), Vec<&'a str>>,
}

impl<'a> Places<'a> {
    pub fn new(now: &'a Towns, lists: &'a BTreeMap<String, Towns>) -> Self {
        let mut cells: HashMap<(i64, i64), Vec<&str>> = HashMap::new();
        for (id, (at, _)) in &now.by_id {
            cells.entry(cell(*at)).or_default().push(id);
        }
        let mut places = Self { all: now.clone(), now, lists, cells };
        for (list, towns) in lists {
            for (id, town) in &towns.by_id {
                if let Cow::Owned(name) = places.name(list, id) {
                    places.all.by_id.entry(name).or_insert(*town);
                }
            }
        }
        places
    }

    /// The name of a settlement of a list: its id in the list of now, where it is in that.
    pub fn name<'b>(&self, list: &str, id: &'b str) -> Cow<'b, str>
    where
        'a: 'b,
    {
        let Some(&(at, _)) = self.lists.get(list).and_then(|towns| towns.by_id.get(id)) else {
            // Of a record of before there were lists nothing but the id is known.
            return match self.now.by_id.contains_key(id) {
                true => Cow::Borrowed(id),
                false => Cow::Owned(format!("{id}@")),
            };
        };
        if let Some(here) = self.here(at) {
            return Cow::Borrowed(here);
        }
        match self.now.by_id.get(id) {
            Some((own, _)) if km(*own, at) <= SAME_ID_KM => Cow::Borrowed(id),
            _ => Cow::Owned(format!("{id}@{:.4},{:.4}", at.0, at.1)),
        }
    }

    /// The settlement of now at a position.
    fn here(&self, at: (f64, f64)) -> Option<&'a str> {
        let (x, y) = cell(at);
        let around = (-1..=1).flat_map(|i| (-1..=1).map(move |j| (x + i, y + j)));
        let near = around.filter_map(|cell| self.cells.get(&cell)).flatten();
        let near = near.filter_map(|id| Some((km(self.now.by_id.get(*id)?.0, at), *id)));
        near.filter(|(km, _)| *km <= SAME_PLACE_KM).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
    }

    /// Kilometres between settlements of two lists; infinite where it is not known where they are.
    pub fn km_between(&self, (list, id): (&str, &str), (other, of): (&str, &str)) -> f64 {
        let at = |list: &str, id: &str| {
            let towns = self.lists.get(list).unwrap_or(self.now);
            towns.by_id.get(id).map(|town| town.0)
        };
        at(list, id).zip(at(other, of)).map_or(f64::INFINITY, |(a, b)| km(a, b))
    }

    /// The settlement of a list that a position is nearest to. O(settlements).
    pub fn nearest(&self, list: &str, at: (f64, f64)) -> Option<&'a str> {
        let towns = self.lists.get(list)?.by_id.iter();
        let near = towns.map(|(id, town)| (km(town.0, at), id.as_str()));
        near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
    }
}

fn cell((lon, lat): (f64, f64)) -> (i64, i64) {
    ((lon / CELL_DEG).floor() as i64, (lat / CELL_DEG).floor() as i64)
}

fn km(a: (f64, f64), b: (f64, f64)) -> f64 {
    distance_km(a.0, a.1, b.0, b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn towns(all: &[(&str, f64)]) -> Towns {
        Towns { by_id: all.iter().map(|(id, lon)| ((*id).to_owned(), ((*lon, 19.0), None))).collect() }
    }

    #[test]
    fn a_settlement_is_the_same_where_it_stands_and_not_by_its_id_alone() {
        let now = towns(&[("a", 0.0), ("b", 1.0), ("c", 2.0)]);
        let lists = BTreeMap::from([
            // Renamed, swapped, moved a little, moved far, and one that is nowhere now.
            ("old".to_owned(), towns(&[("x", 0.0), ("c", 1.0), ("b", 2.05), ("a", 5.0), ("d", 7.0)])),
        ]);
        let places = Places::new(&now, &lists);
        let name = |id: &'static str| places.name("old", id).into_owned();
        assert_eq!([name("x"), name("c")], ["a", "b"]);
        assert_eq!(name("b"), "b@2.0500,19.0000", "its id is that of a settlement far away");
        assert_eq!((name("a"), name("d")), ("a@5.0000,19.0000".to_owned(), "d@7.0000,19.0000".to_owned()));
        assert!(places.all.by_id.contains_key("d@7.0000,19.0000") && places.all.by_id.len() == 6);
        assert_eq!(places.nearest("old", (1.9, 19.0)), Some("b"));
        assert_eq!(places.name("none", "a"), "a");
        assert_eq!(places.name("none", "z"), "z@");
        let moved = BTreeMap::from([("old".to_owned(), towns(&[("a", 0.05)]))]);
        assert_eq!(Places::new(&now, &moved).name("old", "a"), "a", "an inner point moves with its borders");
        assert!(places.km_between(("old", "x"), ("now", "a")) < 1e-9);
    }
}
