//! Zones to groups, such as states.

use std::collections::BTreeMap;

use super::super::total::{Total, partial};
use super::work::{Work, states};
use crate::build::BuildError;
use crate::layer::{Column, Finding};

/// Zones grouped by the beginning of their key.
pub(super) struct Groups {
    /// Code of each group and its zones, by code.
    pub members: Vec<(String, Vec<usize>)>,
    /// People of each zone, where known; 1 each where none are stated.
    weights: Vec<Option<f64>>,
}

impl Groups {
    pub(super) fn new(work: &Work<'_>, prefix: usize) -> Result<Self, BuildError> {
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (zone, group) in work.zones.prefixes(prefix)?.into_iter().enumerate() {
            members.entry(group).or_default().push(zone);
        }
        let weights = work.people.clone().unwrap_or_else(|| vec![Some(1.0); work.zones.len()]);
        Ok(Self { members: members.into_iter().collect(), weights })
    }

    /// What to say of zones whose people are not known: they count in no mean.
    pub(super) fn partial(&self, work: &Work<'_>) -> Option<Finding> {
        let keys = work.zones.keys();
        let lacking: Vec<&str> =
            (0..keys.len()).filter(|&zone| self.weights[zone].is_none()).map(|zone| keys[zone]).collect();
        let total = |(_, zones): &(String, Vec<usize>)| {
            let mut total = Total::default();
            zones.iter().for_each(|&zone| total.add(self.weights[zone]));
            total
        };
        let totals: Vec<Total> = self.members.iter().map(total).collect();
        partial(work.step.weight.as_deref()?, &totals, &lacking, keys.len())
    }

    /// Means over the zones that have a value and whose people are known, by people.
    pub(super) fn means(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        self.members
            .iter()
            .map(|(_, zones)| {
                let present = zones.iter().filter_map(|&zone| Some((self.weights[zone]?, values[zone]?)));
                let (sum, total) = present.fold((0.0, 0.0), |(s, t), (w, x)| (s + w * x, t + w));
                (total > 0.0).then(|| sum / total)
            })
            .collect()
    }

    /// Sums over the zones that have a value; null where none has.
    pub(super) fn sums(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let sum = |zones: &Vec<usize>| {
            zones.iter().filter_map(|&zone| values[zone]).reduce(|sum, value| sum + value)
        };
        self.members.iter().map(|(_, zones)| sum(zones)).collect()
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
