//! Emerging hot and cold spots: what became of a zone over the nights (ESRI's categories, as DOMAIN has them).
//!
//! A night is a day of the calendar (UTC), not a run: of several runs of a day the last one counts, and a run counts for
//! every day until the next one, for where nothing changes there is no new run.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::{Array, RecordBatch};
use arrow_schema::ArrowError;
use jiff::civil::Date;
use serde::Serialize;

use super::file::{numbers, sequences, texts};
use super::row::{RUN, ZONE};

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

/// What a run said of a zone, and on how many nights it stood.
#[derive(Clone, Copy, Debug)]
struct Stood {
    bin: i64,
    z: f64,
    nights: i64,
}

impl Stood {
    fn is_hot(&self) -> bool {
        self.bin >= HOT
    }
}

/// What became of a zone; `(true, _)` hot, `(false, _)` cold, `None` no pattern.
///
/// `nights` are `gi_bin` and `gi_z`, tonight's last. Hot is asked first.
pub fn trend(nights: &[(i64, f64)]) -> Option<(bool, Trend)> {
    of_runs(&nights.iter().map(|&(bin, z)| Stood { bin, z, nights: 1 }).collect::<Vec<_>>())
}

fn of_runs(runs: &[Stood]) -> Option<(bool, Trend)> {
    one_side(runs).map(|trend| (true, trend)).or_else(|| {
        let mirrored: Vec<Stood> =
            runs.iter().map(|run| Stood { bin: -run.bin, z: -run.z, nights: run.nights }).collect();
        one_side(&mirrored).map(|trend| (false, trend))
    })
}

fn nights<'a>(runs: impl IntoIterator<Item = &'a Stood>) -> i64 {
    runs.into_iter().map(|run| run.nights).sum()
}

fn one_side(runs: &[Stood]) -> Option<Trend> {
    let hot = || runs.iter().filter(|run| run.is_hot());
    let (tonight, before) = runs.split_last()?;
    let nearly = |count: i64, of: i64| count as f64 >= NEARLY_ALL * of as f64;
    let nearly_all = nearly(nights(hot()), nights(runs));
    if !tonight.is_hot() {
        let earlier = nights(hot());
        return (earlier > 0 && nearly(earlier, nights(before))).then_some(Trend::Historical);
    }
    if hot().count() == 1 && runs.len() > 1 {
        return Some(Trend::New);
    }
    let last = runs.iter().rev().take_while(|run| run.is_hot()).count();
    if last == hot().count() && last >= 2 && !nearly_all {
        return Some(Trend::Consecutive);
    }
    if nearly_all {
        // Of what stood for many nights nothing new was seen, so each run counts once.
        let z = mann_kendall(&runs.iter().map(|run| run.z).collect::<Vec<_>>());
        return Some(match z {
            z if z > Z95 => Trend::Intensifying,
            z if z < -Z95 => Trend::Diminishing,
            _ => Trend::Persistent,
        });
    }
    let opposite = runs.iter().any(|run| run.bin <= -HOT);
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
    /// Nights on record: days from the first run that knows it to the last one.
    pub nights: usize,
}

/// Every zone with a pattern, by key. A night without a statistic for a zone is none for it.
pub fn trends(batch: &RecordBatch, withdrawn: &BTreeSet<String>) -> Result<Vec<ZoneTrend>, ArrowError> {
    let (Some(bins), Some(z)) = (numbers(batch, "gi_bin"), numbers(batch, "gi_z")) else {
        return Ok(Vec::new());
    };
    let (order, runs, zones) = (sequences(batch)?, texts(batch, RUN)?, texts(batch, ZONE)?);
    let counted: Vec<usize> =
        (0..batch.num_rows()).filter(|&row| !withdrawn.contains(runs.value(row))).collect();
    let days = days(counted.iter().map(|&row| (order.value(row), runs.value(row))));
    // Of the runs of a day the last one: a later place in the order takes the place of an earlier one.
    let mut seen: BTreeMap<&str, BTreeMap<i64, (u64, i64, f64)>> = BTreeMap::new();
    for row in counted {
        let Some(&day) = days.get(&order.value(row)) else { continue };
        if !bins.is_null(row) && !z.is_null(row) {
            let run = (order.value(row), bins.value(row) as i64, z.value(row));
            let zone = seen.entry(zones.value(row)).or_default();
            if zone.get(&day).is_none_or(|(before, ..)| *before <= run.0) {
                zone.insert(day, run);
            }
        }
    }
    let all: BTreeSet<i64> = days.into_values().collect();
    let found = seen.into_iter().filter_map(|(zone, runs)| {
        // Until the next run of all, whether that knows the zone or not; the last one stands tonight.
        let stood = |day: i64| all.range(day + 1..).next().map_or(1, |next| next - day);
        let runs: Vec<Stood> =
            runs.into_iter().map(|(day, (_, bin, z))| Stood { bin, z, nights: stood(day) }).collect();
        let (hot, trend) = of_runs(&runs)?;
        Some(ZoneTrend { zone: zone.to_owned(), hot, trend, nights: nights(&runs) as usize })
    });
    Ok(found.collect())
}

/// The day of each run, by its place in the order; its own where names of runs do not begin with a day.
fn days<'a>(runs: impl Iterator<Item = (u64, &'a str)>) -> BTreeMap<u64, i64> {
    let names: BTreeMap<u64, &str> = runs.collect();
    let epoch = Date::constant(1970, 1, 1);
    let day = |name: &str| {
        let date = Date::strptime("%Y%m%d", name.get(..8)?).ok()?;
        Some(i64::from(epoch.until(date).ok()?.get_days()))
    };
    let dated: Option<BTreeMap<u64, i64>> =
        names.iter().map(|(order, name)| Some((*order, day(name)?))).collect();
    dated.unwrap_or_else(|| names.into_keys().map(|order| (order, order as i64)).collect())
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

    /// A history of one zone: when each run was published, and its `gi_bin`, which is its `gi_z` too.
    fn history(runs: &[(&str, f64)]) -> RecordBatch {
        use std::sync::Arc;

        use arrow_array::{ArrayRef, Float64Array, StringArray, UInt64Array};

        use super::super::row::SEQUENCE;
        let order: Vec<u64> = (1..=runs.len() as u64).collect();
        let names: Vec<String> = runs.iter().map(|(time, _)| format!("{time}-00000000")).collect();
        let bins: ArrayRef = Arc::new(Float64Array::from_iter_values(runs.iter().map(|run| run.1)));
        let columns: [(&str, ArrayRef); 5] = [
            (SEQUENCE, Arc::new(UInt64Array::from(order))),
            (RUN, Arc::new(StringArray::from(names))),
            (ZONE, Arc::new(StringArray::from(vec!["01"; runs.len()]))),
            ("gi_bin", Arc::clone(&bins)),
            ("gi_z", bins),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn days_count_and_runs_within_minutes_do_not() {
        let one = |runs: &[(&str, f64)]| {
            let found = trends(&history(runs), &BTreeSet::new()).unwrap();
            found.first().map(|zone| (zone.trend, zone.nights))
        };
        // Ten runs of one morning are one night: nothing rises, and nothing is new.
        let morning: Vec<(String, f64)> =
            (0..10).map(|n| (format!("20261124T0300{n:02}Z"), f64::from(n))).collect();
        let morning: Vec<(&str, f64)> = morning.iter().map(|(time, bin)| (time.as_str(), *bin)).collect();
        assert_eq!(one(&morning), Some((Trend::Persistent, 1)));
        // Hot from the day before, twice today: two nights in a row after a month without.
        let runs = [
            ("20261020T030000Z", 0.0),
            ("20261123T030000Z", 2.0),
            ("20261124T030000Z", 0.0),
            ("20261124T030500Z", 2.0),
        ];
        assert_eq!(one(&runs), Some((Trend::Consecutive, 36)));
        // Hot for a month by one run, cold for a night: the month counts.
        let runs = [("20261020T030000Z", 2.0), ("20261123T030000Z", 0.0), ("20261124T030000Z", 2.0)];
        assert_eq!(one(&runs), Some((Trend::Persistent, 36)));
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
