//! Scores of many runs to intervals.

use rayon::prelude::*;

use crate::risk::composite::quantile;

/// Intervals of a layer: from the 5th to the 95th percentile of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// Lower end of each score.
    pub score_lo: Vec<Option<f64>>,
    /// Median of each score.
    pub score_mid: Vec<Option<f64>>,
    /// Upper end of each score.
    pub score_hi: Vec<Option<f64>>,
    /// Place nearest to the first.
    pub rank_lo: Vec<Option<i64>>,
    /// Median place.
    pub rank_mid: Vec<Option<i64>>,
    /// Place farthest from the first.
    pub rank_hi: Vec<Option<i64>>,
}

/// Ends and middles of a score and of a rank: low, median, high, best, median, worst.
type Ends = (f64, f64, f64, i64, i64, i64);

/// Percentiles that bound an interval: nine runs in ten lie within.
const BOUNDS: (f64, f64) = (0.05, 0.95);

/// Places from the highest score down: 1 is the highest, equals share the better place. O(n log n).
///
/// ```
/// use corredor::risk::uncertainty::ranks;
/// assert_eq!(ranks(&[Some(0.2), None, Some(0.9), Some(0.9)]), [Some(3), None, Some(1), Some(1)]);
/// ```
pub fn ranks(scores: &[Option<f64>]) -> Vec<Option<i64>> {
    let mut sorted: Vec<f64> = scores.iter().flatten().copied().collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let place = |score: f64| sorted.partition_point(|&other| other > score) as i64 + 1;
    scores.iter().map(|score| score.map(place)).collect()
}

/// Scores of a run re-expressed with the mean and the standard deviation of `own`, over rows that have both, and
/// held within 0 and `scale`.
///
/// Another normalisation or mean shifts the unit of a score; what a run can say is where a zone stands among the
/// others. Ranks stay as they are.
pub fn align(run: &mut [Option<f64>], own: &[Option<f64>], scale: f64) {
    let pairs: Vec<(f64, f64)> = run.iter().zip(own).filter_map(|(r, o)| Some(((*r)?, (*o)?))).collect();
    let n = pairs.len() as f64;
    let moments = |pick: &dyn Fn(&(f64, f64)) -> f64| {
        let mean = pairs.iter().map(pick).sum::<f64>() / n;
        (mean, (pairs.iter().map(|pair| (pick(pair) - mean).powi(2)).sum::<f64>() / n).sqrt())
    };
    let ((from, from_sd), (to, to_sd)) = (moments(&|pair| pair.0), moments(&|pair| pair.1));
    // Without spread there is nothing to stretch.
    let stretch = if from_sd > 0.0 { to_sd / from_sd } else { 1.0 };
    for value in run.iter_mut().flatten() {
        *value = (to + (*value - from) * stretch).clamp(0.0, scale);
    }
}

/// Intervals from the scores of many runs, by run and row. A row without a score in a run does not count in it.
/// O(runs × rows log(runs × rows)), parallel, the same for any number of threads.
pub fn intervals(runs: &[Vec<Option<f64>>]) -> Intervals {
    let rows = runs.first().map_or(0, Vec::len);
    let places: Vec<Vec<Option<i64>>> = runs.par_iter().map(|run| ranks(run)).collect();
    let of = |row: usize| {
        let sorted = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values
        };
        let scores = sorted(runs.iter().filter_map(|run| run[row]).collect());
        let places = sorted(places.iter().filter_map(|run| run[row].map(|place| place as f64)).collect());
        (!scores.is_empty()).then(|| {
            let place = |share: f64, round: fn(f64) -> f64| round(quantile(&places, share)) as i64;
            (
                quantile(&scores, BOUNDS.0),
                quantile(&scores, 0.5),
                quantile(&scores, BOUNDS.1),
                place(BOUNDS.0, f64::floor),
                place(0.5, f64::round),
                place(BOUNDS.1, f64::ceil),
            )
        })
    };
    let found: Vec<Option<Ends>> = (0..rows).into_par_iter().map(of).collect();
    Intervals {
        score_lo: found.iter().map(|f| f.map(|f| f.0)).collect(),
        score_mid: found.iter().map(|f| f.map(|f| f.1)).collect(),
        score_hi: found.iter().map(|f| f.map(|f| f.2)).collect(),
        rank_lo: found.iter().map(|f| f.map(|f| f.3)).collect(),
        rank_mid: found.iter().map(|f| f.map(|f| f.4)).collect(),
        rank_hi: found.iter().map(|f| f.map(|f| f.5)).collect(),
    }
}

/// The share of runs, %, that put each row into its class; `None` without a class.
pub fn class_share(own: &[Option<u8>], runs: &[Vec<Option<u8>>]) -> Vec<Option<f64>> {
    let share = |(row, class): (usize, &Option<u8>)| {
        let class = (*class)?;
        let scored = runs.iter().filter(|run| run[row].is_some()).count();
        let same = runs.iter().filter(|run| run[row] == Some(class)).count();
        (scored > 0).then(|| 100.0 * same as f64 / scored as f64)
    };
    own.iter().enumerate().map(share).collect()
}
