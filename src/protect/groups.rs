//! Groups of settlements: each place that may be published stands for at least `k` others.

use rayon::prelude::*;

use super::far::Far;
use super::{Candidates, ProtectError};

/// Settlements from which the halves of a group are worked on by two threads.
const FOR_TWO_THREADS: usize = 4096;

/// What a group of settlements must give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupRules {
    /// How many settlements every place stands for at least.
    pub k: usize,
    /// How far apart a settlement and those others are at least, km.
    pub min_km: f64,
    /// People of a group at least, where people are known.
    pub min_people: f64,
}

impl Default for GroupRules {
    /// 10 settlements, 10 km, 20,000 people.
    fn default() -> Self {
        Self { k: 10, min_km: 10.0, min_people: 20_000.0 }
    }
}

impl GroupRules {
    fn check(&self) -> Result<(), ProtectError> {
        if self.k == 0 {
            return Err(ProtectError::Rule {
                what: "k",
                value: 0.0,
                wanted: "give 1 or more, 10 for the public",
            });
        }
        for (what, value, most) in
            [("min_km", self.min_km, 1000.0), ("min_people", self.min_people, f64::MAX)]
        {
            if !(0.0..=most).contains(&value) {
                return Err(ProtectError::Rule {
                    what,
                    value,
                    wanted: "give 0 or more, and at most 1000 km",
                });
            }
        }
        Ok(())
    }
}

/// Settlements in groups, by bisection at the median.
///
/// A group is halved at the median of its longer side (west to east or south to north), as long as both halves are
/// valid: every settlement of a valid group has at least `k` others of it at `min_km` or more, and the group has
/// `min_people` where people are known. Where the halves lie does not depend on `k`, so the groups of a smaller `k`
/// divide those of a greater one, and no group of the one and the other cut each other.
///
/// Distances are straight through the Earth, which are at most as long as those along it.
#[derive(Debug)]
pub struct Groups {
    rules: GroupRules,
    /// Settlements by group, ascending within.
    members: Vec<u32>,
    /// Those of group `g` are `offsets[g]..offsets[g + 1]`.
    offsets: Vec<usize>,
    group_of: Vec<u32>,
}

impl Groups {
    /// Groups the settlements. O(n log n) where settlements spread further than `min_km`.
    ///
    /// # Errors
    ///
    /// [`ProtectError::TooFew`] and [`ProtectError::TooFewPeople`] where not even all of them make a valid group,
    /// [`ProtectError::Rule`] for rules that cannot be.
    ///
    /// ```
    /// use corredor::protect::{Candidates, GroupRules, Groups};
    ///
    /// let ids: Vec<String> = (0..100).map(|i| format!("{i:02}")).collect();
    /// let lon: Vec<f64> = (0..100).map(|i| f64::from(i % 10) / 10.0).collect();
    /// let lat: Vec<f64> = (0..100).map(|i| f64::from(i / 10) / 10.0).collect();
    /// let towns = Candidates::new(&ids, &lon, &lat, None)?;
    /// let groups = Groups::new(&towns, &GroupRules::default())?;
    /// assert_eq!(groups.len(), 8);
    /// assert!((0..100).all(|town| groups.preimages(town).count() >= 10));
    /// # Ok::<(), corredor::protect::ProtectError>(())
    /// ```
    pub fn new(candidates: &Candidates, rules: &GroupRules) -> Result<Self, ProtectError> {
        rules.check()?;
        let division = Division { candidates, rules, axes: axes(candidates.places()) };
        let mut members: Vec<u32> = (0_u32..).take(candidates.len()).collect();
        division.root(&members)?;
        let sizes = division.divide(&mut members);
        let mut offsets = vec![0];
        let mut group_of = vec![0; members.len()];
        for (group, size) in (0_u32..).zip(sizes) {
            let start = offsets[offsets.len() - 1];
            members[start..start + size].sort_unstable();
            members[start..start + size].iter().for_each(|&member| group_of[member as usize] = group);
            offsets.push(start + size);
        }
        Ok(Self { rules: *rules, members, offsets, group_of })
    }

    /// Number of groups.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none; never so.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What each group gives.
    pub fn rules(&self) -> &GroupRules {
        &self.rules
    }

    /// The group of a settlement.
    pub fn group_of(&self, candidate: u32) -> usize {
        self.group_of[candidate as usize] as usize
    }

    /// The settlements of a group, ascending.
    pub fn members(&self, group: usize) -> &[u32] {
        &self.members[self.offsets[group]..self.offsets[group + 1]]
    }

    /// The settlements that a place published at `candidate` may stand for: all of its group, more than `k`, ascending.
    pub fn preimages(&self, candidate: u32) -> impl Iterator<Item = u32> + '_ {
        self.members(self.group_of(candidate)).iter().copied()
    }
}

/// Directions in which groups are halved: east and north of the middle of all settlements, and up, as unit vectors. So
/// neither the poles nor the date line are special.
fn axes(places: &[[f64; 3]]) -> [[f64; 3]; 3] {
    let mut middle = [0.0; 3];
    for place in places {
        (0..3).for_each(|i| middle[i] += place[i]);
    }
    let norm = |v: [f64; 3]| (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    let flat = norm([middle[0], middle[1], 0.0]);
    let length = norm(middle);
    if flat <= 1e-9 * length || length == 0.0 {
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    }
    let up = middle.map(|x| x / length);
    let east = [-middle[1] / flat, middle[0] / flat, 0.0];
    let north = [
        up[1] * east[2] - up[2] * east[1],
        up[2] * east[0] - up[0] * east[2],
        up[0] * east[1] - up[1] * east[0],
    ];
    [east, north, up]
}

fn along(axis: [f64; 3], place: [f64; 3]) -> f64 {
    axis[0] * place[0] + axis[1] * place[1] + axis[2] * place[2]
}

/// The settlements while they are divided.
struct Division<'a> {
    candidates: &'a Candidates,
    rules: &'a GroupRules,
    axes: [[f64; 3]; 3],
}

impl Division<'_> {
    /// All settlements as one group, or why they make none.
    fn root(&self, members: &[u32]) -> Result<(), ProtectError> {
        let (settlements, rules) = (members.len(), self.rules);
        let far = Far::new(rules.min_km);
        if let Some((member, others)) = far.lonely(self.candidates.places(), &self.axes, members, rules.k) {
            let id = self.candidates.ids()[member as usize].clone();
            return Err(ProtectError::TooFew { settlements, id, others, k: rules.k, min_km: rules.min_km });
        }
        if members.is_empty() {
            let id = String::new();
            return Err(ProtectError::TooFew {
                settlements,
                id,
                others: 0,
                k: rules.k,
                min_km: rules.min_km,
            });
        }
        match self.people(members) {
            Some(people) if people < rules.min_people => {
                Err(ProtectError::TooFewPeople { settlements, people, min_people: rules.min_people })
            }
            _ => Ok(()),
        }
    }

    fn people(&self, members: &[u32]) -> Option<f64> {
        let people = self.candidates.people()?;
        Some(members.iter().map(|&member| people[member as usize]).sum())
    }

    fn valid(&self, members: &[u32]) -> bool {
        members.len() > self.rules.k
            && self.people(members).is_none_or(|people| people >= self.rules.min_people)
            && Far::new(self.rules.min_km)
                .lonely(self.candidates.places(), &self.axes, members, self.rules.k)
                .is_none()
    }

    /// Divides a valid group in place; the sizes of its parts in their order.
    fn divide(&self, members: &mut [u32]) -> Vec<usize> {
        if members.len() < 2 {
            return vec![members.len()];
        }
        let places = self.candidates.places();
        let axis = self.longest(members);
        let half = members.len() / 2;
        members.select_nth_unstable_by(half, |&a, &b| {
            along(axis, places[a as usize]).total_cmp(&along(axis, places[b as usize])).then(a.cmp(&b))
        });
        let (low, high) = members.split_at_mut(half);
        if !(self.valid(low) && self.valid(high)) {
            return vec![low.len() + high.len()];
        }
        let (mut sizes, rest) = if low.len() + high.len() >= FOR_TWO_THREADS {
            rayon::join(|| self.divide(low), || self.divide(high))
        } else {
            (self.divide(low), self.divide(high))
        };
        sizes.extend(rest);
        sizes
    }

    /// The axis along which a group is longest; of equally long ones the first.
    fn longest(&self, members: &[u32]) -> [f64; 3] {
        let places = self.candidates.places();
        let extent = |axis: [f64; 3]| {
            let (low, high) =
                members.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &member| {
                    let at = along(axis, places[member as usize]);
                    (low.min(at), high.max(at))
                });
            high - low
        };
        let mut best = (self.axes[0], extent(self.axes[0]));
        for &axis in &self.axes[1..] {
            let extent = extent(axis);
            if extent > best.1 {
                best = (axis, extent);
            }
        }
        best.0
    }
}

/// Numbers of settlements that places stand for: the smallest, and the middle one.
impl Groups {
    /// For each settlement, how many others a place published there stands for. O(n times the size of groups).
    pub fn preimage_counts(&self) -> Vec<usize> {
        (0..self.group_of.len() as u32)
            .into_par_iter()
            .map(|candidate| self.preimages(candidate).count())
            .collect()
    }
}
