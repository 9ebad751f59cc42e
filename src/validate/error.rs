//! What a validation refuses.

use thiserror::Error;

/// Inputs that no score can be judged by.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ValidateError {
    /// There is not one value for each piece.
    #[error("{values} {what} for {pieces} pieces; give one for each")]
    Count {
        /// What the values are.
        what: &'static str,
        /// How many there are.
        values: usize,
        /// Number of pieces.
        pieces: usize,
    },
    /// A length or a number of events that is below zero or no number.
    #[error("the {what} of piece {piece} is {value}; it must be a number, 0 or more")]
    NotAmount {
        /// What the value is.
        what: &'static str,
        /// The piece, counted from 0.
        piece: usize,
        /// The value.
        value: f64,
    },
    /// No kilometre to search.
    #[error("no piece has any length")]
    NoLength,
    /// No event that the score could be made from.
    #[error("no event is of {until} or before: nothing to make the score from")]
    NoEarly {
        /// The last year that makes it.
        until: i32,
    },
    /// No event to judge by.
    #[error("no later event lies on any piece: nothing to judge by")]
    NoEvents,
}
