//! What was asked before, kept in a file of the user's.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Statements that are kept.
const KEPT: usize = 1000;

/// The statements that were asked, oldest first.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<String>,
    file: Option<PathBuf>,
}

impl History {
    /// The history of this user: in `$XDG_STATE_HOME/corredor`, or `~/.local/state/corredor`. Where it cannot be
    /// read there is none; it is a comfort, nothing more.
    pub fn of_user() -> Self {
        let state = std::env::var_os("XDG_STATE_HOME").filter(|dir| !dir.is_empty()).map(PathBuf::from);
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
        match state.or_else(home) {
            Some(folder) => Self::in_file(&folder.join("corredor/query_history")),
            None => Self::default(),
        }
    }

    /// The history in a file, which need not be there yet: a JSON string a line.
    pub fn in_file(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines: Vec<String> =
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if lines.len() > 2 * KEPT {
            lines.drain(..lines.len() - KEPT);
            // Only to keep the file short; where that fails it is as it was.
            let _ = rewrite(path, &lines);
        }
        Self { lines, file: Some(path.to_owned()) }
    }

    /// A history that is kept nowhere.
    pub fn in_memory(lines: impl IntoIterator<Item = String>) -> Self {
        Self { lines: lines.into_iter().collect(), file: None }
    }

    /// The statement asked `back` statements ago; 1 is the last.
    pub fn back(&self, back: usize) -> Option<&str> {
        let at = self.lines.len().checked_sub(back)?;
        self.lines.get(at).map(String::as_str)
    }

    /// Adds a statement, unless it is the last one again.
    ///
    /// # Errors
    /// Where the file takes no more; it is kept in memory all the same.
    pub fn add(&mut self, statement: &str) -> io::Result<()> {
        let statement = statement.trim();
        if statement.is_empty() || self.back(1) == Some(statement) {
            return Ok(());
        }
        self.lines.push(statement.to_owned());
        match &self.file {
            Some(path) => append(path, statement),
            None => Ok(()),
        }
    }
}

fn append(path: &Path, statement: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    let mut file = for_the_user(&mut options).open(path)?;
    file.write_all(format!("{}\n", serde_json::Value::from(statement)).as_bytes())
}

fn rewrite(path: &Path, lines: &[String]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    for line in lines {
        writeln!(file, "{}", serde_json::Value::from(line.as_str()))?;
    }
    file.persist(path).map(|_: File| ()).map_err(|error| error.error)
}

/// A file that only its user may read: what was asked may tell of people.
fn for_the_user(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_there_the_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/query_history");
        let mut history = History::in_file(&path);
        for statement in ["SELECT 1", "SELECT 1", "  ", "SELECT 2 -- two\nFROM x"] {
            history.add(statement).unwrap();
        }
        let again = History::in_file(&path);
        assert_eq!(again.back(1), Some("SELECT 2 -- two\nFROM x"));
        assert_eq!((again.back(2), again.back(3), again.back(0)), (Some("SELECT 1"), None, None));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn the_file_stays_short_and_damage_does_no_harm() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("h");
        let lines: String = (0..=2 * KEPT).map(|n| format!("\"SELECT {n}\"\n")).collect();
        std::fs::write(&path, format!("not json\n{lines}")).unwrap();
        let history = History::in_file(&path);
        assert_eq!(history.back(1), Some("SELECT 2000"));
        assert_eq!(history.back(KEPT + 1), None);
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), KEPT);
    }
}
