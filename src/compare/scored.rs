//! A published score with what it was made by.

use serde_json::Value;

use super::CompareError;
use crate::publish::{Catalogue, Entry};

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
        let run = catalogue.metadata()["run"].as_str().unwrap_or_default();
        let scored = |entry: &Entry<'_>| matches!(entry.step(), "composite" | "score");
        let entry = match layer {
            Some(layer) => Some(catalogue.entry(layer)?).filter(scored),
            None => {
                let zones =
                    |entry: &Entry<'_>| entry.step() == "composite" && !entry.parameters()["group"].is_u64();
                catalogue.entries().find(zones).or_else(|| catalogue.entries().find(scored))
            }
        };
        let Some(entry) = entry else {
            return Err(CompareError::NoScore { of: layer.map_or_else(|| run.to_owned(), str::to_owned) });
        };
        let parameters = entry.parameters();
        let text = |key: &str| parameters[key].as_str().unwrap_or_default().to_owned();
        let layer = catalogue.read(&entry)?;
        let field = match parameters["field"].as_str() {
            Some(field) => field.to_owned(),
            None => "risk".to_owned(),
        };
        let ends = |end: &str| {
            let field = format!("{field}{end}");
            if layer.has(&field) { layer.numbers(&field) } else { Ok(vec![None; layer.len()]) }
        };
        Ok(Self {
            name: format!("{} ({run})", entry.name()),
            level: catalogue.metadata()["level"].as_str().unwrap_or_default().to_owned(),
            recipe: text("recipe"),
            version: text("version"),
            scale: parameters["scale"].as_f64().unwrap_or(1.0),
            used: used(&entry),
            keys: layer.keys().into_iter().map(str::to_owned).collect(),
            names: if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] },
            score: layer.numbers(&field)?,
            low: ends("_lo")?,
            high: ends("_hi")?,
        })
    }
}

/// What must be the same for scores to compare.
fn used(entry: &Entry<'_>) -> Vec<(String, Value)> {
    let parameters = entry.parameters();
    let kept = &parameters["kept"];
    if kept.is_object() {
        return [
            ("goalposts of indicators", "scales"),
            ("weights of indicators", "weights"),
            ("weights of dimensions", "dimension_weights"),
            ("goalposts of dimensions", "rescale"),
        ]
        .map(|(what, key)| (what.to_owned(), kept[key].clone()))
        .to_vec();
    }
    let posts = parameters["indicators"].as_array().into_iter().flatten();
    let posts =
        posts.map(|i| serde_json::json!([i["field"], i["goalposts"], i["weight"], i["inverted"], i["log"]]));
    vec![("goalposts of indicators".to_owned(), posts.collect())]
}
