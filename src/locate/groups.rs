//! Zones and the values of grouping columns, numbered as they come.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use arrow_array::{Array, StringArray};

/// Pairs of a zone and the values of the grouping columns; each has a number, its slot.
#[derive(Default)]
pub(super) struct Groups {
    columns: Vec<Values>,
    /// Numbers of values, one a column, to the number of their combination.
    combinations: HashMap<Vec<u32>, u32>,
    combined: Vec<Vec<u32>>,
    slots: HashMap<u64, u32, BuildHasherDefault<Mix>>,
    /// Zone and combination of each slot.
    pairs: Vec<(u32, u32)>,
    /// The combination of each row of the batch at hand.
    rows: Vec<u32>,
}

/// The values of one column, numbered; 0 is the missing value.
#[derive(Default)]
struct Values {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Values {
    fn number(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return 0 };
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as u32 + 1;
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
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
        let mut numbers = vec![0; columns.len()];
        let mut last: Option<(Vec<u32>, u32)> = None;
        for row in 0..rows {
            for ((values, column), number) in self.columns.iter_mut().zip(columns).zip(&mut numbers) {
                *number = values.number(column.is_valid(row).then(|| column.value(row)));
            }
            let combination = match &last {
                Some((same, combination)) if *same == numbers => *combination,
                _ => {
                    let combination = self.combination(&numbers);
                    last = Some((numbers.clone(), combination));
                    combination
                }
            };
            self.rows.push(combination);
        }
    }

    fn combination(&mut self, numbers: &[u32]) -> u32 {
        if let Some(&combination) = self.combinations.get(numbers) {
            return combination;
        }
        let combination = self.combined.len() as u32;
        self.combined.push(numbers.to_vec());
        self.combinations.insert(numbers.to_vec(), combination);
        combination
    }

    /// The slot of a row of the batch at hand that fell into a zone.
    pub fn slot(&mut self, row: usize, zone: u32) -> usize {
        self.slot_of(zone, self.rows[row])
    }

    fn slot_of(&mut self, zone: u32, combination: u32) -> usize {
        let next = self.pairs.len() as u32;
        let slot = *self.slots.entry(u64::from(zone) << 32 | u64::from(combination)).or_insert(next);
        if slot == next {
            self.pairs.push((zone, combination));
        }
        slot as usize
    }

    /// The slots here of the slots of another, in its order.
    pub fn adopt(&mut self, other: &Self) -> Vec<usize> {
        let combinations: Vec<u32> = other
            .combined
            .iter()
            .map(|numbers| {
                let texts = numbers.iter().zip(&other.columns).map(|(&n, values)| values.text(n));
                let own: Vec<u32> =
                    texts.zip(&mut self.columns).map(|(text, values)| values.number(text)).collect();
                self.combination(&own)
            })
            .collect();
        other.pairs.iter().map(|&(zone, c)| self.slot_of(zone, combinations[c as usize])).collect()
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Zone and values of a slot.
    pub fn pair(&self, slot: usize) -> (u32, Vec<Option<&str>>) {
        let (zone, combination) = self.pairs[slot];
        let numbers = &self.combined[combination as usize];
        (zone, numbers.iter().zip(&self.columns).map(|(&number, values)| values.text(number)).collect())
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
