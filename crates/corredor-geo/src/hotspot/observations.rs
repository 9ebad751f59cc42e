//! The values present, and the neighbour lists among them.

use super::{Contiguity, HotspotError, Warning};
use crate::hotspot::warning::MIN_OBSERVATIONS;

/// Spread below which values count as equal, relative to the largest magnitude: a few
/// rounding errors, so that 0.1 + 0.2 and 0.3 do not make a hotspot.
const EQUAL_SPREAD: f64 = 1e-14;

/// Values present, as deviations from their mean, with what is left of the neighbour lists.
#[derive(Debug)]
pub(super) struct Observations {
    /// Deviations from the mean, in an unnamed unit (a power of two of the input's). All
    /// statistics here keep their value under such a change of unit.
    pub deviation: Vec<f64>,
    /// Population standard deviation in the same unit; 0 when values do not vary.
    pub sd: f64,
    /// Neighbour lists among the values present.
    pub contiguity: Contiguity,
    /// Input row of each observation.
    pub rows: Vec<usize>,
    /// Input rows without a value.
    pub missing: Vec<usize>,
    /// Input rows with a value but no neighbour that has one.
    pub islands: Vec<usize>,
}

impl Observations {
    /// Leaves missing values out of both the values and the neighbour lists.
    pub fn new(values: &[Option<f64>], contiguity: &Contiguity) -> Result<Self, HotspotError> {
        for (row, value) in values.iter().enumerate() {
            if let Some(value) = *value
                && !value.is_finite()
            {
                return Err(HotspotError::NotFinite { row, value });
            }
        }
        let keep: Vec<bool> = values.iter().map(Option::is_some).collect();
        let (contiguity, rows) = contiguity.subset(&keep)?;
        let present: Vec<f64> = values.iter().filter_map(|value| *value).collect();
        let (deviation, sd) = standard(&present);
        let islands = contiguity.islands().into_iter().map(|i| rows[i]).collect();
        Ok(Self {
            deviation,
            sd,
            contiguity,
            missing: (0..values.len()).filter(|&i| !keep[i]).collect(),
            rows,
            islands,
        })
    }

    /// Number of values present.
    pub fn len(&self) -> usize {
        self.deviation.len()
    }

    /// Deviations summed over the neighbours of observation `i`.
    pub fn neighbour_sum(&self, i: usize) -> f64 {
        let of = self.contiguity.of(i);
        of.iter().map(|&j| self.deviation[j as usize]).sum()
    }

    /// Results per observation put back at their input rows; other rows are `None`.
    pub fn spread<T: Copy>(&self, results: &[Option<T>]) -> Vec<Option<T>> {
        let mut all = vec![None; self.rows.len() + self.missing.len()];
        for (&row, &result) in self.rows.iter().zip(results) {
            all[row] = result;
        }
        all
    }

    /// Warnings that any statistic over these observations carries.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if !self.missing.is_empty() {
            let count = self.missing.len();
            warnings.push(Warning::MissingValues { count });
        }
        if !self.islands.is_empty() {
            let count = self.islands.len();
            warnings.push(Warning::Islands { count });
        }
        let n = self.len();
        if self.sd == 0.0 {
            warnings.push(Warning::ZeroVariance { n });
        } else if n < MIN_OBSERVATIONS {
            warnings.push(Warning::FewObservations { n });
        }
        warnings
    }
}

/// Deviations from the mean and their population standard deviation, both scaled by a power
/// of two so that no finite input can overflow. The deviations of equal values are all 0.
fn standard(values: &[f64]) -> (Vec<f64>, f64) {
    let largest = values.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
    let (_, exponent) = libm::frexp(largest);
    // Not a product: 2^1074, the scale of the smallest numbers, is not finite.
    let scaled: Vec<f64> = values.iter().map(|&v| libm::ldexp(v, -exponent)).collect();
    let low = scaled.iter().copied().fold(f64::INFINITY, f64::min);
    let high = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.is_empty() || high - low <= EQUAL_SPREAD {
        return (vec![0.0; values.len()], 0.0);
    }
    let n = values.len() as f64;
    let mean = scaled.iter().sum::<f64>() / n;
    let deviation: Vec<f64> = scaled.iter().map(|v| v - mean).collect();
    let sd = (deviation.iter().map(|d| d * d).sum::<f64>() / n).sqrt();
    (deviation, sd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extreme_magnitudes_do_not_overflow() {
        for unit in [8.98846567431158e307, 1.0, f64::MIN_POSITIVE, 5e-324] {
            let (deviation, sd) = standard(&[unit, -unit]);
            assert_eq!(deviation, [0.5, -0.5], "{unit:e}");
            assert_eq!(sd, 0.5);
        }
    }

    #[test]
    fn rounding_is_not_variance() {
        assert_eq!(standard(&[0.1 + 0.2, 0.3, 0.3]).1, 0.0);
        assert_eq!(standard(&[0.0, 0.0]).1, 0.0);
        assert_eq!(standard(&[7.0]).1, 0.0);
        assert!(standard(&[]).0.is_empty());
        assert!(standard(&[1.0, 1.0 + 1e-12]).1 > 0.0);
    }

    #[test]
    fn missing_first_then_islands() {
        let chain = Contiguity::from_pairs(3, &[(0, 1), (1, 2)]).unwrap();
        let o = Observations::new(&[Some(1.0), None, Some(2.0)], &chain).unwrap();
        assert_eq!((o.rows.as_slice(), o.missing.as_slice()), (&[0, 2][..], &[1][..]));
        assert_eq!(o.islands, [0, 2]);
        assert_eq!(o.spread(&[Some(1), None]), [Some(1), None, None]);
        let error = Observations::new(&[None, Some(f64::NAN), None], &chain).unwrap_err();
        assert!(error.to_string().starts_with("row 1: the value is NaN"));
    }
}
