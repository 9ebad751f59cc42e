//! What is said of a layer when it is published.

use std::sync::Arc;

use super::diff::{CHANGES, Changes};
use super::record::AcceptedRecord;
use super::style;
use crate::layer::{Layer, LayerError, Provenance};
use crate::workspace::config::{Budget, Hdx, LayerStyle, Level, Postgis, Text};

/// A layer to be published, with its words.
#[derive(Clone, Debug)]
pub struct Card {
    /// Name of the layer and of its files.
    pub name: String,
    /// The layer.
    pub layer: Arc<Layer>,
    /// Which ready style fits, by the step that made it: `priority`, `hotspots`, `stretches`, `gaps`, `states`, `routes`, `risk`,
    /// `composite`, `difference`.
    pub theme: &'static str,
    /// What its layer file says otherwise.
    pub style: Option<LayerStyle>,
    /// Title.
    pub title: Text,
    /// What it shows.
    pub description: Text,
    /// What a reader must know, its inputs' caveats included.
    pub caveats: Vec<Text>,
    /// Who made the data, its inputs' sources included.
    pub sources: Vec<String>,
    /// Date or year the data speak of.
    pub date: String,
    /// Licence of the data.
    pub licence: String,
    /// Effective level.
    pub level: Level,
    /// Input that the level comes from, where it is not the layer's own.
    pub level_from: Option<String>,
    /// Every layer it was made from, itself last, in plan order.
    pub ancestry: Vec<Ancestor>,
}

impl Dataset {
    /// Beginning of the names of files about the whole set.
    pub fn file_stem(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let stem: String = self.name.chars().map(plain).collect();
        if stem.is_empty() { "corredor".to_owned() } else { stem }
    }
}

impl Card {
    /// Licence of the layer: its own, or that of the set.
    pub fn licence<'a>(&'a self, dataset: &'a Dataset) -> &'a str {
        if self.licence.is_empty() { &dataset.licence } else { &self.licence }
    }

    /// The card of what changed in this layer since a run; its words, sources and level hold for the changes too.
    pub(super) fn changes(&self, changes: Changes, since: &str) -> Self {
        let (es, en) = changes.title;
        let features = changes.layer.len();
        let mut ancestry = self.ancestry.clone();
        ancestry.push(Ancestor {
            layer: changes.layer.name().to_owned(),
            level: self.level,
            date: String::new(),
            features,
            provenance: changes.layer.provenance.clone(),
        });
        Self {
            name: changes.layer.name().to_owned(),
            theme: CHANGES,
            style: None,
            title: Text { es: es.to_owned(), en: en.to_owned() },
            description: Text {
                es: format!("Cambios de «{}» desde la corrida {since}: {features}.", self.title.es),
                en: format!("Changes of \"{}\" since the run {since}: {features}.", self.title.en),
            },
            layer: Arc::new(changes.layer),
            ancestry,
            ..self.clone()
        }
    }

    /// How the layer is drawn.
    ///
    /// # Errors
    /// As [`style::style`].
    pub fn drawn(&self) -> Result<style::Style, LayerError> {
        let own = self.style.clone().unwrap_or_default();
        style::styled(&self.layer, self.theme, (&self.title.es, &self.title.en), &own)
    }
}

/// One layer on the way to a published one.
#[derive(Clone, Debug)]
pub struct Ancestor {
    /// Its name.
    pub layer: String,
    /// Its level.
    pub level: Level,
    /// Date or year of its data, where its file states one.
    pub date: String,
    /// Features in it.
    pub features: usize,
    /// Where it came from and what was noticed.
    pub provenance: Provenance,
}

/// What is said of the whole set.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Short name of the workspace.
    pub name: String,
    /// Title.
    pub title: Text,
    /// Country or area.
    pub country: Text,
    /// Whether every figure is invented.
    pub invented: bool,
    /// Whom to ask.
    pub contact: String,
    /// Licence of the published layers.
    pub licence: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// Digest of what is published: it depends on nothing above the allowed level.
    pub fingerprint: String,
    /// The edition; none where there is one publication without a name.
    pub edition: Option<String>,
    /// Highest level that may be published.
    pub allowed: Level,
    /// Runs to keep.
    pub keep: super::Keep,
    /// Database that gets the layers too.
    pub postgis: Option<Postgis>,
    /// Whether each CSV has a row of HXL hashtags.
    pub hxl: bool,
    /// What HDX asks and the layers do not say.
    pub hdx: Option<Hdx>,
    /// How large a GeoJSON may be.
    pub budget: Budget,
    /// Checks that failed and were accepted for this run, as readers may hear of them.
    pub accepted: Vec<AcceptedRecord>,
}
