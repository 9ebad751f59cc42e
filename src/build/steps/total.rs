//! Totals that know what they lack: a sum of nothing known is null, and one of some of its values says so.

use crate::layer::{EXAMPLES, Finding};

/// A sum of values of which some may not be known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Total {
    sum: f64,
    known: usize,
    lacking: usize,
}

impl Total {
    /// Adds a value, times a weight, or what is not known of it.
    pub(super) fn add(&mut self, value: Option<f64>) {
        match value {
            Some(value) => (self.sum, self.known) = (self.sum + value, self.known + 1),
            None => self.lacking += 1,
        }
    }

    /// A total that lacks a part, and knows some of the others or nothing.
    pub(super) fn of(some: bool) -> Self {
        Self { sum: 0.0, known: usize::from(some), lacking: 1 }
    }

    /// The sum; 0 where there is nothing to add, null where nothing of it is known.
    pub(super) fn value(&self) -> Option<f64> {
        (self.known > 0 || self.lacking == 0).then_some(self.sum)
    }
}

/// What to say of totals of a field that lack values; `lacking` are the keys of the features that lack theirs.
pub(super) fn partial(field: &str, totals: &[Total], lacking: &[&str], of: usize) -> Option<Finding> {
    let lack = |total: &&Total| total.lacking > 0;
    (!lacking.is_empty()).then(|| Finding::Partial {
        field: field.to_owned(),
        lacking: lacking.len(),
        of,
        some: totals.iter().filter(lack).filter(|total| total.known > 0).count(),
        none: totals.iter().filter(lack).filter(|total| total.known == 0).count(),
        examples: lacking.iter().take(EXAMPLES).map(|&key| key.to_owned()).collect(),
    })
}

/// What to say of a result that most features do not have; nothing where most have it.
pub(super) fn mostly_null(
    field: &str,
    values: &[Option<f64>],
    keys: &[&str],
    (reason_es, reason_en): (String, String),
) -> Option<Finding> {
    let null: Vec<usize> = (0..values.len()).filter(|&row| values[row].is_none()).collect();
    (null.len() * 2 > values.len()).then(|| Finding::NoResult {
        field: field.to_owned(),
        count: null.len(),
        of: values.len(),
        reason_es,
        reason_en,
        examples: null.iter().take(EXAMPLES).map(|&row| keys[row].to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(values: &[Option<f64>]) -> Total {
        let mut total = Total::default();
        values.iter().for_each(|&value| total.add(value));
        total
    }

    #[test]
    fn a_sum_of_nothing_known_is_null() {
        assert_eq!(total(&[]).value(), Some(0.0));
        assert_eq!(total(&[None, None]).value(), None);
        assert_eq!(total(&[None, Some(2.0), Some(0.5)]).value(), Some(2.5));
    }

    #[test]
    fn a_sum_of_some_says_so() {
        let totals = [total(&[None, Some(1.0)]), total(&[None]), total(&[Some(1.0)])];
        let found = partial("people", &totals, &["a", "c"], 4).unwrap();
        assert_eq!(
            found.text(crate::lang::Lang::En),
            "`people` lacks in 2 of 4 (a, c); results of the others only: 1, null: 1"
        );
        assert_eq!(partial("people", &totals[2..], &[], 1), None);
    }
}
