//! Which input makes an output vary.

use rayon::prelude::*;

use super::unit;

/// Sensitivity indices of Sobol.
#[derive(Clone, Debug, PartialEq)]
pub struct Sobol {
    /// First-order index of each input: the share of the variance that it makes by itself.
    pub first: Vec<f64>,
    /// Total index of each input: the share that would be left if all others were known.
    pub total: Vec<f64>,
    /// Mean of the output.
    pub mean: f64,
    /// Variance of the output.
    pub variance: f64,
    /// How often the output was computed.
    pub runs: usize,
}

/// Sobol's indices of a function of `inputs` numbers, uniform on `[0, 1)` and independent, from
/// `samples × (inputs + 2)` runs: first order after Saltelli and others (2010, *Computer Physics Communications*
/// 181, 259-270), total after Jansen (1999). Their error falls as one over the root of `samples`. An output that
/// does not vary has indices of 0. Parallel; the same for any number of threads.
///
/// ```
/// use corredor::risk::uncertainty::sobol;
/// // Only the first of two inputs matters.
/// let found = sobol(2, 2_000, 1, |x| x[0]);
/// assert!((found.first[0] - 1.0).abs() < 0.05 && found.total[1].abs() < 1e-12);
/// ```
pub fn sobol(inputs: usize, samples: usize, seed: u64, f: impl Fn(&[f64]) -> f64 + Sync) -> Sobol {
    let rows: Vec<(f64, f64, Vec<f64>)> = (0..samples as u64)
        .into_par_iter()
        .map(|sample| {
            let both = unit(seed, sample, 2 * inputs);
            let (a, b) = both.split_at(inputs);
            let mut mixed = a.to_vec();
            let others = (0..inputs)
                .map(|input| {
                    mixed[input] = b[input];
                    let value = f(&mixed);
                    mixed[input] = a[input];
                    value
                })
                .collect();
            (f(a), f(b), others)
        })
        .collect();
    let n = rows.len().max(1) as f64;
    let both = || rows.iter().flat_map(|(a, b, _)| [*a, *b]);
    let mean = both().sum::<f64>() / (2.0 * n);
    let variance = both().map(|y| (y - mean).powi(2)).sum::<f64>() / (2.0 * n);
    let share = |sum: f64| if variance > 0.0 { sum / n / variance } else { 0.0 };
    Sobol {
        first: (0..inputs)
            .map(|k| share(rows.iter().map(|(a, b, ab)| (b - mean) * (ab[k] - a)).sum()))
            .collect(),
        total: (0..inputs)
            .map(|k| share(rows.iter().map(|(a, _, ab)| (a - ab[k]).powi(2) / 2.0).sum()))
            .collect(),
        mean,
        variance,
        runs: samples * (inputs + 2),
    }
}
