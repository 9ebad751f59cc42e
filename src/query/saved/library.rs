//! The saved queries of a workspace: `queries/*.sql`.

use std::io;
use std::path::Path;

use super::{SavedError, SavedQuery};
use crate::workspace::did_you_mean;
use crate::workspace::{Problem, WorkspaceProblems};

/// Folder of the saved queries in a workspace.
pub const FOLDER: &str = "queries";

/// The saved queries of a workspace, by name.
#[derive(Debug)]
pub struct Library {
    /// Those that can be run.
    pub queries: Vec<SavedQuery>,
    /// What is wrong with the rest, in the order of their names.
    pub problems: Vec<SavedError>,
}

impl Library {
    /// Reads every query of the workspace in folder `root`.
    ///
    /// # Errors
    /// [`SavedError::Unreadable`] where the folder cannot be listed. Files with faults are told apart, in
    /// [`Library::problems`].
    pub fn read(root: &Path) -> Result<Self, SavedError> {
        let mut library = Self { queries: Vec::new(), problems: Vec::new() };
        for name in names(root)? {
            match one(root, &name) {
                Ok(query) => library.queries.push(query),
                Err(error) => library.problems.push(error),
            }
        }
        Ok(library)
    }

    /// Reads the query `name` of the workspace in folder `root`.
    ///
    /// # Errors
    /// [`SavedError::Unknown`] with the nearest name; whatever is wrong with its file.
    pub fn find(root: &Path, name: &str) -> Result<SavedQuery, SavedError> {
        let names = names(root)?;
        if names.iter().any(|known| known == name) {
            return one(root, name);
        }
        let help = did_you_mean(name, names.iter().map(String::as_str), "the queries are")
            .or_else(|| Some(format!("the workspace has no folder `{FOLDER}`; SQL itself goes behind -e")));
        Err(SavedError::Unknown { name: name.to_owned(), help })
    }
}

/// The names of the queries, sorted.
fn names(root: &Path) -> Result<Vec<String>, SavedError> {
    let folder = root.join(FOLDER);
    let unreadable = |cause| SavedError::Unreadable { path: folder.clone(), cause };
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unreadable)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let is_query = path.extension().is_some_and(|ending| ending == "sql") && path.is_file();
        names.extend(path.file_stem().filter(|_| is_query).map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort_unstable();
    Ok(names)
}

fn one(root: &Path, name: &str) -> Result<SavedQuery, SavedError> {
    let relative = Path::new(FOLDER).join(format!("{name}.sql"));
    let path = root.join(&relative);
    let text = std::fs::read_to_string(&path)
        .map_err(|cause| SavedError::Unreadable { path: path.clone(), cause })?;
    if !SavedQuery::has_header(&text) {
        return Err(SavedError::NoHeader { path: relative });
    }
    SavedQuery::read(name, &relative, &text).map_err(invalid)
}

/// Problems of one file as an error.
pub(crate) fn invalid(problems: Vec<Problem>) -> SavedError {
    SavedError::Invalid(WorkspaceProblems::new(problems))
}
