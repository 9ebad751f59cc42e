//! The whole build: lock, plan, steps, publication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::back::Withdrawn;
use super::history::{self, Added};
use super::journal::{Before, Journal};
use super::lock::Lock;
use super::outcome::{LayerReport, Observer, Outcome};
use super::prepare::{BuildOptions, Home, Prepared, chosen};
use super::print::State;
use super::work::{Action, Looking, Work};
use super::{BuildError, Context, Note, Summary, cards, checks, ops, schedule, steps};
use crate::layer::{Finding, Severity};
use crate::publish::{Dataset, Keep, PublishError, publish};
use crate::workspace::{Plan, Workspace};

/// Builds what changed of a workspace and publishes the result, all or nothing.
///
/// # Errors
/// A [`BuildError`]; what was published before is as it was.
pub fn build(
    workspace: &Workspace,
    options: &BuildOptions,
    observer: &mut dyn Observer,
) -> Result<Outcome, BuildError> {
    let started = Instant::now();
    let _lock = Lock::take(workspace.root(), options.wait, &options.stop)?;
    let home = Home::of(workspace);
    home.make().map_err(|error| BuildError::Io { path: home.folder().to_owned(), error })?;
    let (journal, before) = Journal::begin(&home.journal());
    if let Before::CutOff(layer) = before {
        observer.note(&Note::unfinished(layer.as_deref()));
    }
    let built = run(workspace, options, observer, &home, &journal);
    journal.end(match &built {
        Ok(outcome) if outcome.unchanged => "unchanged",
        Ok(_) => "done",
        Err(BuildError::Interrupted) => "interrupted",
        Err(_) => "failed",
    });
    let seconds = started.elapsed().as_secs_f64();
    let time = options.now.unwrap_or_else(jiff::Timestamp::now);
    ops::leave(workspace, home.folder(), &built, seconds, time).iter().for_each(|note| observer.note(note));
    built.map(|outcome| Outcome { seconds, ..outcome })
}

fn run(
    workspace: &Workspace,
    options: &BuildOptions,
    observer: &mut dyn Observer,
    home: &Home,
    journal: &Journal,
) -> Result<Outcome, BuildError> {
    let plan = chosen(workspace.plan(), &options.layers)?;
    let root = workspace.root().join("published");
    let mut outcome = Outcome::new(root.join("current"));
    let whole = options.layers.is_empty();
    let time = options.now.unwrap_or_else(now);
    let Prepared { context, work, sources, before, stale } =
        Prepared::new(workspace, &plan, options, Looking::Reads)?;
    stale.iter().for_each(|stale| observer.note(&stale.note()));
    outcome.stale = stale;
    if context.cache.as_ref().is_some_and(|cache| cache.drop_foreign().unwrap_or(false)) {
        observer.note(&Note::foreign_cache());
    }
    tell(&context, observer);
    // Stamps and states that cannot be kept cost the next run time; publication says what is wrong with the disk.
    let _ = sources.save();
    let asked = options.force || !options.only.is_empty() || options.since.is_some();
    if whole && !asked {
        match published(&root, &work.state.whole) {
            Published::Whole => {
                outcome.unchanged = true;
                return Ok(outcome);
            }
            Published::Other if Withdrawn::load(home).run_of(&work.state.whole).is_some() => {
                outcome.unchanged = true;
                outcome.withdrawn = Withdrawn::load(home).run_of(&work.state.whole).map(str::to_owned);
                return Ok(outcome);
            }
            Published::Damaged(file) => observer.note(&Note::incomplete_run(&file)),
            Published::Other => {}
        }
    }
    outcome.layers = run_steps(&context, &plan, &work, options, observer, journal)?;
    tell(&context, observer);
    let mut state = work.state;
    if !whole {
        // Layers that were not asked for stay as they were built.
        let known = before.layers.into_iter().filter(|(name, _)| !state.layers.contains_key(name));
        state.layers.extend(known.collect::<Vec<_>>());
        state.whole = before.whole;
    }
    let _ = state.save(&home.last());
    if options.strict && outcome.warnings() > 0 {
        return Err(BuildError::Strict { warnings: outcome.warnings() });
    }
    if whole {
        let failures = checks::check(&context, &plan, current_state(&root, home).as_ref(), time)?;
        tell(&context, observer);
        if !failures.is_empty() {
            return Err(BuildError::Checks { failures });
        }
        let cards = cards::cards(&context, &plan)?;
        let dataset = dataset(workspace, &state.whole);
        outcome.summary = Some(Summary::of(&context, dataset.invented)?);
        tell(&context, observer);
        // The cards hold what is published; the rest of the memory is free for that.
        let cache = { context }.cache;
        stopped(options)?;
        journal.write(&serde_json::json!({"event": "publishing"}));
        observer.publishing(cards.len());
        let publishing = Instant::now();
        let withdrawn = Withdrawn::load(home).0.into_keys().collect();
        let followed = history::followed(&plan, &cards);
        let publish = || {
            publish(&root, &dataset, &cards, time, &mut |run| {
                let Some(card) = followed else { return Ok(()) };
                let added = Added { run: run.name(), sequence: run.sequence(), layer: &card.layer };
                history::add(&home.history(), &added, &withdrawn, workspace.file().publish.history)
            })
        };
        let prints: BTreeSet<String> = state.layers.values().map(|(print, _)| print.clone()).collect();
        let mut published = publish();
        if published.as_ref().is_err_and(PublishError::is_disk_full)
            && cache.as_ref().is_some_and(|cache| cache.sweep(&prints, 0).is_ok())
        {
            observer.note(&Note::gave_way());
            published = publish();
        }
        let published = published?;
        let run = published.run;
        outcome.project = published.project;
        outcome.diff = published.diff;
        state.run = Some(run.clone());
        let _ = Withdrawn::default().save(home);
        let _ = state.save(&home.state_of(&run));
        let _ = state.save(&home.last());
        outcome.run = Some(run);
        outcome.publish_seconds = publishing.elapsed().as_secs_f64();
        home.drop_states(&root);
        let limit = workspace.file().build.cache_mb << 20;
        if let Some(Err(error)) = cache.map(|cache| cache.sweep(&prints, limit)) {
            observer.note(&Note::new(
                format!("no se pudo limpiar lo guardado: {error}"),
                format!("what is kept could not be swept: {error}"),
            ));
        }
    }
    Ok(outcome)
}

/// What the run that is current was built from, where that is known.
fn current_state(root: &Path, home: &Home) -> Option<State> {
    let link = std::fs::read_link(root.join("current")).ok()?;
    State::load(&home.state_of(&link.file_name()?.to_string_lossy()))
}

fn dataset(workspace: &Workspace, fingerprint: &str) -> Dataset {
    let file = workspace.file();
    Dataset {
        name: file.workspace.name.clone(),
        title: file.workspace.title.clone(),
        country: file.workspace.country.clone(),
        invented: file.workspace.invented,
        contact: file.workspace.contact.clone(),
        licence: file.workspace.licence.clone(),
        seed: file.workspace.seed,
        fingerprint: fingerprint.to_owned(),
        allowed: file.publish.level,
        keep: Keep { last: file.publish.keep, months: file.publish.keep_months },
        postgis: file.publish.postgis.clone(),
        hxl: file.publish.hxl,
        hdx: file.publish.hdx.clone(),
        budget: file.publish.budget,
    }
}

fn tell(context: &Context, observer: &mut dyn Observer) {
    context.take_notes().iter().for_each(|note| observer.note(note));
}

fn stopped(options: &BuildOptions) -> Result<(), BuildError> {
    match options.stop.load(Ordering::Relaxed) {
        true => Err(BuildError::Interrupted),
        false => Ok(()),
    }
}

/// Builds the layers that have to be, those that do not need each other in parallel; reports in the order of the plan.
fn run_steps(
    context: &Context,
    plan: &Plan,
    work: &Work,
    options: &BuildOptions,
    observer: &mut dyn Observer,
    journal: &Journal,
) -> Result<Vec<LayerReport>, BuildError> {
    let layers = plan.layers();
    let todo: Vec<usize> = (0..layers.len()).filter(|&at| work.layers[at].action != Action::Keep).collect();
    let places: BTreeMap<&str, usize> =
        todo.iter().enumerate().map(|(task, &at)| (layers[at].name.as_str(), task)).collect();
    // A step may look at what its inputs were made from, too; those stand by then, or are kept.
    let needs = |task: usize| needs(plan, todo[task], &places);
    let build = |task: usize| {
        stopped(options)?;
        let (planned, work) = (&layers[todo[task]], &work.layers[todo[task]]);
        let place = context.layers.get(&planned.name);
        if let (Some(layer), Some(seconds)) = (place.and_then(|place| place.get()), work.read_seconds) {
            context.keep(&work.print, layer, seconds);
            return Ok((layer.len(), seconds));
        }
        journal.step(&planned.name);
        let started = Instant::now();
        let layer = steps::run(context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        let seconds = started.elapsed().as_secs_f64();
        let layer = Arc::new(layer);
        context.keep(&work.print, &layer, seconds);
        journal.done(&planned.name);
        let features = layer.len();
        if let Some(place) = place {
            // Set once: every layer is built once.
            let _ = place.set(layer);
        }
        Ok::<_, BuildError>((features, seconds))
    };
    let mut told = BTreeSet::new();
    // The same two layers are joined by several steps; once told is enough.
    let mut findings = |name: &str| -> Result<Vec<Finding>, BuildError> {
        let findings = context.record(name)?.1.findings.iter();
        let fresh = |f: &&Finding| f.severity() == Severity::Info || told.insert(format!("{f:?}"));
        Ok(findings.filter(fresh).cloned().collect())
    };
    let mut reports = Vec::with_capacity(layers.len());
    let mut failed = None;
    let mut report = |at: usize, features: usize, seconds: f64, reused: bool| {
        let name = &layers[at].name;
        let findings = findings(name).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Vec::new()
        });
        let step = work.layers[at].step;
        let layer = name.clone();
        LayerReport { layer, step, features, seconds, published: layers[at].file.publish, reused, findings }
    };
    let kept_features = |at: usize| context.kept.get(&layers[at].name).map_or(0, |kept| kept.entry.features);
    let mut next = 0;
    schedule::run(todo.len(), rayon::current_num_threads(), needs, build, |task, built| {
        let at = todo[task];
        let Some((features, seconds)) = built else {
            // Kept layers are told where they stand in the plan.
            (next..at).for_each(|kept| {
                let report = report(kept, kept_features(kept), 0.0, true);
                observer.done(&report);
                reports.push(report);
            });
            next = at + 1;
            return observer.begin(&layers[at].name, work.layers[at].step, at + 1, layers.len());
        };
        let report = report(at, features, seconds, false);
        observer.done(&report);
        reports.push(report);
    })?;
    (next..layers.len()).for_each(|kept| {
        let report = report(kept, kept_features(kept), 0.0, true);
        observer.done(&report);
        reports.push(report);
    });
    failed.map_or(Ok(reports), Err)
}

/// The tasks that a layer waits for: its inputs that are built. What a kept input is made from is kept, too.
fn needs(plan: &Plan, at: usize, places: &BTreeMap<&str, usize>) -> Vec<usize> {
    plan.layers()[at].inputs.iter().filter_map(|input| places.get(input.as_str()).copied()).collect()
}

/// What stands as `current`.
enum Published {
    /// Exactly this, whole.
    Whole,
    /// Exactly this, but for a file.
    Damaged(String),
    /// Something else, or nothing.
    Other,
}

fn published(root: &Path, whole: &str) -> Published {
    let current = root.join("current");
    let metadata = std::fs::read(current.join("metadata.json")).ok();
    let metadata: Option<serde_json::Value> = metadata.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(metadata) = metadata.filter(|m| m["fingerprint"] == whole) else { return Published::Other };
    let layers = metadata["layers"].as_array().into_iter().flatten();
    for file in layers.flat_map(|layer| layer["files"].as_array().into_iter().flatten()) {
        let name = file["name"].as_str().unwrap_or_default();
        let bytes = current.join(name).metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
        if bytes != file["bytes"].as_u64() {
            return Published::Damaged(name.to_owned());
        }
    }
    Published::Whole
}

/// The time of publication; `SOURCE_DATE_EPOCH` (seconds since 1970) makes runs reproducible to the byte.
fn now() -> jiff::Timestamp {
    std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or_else(jiff::Timestamp::now)
}
