//! Settlements that are far enough from each other.

use rayon::prelude::*;

/// Settlements from which they are looked at by several threads.
const FOR_THREADS: usize = 4096;

/// Tells places at a distance or more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Far {
    km2: f64,
}

impl Far {
    /// For places `km` apart or more.
    pub(super) fn new(km: f64) -> Self {
        Self { km2: km * km }
    }

    /// Whether two Earth-centred places are far from each other.
    pub(super) fn apart(self, a: [f64; 3], b: [f64; 3]) -> bool {
        let (x, y, z) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        x * x + y * y + z * z >= self.km2
    }

    /// A member that has fewer than `k` others of `members` far from it, and how many it has; `None` where each has
    /// `k`.
    ///
    /// Most members have `k` among the outermost ones of each axis, so these are counted first; all only where they do
    /// not suffice. The member in the middle comes first, for it fails before others do. Of several that fail, the
    /// middle one or else the first in their order.
    pub(super) fn lonely(
        self,
        places: &[[f64; 3]],
        axes: &[[f64; 3]; 3],
        members: &[u32],
        k: usize,
    ) -> Option<(u32, usize)> {
        let count = |among: &[u32], member: u32| {
            let here = places[member as usize];
            let far = |&&other: &&u32| other != member && self.apart(here, places[other as usize]);
            among.iter().filter(far).take(k).count()
        };
        let fails = |member: u32| Some((member, count(members, member))).filter(|(_, others)| *others < k);
        if let Some(lonely) = middle(places, members).and_then(fails) {
            return Some(lonely);
        }
        let outermost = outermost(places, axes, members, k);
        let fails_at_all = |member: u32| if count(&outermost, member) >= k { None } else { fails(member) };
        if members.len() < FOR_THREADS {
            members.iter().find_map(|&member| fails_at_all(member))
        } else {
            members.par_iter().find_map_first(|&member| fails_at_all(member))
        }
    }
}

/// The member nearest to the middle of the box around all.
fn middle(places: &[[f64; 3]], members: &[u32]) -> Option<u32> {
    let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    for &member in members {
        for i in 0..3 {
            low[i] = low[i].min(places[member as usize][i]);
            high[i] = high[i].max(places[member as usize][i]);
        }
    }
    let distance2 = |member: u32| -> f64 {
        (0..3)
            .map(|i| {
                let off = places[member as usize][i] - 0.5 * (low[i] + high[i]);
                off * off
            })
            .sum()
    };
    let nearer = |&a: &u32, &b: &u32| distance2(a).total_cmp(&distance2(b)).then(a.cmp(&b));
    members.iter().copied().min_by(nearer)
}

/// The `k` first and `k` last members along each axis, once each.
fn outermost(places: &[[f64; 3]], axes: &[[f64; 3]; 3], members: &[u32], k: usize) -> Vec<u32> {
    if members.len() <= 6 * k {
        return members.to_vec();
    }
    let mut sorted = members.to_vec();
    let mut found = Vec::with_capacity(6 * k);
    for axis in axes {
        let at = |&member: &u32| {
            let place = places[member as usize];
            axis[0] * place[0] + axis[1] * place[1] + axis[2] * place[2]
        };
        let order = |a: &u32, b: &u32| at(a).total_cmp(&at(b)).then(a.cmp(b));
        sorted.select_nth_unstable_by(k - 1, order);
        found.extend_from_slice(&sorted[..k]);
        let last = sorted.len() - k;
        sorted.select_nth_unstable_by(last, order);
        found.extend_from_slice(&sorted[last..]);
    }
    found.sort_unstable();
    found.dedup();
    found
}
