//! The whole build: lock, plan, steps, publication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::audit::Gate;
use super::back::Withdrawn;
use super::cache::Cache;
use super::history::{self, Added};
use super::journal::{Before, Journal};
use super::links::Links;
use super::lock::Lock;
use super::outcome::{LayerReport, Observer, Outcome, PublishedEdition};
use super::prepare::{BuildOptions, Home, Prepared, View, viewers};
use super::print::State;
use super::work::{Action, LayerWork, Looking};
use super::{BuildError, Context, Note, Summary, cards, checks, ops, schedule, steps};
use crate::layer::{Finding, Severity};
use crate::publish::{
    AllPublished, Card, Dataset, Keep, PublishError, Staged, Standing, Work as PublishWork, publish_all,
};
use crate::workspace::config::{Edition, Level};
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
    home.make().map_err(|error| BuildError::Exposed { folder: home.folder().to_owned(), error })?;
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
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let mut outcome = Outcome::new(current_of(&root, &editions[0]));
    let whole = options.layers.is_empty();
    let time = options.now.unwrap_or_else(now);
    let viewers = viewers(workspace);
    let Prepared { views, mut state, sources, before, stale } =
        Prepared::new(workspace, &options.layers, options, Looking::Reads, &viewers)?;
    stale.iter().for_each(|stale| observer.note(&stale.note()));
    outcome.stale = stale;
    let cache = views[0].context.cache.clone();
    if cache.as_ref().is_some_and(|cache| cache.drop_foreign().unwrap_or(false)) {
        observer.note(&Note::foreign_cache());
    }
    tell(&views[0].context, observer);
    // Stamps and states that cannot be kept cost the next run time; publication says what is wrong with the disk.
    let _ = sources.save();
    let links = Links::of(workspace.root(), home);
    links.mend(&editions)?.iter().for_each(|note| observer.note(note));
    // Links of which nothing is known are set by a new run.
    let astray = !links.faults(&editions).is_empty();
    let asked = options.force || !options.only.is_empty() || options.since.is_some();
    if whole && !asked && !astray {
        match published(&root, home, &editions, &state.whole) {
            Published::Whole => {
                outcome.unchanged = true;
                return Ok(outcome);
            }
            Published::Other if Withdrawn::load(home).run_of(&state.whole).is_some() => {
                outcome.unchanged = true;
                outcome.withdrawn = Withdrawn::load(home).run_of(&state.whole).map(str::to_owned);
                return Ok(outcome);
            }
            Published::Damaged(file) => observer.note(&Note::incomplete_run(&file)),
            Published::Other => {}
        }
    }
    for view in &views {
        outcome.layers.extend(run_steps(view, options, observer, journal)?);
    }
    tell(&views[0].context, observer);
    if !whole {
        // Layers that were not asked for stay as they were built.
        state.keep_others(before);
    }
    let _ = state.save(&home.last());
    if options.strict && outcome.warnings() > 0 {
        return Err(BuildError::Strict { warnings: outcome.warnings() });
    }
    if whole {
        publish_views(
            workspace,
            options,
            observer,
            journal,
            home,
            time,
            views,
            state,
            options.force || astray,
            &mut outcome,
        )?;
    }
    Ok(outcome)
}

/// The folder where an edition is current.
fn current_of(root: &Path, edition: &Edition) -> PathBuf {
    edition.name.as_ref().map_or_else(|| root.to_owned(), |name| root.join(name)).join("current")
}

/// Tests the layers, and publishes every edition.
#[expect(clippy::too_many_arguments, reason = "the second half of one function")]
fn publish_views(
    workspace: &Workspace,
    options: &BuildOptions,
    observer: &mut dyn Observer,
    journal: &Journal,
    home: &Home,
    time: jiff::Timestamp,
    views: Vec<View>,
    mut state: State,
    anew: bool,
    outcome: &mut Outcome,
) -> Result<(), BuildError> {
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let current = current_state(&root, home);
    let mut failures = Vec::new();
    for view in &views {
        for failure in checks::check(&view.context, &view.plan, view.viewer, current.as_ref(), time)? {
            if !failures.contains(&failure) {
                failures.push(failure);
            }
        }
    }
    tell(&views[0].context, observer);
    if !failures.is_empty() {
        return Err(BuildError::Checks { failures });
    }
    let mut works = Vec::with_capacity(editions.len());
    for edition in &editions {
        let Some(view) = views.iter().find(|view| view.viewer == edition.level) else { continue };
        let cards = cards::cards(&view.context, &view.plan, edition.level)?;
        let fingerprint = public_print(workspace, edition, &cards, view);
        let dataset = dataset(workspace, edition, fingerprint);
        works.push(PublishWork { dataset, cards, anew });
    }
    outcome.summary = Some(Summary::of(&views[0].context, workspace.file().workspace.invented)?);
    tell(&views[0].context, observer);
    let followed: Vec<Option<Card>> = editions
        .iter()
        .zip(&works)
        .map(|(edition, work)| {
            let view = views.iter().find(|view| view.viewer == edition.level)?;
            history::followed(&view.plan, &work.cards).cloned()
        })
        .collect();
    let gate = Gate::new(workspace, &editions, &views)?;
    let cache = views[0].context.cache.clone();
    // The cards hold what is published; the rest of the memory is free for that.
    drop(views);
    stopped(options)?;
    journal.write(&serde_json::json!({"event": "publishing"}));
    observer.publishing(works.iter().map(|work| work.cards.len()).sum());
    let publishing = Instant::now();
    let withdrawn = Withdrawn::load(home).0.into_keys().collect();
    let links = Links::of(workspace.root(), home);
    let publish = || {
        publish_all(&root, &works, time, &mut |staged| {
            gate.check(staged)?;
            for ((staged, card), edition) in staged.iter().zip(&followed).zip(&editions) {
                let Some(card) = card.as_ref().filter(|_| staged.stays.is_none()) else { continue };
                let (run, sequence) = (staged.run.name(), staged.run.sequence());
                let added = Added { run, sequence, layer: &card.layer };
                let path = home.history(edition.name.as_deref());
                history::add(&path, &added, &withdrawn, edition.history)?;
            }
            match next(staged).map(|next| links.expect(next)) {
                Some(Err(error)) => {
                    let path = home.folder().to_owned();
                    Err(PublishError::Io { path, action: "cannot be written to", error })
                }
                _ => Ok(()),
            }
        })
    };
    let prints = state.prints();
    let mut published = publish();
    if published.as_ref().is_err_and(PublishError::is_disk_full)
        && cache.as_ref().is_some_and(|cache| cache.sweep(&prints, 0).is_ok())
    {
        observer.note(&Note::gave_way());
        published = publish();
    }
    let AllPublished { run, editions: published } = published?;
    gate.notes().iter().for_each(|note| observer.note(note));
    links.settle();
    for one in &published {
        let edition = editions.iter().find(|edition| edition.name == one.edition);
        outcome.editions.push(PublishedEdition {
            edition: one.edition.clone(),
            level: edition.map_or(Level::Public, |edition| edition.level),
            folder: edition.map_or_else(|| root.join("current"), |edition| current_of(&root, edition)),
            project: one.project.clone(),
            layers: one.layers,
            unchanged: one.unchanged,
        });
    }
    if let Some(first) = published.into_iter().next() {
        outcome.project = first.project;
        outcome.diff = first.diff;
    }
    outcome.unchanged = run.is_none();
    if run.is_some() {
        let _ = Withdrawn::default().save(home);
    }
    // What says the same stands for what was built now, too.
    let standing = run.clone().or_else(|| Standing::read(&root).run);
    if let Some(standing) = standing {
        state.run = Some(standing.clone());
        let _ = state.save(&home.state_of(&standing));
        let _ = state.save(&home.last());
    }
    outcome.run = run;
    outcome.publish_seconds = publishing.elapsed().as_secs_f64();
    home.drop_states(&root);
    let limit = workspace.file().build.cache_mb << 20;
    if let Some(Err(error)) = cache.map(|cache| cache.sweep(&prints, limit)) {
        observer.note(&Note::new(
            format!("no se pudo limpiar lo guardado: {error}"),
            format!("what is kept could not be swept: {error}"),
        ));
    }
    Ok(())
}

/// What will be current; nothing where all editions stay with their runs.
fn next(staged: &[Staged<'_>]) -> Option<Standing> {
    let fresh = staged.iter().find(|staged| staged.stays.is_none())?;
    let edition = |staged: &Staged<'_>| Some((staged.dataset.edition.clone()?, staged.seen().to_owned()));
    Some(Standing {
        run: Some(fresh.run.name().to_owned()),
        editions: staged.iter().filter_map(edition).collect(),
    })
}

/// What the run that is current was built from, where that is known.
fn current_state(root: &Path, home: &Home) -> Option<State> {
    let link = std::fs::read_link(root.join("current")).ok()?;
    State::load(&home.state_of(&link.file_name()?.to_string_lossy()))
}

/// A digest of what an edition says: of its layers, as they are published, and of the words on the whole set. It depends
/// on nothing that its readers may not know.
fn public_print(workspace: &Workspace, edition: &Edition, cards: &[Card], view: &View) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    };
    let file = workspace.file();
    let own = serde_json::json!({
        "name": file.workspace.name, "title": file.workspace.title, "country": file.workspace.country,
        "invented": file.workspace.invented, "contact": file.workspace.contact, "seed": file.workspace.seed,
        "licence": file.workspace.licence, "level": edition.level, "hxl": edition.hxl, "hdx": edition.hdx,
        "budget": file.publish.budget,
    });
    add(env!("CARGO_PKG_VERSION"));
    add(&own.to_string());
    for card in cards {
        let words = serde_json::json!({
            "layer": card.name, "title": card.title, "description": card.description, "date": card.date,
            "licence": card.licence, "level": card.level, "key": card.layer.key(),
            "style": card.style.as_ref().map(|style| format!("{style:?}")),
        });
        add(&words.to_string());
        let print =
            view.layers.iter().find(|layer| layer.layer == card.name).map(|layer| layer.print.as_str());
        let entry =
            view.context.cache.as_ref().and_then(|cache| cache.entry(&card.name, print?).ok().flatten());
        add(&entry.map_or_else(|| Cache::values(&card.layer).unwrap_or_default(), |entry| entry.values()));
    }
    hasher.finalize().to_hex().to_string()
}

fn dataset(workspace: &Workspace, edition: &Edition, fingerprint: String) -> Dataset {
    let file = workspace.file();
    Dataset {
        name: file.workspace.name.clone(),
        title: file.workspace.title.clone(),
        country: file.workspace.country.clone(),
        invented: file.workspace.invented,
        contact: file.workspace.contact.clone(),
        licence: file.workspace.licence.clone(),
        seed: file.workspace.seed,
        fingerprint,
        edition: edition.name.clone(),
        allowed: edition.level,
        keep: Keep { last: edition.keep, months: edition.keep_months },
        postgis: edition.postgis.clone(),
        hxl: edition.hxl,
        hdx: edition.hdx.clone(),
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
    view: &View,
    options: &BuildOptions,
    observer: &mut dyn Observer,
    journal: &Journal,
) -> Result<Vec<LayerReport>, BuildError> {
    let View { plan, context, layers: works, .. } = view;
    let layers = plan.layers();
    let todo: Vec<usize> = (0..layers.len()).filter(|&at| works[at].action != Action::Keep).collect();
    let places: BTreeMap<&str, usize> =
        todo.iter().enumerate().map(|(task, &at)| (layers[at].name.as_str(), task)).collect();
    // A step may look at what its inputs were made from, too; those stand by then, or are kept.
    let needs = |task: usize| needs(plan, todo[task], &places);
    let build = |task: usize| {
        stopped(options)?;
        let (planned, work) = (&layers[todo[task]], &works[todo[task]]);
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
        let LayerWork { step, viewer, .. } = works[at];
        let layer = name.clone();
        let published = layers[at].file.publish;
        LayerReport { layer, step, viewer, features, seconds, published, reused, findings }
    };
    let kept_features = |at: usize| context.kept.get(&layers[at].name).map_or(0, |kept| kept.entry.features);
    // What is the same for those who may see less was told for them.
    let own = |at: &usize| !works[*at].shared;
    let mut next = 0;
    schedule::run(todo.len(), rayon::current_num_threads(), needs, build, |task, built| {
        let at = todo[task];
        let Some((features, seconds)) = built else {
            // Kept layers are told where they stand in the plan.
            (next..at).filter(own).for_each(|kept| {
                let report = report(kept, kept_features(kept), 0.0, true);
                observer.done(&report);
                reports.push(report);
            });
            next = at + 1;
            return observer.begin(&layers[at].name, works[at].step, at + 1, layers.len());
        };
        let report = report(at, features, seconds, false);
        observer.done(&report);
        reports.push(report);
    })?;
    (next..layers.len()).filter(own).for_each(|kept| {
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

/// What stands, by what is known here of what it was made from: nothing of that is in the run itself.
fn published(root: &Path, home: &Home, editions: &[Edition], whole: &str) -> Published {
    if current_state(root, home).is_none_or(|state| state.whole != whole) {
        return Published::Other;
    }
    for edition in editions {
        let current = current_of(root, edition);
        let metadata = std::fs::read(current.join("metadata.json")).ok();
        let metadata: Option<serde_json::Value> =
            metadata.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(metadata) = metadata else { return Published::Damaged("metadata.json".to_owned()) };
        let layers = metadata["layers"].as_array().into_iter().flatten();
        for file in layers.flat_map(|layer| layer["files"].as_array().into_iter().flatten()) {
            let name = file["name"].as_str().unwrap_or_default();
            let bytes =
                current.join(name).metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
            if bytes != file["bytes"].as_u64() {
                return Published::Damaged(name.to_owned());
            }
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
