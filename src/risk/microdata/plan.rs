//! A codebook bound to the columns of a file.

use super::MicrodataError;
use super::cell::{Cell, Codes};
use super::codebook::{Blank, Codebook, Condition, Decimal, Key, Number, Of, Part, Variable};
use super::error::AbsentField;
use crate::layer::nearest;

/// What of a codebook is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Outcome and design too.
    Survey,
    /// Neither.
    Census,
}

/// A column and the codes of it that mean missing.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub column: usize,
    pub field: String,
    pub missing: Codes,
    /// Whether its numbers have decimal commas; never of what keys are made of.
    pub comma: bool,
}

/// A field whose codes stand for something.
#[derive(Clone, Debug)]
pub(super) struct Coded {
    pub slot: Slot,
    pub codes: Codes,
}

/// A condition, ready.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub coded: Coded,
    pub blank: Option<Blank>,
}

/// How a variable is taken.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Number(Number),
    /// Codes stand for positions of levels.
    Category {
        codes: Codes,
        blank: Option<usize>,
    },
}

/// A variable, ready.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub name: String,
    pub slot: Slot,
    pub kind: Kind,
    pub of: Of,
    /// Level of those without such a person.
    pub absent: Option<usize>,
}

/// Head and spouse.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub key: Vec<Slot>,
    /// 0 head, 1 spouse.
    pub relation: Coded,
}

/// A codebook bound to columns.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub age: Slot,
    pub ages: (u8, u8),
    pub when: Vec<Test>,
    pub zone: Vec<(Slot, usize)>,
    pub state: Option<Vec<(Slot, usize)>>,
    pub weight: Option<Slot>,
    pub strata: Vec<Slot>,
    pub clusters: Vec<Slot>,
    pub home: Option<Home>,
    /// 0 girls, 1 boys.
    pub sex: Coded,
    /// 0 urban, 1 rural.
    pub area: Option<Coded>,
    pub outcome: Option<Vec<Vec<Test>>>,
    pub variables: Vec<Taken>,
    /// Columns that are needed, ascending.
    pub columns: Vec<usize>,
}

/// Binds fields by name: as it stands, else in any case.
struct Binder<'a> {
    fields: &'a [String],
    shared: &'a [String],
    comma: bool,
    absent: Vec<AbsentField>,
    columns: Vec<usize>,
}

impl Binder<'_> {
    fn slot(&mut self, field: &str, missing: &[String], used_by: &str) -> Slot {
        let exact = self.fields.iter().position(|f| f == field);
        let column = exact.or_else(|| self.fields.iter().position(|f| f.eq_ignore_ascii_case(field)));
        match column {
            Some(column) => self.columns.push(column),
            None if self.absent.iter().all(|a| a.field != field) => self.absent.push(AbsentField {
                field: field.to_owned(),
                used_by: used_by.to_owned(),
                nearest: nearest(field, self.fields.iter().map(String::as_str)),
            }),
            None => {}
        }
        let mut codes = Codes::default();
        codes.add(self.shared, 0);
        codes.add(missing, 0);
        Slot {
            column: column.unwrap_or_default(),
            field: field.to_owned(),
            missing: codes,
            comma: self.comma,
        }
    }

    fn slots(&mut self, fields: &[String], used_by: &str) -> Vec<Slot> {
        fields.iter().map(|field| self.slot(field, &[], used_by)).collect()
    }

    fn key(&mut self, key: &Key, used_by: &str) -> Vec<(Slot, usize)> {
        let part = |part: &Part| (Slot { comma: false, ..self.slot(&part.field, &[], used_by) }, part.width);
        key.parts.iter().map(part).collect()
    }

    fn coded(&mut self, field: &str, missing: &[String], pairs: [&[String]; 2], used_by: &str) -> Coded {
        let mut codes = Codes::default();
        for (meaning, list) in pairs.into_iter().enumerate() {
            codes.add(list, meaning);
        }
        Coded { slot: self.slot(field, missing, used_by), codes }
    }

    fn test(&mut self, condition: &Condition, used_by: &str) -> Test {
        let mut codes = Codes::default();
        codes.add(&condition.codes, 0);
        codes.add_range(condition.from, condition.to, 0);
        let slot = self.slot(&condition.field, &condition.missing, used_by);
        Test { coded: Coded { slot, codes }, blank: condition.blank }
    }

    fn variable(&mut self, variable: &Variable) -> Taken {
        let kind = match variable.number {
            Some(number) => Kind::Number(number),
            None => {
                let mut codes = Codes::default();
                for (at, level) in variable.levels.iter().enumerate() {
                    codes.add(&level.codes, at);
                    codes.add_range(level.from, level.to, at);
                }
                Kind::Category { codes, blank: variable.levels.iter().position(|l| l.blank) }
            }
        };
        let absent = variable.absent.as_ref();
        Taken {
            name: variable.name.clone(),
            slot: self.slot(&variable.field, &variable.missing, &format!("variable {}", variable.name)),
            kind,
            of: variable.of,
            absent: absent.and_then(|name| variable.levels.iter().position(|l| l.name == *name)),
        }
    }
}

impl Plan {
    /// Finds the fields of a codebook among those of a file; `variables` are those to take, in order.
    pub fn bind(
        codebook: &Codebook,
        variables: &[&Variable],
        purpose: Purpose,
        file: &str,
        fields: &[String],
    ) -> Result<Self, MicrodataError> {
        let mut binder = Binder {
            fields,
            shared: &codebook.missing,
            comma: codebook.decimal == Decimal::Comma,
            absent: Vec::new(),
            columns: Vec::new(),
        };
        let survey = purpose == Purpose::Survey;
        let universe = &codebook.universe;
        let mut plan = Self {
            age: binder.slot(&universe.age, &universe.missing, "[universe] age"),
            ages: (universe.from, universe.to),
            when: universe.when.iter().map(|c| binder.test(c, "[universe] when")).collect(),
            zone: binder.key(&codebook.zone, "[zone]"),
            state: codebook.state.as_ref().map(|key| binder.key(key, "[state]")),
            weight: codebook.design.weight.as_ref().map(|field| binder.slot(field, &[], "[design] weight")),
            strata: Vec::new(),
            clusters: Vec::new(),
            home: None,
            sex: {
                let sex = &codebook.sex;
                binder.coded(&sex.field, &sex.missing, [&sex.girls, &sex.boys], "[sex]")
            },
            area: codebook
                .area
                .as_ref()
                .map(|area| binder.coded(&area.field, &area.missing, [&area.urban, &area.rural], "[area]")),
            outcome: None,
            variables: variables.iter().map(|variable| binder.variable(variable)).collect(),
            columns: Vec::new(),
        };
        if survey {
            plan.strata = binder.slots(&codebook.design.strata, "[design] strata");
            plan.clusters = binder.slots(&codebook.design.clusters, "[design] clusters");
            plan.outcome = codebook.outcome.as_ref().map(|outcome| {
                outcome
                    .any
                    .iter()
                    .map(|all| all.iter().map(|c| binder.test(c, "[outcome]")).collect())
                    .collect()
            });
        }
        // Households are put together only where a variable asks for one's head or spouse.
        let home = codebook.household.as_ref().filter(|_| variables.iter().any(|v| v.of != Of::Child));
        plan.home = home.map(|home| Home {
            key: binder.slots(&home.key, "[household] key"),
            relation: binder.coded(&home.relation, &[], [&home.head, &home.spouse], "[household] relation"),
        });
        if !binder.absent.is_empty() {
            return Err(MicrodataError::NoFields {
                file: file.to_owned(),
                codebook: codebook.name.clone(),
                missing: binder.absent,
                fields: fields.to_vec(),
            });
        }
        let mut columns = binder.columns;
        columns.sort_unstable();
        columns.dedup();
        plan.columns = columns;
        Ok(plan)
    }
}

impl Slot {
    /// The cell, blank where it is a code of missing.
    pub fn take<'a>(&self, cell: Cell<'a>) -> Cell<'a> {
        let cell = if self.comma { cell.with_comma() } else { cell };
        if self.missing.find(cell).is_some() { Cell::Blank } else { cell }
    }
}
