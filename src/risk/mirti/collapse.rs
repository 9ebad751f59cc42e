//! A census as counts of kinds of children: what predicting and simulating need of it.

use std::collections::HashMap;

use super::MirtiError;
use super::encode::Encoder;
use super::model::Model;
use crate::risk::microdata::{Codebook, People, Purpose, Reading, read};

/// Zones, and kinds of children, that a key of an entry can hold.
const MOST_ZONES: usize = 1 << 24;
const MOST_KINDS: usize = 1 << 32;

/// Cells of a zone: sex (girl, boy, unknown), age group, area (urban, rural, unknown).
pub const CELLS: usize = 27;

/// Children of one zone and cell with the same values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Cell.
    pub cell: u8,
    /// Number of the kind.
    pub kind: u32,
    /// Children.
    pub children: u32,
    /// Sum of their weights.
    pub weight: f64,
}

/// A census, collapsed: zones in the order of their keys.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Keys of the zones, ascending.
    pub zones: Vec<String>,
    /// State of each zone, by number; that of its first child.
    pub state_of: Vec<u32>,
    /// Keys of the states, ascending.
    pub states: Vec<String>,
    /// Children of each zone whose values are not all there.
    pub incomplete: Vec<u64>,
    /// Columns of the model.
    pub width: usize,
    /// Distinct rows of the design.
    pub kinds: Vec<f64>,
    /// Entries by zone, cell and kind.
    pub entries: Vec<Entry>,
    /// Where the entries of each zone begin, and the end of the last.
    pub starts: Vec<usize>,
    /// What was read.
    pub people: People,
    /// Children whose values are not all there, by the variable that is missing first.
    pub left_out: Vec<(String, u64)>,
}

impl Census {
    /// The design of a kind.
    pub fn kind(&self, kind: usize) -> &[f64] {
        &self.kinds[kind * self.width..(kind + 1) * self.width]
    }

    /// Number of kinds.
    pub fn kind_count(&self) -> usize {
        self.kinds.len() / self.width.max(1)
    }

    /// The entries of a zone.
    pub fn of_zone(&self, zone: usize) -> &[Entry] {
        &self.entries[self.starts[zone]..self.starts[zone + 1]]
    }
}

/// Reads a census and counts its children by zone, cell and kind.
///
/// Memory is bounded by the zones and by the distinct kinds of children in each, whatever the rows of the file.
///
/// # Errors
/// What the codebook or the file refuses, or a codebook that does not go with the model.
pub fn collapse(file: &str, codebook: &Codebook, model: &Model) -> Result<Census, MirtiError> {
    let (encoder, variables) = Encoder::for_model(model, codebook)?;
    let mut numbers: HashMap<Box<[u64]>, u32> = HashMap::new();
    let mut kinds: Vec<f64> = Vec::new();
    let mut sums: HashMap<u64, (f64, u32)> = HashMap::new();
    let mut state_of: HashMap<u32, u32> = HashMap::new();
    let mut incomplete: HashMap<u32, u64> = HashMap::new();
    let mut left_out = vec![0_u64; variables.len()];
    let mut bits: Vec<u64> = Vec::with_capacity(variables.len());
    let mut overflow = false;
    let reading = Reading { file, codebook, variables: &variables, purpose: Purpose::Census };
    let people = read(&reading, &mut |child| {
        state_of.entry(child.zone).or_insert(child.state);
        if let Some(missing) = child.values.iter().position(|value| value.is_nan()) {
            left_out[missing] += 1;
            *incomplete.entry(child.zone).or_insert(0) += 1;
            return Ok(());
        }
        bits.clear();
        // 0 and -0 are one value.
        bits.extend(child.values.iter().map(|value| (value + 0.0).to_bits()));
        let kind = match numbers.get(bits.as_slice()) {
            Some(kind) => *kind,
            None => {
                overflow |= numbers.len() >= MOST_KINDS - 1;
                let kind = numbers.len() as u32;
                numbers.insert(bits.clone().into_boxed_slice(), kind);
                encoder.push(child.values, &mut kinds);
                kind
            }
        };
        overflow |= child.zone as usize >= MOST_ZONES;
        let cell = cell(child.girl, child.age, child.rural);
        let key = u64::from(child.zone) << 40 | u64::from(cell) << 32 | u64::from(kind);
        let (weight, children) = sums.entry(key).or_insert((0.0, 0));
        *weight += child.weight;
        *children = children.saturating_add(1);
        Ok(())
    })?;
    drop(numbers);
    if overflow {
        return Err(MirtiError::TooManyKinds { most: MOST_KINDS });
    }
    let mut census = Census { width: encoder.width(), kinds, ..Census::default() };
    let zones = ranks(&people.zones);
    let states = ranks(&people.states);
    census.state_of = vec![0; people.zones.len()];
    census.incomplete = vec![0; people.zones.len()];
    for (zone, state) in state_of {
        census.state_of[zones[zone as usize] as usize] =
            states.get(state as usize).copied().unwrap_or_default();
    }
    for (zone, count) in incomplete {
        census.incomplete[zones[zone as usize] as usize] = count;
    }
    let mut entries: Vec<(u64, Entry)> = sums
        .into_iter()
        .map(|(key, (weight, children))| {
            let zone = u64::from(zones[(key >> 40) as usize]);
            let cell = (key >> 32) as u8;
            let kind = key as u32;
            (zone << 40 | key & 0xff_ffff_ffff, Entry { cell, kind, children, weight })
        })
        .collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    census.starts = vec![0; people.zones.len() + 1];
    for (key, _) in &entries {
        census.starts[(key >> 40) as usize + 1] += 1;
    }
    for zone in 0..people.zones.len() {
        census.starts[zone + 1] += census.starts[zone];
    }
    census.entries = entries.into_iter().map(|(_, entry)| entry).collect();
    census.zones = sorted(&people.zones);
    census.states = sorted(&people.states);
    census.left_out = variables
        .iter()
        .zip(left_out)
        .filter(|(_, count)| *count > 0)
        .map(|(variable, count)| (variable.name.clone(), count))
        .collect();
    census.people = people;
    Ok(census)
}

/// The cell of a child.
fn cell(girl: Option<bool>, age: u8, rural: Option<bool>) -> u8 {
    let sex = match girl {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    };
    let ages = match age {
        0..=11 => 0,
        12..=14 => 1,
        _ => 2,
    };
    let area = match rural {
        Some(false) => 0,
        Some(true) => 1,
        None => 2,
    };
    sex * 9 + ages * 3 + area
}

/// The place of each text in their order.
fn ranks(texts: &[String]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    order.sort_by_key(|&i| &texts[i]);
    let mut ranks = vec![0; texts.len()];
    for (rank, i) in order.into_iter().enumerate() {
        ranks[i] = rank as u32;
    }
    ranks
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts
}
