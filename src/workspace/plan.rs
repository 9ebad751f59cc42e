//! The plan: every layer in an order in which it can be made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config::{LayerFile, Level};
use super::displaced::Displaced;
use super::error::PlanError;
use super::fields;
use super::outputs::OutputFields;
use crate::checked::did_you_mean;

/// One layer of a plan.
#[derive(Clone, Debug)]
pub struct PlannedLayer {
    /// Name: the stem of its file.
    pub name: String,
    /// Its file.
    pub file: LayerFile,
    /// The layers it is made from, sorted, each once.
    pub inputs: Vec<String>,
    /// Effective level.
    pub level: Level,
    /// The layer whose file states that level; `None` if its own does.
    pub level_from: Option<String>,
    /// The file as it stands, for fingerprints.
    pub definition_text: Arc<str>,
    /// How its sites are displaced, in a plan for those who may not see them; see [`Workspace::plan_for`](super::Workspace::plan_for).
    pub displaced: Option<Displaced>,
}

/// Layers in an order in which each comes after its inputs: by depth, then by name.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    layers: Vec<PlannedLayer>,
}

impl Plan {
    pub(crate) fn new(layers: Vec<PlannedLayer>) -> Self {
        Self { layers }
    }

    /// The layers, each after its inputs.
    pub fn layers(&self) -> &[PlannedLayer] {
        &self.layers
    }

    /// One layer.
    pub fn get(&self, name: &str) -> Option<&PlannedLayer> {
        self.layers.iter().find(|layer| layer.name == name)
    }

    /// The fields that each layer has, as far as the files tell, by layer name.
    pub fn fields(&self) -> BTreeMap<String, OutputFields> {
        let files = self.layers.iter().map(|layer| (layer.name.clone(), Some(layer.file.clone()))).collect();
        fields::all(&files).into_iter().map(|(name, fields)| (name.to_owned(), fields)).collect()
    }

    /// The part of the plan that makes `names`: these layers and all that they are made from.
    ///
    /// # Errors
    ///
    /// A name that no layer has, with the nearest one.
    pub fn with_ancestors<S: AsRef<str>>(&self, names: &[S]) -> Result<Self, PlanError> {
        let mut wanted: BTreeSet<&str> = BTreeSet::new();
        for name in names.iter().map(AsRef::as_ref) {
            if self.get(name).is_none() {
                let all = self.layers.iter().map(|layer| layer.name.as_str());
                let help = did_you_mean(name, all, "the layers are");
                return Err(PlanError::UnknownLayer { name: name.to_owned(), help });
            }
            wanted.insert(name);
        }
        // Backwards, every layer that is wanted asks for its inputs before they are met.
        for layer in self.layers.iter().rev() {
            if wanted.contains(layer.name.as_str()) {
                wanted.extend(layer.inputs.iter().map(String::as_str));
            }
        }
        let layers = self.layers.iter().filter(|layer| wanted.contains(layer.name.as_str()));
        Ok(Self { layers: layers.cloned().collect() })
    }
}
