//! Runs that were published for readers of a wider level: told, kept apart, and taken away for good.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::folder::{PARTIAL, SETS, act, switch, sync, turn};
use super::set::{forget, is_current};
use super::{PublishError, RunInfo, find, runs};
use crate::protect::{Door, sight};
use crate::workspace::config::Level;

/// Whose runs are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of this folder.
    Own,
    /// Those of what editions left below it, too: where there is one publication they are read with it.
    Below,
}

/// The runs under `root` that were published for readers of a wider level than `viewer`, oldest first.
///
/// # Errors
/// As [`runs`].
pub fn wider(root: &Path, viewer: Level, reach: Reach) -> Result<Vec<RunInfo>, PublishError> {
    let mut all = runs(root)?;
    if reach == Reach::Below {
        for edition in super::editions(root) {
            all.extend(runs(&root.join(edition))?);
        }
    }
    all.retain(|run| sight(Door::Metadata, viewer, run.level()).is_withheld());
    Ok(all)
}

/// Refuses to publish for readers of `level` beside runs of a wider one: whoever reads the one could read the others.
///
/// # Errors
/// [`PublishError::Wider`]; as [`runs`].
pub fn refuse_wider(root: &Path, level: Level, reach: Reach) -> Result<(), PublishError> {
    let wider = wider(root, level, reach)?;
    match wider.is_empty() {
        true => Ok(()),
        false => Err(PublishError::Wider {
            level: level.name(),
            runs: wider.iter().map(|run| (run.run.clone(), run.level().name())).collect(),
        }),
    }
}

/// Which runs are to go.
#[derive(Clone, Debug, Default)]
pub struct Withdraw {
    /// By name, as [`find`] takes it.
    pub runs: Vec<String>,
    /// All above this level.
    pub above: Option<Level>,
    /// The current run may go although none can take its place; nothing is published then.
    pub leave_none: bool,
    /// Only say what would go.
    pub dry: bool,
}

/// What was taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// The runs that went, oldest first.
    pub runs: Vec<RunInfo>,
    /// The run that is current now; none where nothing is.
    pub current: Option<String>,
    /// Whether the current run was among those that went.
    pub switched: bool,
}

/// Takes runs under `root` away for good. Where the current run is among them, the newest of the others that readers of
/// `level` may see takes its place first, by the same one rename as a publication.
///
/// # Errors
/// As [`find`]; [`PublishError::LastRun`] where no other run can take the place of the current one;
/// [`PublishError::Io`].
pub fn withdraw(root: &Path, level: Level, asked: &Withdraw) -> Result<Withdrawal, PublishError> {
    let named = asked.runs.iter().map(|name| find(root, name).map(|run| run.run));
    let named = named.collect::<Result<Vec<String>, _>>()?;
    if !root.exists() {
        return Ok(Withdrawal { runs: Vec::new(), current: None, switched: false });
    }
    // Of an edition, all that is published is switched at once.
    let set = root.parent().filter(|all| is_current(all) && root.join("runs").exists());
    let _turn = turn(set.unwrap_or(root))?;
    let above = |run: &RunInfo| {
        asked.above.is_some_and(|above| sight(Door::Metadata, above, run.level()).is_withheld())
    };
    let (go, stay): (Vec<RunInfo>, Vec<RunInfo>) =
        runs(root)?.into_iter().partition(|run| named.contains(&run.run) || above(run));
    let switched = go.iter().any(|run| run.current);
    let seen = |run: &&RunInfo| sight(Door::Metadata, level, run.level()).is_whole();
    let names: Vec<&str> = go.iter().map(|run| run.run.as_str()).collect();
    let stands = |run: &&RunInfo| set.is_none_or(|all| whole_set(all, root, &run.run, &names));
    let current = match switched {
        true => stay.iter().rev().filter(seen).find(stands),
        false => stay.iter().find(|run| run.current),
    };
    let current = current.map(|run| run.run.clone());
    if switched && current.is_none() && !asked.leave_none {
        let last = go.iter().find(|run| run.current).map(|run| run.run.clone()).unwrap_or_default();
        return Err(PublishError::LastRun { run: last });
    }
    if !asked.dry {
        match &current {
            Some(run) if switched => match set {
                Some(all) => switch(all, SETS, run)?,
                None => switch(root, "runs", run)?,
            },
            None if switched => {
                // The edition leaves the set; the others stay as they are.
                let edition = root.file_name().unwrap_or_default();
                let link = set.map_or_else(|| root.join("current"), |all| all.join("current").join(edition));
                act(&link, "cannot be removed", fs::remove_file(&link))?;
                sync(root)?;
            }
            _ => {}
        }
        for run in &go {
            // Under this name it is nobody's run any more; cut off here, the next publisher clears it away.
            let gone = run.folder.with_file_name(format!("{}{PARTIAL}", run.run));
            act(&run.folder, "cannot be taken away", fs::rename(&run.folder, &gone))?;
            act(&gone, "cannot be removed", fs::remove_dir_all(&gone))?;
        }
        if !go.is_empty() {
            sync(&root.join("runs"))?;
        }
        if let Some(all) = set {
            forget(all, &all.join(SETS))?;
        }
    }
    Ok(Withdrawal { runs: go, current, switched })
}

/// Whether a set has a run of every edition that it names, none of which is to go.
fn whole_set(all: &Path, edition: &Path, set: &str, go: &[&str]) -> bool {
    let Ok(entries) = fs::read_dir(all.join(SETS).join(set)) else { return false };
    let links: Vec<_> = entries.flatten().collect();
    let of_edition = |link: &fs::DirEntry| Some(link.file_name().as_os_str()) == edition.file_name();
    links.iter().any(of_edition) && links.iter().all(|link| link.path().is_dir()) && !go.contains(&set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::{Keep, Run, Set};

    fn publish(root: &Path, day: u8, level: Level) -> String {
        let run = Run::begin(root, &format!("202611{day:02}T000000Z"), "0123456789").unwrap();
        let metadata = serde_json::json!({"level": level.name(), "layers": []}).to_string();
        fs::write(run.folder().join("metadata.json"), metadata).unwrap();
        run.commit(9).unwrap()
    }

    fn names(root: &Path) -> Vec<String> {
        runs(root).unwrap().into_iter().map(|run| run.run).collect()
    }

    #[test]
    fn wider_runs_are_refused_and_go_for_good() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let public = publish(root, 1, Level::Public);
        let restricted = publish(root, 2, Level::Restricted);
        let error = refuse_wider(root, Level::Public, Reach::Below).unwrap_err();
        assert!(error.to_string().contains(&restricted), "{error}");
        assert!(error.help().unwrap().contains("corredor withdraw --above public"), "{:?}", error.help());
        assert!(refuse_wider(root, Level::Restricted, Reach::Own).is_ok());
        let above = |dry| Withdraw { above: Some(Level::Public), dry, ..Withdraw::default() };
        let dry = withdraw(root, Level::Public, &above(true)).unwrap();
        assert_eq!(names(root), [public.clone(), restricted.clone()]);
        let gone = withdraw(root, Level::Public, &above(false)).unwrap();
        assert_eq!(gone, dry);
        assert_eq!((gone.runs[0].run.as_str(), gone.switched), (restricted.as_str(), true));
        assert_eq!(names(root), std::slice::from_ref(&public));
        assert_eq!(fs::read_link(root.join("current")).unwrap(), Path::new("runs").join(&public));
        assert_eq!(fs::read_dir(root.join("runs")).unwrap().count(), 1);
        assert!(refuse_wider(root, Level::Public, Reach::Below).is_ok());
    }

    #[test]
    fn the_current_run_goes_only_where_that_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let restricted = publish(root, 1, Level::Restricted);
        let current = publish(root, 2, Level::Public);
        // A run of a wider level takes nobody's place.
        let asked = Withdraw { runs: vec![current.clone()], ..Withdraw::default() };
        let error = withdraw(root, Level::Public, &asked).unwrap_err();
        assert!(matches!(&error, PublishError::LastRun { run } if *run == current), "{error}");
        assert_eq!(names(root), [restricted.clone(), current.clone()]);
        let gone = withdraw(root, Level::Public, &Withdraw { leave_none: true, ..asked }).unwrap();
        assert_eq!(gone.current, None);
        assert!(!root.join("current").is_symlink());
        assert_eq!(names(root), [restricted]);
    }

    #[test]
    fn editions_go_back_together_or_one_leaves_the_set() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let editions = [("public", Level::Public), ("partners", Level::Restricted)];
        let night = |day: u8| {
            let set = Set::begin(root, &editions, &format!("202611{day:02}T000000Z"), "0123456789").unwrap();
            set.commit(&[Keep::from(9), Keep::from(9)]).unwrap()
        };
        let (first, second) = (night(1), night(2));
        let current = |edition: &str| {
            let run = root.join(edition).join("current").canonicalize().ok()?;
            Some(run.file_name()?.to_string_lossy().into_owned())
        };
        let asked = |run: &str, leave_none| Withdraw {
            runs: vec![run.to_owned()],
            leave_none,
            ..Withdraw::default()
        };
        let gone = withdraw(&root.join("public"), Level::Public, &asked(&second, false)).unwrap();
        assert_eq!((gone.current.as_ref(), gone.switched), (Some(&first), true));
        assert_eq!((current("public"), current("partners")), (Some(first.clone()), Some(first.clone())));
        assert_eq!(names(&root.join("partners")), [first.clone(), second]);
        let none = withdraw(&root.join("public"), Level::Public, &asked(&first, false)).unwrap_err();
        assert!(matches!(none, PublishError::LastRun { .. }), "{none}");
        withdraw(&root.join("public"), Level::Public, &asked(&first, true)).unwrap();
        assert_eq!((current("public"), current("partners")), (None, Some(first)));
        assert!(names(&root.join("public")).is_empty());
    }

    #[test]
    fn a_run_that_does_not_say_its_level_is_for_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let run = Run::begin(dir.path(), "20261101T000000Z", "0123456789").unwrap();
        run.commit(9).unwrap();
        assert_eq!(wider(dir.path(), Level::Confidential, Reach::Own).unwrap().len(), 1);
    }
}
