//! Moran's I, for each zone and for the whole layer. Weights are row-standardised: the
//! neighbours of a zone count `1/k` each.

use super::gi::two_sided_normal;
use super::local::{permute, reach_warning};
use super::observations::Observations;
use super::{Contiguity, HotspotError, MoranOptions, Warning, benjamini_hochberg};

/// How a zone stands to its neighbours. High means above the mean of the layer; at the
/// mean counts as low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quadrant {
    /// High among high (HH).
    HighHigh,
    /// Low among low (LL).
    LowLow,
    /// High among low (HL): an outlier.
    HighLow,
    /// Low among high (LH): an outlier.
    LowHigh,
}

impl Quadrant {
    /// The two letters of the map legend: the zone, then its neighbours.
    pub fn code(self) -> &'static str {
        match self {
            Self::HighHigh => "HH",
            Self::LowLow => "LL",
            Self::HighLow => "HL",
            Self::LowHigh => "LH",
        }
    }
}

/// Local Moran's I of every row. Rows without a value or without a neighbour that has one
/// are `None` throughout, and listed.
#[derive(Clone, Debug, PartialEq)]
pub struct MoranResult {
    /// Local Moran's I.
    pub i: Vec<Option<f64>>,
    /// Quadrant of the Moran scatter plot, significant or not.
    pub quadrant: Vec<Option<Quadrant>>,
    /// Two-sided pseudo p-value by conditional permutation; all `None` without permutations.
    pub p_sim: Vec<Option<f64>>,
    /// Benjamini-Hochberg q-value of `p_sim`.
    pub q: Vec<Option<f64>>,
    /// Rows with a value but without a neighbour that has one: class `no_neighbours`.
    pub islands: Vec<usize>,
    /// Rows without a value.
    pub missing: Vec<usize>,
    /// Number of permutations made.
    pub permutations: usize,
    /// What limits the result.
    pub warnings: Vec<Warning>,
}

/// Global Moran's I, with its moments under normality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlobalMoran {
    /// Moran's I.
    pub i: f64,
    /// Expectation without autocorrelation, `-1 / (n - 1)`.
    pub expected: f64,
    /// Variance when values are independent and normal.
    pub variance_normal: f64,
    /// `(i - expected) / sqrt(variance_normal)`; `None` when that variance is not positive.
    pub z_normal: Option<f64>,
    /// Two-sided p-value of `z_normal`.
    pub p_normal: Option<f64>,
    /// Number of values present, islands among them.
    pub n: usize,
    /// Number of values without a neighbour that has one.
    pub islands: usize,
}

/// Local Moran's I with pseudo p-values, q-values and quadrants.
///
/// The same draws as [`local_gi`](super::local_gi): with the same seed and number of
/// permutations `p_sim` is the same, because given a zone's own value both statistics are
/// linear in the sum of its neighbours. Only a zone exactly at the mean differs: its I is 0
/// whatever its neighbours, so its p is 1.
///
/// # Errors
/// When lengths differ, a value is not finite, or there are too many permutations.
///
/// ```
/// use corredor_geo::hotspot::{Contiguity, MoranOptions, Quadrant, local_moran};
/// let road: Vec<_> = (0..39).map(|i| (i, i + 1)).collect();
/// let road = Contiguity::from_pairs(40, &road)?;
/// let values: Vec<_> = (0..40).map(|i| Some(if i < 6 { 8.0 } else { 1.0 })).collect();
/// let moran = local_moran(&values, &road, &MoranOptions::default())?;
/// assert_eq!(moran.quadrant[2], Some(Quadrant::HighHigh));
/// assert_eq!(moran.quadrant[20], Some(Quadrant::LowLow));
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
pub fn local_moran(
    values: &[Option<f64>],
    contiguity: &Contiguity,
    options: &MoranOptions,
) -> Result<MoranResult, HotspotError> {
    let observations = Observations::new(values, contiguity)?;
    let mut warnings = observations.warnings();
    let (i, quadrant): (Vec<_>, Vec<_>) = local(&observations).into_iter().map(Option::unzip).unzip();
    let permuted = permute(&observations, options.permutations, options.seed)?;
    let p_sim: Vec<_> = permuted
        .outcomes
        .iter()
        .zip(&observations.deviation)
        .map(|(outcome, &own)| {
            let p = outcome.as_ref()?.two_sided();
            Some(if own == 0.0 { 1.0 } else { p })
        })
        .collect();
    if permuted.permutations > 0 {
        let tested = p_sim.iter().flatten().count();
        warnings.extend(reach_warning(tested, permuted.permutations, true));
    }
    let q = benjamini_hochberg(&p_sim);
    Ok(MoranResult {
        i: observations.spread(&i),
        quadrant: observations.spread(&quadrant),
        p_sim: observations.spread(&p_sim),
        q: observations.spread(&q),
        permutations: permuted.permutations,
        warnings,
        islands: observations.islands,
        missing: observations.missing,
    })
}

/// Local Moran's I (Anselin 1995), row-standardised:
///
/// `I_i = (n - 1) d_i L_i / sum_j d_j^2`, with `d` the deviations from the mean and `L_i` the
/// mean of `d` over the neighbours of i. This is the scaling of PySAL's `Moran_Local`;
/// others have `n` in place of `n - 1`.
///
/// # Errors
/// When lengths differ or a value is not finite.
pub fn local_moran_i(
    values: &[Option<f64>],
    contiguity: &Contiguity,
) -> Result<Vec<Option<f64>>, HotspotError> {
    let observations = Observations::new(values, contiguity)?;
    let i: Vec<_> = local(&observations).into_iter().map(|both| both.map(|(i, _)| i)).collect();
    Ok(observations.spread(&i))
}

/// Global Moran's I (Moran 1950; Cliff and Ord 1981), row-standardised, with expectation
/// and variance under normality. Islands count as values and weigh nothing. O(n + links).
///
/// # Errors
/// When lengths differ, a value is not finite, values do not vary, or no two zones with
/// values are neighbours.
///
/// ```
/// use corredor_geo::hotspot::{Contiguity, global_moran};
/// let chain = Contiguity::from_pairs(3, &[(0, 1), (1, 2)])?;
/// let moran = global_moran(&[Some(1.0), Some(2.0), Some(3.0)], &chain)?;
/// // The ends face the middle, which is at the mean.
/// assert_eq!((moran.i, moran.expected), (0.0, -0.5));
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
pub fn global_moran(values: &[Option<f64>], contiguity: &Contiguity) -> Result<GlobalMoran, HotspotError> {
    let observations = Observations::new(values, contiguity)?;
    let islands = observations.islands.len();
    if islands == observations.len() {
        return Err(HotspotError::NoObservations);
    }
    if observations.sd == 0.0 {
        let n = observations.len();
        return Err(HotspotError::ZeroVariance { n });
    }
    let n = observations.len() as f64;
    let lists = &observations.contiguity;
    // Each row of weights sums to 1, save those of islands.
    let s0 = n - islands as f64;
    let share = |i: usize| 1.0 / lists.of(i).len() as f64;
    let (mut cross, mut s1, mut s2) = (0.0, 0.0, 0.0);
    for i in 0..observations.len() {
        let of = lists.of(i);
        if of.is_empty() {
            continue;
        }
        cross += observations.deviation[i] * observations.neighbour_sum(i) * share(i);
        let mut column = 0.0;
        for &j in of {
            let back = share(j as usize);
            s1 += (share(i) + back).powi(2) / 2.0;
            column += back;
        }
        s2 += (1.0_f64 + column).powi(2);
    }
    let squares = n * observations.sd * observations.sd;
    let i = n / s0 * cross / squares;
    let expected = -1.0 / (n - 1.0);
    let variance_normal =
        (n * n * s1 - n * s2 + 3.0 * s0 * s0) / ((n * n - 1.0) * s0 * s0) - expected * expected;
    let z_normal = (variance_normal > 0.0).then(|| (i - expected) / variance_normal.sqrt());
    Ok(GlobalMoran {
        i,
        expected,
        variance_normal,
        z_normal,
        p_normal: z_normal.map(two_sided_normal),
        n: observations.len(),
        islands,
    })
}

/// I and quadrant per observation.
fn local(observations: &Observations) -> Vec<Option<(f64, Quadrant)>> {
    let n = observations.len() as f64;
    let squares = n * observations.sd * observations.sd;
    let one = |i: usize| {
        let neighbours = observations.contiguity.of(i).len();
        if neighbours == 0 || squares == 0.0 {
            return None;
        }
        let own = observations.deviation[i];
        let lag = observations.neighbour_sum(i) / neighbours as f64;
        let quadrant = match (own > 0.0, lag > 0.0) {
            (true, true) => Quadrant::HighHigh,
            (true, false) => Quadrant::HighLow,
            (false, true) => Quadrant::LowHigh,
            (false, false) => Quadrant::LowLow,
        };
        Some(((n - 1.0) * own * lag / squares, quadrant))
    };
    (0..observations.len()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: usize) -> Contiguity {
        let pairs: Vec<_> = (1..n as u32).map(|i| (i - 1, i)).collect();
        Contiguity::from_pairs(n, &pairs).unwrap()
    }

    #[test]
    fn by_hand() {
        // Values 1, 2, 6: mean 3, deviations -2, -1, 3, squares sum to 14.
        let values = [Some(1.0), Some(2.0), Some(6.0)];
        let moran = local_moran(&values, &chain(3), &MoranOptions::default()).unwrap();
        // 2 d_i L_i / 14.
        let expected = [4.0 / 14.0, -1.0 / 14.0, -6.0 / 14.0];
        for (got, wanted) in moran.i.iter().zip(expected) {
            assert!((got.unwrap() - wanted).abs() < 1e-15);
        }
        let codes: Vec<_> = moran.quadrant.iter().map(|q| q.unwrap().code()).collect();
        assert_eq!(codes, ["LL", "LH", "HL"]);
        assert_eq!(moran.i, local_moran_i(&values, &chain(3)).unwrap());
    }

    #[test]
    fn a_zone_at_the_mean_is_never_significant() {
        // -29 to 29 in a row: the middle one is at the mean, exactly.
        let values: Vec<_> = (-29..30).map(|x| Some(f64::from(x))).collect();
        let moran = local_moran(&values, &chain(59), &MoranOptions::default()).unwrap();
        assert_eq!((moran.i[29], moran.p_sim[29]), (Some(0.0), Some(1.0)));
        assert!(moran.p_sim[58].unwrap() < 0.05);
    }

    #[test]
    fn global_refuses_what_has_no_answer() {
        let equal = global_moran(&[Some(1.0); 3], &chain(3)).unwrap_err();
        assert_eq!(equal, HotspotError::ZeroVariance { n: 3 });
        let apart = Contiguity::from_pairs(2, &[]).unwrap();
        let lonely = global_moran(&[Some(1.0), Some(2.0)], &apart).unwrap_err();
        assert_eq!(lonely, HotspotError::NoObservations);
        assert!(global_moran(&[], &chain(0)).is_err());
    }
}
