//! Variances of survey estimates: Taylor linearisation over strata and clusters.

use serde::{Deserialize, Serialize};

use super::MirtiError;
use super::dense::Square;
use super::frame::Frame;

/// What a stratum with a single cluster adds to the variance, where none can be estimated from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lonely {
    /// Its distance from the mean of all strata, squared: too much rather than too little.
    #[default]
    Adjust,
    /// Nothing, as if the cluster had been in the sample with certainty.
    Certainty,
    /// What the other strata add on average.
    Average,
    /// The fit is refused.
    Fail,
}

/// What the design comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DesignCounts {
    /// Strata with an observation.
    pub strata: usize,
    /// Clusters with an observation.
    pub clusters: usize,
    /// Strata with a single cluster.
    pub lonely: usize,
}

/// Counts of the design of a frame.
pub fn counts(frame: &Frame) -> DesignCounts {
    let mut seen = vec![false; frame.clusters_in_stratum.len()];
    let mut clusters: Vec<u32> = frame.cluster.clone();
    clusters.sort_unstable();
    clusters.dedup();
    for &stratum in &frame.stratum {
        seen[stratum as usize] = true;
    }
    let strata = seen.iter().filter(|s| **s).count();
    let lonely = seen.iter().zip(&frame.clusters_in_stratum).filter(|(s, n)| **s && **n == 1).count();
    DesignCounts { strata, clusters: clusters.len(), lonely }
}

/// The covariance of sums `sum_i z_i` over a stratified sample of clusters drawn with replacement:
/// `sum_h n_h / (n_h - 1) sum_c (z_hc - z_h)(z_hc - z_h)ᵀ` with `z_hc` the sum over cluster c.
///
/// `z` holds `p` numbers a row of the frame. Clusters without a row count with zeros. Strata with a single
/// cluster go by the rule `lonely`, each as R's `survey.lonely.psu`.
///
/// # Errors
/// Under [`Lonely::Fail`], a stratum with a single cluster; under [`Lonely::Average`], no other stratum.
pub fn covariance(frame: &Frame, z: &[f64], p: usize, lonely: Lonely) -> Result<Square, MirtiError> {
    let strata = frame.clusters_in_stratum.len();
    let clusters = frame.cluster.iter().max().map_or(0, |&c| c as usize + 1);
    let mut totals = vec![0.0; clusters * p];
    let mut stratum_of = vec![u32::MAX; clusters];
    for i in 0..frame.len() {
        let cluster = frame.cluster[i] as usize;
        stratum_of[cluster] = frame.stratum[i];
        for (total, value) in totals[cluster * p..(cluster + 1) * p].iter_mut().zip(&z[i * p..(i + 1) * p]) {
            *total += value;
        }
    }
    let mut mean = vec![0.0; strata * p];
    let mut present = vec![0_u32; strata];
    for (cluster, &stratum) in stratum_of.iter().enumerate().filter(|(_, s)| **s != u32::MAX) {
        let h = stratum as usize;
        present[h] += 1;
        for (sum, total) in mean[h * p..(h + 1) * p].iter_mut().zip(&totals[cluster * p..(cluster + 1) * p]) {
            *sum += total / f64::from(frame.clusters_in_stratum[h]);
        }
    }
    let is_lonely = |h: usize| frame.clusters_in_stratum[h] == 1;
    let used = (0..strata).filter(|&h| present[h] > 0).count();
    let alone = (0..strata).filter(|&h| present[h] > 0 && is_lonely(h)).count();
    match lonely {
        Lonely::Fail if alone > 0 => return Err(MirtiError::LonelyClusters { strata: alone }),
        Lonely::Average if alone == used => return Err(MirtiError::OnlyLonely),
        _ => {}
    }
    let mut sum = Square::zero(p);
    let mut centred = vec![0.0; p];
    for (cluster, &stratum) in stratum_of.iter().enumerate().filter(|(_, s)| **s != u32::MAX) {
        let h = stratum as usize;
        let n = f64::from(frame.clusters_in_stratum[h]);
        let total = &totals[cluster * p..(cluster + 1) * p];
        match (is_lonely(h), lonely) {
            // Sums of scores are zero over all strata, so the total itself is the distance from their mean.
            (true, Lonely::Adjust) => sum.add_outer(1.0, total),
            (true, _) => {}
            (false, _) => {
                for (c, (t, m)) in centred.iter_mut().zip(total.iter().zip(&mean[h * p..(h + 1) * p])) {
                    *c = t - m;
                }
                sum.add_outer(n / (n - 1.0), &centred);
            }
        }
    }
    // Clusters without a row: zeros, at a distance from the mean all the same.
    for h in (0..strata).filter(|&h| !is_lonely(h) && present[h] > 0) {
        let empty = f64::from(frame.clusters_in_stratum[h] - present[h]);
        let n = f64::from(frame.clusters_in_stratum[h]);
        sum.add_outer(empty * n / (n - 1.0), &mean[h * p..(h + 1) * p]);
    }
    sum.mirror();
    if lonely == Lonely::Average {
        let scale = used as f64 / (used - alone) as f64 - 1.0;
        let copy = sum.clone();
        sum.add(&copy, scale);
    }
    Ok(sum)
}
