//! How many runs stay.

use std::collections::BTreeSet;

/// The last so many runs, and the last of each of so many months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Runs, the newest included; at least one.
    pub last: usize,
    /// Months, the newest included, of each of which the last run stays.
    pub months: usize,
}

impl From<usize> for Keep {
    fn from(last: usize) -> Self {
        Self { last, months: 0 }
    }
}

impl Keep {
    /// Which of these runs stay; they come in the order in which they were published.
    ///
    /// A month is the one in the run's name.
    pub fn of<'a>(self, runs: &[&'a str]) -> BTreeSet<&'a str> {
        let newest = runs.iter().rev();
        let mut stay: BTreeSet<&str> = newest.clone().take(self.last.max(1)).copied().collect();
        let mut months = BTreeSet::new();
        for run in newest {
            if months.len() == self.months {
                break;
            }
            // `20261123T190000Z-...`: four digits of the year, two of the month.
            if run.get(..6).is_some_and(|month| months.insert(month)) {
                stay.insert(run);
            }
        }
        stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_and_one_a_month() {
        let runs = ["20260105", "20260120", "20260201", "20260228", "20260301", "20260302", "20260303"];
        let stay = |last, months| Keep { last, months }.of(&runs).into_iter().collect::<Vec<_>>();
        assert_eq!(stay(1, 0), ["20260303"]);
        assert_eq!(stay(2, 2), ["20260228", "20260302", "20260303"]);
        assert_eq!(stay(1, 9), ["20260120", "20260228", "20260303"]);
        assert_eq!(stay(0, 0), ["20260303"], "the newest always stays");
        assert_eq!(stay(99, 0).len(), 7);
    }
}
