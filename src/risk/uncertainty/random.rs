//! Random numbers that depend on the seed and the run alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// `count` numbers of `[0, 1)` for one run: ChaCha8 with the run as its stream, 53 bits each. So a run draws the
/// same numbers whichever thread it is on and whatever other runs there are.
///
/// ```
/// use corredor::risk::uncertainty::unit;
/// assert_eq!(unit(87, 3, 2), unit(87, 3, 4)[..2]);
/// assert_ne!(unit(87, 3, 2), unit(87, 4, 2));
/// ```
pub fn unit(seed: u64, run: u64, count: usize) -> Vec<f64> {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..].copy_from_slice(b"corredor/risk/uncertaint");
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(run);
    (0..count).map(|_| (random.next_u64() >> 11) as f64 * 2_f64.powi(-53)).collect()
}
