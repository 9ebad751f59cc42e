//! What a codebook may say: which fields of a person table hold what the model needs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// A codebook: the fields of one person table, and how they become the variables of a model.
///
/// Codes are compared as numbers where both sides are (`1`, `01` and `1.0` are one code), else as text.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Codebook {
    /// Short name, ASCII.
    pub name: String,
    /// Version of the codebook; kept in every model fitted with it.
    pub version: String,
    /// Title for people.
    pub title: Text,
    /// Text encoding of a delimited file where it does not say so itself (`ISO-8859-1`).
    pub encoding: Option<String>,
    /// Sign between the whole and the decimals of numbers.
    #[serde(default)]
    pub decimal: Decimal,
    /// Texts that mean missing in any field, besides the empty cell.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Which persons are children of the model.
    pub universe: Universe,
    /// Key of the zone that a person lives in.
    pub zone: Key,
    /// Key of the state, for direct estimates and benchmarking.
    pub state: Option<Key>,
    /// Weights, strata and clusters.
    #[serde(default)]
    pub design: Design,
    /// Households, where variables are those of the head or the spouse.
    pub household: Option<Household>,
    /// Sex.
    pub sex: Sex,
    /// Urban or rural.
    pub area: Option<Area>,
    /// What is modelled; a census needs none.
    pub outcome: Option<Outcome>,
    /// The variables of the model.
    #[schemars(length(min = 1))]
    pub variable: Vec<Variable>,
}

/// Sign between the whole and the decimals of numbers.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub enum Decimal {
    /// A point, as in `901.89`.
    #[default]
    #[serde(rename = ".")]
    Point,
    /// A comma, as in `901,89`.
    #[serde(rename = ",")]
    Comma,
}

/// `[universe]`: the children of the model.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Universe {
    /// Field of ages, in completed years.
    pub age: String,
    /// Youngest age, included.
    #[serde(default = "five")]
    pub from: u8,
    /// Oldest age, included.
    #[serde(default = "seventeen")]
    pub to: u8,
    /// Codes of ages that mean missing.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What must hold besides, all of it.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// A key put together from fields.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Key {
    /// The fields, in the order in which they are joined.
    #[schemars(length(min = 1))]
    pub parts: Vec<Part>,
}

/// One part of a key.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Part {
    /// The field.
    pub field: String,
    /// Digits; shorter values get zeros in front.
    #[serde(default)]
    #[schemars(range(max = 40))]
    pub width: usize,
}

/// `[design]`: how the survey was drawn.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
pub struct Design {
    /// Field of weights; every weight is 1 without it.
    pub weight: Option<String>,
    /// Fields that together name the stratum; one stratum without any.
    #[serde(default)]
    pub strata: Vec<String>,
    /// Fields that together name the cluster inside its stratum; every person is one without any.
    #[serde(default)]
    pub clusters: Vec<String>,
}

/// `[household]`: who is head and who is spouse. The persons of a household stand together in the file.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Household {
    /// Fields that together name the household.
    #[schemars(length(min = 1))]
    pub key: Vec<String>,
    /// Field of the relation to the head.
    pub relation: String,
    /// Codes of heads.
    #[schemars(length(min = 1))]
    pub head: Vec<String>,
    /// Codes of spouses of heads.
    #[serde(default)]
    pub spouse: Vec<String>,
}

/// `[sex]`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Sex {
    /// The field.
    pub field: String,
    /// Codes of girls.
    #[schemars(length(min = 1))]
    pub girls: Vec<String>,
    /// Codes of boys.
    #[schemars(length(min = 1))]
    pub boys: Vec<String>,
    /// Codes that mean missing.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// `[area]`: urban or rural.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Area {
    /// The field.
    pub field: String,
    /// Codes of urban places.
    #[schemars(length(min = 1))]
    pub urban: Vec<String>,
    /// Codes of rural places.
    #[schemars(length(min = 1))]
    pub rural: Vec<String>,
    /// Codes that mean missing.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// `[outcome]`: what is modelled.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Outcome {
    /// What it is, for people.
    pub label: Text,
    /// The child has the outcome where any of these lists holds; a list holds where all of its conditions do.
    #[schemars(length(min = 1))]
    pub any: Vec<Vec<Condition>>,
}

/// A condition on one field: one of some codes, or within a range.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// Codes of which it must be one.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Least number, included.
    pub from: Option<f64>,
    /// Greatest number, included.
    pub to: Option<f64>,
    /// Codes of the field that mean missing.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Whether a missing value meets the condition; where this is not said the answer is unknown.
    pub blank: Option<Blank>,
}

/// What a missing value is taken for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Blank {
    /// The condition is met.
    Yes,
    /// It is not, as where a question was not asked because of an earlier answer.
    No,
}

/// A variable of the model: a number, or a category of levels.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Variable {
    /// Name in the model, the same in every codebook that it is applied with.
    pub name: String,
    /// Its name for people, as fact sheets word it.
    pub label: Text,
    /// The field.
    pub field: String,
    /// Whose value it is.
    #[serde(default)]
    pub of: Of,
    /// Codes of the field that mean missing.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The value as a number.
    pub number: Option<Number>,
    /// The levels of a category.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Level that the others are compared with; the first if not given.
    pub base: Option<String>,
    /// Level of children whose household has no such person.
    pub absent: Option<String>,
}

/// Whose value a variable is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The child's.
    #[default]
    Child,
    /// That of the head of household.
    Head,
    /// That of the head's spouse.
    Spouse,
}

/// A number as the model takes it: `((value - minus) / by) ^ power`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Number {
    /// What is taken off first.
    #[serde(default)]
    pub minus: f64,
    /// What it is divided by; not 0.
    #[serde(default = "one")]
    pub by: f64,
    /// Power it is raised to.
    #[serde(default = "first")]
    #[schemars(range(min = 1, max = 3))]
    pub power: u8,
}

/// A level of a category.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Level {
    /// Name in the model.
    pub name: String,
    /// Codes of the level.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Least number of the level, included.
    pub from: Option<f64>,
    /// Greatest number of the level, included.
    pub to: Option<f64>,
    /// Whether an empty cell is of this level; codes of `missing` are not.
    #[serde(default)]
    pub blank: bool,
}

fn five() -> u8 {
    5
}

fn seventeen() -> u8 {
    17
}

fn one() -> f64 {
    1.0
}

fn first() -> u8 {
    1
}

impl Codebook {
    /// The variable of a name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variable.iter().find(|v| v.name == name)
    }
}

impl Variable {
    /// Whether it is a category.
    pub fn is_category(&self) -> bool {
        self.number.is_none()
    }

    /// Position of the level that the others are compared with.
    pub fn base_level(&self) -> usize {
        let base = self.base.as_deref();
        base.and_then(|base| self.levels.iter().position(|l| l.name == base)).unwrap_or_default()
    }
}
