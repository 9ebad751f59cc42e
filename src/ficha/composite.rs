//! A composite that was read from a published set.

use super::FichaError;
use super::sheet::Place;
use crate::layer::Layer;
use crate::publish::Entry;
use crate::publish::record::CompositeParameters;

/// A composite that was read.
pub(super) struct Composite<'a> {
    pub entry: Entry<'a>,
    pub layer: Layer,
    pub parameters: CompositeParameters,
}

impl Composite<'_> {
    pub(super) fn number(&self, field: &str, row: usize) -> Option<f64> {
        self.layer.numbers(field).ok()?[row]
    }

    pub(super) fn text(&self, field: &str, row: usize) -> Option<String> {
        self.layer.texts(field).ok()?[row].clone()
    }

    /// Names of the main classes, lowest first.
    pub(super) fn class_names(&self) -> Vec<String> {
        self.parameters.classes.first().map(|class| class.names.clone()).unwrap_or_default()
    }

    /// Number of the main class of each row.
    pub(super) fn classes(&self) -> Result<Vec<Option<usize>>, FichaError> {
        let names = self.class_names();
        let place = |class: Option<String>| class.and_then(|class| names.iter().position(|n| *n == class));
        Ok(self.layer.texts("risk_class")?.into_iter().map(place).collect())
    }

    /// The scored rows, as places.
    pub(super) fn places(&self) -> Result<Vec<(usize, Place)>, FichaError> {
        let layer = &self.layer;
        let (scores, classes) = (layer.numbers(&self.parameters.field)?, self.classes()?);
        let ends = ["lo", "hi"].map(|end| format!("{}_{end}", self.parameters.field));
        let (low, high) = (layer.numbers(&ends[0])?, layer.numbers(&ends[1])?);
        let ranks = [layer.numbers("rank")?, layer.numbers("rank_lo")?, layer.numbers("rank_hi")?];
        let names = if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] };
        let place = |(row, code): (usize, &str)| {
            let rank = |k: usize| ranks[k][row].map(|rank| rank as i64);
            Some((
                row,
                Place {
                    code: code.to_owned(),
                    name: names[row].clone().unwrap_or_else(|| code.to_owned()),
                    score: scores[row]?,
                    low: low[row],
                    high: high[row],
                    rank: rank(0),
                    rank_lo: rank(1),
                    rank_hi: rank(2),
                    class: classes[row],
                },
            ))
        };
        Ok(layer.keys().into_iter().enumerate().filter_map(place).collect())
    }
}
