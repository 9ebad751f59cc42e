//! Emerging hot and cold spots: what became of a zone over the nights (ESRI's categories, as DOMAIN has them).

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{Array, RecordBatch};
use arrow_schema::ArrowError;
use serde::Serialize;

use super::file::{numbers, sequences, texts};
use super::{RUN, ZONE};

/// From this `gi_bin` on a night counts as hot, and below its negative as cold: 95 % confidence.
const HOT: i64 = 2;

/// This share of nights makes a zone hot all along.
const NEARLY_ALL: f64 = 0.9;

/// A trend is one at 95 % confidence, two-sided.
const Z95: f64 = 1.959_963_984_540_054;

/// What became of a zone, hot or cold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Tonight for the first time.
    New,
    /// One run of nights up to tonight, and none before it.
    Consecutive,
    /// Nearly always, and rising.
    Intensifying,
    /// Nearly always, without a trend.
    Persistent,
    /// Nearly always, and falling.
    Diminishing,
    /// On and off.
    Sporadic,
    /// Tonight, and the opposite before.
    Oscillating,
    /// Not tonight, but nearly always before.
    Historical,
}

impl Trend {
    /// Its word in the published files.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Consecutive => "consecutive",
            Self::Intensifying => "intensifying",
            Self::Persistent => "persistent",
            Self::Diminishing => "diminishing",
            Self::Sporadic => "sporadic",
            Self::Oscillating => "oscillating",
            Self::Historical => "historical",
        }
    }
}

/// Mann and Kendall's test of a trend: the standard score of `S`, ties accounted for, with the correction for
/// continuity; 0 where all values are equal or there are fewer than two.
///
/// `S = sum sgn(x_j - x_i)` over `i < j`, `Var = [n(n-1)(2n+5) - sum t(t-1)(2t+5)] / 18` over groups of `t` equal
/// values (Mann 1945; Kendall 1975). O(n^2).
pub fn mann_kendall(values: &[f64]) -> f64 {
    let mut s = 0_i64;
    for (i, a) in values.iter().enumerate() {
        for b in &values[i + 1..] {
            s += b.partial_cmp(a).map_or(0, |order| order as i64);
        }
    }
    let spread = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|group| spread(group.len() as f64)).sum();
    let variance = (spread(values.len() as f64) - ties) / 18.0;
    match variance > 0.0 {
        true => (s - s.signum()) as f64 / variance.sqrt(),
        false => 0.0,
    }
}

/// What became of a zone; `(true, _)` hot, `(false, _)` cold, `None` no pattern.
///
/// `nights` are `gi_bin` and `gi_z`, tonight's last. Hot is asked first.
pub fn trend(nights: &[(i64, f64)]) -> Option<(bool, Trend)> {
    let hot = one_side(nights);
    hot.map(|trend| (true, trend)).or_else(|| {
        let mirrored: Vec<(i64, f64)> = nights.iter().map(|&(bin, z)| (-bin, -z)).collect();
        one_side(&mirrored).map(|trend| (false, trend))
    })
}

fn one_side(nights: &[(i64, f64)]) -> Option<Trend> {
    let hot: Vec<bool> = nights.iter().map(|&(bin, _)| bin >= HOT).collect();
    let count = hot.iter().filter(|&&hot| hot).count();
    let (&tonight, before) = hot.split_last()?;
    let nearly_all = count as f64 >= NEARLY_ALL * hot.len() as f64;
    if !tonight {
        let earlier = before.iter().filter(|&&hot| hot).count() as f64;
        return (earlier > 0.0 && earlier >= NEARLY_ALL * before.len() as f64).then_some(Trend::Historical);
    }
    if count == 1 && hot.len() > 1 {
        return Some(Trend::New);
    }
    let last_run = hot.iter().rev().take_while(|&&hot| hot).count();
    if last_run == count && last_run >= 2 && !nearly_all {
        return Some(Trend::Consecutive);
    }
    if nearly_all {
        let z = mann_kendall(&nights.iter().map(|&(_, z)| z).collect::<Vec<_>>());
        return Some(match z {
            z if z > Z95 => Trend::Intensifying,
            z if z < -Z95 => Trend::Diminishing,
            _ => Trend::Persistent,
        });
    }
    let opposite = nights.iter().any(|&(bin, _)| bin <= -HOT);
    Some(if opposite { Trend::Oscillating } else { Trend::Sporadic })
}

/// What became of one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ZoneTrend {
    /// Its key.
    pub zone: String,
    /// Whether it is about being hot; else about being cold.
    pub hot: bool,
    /// What became of it.
    pub trend: Trend,
    /// Nights on record.
    pub nights: usize,
}

/// Every zone with a pattern, by key. A night without a statistic for a zone is none for it.
pub fn trends(batch: &RecordBatch, withdrawn: &BTreeSet<String>) -> Result<Vec<ZoneTrend>, ArrowError> {
    let (Some(bins), Some(z)) = (numbers(batch, "gi_bin"), numbers(batch, "gi_z")) else {
        return Ok(Vec::new());
    };
    let (order, runs, zones) = (sequences(batch)?, texts(batch, RUN)?, texts(batch, ZONE)?);
    let mut nights: BTreeMap<&str, BTreeMap<u64, (i64, f64)>> = BTreeMap::new();
    for row in 0..batch.num_rows() {
        if !bins.is_null(row) && !z.is_null(row) && !withdrawn.contains(runs.value(row)) {
            let night = (bins.value(row) as i64, z.value(row));
            nights.entry(zones.value(row)).or_default().insert(order.value(row), night);
        }
    }
    let found = nights.into_iter().filter_map(|(zone, nights)| {
        let nights: Vec<(i64, f64)> = nights.into_values().collect();
        let (hot, trend) = trend(&nights)?;
        Some(ZoneTrend { zone: zone.to_owned(), hot, trend, nights: nights.len() })
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bins: &[i64]) -> Option<(bool, Trend)> {
        trend(&bins.iter().map(|&bin| (bin, bin as f64)).collect::<Vec<_>>())
    }

    #[test]
    fn categories_in_their_order() {
        assert_eq!(of(&[0, 0, 1, 2]), Some((true, Trend::New)));
        assert_eq!(of(&[0, 0, 3, 2]), Some((true, Trend::Consecutive)));
        assert_eq!(of(&[2; 12]), Some((true, Trend::Persistent)));
        let rising: Vec<(i64, f64)> = (0..12).map(|n| (2, f64::from(n))).collect();
        assert_eq!(trend(&rising), Some((true, Trend::Intensifying)));
        let falling: Vec<(i64, f64)> = (0..12).map(|n| (3, -f64::from(n))).collect();
        assert_eq!(trend(&falling), Some((true, Trend::Diminishing)));
        assert_eq!(of(&[2, 0, 2, 0, 2]), Some((true, Trend::Sporadic)));
        assert_eq!(of(&[2, 0, -3, 0, 2]), Some((true, Trend::Oscillating)));
        assert_eq!(of(&[2, 2, 2, 2, 0]), Some((true, Trend::Historical)));
        assert_eq!(of(&[-2, -2, -2, -2, 0]), Some((false, Trend::Historical)));
        assert_eq!(of(&[0, 0, 0, -3]), Some((false, Trend::New)));
        assert_eq!(of(&[0, 1, -1]), None);
        assert_eq!(of(&[]), None);
    }

    /// Worked by hand: S = 8 of n = 5 without ties, variance 5*4*15/18; and with a pair of ties.
    #[test]
    fn mann_kendall_by_hand() {
        assert!((mann_kendall(&[1.0, 2.0, 4.0, 3.0, 5.0]) - 7.0 / (300.0_f64 / 18.0).sqrt()).abs() < 1e-12);
        // Pairs of 1 1 2 3: one tie, five rises; variance (4*3*13 - 2*1*9) / 18.
        assert!((mann_kendall(&[1.0, 1.0, 2.0, 3.0]) - 4.0 / (138.0_f64 / 18.0).sqrt()).abs() < 1e-12);
        assert_eq!(mann_kendall(&[2.0, 2.0, 2.0]), 0.0);
        assert_eq!(mann_kendall(&[2.0]), 0.0);
    }
}
