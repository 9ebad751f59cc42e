//! The file of a fitted model: small, readable, versioned; numbers come back to the last bit.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MirtiError;
use super::dense::Square;
use super::design::Lonely;
use super::frame::Term;
use super::link::Link;
use crate::lang::Text;
use crate::locate::Staged;
use crate::risk::microdata::codebook::{Number, Of};

/// First line of every model file.
const FORMAT: &str = "corredor-mirti";

/// Version of the layout of model files that this program writes and reads.
const VERSION: u32 = 1;

/// A fitted model.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What kind of file it is.
    pub format: String,
    /// Version of the layout.
    pub version: u32,
    /// The link.
    pub link: Link,
    /// What is modelled.
    pub outcome: Text,
    /// What it was fitted on.
    pub survey: SurveyInfo,
    /// The design of the survey.
    pub design: DesignInfo,
    /// How well it fits.
    pub quality: Quality,
    /// The variables.
    pub variable: Vec<VariableInfo>,
    /// The coefficients.
    pub term: Vec<TermInfo>,
    /// Intercepts of the zones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intercepts: Option<Intercepts>,
    /// Shares that the survey gives without a model: the country (no key), then each state.
    pub direct: Vec<DirectInfo>,
}

/// The survey of a model.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SurveyInfo {
    /// Name of the file.
    pub file: String,
    /// Name of the codebook.
    pub codebook: String,
    /// Version of the codebook.
    pub codebook_version: String,
    /// SHA-256 of the codebook's text.
    pub codebook_sha256: String,
    /// Rows of the file.
    pub rows: u64,
    /// Children of the universe.
    pub children: u64,
    /// Children that the model was fitted on.
    pub used: u64,
    /// Of these, with the outcome.
    pub with_outcome: u64,
    /// Sum of their weights.
    pub weight: f64,
    /// Zones with a child that was used.
    pub zones: u64,
    /// Children left out, by what is missing first.
    pub left_out: BTreeMap<String, u64>,
}

/// The design of a survey.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DesignInfo {
    /// Rule for strata with a single cluster.
    pub lonely: Lonely,
    /// Strata.
    pub strata: u64,
    /// Clusters.
    pub clusters: u64,
    /// Strata with a single cluster.
    pub lonely_strata: u64,
    /// Degrees of freedom of tests and intervals.
    pub df: f64,
    /// Whether standard errors are those of the design; with zone intercepts they are those of the likelihood.
    pub by_design: bool,
}

/// How well a model fits, zone intercepts left aside.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Log likelihood, weights divided by their mean.
    pub log_lik: f64,
    /// That of the intercept alone.
    pub null_log_lik: f64,
    /// McFadden's.
    pub pseudo_r2: f64,
    /// Area under the curve.
    pub auc: f64,
    /// Hosmer-Lemeshow statistic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosmer_lemeshow: Option<f64>,
    /// Its degrees of freedom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosmer_lemeshow_df: Option<u32>,
    /// Its p-value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosmer_lemeshow_p: Option<f64>,
}

/// A variable of a model.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct VariableInfo {
    /// Name.
    pub name: String,
    /// Whose value it is.
    pub of: Of,
    /// Its name for people, in Spanish.
    pub label_es: String,
    /// In English.
    pub label_en: String,
    /// How the number is taken, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<NumberInfo>,
    /// Level that the others are compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
}

/// How a number is taken: `((value - minus) / by) ^ power`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct NumberInfo {
    /// What is taken off first.
    pub minus: f64,
    /// What it is divided by.
    pub by: f64,
    /// Power it is raised to.
    pub power: u8,
}

impl From<Number> for NumberInfo {
    fn from(number: Number) -> Self {
        let Number { minus, by, power } = number;
        Self { minus, by, power }
    }
}

/// A coefficient.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TermInfo {
    /// The variable; empty for the intercept.
    pub variable: String,
    /// The level, of a category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The estimate.
    pub coefficient: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// 95 % interval.
    pub lo: f64,
    /// 95 % interval.
    pub hi: f64,
    /// Odds ratio; none with a probit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odds_ratio: Option<f64>,
    /// Its 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub odds_ratio_95: Option<[f64; 2]>,
    /// Covariances with this and all earlier coefficients.
    pub covariance: Vec<f64>,
}

/// Intercepts of the zones.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Intercepts {
    /// Standard deviation between zones.
    pub sd: f64,
    /// Standard error of its logarithm.
    pub log_sd_se: f64,
    /// Log likelihood by Laplace's approximation.
    pub log_lik: f64,
    /// By key: mean and standard deviation given the survey, and children in it.
    pub zones: BTreeMap<String, (f64, f64, u32)>,
}

/// A share that the survey gives without a model.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DirectInfo {
    /// Key of the state; empty for the country.
    pub key: String,
    /// The share.
    pub share: f64,
    /// Its standard error.
    pub se: f64,
    /// Children.
    pub children: u64,
}

impl Model {
    /// What every model file begins with.
    pub(super) fn mark() -> (String, u32) {
        (FORMAT.to_owned(), VERSION)
    }

    /// The columns.
    pub fn terms(&self) -> Vec<Term> {
        self.term.iter().map(|t| Term { variable: t.variable.clone(), level: t.level.clone() }).collect()
    }

    /// The coefficients.
    pub fn beta(&self) -> Vec<f64> {
        self.term.iter().map(|t| t.coefficient).collect()
    }

    /// The covariance of the coefficients.
    pub fn covariance(&self) -> Square {
        let mut covariance = Square::zero(self.term.len());
        for (i, term) in self.term.iter().enumerate() {
            for (j, value) in term.covariance.iter().enumerate() {
                covariance.set(i, j, *value);
            }
        }
        covariance.mirror();
        covariance
    }

    /// The text of its file.
    ///
    /// # Errors
    /// Where a value cannot be written as TOML.
    pub fn to_text(&self) -> Result<String, MirtiError> {
        toml::to_string(self).map_err(|error| MirtiError::Table { reason: error.to_string() })
    }

    /// Writes its file, whole or not at all.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), MirtiError> {
        let text = self.to_text()?;
        let mut staged = Staged::create(file).map_err(Box::new)?;
        staged.write_all(text.as_bytes()).map_err(|error| Box::new(staged.fail(error)))?;
        staged.finish().map_err(Box::new)?;
        Ok(())
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// Where it is no model file, of another version, or not whole.
    pub fn read(file: &Path) -> Result<Self, MirtiError> {
        let wrong = |reason: String| MirtiError::ModelFile { file: file.to_owned(), reason };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let mark: Mark = toml::from_str(&text).map_err(|_| wrong("is not a model of MIRTI".to_owned()))?;
        if mark.format != FORMAT {
            return Err(wrong("is not a model of MIRTI".to_owned()));
        }
        if mark.version != VERSION {
            return Err(wrong(format!("has version {}, this program reads {VERSION}", mark.version)));
        }
        let model: Self = toml::from_str(&text).map_err(|error| wrong(error.message().to_owned()))?;
        let whole = model.term.iter().enumerate().all(|(i, term)| {
            let numbers = [term.coefficient, term.se].into_iter().chain(term.covariance.iter().copied());
            term.covariance.len() == i + 1 && numbers.into_iter().all(f64::is_finite)
        });
        if !whole || model.term.first().is_none_or(|t| !t.variable.is_empty()) {
            return Err(wrong("its coefficients and covariances do not fit together".to_owned()));
        }
        Ok(model)
    }
}

/// What tells a model file.
#[derive(Deserialize)]
struct Mark {
    format: String,
    version: u32,
}
