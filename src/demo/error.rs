//! What can go wrong when a country is invented or written.

use std::path::PathBuf;

/// Errors of the demo generator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// An option lies outside the range that the generator supports.
    #[error("`{option}` = {value} is out of range: choose {min} to {max}")]
    OutOfRange {
        /// Name of the option.
        option: &'static str,
        /// The value that was asked for.
        value: usize,
        /// Smallest value allowed.
        min: usize,
        /// Largest value allowed.
        max: usize,
    },
    /// The states can't number their municipalities, or would have fewer than three each.
    #[error(
        "{municipalities} municipalities do not fit {states} states: \
         a state takes 3 to 700 of them; choose {min} to {max} states"
    )]
    StatesDoNotFit {
        /// Number of municipalities asked for.
        municipalities: usize,
        /// Number of states asked for.
        states: usize,
        /// Fewest states that can hold them.
        min: usize,
        /// Most states that they can fill.
        max: usize,
    },
    /// The random draw led to a country that cannot be finished.
    #[error("seed {seed} gives no usable country ({reason}): try another seed")]
    Unlucky {
        /// The seed that failed.
        seed: u64,
        /// What could not be built.
        reason: &'static str,
    },
    /// A file of the country could not be written.
    #[error("cannot write {}: {cause}; check that it is a folder and that this user may write there", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}
