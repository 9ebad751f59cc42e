//! The change of each zone, with its interval.

use std::collections::HashMap;

use serde::Serialize;

use super::{CompareError, Scored};

/// The change of one zone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Code of the zone.
    pub key: String,
    /// Its name.
    pub name: Option<String>,
    /// Score in the first.
    pub a: f64,
    /// Score in the second.
    pub b: f64,
    /// The second less the first.
    pub change: f64,
    /// Lower end of its interval, where both have one.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Whether the interval leaves 0 out.
    pub sure: Option<bool>,
}

/// Two scores beside each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Name of the first.
    pub a: String,
    /// Name of the second.
    pub b: String,
    /// Recipe of both.
    pub recipe: String,
    /// Its version.
    pub version: String,
    /// Zones with a score in both, by code.
    pub changes: Vec<Change>,
    /// Codes that only the first has, or has a score for.
    pub only_a: Vec<String>,
    /// Codes that only the second has, or has a score for.
    pub only_b: Vec<String>,
}

/// Compares two scores made by one recipe in one version with the same goalposts and weights.
///
/// The interval of a change joins those of the two scores (MOVER; Zou and Donner 2008, *Statistics in Medicine*
/// 27, 1693-1702), taken as independent: lower end `d - sqrt((b - b_lo)^2 + (a_hi - a)^2)`. Both hang on the same
/// choices, so it is rather too wide than too narrow.
///
/// # Errors
/// [`CompareError::Levels`], [`CompareError::Recipes`], [`CompareError::FromData`], [`CompareError::NoZones`].
pub fn compare(a: &Scored, b: &Scored) -> Result<Comparison, CompareError> {
    if a.level != b.level {
        return Err(CompareError::Levels {
            a: a.name.clone(),
            b: b.name.clone(),
            level_a: a.level.clone(),
            level_b: b.level.clone(),
        });
    }
    if (&a.recipe, &a.version) != (&b.recipe, &b.version) {
        return Err(CompareError::Recipes {
            a: a.name.clone(),
            b: b.name.clone(),
            recipe_a: a.recipe.clone(),
            version_a: a.version.clone(),
            recipe_b: b.recipe.clone(),
            version_b: b.version.clone(),
        });
    }
    let differs = |what: &str| CompareError::FromData {
        a: a.name.clone(),
        b: b.name.clone(),
        recipe: a.recipe.clone(),
        what: what.to_owned(),
    };
    if a.scale != b.scale {
        return Err(differs("its scale"));
    }
    let same = |(x, y): &(&(String, serde_json::Value), &(String, serde_json::Value))| x == y;
    if let Some((what, _)) = a.used.iter().zip(&b.used).find(|pair| !same(pair)) {
        return Err(differs(&what.0));
    }
    let places: HashMap<&str, usize> =
        b.keys.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let scored_a: HashMap<&str, usize> = a
        .keys
        .iter()
        .enumerate()
        .filter(|(at, _)| a.score[*at].is_some())
        .map(|(at, key)| (key.as_str(), at))
        .collect();
    let mut comparison = Comparison {
        a: a.name.clone(),
        b: b.name.clone(),
        recipe: a.recipe.clone(),
        version: a.version.clone(),
        changes: Vec::new(),
        only_a: Vec::new(),
        only_b: Vec::new(),
    };
    for (at, key) in a.keys.iter().enumerate() {
        let Some(score_a) = a.score[at] else { continue };
        let other = places.get(key.as_str()).and_then(|&to| Some((to, b.score[to]?)));
        let Some((to, score_b)) = other else {
            comparison.only_a.push(key.clone());
            continue;
        };
        let change = score_b - score_a;
        let reach = |x: Option<f64>, y: Option<f64>| Some((x? * x? + y? * y?).sqrt());
        let from = |end: Option<f64>, score: f64| end.map(|end| end - score);
        let low = reach(from(b.low[to], score_b), from(a.high[at], score_a)).map(|reach| change - reach);
        let high = reach(from(b.high[to], score_b), from(a.low[at], score_a)).map(|reach| change + reach);
        comparison.changes.push(Change {
            key: key.clone(),
            name: b.names[to].clone().or_else(|| a.names[at].clone()),
            a: score_a,
            b: score_b,
            change,
            low,
            high,
            sure: low.zip(high).map(|(low, high)| low > 0.0 || high < 0.0),
        });
    }
    let only = b
        .keys
        .iter()
        .enumerate()
        .filter(|(at, key)| b.score[*at].is_some() && !scored_a.contains_key(key.as_str()));
    comparison.only_b = only.map(|(_, key)| key.clone()).collect();
    if comparison.changes.is_empty() {
        return Err(CompareError::NoZones { a: a.name.clone(), b: b.name.clone() });
    }
    Ok(comparison)
}

impl Comparison {
    /// Changes by size: the greatest rises, then the greatest falls, at most `count` each.
    pub fn largest(&self, count: usize) -> (Vec<&Change>, Vec<&Change>) {
        let side = |sign: f64| {
            let mut changes: Vec<&Change> = self.changes.iter().filter(|c| c.change * sign > 0.0).collect();
            changes.sort_by(|x, y| y.change.abs().total_cmp(&x.change.abs()).then_with(|| x.key.cmp(&y.key)));
            changes.truncate(count);
            changes
        };
        (side(1.0), side(-1.0))
    }
}
