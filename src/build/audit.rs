//! The attack on what is about to be published, and on what is: see [`crate::audit`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::prepare::key;
use super::view::View;
use super::{BuildError, Note, TracedBack, compute, seen_sites};
use crate::audit::{
    Alike, AuditError, Hidden, Question, Reader, Record, Records, Report, Seen, Towns, alike, judge,
};
use crate::layer::Layer;
use crate::protect::{Door, sight};
use crate::publish::{PublishError, RUNS, RunInfo, Staged, runs};
use crate::workspace::config::{CoverageOutput, Edition, GeometryKind, Level};
use crate::workspace::{Displaced, Plan, Workspace};

/// What the gate knows and readers of a level do not.
#[derive(Debug)]
pub struct Ground {
    level: Level,
    k: usize,
    hidden: Vec<Hidden>,
    open: Vec<(f64, f64)>,
    towns: Towns,
    /// The lists of settlements that sites are hidden among, by their digests.
    lists: BTreeMap<String, Towns>,
    /// Layers that readers see with points where hidden sites are.
    alike: Vec<Alike>,
    reach_km: BTreeMap<String, f64>,
}

/// Gives a layer by its name.
type LayerOf<'a> = dyn Fn(&str) -> Result<Arc<Layer>, BuildError> + 'a;

/// Gives the sites of a layer as they are seen, by the layer that asks, the rule, and the sites.
type SeenOf<'a> = dyn Fn(&str, &Displaced, &str) -> Result<Arc<seen_sites::Seen>, BuildError> + 'a;

impl Ground {
    /// For readers of a level, from the layers as they are now.
    fn of(
        workspace: &Workspace,
        plan: &Plan,
        level: Level,
        layer: &LayerOf<'_>,
        seen: &SeenOf<'_>,
    ) -> Result<Self, BuildError> {
        let mut ground = Self {
            level,
            k: workspace.file().protect.k.of(level),
            hidden: Vec::new(),
            open: Vec::new(),
            towns: Towns::default(),
            lists: BTreeMap::new(),
            alike: Vec::new(),
            reach_km: BTreeMap::new(),
        };
        let mut sources: Vec<Arc<Layer>> = Vec::new();
        let mut done: Vec<&str> = Vec::new();
        for planned in plan.layers() {
            let Some(coverage) = &planned.file.coverage else { continue };
            if coverage.output == CoverageOutput::Gaps {
                ground.reach_km.insert(planned.name.clone(), coverage.reach_km);
            }
            if done.contains(&coverage.sites.as_str()) {
                continue;
            }
            done.push(&coverage.sites);
            let sites = layer(&coverage.sites)?;
            let points = sites.points()?;
            let Some(rule) = &planned.displaced else {
                ground.open.extend(points.lon.iter().copied().zip(points.lat.iter().copied()));
                continue;
            };
            let (hidden, towns) =
                seen(&planned.name, rule, &coverage.sites)?.hidden(&coverage.sites, &sites)?;
            ground.lists.insert(hidden.list.clone(), towns.clone());
            ground.hidden.push(hidden);
            ground.towns.by_id.extend(towns.by_id);
            sources.push(sites);
        }
        if !sources.is_empty() {
            // A copy of the list that bears a lower level than the list is no secret less.
            for name in points_in_sight(plan, level) {
                let points = layer(name)?;
                for sites in &sources {
                    ground.alike.extend(alike(
                        name,
                        points.points()?,
                        (sites.name(), sites.points()?),
                        &ground.towns,
                    ));
                }
            }
        }
        Ok(ground)
    }

    /// For readers of a level, from what a build has at hand.
    pub(super) fn of_view(workspace: &Workspace, view: &View) -> Result<Self, BuildError> {
        let layer = |name: &str| view.context.layer(name).cloned();
        // As they were for the build: not worked out again.
        let seen = |name: &str, rule: &Displaced, sites: &str| view.context.seen(name, rule, sites);
        Self::of(workspace, &view.plan, view.viewer, &layer, &seen)
    }

    /// For readers of a level, computed anew.
    fn now(workspace: &Workspace, level: Level) -> Result<Self, BuildError> {
        let plan = workspace.plan_for(level);
        let mut names: Vec<String> = Vec::new();
        let mut hides = false;
        for planned in plan.layers() {
            names.extend(planned.file.coverage.as_ref().map(|coverage| coverage.sites.clone()));
            names.extend(planned.displaced.as_ref().map(|rule| rule.gazetteer.clone()));
            hides |= planned.displaced.is_some();
        }
        if hides {
            names.extend(points_in_sight(&plan, level).into_iter().map(str::to_owned));
        }
        names.sort_unstable();
        names.dedup();
        let layers = compute(workspace, level, &names, &BTreeMap::new())?;
        let layer = |name: &str| {
            layers.get(name).cloned().ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })
        };
        let key = hides.then(|| key(workspace)).transpose()?;
        let seen = |name: &str, rule: &Displaced, sites: &str| {
            let (points, gazetteer) = (layer(sites)?, layer(&rule.gazetteer)?);
            seen_sites::Seen::new(name, rule, (sites, &*points), &gazetteer, key.as_ref()).map(Arc::new)
        };
        Self::of(workspace, &plan, level, &layer, &seen)
    }

    /// Attacks runs; the lists of settlements of those of before are among the records.
    fn judge(&self, edition: Option<&str>, runs: &[Seen], records: &Records) -> Report {
        let mut lists = self.lists.clone();
        add_lists(&mut lists, runs, records);
        judge(&Question {
            edition,
            level: self.level,
            k: self.k,
            hidden: &self.hidden,
            open: &self.open,
            towns: &self.towns,
            lists: &lists,
            alike: &self.alike,
            runs,
        })
    }
}

/// Adds the lists of settlements that sites were hidden among in runs.
fn add_lists(lists: &mut BTreeMap<String, Towns>, runs: &[Seen], records: &Records) {
    for hidden in runs.iter().filter_map(|seen| seen.hidden.as_ref()).flatten() {
        if !lists.contains_key(&hidden.list)
            && let Some(towns) = records.load_list(&hidden.list)
        {
            lists.insert(hidden.list.clone(), towns);
        }
    }
}

/// Layers of points as they were read that readers of a level see, or distances to which they see.
fn points_in_sight(plan: &Plan, level: Level) -> Vec<&str> {
    let layers = plan.layers();
    let measured = |name: &str| {
        layers.iter().filter_map(|l| l.file.coverage.as_ref()).any(|coverage| coverage.sites == name)
    };
    let points = layers.iter().filter(|layer| {
        let points = layer.file.read.as_ref().is_some_and(|read| read.geometry == GeometryKind::Point);
        points && sees(level, layer.level) && (layer.file.publish || measured(&layer.name))
    });
    points.map(|layer| layer.name.as_str()).collect()
}

/// Whether readers of a level see what is published for another.
fn sees(viewer: Level, level: Level) -> bool {
    sight(Door::SqlRun, viewer, level).is_whole()
}

/// The runs that readers of a level may see, of their editions and of those of lower levels, in the order of publication;
/// and the runs of before there were editions.
fn visible(
    root: &Path,
    editions: &[Edition],
    level: Level,
) -> Result<Vec<(Option<String>, RunInfo)>, PublishError> {
    let mut all = Vec::new();
    if editions.iter().all(|edition| edition.name.is_some()) {
        all.extend(runs(root)?.into_iter().map(|run| (None, run)));
    }
    for edition in editions.iter().filter(|edition| sees(level, edition.level)) {
        let folder = edition.folder(root);
        all.extend(runs(&folder)?.into_iter().map(|run| (edition.name.clone(), run)));
    }
    let known: Vec<&str> = editions.iter().filter_map(|edition| edition.name.as_deref()).collect();
    for name in former_editions(root, &known) {
        let seen = |run: &RunInfo| run.level.is_none_or(|of| sees(level, of));
        all.extend(runs(&root.join(&name))?.into_iter().filter(seen).map(|run| (Some(name.clone()), run)));
    }
    Ok(all)
}

/// Folders of editions that the workspace no longer has, or calls otherwise: what stands there is public still.
fn former_editions(root: &Path, known: &[&str]) -> Vec<String> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join(RUNS).is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !known.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    names
}

fn seen(
    (records, reader): (&Records, &mut Reader),
    edition: Option<String>,
    run: &RunInfo,
) -> Result<Seen, AuditError> {
    Ok(Seen {
        evidence: reader.run(&run.folder)?,
        hidden: records.load(edition.as_deref(), &run.run).map(|record| record.hidden),
        run: run.run.clone(),
        edition,
        staged: false,
    })
}

/// Attacks what is published of an edition: all runs that its readers may see, or one of them.
///
/// # Errors
/// A [`BuildError`] where sites cannot be computed or runs not read.
pub fn audit(workspace: &Workspace, edition: &Edition, run: Option<&str>) -> Result<Report, BuildError> {
    let root = workspace.root().join("published");
    let ground = Ground::now(workspace, edition.level)?;
    let (records, mut reader) = (Records::of(workspace.root()), Reader::new(ground.reach_km.clone()));
    let own = edition.folder(&root);
    let chosen = match run {
        Some(run) => vec![(edition.name.clone(), crate::publish::find(&own, run)?)],
        None => {
            // Nothing published says nothing; that is told as it is.
            crate::publish::find(&own, "current")?;
            visible(&root, &workspace.file().editions(), edition.level)?
        }
    };
    let mut all = Vec::with_capacity(chosen.len());
    for (edition, run) in chosen {
        all.push(seen((&records, &mut reader), edition, &run)?);
    }
    // A run of which nothing is recorded hides sites as they are hidden now, or not at all.
    Ok(ground.judge(edition.name.as_deref(), &all, &records))
}

/// The gate before the switch: nothing is published that traces hidden sites back.
#[derive(Debug)]
pub(super) struct Gate {
    records: Records,
    root: PathBuf,
    editions: Vec<Edition>,
    /// In the order of the editions.
    grounds: Vec<Ground>,
}

impl Gate {
    /// What has to be known, while the layers are at hand.
    pub(super) fn new(
        workspace: &Workspace,
        editions: &[Edition],
        views: &[View],
    ) -> Result<Self, BuildError> {
        let view = |edition: &Edition| views.iter().find(|view| view.viewer == edition.level);
        let grounds = editions.iter().filter_map(view).map(|view| Ground::of_view(workspace, view));
        Ok(Self {
            records: Records::of(workspace.root()),
            root: workspace.root().join("published"),
            editions: editions.to_vec(),
            grounds: grounds.collect::<Result<_, _>>()?,
        })
    }

    /// What a person should look at, though it does not forbid to publish.
    pub(super) fn notes(&self) -> Vec<Note> {
        let alike = self.grounds.iter().flat_map(|ground| &ground.alike).filter(|alike| !alike.copied);
        let mut notes: Vec<Note> = Vec::new();
        for Alike { layer, sites, found, .. } in alike {
            let note = Note::warning(
                format!(
                    "en {found} de los sitios protegidos de `{sites}` hay un punto de `{layer}`, que es de un nivel menor: ¿los contiene?"
                ),
                format!(
                    "there is a point of `{layer}`, which is of a lower level, at {found} of the hidden sites of `{sites}`: does it hold them?"
                ),
            );
            let note = note.of_source(sites);
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    /// Attacks the staged runs of all editions with every run that is still public beside them.
    pub(super) fn check(&self, staged: &[Staged<'_>]) -> Result<(), BuildError> {
        if self.grounds.iter().all(|ground| ground.hidden.is_empty()) {
            // Nothing is kept from anybody.
            return Ok(());
        }
        let reach = self.grounds.iter().flat_map(|ground| ground.reach_km.clone()).collect();
        let mut reader = Reader::new(reach);
        let mut said: Vec<Seen> = Vec::with_capacity(staged.len());
        for (staged, ground) in staged.iter().zip(&self.grounds) {
            said.push(Seen {
                run: staged.run.name().to_owned(),
                edition: staged.dataset.edition.clone(),
                staged: true,
                evidence: reader.run(&staged.run.folder())?,
                hidden: Some(ground.hidden.clone()),
            });
        }
        let mut failed = None;
        let mut lists: BTreeMap<String, Towns> = BTreeMap::new();
        let mut standing: Vec<String> = said.iter().map(|seen| seen.run.clone()).collect();
        for (ground, edition) in self.grounds.iter().zip(&self.editions) {
            let name = edition.name.as_deref();
            let mut all = Vec::new();
            for (of, run) in visible(&self.root, &self.editions, ground.level)? {
                all.push(seen((&self.records, &mut reader), of, &run)?);
                standing.push(run.run);
            }
            let level = |seen: &Seen| {
                let of = self.editions.iter().find(|edition| edition.name == seen.edition);
                of.map_or(Level::Public, |edition| edition.level)
            };
            all.extend(
                said.iter()
                    .filter(|seen| sees(ground.level, level(seen)) && seen.edition != edition.name)
                    .cloned(),
            );
            all.extend(said.iter().filter(|seen| seen.edition == edition.name).cloned());
            let report = ground.judge(name, &all, &self.records);
            lists.extend(ground.lists.clone());
            add_lists(&mut lists, &all, &self.records);
            let own = staged.iter().find(|staged| staged.dataset.edition == edition.name);
            let stays = own.and_then(|staged| staged.stays);
            let run = stays.map_or_else(|| report.run.clone(), str::to_owned);
            let refused = (!report.passed).then(|| TracedBack::of(&report));
            // A run that stays stands for how sites are hidden now, too.
            let before = stays.and_then(|run| self.records.load(name, run));
            let mut record =
                Record { hidden: before.map(|before| before.hidden).unwrap_or_default(), report };
            record.join(&ground.hidden);
            let path = self.records.path(name, &run);
            self.records.save(name, &run, &record).map_err(|error| PublishError::Io {
                path,
                action: "cannot be written",
                error,
            })?;
            failed = failed.or(refused);
        }
        let path = self.records.path(None, "");
        self.records.keep_lists(&lists).map_err(|error| PublishError::Io {
            path,
            action: "cannot be written",
            error,
        })?;
        self.records.keep_only(|run| standing.iter().any(|standing| standing == run));
        failed.map_or(Ok(()), |failed| Err(failed.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_edition_of_another_name_has_published_counts() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["public/runs", "web/runs", "current", "notes"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        assert_eq!(former_editions(dir.path(), &["web"]), ["public"]);
        assert_eq!(former_editions(dir.path(), &[]), ["public", "web"]);
    }
}
