//! How well a fitted model tells children apart, and whether its probabilities are borne out.

use serde::{Deserialize, Serialize};

use super::tails::chi_square_above;

/// Groups of the Hosmer-Lemeshow test.
const GROUPS: usize = 10;

/// The Hosmer-Lemeshow statistic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HosmerLemeshow {
    /// The sum of squared distances of observed from expected.
    pub statistic: f64,
    /// Degrees of freedom, groups less two.
    pub df: u32,
    /// Upper tail of chi-square.
    pub p_value: f64,
}

/// The weighted area under the receiver operating characteristic: how often a child with the outcome has a
/// higher probability than one without, ties counted half.
pub fn auc(p: &[f64], y: &[bool], weight: &[f64]) -> f64 {
    let order = by_probability(p);
    let (mut negative, mut area, mut positive) = (0.0, 0.0, 0.0);
    let mut at = 0;
    while at < order.len() {
        let (mut yes, mut no) = (0.0, 0.0);
        let value = p[order[at]];
        while at < order.len() && p[order[at]] == value {
            let i = order[at];
            if y[i] {
                yes += weight[i]
            } else {
                no += weight[i]
            }
            at += 1;
        }
        area += yes * (negative + 0.5 * no);
        negative += no;
        positive += yes;
    }
    area / (positive * negative)
}

/// Hosmer and Lemeshow (1980) over tenths of the weight in the order of probability, equal probabilities kept
/// together; weights are divided by their mean. `None` with fewer than three groups.
///
/// It takes observations for independent; under a clustered design it rejects too often.
pub fn hosmer_lemeshow(p: &[f64], y: &[bool], weight: &[f64]) -> Option<HosmerLemeshow> {
    let order = by_probability(p);
    let total: f64 = weight.iter().sum();
    let scale = p.len() as f64 / total;
    let mut groups = [(0.0, 0.0, 0.0); GROUPS];
    let mut below = 0.0;
    let mut at = 0;
    while at < order.len() {
        let value = p[order[at]];
        // A tie goes where its first observation does.
        let group = ((below / total * GROUPS as f64) as usize).min(GROUPS - 1);
        while at < order.len() && p[order[at]] == value {
            let i = order[at];
            let (n, observed, expected) = &mut groups[group];
            *n += scale * weight[i];
            *observed += if y[i] { scale * weight[i] } else { 0.0 };
            *expected += scale * weight[i] * p[i];
            below += weight[i];
            at += 1;
        }
    }
    let filled: Vec<_> = groups.iter().filter(|(n, _, _)| *n > 0.0).collect();
    if filled.len() < 3 {
        return None;
    }
    let statistic = filled.iter().map(|(n, o, e)| (o - e).powi(2) / (e * (1.0 - e / n))).sum();
    let df = filled.len() as u32 - 2;
    Some(HosmerLemeshow { statistic, df, p_value: chi_square_above(statistic, f64::from(df)) })
}

fn by_probability(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_by_hand() {
        let p = [0.1, 0.4, 0.4, 0.8];
        let y = [false, true, false, true];
        // Pairs: (0.4, 0.1) 1, (0.4, 0.4) 1/2, (0.8, both) 2: 3.5 of 4.
        assert_eq!(auc(&p, &y, &[1.0; 4]), 3.5 / 4.0);
        // The tied negative weighs 3: (1 + 1.5 + 1 + 3) / 8.
        assert_eq!(auc(&p, &y, &[1.0, 1.0, 3.0, 1.0]), 6.5 / 8.0);
    }

    #[test]
    fn too_few_groups_have_no_test() {
        assert_eq!(hosmer_lemeshow(&[0.2, 0.2, 0.7], &[true, false, true], &[1.0; 3]), None);
    }
}
