//! From the variables of a codebook to the columns of a model.

use super::MirtiError;
use super::frame::Term;
use super::model::{Model, NumberInfo, VariableInfo};
use crate::risk::microdata::{Codebook, Variable};

/// How one variable becomes columns.
#[derive(Clone, Debug)]
enum Columns {
    Number(usize),
    /// The column of each level of the codebook; none for the base.
    Category(Vec<Option<usize>>),
}

/// Fills rows of a design.
#[derive(Clone, Debug)]
pub struct Encoder {
    columns: Vec<Columns>,
    width: usize,
}

impl Encoder {
    /// The columns of variables in the order given, the intercept first.
    pub fn of(variables: &[&Variable]) -> (Self, Vec<Term>) {
        let mut terms = vec![Term::intercept()];
        let mut columns = Vec::with_capacity(variables.len());
        for variable in variables {
            if variable.is_category() {
                let base = variable.base_level();
                let of_levels = variable.levels.iter().enumerate().map(|(at, level)| {
                    (at != base).then(|| {
                        terms.push(Term::level(&variable.name, &level.name));
                        terms.len() - 1
                    })
                });
                columns.push(Columns::Category(of_levels.collect()));
            } else {
                terms.push(Term::number(&variable.name));
                columns.push(Columns::Number(terms.len() - 1));
            }
        }
        (Self { columns, width: terms.len() }, terms)
    }

    /// The columns of a fitted model, from the variables of another codebook; with those variables, in the
    /// model's order.
    ///
    /// # Errors
    /// Where the codebook lacks a variable, or defines it differently.
    pub fn for_model<'a>(
        model: &Model,
        codebook: &'a Codebook,
    ) -> Result<(Self, Vec<&'a Variable>), MirtiError> {
        let terms: Vec<Term> = model.terms();
        let mut columns = Vec::with_capacity(model.variable.len());
        let mut variables = Vec::with_capacity(model.variable.len());
        for info in &model.variable {
            let variable = codebook
                .variable(&info.name)
                .ok_or_else(|| super::variables::no_variable(codebook, &info.name))?;
            check_alike(info, variable, codebook)?;
            let term = |wanted: &Term| terms.iter().position(|t| t == wanted);
            columns.push(match term(&Term::number(&info.name)) {
                Some(column) if !variable.is_category() => Columns::Number(column),
                _ => Columns::Category(
                    variable.levels.iter().map(|level| term(&Term::level(&info.name, &level.name))).collect(),
                ),
            });
            variables.push(variable);
        }
        Ok((Self { columns, width: terms.len() }, variables))
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Adds a row; every value must be there.
    pub fn push(&self, values: &[f64], x: &mut Vec<f64>) {
        let start = x.len();
        x.resize(start + self.width, 0.0);
        x[start] = 1.0;
        for (columns, &value) in self.columns.iter().zip(values) {
            match columns {
                Columns::Number(column) => x[start + column] = value,
                // Values of categories are positions of levels.
                Columns::Category(of_levels) => {
                    if let Some(column) = of_levels.get(value as usize).copied().flatten() {
                        x[start + column] = 1.0;
                    }
                }
            }
        }
    }
}

fn check_alike(info: &VariableInfo, variable: &Variable, codebook: &Codebook) -> Result<(), MirtiError> {
    let unlike = |reason: String| {
        Err(MirtiError::Unlike { variable: info.name.clone(), codebook: codebook.name.clone(), reason })
    };
    if info.of != variable.of {
        return unlike("one is of the child, the other of the head or the spouse".to_owned());
    }
    let number = variable.number.map(NumberInfo::from);
    if info.number != number {
        return unlike(match (&info.number, &number) {
            (Some(_), Some(_)) => "the numbers are taken differently (minus, by, power)".to_owned(),
            _ => "one is a number, the other a category".to_owned(),
        });
    }
    for level in &variable.levels {
        if !info.levels.contains(&level.name) {
            return unlike(format!("the model has no level `{}`", level.name));
        }
    }
    Ok(())
}
