//! Zones to groups, such as states.

use std::collections::BTreeMap;

use super::{Work, states};
use crate::build::BuildError;
use crate::layer::Column;

/// Zones grouped by the beginning of their key.
pub(super) struct Groups {
    /// Code of each group and its zones, by code.
    pub members: Vec<(String, Vec<usize>)>,
    /// People of each zone; 1 each where none are stated.
    weights: Vec<f64>,
}

impl Groups {
    pub(super) fn new(work: &Work<'_>, prefix: usize) -> Self {
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (zone, key) in work.zones.keys().iter().enumerate() {
            members.entry(key.chars().take(prefix).collect()).or_default().push(zone);
        }
        let weights = match &work.people {
            Some(people) => people.iter().map(|people| people.unwrap_or(0.0).max(0.0)).collect(),
            None => vec![1.0; work.zones.len()],
        };
        Self { members: members.into_iter().collect(), weights }
    }

    /// Means over the zones that have a value, by people.
    pub(super) fn means(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        self.members
            .iter()
            .map(|(_, zones)| {
                let present = zones.iter().filter_map(|&zone| Some((self.weights[zone], values[zone]?)));
                let (sum, total) = present.fold((0.0, 0.0), |(s, t), (w, x)| (s + w * x, t + w));
                (total > 0.0).then(|| sum / total)
            })
            .collect()
    }

    /// Sums over the zones that have a value.
    pub(super) fn sums(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let sum = |zones: &Vec<usize>| zones.iter().filter_map(|&zone| values[zone]).sum();
        self.members.iter().map(|(_, zones)| Some(sum(zones))).collect()
    }

    /// Code and name.
    pub(super) fn identity(&self, work: &Work<'_>) -> Result<Vec<Column>, BuildError> {
        let states = states(work)?;
        let name = |zones: &Vec<usize>| zones.iter().find_map(|&zone| states[zone].clone());
        Ok(vec![
            Column::texts("code", self.members.iter().map(|(code, _)| Some(code)).collect()),
            Column::texts("name", self.members.iter().map(|(_, zones)| name(zones)).collect()),
        ])
    }

    /// How many zones, and how many of them have no score.
    pub(super) fn counts(&self, scores: &[Option<f64>]) -> Vec<Column> {
        let unscored = |zones: &Vec<usize>| zones.iter().filter(|&&zone| scores[zone].is_none()).count();
        vec![
            Column::integers("zones", self.members.iter().map(|(_, z)| Some(z.len() as i64)).collect()),
            Column::integers(
                "unscored",
                self.members.iter().map(|(_, z)| Some(unscored(z) as i64)).collect(),
            ),
        ]
    }
}
