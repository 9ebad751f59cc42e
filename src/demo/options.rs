//! What a caller may choose about the invented country.

use super::DemoError;

/// Most municipalities of one state on average: three digits must number the largest state.
const MAX_PER_STATE: usize = 700;
/// Fewest municipalities of one state on average.
const MIN_PER_STATE: usize = 3;

/// Seed and size of the invented country.
///
/// ```
/// use corredor::demo::Options;
///
/// assert_eq!(Options::default().municipalities, 600);
/// assert!(Options::sized(20_000).check().is_ok());
/// assert!(Options { municipalities: 10, ..Options::default() }.check().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Seed of every random draw; the same seed and sizes give the same bytes.
    pub seed: u64,
    /// Number of municipalities, 50 to 20,000.
    pub municipalities: usize,
    /// Number of states, 1 to 99, with 3 to 700 municipalities each on average.
    pub states: usize,
    /// Number of shelters, 5 to 5,000.
    pub shelters: usize,
    /// Number of incidents, 100 to 1,000,000.
    pub incidents: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, municipalities: 600, states: 12, shelters: 60, incidents: 3_000 }
    }
}

impl Options {
    /// Fewest and most municipalities.
    pub const MUNICIPALITIES: std::ops::RangeInclusive<usize> = 50..=20_000;

    /// Default options for another number of municipalities, with as many states as they fill:
    /// 12 where that fits, fewer for a small country, more for a large one.
    pub fn sized(municipalities: usize) -> Self {
        let fewest = municipalities.div_ceil(500).max(1);
        let most = (municipalities / 12).max(1);
        Self { municipalities, states: 12.min(most).max(fewest), ..Self::default() }
    }

    /// Checks every option against its range.
    ///
    /// # Errors
    ///
    /// [`DemoError::OutOfRange`] names the first option outside its range;
    /// [`DemoError::StatesDoNotFit`] says how many states would do.
    pub fn check(&self) -> Result<(), DemoError> {
        let sizes = Self::MUNICIPALITIES;
        in_range("municipalities", self.municipalities, *sizes.start(), *sizes.end())?;
        in_range("states", self.states, 1, 99)?;
        in_range("shelters", self.shelters, 5, 5_000)?;
        in_range("incidents", self.incidents, 100, 1_000_000)?;
        let min = self.municipalities.div_ceil(MAX_PER_STATE);
        let max = (self.municipalities / MIN_PER_STATE).min(99);
        if self.states < min || self.states > max {
            return Err(DemoError::StatesDoNotFit {
                municipalities: self.municipalities,
                states: self.states,
                min,
                max,
            });
        }
        Ok(())
    }
}

fn in_range(option: &'static str, value: usize, min: usize, max: usize) -> Result<(), DemoError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(DemoError::OutOfRange { option, value, min, max }) }
}
