//! The parametric bootstrap: coefficients and zone intercepts drawn anew, estimates made of each draw.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::MirtiError;
use super::collapse::{CELLS, Census};
use super::dense::dot;
use super::group::{GROUPS, sums};
use super::link::Link;
use super::model::Model;
use super::predict::effects;

/// Draws that are worked on at once: a kind's values for them fill two lines of cache.
const TOGETHER: usize = 16;

/// Fewest and most draws: 2.5 % of the fewest are five, and the most are kept in memory.
pub const DRAWS: std::ops::RangeInclusive<usize> = 200..=20_000;

/// Draws of every zone.
#[derive(Clone, Debug)]
pub struct Draws {
    count: usize,
    /// By zone, group, draw: sums of weighted probabilities.
    sums: Vec<f64>,
}

impl Draws {
    /// Number of draws.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The draws of one zone and group: sums of weighted probabilities.
    pub fn of(&self, zone: usize, group: usize) -> &[f64] {
        let at = (zone * GROUPS + group) * self.count;
        &self.sums[at..at + self.count]
    }
}

/// Draws coefficients from `N(b, V)` and each zone's intercept from its normal given the survey (for zones
/// outside the survey `N(0, s²)`), and sums weighted probabilities per zone and group.
///
/// The coefficients of a draw have a stream of random numbers of their own, and so have the intercepts of a
/// zone, so that results are the same for any number of threads. O(entries × draws).
///
/// # Errors
/// A number of draws outside [`DRAWS`], or a covariance that is none.
pub fn simulate(model: &Model, census: &Census, draws: usize, seed: u64) -> Result<Draws, MirtiError> {
    if !DRAWS.contains(&draws) {
        let (least, most) = (*DRAWS.start(), *DRAWS.end());
        return Err(MirtiError::Draws { draws, least, most });
    }
    let beta = model.beta();
    let lower = model.covariance().cholesky().map_err(|_| MirtiError::NoCovariance)?;
    let coefficients: Vec<Vec<f64>> = (0..draws)
        .map(|draw| {
            let mut random = stream(seed, *b"corredor/mirti/beta", draw as u64);
            let z: Vec<f64> = normals(&mut random, beta.len());
            beta.iter().zip(lower.times(&z)).map(|(b, off)| b + off).collect()
        })
        .collect();
    let effects = effects(model, census);
    let logit = model.link == Link::Logit;
    // For each zone and draw exp(-u): a probability is then 1 / (1 + exp(-x'b) exp(-u)).
    let factors: Vec<Vec<f64>> = effects
        .par_iter()
        .enumerate()
        .map(|(zone, effect)| {
            if effect.sd == 0.0 {
                return vec![libm::exp(-effect.mean); draws];
            }
            let mut random = stream(seed, *b"corredor/mirti/zone", zone as u64);
            let z = normals(&mut random, draws);
            z.iter().map(|z| libm::exp(-(effect.mean + effect.sd * z))).collect()
        })
        .collect();
    let mut all = vec![0.0; census.zones.len() * GROUPS * draws];
    for first in (0..draws).step_by(TOGETHER) {
        let block = &coefficients[first..(first + TOGETHER).min(draws)];
        let table: Vec<[f64; TOGETHER]> = (0..census.kind_count())
            .into_par_iter()
            .map(|kind| {
                let x = census.kind(kind);
                let mut values = [0.0; TOGETHER];
                for (value, beta) in values.iter_mut().zip(block) {
                    let eta = dot(x, beta);
                    *value = if logit { libm::exp(-eta) } else { model.link.probability(eta) };
                }
                values
            })
            .collect();
        all.par_chunks_exact_mut(GROUPS * draws).enumerate().for_each(|(zone, out)| {
            let mut cells = [[0.0; TOGETHER]; CELLS];
            let mut factor = [1.0; TOGETHER];
            for (f, known) in factor.iter_mut().zip(&factors[zone][first..]) {
                *f = *known;
            }
            for entry in census.of_zone(zone) {
                let values = &table[entry.kind as usize];
                let sums = &mut cells[usize::from(entry.cell)];
                if logit {
                    for ((sum, value), factor) in sums.iter_mut().zip(values).zip(&factor) {
                        *sum += entry.weight / (1.0 + value * factor);
                    }
                } else {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += entry.weight * value;
                    }
                }
            }
            for k in 0..block.len() {
                let of_draw: [f64; CELLS] = std::array::from_fn(|cell| cells[cell][k]);
                for (group, sum) in sums(&of_draw).into_iter().enumerate() {
                    out[group * draws + first + k] = sum;
                }
            }
        });
    }
    Ok(Draws { count: draws, sums: all })
}

/// Random numbers of one draw or zone. The seed is laid out by hand, so that results do not hang on how a
/// library widens it.
fn stream(seed: u64, purpose: [u8; 19], number: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..27].copy_from_slice(&purpose);
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(number);
    random
}

/// Standard normals (Box and Muller 1958).
fn normals(random: &mut ChaCha8Rng, count: usize) -> Vec<f64> {
    let mut all = Vec::with_capacity(count + 1);
    while all.len() < count {
        // 53 bits, above 0.
        let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        let radius = (-2.0 * libm::log(uniform())).sqrt();
        let angle = 2.0 * std::f64::consts::PI * uniform();
        all.extend([radius * libm::cos(angle), radius * libm::sin(angle)]);
    }
    all.truncate(count);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normals_are_normal() {
        let z = normals(&mut stream(1, *b"corredor/mirti/beta", 0), 20_001);
        let n = z.len() as f64;
        let mean = z.iter().sum::<f64>() / n;
        let second = z.iter().map(|z| z * z).sum::<f64>() / n;
        let fourth = z.iter().map(|z| z.powi(4)).sum::<f64>() / n;
        assert!(mean.abs() < 0.03 && (second - 1.0).abs() < 0.04 && (fourth - 3.0).abs() < 0.3);
        assert_eq!(z.len(), 20_001);
        assert_ne!(z[..4], normals(&mut stream(1, *b"corredor/mirti/beta", 1), 4));
        assert_ne!(z[..4], normals(&mut stream(1, *b"corredor/mirti/zone", 0), 4));
    }
}
