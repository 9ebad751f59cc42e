//! The children of a survey as a model sees them.

use rayon::prelude::*;

use super::dense::Square;

/// Rows that are summed one after the other: sums of chunks are then added in order, so that results do not
/// depend on the number of threads.
const CHUNK: usize = 4096;

/// A column of the design: the intercept, a number, or a level of a category.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// The variable; empty for the intercept.
    pub variable: String,
    /// The level, where the variable is a category.
    pub level: Option<String>,
}

impl Term {
    /// The constant.
    pub fn intercept() -> Self {
        Self { variable: String::new(), level: None }
    }

    /// A number.
    pub fn number(variable: impl Into<String>) -> Self {
        Self { variable: variable.into(), level: None }
    }

    /// A level of a category, against its base.
    pub fn level(variable: impl Into<String>, level: impl Into<String>) -> Self {
        Self { variable: variable.into(), level: Some(level.into()) }
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&*self.variable, &self.level) {
            ("", _) => f.write_str("(intercept)"),
            (variable, None) => f.write_str(variable),
            (variable, Some(level)) => write!(f, "{variable}={level}"),
        }
    }
}

/// Observations in columns; every one complete, every weight above 0.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The columns of the design, the intercept first.
    pub terms: Vec<Term>,
    /// Their values, row by row.
    pub x: Vec<f64>,
    /// The outcome.
    pub y: Vec<bool>,
    /// Survey weights.
    pub weight: Vec<f64>,
    /// Stratum of each row, numbered from 0.
    pub stratum: Vec<u32>,
    /// Cluster of each row, numbered from 0 over all strata.
    pub cluster: Vec<u32>,
    /// Clusters of each stratum, those without a child of the model included: a subpopulation is estimated
    /// with the design of the whole.
    pub clusters_in_stratum: Vec<u32>,
    /// Zone of each row, numbered from 0.
    pub zone: Vec<u32>,
}

impl Frame {
    /// Number of observations.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.terms.len()
    }

    /// The design of one observation.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.x[i * self.width()..(i + 1) * self.width()]
    }

    /// The sum of the weights.
    pub fn weight_sum(&self) -> f64 {
        self.weight.iter().sum()
    }

    /// Sums over rows, in chunks whose sums are added in order.
    pub(super) fn sum<T, Z, A, M>(&self, zero: Z, add: A, merge: M) -> T
    where
        T: Send,
        Z: Fn() -> T + Sync,
        A: Fn(&mut T, usize) + Sync,
        M: Fn(&mut T, T),
    {
        let chunks: Vec<T> = (0..self.len().div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut sum = zero();
                for i in chunk * CHUNK..((chunk + 1) * CHUNK).min(self.len()) {
                    add(&mut sum, i);
                }
                sum
            })
            .collect();
        let mut all = zero();
        for chunk in chunks {
            merge(&mut all, chunk);
        }
        all
    }

    /// `Xᵀ W X` with weights given row by row.
    pub(super) fn cross(&self, weight: impl Fn(usize) -> f64 + Sync) -> Square {
        let mut cross = self.sum(
            || Square::zero(self.width()),
            |sum, i| sum.add_outer(weight(i), self.row(i)),
            |all, chunk| all.add(&chunk, 1.0),
        );
        cross.mirror();
        cross
    }
}
