//! Indicator values: a weak smooth field, noise, and a clear rise inside planted clusters.

use super::country::INDICATORS;
use super::dice::{Dice, Noise, Stream, Xy};

/// Values of one municipality in the order of [`INDICATORS`].
pub(super) type Values = [Option<f64>; INDICATORS.len()];

/// Usual level of each indicator, as a share of the way between its goalposts.
const LEVEL: [f64; INDICATORS.len()] = [0.38, 0.20, 0.42, 0.22, 0.27, 0.28, 0.20, 0.18, 0.24, 0.34];
/// Indicators of each cluster that stay at the usual level, so that no single one gives it away.
const SPARED: usize = 2;
/// Rise inside a cluster, in the same unit: at least, at most. Ten times the spread of a
/// composite of all ten outside, so that Gi* separates the clusters.
const RISE: (f64, f64) = (0.26, 0.36);
/// Weight of the field that all indicators share.
const SHARED: f64 = 0.03;
/// Weight of each indicator's own field.
const OWN: f64 = 0.10;
/// Standard deviation of what no field explains.
const NOISE_SD: f64 = 0.04;
/// Municipalities that lack one indicator.
const LACK_ONE: usize = 3;
/// Indicators that one more municipality lacks.
const LACK_MOST: usize = 3;

/// Draws all values; rounded to hundredths, as they are written.
pub(super) fn draw(seed: u64, centres: &[Xy], cluster: &[Option<u8>]) -> Vec<Values> {
    let clusters = cluster.iter().flatten().copied().max().unwrap_or(0);
    let rises: Vec<[f64; INDICATORS.len()]> =
        (0..clusters).map(|c| rises(&mut Dice::new(seed, Stream::Indicators, u64::from(c)))).collect();
    let shared = Noise::new(seed, Stream::Indicators, 0, 420.0, 2);
    let own: Vec<Noise> =
        (0..INDICATORS.len() as u64).map(|i| Noise::new(seed, Stream::Indicators, i + 1, 150.0, 3)).collect();
    let mut dice = Dice::new(seed, Stream::Indicators, 1 << 20);
    let mut values: Vec<Values> = centres
        .iter()
        .zip(cluster)
        .map(|(&p, cluster)| {
            let common = SHARED * shared.at(p);
            std::array::from_fn(|i| {
                let mut share = LEVEL[i] + common + OWN * own[i].at(p) + NOISE_SD * dice.normal();
                if let Some(c) = cluster {
                    share += rises[usize::from(*c) - 1][i];
                }
                let goal = &INDICATORS[i];
                let value = goal.low + share.clamp(0.003, 0.997) * (goal.high - goal.low);
                Some((value * 100.0).round() / 100.0)
            })
        })
        .collect();
    lose_some(&mut dice, &mut values);
    values
}

fn rises(dice: &mut Dice) -> [f64; INDICATORS.len()] {
    let mut order: [usize; INDICATORS.len()] = std::array::from_fn(|i| i);
    dice.shuffle(&mut order);
    let mut rises = [0.0; INDICATORS.len()];
    for &i in &order[SPARED..] {
        rises[i] = dice.between(RISE.0, RISE.1);
    }
    rises
}

/// Empties a few cells, as real tables have them.
fn lose_some(dice: &mut Dice, values: &mut [Values]) {
    let mut zones: Vec<usize> = (0..values.len()).collect();
    dice.shuffle(&mut zones);
    for (turn, &zone) in zones.iter().take(LACK_ONE + 1).enumerate() {
        let mut fields: [usize; INDICATORS.len()] = std::array::from_fn(|i| i);
        dice.shuffle(&mut fields);
        let lost = if turn < LACK_ONE { 1 } else { LACK_MOST };
        for &field in &fields[..lost] {
            values[zone][field] = None;
        }
    }
}
