//! A recipe on the columns of a country: everything that is taken from the data, once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::scale::quantile;
use super::vary::NORMALISATIONS;
use super::{Cap, Composite, Dp2, Posts, Principal, Scale, Variation, Weighting, dp2, principal};
use crate::risk::RiskError;

/// Everything that a recipe took from the data, so that other years can be scored in the very same way.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Frozen {
    /// The way of each indicator to 0..1.
    pub scales: Vec<Scale>,
    /// Weight of each indicator within its dimension; those of a dimension add up to 1.
    pub weights: Vec<f64>,
    /// Weight of each dimension; they add up to 1.
    pub dimension_weights: Vec<f64>,
    /// What became 0 and 1 of a dimension once more.
    pub rescale: Vec<Option<[f64; 2]>>,
}

/// A recipe on the columns of a country.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The recipe.
    pub recipe: Composite,
    /// What was taken from the data.
    pub frozen: Frozen,
    /// Pena's distance of each dimension that is weighed by it.
    pub dp2: Vec<Option<Dp2>>,
    /// The principal component of each dimension that is weighed by it.
    pub principal: Vec<Option<Principal>>,
    /// The principal component across dimensions, where those are weighed by it.
    pub across: Option<Principal>,
    pub(super) rows: usize,
    /// By normalisation, indicator, row: 0..1.
    pub(super) bases: Vec<Vec<Vec<Option<f64>>>>,
    /// By normalisation, indicator: median and quartiles.
    pub(super) stand_ins: Vec<Vec<[f64; 3]>>,
    /// By dimension, category, component: numbers of indicators.
    pub(super) groups: Vec<Vec<Vec<Vec<usize>>>>,
    /// Whether the indicators of each dimension have categories.
    pub(super) sorted: Vec<bool>,
}

impl Prepared {
    /// Prepares a recipe: finds scales and weights on `columns`, one for each indicator in order, or takes them
    /// from `frozen`.
    ///
    /// # Errors
    /// Columns that do not fit; what [`Scale::find`], [`principal`] and [`dp2`] refuse.
    pub fn new(
        columns: &[Vec<Option<f64>>],
        recipe: &Composite,
        frozen: Option<&Frozen>,
    ) -> Result<Self, RiskError> {
        let rows = check(columns, recipe, frozen)?;
        let items: Vec<_> = recipe.items().collect();
        let scales = match frozen {
            Some(frozen) => frozen.scales.clone(),
            None => {
                columns.iter().zip(&items).map(|(c, item)| Scale::find(c, item)).collect::<Result<_, _>>()?
            }
        };
        for (column, (item, scale)) in columns.iter().zip(items.iter().zip(&scales)) {
            finite(column, &item.name, scale)?;
        }
        let count = recipe.dimensions.len();
        let mut prepared = Self {
            recipe: recipe.clone(),
            frozen: Frozen {
                scales: scales.clone(),
                weights: vec![1.0; items.len()],
                dimension_weights: vec![1.0; count],
                rescale: vec![None; count],
            },
            dp2: vec![None; count],
            principal: vec![None; count],
            across: None,
            rows,
            bases: Vec::with_capacity(NORMALISATIONS),
            stand_ins: Vec::with_capacity(NORMALISATIONS),
            groups: groups(recipe),
            sorted: recipe
                .dimensions
                .iter()
                .map(|dimension| dimension.items.iter().any(|item| item.category.is_some()))
                .collect(),
        };
        for way in 0..NORMALISATIONS {
            let base: Vec<Vec<Option<f64>>> = columns
                .iter()
                .zip(items.iter().zip(&scales))
                .map(|(column, (item, own))| {
                    let mut other = (*item).clone();
                    match way {
                        0 => return own.column(column),
                        1 => other.posts = Posts::Observed,
                        2 => other.posts = Posts::Z,
                        _ => (other.posts, other.cap) = (Posts::Observed, Some(Cap::Quantiles(0.025, 0.975))),
                    }
                    // An indicator that does not vary has no other normalisation than its own.
                    Scale::find(column, &other).unwrap_or(*own).column(column)
                })
                .collect();
            prepared.stand_ins.push(base.iter().map(|column| stand_ins(column)).collect());
            prepared.bases.push(base);
        }
        match frozen {
            Some(frozen) => prepared.frozen = frozen.clone(),
            None => prepared.weigh()?,
        }
        Ok(prepared)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Weights and rescaling from the data.
    fn weigh(&mut self) -> Result<(), RiskError> {
        let offsets = self.recipe.offsets();
        for at in 0..self.recipe.dimensions.len() {
            let range = offsets[at]..offsets[at + 1];
            let dimension = &self.recipe.dimensions[at];
            let names: Vec<&str> = dimension.items.iter().map(|item| item.name.as_str()).collect();
            let columns: Vec<&[Option<f64>]> =
                self.bases[0][range.clone()].iter().map(Vec::as_slice).collect();
            let weights: Vec<f64> = match dimension.weighting {
                Weighting::Stated => dimension.items.iter().map(|item| item.weight).collect(),
                Weighting::Equal => vec![1.0; names.len()],
                Weighting::Principal => {
                    let found = principal(&columns, &names)?;
                    self.principal[at].insert(found).weights.clone()
                }
                Weighting::Dp2 => {
                    let found = self.dp2[at].insert(dp2(&columns, &names)?);
                    found.correction.iter().zip(&found.deviation).map(|(c, s)| c / s).collect()
                }
            };
            self.frozen.weights.splice(range, to_one(weights));
        }
        // Dimensions as they come out, before they are rescaled.
        let mut columns = self.dimensions(&Variation::default());
        for (at, dimension) in self.recipe.dimensions.iter().enumerate() {
            let Some(posts) = dimension.rescale else { continue };
            let item = super::Item {
                name: dimension.name.clone(),
                weight: 1.0,
                posts,
                inverted: false,
                log: false,
                cap: None,
                category: None,
                component: None,
            };
            let scale = Scale::find(&columns[at], &item)?;
            columns[at] = scale.column(&columns[at]);
            self.frozen.rescale[at] = Some([scale.low, scale.high]);
        }
        let weights = match self.recipe.weighting {
            Weighting::Stated => self.recipe.dimensions.iter().map(|dimension| dimension.weight).collect(),
            Weighting::Equal => vec![1.0; columns.len()],
            Weighting::Principal | Weighting::Dp2 => {
                let names: Vec<&str> = self.recipe.dimensions.iter().map(|d| d.name.as_str()).collect();
                let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
                if self.recipe.weighting == Weighting::Principal {
                    self.across.insert(principal(&slices, &names)?).weights.clone()
                } else {
                    let found = dp2(&slices, &names)?;
                    found.correction.iter().zip(&found.deviation).map(|(c, s)| c / s).collect()
                }
            }
        };
        self.frozen.dimension_weights = to_one(weights);
        Ok(())
    }
}

/// Weights that add up to 1.
fn to_one(weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// Median, first and third quartile.
fn stand_ins(column: &[Option<f64>]) -> [f64; 3] {
    let mut values: Vec<f64> = column.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    [0.5, 0.25, 0.75].map(|share| quantile(&values, share))
}

/// A component by number, where it has one, and the indicators in it.
type Component = (Option<usize>, Vec<usize>);

/// The indicators of each dimension by category and component.
fn groups(recipe: &Composite) -> Vec<Vec<Vec<Vec<usize>>>> {
    let mut next = 0;
    let mut groups = Vec::with_capacity(recipe.dimensions.len());
    for dimension in &recipe.dimensions {
        let mut categories: Vec<(Option<usize>, Vec<Component>)> = Vec::new();
        for item in &dimension.items {
            let at = categories.iter().position(|(name, _)| name.is_some() && *name == item.category);
            let at = at.unwrap_or_else(|| {
                categories.push((item.category, Vec::new()));
                categories.len() - 1
            });
            let components = &mut categories[at].1;
            match components.iter_mut().find(|(name, _)| name.is_some() && *name == item.component) {
                Some((_, members)) => members.push(next),
                None => components.push((item.component, vec![next])),
            }
            next += 1;
        }
        let members = |(_, parts): (_, Vec<(_, Vec<usize>)>)| parts.into_iter().map(|(_, m)| m).collect();
        groups.push(categories.into_iter().map(members).collect());
    }
    groups
}

/// The common number of rows.
fn check(
    columns: &[Vec<Option<f64>>],
    recipe: &Composite,
    frozen: Option<&Frozen>,
) -> Result<usize, RiskError> {
    let indicators = recipe.items().count();
    if indicators == 0 {
        return Err(RiskError::NoIndicators { recipe: recipe.name.clone() });
    }
    if columns.len() != indicators {
        return Err(RiskError::ColumnCount { columns: columns.len(), indicators });
    }
    let expected = columns[0].len();
    for (column, item) in columns.iter().zip(recipe.items()) {
        if column.len() != expected {
            return Err(RiskError::ColumnLength { field: item.name.clone(), rows: column.len(), expected });
        }
    }
    let fits = |frozen: &Frozen| {
        let dimensions = recipe.dimensions.len();
        frozen.scales.len() == indicators
            && frozen.weights.len() == indicators
            && frozen.dimension_weights.len() == dimensions
            && frozen.rescale.len() == dimensions
    };
    match frozen {
        Some(frozen) if !fits(frozen) => Err(RiskError::Frozen { recipe: recipe.name.clone() }),
        _ => Ok(expected),
    }
}

/// Refuses what has no place on a scale, by row.
fn finite(column: &[Option<f64>], name: &str, scale: &Scale) -> Result<(), RiskError> {
    for (row, value) in column.iter().enumerate() {
        let Some(value) = *value else { continue };
        if !value.is_finite() {
            return Err(RiskError::NotFinite { field: name.to_owned(), row, value });
        }
        if scale.log && value <= 0.0 {
            return Err(RiskError::Log { field: name.to_owned(), row, value });
        }
    }
    Ok(())
}
