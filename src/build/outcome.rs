//! What a build tells: while it runs, and at the end.

use std::path::PathBuf;

use serde::Serialize;

use super::Summary;
use crate::layer::{Finding, Severity};

/// Hears about a build while it runs; called from the building thread, in plan order.
pub trait Observer {
    /// A layer's step begins; `number` of `total`, from 1.
    fn begin(&mut self, layer: &str, step: &str, number: usize, total: usize);
    /// A layer stands.
    fn done(&mut self, report: &LayerReport);
    /// Publication begins.
    fn publishing(&mut self, layers: usize);
}

/// An observer that says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn begin(&mut self, _: &str, _: &str, _: usize, _: usize) {}
    fn done(&mut self, _: &LayerReport) {}
    fn publishing(&mut self, _: usize) {}
}

/// What one step did.
#[derive(Clone, Debug, Serialize)]
pub struct LayerReport {
    /// The layer.
    pub layer: String,
    /// Its step.
    pub step: &'static str,
    /// Features in it.
    pub features: usize,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Whether it is published.
    pub published: bool,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// What a build did.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Name of the run that is current now; none where nothing was published.
    pub run: Option<String>,
    /// Folder of the published set, `published/current`.
    pub folder: PathBuf,
    /// Whether nothing had changed, so that nothing was done.
    pub unchanged: bool,
    /// Every layer that was built, in plan order.
    pub layers: Vec<LayerReport>,
    /// Seconds that writing and publishing took.
    pub publish_seconds: f64,
    /// Seconds in all.
    pub seconds: f64,
    /// The result in a few lines.
    pub summary: Option<Summary>,
}

impl Outcome {
    /// Warnings of all layers.
    pub fn warnings(&self) -> usize {
        let findings = self.layers.iter().flat_map(|l| &l.findings);
        findings.filter(|f| f.severity() == Severity::Warning).count()
    }
}
