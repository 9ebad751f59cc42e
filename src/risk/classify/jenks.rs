//! Natural breaks: the least squares within classes, exactly.

use crate::risk::RiskError;

/// Natural breaks of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Natural {
    /// The least value of each class but the lowest, rising.
    pub cuts: Vec<f64>,
    /// Sum of the squares within classes.
    pub within: f64,
}

/// The partition of sorted values into `classes` runs with the least sum of squares around their means
/// (Fisher 1958, *JASA* 53, 789-798; named after Jenks in cartography). Exact, on all values, without a sample.
///
/// Dynamic programming over the different values; the best place to begin the last class moves only upward
/// with the values covered (the cost obeys the quadrangle inequality), so each layer is found by halving:
/// O(classes × n log n) time, O(classes × n) memory. Of equal partitions the one with the lowest cuts.
///
/// # Errors
/// [`RiskError::FewValues`] with fewer different values than classes.
///
/// ```
/// use corredor::risk::classify::jenks;
/// let found = jenks(&[1.0, 2.0, 3.0, 20.0, 21.0, 50.0], 3)?;
/// assert_eq!(found.cuts, [20.0, 50.0]);
/// assert!((found.within - 2.5).abs() < 1e-9);
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn jenks(sorted: &[f64], classes: usize) -> Result<Natural, RiskError> {
    let squares = Squares::new(sorted);
    let n = squares.values.len();
    if classes == 0 || n < classes {
        return Err(RiskError::FewValues { values: n, classes });
    }
    let mut best: Vec<f64> = (0..n).map(|last| squares.within(0, last)).collect();
    let mut starts: Vec<Vec<u32>> = Vec::with_capacity(classes - 1);
    for layer in 1..classes {
        let mut next = vec![f64::INFINITY; n];
        let mut start = vec![0_u32; n];
        // Ranges of last values, each with the range in which the start of its class lies.
        let mut open = vec![(layer, n, layer, n)];
        while let Some((from, to, low, high)) = open.pop() {
            if from >= to {
                continue;
            }
            let last = from + (to - from) / 2;
            let (mut least, mut at) = (f64::INFINITY, low);
            for first in low..high.min(last + 1) {
                let cost = best[first - 1] + squares.within(first, last);
                if cost < least {
                    (least, at) = (cost, first);
                }
            }
            (next[last], start[last]) = (least, at as u32);
            open.push((from, last, low, at + 1));
            open.push((last + 1, to, at, high));
        }
        best = next;
        starts.push(start);
    }
    let mut cuts = Vec::with_capacity(classes - 1);
    let mut last = n - 1;
    for start in starts.iter().rev() {
        let first = start[last] as usize;
        cuts.push(squares.values[first]);
        last = first - 1;
    }
    cuts.reverse();
    Ok(Natural { cuts, within: best[n - 1] })
}

/// Sums that tell the squares of any run of values at once.
struct Squares {
    /// Different values, rising.
    values: Vec<f64>,
    /// Counts, sums and squares of the values before each, less their mean.
    counts: Vec<f64>,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Squares {
    fn new(sorted: &[f64]) -> Self {
        // Around the mean, so that large values with little spread keep their digits.
        let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        let mut this = Self { values: Vec::new(), counts: vec![0.0], sums: vec![0.0], squares: vec![0.0] };
        let (mut count, mut sum, mut square) = (0.0, 0.0, 0.0);
        for (i, &value) in sorted.iter().enumerate() {
            count += 1.0;
            sum += value - mean;
            square += (value - mean).powi(2);
            if sorted.get(i + 1) != Some(&value) {
                this.values.push(value);
                this.counts.push(count);
                this.sums.push(sum);
                this.squares.push(square);
            }
        }
        this
    }

    /// Squares around the mean of the values `first..=last`.
    fn within(&self, first: usize, last: usize) -> f64 {
        let of = |sums: &[f64]| sums[last + 1] - sums[first];
        let (count, sum, square) = (of(&self.counts), of(&self.sums), of(&self.squares));
        (square - sum * sum / count).max(0.0)
    }
}
