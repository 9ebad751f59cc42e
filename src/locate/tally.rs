//! What a thread has counted, and how two such counts become one.

use super::days::{Day, DaySet};
use super::fault::BadRows;
use super::groups::Groups;
use super::locator::{BAD, Located};
use super::source::Batch;
use super::strays::Strays;
use super::sum::ExactSum;

/// What is counted of each slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Number of zones; the slot after the last is for points outside.
    pub zones: usize,
    /// Grouping columns; with some, slots are those of [`Groups`].
    pub by: usize,
    /// Columns that are added up.
    pub sums: usize,
    /// Whether distinct days are counted.
    pub days: bool,
    /// Whether points are snapped.
    pub snaps: bool,
}

/// A slot that is written.
pub(super) struct Row<'a> {
    /// The zone, by its position; `None` outside.
    pub zone: Option<usize>,
    /// The values of the grouping columns.
    pub values: Vec<Option<&'a str>>,
    pub slot: usize,
}

/// Counts of the slots: zones in their order and the outside, or pairs of a zone and a group.
pub(super) struct Tally {
    shape: Shape,
    pub counts: Vec<u64>,
    pub snapped: Vec<u64>,
    pub sums: Vec<Vec<ExactSum>>,
    pub days: Vec<DaySet>,
    pub groups: Option<Groups>,
    pub bad: BadRows,
    /// Some of the points outside.
    pub strays: Strays,
    located: Located,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(shape: Shape) -> Self {
        let mut tally = Self {
            shape,
            counts: Vec::new(),
            snapped: Vec::new(),
            sums: vec![Vec::new(); shape.sums],
            days: Vec::new(),
            groups: (shape.by > 0).then(|| Groups::new(shape.by)),
            bad: BadRows::default(),
            strays: Strays::default(),
            located: Located::default(),
        };
        if shape.by == 0 {
            // One more than zones and outside, for the bad, which nobody asks for.
            tally.grow(shape.zones + 2);
        }
        tally
    }

    fn grow(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
        if self.shape.snaps {
            self.snapped.resize(slots, 0);
        }
        for sums in &mut self.sums {
            sums.resize(slots, ExactSum::default());
        }
        if self.shape.days {
            self.days.resize(slots, DaySet::default());
        }
    }

    /// The memory for the zones of a batch; give it back with [`Tally::add`].
    pub fn take_located(&mut self) -> Located {
        std::mem::take(&mut self.located)
    }

    /// Counts the points of a batch.
    pub fn add(&mut self, batch: &Batch, located: Located) {
        let zones = self.shape.zones;
        self.strays.add_outside(batch, &located);
        let slot_of = |zone: u32| {
            let zone = zone as usize;
            if zone < zones { zone } else { zones + usize::from(zone == BAD as usize) }
        };
        match &mut self.groups {
            None => {
                for &zone in &located.zones {
                    self.counts[slot_of(zone)] += 1;
                }
                if self.shape.sums > 0 || self.shape.days {
                    for (row, &zone) in located.zones.iter().enumerate() {
                        self.add_values(batch, row, slot_of(zone));
                    }
                }
                if self.shape.snaps {
                    for &(row, _) in &located.snapped {
                        self.snapped[slot_of(located.zones[row])] += 1;
                    }
                }
            }
            Some(_) => self.add_grouped(batch, &located),
        }
        self.located = located;
    }

    fn add_grouped(&mut self, batch: &Batch, located: &Located) {
        let Some(mut groups) = self.groups.take() else { return };
        groups.begin(&batch.by, located.zones.len());
        let mut snapped = located.snapped.iter().map(|s| s.0).peekable();
        for (row, &zone) in located.zones.iter().enumerate() {
            if zone == BAD {
                continue;
            }
            let slot = groups.slot(row, zone);
            if slot >= self.counts.len() {
                self.grow(slot + 1);
            }
            self.counts[slot] += 1;
            if snapped.next_if_eq(&row).is_some() {
                self.snapped[slot] += 1;
            }
            self.add_values(batch, row, slot);
        }
        self.groups = Some(groups);
    }

    fn add_values(&mut self, batch: &Batch, row: usize, slot: usize) {
        use arrow_array::Array;
        for (sums, values) in self.sums.iter_mut().zip(&batch.sums) {
            if values.is_valid(row) {
                sums[slot].add(values.value(row));
            }
        }
        if let Some(Day::On(day)) = batch.days.as_ref().map(|days| days[row]) {
            self.days[slot].insert(day);
        }
    }

    /// Takes up what another thread has counted.
    pub fn merge(mut self, mut other: Self) -> Self {
        self.bad.merge(std::mem::take(&mut other.bad));
        self.strays.merge(std::mem::take(&mut other.strays));
        let slots: Vec<usize> = match (&mut self.groups, &other.groups) {
            (Some(groups), Some(others)) => groups.adopt(others),
            _ => (0..other.counts.len()).collect(),
        };
        let most = slots.iter().max().map_or(0, |&slot| slot + 1);
        if most > self.counts.len() {
            self.grow(most);
        }
        for (from, &to) in slots.iter().enumerate() {
            self.counts[to] += other.counts[from];
            if self.shape.snaps {
                self.snapped[to] += other.snapped[from];
            }
            for (sums, others) in self.sums.iter_mut().zip(&other.sums) {
                sums[to].merge(&others[from]);
            }
            if self.shape.days {
                self.days[to].merge(&other.days[from]);
            }
        }
        self
    }

    /// The slots that are written, in the order of zones, outside last, then of group values, missing first.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let zone = |zone: usize| (zone < self.shape.zones).then_some(zone);
        let Some(groups) = &self.groups else {
            return (0..=self.shape.zones)
                .map(|slot| Row { zone: zone(slot), values: Vec::new(), slot })
                .collect();
        };
        let mut rows: Vec<_> = (0..groups.len())
            .map(|slot| {
                let (of, values) = groups.pair(slot);
                Row { zone: zone(of as usize), values, slot }
            })
            .collect();
        let order = |row: &Row<'_>| (row.zone.is_none(), row.zone);
        rows.sort_unstable_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.values.cmp(&b.values)));
        rows
    }
}
