//! What a recipe says. Plain data: the workspace reads it from TOML.

use super::RiskError;

/// How a score is made from indicators. A layer names the recipe and its version.
///
/// ```
/// use corredor::risk::{Goalposts, Indicator, Mean, Recipe};
/// let recipe = Recipe {
///     name: "living conditions".into(),
///     version: "1".into(),
///     indicators: vec![Indicator {
///         field: "no_water_pct".into(),
///         weight: 1.0,
///         goalposts: Goalposts::Fixed { min: 0.0, max: 100.0 },
///         inverted: false,
///         log: false,
///     }],
///     mean: Mean::Arithmetic,
///     max_missing: 0,
/// };
/// assert!(recipe.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Name, as layers cite it.
    pub name: String,
    /// Version, as layers cite it.
    pub version: String,
    /// Indicators, each of another field.
    pub indicators: Vec<Indicator>,
    /// How normalised indicators become one number.
    pub mean: Mean,
    /// How many indicators a zone may lack and still have a score.
    pub max_missing: usize,
}

/// One indicator of a recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Field that holds it.
    pub field: String,
    /// Weight, positive; only the proportions among indicators matter.
    pub weight: f64,
    /// Which values become 0 and 1.
    pub goalposts: Goalposts,
    /// Whether high values mean low risk.
    pub inverted: bool,
    /// Whether the natural logarithm is taken first; the goalposts stay in the unit of the
    /// field.
    pub log: bool,
}

/// Which values of an indicator become 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goalposts {
    /// The same for every year and country, so that scores can be compared; values beyond
    /// are held at 0 and 1, and counted.
    Fixed {
        /// Value that becomes 0, in the unit of the field.
        min: f64,
        /// Value that becomes 1, in the unit of the field.
        max: f64,
    },
    /// The smallest and the largest value present: scores compare only within one layer.
    Observed,
}

/// How normalised indicators become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mean {
    /// Weighted arithmetic mean: a low indicator makes up for a high one.
    #[default]
    Arithmetic,
    /// Weighted geometric mean: a low indicator makes up for a high one only in part.
    Geometric,
}

/// Indicators a recipe may have: missing ones are counted in a byte.
const MAX_INDICATORS: usize = u8::MAX as usize;

impl Recipe {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// The first of: no indicators or too many, a repeated field, a weight that is not
    /// positive, goalposts that do not rise, logarithms of goalposts at or below 0,
    /// `max_missing` that would let every indicator be missing.
    pub fn check(&self) -> Result<(), RiskError> {
        let (recipe, count) = (self.name.clone(), self.indicators.len());
        if count == 0 {
            return Err(RiskError::NoIndicators { recipe });
        }
        if count > MAX_INDICATORS {
            let limit = MAX_INDICATORS;
            return Err(RiskError::TooManyIndicators { recipe, count, limit });
        }
        for (i, indicator) in self.indicators.iter().enumerate() {
            indicator.check()?;
            let field = &indicator.field;
            if self.indicators[..i].iter().any(|other| other.field == *field) {
                let field = field.clone();
                return Err(RiskError::DuplicateField { recipe, field });
            }
        }
        if self.max_missing >= count {
            let max_missing = self.max_missing;
            return Err(RiskError::MaxMissing { recipe, max_missing, count });
        }
        Ok(())
    }
}

impl Indicator {
    /// Checks weight and fixed goalposts.
    pub(super) fn check(&self) -> Result<(), RiskError> {
        let field = || self.field.clone();
        if !(self.weight.is_finite() && self.weight > 0.0) {
            let weight = self.weight;
            return Err(RiskError::Weight { field: field(), weight });
        }
        if let Goalposts::Fixed { min, max } = self.goalposts {
            // Also false for what is not a number.
            if !(min < max && (max - min).is_finite()) {
                return Err(RiskError::Goalposts { field: field(), min, max });
            }
            if self.log && min <= 0.0 {
                return Err(RiskError::LogGoalposts { field: field(), min, max });
            }
        }
        Ok(())
    }
}
