//! Getis-Ord Gi\*.

use super::local::{permute, reach_warning};
use super::observations::Observations;
use super::{Contiguity, GI_LEVELS, GiOptions, HotspotError, Reference, Tail, Warning, benjamini_hochberg};

/// Gi\* of every row of a layer. Rows without a value or without a neighbour that has one
/// are `None` throughout, and listed.
#[derive(Clone, Debug, PartialEq)]
pub struct GiResult {
    /// Analytic z-score.
    pub z: Vec<Option<f64>>,
    /// Two-sided p-value of z under the normal distribution.
    pub p_normal: Vec<Option<f64>>,
    /// Two-sided pseudo p-value by conditional permutation; all `None` without permutations.
    pub p_sim: Vec<Option<f64>>,
    /// Benjamini-Hochberg q-value of the reference p-value, whether or not bins use it.
    pub q: Vec<Option<f64>>,
    /// −3..3: cold or hot at 99, 95, 90 %; 0 not significant.
    pub bin: Vec<Option<i8>>,
    /// Which p-value drives `q` and `bin`.
    pub reference: Reference,
    /// Rows with a value but without a neighbour that has one: class `no_neighbours`.
    pub islands: Vec<usize>,
    /// Rows without a value.
    pub missing: Vec<usize>,
    /// Number of permutations made.
    pub permutations: usize,
    /// What limits the result.
    pub warnings: Vec<Warning>,
}

impl GiResult {
    /// The p-value to publish beside `q`: the one that drives it.
    pub fn p(&self) -> &[Option<f64>] {
        match self.reference {
            Reference::Permutation => &self.p_sim,
            Reference::Normal => &self.p_normal,
        }
    }
}

/// Gi\* with p-values, false discovery rate and bins: the whole hotspot analysis of a layer.
///
/// Missing values are left out of values and neighbour lists first. Then `z` as in
/// [`gi_star`], `p_sim` as in
/// [`conditional_permutation`](super::conditional_permutation), `q` as in
/// [`benjamini_hochberg`] over the reference p-value, and bins as in [`gi_bin`] from q, or
/// from p when `fdr` is off. A zone is hot only if its z is positive *and*, under the
/// permutation reference, its neighbours are in the upper tail: a high zone among low
/// neighbours is an outlier, not a hotspot. Values that do not vary give `None` throughout
/// and [`Warning::ZeroVariance`].
///
/// O(permutations × links); the same bytes for any number of threads.
///
/// # Errors
/// When lengths differ, a value is not finite, permutation p-values are the reference but 0
/// permutations are asked for, or there are too many of them.
///
/// ```
/// use corredor_geo::hotspot::{Contiguity, GiOptions, local_gi};
/// // 100 zones along a road, each a neighbour of the next two; eight in a row are high.
/// let road: Vec<_> = (0..98).flat_map(|i| [(i, i + 1), (i, i + 2)]).collect();
/// let road = Contiguity::from_pairs(100, &road)?;
/// let values: Vec<_> = (0..100)
///     .map(|i| Some(if (10..18).contains(&i) { 9.0 } else { f64::from(i % 3) }))
///     .collect();
/// let gi = local_gi(&values, &road, &GiOptions::default())?;
/// assert_eq!(gi.bin[13], Some(3));
/// assert_eq!(gi.bin[50], Some(0));
/// assert!(gi.q[13] >= gi.p()[13]);
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
pub fn local_gi(
    values: &[Option<f64>],
    contiguity: &Contiguity,
    options: &GiOptions,
) -> Result<GiResult, HotspotError> {
    if options.reference == Reference::Permutation && options.permutations == Some(0) {
        return Err(HotspotError::NoPermutations);
    }
    let observations = Observations::new(values, contiguity)?;
    let mut warnings = observations.warnings();
    let z = z_scores(&observations);
    let count = (0..z.len()).filter(|&i| z[i].is_none() && !observations.contiguity.of(i).is_empty()).count();
    if count > 0 && observations.sd > 0.0 {
        warnings.push(Warning::NeighbourOfAll { count });
    }

    let permuted = permute(&observations, options.permutations, options.seed)?;
    let p_normal: Vec<_> = z.iter().map(|z| z.map(two_sided_normal)).collect();
    // No statistic, no p-value.
    let outcomes: Vec<_> = permuted.outcomes.iter().zip(&z).map(|(outcome, z)| z.and(*outcome)).collect();
    let p_sim: Vec<_> = outcomes.iter().map(|o| o.map(|o| o.two_sided())).collect();
    let (p, tails): (_, Vec<_>) = match options.reference {
        Reference::Normal => (&p_normal, z.iter().map(|z| z.map(tail_of)).collect()),
        Reference::Permutation => (&p_sim, outcomes.iter().map(|o| o.map(|o| o.tail())).collect()),
    };
    let q = benjamini_hochberg(p);
    if options.reference == Reference::Permutation && permuted.permutations > 0 {
        let tested = p.iter().flatten().count();
        warnings.extend(reach_warning(tested, permuted.permutations, options.fdr));
    }

    let level = if options.fdr { &q } else { p };
    let (bin, opposite) = bins(&z, level, &tails);
    if opposite > 0 {
        warnings.push(Warning::OppositeTail { count: opposite });
    }
    Ok(GiResult {
        z: observations.spread(&z),
        p_normal: observations.spread(&p_normal),
        p_sim: observations.spread(&p_sim),
        q: observations.spread(&q),
        bin: observations.spread(&bin),
        reference: options.reference,
        permutations: permuted.permutations,
        warnings,
        islands: observations.islands,
        missing: observations.missing,
    })
}

/// Analytic z-scores of Gi\* (Getis and Ord 1992; Ord and Getis 1995) with binary weights:
///
/// `z_i = (sum_j w_ij x_j - X W_i) / (S sqrt((n W_i - W_i^2) / (n - 1)))`,
///
/// where j runs over the zone and its neighbours, `W_i` is their number, `X` and `S` are
/// the mean and the population standard deviation of all values. `None` for missing
/// values, islands, zones that neighbour all others, and values that do not vary.
///
/// # Errors
/// When lengths differ or a value is not finite.
///
/// ```
/// use corredor_geo::hotspot::{Contiguity, gi_star};
/// let chain = Contiguity::from_pairs(3, &[(0, 1), (1, 2)])?;
/// let z = gi_star(&[Some(1.0), Some(2.0), Some(3.0)], &chain)?;
/// // Zone 0: (1 + 2 - 2 * 2) / (sqrt(2/3) * sqrt((3 * 2 - 4) / 2)) = -sqrt(3/2).
/// assert!((z[0].unwrap() + 1.5_f64.sqrt()).abs() < 1e-15);
/// assert_eq!(z[1], None); // neighbours every other zone
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
pub fn gi_star(values: &[Option<f64>], contiguity: &Contiguity) -> Result<Vec<Option<f64>>, HotspotError> {
    let observations = Observations::new(values, contiguity)?;
    Ok(observations.spread(&z_scores(&observations)))
}

/// The bin of one zone: ±3, ±2, ±1 for `level` (a q- or p-value) at most 0.01, 0.05, 0.10,
/// with the sign of `z`; 0 otherwise.
///
/// ```
/// use corredor_geo::hotspot::gi_bin;
/// assert_eq!([gi_bin(2.8, 0.01), gi_bin(-2.0, 0.03), gi_bin(1.0, 0.3)], [3, -2, 0]);
/// ```
pub fn gi_bin(z: f64, level: f64) -> i8 {
    let step = GI_LEVELS.iter().filter(|&&at| level <= at).count() as i8;
    if z > 0.0 {
        step
    } else if z < 0.0 {
        -step
    } else {
        0
    }
}

fn z_scores(observations: &Observations) -> Vec<Option<f64>> {
    let n = observations.len() as f64;
    let z_of = |i: usize| {
        let neighbours = observations.contiguity.of(i).len();
        let members = neighbours as f64 + 1.0;
        if neighbours == 0 || members >= n || observations.sd == 0.0 {
            return None;
        }
        // The mean is taken out of the values already.
        let sum = observations.deviation[i] + observations.neighbour_sum(i);
        let spread = ((n * members - members * members) / (n - 1.0)).sqrt();
        Some(sum / (observations.sd * spread))
    };
    (0..observations.len()).map(z_of).collect()
}

/// Probability of a standard normal at least this far from 0.
pub(super) fn two_sided_normal(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

fn tail_of(z: f64) -> Tail {
    if z > 0.0 {
        Tail::Upper
    } else if z < 0.0 {
        Tail::Lower
    } else {
        Tail::Middle
    }
}

/// Bins, and how many zones lost theirs because value and neighbours disagree.
fn bins(z: &[Option<f64>], level: &[Option<f64>], tails: &[Option<Tail>]) -> (Vec<Option<i8>>, usize) {
    let mut opposite = 0;
    let bins = z
        .iter()
        .zip(level)
        .zip(tails)
        .map(|((z, level), tail)| {
            let (z, level, tail) = ((*z)?, (*level)?, (*tail)?);
            let bin = gi_bin(z, level);
            if bin != 0 && tail != tail_of(z) {
                opposite += 1;
                return Some(0);
            }
            Some(bin)
        })
        .collect();
    (bins, opposite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: usize) -> Contiguity {
        let pairs: Vec<_> = (1..n as u32).map(|i| (i - 1, i)).collect();
        Contiguity::from_pairs(n, &pairs).unwrap()
    }

    #[test]
    fn bins_at_the_levels() {
        let cases = [
            (0.010, 3),
            (0.0100001, 2),
            (0.05, 2),
            (0.0500001, 1),
            (0.10, 1),
            (0.1000001, 0),
            (0.0, 3),
            (f64::NAN, 0),
        ];
        for (level, bin) in cases {
            assert_eq!(gi_bin(1.0, level), bin, "{level}");
            assert_eq!(gi_bin(-1.0, level), -bin, "{level}");
        }
        assert_eq!(gi_bin(0.0, 0.0), 0);
        assert_eq!(gi_bin(f64::NAN, 0.0), 0);
    }

    #[test]
    fn nothing_one_and_equal_values() {
        let options = GiOptions::default();
        for values in [vec![], vec![Some(3.0)], vec![None; 4], vec![Some(2.0); 5]] {
            let gi = local_gi(&values, &chain(values.len()), &options).unwrap();
            assert_eq!(gi.z, vec![None; values.len()]);
            assert_eq!(gi.p_sim, vec![None; values.len()]);
            assert_eq!(gi.bin, vec![None; values.len()]);
            let n = values.iter().flatten().count();
            assert!(gi.warnings.contains(&Warning::ZeroVariance { n }), "{gi:?}");
        }
    }

    #[test]
    fn missing_and_islands_are_null_and_listed() {
        let mut values: Vec<_> = (0..40).map(|i| Some(f64::from(i))).collect();
        values[38] = None;
        let gi = local_gi(&values, &chain(40), &GiOptions::default()).unwrap();
        assert_eq!((gi.missing.as_slice(), gi.islands.as_slice()), (&[38][..], &[39][..]));
        for row in [38, 39] {
            let all = [gi.z[row], gi.p_normal[row], gi.p_sim[row], gi.q[row]];
            assert_eq!(all, [None; 4]);
            assert_eq!(gi.bin[row], None);
        }
        assert_eq!(gi.z.iter().flatten().count(), 38);
        let text: Vec<_> = gi.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            [
                "zones without a value, left out: 1",
                "zones without a neighbour that has a value, class no_neighbours: 1",
            ]
        );
    }

    #[test]
    fn a_high_zone_among_low_ones_is_no_hotspot() {
        // A wheel: the hub is far above all, its 8 rim neighbours are the lowest.
        let mut pairs: Vec<_> = (1..9).map(|i| (0, i)).collect();
        pairs.extend((9..199).map(|i| (i, i + 1)));
        let wheel = Contiguity::from_pairs(200, &pairs).unwrap();
        let mut values: Vec<_> = (0..200).map(|i| Some(50.0 + f64::from(i % 7))).collect();
        values[0] = Some(900.0);
        for rim in &mut values[1..9] {
            *rim = Some(0.0);
        }
        let options = GiOptions { fdr: false, reference: Reference::Permutation, ..GiOptions::default() };
        let gi = local_gi(&values, &wheel, &options).unwrap();
        assert!(gi.z[0].unwrap() > 0.0);
        assert!(gi.p_sim[0].unwrap() < 0.001);
        assert_eq!(gi.bin[0], Some(0));
        assert!(gi.warnings.iter().any(|w| matches!(w, Warning::OppositeTail { .. })));
    }

    #[test]
    fn too_few_permutations_are_said() {
        let values: Vec<_> = (0..600).map(|i| Some(f64::from(i % 11))).collect();
        let by_permutation = GiOptions { reference: Reference::Permutation, ..GiOptions::default() };
        let options = GiOptions { permutations: Some(199), ..by_permutation };
        let gi = local_gi(&values, &chain(600), &options).unwrap();
        assert_eq!(
            gi.warnings[0].to_string(),
            "with 199 permutations over 600 zones hardly any zone can be significant at 10 % after the correction; use at least 1999"
        );
        let chosen = local_gi(&values, &chain(600), &by_permutation).unwrap();
        assert_eq!((chosen.permutations, chosen.warnings.len()), (19_999, 0));
    }

    #[test]
    fn the_reference_drives_q() {
        let values: Vec<_> = (0..50).map(|i| Some(f64::from(i * i % 17))).collect();
        let none = GiOptions { permutations: Some(0), reference: Reference::Normal, ..GiOptions::default() };
        let gi = local_gi(&values, &chain(50), &none).unwrap();
        assert_eq!(gi.p(), gi.p_normal);
        assert_eq!(gi.q, benjamini_hochberg(&gi.p_normal));
        assert_eq!(gi.p_sim, vec![None; 50]);
        let refused = GiOptions { reference: Reference::Permutation, ..none };
        let error = local_gi(&values, &chain(50), &refused).unwrap_err();
        assert_eq!(error, HotspotError::NoPermutations);
    }
}
