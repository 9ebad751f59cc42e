//! What must hold between the files of a workspace, each rule in its file, all reported at once.

mod acknowledge;
mod composite;
mod cycles;
mod data_tests;
mod fields;
mod hiding;
pub(crate) mod levels;
mod names;
mod operate;
mod paths;
mod publish;
mod read;
mod recipe;
mod references;
mod secrets;
mod style;
mod validate;
mod values;

use std::collections::BTreeMap;
use std::path::Path;

use super::config::{LayerFile, WorkspaceFile};
use super::recipes::Recipes;
use crate::checked::{Document, Parsed, Problem};

pub(crate) use levels::Standing;

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
    fn file(&self, name: &str) -> Option<&LayerFile> {
        self.layers.get(name)?.content.as_ref().filter(|file| file.step().is_some())
    }

    /// Layers that could be read, with their places.
    fn readable(&self) -> impl Iterator<Item = (&String, &LayerFile, &Document)> {
        self.layers
            .iter()
            .filter_map(|(name, parsed)| parsed.content.as_ref().map(|file| (name, file, &parsed.document)))
    }
}

/// Checks everything; returns where each layer stands, as far as it can be known.
pub(crate) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Standing> {
    names::check(files, problems);
    publish::check(files, problems);
    operate::check(files, problems);
    acknowledge::check(files, problems);
    let graph = references::check(files, problems);
    cycles::check(files, &graph, problems);
    for (_, file, document) in files.readable() {
        values::check(file, document, problems);
        if let Some(own) = &file.style {
            style::check(own, document, problems);
        }
        if let Some(read) = &file.read {
            read::check(read, document, problems);
            secrets::check(read, document, problems);
            if let Some(data) = files.data {
                paths::check(read, document, data, problems);
            }
        }
    }
    composite::check(files, problems);
    fields::check(files, problems);
    data_tests::check(files, problems);
    let standings = levels::check(files, problems);
    hiding::check(files, &standings, problems);
    standings
}
