//! Strata of equal cumulated root frequency.

use crate::risk::RiskError;

/// Strata of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Strata {
    /// Lower end of each stratum but the lowest, rising; two that are equal leave a stratum empty.
    pub cuts: Vec<f64>,
    /// Intervals that frequencies were counted in.
    pub bins: usize,
    /// `sum_h W_h S_h`: standard error of the stratified mean under Neyman's allocation, but for the sample.
    pub neyman: f64,
}

/// The most intervals that are tried where none are stated.
const MOST_BINS: usize = 200;

/// Dalenius and Hodges (1959): the range is cut into `bins` equal intervals, the roots of their frequencies are
/// added up, and a stratum ends with the interval in which the sum first reaches another `Q = 1/L sum sqrt(f)`.
///
/// Where `bins` is not stated, all numbers from twice the strata to 200 are tried and the one taken that gives
/// the least coefficient of variation under Neyman's allocation, as CONAPO does; of equals the fewest. The range
/// that CONAPO tries is not known to us.
///
/// # Errors
/// [`RiskError::FewValues`] where all values are one, [`RiskError::ClassCount`] where there are fewer intervals
/// than strata.
///
/// ```
/// use corredor::risk::classify::dalenius_hodges;
/// let values = [0.0, 1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 4.0];
/// // Frequencies 1, 3, 1, 4: roots 1, 1.732, 1, 2, and half their sum, 2.866, is first reached with the third.
/// assert_eq!(dalenius_hodges(&values, 2, Some(4))?.cuts, [3.0]);
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn dalenius_hodges(sorted: &[f64], classes: usize, bins: Option<usize>) -> Result<Strata, RiskError> {
    let (low, high) = match (sorted.first(), sorted.last()) {
        (Some(&low), Some(&high)) if low < high => (low, high),
        _ => return Err(RiskError::FewValues { values: sorted.len().min(1), classes }),
    };
    if classes < 2 || bins.is_some_and(|bins| bins < classes) {
        return Err(RiskError::ClassCount { classes });
    }
    let strata = |bins: usize| {
        let cuts = cuts(sorted, (low, high), classes, bins);
        let neyman = neyman(sorted, &cuts);
        Strata { cuts, bins, neyman }
    };
    if let Some(bins) = bins {
        return Ok(strata(bins));
    }
    let mut best = strata(2 * classes);
    for bins in 2 * classes + 1..=MOST_BINS {
        let other = strata(bins);
        // A hair less is rounding.
        if other.neyman < best.neyman * (1.0 - 1e-12) {
            best = other;
        }
    }
    Ok(best)
}

fn cuts(sorted: &[f64], (low, high): (f64, f64), classes: usize, bins: usize) -> Vec<f64> {
    let edge = |bin: usize| low + (high - low) * bin as f64 / bins as f64;
    let mut roots = Vec::with_capacity(bins);
    let mut from = 0;
    for bin in 0..bins {
        let to = if bin + 1 == bins { sorted.len() } else { sorted.partition_point(|&v| v < edge(bin + 1)) };
        roots.push(((to.max(from) - from) as f64).sqrt());
        from = to.max(from);
    }
    let share = roots.iter().sum::<f64>() / classes as f64;
    let mut cuts = Vec::with_capacity(classes - 1);
    let mut sum = 0.0;
    for (bin, root) in roots.iter().enumerate() {
        sum += root;
        // Sums of roots that should be equal differ by rounding.
        while cuts.len() + 1 < classes && sum >= share * (cuts.len() + 1) as f64 * (1.0 - 1e-12) {
            cuts.push(edge(bin + 1));
        }
    }
    cuts
}

/// `sum_h W_h S_h` with the standard deviation of each stratum (of the population).
fn neyman(sorted: &[f64], cuts: &[f64]) -> f64 {
    let mut from = 0;
    let mut total = 0.0;
    let ends = cuts.iter().map(|cut| sorted.partition_point(|v| v < cut)).chain([sorted.len()]);
    for to in ends {
        let stratum = &sorted[from..to.max(from)];
        let n = stratum.len() as f64;
        if !stratum.is_empty() {
            let mean = stratum.iter().sum::<f64>() / n;
            let variance = stratum.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
            total += n / sorted.len() as f64 * variance.sqrt();
        }
        from = to.max(from);
    }
    total
}
