//! A table of indicators and a recipe to a score per zone.

use super::aggregate::add_up;
use super::{GEOMETRIC_FLOOR, GoalpostsUsed, Mean, Recipe, RiskError, contributions, normalise};

/// Scores of a layer, and how they came about.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreResult {
    /// Score of each zone, 0..1, 1 the highest risk; `None` where too many indicators lack.
    pub score: Vec<Option<f64>>,
    /// How many indicators each zone lacks.
    pub missing: Vec<u8>,
    /// Goalposts as used, in the order of the recipe.
    pub goalposts: Vec<GoalpostsUsed>,
    /// What each indicator adds, by indicator and zone (see
    /// [`contributions`](super::contributions)).
    pub contributions: Vec<Vec<Option<f64>>>,
    /// Values raised to [`GEOMETRIC_FLOOR`](super::GEOMETRIC_FLOOR), by indicator; all 0
    /// for an arithmetic mean.
    pub floored: Vec<usize>,
}

/// Scores zones by a recipe: each indicator between its goalposts
/// ([`normalise`](super::normalise)), then their weighted mean
/// ([`weighted_mean`](super::weighted_mean)). OECD and JRC handbook 2008, steps 5 and 6.
///
/// `columns` are in the order of the recipe's indicators, one value per zone. O(rows ×
/// indicators).
///
/// # Errors
/// What [`Recipe::check`] and [`normalise`](super::normalise) refuse, and columns that are
/// not as many as the indicators or not of one length.
///
/// ```
/// use corredor::risk::{Goalposts, Indicator, Mean, Recipe, score};
/// let indicator = |field: &str, max, inverted| Indicator {
///     field: field.into(),
///     weight: 1.0,
///     goalposts: Goalposts::Fixed { min: 0.0, max },
///     inverted,
///     log: false,
/// };
/// let recipe = Recipe {
///     name: "demo".into(),
///     version: "1".into(),
///     indicators: vec![indicator("poor_pct", 100.0, false), indicator("doctors", 4.0, true)],
///     mean: Mean::Arithmetic,
///     max_missing: 1,
/// };
/// let poor = [Some(50.0), Some(80.0), None];
/// let doctors = [Some(1.0), None, None];
/// let result = score(&[&poor, &doctors], &recipe)?;
/// assert_eq!(result.score, [Some(0.625), Some(0.8), None]);
/// assert_eq!(result.missing, [0, 1, 2]);
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn score(columns: &[&[Option<f64>]], recipe: &Recipe) -> Result<ScoreResult, RiskError> {
    recipe.check()?;
    let rows = check_columns(columns, recipe)?;
    let (mut values, mut goalposts) = (Vec::new(), Vec::new());
    for (column, indicator) in columns.iter().zip(&recipe.indicators) {
        let normalised = normalise(column, indicator)?;
        values.push(normalised.values);
        goalposts.push(normalised.used);
    }

    let weights: Vec<f64> = recipe.indicators.iter().map(|i| i.weight).collect();
    let mut result = ScoreResult {
        score: Vec::with_capacity(rows),
        missing: Vec::with_capacity(rows),
        goalposts,
        contributions: vec![Vec::with_capacity(rows); columns.len()],
        floored: values.iter().map(|v| floored(v, recipe.mean)).collect(),
    };
    let mut zone = Vec::with_capacity(columns.len());
    for row in 0..rows {
        zone.clear();
        zone.extend(values.iter().map(|indicator| indicator[row]));
        let parts = contributions(&zone, &weights, recipe.mean, recipe.max_missing);
        result.score.push(parts.as_deref().map(|parts| add_up(parts, recipe.mean)));
        // At most 255 indicators, as the recipe was checked.
        result.missing.push(zone.iter().filter(|value| value.is_none()).count() as u8);
        for (k, to) in result.contributions.iter_mut().enumerate() {
            to.push(parts.as_ref().and_then(|parts| parts[k]));
        }
    }
    Ok(result)
}

/// The common number of rows.
fn check_columns(columns: &[&[Option<f64>]], recipe: &Recipe) -> Result<usize, RiskError> {
    let indicators = recipe.indicators.len();
    if columns.len() != indicators {
        let columns = columns.len();
        return Err(RiskError::ColumnCount { columns, indicators });
    }
    let expected = columns.first().map_or(0, |column| column.len());
    for (column, indicator) in columns.iter().zip(&recipe.indicators) {
        if column.len() != expected {
            return Err(RiskError::ColumnLength {
                field: indicator.field.clone(),
                rows: column.len(),
                expected,
            });
        }
    }
    Ok(expected)
}

/// Values that a geometric mean raises to its floor.
fn floored(values: &[Option<f64>], mean: Mean) -> usize {
    match mean {
        Mean::Arithmetic => 0,
        Mean::Geometric => values.iter().flatten().filter(|&&x| x < GEOMETRIC_FLOOR).count(),
    }
}
