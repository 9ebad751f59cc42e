//! The whole build: lock, plan, steps, publication.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::fingerprint::{self, Fingerprint};
use super::outcome::{LayerReport, Observer, Outcome};
use super::{BuildError, Context, Summary, cards, steps};
use crate::layer::{Severity, nearest};
use crate::publish::{Dataset, publish};
use crate::workspace::{Plan, Workspace};

/// What to build, and how strictly.
#[derive(Clone, Debug, Default)]
pub struct BuildOptions {
    /// Only these and what they need; nothing is published then. Empty: all, and publish.
    pub layers: Vec<String>,
    /// Build even where nothing has changed.
    pub force: bool,
    /// Publish nothing where there are warnings.
    pub strict: bool,
}

/// Builds a workspace and publishes the result, all or nothing.
///
/// # Errors
/// A [`BuildError`]; what was published before is as it was.
pub fn build(
    workspace: &Workspace,
    options: &BuildOptions,
    observer: &mut dyn Observer,
) -> Result<Outcome, BuildError> {
    let started = Instant::now();
    let _lock = lock(workspace.root())?;
    let whole = workspace.plan();
    let plan = chosen(whole, &options.layers)?;
    let root = workspace.root().join("published");
    let mut outcome = Outcome {
        run: None,
        folder: root.join("current"),
        unchanged: false,
        layers: Vec::new(),
        publish_seconds: 0.0,
        seconds: 0.0,
        summary: None,
    };
    let print = fingerprint::fingerprint(workspace, &plan)?;
    if options.layers.is_empty() && !options.force && published_fingerprint(&root, &print) {
        outcome.unchanged = true;
        outcome.seconds = started.elapsed().as_secs_f64();
        return Ok(outcome);
    }
    let file = workspace.file();
    let mut context = Context {
        data: workspace.data_folder(),
        seed: file.workspace.seed,
        digests: print.sources,
        files: plan.layers().iter().map(|l| (l.name.clone(), l.file.clone())).collect(),
        ..Context::default()
    };
    outcome.layers = run_steps(&mut context, &plan, observer)?;
    if options.strict && outcome.warnings() > 0 {
        return Err(BuildError::Strict { warnings: outcome.warnings() });
    }
    if options.layers.is_empty() {
        let cards = cards::cards(&context, &plan)?;
        let dataset = Dataset {
            name: file.workspace.name.clone(),
            title: file.workspace.title.clone(),
            country: file.workspace.country.clone(),
            invented: file.workspace.invented,
            contact: file.workspace.contact.clone(),
            licence: file.workspace.licence.clone(),
            seed: file.workspace.seed,
            fingerprint: print.digest,
            allowed: file.publish.level,
            keep: file.publish.keep,
        };
        observer.publishing(cards.len());
        let publishing = Instant::now();
        outcome.run = Some(publish(&root, &dataset, &cards, now())?.run);
        outcome.publish_seconds = publishing.elapsed().as_secs_f64();
        outcome.summary = Some(Summary::of(&context, file.workspace.invented)?);
    }
    outcome.seconds = started.elapsed().as_secs_f64();
    Ok(outcome)
}

/// One build a workspace; the lock goes with the process, however it ends.
fn lock(root: &Path) -> Result<File, BuildError> {
    let path = root.join(".corredor.lock");
    let failed = |error| BuildError::Io { path: path.clone(), error };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(BuildError::Locked { workspace: root.to_owned() }),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn chosen(plan: &Plan, layers: &[String]) -> Result<Plan, BuildError> {
    if layers.is_empty() {
        return Ok(plan.clone());
    }
    let names: Vec<String> = plan.layers().iter().map(|l| l.name.clone()).collect();
    match layers.iter().find(|layer| !names.contains(layer)) {
        Some(layer) => Err(BuildError::NoLayer {
            layer: layer.clone(),
            nearest: nearest(layer, names.iter().map(String::as_str)),
            layers: names,
        }),
        None => plan.with_ancestors(layers).map_err(|_| BuildError::NotBuilt { layer: layers.join(", ") }),
    }
}

fn run_steps(
    context: &mut Context,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Vec<LayerReport>, BuildError> {
    let total = plan.layers().len();
    let mut reports = Vec::with_capacity(total);
    let mut told = BTreeSet::new();
    for (number, planned) in plan.layers().iter().enumerate() {
        let step = planned.file.step().map_or("-", |step| step.kind().name());
        observer.begin(&planned.name, step, number + 1, total);
        let started = Instant::now();
        let layer = steps::run(context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        let findings = layer.provenance.findings.iter();
        let report = LayerReport {
            layer: planned.name.clone(),
            step,
            features: layer.len(),
            seconds: started.elapsed().as_secs_f64(),
            published: planned.file.publish,
            // The same two layers are joined by several steps; once told is enough.
            findings: findings
                .filter(|f| f.severity() == Severity::Info || told.insert(format!("{f:?}")))
                .cloned()
                .collect(),
        };
        observer.done(&report);
        reports.push(report);
        context.layers.insert(planned.name.clone(), Arc::new(layer));
    }
    Ok(reports)
}

/// Whether the current run was made from exactly this.
fn published_fingerprint(root: &Path, print: &Fingerprint) -> bool {
    let metadata = std::fs::read(root.join("current/metadata.json")).ok();
    let metadata: Option<serde_json::Value> = metadata.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    print.complete && metadata.is_some_and(|m| m["fingerprint"] == print.digest.as_str())
}

/// The time of publication; `SOURCE_DATE_EPOCH` (seconds since 1970) makes runs reproducible to the byte.
fn now() -> jiff::Timestamp {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or_else(jiff::Timestamp::now)
}
