//! Sums that do not depend on the order of what is added.

/// The largest magnitude that may be added, 2^960: 2^62 of them stay below the largest double.
pub(super) const LARGEST: f64 = f64::from_bits((1023 + 960) << 52);

/// An exact sum of doubles.
///
/// It is kept as doubles that do not overlap, as many as it takes to lose nothing (Shewchuk 1997, growing an
/// expansion), and rounded once at the end. So the sum is the same to the last bit for any order and any
/// grouping of the values; a running sum would depend on how a file was cut for the threads. Whole numbers
/// and short decimals need one or two doubles.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExactSum {
    /// How many values were added.
    values: u64,
    high: f64,
    /// What `high` has lost, smallest first; none of them zero.
    rest: Vec<f64>,
}

impl ExactSum {
    /// Adds a value, at most [`LARGEST`] in magnitude.
    pub fn add(&mut self, value: f64) {
        self.values += 1;
        self.grow(value);
    }

    /// Adds all that another sum holds.
    pub fn merge(&mut self, other: &Self) {
        self.values += other.values;
        for &part in &other.rest {
            self.grow(part);
        }
        self.grow(other.high);
    }

    fn grow(&mut self, value: f64) {
        let mut carry = value;
        let mut kept = 0;
        for i in 0..self.rest.len() {
            let (sum, lost) = two_sum(carry, self.rest[i]);
            carry = sum;
            if lost != 0.0 {
                self.rest[kept] = lost;
                kept += 1;
            }
        }
        self.rest.truncate(kept);
        let (sum, lost) = two_sum(carry, self.high);
        self.high = sum;
        if lost != 0.0 {
            self.rest.push(lost);
        }
    }

    /// How many values were added.
    pub fn count(&self) -> u64 {
        self.values
    }

    /// The sum, rounded to the nearest double, ties to even; `None` where nothing was added.
    pub fn value(&self) -> Option<f64> {
        if self.values == 0 {
            return None;
        }
        let mut sum = self.high;
        let mut below = self.rest.iter().rev();
        // The parts do not overlap, so the first that leaves a remainder decides, save for a tie, which the
        // sign of the next part breaks.
        for &part in below.by_ref() {
            let (rounded, lost) = two_sum(sum, part);
            sum = rounded;
            if lost != 0.0 {
                let next = below.next().copied().unwrap_or(0.0);
                if (lost < 0.0 && next < 0.0) || (lost > 0.0 && next > 0.0) {
                    let twice = 2.0 * lost;
                    let up = sum + twice;
                    if up - sum == twice {
                        sum = up;
                    }
                }
                break;
            }
        }
        // A sum of -0 is 0.
        Some(sum + 0.0)
    }
}

/// The rounded sum of two doubles and what rounding lost, exactly (Knuth 1969).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(values: &[f64]) -> Option<f64> {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&v| sum.add(v));
        sum.value()
    }

    #[test]
    fn known_sums() {
        assert_eq!(sum(&[]), None);
        assert_eq!(sum(&[-0.0]).map(f64::to_bits), Some(0));
        assert_eq!(sum(&[0.1; 10]), Some(1.0), "ten times 0.1 rounds to 1");
        assert_eq!(sum(&[1e16, 1.0, 1e-16]), Some(10_000_000_000_000_002.0), "the smallest breaks the tie");
        assert_eq!(sum(&[1e16, 1.0, -1e-16]), Some(1e16));
        assert_eq!(sum(&[1e16, 1.0]), Some(1e16), "ties go to even");
        assert_eq!(sum(&[1e288, 1.0, -1e288]), Some(1.0));
        assert_eq!(LARGEST, 2_f64.powi(960));
    }

    proptest! {
        #[test]
        fn order_and_grouping_do_not_matter(
            mut values in prop::collection::vec(
                prop_oneof![-1e6..1e6_f64, -1e-9..1e-9_f64, -1e250..1e250_f64, Just(0.5), Just(-0.5)], 1..60),
            cut in 0_usize..60,
        ) {
            let cut = cut.min(values.len());
            let whole = sum(&values);
            let (mut left, mut right) = (ExactSum::default(), ExactSum::default());
            values[..cut].iter().for_each(|&v| left.add(v));
            values[cut..].iter().for_each(|&v| right.add(v));
            right.merge(&left);
            prop_assert_eq!(right.value(), whole);
            values.reverse();
            prop_assert_eq!(sum(&values), whole);
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(sum(&values), whole);
        }

        #[test]
        fn agrees_with_whole_numbers(values in prop::collection::vec(any::<i64>(), 1..50)) {
            // At most 2^53 and four binary places: a double holds each, but not always their sum.
            let exact: i128 = values.iter().map(|&v| i128::from(v >> 10)).sum();
            let values: Vec<f64> = values.iter().map(|&v| (v >> 10) as f64 / 16.0).collect();
            prop_assert_eq!(sum(&values), Some(exact as f64 / 16.0));
        }
    }
}
