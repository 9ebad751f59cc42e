//! What is drawn, read from a published run.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::RenderError;
use crate::layer::read::{Kind, Options, read};
use crate::layer::{Layer, nearest};
use crate::publish::record::{LayerRecord, RunRecord};
use crate::publish::runs::record;
use crate::publish::style::{Label, NEWS, Renderer, Second, Told, Unsure, Words};
use crate::workspace::config::Text;

/// The part of a style in `styles.json` that a picture needs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Look {
    pub group: String,
    pub geometry: String,
    pub key: String,
    pub renderer: Renderer,
    pub unsure: Option<Unsure>,
    #[serde(default)]
    second: Option<Second>,
    pub label: Option<Label>,
    #[serde(default)]
    displaced: bool,
    #[serde(default)]
    rate_per: Option<f64>,
    #[serde(default)]
    words: BTreeMap<String, Words>,
}

impl Look {
    /// The look by a field: its own, or that of the layer drawn once more, with its title; the fields that there are
    /// where neither is by it.
    fn by(&self, field: &str) -> Result<(Self, Option<Words>), Vec<String>> {
        let is_by = |renderer: &Renderer| renderer.field() == Some(field);
        match &self.second {
            _ if is_by(&self.renderer) => Ok((self.clone(), None)),
            Some(second) if is_by(&second.renderer) => {
                let (renderer, unsure) = (second.renderer.clone(), second.unsure.clone());
                Ok((Self { renderer, unsure, ..self.clone() }, Some(second.title.clone())))
            }
            second => {
                let all = [Some(&self.renderer), second.as_ref().map(|second| &second.renderer)];
                Err(all.into_iter().flatten().filter_map(Renderer::field).map(str::to_owned).collect())
            }
        }
    }

    /// What its fields are told by.
    pub fn told(&self) -> Told<'_> {
        Told { displaced: self.displaced, rate_per: self.rate_per, words: Some(&self.words) }
    }
}

/// `styles.json`.
#[derive(Debug, Deserialize)]
struct Styles {
    layers: serde_json::Map<String, Value>,
}

/// A layer with its look and facts, and the zones that it lies on.
pub(super) struct Source {
    pub layer: Layer,
    pub look: Look,
    pub facts: LayerRecord,
    /// Zones for the context of lines and points.
    pub ground: Option<Layer>,
    pub invented: bool,
    /// Day of publication.
    pub day: String,
    /// Version that published it.
    pub corredor: String,
}

impl Source {
    pub fn open(folder: &Path, name: &str, by: Option<&str>) -> Result<Self, RenderError> {
        if !RunRecord::is_in(folder) {
            return Err(RenderError::NotPublished { folder: folder.to_owned() });
        }
        let run = RunRecord::open(folder)?;
        let styles: Styles = json(folder, "styles.json")?;
        let looks = run
            .layers
            .iter()
            .filter_map(|facts| {
                let look = styles.layers.get(&facts.layer)?;
                Some(Look::deserialize(look).map(|look| (facts, look)))
            })
            .collect::<Result<Vec<(&LayerRecord, Look)>, _>>()
            .map_err(|error| RenderError::Broken {
                path: folder.join("styles.json"),
                reason: error.to_string(),
            })?;
        let Some((facts, look)) = looks.iter().find(|(facts, _)| facts.layer == name) else {
            let drawn: Vec<String> = looks
                .iter()
                .filter(|(_, look)| look.geometry != "none")
                .map(|(facts, _)| facts.layer.clone())
                .collect();
            let nearest = nearest(name, drawn.iter().map(String::as_str));
            return Err(RenderError::NoLayer { layer: name.to_owned(), nearest, layers: drawn });
        };
        if facts.features == 0 && look.geometry != "none" {
            let (layer, run) = (name.to_owned(), run.run);
            return Err(match record(folder).previous.filter(|_| look.group == NEWS) {
                Some(since) => RenderError::NothingChanged { layer, run, since },
                None => {
                    let drawn =
                        looks.iter().filter(|(facts, look)| look.geometry != "none" && facts.features > 0);
                    let others = drawn.map(|(facts, _)| facts.layer.clone()).collect();
                    RenderError::Empty { layer, run, others }
                }
            });
        }
        let layer = open(folder, facts, look)?;
        let ground = match look.geometry.as_str() {
            // A few zones that changed lie on the others.
            "polygon" if look.group != NEWS => None,
            _ => looks
                .iter()
                .filter(|(facts, look)| {
                    look.geometry == "polygon" && facts.features > 1 && look.group != NEWS
                })
                .min_by_key(|(facts, look)| (look.group != "overview", facts.features))
                .map(|(facts, look)| open(folder, facts, look))
                .transpose()?,
        };
        let (look, title) = match by {
            Some(field) => look.by(field).map_err(|fields| RenderError::NotDrawnBy {
                layer: name.to_owned(),
                field: field.to_owned(),
                fields,
            })?,
            None => (look.clone(), None),
        };
        let title = title.map_or_else(|| facts.title.clone(), |title| Text { es: title.es, en: title.en });
        Ok(Self {
            layer,
            look,
            facts: LayerRecord { title, ..(*facts).clone() },
            ground,
            invented: run.invented,
            day: run.published.get(..10).unwrap_or(&run.published).to_owned(),
            corredor: run.corredor,
        })
    }
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, RenderError> {
    let path = folder.join(name);
    let broken = |reason: String| RenderError::Broken { path: path.clone(), reason };
    let bytes = std::fs::read(&path).map_err(|error| broken(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))
}

fn open(folder: &Path, facts: &LayerRecord, look: &Look) -> Result<Layer, RenderError> {
    let kind = match look.geometry.as_str() {
        "point" => Kind::Point,
        "line" => Kind::Line,
        "polygon" => Kind::Polygon,
        _ => return Err(RenderError::Table { layer: facts.layer.clone() }),
    };
    let path = folder.join(format!("{}.geojson", facts.layer));
    Ok(read(&facts.layer, &Options::new(path.to_string_lossy().into_owned(), kind, look.key.clone()))?)
}
