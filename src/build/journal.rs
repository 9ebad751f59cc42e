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
    /// It was cut off.
    CutOff(CutOff),
}

/// A run without an end: killed, crashed, out of memory, or its machine went down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CutOff {
    /// When it began, seconds since 1970; none where its journal does not say.
    pub began: Option<i64>,
    /// A layer whose step had begun.
    pub layer: Option<String>,
    /// Whether it was publishing.
    pub publishing: bool,
}

impl Journal {
    /// Reads how the last run ended and begins anew. A journal that cannot be written is done without.
    pub(super) fn begin(path: &Path, now: jiff::Timestamp) -> (Self, Before) {
        let before = look(path);
        let file = path.parent().and_then(|folder| home::create_folders(folder).ok());
        let journal = Self { file: Mutex::new(file.and_then(|()| home::create(path).ok())) };
        journal.write(&json!({"event": "begin", "process": std::process::id(), "time": now.as_second()}));
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

    /// Publication begins.
    pub(super) fn publishing(&self) {
        self.write(&json!({"event": "publishing"}));
    }

    /// The run comes to its end, whatever that is.
    pub(super) fn end(&self, how: &str) {
        self.write(&json!({"event": "end", "how": how}));
    }
}

/// How the run ended that a journal tells of; one that still runs is told as cut off.
pub(super) fn look(path: &Path) -> Before {
    std::fs::read_to_string(path).map_or(Before::Ended, |text| read(&text))
}

fn read(text: &str) -> Before {
    let mut open: Vec<String> = Vec::new();
    let mut cut = CutOff::default();
    let mut ended = text.is_empty();
    for line in text.lines() {
        // A cut line says nothing that the lines before it do not.
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let layer = event["layer"].as_str().unwrap_or_default();
        ended = event["event"] == "end";
        match event["event"].as_str() {
            Some("begin") => cut.began = event["time"].as_i64(),
            Some("step") => open.push(layer.to_owned()),
            Some("done") => open.retain(|name| name != layer),
            Some("publishing") => cut.publishing = true,
            _ => {}
        }
    }
    cut.layer = open.into_iter().next();
    if ended { Before::Ended } else { Before::CutOff(cut) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_tells_where_a_run_was_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/journal.jsonl");
        let now = jiff::Timestamp::from_second(1_790_000_000).unwrap();
        let begin = || Journal::begin(&path, now);
        let cut = |layer: Option<&str>, publishing| {
            let layer = layer.map(str::to_owned);
            Before::CutOff(CutOff { began: Some(1_790_000_000), layer, publishing })
        };
        let (journal, before) = begin();
        assert_eq!(before, Before::Ended, "the first run");
        journal.step("zones");
        journal.step("risk");
        journal.done("zones");
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        assert_eq!(begin().1, cut(Some("zones"), false), "the last line was cut");
        std::fs::write(&path, &whole).unwrap();
        let (journal, before) = begin();
        assert_eq!(before, cut(Some("risk"), false));
        journal.publishing();
        assert_eq!(begin().1, cut(None, true), "cut off after the steps");
        let (journal, before) = begin();
        assert_eq!(before, cut(None, false), "cut off before any step");
        journal.end("done");
        std::fs::write(&path, "{\"event\":\"begin\"}\n{\"event\":\"end\"}\n").unwrap();
        assert_eq!(begin().1, Before::Ended);
    }
}
