//! Conditional permutation: what the neighbours would sum to if values fell anywhere.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::{Contiguity, HotspotError};

/// Two sums closer than this share of the largest possible sum are a tie: the order of
/// addition must not decide a p-value. A tie counts against significance, in both tails.
const TIE: f64 = 1e-12;

/// Counts are kept in `u32`, and nothing below one in a million is of use here.
pub(super) const LIMIT: usize = 9_999_999;

/// On which side of the permuted sums the real sum of the neighbours lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Neighbours lower than most permuted ones.
    Lower,
    /// In the middle: as many on one side as on the other.
    Middle,
    /// Neighbours higher than most permuted ones.
    Upper,
}

/// Outcome of the permutations of one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PseudoP {
    /// Permutations whose sum is at most the real one, ties included.
    pub at_most: u32,
    /// Permutations whose sum is at least the real one, ties included.
    pub at_least: u32,
    /// Number of permutations.
    pub permutations: u32,
}

impl PseudoP {
    /// Two-sided pseudo p-value, `min(1, 2 (min(at_most, at_least) + 1) / (M + 1))`.
    ///
    /// Twice the smaller tail, each tail as `(R + 1) / (M + 1)`, so that it is never 0
    /// (Phipson and Smyth 2010) and hot and cold spots each err at half the level however
    /// skewed the values are. Its floor is `2 / (M + 1)`.
    pub fn two_sided(self) -> f64 {
        let tail = f64::from(self.at_most.min(self.at_least)) + 1.0;
        (2.0 * tail / (f64::from(self.permutations) + 1.0)).min(1.0)
    }

    /// The side on which the real sum lies.
    pub fn tail(self) -> Tail {
        match self.at_least.cmp(&self.at_most) {
            std::cmp::Ordering::Less => Tail::Upper,
            std::cmp::Ordering::Equal => Tail::Middle,
            std::cmp::Ordering::Greater => Tail::Lower,
        }
    }
}

/// Conditional permutations (Anselin 1995) of the sum over each zone's neighbours: the
/// zone's own value stays, its `k` neighbours are drawn without replacement from all other
/// values, `permutations` times. Zones without neighbours are `None`.
///
/// Given its own value, Gi\* and local Moran's I of a zone are both linear in that sum, so
/// these counts serve both.
///
/// Each zone has its own stream of random numbers (ChaCha8, stream = row), so results are
/// the same for any number of threads. They depend on the order of the rows: sort by key.
/// O(permutations × links) time, n values of memory per thread.
///
/// # Errors
/// When lengths differ, a value is not finite, or `permutations` is 0 or above 9,999,999.
///
/// ```
/// use corredor_geo::hotspot::{Contiguity, Tail, conditional_permutation};
/// let ring: Vec<_> = (0..20).map(|i| (i, (i + 1) % 20)).collect();
/// let ring = Contiguity::from_pairs(20, &ring)?;
/// let mut values = [0.0; 20];
/// (values[4], values[5], values[6]) = (9.0, 10.0, 8.0);
/// let p = conditional_permutation(&values, &ring, 999, 1)?;
/// let middle = p[5].ok_or("zone 5 has neighbours")?;
/// assert_eq!(middle.tail(), Tail::Upper);
/// assert!(middle.two_sided() < 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn conditional_permutation(
    values: &[f64],
    contiguity: &Contiguity,
    permutations: usize,
    seed: u64,
) -> Result<Vec<Option<PseudoP>>, HotspotError> {
    if values.len() != contiguity.len() {
        return Err(HotspotError::LengthMismatch { values: values.len(), zones: contiguity.len() });
    }
    if let Some(row) = values.iter().position(|v| !v.is_finite()) {
        let value = values[row];
        return Err(HotspotError::NotFinite { row, value });
    }
    let count = checked_count(permutations)?;
    // Sums must not overflow; a power of two leaves every comparison as it is.
    let scaled = to_unit(values);
    let results = (0..values.len())
        .into_par_iter()
        .map_init(Vec::new, |pool, zone| permute_one(&scaled, contiguity.of(zone), zone, count, seed, pool))
        .collect();
    Ok(results)
}

/// The number of permutations, in range.
fn checked_count(permutations: usize) -> Result<u32, HotspotError> {
    match u32::try_from(permutations) {
        Ok(0) => Err(HotspotError::NoPermutations),
        Ok(count) if permutations <= LIMIT => Ok(count),
        _ => Err(HotspotError::TooManyPermutations { permutations, limit: LIMIT }),
    }
}

/// Values divided by the power of two that brings them within ±1.
fn to_unit(values: &[f64]) -> Vec<f64> {
    let largest = values.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
    let (_, exponent) = libm::frexp(largest);
    values.iter().map(|&v| libm::ldexp(v, -exponent)).collect()
}

/// Permutations of one zone. `pool` is scratch space, refilled here.
fn permute_one(
    values: &[f64],
    neighbours: &[u32],
    zone: usize,
    permutations: u32,
    seed: u64,
    pool: &mut Vec<f64>,
) -> Option<PseudoP> {
    if neighbours.is_empty() {
        return None;
    }
    pool.clear();
    pool.extend_from_slice(&values[..zone]);
    pool.extend_from_slice(&values[zone + 1..]);

    let sum: f64 = neighbours.iter().map(|&j| values[j as usize]).sum();
    let largest = pool.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
    let tie = TIE * largest * neighbours.len() as f64;
    let (low, high) = (sum - tie, sum + tie);

    let mut random = stream(seed, zone as u64);
    let (mut at_most, mut at_least) = (0, 0);
    for _ in 0..permutations {
        let drawn = draw_sum(pool, neighbours.len(), &mut random);
        at_most += u32::from(drawn <= high);
        at_least += u32::from(drawn >= low);
    }
    Some(PseudoP { at_most, at_least, permutations })
}

/// The random numbers of one zone. The seed is laid out by hand, so that results do not
/// hang on how a library widens it.
fn stream(seed: u64, zone: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..].copy_from_slice(b"corredor/hotspot/permute");
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(zone);
    random
}

/// Sum of `k` values drawn without replacement: the first `k` steps of a Fisher-Yates
/// shuffle. The pool stays shuffled, which leaves the next draw as random as the first.
fn draw_sum(pool: &mut [f64], k: usize, random: &mut ChaCha8Rng) -> f64 {
    let mut sum = 0.0;
    for taken in 0..k {
        let left = (pool.len() - taken) as u32;
        let pick = taken + below(left, random) as usize;
        pool.swap(taken, pick);
        sum += pool[taken];
    }
    sum
}

/// A whole number below `bound`, each equally likely (Lemire 2019).
fn below(bound: u32, random: &mut ChaCha8Rng) -> u32 {
    let mut product = u64::from(random.next_u32()) * u64::from(bound);
    if (product as u32) < bound {
        // Reject the few products that would favour small numbers.
        let threshold = bound.wrapping_neg() % bound;
        while (product as u32) < threshold {
            product = u64::from(random.next_u32()) * u64::from(bound);
        }
    }
    (product >> 32) as u32
}
