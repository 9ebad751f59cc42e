//! Calibration: whether as many events came as a rate foretold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pieces of about the same rate: what was foretold, and what came.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Calibrated {
    /// The least rate of the group.
    pub from: f64,
    /// Kilometres in it.
    pub km: f64,
    /// Events that the rates foretold, scaled so that those of all groups add up to what came.
    pub foretold: f64,
    /// Events that came.
    pub came: f64,
}

/// Groups pieces by rate into `groups` of about as many foretold events each, and sets beside each what came. Pieces of
/// equal rate stay together; those without a rate are left out. Empty where no event was foretold or came.
///
/// Foretold events are scaled to the number that came: whether more are reported in later years is another question than
/// where. O(n log n).
///
/// ```
/// let rates = [Some(0.2), Some(0.1), Some(0.1)];
/// let found = corredor::validate::calibration(&rates, &[10.0, 10.0, 10.0], &[5.0, 2.0, 1.0], 2);
/// assert_eq!(found.len(), 2);
/// assert_eq!((found[0].foretold, found[0].came), (4.0, 5.0));
/// ```
pub fn calibration(rate: &[Option<f64>], km: &[f64], events: &[f64], groups: usize) -> Vec<Calibrated> {
    let mut pieces: Vec<(f64, f64, f64)> = rate
        .iter()
        .zip(km)
        .zip(events)
        .filter_map(|((rate, &km), &events)| Some(((*rate)?, km, events)))
        .collect();
    pieces.sort_by(|a, b| b.0.total_cmp(&a.0));
    let foretold: f64 = pieces.iter().map(|&(rate, km, _)| rate * km).sum();
    let came: f64 = pieces.iter().map(|&(_, _, events)| events).sum();
    if foretold <= 0.0 || came <= 0.0 {
        return Vec::new();
    }
    let each = foretold / groups.max(1) as f64;
    let mut found: Vec<Calibrated> = Vec::new();
    let mut sum = 0.0;
    for equal in pieces.chunk_by(|a, b| a.0 == b.0) {
        let fits = found.last().is_some() && sum < each * found.len() as f64 * (1.0 - 1e-12);
        if !fits {
            found.push(Calibrated { from: 0.0, km: 0.0, foretold: 0.0, came: 0.0 });
        }
        let Some(group) = found.last_mut() else { continue };
        for &(rate, km, events) in equal {
            group.from = rate;
            group.km += km;
            group.foretold += rate * km * came / foretold;
            group.came += events;
            sum += rate * km;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::calibration;

    #[test]
    fn groups_add_up_to_all_and_equal_rates_stay_together() {
        let rate: Vec<Option<f64>> = (0..100).map(|i| (i != 7).then_some(f64::from(i / 10))).collect();
        let (km, events) = (vec![2.0; 100], (0..100).map(f64::from).collect::<Vec<_>>());
        let found = calibration(&rate, &km, &events, 5);
        assert!(found.len() <= 6 && found.len() >= 4, "{}", found.len());
        let came: f64 = events.iter().sum::<f64>() - 7.0;
        assert!((found.iter().map(|group| group.foretold).sum::<f64>() - came).abs() < 1e-9);
        assert_eq!(found.iter().map(|group| group.came).sum::<f64>(), came);
        assert!(found.windows(2).all(|ab| ab[0].from > ab[1].from));
        assert!(calibration(&[Some(0.0)], &[1.0], &[1.0], 3).is_empty());
    }
}
