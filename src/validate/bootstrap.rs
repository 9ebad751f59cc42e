//! Intervals by the block bootstrap: stretches of a route are drawn, not single pieces, for neighbours are alike.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::Judged;
use crate::risk::composite::quantile;

/// Least and greatest value of an interval.
pub type Interval = [f64; 2];

/// Quantiles that an interval of 90 % lies between.
const INTERVAL: Interval = [0.05, 0.95];

/// How intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often.
    pub draws: u32,
    /// Same seed, same draws, whatever the number of threads.
    pub seed: u64,
}

/// Numbers pieces by block: those of one line within the same `block_km` along it. Counted from 0, in the order in which
/// they come.
///
/// ```
/// let blocks = corredor::validate::blocks(&[0, 0, 0, 1], &[0.0, 30.0, 60.0, 0.0], 50.0);
/// assert_eq!(blocks, [0, 0, 1, 2]);
/// ```
pub fn blocks(line: &[u32], from_km: &[f64], block_km: f64) -> Vec<u32> {
    let mut seen = std::collections::HashMap::new();
    line.iter()
        .zip(from_km)
        .map(|(&line, &km)| {
            // A nanometre before a border counts as past it.
            let block = (line, ((km + 1e-9) / block_km).floor() as u64);
            let next = seen.len() as u32;
            *seen.entry(block).or_insert(next)
        })
        .collect()
}

/// Intervals of 90 % of captures at `shares` of the kilometres, and of the area under the curve last: percentiles over
/// draws of blocks with replacement, as many as there are (Künsch 1989, with fixed blocks). The scores stay as they are,
/// so that the intervals say how far the figures hang on which events came, not on how the score was made. O(draws n).
pub fn bootstrap(judged: &Judged<'_>, blocks: &[u32], shares: &[f64], options: Bootstrap) -> Vec<Interval> {
    let count = blocks.iter().max().map_or(0, |&last| last as usize + 1);
    let draws: Vec<Vec<f64>> = (0..options.draws)
        .into_par_iter()
        .filter_map(|draw| {
            let mut random = ChaCha8Rng::seed_from_u64(options.seed);
            random.set_stream(u64::from(draw));
            let mut times = vec![0.0; count];
            for _ in 0..count {
                times[random.random_range(0..count)] += 1.0;
            }
            let (capture, auc) = judged.weighted(|piece| times[blocks[piece] as usize])?;
            Some(shares.iter().map(|&share| capture.at(share)).chain([auc]).collect())
        })
        .collect();
    (0..=shares.len())
        .map(|figure| {
            let mut values: Vec<f64> = draws.iter().map(|draw| draw[figure]).collect();
            values.sort_unstable_by(f64::total_cmp);
            interval(&values)
        })
        .collect()
}

/// The interval of ascending values; none of nothing.
fn interval(ascending: &[f64]) -> Interval {
    INTERVAL.map(|share| if ascending.is_empty() { f64::NAN } else { quantile(ascending, share) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_hold_the_figure_and_do_not_depend_on_threads() {
        let score: Vec<Option<f64>> = (0..200).map(|i| Some(f64::from(i % 17))).collect();
        let (km, events): (Vec<f64>, Vec<f64>) = (0..200).map(|i| (5.0, f64::from(i % 17 / 8))).unzip();
        let judged = Judged::new(&score, &km, &events).unwrap();
        let from: Vec<f64> = (0..200).map(|i| f64::from(i) * 5.0).collect();
        let blocks = blocks(&vec![0; 200], &from, 50.0);
        assert_eq!(blocks.last(), Some(&19));
        let options = Bootstrap { draws: 200, seed: 7 };
        let found = bootstrap(&judged, &blocks, &[0.1, 0.2], options);
        let capture = judged.capture();
        for (interval, value) in found.iter().zip([capture.at(0.1), capture.at(0.2), judged.auc()]) {
            assert!(interval[0] < value && value < interval[1], "{interval:?} {value}");
        }
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(alone.install(|| bootstrap(&judged, &blocks, &[0.1, 0.2], options)), found);
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.25), 1.5);
        assert_eq!(quantile(&[4.0], 0.95), 4.0);
        assert!(interval(&[]).iter().all(|end| end.is_nan()));
    }
}
