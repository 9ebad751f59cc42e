//! What is current, as it was set: kept inside the workspace, so that links that lead elsewhere are known and set anew.

use std::path::{Path, PathBuf};

use super::Note;
use super::cache::{open_sealed, put_whole, seal};
use super::prepare::Home;
use crate::lang::Lang;
use crate::publish::{LinkFault, PublishError, Standing, check_links, mend_links};
use crate::workspace::config::Edition;

/// What was set, the newest first: more than one only while a switch is made, or where it was cut off.
pub(super) struct Links {
    path: PathBuf,
    root: PathBuf,
}

impl Links {
    pub(super) fn of(workspace: &Path, home: &Home) -> Self {
        Self { path: home.folder().join("current.json"), root: workspace.join("published") }
    }

    /// What is known; nothing where nothing was set yet.
    fn known(&self) -> Vec<Standing> {
        open_sealed(&self.path).and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default()
    }

    fn keep(&self, known: &[Standing]) -> std::io::Result<()> {
        put_whole(&self.path, seal(&serde_json::to_string(known)?).as_bytes())
    }

    /// Before a switch: from now on either may be found.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn expect(&self, next: Standing) -> std::io::Result<()> {
        let mut known = self.known();
        if known.is_empty() {
            known.push(Standing::read(&self.root));
        }
        known.retain(|one| *one != next);
        known.insert(0, next);
        self.keep(&known)
    }

    /// After a switch: what the links say is what was set. Where it cannot be kept, what was expected holds.
    pub(super) fn settle(&self) {
        let _ = self.keep(&[Standing::read(&self.root)]);
    }

    /// Sets every link as it was set last, and says which led elsewhere.
    ///
    /// # Errors
    /// As [`mend_links`].
    pub(super) fn mend(&self, editions: &[Edition]) -> Result<Vec<Note>, PublishError> {
        let mended = mend_links(&self.root, editions, &self.known())?;
        let note = |fault: &LinkFault| {
            let [es, en] = [Lang::Es, Lang::En].map(|lang| fault.message(lang));
            Note::warning(format!("{es}; se puso de nuevo"), format!("{en}; it was set anew"))
        };
        Ok(mended.iter().map(note).collect())
    }

    /// What is wrong with them.
    pub(super) fn faults(&self, editions: &[Edition]) -> Vec<LinkFault> {
        check_links(&self.root, editions, &self.known())
    }
}

/// What is wrong with the links to what is current, of all editions: where they lead, the edition and the level of the
/// run there. `workspace` is its folder.
pub fn link_faults(workspace: &Path, editions: &[Edition]) -> Vec<LinkFault> {
    Links::of(workspace, &Home::in_folder(workspace)).faults(editions)
}
