//! One rule applied: classes, cut points, counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{dalenius_hodges, head_tail, jenks};
use crate::risk::RiskError;
use crate::risk::composite::quantile;

/// How cut points are found. Classes are numbered from 0, the lowest; each is closed on the left and open on the
/// right, so a value on a cut is in the class above.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// At these points: a class keeps its meaning between years and places.
    Fixed(Vec<f64>),
    /// So many intervals of equal width between the least and greatest value of all.
    Equal(usize),
    /// So many intervals of equal width between the least and greatest value of each group, such as a state:
    /// not comparable between groups.
    Relative(usize),
    /// So many classes of about equal counts.
    Quantiles(usize),
    /// So many classes with the least squares within them (Fisher 1958; Jenks 1977).
    Jenks(usize),
    /// So many strata of equal cumulated root frequency over `bins` intervals, or over the number of intervals
    /// that serves best.
    Dalenius {
        /// How many strata.
        classes: usize,
        /// How many intervals.
        bins: Option<usize>,
    },
    /// At most so many classes, cut at the mean of what is above the last cut (Jiang 2013).
    HeadTail(usize),
}

impl Rule {
    /// Its name in files and metadata.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed(_) => "fixed",
            Self::Equal(_) => "equal",
            Self::Relative(_) => "relative",
            Self::Quantiles(_) => "quantiles",
            Self::Jenks(_) => "jenks",
            Self::Dalenius { .. } => "dalenius",
            Self::HeadTail(_) => "headtail",
        }
    }

    /// How many classes it makes, at most.
    pub fn classes(&self) -> usize {
        match self {
            Self::Fixed(cuts) => cuts.len() + 1,
            Self::Equal(k)
            | Self::Relative(k)
            | Self::Quantiles(k)
            | Self::Jenks(k)
            | Self::Dalenius { classes: k, .. }
            | Self::HeadTail(k) => *k,
        }
    }
}

/// Classes of some values, and everything that must be told of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classed {
    /// Name of the rule.
    pub rule: &'static str,
    /// Class of each value, from 0, the lowest; `None` without a value, or in a group without spread.
    #[serde(skip)]
    pub class: Vec<Option<u8>>,
    /// Cut points, rising; none where each group has its own. Two that are equal leave a class empty.
    pub cuts: Vec<f64>,
    /// Cut points of each group, under [`Rule::Relative`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub group_cuts: BTreeMap<String, Vec<f64>>,
    /// How many values are in each class.
    pub counts: Vec<usize>,
    /// How many have none.
    pub missing: usize,
    /// Share of the variance that lies between classes (goodness of variance fit), 0..1.
    pub fit: Option<f64>,
    /// Intervals used, under [`Rule::Dalenius`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bins: Option<usize>,
}

/// The most classes: more cannot be told apart on a map.
const MOST: usize = 20;

/// Classes values by a rule; `groups` names the group of each value for [`Rule::Relative`].
///
/// # Errors
/// Cuts that do not rise, numbers of classes out of 2..=20 (1 with no cut is fine), too few different values, a value that is
/// not finite, groups that are not as many as the values.
///
/// ```
/// use corredor::risk::classify::{Rule, class_by};
/// let values = [Some(1.0), Some(2.0), None, Some(9.0), Some(10.0)];
/// let found = class_by(&values, &Rule::Jenks(2), None)?;
/// assert_eq!((found.cuts.as_slice(), found.counts.as_slice()), (&[9.0][..], &[2, 2][..]));
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn class_by(
    values: &[Option<f64>],
    rule: &Rule,
    groups: Option<&[String]>,
) -> Result<Classed, RiskError> {
    let classes = rule.classes();
    if !matches!(rule, Rule::Fixed(_)) && !(2..=MOST).contains(&classes) {
        return Err(RiskError::ClassCount { classes });
    }
    if let Some((row, value)) =
        values.iter().enumerate().find_map(|(row, v)| v.filter(|v| !v.is_finite()).map(|v| (row, v)))
    {
        return Err(RiskError::NotFinite { field: "score".to_owned(), row, value });
    }
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let different = 1 + sorted.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let needed = match rule {
        Rule::Fixed(_) | Rule::Relative(_) => 0,
        Rule::Jenks(k) => *k,
        _ => 2,
    };
    let different = if sorted.is_empty() { 0 } else { different };
    if different < needed {
        return Err(RiskError::FewValues { values: different, classes });
    }
    let mut bins = None;
    let cuts = match rule {
        Rule::Fixed(cuts) => fixed(cuts)?,
        Rule::Equal(k) => equal(sorted[0], sorted[sorted.len() - 1], *k),
        Rule::Relative(k) => return relative(values, *k, groups),
        Rule::Quantiles(k) => (1..*k).map(|i| quantile(&sorted, i as f64 / *k as f64)).collect(),
        Rule::Jenks(k) => jenks(&sorted, *k)?.cuts,
        Rule::Dalenius { classes, bins: stated } => {
            let strata = dalenius_hodges(&sorted, *classes, *stated)?;
            bins = Some(strata.bins);
            strata.cuts
        }
        Rule::HeadTail(k) => head_tail(&sorted, *k),
    };
    let class: Vec<Option<u8>> = values.iter().map(|value| value.map(|value| place(value, &cuts))).collect();
    let fit = fit(values, &class);
    Ok(Classed { bins, ..told(rule.name(), class, cuts, classes, fit) })
}

/// The class of a value: how many cuts it reaches.
fn place(value: f64, cuts: &[f64]) -> u8 {
    cuts.partition_point(|&cut| cut <= value).min(usize::from(u8::MAX)) as u8
}

fn told(
    rule: &'static str,
    class: Vec<Option<u8>>,
    cuts: Vec<f64>,
    classes: usize,
    fit: Option<f64>,
) -> Classed {
    let mut counts = vec![0; classes];
    for class in class.iter().flatten() {
        counts[usize::from(*class)] += 1;
    }
    let missing = class.iter().filter(|class| class.is_none()).count();
    Classed { rule, class, cuts, group_cuts: BTreeMap::new(), counts, missing, fit, bins: None }
}

fn fixed(cuts: &[f64]) -> Result<Vec<f64>, RiskError> {
    let limit = MOST - 1;
    if cuts.len() > limit {
        return Err(RiskError::TooManyCuts { cuts: cuts.len(), limit });
    }
    let rises = |i: usize| cuts[i].is_finite() && (i == 0 || cuts[i - 1] < cuts[i]);
    match (0..cuts.len()).find(|&i| !rises(i)) {
        Some(index) => Err(RiskError::Cuts { index, cut: cuts[index] }),
        None => Ok(cuts.to_vec()),
    }
}

fn equal(low: f64, high: f64, classes: usize) -> Vec<f64> {
    (1..classes).map(|i| low + (high - low) * i as f64 / classes as f64).collect()
}

fn relative(values: &[Option<f64>], classes: usize, groups: Option<&[String]>) -> Result<Classed, RiskError> {
    let groups = groups
        .filter(|groups| groups.len() == values.len())
        .ok_or(RiskError::GroupCount { groups: groups.map_or(0, <[String]>::len), values: values.len() })?;
    let mut ends: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (value, group) in values.iter().zip(groups) {
        if let Some(value) = *value {
            let (low, high) = ends.entry(group).or_insert((value, value));
            (*low, *high) = (low.min(value), high.max(value));
        }
    }
    // A group without spread has no intervals.
    let group_cuts: BTreeMap<String, Vec<f64>> = ends
        .into_iter()
        .filter(|(_, (low, high))| low < high)
        .map(|(group, (low, high))| (group.to_owned(), equal(low, high, classes)))
        .collect();
    let class: Vec<Option<u8>> = values
        .iter()
        .zip(groups)
        .map(|(value, group)| Some(place((*value)?, group_cuts.get(group)?)))
        .collect();
    let fit = fit(values, &class);
    Ok(Classed { group_cuts, ..told("relative", class, Vec::new(), classes, fit) })
}

/// Goodness of variance fit: the share of all squares that does not lie within classes.
fn fit(values: &[Option<f64>], class: &[Option<u8>]) -> Option<f64> {
    let pairs: Vec<(f64, u8)> = values.iter().zip(class).filter_map(|(v, c)| Some(((*v)?, (*c)?))).collect();
    let squares = |keep: &dyn Fn(u8) -> bool| {
        let kept: Vec<f64> =
            pairs.iter().filter(|(_, class)| keep(*class)).map(|(value, _)| *value).collect();
        let mean = kept.iter().sum::<f64>() / kept.len().max(1) as f64;
        kept.iter().map(|value| (value - mean).powi(2)).sum::<f64>()
    };
    let total = squares(&|_| true);
    let greatest = pairs.iter().map(|(_, class)| *class).max()?;
    let within: f64 = (0..=greatest).map(|one| squares(&|class| class == one)).sum();
    (total > 0.0).then(|| 1.0 - within / total)
}
