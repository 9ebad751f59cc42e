//! A person table, read from end to end: children with the values of their household's head and spouse.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use super::MicrodataError;
use super::codebook::{Codebook, Of, Variable};
use super::decode::{Names, Relation, Unit};
use super::error::{BadRow, SHOWN};
use super::plan::{Plan, Purpose};
use super::source::{Piece, Source};

/// Pieces that are decoded at once, per thread: one is worked on while others wait.
const PIECES_PER_THREAD: usize = 2;

/// What to read.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The file: .csv, .tsv, .txt (also .gz, .zst), .parquet, .dta or .dbf.
    pub file: &'a str,
    /// Its codebook.
    pub codebook: &'a Codebook,
    /// Variables to take, in order.
    pub variables: &'a [&'a Variable],
    /// Whether outcome and design are needed.
    pub purpose: Purpose,
}

/// A child of the universe.
#[derive(Clone, Debug)]
pub struct Child<'a> {
    /// Line of a text file, else row, from 1.
    pub row: u64,
    /// Number of the zone.
    pub zone: u32,
    /// Number of the state; 0 where the codebook names none.
    pub state: u32,
    /// Number of the stratum.
    pub stratum: u32,
    /// Number of the cluster.
    pub cluster: u32,
    /// Weight, above 0.
    pub weight: f64,
    /// Age, years.
    pub age: u8,
    /// Whether it is a girl; `None` where missing.
    pub girl: Option<bool>,
    /// Whether it lives in a rural place; `None` where missing.
    pub rural: Option<bool>,
    /// Whether it has the outcome; `None` where unknown.
    pub outcome: Option<bool>,
    /// Values of the variables: numbers, positions of levels, or NaN for missing.
    pub values: &'a [f64],
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Rows.
    pub rows: u64,
    /// Children of the universe.
    pub children: u64,
    /// Rows left out because the age is missing.
    pub ages_missing: u64,
    /// Keys of zones by number, those without children included.
    pub zones: Vec<String>,
    /// Keys of states by number.
    pub states: Vec<String>,
    /// Clusters of each stratum, those without children included.
    pub clusters_in_stratum: Vec<u32>,
}

/// Fields of the universe and the variables that a file lacks, without reading its rows.
///
/// # Errors
/// Where the file cannot be opened or lacks a field; all of them are named at once.
pub fn check_fields(reading: &Reading<'_>) -> Result<usize, MicrodataError> {
    let source = Source::open(reading.file, reading.codebook.encoding.as_deref())?;
    let Reading { file, codebook, variables, purpose } = *reading;
    let plan = Plan::bind(codebook, variables, purpose, file, &source.fields)?;
    Ok(plan.columns.len())
}

/// Reads a person table and calls `each` with every child of the universe, in the order of the file.
///
/// Rows are decoded in parallel, a few pieces at a time, and handed on in order, so that memory is bounded and
/// results do not depend on the number of threads. With households, one is held at a time, and a hash of each
/// that is done (8 bytes).
///
/// # Errors
/// Fields that are not there, rows that do not say what the codebook expects (the first are told, none is left
/// out in silence), households whose persons do not stand together, and files that cannot be read on.
pub fn read(
    reading: &Reading<'_>,
    each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
) -> Result<People, MicrodataError> {
    let Reading { file, codebook, variables, purpose } = *reading;
    let source = Source::open(file, codebook.encoding.as_deref())?;
    let plan = Plan::bind(codebook, variables, purpose, file, &source.fields)?;
    let numbered_by = source.numbered_by();
    let (mut pieces, shape) = source.pieces(&plan.columns)?;
    let wave_length = PIECES_PER_THREAD * rayon::current_num_threads();
    let mut next_wave = || pieces.by_ref().take(wave_length).collect::<Result<Vec<Piece>, _>>();
    let mut gather = Gather::new(file, numbered_by, &plan);
    let mut wave = next_wave()?;
    while !wave.is_empty() {
        let (units, next) = rayon::join(
            || wave.into_par_iter().map(|piece| shape.decode(piece, &plan)).collect::<Result<Vec<Unit>, _>>(),
            &mut next_wave,
        );
        for unit in units? {
            gather.add(unit, each)?;
        }
        wave = next?;
    }
    gather.finish(each)
}

/// A child of the household that is being put together.
struct Held {
    person: super::decode::Person,
    values: Vec<f64>,
}

struct Gather<'a> {
    file: &'a str,
    numbered_by: &'static str,
    plan: &'a Plan,
    people: People,
    zones: Names,
    states: Names,
    strata: Names,
    clusters: HashMap<String, u32>,
    persons: u32,
    bad: u64,
    bad_rows: Vec<BadRow>,
    /// The household at hand: its key, children, and the values of head and spouse.
    household: Option<String>,
    held: Vec<Held>,
    head: Option<Vec<f64>>,
    spouse: Option<Vec<f64>>,
    done: HashSet<u64>,
}

impl<'a> Gather<'a> {
    fn new(file: &'a str, numbered_by: &'static str, plan: &'a Plan) -> Self {
        Self {
            file,
            numbered_by,
            plan,
            people: People::default(),
            zones: Names::default(),
            states: Names::default(),
            strata: Names::default(),
            clusters: HashMap::new(),
            persons: 0,
            bad: 0,
            bad_rows: Vec::new(),
            household: None,
            held: Vec::new(),
            head: None,
            spouse: None,
            done: HashSet::new(),
        }
    }

    /// Takes the persons of a unit, whose numbers become those of the whole.
    fn add(
        &mut self,
        unit: Unit,
        each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
    ) -> Result<(), MicrodataError> {
        self.people.rows += unit.rows;
        self.people.ages_missing += unit.ages_missing;
        self.bad += unit.bad;
        let room = SHOWN - self.bad_rows.len();
        self.bad_rows.extend(unit.bad_rows.into_iter().take(room));
        let zones = renumber(&mut self.zones, &unit.zones);
        let states = renumber(&mut self.states, &unit.states);
        let strata = renumber(&mut self.strata, &unit.strata);
        self.people.clusters_in_stratum.resize(self.strata.texts.len(), 0);
        for (local, count) in unit.persons_in_stratum.iter().enumerate() {
            self.people.clusters_in_stratum[strata[local] as usize] += count;
        }
        let mut clusters = Vec::with_capacity(unit.clusters.texts.len());
        for (text, stratum) in unit.clusters.texts.iter().zip(&unit.stratum_of) {
            let known = self.clusters.len() as u32;
            let number = *self.clusters.entry(text.clone()).or_insert(known);
            if number == known {
                self.people.clusters_in_stratum[strata[*stratum as usize] as usize] += 1;
            }
            clusters.push(number);
        }
        let width = self.plan.variables.len();
        let mut at = 0;
        for (i, mut person) in unit.persons.into_iter().enumerate() {
            let values = &unit.values[i * width..(i + 1) * width];
            if person.child {
                let place = &mut person.place;
                place.zone = zones[place.zone as usize];
                place.stratum = strata[place.stratum as usize];
                if self.plan.state.is_some() {
                    place.state = states[place.state as usize];
                }
                place.cluster = match self.plan.clusters.is_empty() {
                    true => {
                        self.persons += 1;
                        self.persons - 1
                    }
                    false => clusters[place.cluster as usize],
                };
            }
            if self.plan.home.is_some() {
                // Households without anyone of interest are passed by as well.
                while at <= person.household as usize {
                    self.turn(&unit.households[at], each)?;
                    at += 1;
                }
                match person.relation {
                    Relation::Head if self.head.is_none() => self.head = Some(values.to_vec()),
                    Relation::Spouse if self.spouse.is_none() => self.spouse = Some(values.to_vec()),
                    _ => {}
                }
                if person.child {
                    self.held.push(Held { person, values: values.to_vec() });
                }
            } else if person.child {
                self.hand_on(&person, values, each)?;
            }
        }
        for household in unit.households.iter().skip(at) {
            self.turn(household, each)?;
        }
        Ok(())
    }

    /// Goes on to a household, unless it is the one at hand.
    fn turn(
        &mut self,
        (household, row): &(String, u64),
        each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
    ) -> Result<(), MicrodataError> {
        if self.household.as_ref() == Some(household) {
            return Ok(());
        }
        self.close(each)?;
        // A fixed hash: two households in billions would have to share one.
        let mut hasher = DefaultHasher::new();
        household.hash(&mut hasher);
        if !self.done.insert(hasher.finish()) {
            return Err(MicrodataError::Scattered {
                file: self.file.to_owned(),
                numbered_by: self.numbered_by,
                row: *row,
                household: household.trim_end_matches('\u{1f}').replace('\u{1f}', " "),
            });
        }
        self.household = Some(household.clone());
        Ok(())
    }

    /// Hands the children of the household at hand on, with what head and spouse give them.
    fn close(
        &mut self,
        each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
    ) -> Result<(), MicrodataError> {
        let (head, spouse) = (self.head.take(), self.spouse.take());
        for mut held in std::mem::take(&mut self.held) {
            for (k, taken) in self.plan.variables.iter().enumerate() {
                let from = match taken.of {
                    Of::Child => continue,
                    Of::Head => &head,
                    Of::Spouse => &spouse,
                };
                let absent = || taken.absent.map_or(f64::NAN, |level| level as f64);
                held.values[k] = from.as_ref().map_or_else(absent, |values| values[k]);
            }
            self.hand_on(&held.person, &held.values, each)?;
        }
        Ok(())
    }

    fn hand_on(
        &mut self,
        person: &super::decode::Person,
        values: &[f64],
        each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
    ) -> Result<(), MicrodataError> {
        self.people.children += 1;
        each(&Child {
            row: person.row,
            zone: person.place.zone,
            state: person.place.state,
            stratum: person.place.stratum,
            cluster: person.place.cluster,
            weight: person.weight,
            age: person.age,
            girl: person.sex.map(|sex| sex == 0),
            rural: person.area.map(|area| area == 1),
            outcome: person.outcome,
            values,
        })
    }

    fn finish(
        mut self,
        each: &mut dyn FnMut(&Child<'_>) -> Result<(), MicrodataError>,
    ) -> Result<People, MicrodataError> {
        self.close(each)?;
        if self.bad > 0 {
            return Err(MicrodataError::BadRows {
                file: self.file.to_owned(),
                numbered_by: self.numbered_by,
                count: self.bad,
                first: self.bad_rows,
            });
        }
        self.people.zones = self.zones.texts;
        self.people.states = self.states.texts;
        Ok(self.people)
    }
}

/// Numbers in the whole of the texts of a unit.
fn renumber(whole: &mut Names, unit: &Names) -> Vec<u32> {
    unit.texts.iter().map(|text| whole.number(text)).collect()
}
