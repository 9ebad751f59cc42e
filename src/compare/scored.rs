//! A published score with what it was made by.

use serde_json::{Value, json};

use super::CompareError;
use crate::publish::record::{CompositeParameters, IndicatorRecord, Parameters, ScoreIndicator};
use crate::publish::{Catalogue, Entry};
use crate::workspace::config::Level;

/// A score per zone, with its recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// What it is called in messages: layer and run.
    pub name: String,
    /// The level of the readers that its set was published for.
    pub level: String,
    /// Recipe.
    pub recipe: String,
    /// Version of the recipe.
    pub version: String,
    /// Greatest score.
    pub scale: f64,
    /// Goalposts and weights as they were used, by what they are.
    pub used: Vec<(String, Value)>,
    /// Codes of the zones, rising.
    pub keys: Vec<String>,
    /// Their names.
    pub names: Vec<Option<String>>,
    /// Scores.
    pub score: Vec<Option<f64>>,
    /// Lower end of each interval, where there is one.
    pub low: Vec<Option<f64>>,
    /// Upper end.
    pub high: Vec<Option<f64>>,
}

impl Scored {
    /// Reads a score of a published set; without `layer` the first composite that is not grouped, else the first
    /// score.
    ///
    /// # Errors
    /// A layer that is not there or is no score, files that cannot be read.
    pub fn read(catalogue: &Catalogue, layer: Option<&str>) -> Result<Self, CompareError> {
        let run = &catalogue.record().run;
        let scored = |entry: &Entry<'_>| entry.parameters().score_field().is_some();
        let entry = match layer {
            Some(layer) => Some(catalogue.entry(layer)?).filter(scored),
            None => {
                let zones = |entry: &Entry<'_>| entry.composite().is_some_and(|own| own.group.is_none());
                catalogue.entries().find(zones).or_else(|| catalogue.entries().find(scored))
            }
        };
        let none = || CompareError::NoScore { of: layer.map_or_else(|| run.clone(), str::to_owned) };
        let entry = entry.ok_or_else(none)?;
        let (recipe, version, field, scale, used) = match entry.parameters() {
            Parameters::Composite(own) => {
                let used = used(&own);
                (own.recipe, own.version, own.field, f64::from(own.scale), used)
            }
            Parameters::Score(own) => {
                let posts = |i: &ScoreIndicator| json!([i.field, i.goalposts, i.weight, i.inverted, i.log]);
                let used = own.indicators.iter().map(posts).collect();
                (own.recipe, own.version, own.field, 1.0, vec![("goalposts of indicators".to_owned(), used)])
            }
            _ => return Err(none()),
        };
        let layer = catalogue.read(&entry)?;
        let ends = |end: &str| {
            let field = format!("{field}{end}");
            if layer.has(&field) { layer.numbers(&field) } else { Ok(vec![None; layer.len()]) }
        };
        Ok(Self {
            name: format!("{} ({run})", entry.name()),
            level: catalogue.record().level.map_or("", Level::name).to_owned(),
            recipe,
            version,
            scale,
            used,
            keys: layer.keys().into_iter().map(str::to_owned).collect(),
            names: if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] },
            score: layer.numbers(&field)?,
            low: ends("_lo")?,
            high: ends("_hi")?,
        })
    }
}

/// What must be the same for composites to compare; of runs that do not say what was kept, the indicators.
fn used(own: &CompositeParameters) -> Vec<(String, Value)> {
    let Some(kept) = &own.kept else {
        let posts = |i: &IndicatorRecord| json!([i.field, i.goalposts, i.weight, i.log]);
        return vec![("goalposts of indicators".to_owned(), own.indicators.iter().map(posts).collect())];
    };
    [
        ("goalposts of indicators", json!(kept.scales)),
        ("weights of indicators", json!(kept.weights)),
        ("weights of dimensions", json!(kept.dimension_weights)),
        ("goalposts of dimensions", json!(kept.rescale)),
    ]
    .map(|(what, used)| (what.to_owned(), used))
    .to_vec()
}
