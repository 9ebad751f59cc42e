//! Random draws and smooth noise that give the same bits on every platform.
//!
//! Only `+ - * /`, `sqrt` and the crate `libm` are used: the functions of the system's
//! mathematics library may differ in the last bit from one platform to the next.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A position or a vector on the country's own plane, kilometres before scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Xy {
    pub x: f64,
    pub y: f64,
}

impl Xy {
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point at share `t` of the way to `to`.
    pub fn toward(self, to: Self, t: f64) -> Self {
        Self::new(self.x + (to.x - self.x) * t, self.y + (to.y - self.y) * t)
    }

    pub fn distance(self, to: Self) -> f64 {
        let (dx, dy) = (self.x - to.x, self.y - to.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// What a stream of draws is for; each has its own stream, so that a change in one
/// does not shift the others.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Sites = 1,
    Seats,
    Costs,
    Borders,
    Names,
    Routes,
    Clusters,
    People,
    Indicators,
    Shelters,
    Incidents,
    Land,
    Localities,
    Work,
    Children,
    Supply,
    Danger,
}

/// A seeded stream of random draws.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `seed` for one purpose; `part` tells apart repeated uses.
    pub fn new(seed: u64, stream: Stream, part: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((part << 8) | stream as u64);
        Self(rng)
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform whole number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        // The bias of the multiply-shift is below n / 2^64.
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// One of the items, each as likely; `items` must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }

    /// Puts the items in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// Index drawn with probability in proportion to the weights' running sums.
    pub fn weighted(&mut self, running: &[f64]) -> usize {
        let total = running.last().copied().unwrap_or(0.0);
        let mark = self.unit() * total;
        running.partition_point(|&sum| sum <= mark).min(running.len().saturating_sub(1))
    }
}

/// Running sums of weights, for [`Dice::weighted`].
pub(super) fn running_sums(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    weights
        .into_iter()
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}

/// Smooth value noise with octaves, about -1 to 1, mean 0.
pub(super) struct Noise {
    seed: u64,
    wavelength: f64,
    octaves: u32,
}

impl Noise {
    pub fn new(seed: u64, stream: Stream, part: u64, wavelength: f64, octaves: u32) -> Self {
        let seed = mix(seed ^ mix((part << 8) | stream as u64));
        Self { seed, wavelength, octaves }
    }

    pub fn at(&self, p: Xy) -> f64 {
        let (mut sum, mut amplitude, mut reach) = (0.0, 1.0, 0.0);
        let mut scale = 1.0 / self.wavelength;
        for octave in 0..self.octaves {
            sum += amplitude * self.octave(u64::from(octave), p.x * scale, p.y * scale);
            reach += amplitude;
            amplitude *= 0.5;
            // Not a whole number, so that the lattices of the octaves do not line up.
            scale *= 2.03;
        }
        sum / reach
    }

    fn octave(&self, octave: u64, x: f64, y: f64) -> f64 {
        let (column, row) = (x.floor(), y.floor());
        let (u, v) = (fade(x - column), fade(y - row));
        let corner = |i: i64, j: i64| {
            let key = (column as i64 + i) as u64 ^ ((row as i64 + j) as u64).rotate_left(32);
            let bits = mix(self.seed ^ mix(key ^ (octave << 56)));
            (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let south = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * u;
        let north = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * u;
        south + (north - south) * v
    }
}

/// Quintic ease with zero slope and curvature at both ends (Perlin 2002).
fn fade(t: f64) -> f64 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(bits: u64) -> u64 {
    let mut z = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
