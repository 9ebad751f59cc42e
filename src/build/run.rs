//! The whole build: lock, plan, steps, publication.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::fingerprint::{self, Fingerprint};
use super::outcome::{LayerReport, Observer, Outcome};
use super::{BuildError, Context, Summary, cards, schedule, steps};
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
    let context = Context {
        data: workspace.data_folder(),
        seed: file.workspace.seed,
        digests: print.sources,
        layers: plan.layers().iter().map(|l| (l.name.clone(), OnceLock::new())).collect(),
        files: plan.layers().iter().map(|l| (l.name.clone(), l.file.clone())).collect(),
        ..Context::default()
    };
    outcome.layers = run_steps(&context, &plan, observer)?;
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
            postgis: file.publish.postgis.clone(),
        };
        outcome.summary = Some(Summary::of(&context, file.workspace.invented)?);
        // The cards hold what is published; the rest of the memory is free for that.
        drop(context);
        observer.publishing(cards.len());
        let publishing = Instant::now();
        outcome.run = Some(publish(&root, &dataset, &cards, now())?.run);
        outcome.publish_seconds = publishing.elapsed().as_secs_f64();
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

/// Builds all layers, those that do not need each other in parallel; reports in the order of the plan.
fn run_steps(
    context: &Context,
    plan: &Plan,
    observer: &mut dyn Observer,
) -> Result<Vec<LayerReport>, BuildError> {
    let layers = plan.layers();
    let step = |at: usize| layers[at].file.step().map_or("-", |step| step.kind().name());
    let places: BTreeMap<&str, usize> =
        layers.iter().enumerate().map(|(at, l)| (l.name.as_str(), at)).collect();
    // A step may look at what its inputs were made from, too; those stand by then.
    let needs =
        |at: usize| layers[at].inputs.iter().filter_map(|i| places.get(i.as_str()).copied()).collect();
    let build = |at: usize| {
        let planned = &layers[at];
        let started = Instant::now();
        let layer = steps::run(context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        let seconds = started.elapsed().as_secs_f64();
        let layer = Arc::new(layer);
        if let Some(place) = context.layers.get(&planned.name) {
            // Set once: every layer is built once.
            let _ = place.set(Arc::clone(&layer));
        }
        Ok::<_, BuildError>((layer, seconds))
    };
    let mut reports = Vec::with_capacity(layers.len());
    let mut told = BTreeSet::new();
    schedule::run(layers.len(), rayon::current_num_threads(), needs, build, |at, built| {
        let Some((layer, seconds)) = built else {
            return observer.begin(&layers[at].name, step(at), at + 1, layers.len());
        };
        let findings = layer.provenance.findings.iter();
        let report = LayerReport {
            layer: layers[at].name.clone(),
            step: step(at),
            features: layer.len(),
            seconds,
            published: layers[at].file.publish,
            // The same two layers are joined by several steps; once told is enough.
            findings: findings
                .filter(|f| f.severity() == Severity::Info || told.insert(format!("{f:?}")))
                .cloned()
                .collect(),
        };
        observer.done(&report);
        reports.push(report);
    })?;
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
