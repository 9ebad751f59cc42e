//! The journal of a run: what began and what stood, so that the next run can say where one was cut off.
//!
//! It holds no results. Those lie in the cache, each whole, and are why a run carries on where the last one stopped.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::home;

/// A journal that is being written, a line an event.
#[derive(Debug)]
pub(super) struct Journal {
    file: Mutex<Option<File>>,
}

/// How the run before this one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It came to its end, or there was none.
    Ended,
    /// It was cut off, at a layer where one had begun.
    CutOff(Option<String>),
}

impl Journal {
    /// Reads how the last run ended and begins anew. A journal that cannot be written is done without.
    pub(super) fn begin(path: &Path) -> (Self, Before) {
        let before = std::fs::read_to_string(path).map_or(Before::Ended, |text| read(&text));
        let file = path.parent().and_then(|folder| home::create_folders(folder).ok());
        let journal = Self { file: Mutex::new(file.and_then(|()| home::create(path).ok())) };
        journal.write(&json!({"event": "begin", "process": std::process::id()}));
        (journal, before)
    }

    /// Adds an event.
    pub(super) fn write(&self, event: &Value) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // One write, so that a kill leaves whole lines or one that is cut.
        if file.as_mut().is_some_and(|file| file.write_all(format!("{event}\n").as_bytes()).is_err()) {
            *file = None;
        }
    }

    /// A layer's step begins.
    pub(super) fn step(&self, layer: &str) {
        self.write(&json!({"event": "step", "layer": layer}));
    }

    /// A layer stands.
    pub(super) fn done(&self, layer: &str) {
        self.write(&json!({"event": "done", "layer": layer}));
    }

    /// The run comes to its end, whatever that is.
    pub(super) fn end(&self, how: &str) {
        self.write(&json!({"event": "end", "how": how}));
    }
}

fn read(text: &str) -> Before {
    let mut open: Vec<String> = Vec::new();
    let mut ended = text.is_empty();
    for line in text.lines() {
        // A cut line says nothing that the lines before it do not.
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let layer = event["layer"].as_str().unwrap_or_default();
        ended = event["event"] == "end";
        match event["event"].as_str() {
            Some("step") => open.push(layer.to_owned()),
            Some("done") => open.retain(|name| name != layer),
            _ => {}
        }
    }
    if ended { Before::Ended } else { Before::CutOff(open.into_iter().next()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_tells_where_a_run_was_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/journal.jsonl");
        let (journal, before) = Journal::begin(&path);
        assert_eq!(before, Before::Ended, "the first run");
        journal.step("zones");
        journal.step("risk");
        journal.done("zones");
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        assert_eq!(Journal::begin(&path).1, Before::CutOff(Some("zones".into())), "the last line was cut");
        std::fs::write(&path, &whole).unwrap();
        let (journal, before) = Journal::begin(&path);
        assert_eq!(before, Before::CutOff(Some("risk".into())));
        assert_eq!(Journal::begin(&path).1, Before::CutOff(None), "cut off before any step");
        journal.end("done");
        std::fs::write(&path, "{\"event\":\"begin\"}\n{\"event\":\"end\"}\n").unwrap();
        assert_eq!(Journal::begin(&path).1, Before::Ended);
    }
}
