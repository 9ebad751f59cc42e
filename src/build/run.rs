//! The whole build: lock, plan, steps, publication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::audit::Gate;
use super::back::Withdrawn;
use super::cache::Cache;
use super::fingerprint::{Sources, State};
use super::guard::{self, Good};
use super::history::{self, Added};
use super::journal::{Before, Journal};
use super::limit::Limit;
use super::links::Links;
use super::lock::Lock;
use super::ops::{Reporter, RolledBack};
use super::outcome::{LayerReport, Observer, Outcome, PublishedEdition};
use super::prepare::{BuildOptions, Home, Prepared, viewers};
use super::view::View;
use super::work::{Action, LayerWork, Looking};
use super::{
    Accepted, Audience, BuildError, CheckFailure, Context, Note, Summary, acknowledge, cards, checks,
    columns, schedule, steps,
};
use crate::layer::{Finding, Severity};
use crate::protect::Door;
use crate::publish::record::{RECORD_FILE, RunRecord};
use crate::publish::{
    self, AllPublished, Card, Dataset, Keep, PublishError, Staged, Standing, Work as PublishWork, publish_all,
};
use crate::workspace::config::{Edition, Level};
use crate::workspace::{Plan, Source, Workspace};

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
    let time = || options.now.unwrap_or_else(jiff::Timestamp::now);
    let reporter = Reporter::of(workspace, options.lang);
    let home = Home::of(workspace);
    let begun = Lock::take(workspace.root(), options).and_then(|lock| {
        let exposed = |error| BuildError::Exposed { folder: home.folder().to_owned(), error };
        home.make().map_err(exposed).map(|()| lock)
    });
    let _lock = match begun {
        Ok(lock) => lock,
        // Who may not build here leaves nothing behind.
        Err(error @ BuildError::OtherUser { .. }) => return Err(error),
        Err(error) => {
            let report = reporter.end(Err(&error), started.elapsed().as_secs_f64(), time());
            reporter.call(report).iter().for_each(|note| observer.note(note));
            return Err(error);
        }
    };
    let (journal, before) = Journal::begin(&home.journal(), time());
    let cut_off = match before {
        Before::CutOff(cut_off) => Some(cut_off),
        Before::Ended => None,
    };
    if let Some(cut_off) = &cut_off {
        observer.note(&Note::unfinished(cut_off.layer.as_deref()));
    }
    reporter.begin(cut_off.as_ref(), time()).iter().for_each(|note| observer.note(note));
    let minutes = workspace.file().build.max_minutes;
    let limit = Limit::start(minutes, &options.stop);
    let built = match run(workspace, options, observer, &home, &journal) {
        Err(BuildError::Interrupted) if limit.has_passed() => {
            Err(BuildError::Overdue { minutes: minutes.unwrap_or_default() })
        }
        built => built,
    };
    drop(limit);
    let seconds = started.elapsed().as_secs_f64();
    let report = reporter.end(built.as_ref(), seconds, time());
    // In this order: what is cut off while others are called has come to its end.
    journal.end(match &built {
        Ok(outcome) if outcome.unchanged => "unchanged",
        Ok(_) => "done",
        Err(BuildError::Interrupted) => "interrupted",
        Err(_) => "failed",
    });
    reporter.call(report).iter().for_each(|note| observer.note(note));
    if let Some(back) = RolledBack::find(workspace.root()) {
        observer.note(&Note::rolled_back(&back));
    }
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
    let Prepared { views, mut state, sources, before, current, stale } =
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
        let found = published(&root, current.as_ref(), &editions, &state.whole);
        let withdrawn = match &found {
            Published::Other => Withdrawn::load(home).run_of(&state.whole).map(str::to_owned),
            Published::Whole | Published::Damaged(_) => None,
        };
        if let Published::Damaged(file) = &found {
            observer.note(&Note::incomplete_run(file));
        }
        let is_whole = matches!(found, Published::Whole);
        if is_whole || withdrawn.is_some() {
            refuse_standing_warnings(workspace, &views, options, &sources, observer, journal, &mut outcome)?;
            outcome.unchanged = true;
            outcome.withdrawn = withdrawn;
            for edition in &editions {
                history::look(&home.history(edition.name.as_deref())).map_err(BuildError::Publish)?;
            }
            let accepted = quiet(&views, options, time);
            // Tables are mended whatever the checks say; after going back they stay with the later run.
            let mended = if is_whole { mend(&editions, &views, &root, time, observer) } else { Ok(()) };
            outcome.accepted = accepted?;
            tell_accepted(&views[0].context, options, &outcome.accepted, observer);
            mended?;
            return Ok(outcome);
        }
    }
    let good = Good { state: current.as_ref(), viewer: views[0].viewer };
    for view in &views {
        match run_steps(view, options, &sources, observer, journal) {
            Ok(reports) => outcome.layers.extend(reports),
            Err(error) => {
                let error = columns::explain(error, workspace, &view.context, &before);
                return Err(sooner(error, &views[0], &good, &before, options));
            }
        }
    }
    tell(&views[0].context, observer);
    let mut failures = Vec::new();
    match whole {
        true => (state.shapes, failures) = guard::judge(&views[0], &good, &before.shapes)?,
        // Layers that were not asked for stay as they were built.
        false => {
            state.shapes.clone_from(&before.shapes);
            state.keep_others(before);
        }
    }
    let _ = state.save(&home.last());
    refuse_warnings(workspace, options, whole, failures.clone(), observer, &mut outcome)?;
    if whole {
        still(&views[0], &sources, options)?;
        let current = current.as_ref();
        publish_views(
            workspace,
            options,
            observer,
            journal,
            home,
            time,
            views,
            state,
            current,
            failures,
            options.force || astray,
            &mut outcome,
        )?;
    }
    Ok(outcome)
}

/// Fails where there are warnings that nobody has acknowledged, and none may be. Checks that failed come first: among
/// warnings that may stand they would be looked for.
fn refuse_warnings(
    workspace: &Workspace,
    options: &BuildOptions,
    whole: bool,
    failures: Vec<CheckFailure>,
    observer: &mut dyn Observer,
    outcome: &mut Outcome,
) -> Result<(), BuildError> {
    let sorted = acknowledge::sort(&workspace.file().acknowledge, &outcome.layers);
    outcome.acknowledged = sorted.known;
    // Of some layers it cannot be told what is not there any more.
    sorted.idle.iter().filter(|_| whole).for_each(|note| observer.note(note));
    if !options.strict || outcome.new_warnings() == 0 {
        return Ok(());
    }
    let (failures, _) = options.accept.sift(failures);
    if !failures.is_empty() {
        return Err(BuildError::Checks { failures });
    }
    sorted.new.iter().filter(|_| sorted.known > 0).for_each(|note| observer.note(note));
    Err(BuildError::Strict { warnings: outcome.new_warnings() })
}

/// The same for what was built before, of which nothing has changed: a quiet night is judged as the one before it.
fn refuse_standing_warnings(
    workspace: &Workspace,
    views: &[View],
    options: &BuildOptions,
    sources: &Sources,
    observer: &mut dyn Observer,
    journal: &Journal,
    outcome: &mut Outcome,
) -> Result<(), BuildError> {
    if !options.strict {
        return Ok(());
    }
    for view in views {
        outcome.layers.extend(run_steps(view, options, sources, observer, journal)?);
    }
    refuse_warnings(workspace, options, true, Vec::new(), observer, outcome)?;
    outcome.layers.clear();
    Ok(())
}

/// What a night on which nothing changed has to test all the same, and what of it is accepted.
fn quiet(views: &[View], options: &BuildOptions, time: jiff::Timestamp) -> Result<Vec<Accepted>, BuildError> {
    let test = |view: &View| checks::fresh(&view.context, &view.plan, time);
    let failures = once_each(Vec::new(), views, test)?;
    let (failures, accepted) = options.accept.sift(failures);
    match failures.is_empty() {
        true => Ok(accepted),
        false => Err(BuildError::Checks { failures }),
    }
}

/// Adds what fails in each view to what has failed: what is so in several views once.
fn once_each(
    mut failures: Vec<CheckFailure>,
    views: &[View],
    test: impl Fn(&View) -> Result<Vec<CheckFailure>, BuildError>,
) -> Result<Vec<CheckFailure>, BuildError> {
    for view in views {
        for failure in test(view)? {
            if !failures.contains(&failure) {
                failures.push(failure);
            }
        }
    }
    Ok(failures)
}

/// Fills tables again that are not as they were published, whatever has become of them.
///
/// # Errors
/// [`BuildError::Tables`] where a database cannot be asked, or refuses.
fn mend(
    editions: &[Edition],
    views: &[View],
    root: &Path,
    time: jiff::Timestamp,
    observer: &mut dyn Observer,
) -> Result<(), BuildError> {
    let standing = Standing::read(root);
    for edition in editions {
        let Some(run) = standing.run_of(edition) else { continue };
        let refused = |error| BuildError::Tables { run: run.to_owned(), error };
        let view = views.iter().find(|view| view.viewer == edition.level);
        let Some((target, view)) = edition.postgis.as_ref().zip(view) else { continue };
        let names: Vec<&str> =
            cards::published(&view.plan, edition.level).map(|layer| layer.name.as_str()).collect();
        let Some(drift) = publish::drift(target, run, &names).map_err(refused)? else { continue };
        let cards = cards::cards(&view.context, &view.plan, edition.level)?;
        publish::publish_tables(target, edition.level, &cards, run, time).map_err(refused)?;
        observer.note(&Note::tables_mended(&target.schema, &drift));
    }
    Ok(())
}

fn tell_accepted(
    context: &Context,
    options: &BuildOptions,
    accepted: &[Accepted],
    observer: &mut dyn Observer,
) {
    tell(context, observer);
    accepted.iter().for_each(|accepted| observer.note(&accepted.note()));
    options.accept.idle(accepted).iter().for_each(|note| observer.note(note));
}

/// The error of a step, or what is wrong with a source, which may well be why the step failed.
fn sooner(
    error: BuildError,
    view: &View,
    good: &Good<'_>,
    before: &State,
    options: &BuildOptions,
) -> BuildError {
    if matches!(error, BuildError::Interrupted | BuildError::Moving { .. }) {
        return error;
    }
    let failures = guard::judge(view, good, &before.shapes).map(|(_, failures)| failures).unwrap_or_default();
    let (failures, _) = options.accept.sift(failures);
    if failures.is_empty() { error } else { BuildError::Checks { failures } }
}

/// Sees that nobody is still writing what was read.
///
/// # Errors
/// [`BuildError::Moving`].
fn still(view: &View, sources: &Sources, options: &BuildOptions) -> Result<(), BuildError> {
    sources.settle(options.settle);
    for planned in view.plan.layers() {
        let Some(read) = &planned.file.read else { continue };
        let source = Source::resolve(&view.context.data, &read.path);
        if let Some(path) = sources.written(&source) {
            return Err(BuildError::Moving { layer: planned.name.clone(), path });
        }
    }
    Ok(())
}

/// The folder where an edition is current.
fn current_of(root: &Path, edition: &Edition) -> PathBuf {
    edition.folder(root).join("current")
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
    current: Option<&State>,
    failures: Vec<CheckFailure>,
    anew: bool,
    outcome: &mut Outcome,
) -> Result<(), BuildError> {
    let root = workspace.root().join("published");
    let editions = workspace.file().editions();
    let test = |view: &View| checks::check(&view.context, &view.plan, view.viewer, current, time);
    let failures = once_each(failures, &views, test)?;
    let (failures, accepted) = options.accept.sift(failures);
    if !failures.is_empty() {
        tell(&views[0].context, observer);
        return Err(BuildError::Checks { failures });
    }
    tell_accepted(&views[0].context, options, &accepted, observer);
    let audience = Audience::of(workspace.plan());
    outcome.accepted = accepted;
    let accepted: Vec<Accepted> =
        outcome.accepted.iter().map(|accepted| accepted.told(&audience, Door::Metadata)).collect();
    let mut works = Vec::with_capacity(editions.len());
    for edition in &editions {
        let Some(view) = views.iter().find(|view| view.viewer == edition.level) else { continue };
        let cards = cards::cards(&view.context, &view.plan, edition.level)?;
        let fingerprint = public_fingerprint(workspace, edition, &cards, view);
        let dataset = dataset(workspace, edition, fingerprint, &accepted);
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
    journal.publishing();
    observer.publishing(works.iter().map(|work| work.cards.len()).sum());
    let publishing = Instant::now();
    let withdrawn = Withdrawn::load(home).0.into_keys().collect();
    let links = Links::of(workspace.root(), home);
    let publish = || -> Result<AllPublished, BuildError> {
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
                    Err(PublishError::Io { path, action: "cannot be written to", error }.into())
                }
                _ => Ok(()),
            }
        })
    };
    let fingerprints = state.fingerprints();
    let mut published = publish();
    if published
        .as_ref()
        .is_err_and(|error| matches!(error, BuildError::Publish(error) if error.is_disk_full()))
        && cache.as_ref().is_some_and(|cache| cache.sweep(&fingerprints, 0).is_ok())
    {
        observer.note(&Note::gave_way());
        published = publish();
    }
    let AllPublished { run, editions: published } = published?;
    gate.notes().iter().for_each(|note| observer.note(note));
    links.settle();
    for one in &published {
        for error in &one.left {
            warn(outcome, observer, Note::not_removed(error));
        }
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
    let mut refused = None;
    for (work, one) in works.iter().zip(&published) {
        let Some(target) = &work.dataset.postgis else { continue };
        // Of an edition that says what it said, the tables stay, where they are there.
        let names: Vec<&str> = work.cards.iter().map(|card| card.name.as_str()).collect();
        let stays = one.unchanged.then(|| publish::drift(target, &one.run, &names));
        let filled = match stays.transpose() {
            Ok(Some(None)) => Ok(()),
            Ok(_) => publish::publish_tables(target, work.dataset.allowed, &work.cards, &one.run, time),
            Err(error) => Err(error),
        };
        if let Err(error) = filled {
            refused.get_or_insert(BuildError::Tables { run: one.run.clone(), error });
        }
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
    if let Some(Err(error)) = cache.map(|cache| cache.sweep(&fingerprints, limit)) {
        let note = Note::warning(
            format!("no se pudo limpiar lo guardado: {error}"),
            format!("what is kept could not be swept: {error}"),
        );
        warn(outcome, observer, note);
    }
    // The files stand whatever the database says, and the next build fills its tables.
    refused.map_or(Ok(()), Err)
}

/// Tells what went wrong around a build that goes on all the same, and keeps it for those who operate it.
fn warn(outcome: &mut Outcome, observer: &mut dyn Observer, note: Note) {
    observer.note(&note);
    outcome.operation.push(note);
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

/// A digest of what an edition says: of its layers, as they are published, and of the words on the whole set. It depends
/// on nothing that its readers may not know.
fn public_fingerprint(workspace: &Workspace, edition: &Edition, cards: &[Card], view: &View) -> String {
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
        let fingerprint =
            view.layers.iter().find(|layer| layer.layer == card.name).map(|layer| layer.fingerprint.as_str());
        let entry = view
            .context
            .cache
            .as_ref()
            .and_then(|cache| cache.entry(&card.name, fingerprint?).ok().flatten());
        add(&entry.map_or_else(|| Cache::values(&card.layer).unwrap_or_default(), |entry| entry.values()));
    }
    hasher.finalize().to_hex().to_string()
}

fn dataset(workspace: &Workspace, edition: &Edition, fingerprint: String, accepted: &[Accepted]) -> Dataset {
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
        accepted: accepted.iter().map(Accepted::record).collect(),
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
    sources: &Sources,
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
            context.keep(&work.fingerprint, layer, seconds);
            return Ok((layer.len(), seconds));
        }
        journal.step(&planned.name);
        let started = Instant::now();
        let layer = steps::run(context, &planned.name, &planned.file)
            .map_err(|error| error.in_step(&planned.name))?;
        let seconds = started.elapsed().as_secs_f64();
        if let Some(read) = &planned.file.read {
            // What is kept under the digest of a file must be what that file held.
            let moved = sources.moved(&Source::resolve(&context.data, &read.path));
            let moving = |path| BuildError::Moving { layer: planned.name.clone(), path };
            moved.map_or(Ok(()), |path| Err(moving(path)))?;
        }
        let layer = Arc::new(layer);
        context.keep(&work.fingerprint, &layer, seconds);
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
fn published(root: &Path, current: Option<&State>, editions: &[Edition], whole: &str) -> Published {
    if current.is_none_or(|state| state.whole != whole) {
        return Published::Other;
    }
    for edition in editions {
        let current = current_of(root, edition);
        let Ok(record) = RunRecord::open(&current) else { return Published::Damaged(RECORD_FILE.to_owned()) };
        for file in record.layers.into_iter().flat_map(|layer| layer.files) {
            let there = current.join(&file.name).metadata().ok().filter(std::fs::Metadata::is_file);
            if there.map(|there| there.len()) != Some(file.bytes) {
                return Published::Damaged(file.name);
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
