//! One indicator to 0..1.

use super::{Goalposts, Indicator, RiskError};

/// An indicator between its goalposts.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalised {
    /// 0..1, where 1 is the highest risk; `None` where the value is missing.
    pub values: Vec<Option<f64>>,
    /// The goalposts, and what happened at them.
    pub used: GoalpostsUsed,
}

/// Goalposts as they were used for one indicator, and what happened at them.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalpostsUsed {
    /// Field of the indicator.
    pub field: String,
    /// Lower goalpost, in the unit of the field.
    pub min: f64,
    /// Upper goalpost, in the unit of the field.
    pub max: f64,
    /// Whether they were taken from the data.
    pub observed: bool,
    /// Rows below the lower goalpost, held there.
    pub below: usize,
    /// Rows above the upper goalpost, held there.
    pub above: usize,
    /// Rows without a value.
    pub missing: usize,
}

/// Brings one indicator to 0..1: `(f(x) - f(min)) / (f(max) - f(min))`, held within 0..1,
/// and `1 -` that when inverted; `f` is the natural logarithm if the indicator says so,
/// else nothing. O(rows).
///
/// # Errors
/// A weight or goalposts that [`Recipe::check`](super::Recipe::check) refuses; a value that
/// is not finite; a value at or below 0 under the logarithm; observed goalposts without
/// values or without spread between them.
///
/// ```
/// use corredor::risk::{Goalposts, Indicator, normalise};
/// let schooling = Indicator {
///     field: "school_years".into(),
///     weight: 1.0,
///     goalposts: Goalposts::Fixed { min: 0.0, max: 15.0 },
///     inverted: true,
///     log: false,
/// };
/// let done = normalise(&[Some(12.0), None, Some(18.0)], &schooling)?;
/// assert_eq!(done.values, [Some(0.19999999999999996), None, Some(0.0)]);
/// assert_eq!(done.used.above, 1);
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn normalise(column: &[Option<f64>], indicator: &Indicator) -> Result<Normalised, RiskError> {
    indicator.check()?;
    check_values(column, indicator)?;
    let (min, max, observed) = goalposts(column, indicator)?;
    // Halved, so that the widest range of values does not overflow.
    let measure = |x: f64| if indicator.log { x.ln() } else { x / 2.0 };
    let (low, high) = (measure(min), measure(max));
    if high - low <= 0.0 {
        // Two neighbouring floats can have one logarithm, or one half.
        let field = indicator.field.clone();
        return Err(RiskError::Goalposts { field, min, max });
    }

    let values = column
        .iter()
        .map(|value| {
            let share = ((measure((*value)?) - low) / (high - low)).clamp(0.0, 1.0);
            Some(if indicator.inverted { 1.0 - share } else { share })
        })
        .collect();
    let present = || column.iter().flatten();
    Ok(Normalised {
        values,
        used: GoalpostsUsed {
            field: indicator.field.clone(),
            min,
            max,
            observed,
            below: present().filter(|&&x| x < min).count(),
            above: present().filter(|&&x| x > max).count(),
            missing: column.len() - present().count(),
        },
    })
}

/// Refuses what has no place between goalposts, by row.
fn check_values(column: &[Option<f64>], indicator: &Indicator) -> Result<(), RiskError> {
    for (row, value) in column.iter().enumerate() {
        let Some(value) = *value else { continue };
        let field = || indicator.field.clone();
        if !value.is_finite() {
            return Err(RiskError::NotFinite { field: field(), row, value });
        }
        if indicator.log && value <= 0.0 {
            return Err(RiskError::Log { field: field(), row, value });
        }
    }
    Ok(())
}

/// Lower and upper goalpost, and whether they come from the data.
fn goalposts(column: &[Option<f64>], indicator: &Indicator) -> Result<(f64, f64, bool), RiskError> {
    if let Goalposts::Fixed { min, max } = indicator.goalposts {
        return Ok((min, max, false));
    }
    let field = || indicator.field.clone();
    let mut present = column.iter().flatten().copied();
    let Some(first) = present.next() else {
        return Err(RiskError::NoValues { field: field() });
    };
    let (min, max) = present.fold((first, first), |(min, max), x| (min.min(x), max.max(x)));
    if min == max {
        return Err(RiskError::NoSpread { field: field(), value: min });
    }
    Ok((min, max, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indicator(goalposts: Goalposts, inverted: bool, log: bool) -> Indicator {
        Indicator { field: "f".into(), weight: 1.0, goalposts, inverted, log }
    }

    const TEN: Goalposts = Goalposts::Fixed { min: 0.0, max: 10.0 };

    #[test]
    fn fixed_holds_and_counts() {
        let column = [Some(-5.0), Some(0.0), Some(2.5), None, Some(10.0), Some(11.0)];
        let done = normalise(&column, &indicator(TEN, false, false)).unwrap();
        let wanted = [Some(0.0), Some(0.0), Some(0.25), None, Some(1.0), Some(1.0)];
        assert_eq!(done.values, wanted);
        assert_eq!((done.used.below, done.used.above, done.used.missing), (1, 1, 1));
        assert!(!done.used.observed);
        let inverted = normalise(&column, &indicator(TEN, true, false)).unwrap();
        assert_eq!(inverted.values[2], Some(0.75));
    }

    #[test]
    fn observed_takes_the_ends() {
        let column = [Some(30.0), None, Some(20.0), Some(25.0)];
        let done = normalise(&column, &indicator(Goalposts::Observed, false, false)).unwrap();
        assert_eq!(done.values, [Some(1.0), None, Some(0.0), Some(0.5)]);
        assert_eq!((done.used.min, done.used.max, done.used.observed), (20.0, 30.0, true));
    }

    #[test]
    fn logarithm_of_value_and_goalposts() {
        let column = [Some(1.0), Some(10.0), Some(100.0)];
        let posts = Goalposts::Fixed { min: 1.0, max: 100.0 };
        let done = normalise(&column, &indicator(posts, false, true)).unwrap();
        assert_eq!(done.values, [Some(0.0), Some(0.5), Some(1.0)]);
    }

    #[test]
    fn the_widest_range_does_not_overflow() {
        let column = [Some(-f64::MAX), Some(0.0), Some(f64::MAX)];
        let done = normalise(&column, &indicator(Goalposts::Observed, false, false)).unwrap();
        assert_eq!(done.values, [Some(0.0), Some(0.5), Some(1.0)]);
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let fixed = |min, max| Goalposts::Fixed { min, max };
        let cases = [
            (
                Some(f64::INFINITY),
                indicator(TEN, false, false),
                "`f`, row 1: inf is not a finite number; give it as missing or correct it",
            ),
            (
                Some(0.0),
                indicator(fixed(1.0, 2.0), false, true),
                "`f`, row 1: 0 has no logarithm; set log = false, or give the value as missing",
            ),
            (
                None,
                indicator(TEN, false, true),
                "`f`: goalposts 0 to 10 with log = true must both be above 0, in the unit of the field",
            ),
            (
                None,
                indicator(fixed(3.0, 3.0), false, false),
                "`f`: goalposts 3 to 3 are not in rising order with a finite distance; give min below max, and set inverted = true if high values mean low risk",
            ),
            (
                None,
                indicator(fixed(f64::NAN, 3.0), false, false),
                "`f`: goalposts NaN to 3 are not in rising order with a finite distance; give min below max, and set inverted = true if high values mean low risk",
            ),
            (
                Some(1.0),
                indicator(Goalposts::Observed, false, false),
                "`f`: every value is 1, so observed goalposts leave nothing between them; give fixed goalposts, or drop the indicator",
            ),
        ];
        for (value, indicator, message) in cases {
            let error = normalise(&[Some(1.0), value], &indicator).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let empty = normalise(&[None], &indicator(Goalposts::Observed, false, false)).unwrap_err();
        assert_eq!(
            empty.to_string(),
            "`f` has no value in any row; check the name of the field and the join"
        );
    }
}
