//! The links that readers follow to what is current: where each is to lead, what is wrong with one that leads elsewhere,
//! and setting it anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::{RUNS, SETS, act, point, shown, turn};
use super::link_fault::{LinkFault, LinkFaultKind};
use super::record::RunRecord;
use super::runs::{record, runs};
use super::set::{run_target, set_target};
use super::{PublishError, RunInfo};
use crate::protect::{Door, sight};
use crate::workspace::config::{Edition, Level};

/// What is current, as it was set: by a publication, by going back, or by taking away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Standing {
    /// The run, or the set of editions; none where nothing is current.
    pub run: Option<String>,
    /// The run of each edition of the set.
    #[serde(default)]
    pub editions: BTreeMap<String, String>,
}

impl Standing {
    /// A run of the one publication, or a set with the runs that its links lead to.
    pub fn of(root: &Path, run: &str) -> Self {
        let links = fs::read_dir(root.join(SETS).join(run)).into_iter().flatten().flatten();
        let edition = |link: fs::DirEntry| {
            let target = fs::read_link(link.path()).ok()?;
            let run = target.file_name()?.to_string_lossy().into_owned();
            Some((link.file_name().to_string_lossy().into_owned(), run))
        };
        Self { run: Some(run.to_owned()), editions: links.filter_map(edition).collect() }
    }

    /// The run that the readers of an edition see, which one that says the same keeps while the set goes on.
    pub fn run_of(&self, edition: &Edition) -> Option<&str> {
        match &edition.name {
            None => self.run.as_deref(),
            Some(name) => self.editions.get(name).map(String::as_str),
        }
    }

    /// What the links under `root` say, whoever set them.
    pub fn read(root: &Path) -> Self {
        let target = fs::read_link(root.join("current")).ok();
        let run = target.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        run.map_or_else(Self::default, |run| Self::of(root, &run))
    }
}

/// What is wrong with the links under `root`. `editions` are those of the workspace: the layout is theirs, whatever stands
/// there. `set` is what was set, where that is known; any of several where a change of it was cut off.
pub fn check_links(root: &Path, editions: &[Edition], set: &[Standing]) -> Vec<LinkFault> {
    Check { root, editions, set }.faults()
}

struct Check<'a> {
    root: &'a Path,
    editions: &'a [Edition],
    set: &'a [Standing],
}

impl Check<'_> {
    fn faults(&self) -> Vec<LinkFault> {
        let names: Vec<&Edition> = self.editions.iter().filter(|edition| edition.name.is_some()).collect();
        let folder = if names.is_empty() { RUNS } else { SETS };
        let current = self.root.join("current");
        let run = match follow(&current) {
            Err(_) if self.set.first().is_some_and(|set| set.run.is_none()) => return Vec::new(),
            Err(fault) => return self.absent(&current, None, fault).into_iter().collect(),
            Ok(target) => match run_of(&target, Path::new(folder)) {
                Some(run) if self.root.join(folder).join(&run).is_dir() => run,
                Some(_) => return vec![self.fault(&current, None, LinkFaultKind::Gone)],
                None => return vec![self.fault(&current, None, LinkFaultKind::Elsewhere)],
            },
        };
        if !self.set.is_empty() && self.set.iter().all(|set| set.run.as_ref() != Some(&run)) {
            return vec![self.fault(&current, None, LinkFaultKind::Elsewhere)];
        }
        if names.is_empty() {
            let edition = self.editions.first().cloned();
            return edition.and_then(|edition| self.leads(&edition, &current, &run)).into_iter().collect();
        }
        names.into_iter().filter_map(|edition| self.edition(edition, &run)).collect()
    }

    /// The two links of an edition: its own, which leads by way of the set, and that of the set.
    fn edition(&self, edition: &Edition, set: &str) -> Option<LinkFault> {
        let name = edition.name.as_deref()?;
        let known = self.set.iter().find(|known| known.run.as_deref() == Some(set));
        let known = known.and_then(|known| known.editions.get(name));
        let inner = self.root.join(SETS).join(set).join(name);
        let target = match follow(&inner) {
            // It is in no set before its first publication, or once all of it was taken away.
            Err(LinkFaultKind::Gone) if known.is_none() => return None,
            Err(fault) => return self.absent(&inner, Some(edition), fault),
            Ok(target) => target,
        };
        let Some(run) = run_of(&target, &run_target(name, "")) else {
            return Some(self.astray(&inner, edition));
        };
        if known.is_some_and(|known| *known != run) {
            return Some(self.fault(&inner, Some(edition), LinkFaultKind::Elsewhere));
        }
        let own = self.root.join(name).join("current");
        match follow(&own) {
            Err(fault) => return self.absent(&own, Some(edition), fault),
            Ok(target) if target != set_target(name) => return Some(self.astray(&own, edition)),
            Ok(_) => {}
        }
        self.leads(edition, &inner, &run)
    }

    /// Whether the run at the end is there, and for those who follow the link.
    fn leads(&self, edition: &Edition, link: &Path, run: &str) -> Option<LinkFault> {
        let folder = edition.folder(self.root).join(RUNS).join(run);
        if !folder.is_dir() {
            return Some(self.fault(link, Some(edition), LinkFaultKind::Gone));
        }
        unfit(&folder, edition).map(|fault| self.fault(link, Some(edition), fault))
    }

    /// A link that leads elsewhere: to a run of another edition or of a wider level, or to anything else.
    fn astray(&self, link: &Path, edition: &Edition) -> LinkFault {
        let run = link.canonicalize().ok().filter(|run| RunRecord::is_in(run));
        let fault = run.and_then(|run| unfit(&run, edition)).unwrap_or(LinkFaultKind::Elsewhere);
        self.fault(link, Some(edition), fault)
    }

    /// A link that is not there is a fault only where there is something to lead to.
    fn absent(&self, link: &Path, edition: Option<&Edition>, fault: LinkFaultKind) -> Option<LinkFault> {
        let fault = self.fault(link, edition, fault);
        (fault.run.is_some() || fault.fault != LinkFaultKind::Gone).then_some(fault)
    }

    fn fault(&self, link: &Path, edition: Option<&Edition>, fault: LinkFaultKind) -> LinkFault {
        let to = fs::read_link(link).ok().map(|to| to.display().to_string());
        LinkFault {
            link: shown(self.root, link),
            edition: edition.and_then(|edition| edition.name.clone()),
            to,
            fault,
            run: self.newest(),
        }
    }

    /// What can be gone back to: what was set last, else the newest that these readers may see.
    fn newest(&self) -> Option<String> {
        let stands = |run: &&String| {
            let folder = if self.editions.iter().any(|e| e.name.is_some()) { SETS } else { RUNS };
            self.root.join(folder).join(run).is_dir()
        };
        let known = self.set.iter().filter_map(|set| set.run.as_ref()).find(stands).cloned();
        known.or_else(|| {
            let (all, level) = targets(self.root, self.editions).ok()?;
            let seen = |run: &&RunInfo| sight(Door::Metadata, level, run.level()).is_whole();
            all.iter().rev().find(seen).map(|run| run.run.clone())
        })
    }
}

/// What can be made current: runs, or sets of editions; and the level of those who may see least.
///
/// # Errors
/// As [`runs`].
pub fn targets(root: &Path, editions: &[Edition]) -> Result<(Vec<RunInfo>, Level), PublishError> {
    let level = editions.first().map_or(Level::Public, |edition| edition.level);
    let all = match editions.first().and_then(|edition| edition.name.as_deref()) {
        None => runs(root)?,
        Some(lowest) => super::set::sets(root, lowest)?,
    };
    Ok((all, level))
}

/// Sets every link as it was set last, where that is known and the runs are there and fit their readers; the faults that
/// there were. Nothing is done where there are none.
///
/// # Errors
/// [`PublishError::Io`].
pub fn mend_links(
    root: &Path,
    editions: &[Edition],
    set: &[Standing],
) -> Result<Vec<LinkFault>, PublishError> {
    let faults = check_links(root, editions, set);
    let fits = |standing: &&Standing| stands(root, editions, standing);
    let blocked = faults.iter().any(|fault| fault.fault == LinkFaultKind::NotALink);
    // Of several the earliest is the one that was whole.
    let Some(standing) = set.iter().rev().find(fits).filter(|_| !faults.is_empty() && !blocked) else {
        return Ok(Vec::new());
    };
    let Some(run) = standing.run.as_deref() else { return Ok(Vec::new()) };
    let _turn = turn(root)?;
    let mut folder = RUNS;
    for edition in editions.iter().filter_map(|edition| edition.name.as_deref()) {
        folder = SETS;
        let Some(own) = standing.editions.get(edition) else { continue };
        let set = root.join(SETS).join(run);
        act(&set, "cannot be made", fs::create_dir_all(&set))?;
        point(root, &set.join(edition), &run_target(edition, own))?;
        point(root, &root.join(edition).join("current"), &set_target(edition))?;
    }
    point(root, &root.join("current"), &Path::new(folder).join(run))?;
    Ok(faults)
}

/// Whether every run of what was set is there, and for the readers of its edition.
fn stands(root: &Path, editions: &[Edition], standing: &Standing) -> bool {
    if standing.run.is_none() {
        return false;
    }
    let mut any = false;
    let fit = editions.iter().all(|edition| {
        let Some(run) = standing.run_of(edition) else { return true };
        any = true;
        let folder = edition.folder(root).join(RUNS).join(run);
        folder.is_dir() && unfit(&folder, edition).is_none()
    });
    fit && any
}

/// Why a run is not for the readers of an edition.
fn unfit(folder: &Path, edition: &Edition) -> Option<LinkFaultKind> {
    let record = record(folder);
    let level = record.level.unwrap_or(Level::Strict);
    if sight(Door::Metadata, edition.level, level).is_withheld() {
        return Some(LinkFaultKind::Wider { level, allowed: edition.level });
    }
    (record.edition != edition.name).then_some(LinkFaultKind::OtherEdition { edition: record.edition })
}

/// Where a link leads, as it is written.
fn follow(link: &Path) -> Result<PathBuf, LinkFaultKind> {
    match fs::symlink_metadata(link) {
        Err(_) => Err(LinkFaultKind::Gone),
        Ok(metadata) if !metadata.file_type().is_symlink() => Err(LinkFaultKind::NotALink),
        Ok(_) => fs::read_link(link).map_err(|_| LinkFaultKind::Gone),
    }
}

/// The run that a link leads to, where it leads into `folder` and no deeper.
fn run_of(target: &Path, folder: &Path) -> Option<String> {
    let mut rest = target.strip_prefix(folder).ok()?.components();
    match (rest.next(), rest.next()) {
        (Some(Component::Normal(run)), None) => Some(run.to_string_lossy().into_owned()),
        _ => None,
    }
}
