//! Where an answer may be written: over no source, and nowhere that Corredor keeps or publishes.

use std::path::Path;

use crate::CliError;
use corredor::query::audit::AUDIT_FILE;
use corredor::workspace::Workspace;
use corredor_sql::Session;

/// Folders and files of a workspace that no answer is written into or over, with what is said of it.
const KEPT: [(&str, &str); 8] = [
    ("published", "answers are not written among what is published"),
    (".corredor", "answers are not written among what Corredor keeps for itself"),
    (".corredor.lock", "answers are not written among what Corredor keeps for itself"),
    (AUDIT_FILE, "answers are not written over the audit log"),
    ("corredor.toml", "answers are not written over definitions"),
    ("layers", "answers are not written among definitions"),
    ("recipes", "answers are not written among definitions"),
    ("queries", "answers are not written among definitions"),
];

/// Refuses a file that no answer may be written to. Links count by where they lead.
pub(super) fn check(workspace: &Workspace, session: &Session, path: &Path) -> Result<(), CliError> {
    let refused = |why: &'static str| Err(CliError::Place { path: path.to_owned(), why });
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A folder that is not there is told by who would write.
    let (Ok(folder), Some(name)) = (folder.canonicalize(), path.file_name()) else { return Ok(()) };
    let real = folder.join(name);
    for (kept, why) in KEPT {
        let kept = workspace.root().join(kept);
        let kept = kept.canonicalize().unwrap_or(kept);
        if real.starts_with(&kept) {
            return refused(why);
        }
    }
    if session.is_source(&real) || session.is_source(&folder) {
        return refused("answers are not written over what layers are read from");
    }
    Ok(())
}
