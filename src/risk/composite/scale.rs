//! One indicator to 0..1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cap, Item, Posts};
use crate::risk::RiskError;

/// How many standard deviations around the mean become 0 and 1 under [`Posts::Z`]: of a normal distribution
/// 997 in 1,000 values lie within.
const SPREAD: f64 = 3.0;

/// One indicator's way to 0..1, with everything that was taken from the data, so that it can be used again on
/// other data. `low` and `high` are in the unit of the field, or its logarithm.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Scale {
    /// Whether the natural logarithm is taken first.
    pub log: bool,
    /// Values below and above are held here first.
    pub cap: Option<[f64; 2]>,
    /// What becomes 0.
    pub low: f64,
    /// What becomes 1.
    pub high: f64,
    /// Whether 1 is then taken for 0 and 0 for 1.
    pub inverted: bool,
    /// Whether `low` and `high` were taken from the data.
    pub observed: bool,
}

impl Scale {
    /// Finds the scale of an indicator on a column.
    ///
    /// # Errors
    /// Values that are not finite or have no logarithm; goalposts from a column without values or spread;
    /// fixed goalposts that do not rise.
    pub fn find(column: &[Option<f64>], item: &Item) -> Result<Self, RiskError> {
        let field = || item.name.clone();
        let mut values = Vec::with_capacity(column.len());
        for (row, value) in column.iter().enumerate() {
            let Some(value) = *value else { continue };
            if !value.is_finite() {
                return Err(RiskError::NotFinite { field: field(), row, value });
            }
            if item.log && value <= 0.0 {
                return Err(RiskError::Log { field: field(), row, value });
            }
            values.push(if item.log { value.ln() } else { value });
        }
        values.sort_by(f64::total_cmp);
        let cap = match item.cap {
            Some(_) if values.is_empty() => return Err(RiskError::NoValues { field: field() }),
            Some(Cap::Tukey) => {
                let (first, third) = (quantile(&values, 0.25), quantile(&values, 0.75));
                let reach = 1.5 * (third - first);
                Some([first - reach, third + reach])
            }
            Some(Cap::Quantiles(low, high)) => Some([quantile(&values, low), quantile(&values, high)]),
            None => None,
        };
        if let Some([low, high]) = cap {
            values.iter_mut().for_each(|value| *value = value.clamp(low, high));
        }
        let observed = !matches!(item.posts, Posts::Fixed(..));
        let (low, high) = match item.posts {
            Posts::Fixed(min, max) => {
                if !(min < max && (max - min).is_finite()) {
                    return Err(RiskError::Goalposts { field: field(), min, max });
                }
                if item.log && min <= 0.0 {
                    return Err(RiskError::LogGoalposts { field: field(), min, max });
                }
                if item.log { (min.ln(), max.ln()) } else { (min, max) }
            }
            Posts::Observed => ends(&values).ok_or_else(|| RiskError::NoValues { field: field() })?,
            Posts::Z => {
                ends(&values).ok_or_else(|| RiskError::NoValues { field: field() })?;
                let (mean, deviation) = moments(&values);
                (mean - SPREAD * deviation, mean + SPREAD * deviation)
            }
        };
        if high - low <= 0.0 {
            let value = if item.log { low.exp() } else { low };
            return Err(RiskError::NoSpread { field: field(), value });
        }
        Ok(Self { log: item.log, cap, low, high, inverted: item.inverted, observed })
    }

    /// One value to 0..1, where 1 is the highest risk; `None` also for a value without a logarithm.
    pub fn apply(&self, value: f64) -> Option<f64> {
        if self.log && value <= 0.0 {
            return None;
        }
        let mut measure = if self.log { value.ln() } else { value };
        if let Some([low, high]) = self.cap {
            measure = measure.clamp(low, high);
        }
        let share = ((measure - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        Some(if self.inverted { 1.0 - share } else { share })
    }

    /// The value that a share of 0..1 stands for: the way back of [`Scale::apply`] between the goalposts.
    pub fn value(&self, share: f64) -> f64 {
        let share = if self.inverted { 1.0 - share } else { share };
        let measure = self.low + share * (self.high - self.low);
        if self.log { measure.exp() } else { measure }
    }

    /// A column to 0..1.
    pub fn column(&self, column: &[Option<f64>]) -> Vec<Option<f64>> {
        column.iter().map(|value| value.and_then(|value| self.apply(value))).collect()
    }
}

/// Least and greatest of sorted values.
fn ends(sorted: &[f64]) -> Option<(f64, f64)> {
    Some((*sorted.first()?, *sorted.last()?))
}

/// Mean and standard deviation (of the population).
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / n).sqrt())
}

/// Quantile of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996, the default of R and
/// numpy); 0 where there are none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}
