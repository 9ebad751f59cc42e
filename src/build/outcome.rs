//! What a build tells: while it runs, and at the end.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Accepted, Audience, Note, StaleSource, Summary};
use crate::layer::{Finding, Severity};
use crate::protect::Door;
use crate::publish::Diff;
use crate::workspace::config::Level;

/// Hears about a build while it runs; called from the building thread, in plan order.
pub trait Observer {
    /// A layer's step begins; `number` of `total`, from 1. Not called for a layer that is kept.
    fn begin(&mut self, layer: &str, step: &str, number: usize, total: usize);
    /// A layer stands.
    fn done(&mut self, report: &LayerReport);
    /// Something that is no fault of the data: a cache that was damaged, a run that was cut off.
    fn note(&mut self, note: &Note);
    /// Publication begins.
    fn publishing(&mut self, layers: usize);
}

/// An observer that says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn begin(&mut self, _: &str, _: &str, _: usize, _: usize) {}
    fn done(&mut self, _: &LayerReport) {}
    fn note(&mut self, _: &Note) {}
    fn publishing(&mut self, _: usize) {}
}

/// What one step did.
#[derive(Clone, Debug, Serialize)]
pub struct LayerReport {
    /// The layer.
    pub layer: String,
    /// Its step.
    pub step: &'static str,
    /// The level of those for whom it is, where it is another layer for them than for those who may see least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewer: Option<Level>,
    /// Features in it.
    pub features: usize,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Whether it is published.
    pub published: bool,
    /// Whether an earlier build's result still held, so that nothing was done.
    pub reused: bool,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

impl LayerReport {
    /// The report as JSON, without the counts and findings that an audience may not hear.
    pub fn told(&self, audience: &Audience, door: Door) -> Value {
        let mut value = json!(self);
        if !audience.hears(door, &self.layer)
            && let Some(fields) = value.as_object_mut()
        {
            fields.retain(|name, _| name != "features" && name != "findings");
            fields.insert("withheld".to_owned(), true.into());
        }
        value
    }
}

/// One publication of a build.
#[derive(Clone, Debug, Serialize)]
pub struct PublishedEdition {
    /// Its name; none where there is one publication without a name.
    pub edition: Option<String>,
    /// The level of its readers.
    pub level: Level,
    /// Where it is current.
    pub folder: PathBuf,
    /// Names of its QGIS projects, one a language.
    pub project: Option<crate::publish::style::Words>,
    /// Layers in it.
    pub layers: usize,
    /// Whether it says what it said before, so that it has no new run.
    pub unchanged: bool,
}

/// What a build did.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Name of the run that is current now; none where nothing was published.
    pub run: Option<String>,
    /// Folder of the published set, `published/current`; of the edition for those who may see least, where there are
    /// several.
    pub folder: PathBuf,
    /// Names of the QGIS projects in it, one a language; none where nothing can be drawn.
    pub project: Option<crate::publish::style::Words>,
    /// What was published, the edition for those who may see least first.
    pub editions: Vec<PublishedEdition>,
    /// Whether nothing had changed, so that nothing was done; or nothing that is published, so that nothing was published.
    pub unchanged: bool,
    /// The run that was taken back and would only come again, so that nothing was done.
    pub withdrawn: Option<String>,
    /// Every layer of the plan, in its order.
    pub layers: Vec<LayerReport>,
    /// Sources whose copy of an earlier time was used.
    pub stale: Vec<StaleSource>,
    /// What went wrong around the build and left what it published as it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operation: Vec<Note>,
    /// Checks that failed and were accepted.
    pub accepted: Vec<Accepted>,
    /// How many of the warnings are acknowledged in `corredor.toml`.
    pub acknowledged: usize,
    /// Seconds that writing and publishing took.
    pub publish_seconds: f64,
    /// Seconds in all.
    pub seconds: f64,
    /// The result in a few lines.
    pub summary: Option<Summary>,
    /// What changed since the run before; none for the first.
    pub diff: Option<Diff>,
}

impl Outcome {
    /// Nothing done yet.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            run: None,
            folder,
            project: None,
            editions: Vec::new(),
            unchanged: false,
            withdrawn: None,
            layers: Vec::new(),
            stale: Vec::new(),
            operation: Vec::new(),
            accepted: Vec::new(),
            acknowledged: 0,
            publish_seconds: 0.0,
            seconds: 0.0,
            summary: None,
            diff: None,
        }
    }

    /// Warnings of all layers, and sources whose copy of an earlier time was used.
    pub fn warnings(&self) -> usize {
        let findings = self.layers.iter().flat_map(|l| &l.findings);
        findings.filter(|f| f.severity() == Severity::Warning).count() + self.stale.len()
    }

    /// Warnings that nobody has acknowledged: what `--strict` counts.
    pub fn new_warnings(&self) -> usize {
        self.warnings().saturating_sub(self.acknowledged)
    }
}
