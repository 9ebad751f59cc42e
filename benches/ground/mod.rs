//! What the benches run on: the real data of Mexico when it is at hand, else an invented
//! quilt of like size. The same at every run.
#![allow(dead_code, reason = "each bench uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a bench may stop where its ground is missing")]

#[path = "../../tests/fixtures/mod.rs"]
mod fixtures;

pub use fixtures::{Lines, Zones, mexico};

/// Zones along one side of the invented quilt, and vertices along one side of a zone.
const SIDE: usize = 50;
const VERTICES: usize = 370;

/// The municipalities at full resolution, 3.7 million vertices in 2,475 zones.
pub fn zones() -> Zones {
    match mexico() {
        Some(dir) => Zones::read(dir.join("municipalities_full.fgb"), "cvegeo"),
        None => quilt(),
    }
}

/// Draws that are the same everywhere (SplitMix64; Steele, Lea and Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Square zones with winding borders that neighbours share vertex by vertex.
pub fn quilt() -> Zones {
    let (step_deg, wind_deg) = (0.6, 0.04);
    // The vertices of a border from one corner to the next, by where it begins.
    let border = |i: usize, j: usize, up: bool| -> Vec<(f64, f64)> {
        let mut dice = Dice((i * 1000 + j) as u64 * 2 + u64::from(up));
        let (x, y) = (-117.0 + step_deg * i as f64, 14.0 + 0.5 * step_deg * j as f64);
        (0..=VERTICES)
            .map(|k| {
                let t = k as f64 / VERTICES as f64;
                let ends = k == 0 || k == VERTICES;
                let off = if ends { 0.0 } else { wind_deg * (dice.share() - 0.5) };
                if up { (x + off, y + 0.5 * step_deg * t) } else { (x + step_deg * t, y + off) }
            })
            .collect()
    };
    let mut zones = Zones::new();
    for (j, i) in (0..SIDE).flat_map(|j| (0..SIDE).map(move |i| (j, i))) {
        let back = |mut side: Vec<(f64, f64)>| {
            side.reverse();
            side
        };
        let sides = [
            border(i, j, false),
            border(i + 1, j, true),
            back(border(i, j + 1, false)),
            back(border(i, j, true)),
        ];
        let mut ring: Vec<(f64, f64)> = sides.concat();
        ring.dedup();
        let first = ring[0];
        *ring.last_mut().unwrap() = first;
        zones.push_ring(ring);
        zones.end_polygon();
        zones.end_zone(format!("{j:02}{i:03}"));
    }
    zones
}

/// Random walks of 200 vertices with steps of about a kilometre, begun all over the zones'
/// extent.
pub fn walks(count: usize) -> Lines {
    let mut dice = Dice(7);
    let mut lines = Lines::default();
    for line in 0..count {
        let (mut x, mut y) = (-117.0 + 30.0 * dice.share(), 14.5 + 18.0 * dice.share());
        let mut heading = dice.share() * std::f64::consts::TAU;
        let walk = (0..200).map(|_| {
            let at = (x, y);
            heading += dice.share() - 0.5;
            x += 0.0095 * heading.cos();
            y += 0.009 * heading.sin();
            at
        });
        lines.push(line.to_string(), walk);
    }
    lines
}
