//! What can be wrong with a recipe or with the indicators it is given.

use thiserror::Error;

/// Why a score could not be computed.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RiskError {
    /// A recipe without indicators.
    #[error("recipe `{recipe}` has no indicators; add at least one")]
    NoIndicators {
        /// Name of the recipe.
        recipe: String,
    },
    /// More indicators than the count of missing ones can hold.
    #[error("recipe `{recipe}` has {count} indicators; the limit is {limit}")]
    TooManyIndicators {
        /// Name of the recipe.
        recipe: String,
        /// Number of indicators.
        count: usize,
        /// Largest number accepted.
        limit: usize,
    },
    /// Two indicators of a recipe read the same field.
    #[error("recipe `{recipe}` names `{field}` twice; add the weights and keep one")]
    DuplicateField {
        /// Name of the recipe.
        recipe: String,
        /// The field.
        field: String,
    },
    /// The recipe would accept zones without any indicator.
    #[error(
        "recipe `{recipe}` lets {max_missing} of its {count} indicators be missing; at least one must be present, so max_missing is at most {}",
        .count.saturating_sub(1)
    )]
    MaxMissing {
        /// Name of the recipe.
        recipe: String,
        /// The limit as given.
        max_missing: usize,
        /// Number of indicators.
        count: usize,
    },
    /// A weight that is not a positive finite number.
    #[error(
        "`{field}`: weight {weight} is not a positive number; to reverse an indicator set inverted = true, to drop it remove it from the recipe"
    )]
    Weight {
        /// Field of the indicator.
        field: String,
        /// The weight as given.
        weight: f64,
    },
    /// As many columns as indicators are needed.
    #[error("{columns} columns for a recipe of {indicators} indicators; give one column for each, in order")]
    ColumnCount {
        /// Number of columns given.
        columns: usize,
        /// Number of indicators in the recipe.
        indicators: usize,
    },
    /// Columns of different lengths.
    #[error("`{field}` has {rows} rows, the first column {expected}; join the columns to the zones first")]
    ColumnLength {
        /// Field of the column.
        field: String,
        /// Its number of rows.
        rows: usize,
        /// Rows of the first column.
        expected: usize,
    },
    /// A value is infinite or not a number.
    #[error("`{field}`, row {row}: {value} is not a finite number; give it as missing or correct it")]
    NotFinite {
        /// Field of the indicator.
        field: String,
        /// Row of the value, from 0.
        row: usize,
        /// The value as given.
        value: f64,
    },
    /// A value without a logarithm.
    #[error("`{field}`, row {row}: {value} has no logarithm; set log = false, or give the value as missing")]
    Log {
        /// Field of the indicator.
        field: String,
        /// Row of the value, from 0.
        row: usize,
        /// The value as given.
        value: f64,
    },
    /// Goalposts without a logarithm.
    #[error(
        "`{field}`: goalposts {min} to {max} with log = true must both be above 0, in the unit of the field"
    )]
    LogGoalposts {
        /// Field of the indicator.
        field: String,
        /// Lower goalpost as given.
        min: f64,
        /// Upper goalpost as given.
        max: f64,
    },
    /// Goalposts that leave nothing between them.
    #[error(
        "`{field}`: goalposts {min} to {max} are not in rising order with a finite distance; give min below max, and set inverted = true if high values mean low risk"
    )]
    Goalposts {
        /// Field of the indicator.
        field: String,
        /// Lower goalpost as given.
        min: f64,
        /// Upper goalpost as given.
        max: f64,
    },
    /// Observed goalposts of a field that does not vary.
    #[error(
        "`{field}`: every value is {value}, so observed goalposts leave nothing between them; give fixed goalposts, or drop the indicator"
    )]
    NoSpread {
        /// Field of the indicator.
        field: String,
        /// The one value.
        value: f64,
    },
    /// Observed goalposts of a field without values.
    #[error("`{field}` has no value in any row; check the name of the field and the join")]
    NoValues {
        /// Field of the indicator.
        field: String,
    },
    /// Cuts that are not in rising order.
    #[error("class cuts must rise and be finite: cut {index} is {cut}")]
    Cuts {
        /// Position of the first wrong cut, from 0.
        index: usize,
        /// The cut as given.
        cut: f64,
    },
    /// Too few rows to find weights on.
    #[error(
        "{rows} rows without a missing value are too few to find weights from; at least {needed} are needed, or state the weights"
    )]
    FewRows {
        /// Rows without a missing value.
        rows: usize,
        /// How many are needed.
        needed: usize,
    },
    /// Scales and weights that were kept from another recipe.
    #[error(
        "what was kept does not fit recipe `{recipe}`: it has other indicators or dimensions; score with the recipe that it was kept from"
    )]
    Frozen {
        /// Name of the recipe.
        recipe: String,
    },
    /// A number of classes that no rule can make.
    #[error("{classes} classes cannot be made; ask for 2 to 20")]
    ClassCount {
        /// How many were asked for.
        classes: usize,
    },
    /// Fewer different values than classes.
    #[error("{values} different values cannot make {classes} classes; ask for fewer")]
    FewValues {
        /// Different values.
        values: usize,
        /// Classes asked for.
        classes: usize,
    },
    /// Values and groups of different number.
    #[error("{groups} groups for {values} values; give one for each")]
    GroupCount {
        /// Number of groups.
        groups: usize,
        /// Number of values.
        values: usize,
    },
    /// More classes than can be numbered.
    #[error("{cuts} class cuts; the limit is {limit}")]
    TooManyCuts {
        /// Number of cuts given.
        cuts: usize,
        /// Largest number accepted.
        limit: usize,
    },
}
