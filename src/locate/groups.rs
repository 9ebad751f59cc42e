//! Zones and the values of grouping columns, numbered as they come.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use arrow_array::{Array, StringArray};

/// Pairs of a zone and the values of the grouping columns; each has a number, its slot.
#[derive(Default)]
pub(super) struct Groups {
    columns: Vec<Values>,
    /// The tree of combinations: parent and value, a level a column. Its root is number 0.
    combinations: Pairs,
    /// Zone and combination of each slot.
    slots: Pairs,
    /// The combination of each row of the batch at hand.
    rows: Vec<u32>,
}

/// Pairs of numbers, numbered.
#[derive(Default)]
struct Pairs {
    numbers: HashMap<u64, u32, BuildHasherDefault<Mix>>,
    pairs: Vec<(u32, u32)>,
}

impl Pairs {
    /// The number of a pair, from 0.
    fn number(&mut self, first: u32, second: u32) -> u32 {
        let next = self.pairs.len() as u32;
        let number = *self.numbers.entry(u64::from(first) << 32 | u64::from(second)).or_insert(next);
        if number == next {
            self.pairs.push((first, second));
        }
        number
    }
}

/// The values of one column, numbered; 0 is the missing value.
#[derive(Default)]
struct Values {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    /// The number asked for last: values come in runs.
    last: u32,
}

impl Values {
    fn number(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return 0 };
        if self.text(self.last) == Some(text) {
            return self.last;
        }
        self.last = self.numbers.get(text).copied().unwrap_or_else(|| {
            let number = self.texts.len() as u32 + 1;
            self.texts.push(text.into());
            self.numbers.insert(text.into(), number);
            number
        });
        self.last
    }

    fn text(&self, number: u32) -> Option<&str> {
        self.texts.get((number as usize).checked_sub(1)?).map(|text| &**text)
    }
}

impl Groups {
    /// No groups yet, of so many columns.
    pub fn new(columns: usize) -> Self {
        Self { columns: (0..columns).map(|_| Values::default()).collect(), ..Self::default() }
    }

    /// Takes up the values of a batch, one array a column.
    pub fn begin(&mut self, columns: &[StringArray], rows: usize) {
        self.rows.clear();
        self.rows.resize(rows, 0);
        for (values, column) in self.columns.iter_mut().zip(columns) {
            for (row, combination) in self.rows.iter_mut().enumerate() {
                let value = values.number(column.is_valid(row).then(|| column.value(row)));
                // Plus one, since 0 is the root.
                *combination = self.combinations.number(*combination, value) + 1;
            }
        }
    }

    /// The slot of a row of the batch at hand that fell into a zone.
    pub fn slot(&mut self, row: usize, zone: u32) -> usize {
        self.slots.number(zone, self.rows[row]) as usize
    }

    /// The slots here of the slots of another, in its order.
    pub fn adopt(&mut self, other: &Self) -> Vec<usize> {
        // A parent is numbered before its children, so that its own number here is known by then.
        let mut own = vec![0];
        let mut levels = vec![0];
        for &(parent, value) in &other.combinations.pairs {
            let level: usize = levels[parent as usize];
            let value = self.columns[level].number(other.columns[level].text(value));
            own.push(self.combinations.number(own[parent as usize], value) + 1);
            levels.push(level + 1);
        }
        let slot =
            |&(zone, combination): &(u32, u32)| self.slots.number(zone, own[combination as usize]) as usize;
        other.slots.pairs.iter().map(slot).collect()
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.slots.pairs.len()
    }

    /// Zone and values of a slot.
    pub fn pair(&self, slot: usize) -> (u32, Vec<Option<&str>>) {
        let (zone, mut combination) = self.slots.pairs[slot];
        let mut values = vec![None; self.columns.len()];
        for (value, column) in values.iter_mut().zip(&self.columns).rev() {
            let (parent, number) = self.combinations.pairs[combination as usize - 1];
            *value = column.text(number);
            combination = parent;
        }
        (zone, values)
    }
}

/// A hash of the numbers of a pair: they are ours, so that nobody can make them collide.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    fn write_u64(&mut self, value: u64) {
        let mut z = (self.0 ^ value).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = z ^ (z >> 31);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_found_again_and_adopted() {
        let sex = StringArray::from(vec![Some("f"), Some("m"), None, Some("f")]);
        let age = StringArray::from(vec![Some("1"), Some("1"), Some("2"), Some("1")]);
        let mut groups = Groups::new(2);
        groups.begin(&[sex.clone(), age.clone()], 4);
        let slots: Vec<usize> = (0..4).map(|row| groups.slot(row, 7)).collect();
        assert_eq!(slots, [0, 1, 2, 0]);
        assert_eq!(groups.slot(0, 8), 3);
        let mut other = Groups::new(2);
        other.begin(&[sex.slice(2, 1), age.slice(2, 1)], 1);
        other.slot(0, 7);
        assert_eq!(other.adopt(&groups), [1, 2, 0, 3]);
        assert_eq!(other.pair(0), (7, vec![None, Some("2")]));
        assert_eq!(other.pair(3), (8, vec![Some("f"), Some("1")]));
        assert_eq!(other.len(), 4);
    }
}
