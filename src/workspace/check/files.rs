//! The files of a workspace, as its checks look at them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::checked::{Document, Parsed};
use crate::workspace::config::{LayerFile, WorkspaceFile};
use crate::workspace::recipes::Recipes;

/// The files of a workspace, parsed.
pub(crate) struct Files<'a> {
    /// Content of `corredor.toml`, if it could be read.
    pub(crate) workspace: Option<&'a WorkspaceFile>,
    /// Places in `corredor.toml`.
    pub(crate) document: &'a Document,
    /// The layer files by layer name.
    pub(crate) layers: &'a BTreeMap<String, Parsed<LayerFile>>,
    /// The recipes that layers may name.
    pub(crate) recipes: &'a Recipes,
    /// The data folder, where it can be told.
    pub(crate) data: Option<&'a Path>,
}

impl Files<'_> {
    /// A layer's file, if it could be read and has exactly one step.
    pub(super) fn file(&self, name: &str) -> Option<&LayerFile> {
        self.layers.get(name)?.content.as_ref().filter(|file| file.step().is_some())
    }

    /// Layers that could be read, with their places.
    pub(super) fn readable(&self) -> impl Iterator<Item = (&String, &LayerFile, &Document)> {
        self.layers
            .iter()
            .filter_map(|(name, parsed)| parsed.content.as_ref().map(|file| (name, file, &parsed.document)))
    }
}
