//! Child labour by sex: what a risk model would say of girls and of boys in each municipality.

use super::country::{ChildLabour, Children, INDICATORS, Municipality};
use super::dice::{Dice, Noise, Stream, Xy};

/// Girls, and boys, of 5 to 17 years as a share of all people: at least, at most.
const SHARE: (f64, f64) = (0.105, 0.145);
/// Probability of child labour where every indicator is at its low goalpost, and its rise to the high one.
const BASE: (f64, f64) = (0.02, 0.32);
/// How far the field that tells the sexes apart moves either side, as a share of the common level.
/// Boys stand higher on the whole, as surveys find; in parts of the country girls do.
const TILT: (f64, f64) = (0.22, 0.6);
/// Standard deviation of what no field explains, as a share.
const NOISE_SD: f64 = 0.08;
/// Interviews that an estimate stands on: a least number, and a share of the children.
const INTERVIEWS: (f64, f64) = (80.0, 0.12);
/// Municipalities without an estimate.
const LACKING: usize = 2;

/// Estimates for every municipality; `centres` are their places on the plane.
pub(super) fn estimate(seed: u64, zones: &[Municipality], centres: &[Xy]) -> Vec<Children> {
    let mut dice = Dice::new(seed, Stream::Children, 0);
    let tilt = Noise::new(seed, Stream::Children, 0, 110.0, 2);
    let mut children: Vec<Children> = zones
        .iter()
        .zip(centres)
        .map(|(zone, &at)| {
            let people = f64::from(zone.population);
            let mut count = || (people * dice.between(SHARE.0, SHARE.1)).round();
            let (girls, boys) = (count(), count());
            let common = BASE.0 + BASE.1 * level(zone);
            let aside = TILT.0 + TILT.1 * tilt.at(at);
            let mut rate =
                |factor: f64| (common * factor * (1.0 + NOISE_SD * dice.normal())).clamp(0.005, 0.9);
            let (girl, boy) = (rate(1.0 - aside), rate(1.0 + aside));
            let risk = ChildLabour {
                girls_pct: tenth(100.0 * girl),
                boys_pct: tenth(100.0 * boy),
                girls_se: tenth(100.0 * error(girl, girls)),
                boys_se: tenth(100.0 * error(boy, boys)),
            };
            Children { girls: girls as u32, boys: boys as u32, risk: Some(risk) }
        })
        .collect();
    for _ in 0..LACKING {
        let zone = dice.below(children.len());
        children[zone].risk = None;
    }
    children
}

/// Mean of the indicators between their goalposts, of those that are known.
fn level(zone: &Municipality) -> f64 {
    let shares = zone.indicators.iter().zip(&INDICATORS);
    let known: Vec<f64> =
        shares.filter_map(|(value, goal)| value.map(|v| (v - goal.low) / (goal.high - goal.low))).collect();
    known.iter().sum::<f64>() / known.len().max(1) as f64
}

/// Standard error of a share among `children`.
fn error(share: f64, children: f64) -> f64 {
    (share * (1.0 - share) / (INTERVIEWS.0 + INTERVIEWS.1 * children)).sqrt()
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
