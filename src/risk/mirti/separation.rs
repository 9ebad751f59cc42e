//! Separation of an outcome, which leaves its model without a finite estimate.

/// How an outcome is separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separated {
    /// No child of the level has the outcome.
    LevelWithout,
    /// Every child of the level has it.
    LevelOnly,
    /// One value of a number parts children with and without it.
    Threshold,
    /// Several variables do together.
    Together,
}
