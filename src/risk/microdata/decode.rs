//! Rows of a file to persons, as a plan says. One unit of the file at a time, on any thread.

use std::collections::HashMap;

use super::cell::Cell;
use super::codebook::{Blank, Of};
use super::error::{BadRow, Fault, SHOWN};
use super::plan::{Coded, Kind, Plan, Slot, Taken, Test};

/// A row of any source.
pub(super) trait Row {
    /// The cell of a column of the file.
    fn cell(&self, column: usize) -> Cell<'_>;
}

/// What a person is to the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Other,
    Head,
    Spouse,
}

/// Where a person was drawn, by numbers in the unit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub zone: u32,
    pub state: u32,
    pub stratum: u32,
    /// Where every person is a cluster, of no meaning.
    pub cluster: u32,
}

/// A person that counts: a child of the universe, a head or a spouse.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub row: u64,
    pub child: bool,
    pub relation: Relation,
    /// Number of the household in the unit.
    pub household: u32,
    /// Of children; of others, who may be of interviews that were not done, without meaning.
    pub place: Place,
    pub weight: f64,
    pub age: u8,
    pub sex: Option<u8>,
    pub area: Option<u8>,
    pub outcome: Option<bool>,
}

/// Texts numbered in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    pub texts: Vec<String>,
    last: u32,
}

impl Names {
    /// The number of a text.
    pub fn number(&mut self, text: &str) -> u32 {
        // Rows of one place stand together.
        if self.texts.get(self.last as usize).is_some_and(|t| t == text) {
            return self.last;
        }
        self.last = match self.numbers.get(text) {
            Some(number) => *number,
            None => {
                let number = self.texts.len() as u32;
                self.numbers.insert(text.to_owned(), number);
                self.texts.push(text.to_owned());
                number
            }
        };
        self.last
    }
}

/// The persons of one unit of a file.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub rows: u64,
    pub persons: Vec<Person>,
    /// Values of the variables, person by person: numbers, positions of levels, or NaN for missing.
    pub values: Vec<f64>,
    pub zones: Names,
    pub states: Names,
    pub strata: Names,
    /// Clusters with their stratum; where every person is one, their number in each stratum.
    pub clusters: Names,
    pub stratum_of: Vec<u32>,
    pub persons_in_stratum: Vec<u32>,
    /// Households in the order of the rows, with the first row; a new one wherever the key changes.
    pub households: Vec<(String, u64)>,
    pub ages_missing: u64,
    pub bad: u64,
    pub bad_rows: Vec<BadRow>,
    scratch: String,
}

impl Unit {
    /// Tells of a bad row.
    pub fn fault(&mut self, row: u64, fault: Fault) {
        self.bad += 1;
        if self.bad_rows.len() < SHOWN {
            self.bad_rows.push(BadRow { row, fault });
        }
    }

    /// Takes a row.
    pub fn push(&mut self, plan: &Plan, number: u64, row: &impl Row) {
        self.rows += 1;
        if let Err(fault) = self.take(plan, number, row) {
            self.fault(number, fault);
        }
    }

    fn take(&mut self, plan: &Plan, number: u64, row: &impl Row) -> Result<(), Fault> {
        let cell = |slot: &Slot| slot.take(row.cell(slot.column));
        // Interviews that were not done have no place in the design, and often none is written.
        let counts = plan.when.iter().all(|test| holds(test, row) == Some(true));
        let place = if counts { self.place(plan, row)? } else { Place::default() };
        let (mut household, mut relation) = (0, Relation::Other);
        if let Some(home) = &plan.home {
            self.scratch.clear();
            join_names(&mut self.scratch, &home.key, row, "[household] key")?;
            if self.households.last().is_none_or(|(last, _)| *last != self.scratch) {
                self.households.push((self.scratch.clone(), number));
            }
            household = self.households.len() as u32 - 1;
            relation = match home.relation.codes.find(cell(&home.relation.slot)) {
                Some(0) => Relation::Head,
                Some(_) => Relation::Spouse,
                None => Relation::Other,
            };
        }
        let age = cell(&plan.age);
        let age = match age.as_number() {
            Some(age) => Some(age),
            None if age == Cell::Blank => None,
            None => return Err(not_number(&plan.age, age)),
        };
        let mut child =
            age.is_some_and(|age| age >= f64::from(plan.ages.0) && age < f64::from(plan.ages.1) + 1.0);
        child &= counts;
        if age.is_none() && counts {
            self.ages_missing += 1;
        }
        if !child && relation == Relation::Other {
            return Ok(());
        }
        let mut person = Person {
            row: number,
            child,
            relation,
            household,
            place,
            weight: 1.0,
            age: age.unwrap_or_default().clamp(0.0, 255.0) as u8,
            sex: None,
            area: None,
            outcome: None,
        };
        if child {
            if let Some(slot) = &plan.weight {
                person.weight = weight(slot, row)?;
            }
            person.sex = coded(&plan.sex, row, "[sex]")?;
            person.area = plan.area.as_ref().map(|area| coded(area, row, "[area]")).transpose()?.flatten();
            person.outcome = plan.outcome.as_ref().and_then(|any| any_holds(any, row));
        }
        for taken in &plan.variables {
            let wanted = match taken.of {
                Of::Child => child,
                Of::Head => relation == Relation::Head,
                Of::Spouse => relation == Relation::Spouse,
            };
            let value = if wanted { value(taken, row) } else { Ok(f64::NAN) };
            match value {
                Ok(value) => self.values.push(value),
                Err(fault) => {
                    // Whole persons only.
                    let whole = self.persons.len() * plan.variables.len();
                    self.values.truncate(whole);
                    return Err(fault);
                }
            }
        }
        self.persons.push(person);
        Ok(())
    }

    /// The place of a row, children or not: a zone without children is a zone, a cluster without one was drawn.
    fn place(&mut self, plan: &Plan, row: &impl Row) -> Result<Place, Fault> {
        join_key(&mut self.scratch, &plan.zone, row, "[zone]")?;
        let zone = self.zones.number(&self.scratch);
        let state = match &plan.state {
            None => 0,
            Some(key) => {
                join_key(&mut self.scratch, key, row, "[state]")?;
                self.states.number(&self.scratch)
            }
        };
        self.scratch.clear();
        join_names(&mut self.scratch, &plan.strata, row, "[design] strata")?;
        let stratum = self.strata.number(&self.scratch);
        let cluster = if plan.clusters.is_empty() {
            self.persons_in_stratum.resize(self.strata.texts.len(), 0);
            self.persons_in_stratum[stratum as usize] += 1;
            0
        } else {
            // The text of the stratum stands before: clusters are numbered inside strata.
            join_names(&mut self.scratch, &plan.clusters, row, "[design] clusters")?;
            let cluster = self.clusters.number(&self.scratch);
            if cluster as usize == self.stratum_of.len() {
                self.stratum_of.push(stratum);
            }
            cluster
        };
        Ok(Place { zone, state, stratum, cluster })
    }
}

fn join_key(text: &mut String, parts: &[(Slot, usize)], row: &impl Row, used_by: &str) -> Result<(), Fault> {
    text.clear();
    for (slot, width) in parts {
        let cell = slot.take(row.cell(slot.column));
        if cell == Cell::Blank {
            return Err(Fault::Blank { field: slot.field.clone(), used_by: used_by.to_owned() });
        }
        let part = cell.as_text();
        for _ in part.chars().count()..*width {
            text.push('0');
        }
        text.push_str(&part);
    }
    Ok(())
}

/// Adds fields to a text, each closed by a character that no field holds.
fn join_names(text: &mut String, slots: &[Slot], row: &impl Row, used_by: &str) -> Result<(), Fault> {
    for slot in slots {
        let cell = row.cell(slot.column);
        if cell == Cell::Blank {
            return Err(Fault::Blank { field: slot.field.clone(), used_by: used_by.to_owned() });
        }
        text.push_str(&cell.as_text());
        text.push('\u{1f}');
    }
    Ok(())
}

fn weight(slot: &Slot, row: &impl Row) -> Result<f64, Fault> {
    let cell = slot.take(row.cell(slot.column));
    match cell.as_number() {
        Some(weight) if weight > 0.0 => Ok(weight),
        Some(weight) => Err(Fault::Weight { field: slot.field.clone(), value: weight.to_string() }),
        None if cell == Cell::Blank => {
            Err(Fault::Weight { field: slot.field.clone(), value: "missing".to_owned() })
        }
        None => Err(not_number(slot, cell)),
    }
}

fn not_number(slot: &Slot, cell: Cell<'_>) -> Fault {
    Fault::NotNumber { field: slot.field.clone(), value: cell.as_text().into_owned() }
}

fn unknown(slot: &Slot, cell: Cell<'_>, used_by: &str) -> Fault {
    Fault::Code { field: slot.field.clone(), value: cell.as_text().into_owned(), used_by: used_by.to_owned() }
}

fn coded(coded: &Coded, row: &impl Row, used_by: &str) -> Result<Option<u8>, Fault> {
    match coded.slot.take(row.cell(coded.slot.column)) {
        Cell::Blank => Ok(None),
        cell => match coded.codes.find(cell) {
            Some(meaning) => Ok(Some(meaning as u8)),
            None => Err(unknown(&coded.slot, cell, used_by)),
        },
    }
}

/// The value of a variable: NaN where it is missing.
fn value(taken: &Taken, row: &impl Row) -> Result<f64, Fault> {
    let raw = row.cell(taken.slot.column);
    if let (Cell::Blank, Kind::Category { blank: Some(level), .. }) = (raw, &taken.kind) {
        return Ok(*level as f64);
    }
    let cell = taken.slot.take(raw);
    if cell == Cell::Blank {
        return Ok(f64::NAN);
    }
    match &taken.kind {
        Kind::Number(number) => match cell.as_number() {
            Some(value) => Ok(((value - number.minus) / number.by).powi(i32::from(number.power))),
            None => Err(not_number(&taken.slot, cell)),
        },
        Kind::Category { codes, .. } => match codes.find(cell) {
            Some(level) => Ok(level as f64),
            None => Err(unknown(&taken.slot, cell, &format!("variable {}", taken.name))),
        },
    }
}

/// Whether a condition holds; unknown where its field is missing and nothing is said of that.
fn holds(test: &Test, row: &impl Row) -> Option<bool> {
    match test.coded.slot.take(row.cell(test.coded.slot.column)) {
        Cell::Blank => test.blank.map(|blank| blank == Blank::Yes),
        cell => Some(test.coded.codes.find(cell).is_some()),
    }
}

/// Whether any of some lists of conditions holds as a whole: yes where one is known to, no where all are known
/// not to, else unknown.
fn any_holds(any: &[Vec<Test>], row: &impl Row) -> Option<bool> {
    let mut open = false;
    for all in any {
        let mut list = Some(true);
        for test in all {
            match holds(test, row) {
                Some(true) => {}
                Some(false) => {
                    list = Some(false);
                    break;
                }
                None => list = None,
            }
        }
        match list {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(false) }
}
