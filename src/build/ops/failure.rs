//! The whole message of a build that failed, for who may read `.corredor`.

use std::path::Path;

use crate::build::cache::put_whole;
use crate::build::{BuildError, FAILURE_FILE, Outcome};
use crate::text::redact;
use crate::workspace::WorkspaceError;

/// Leaves the message; takes that of an earlier build away where this one went well.
pub(super) fn leave(home: &Path, built: Result<&Outcome, &BuildError>) -> std::io::Result<()> {
    let path = home.join(FAILURE_FILE);
    match built {
        // Neither takes the place of what failed before.
        Err(BuildError::Interrupted | BuildError::Locked { .. }) => Ok(()),
        Err(error) => {
            let problems = match error {
                BuildError::Workspace(WorkspaceError::Invalid(problems)) => {
                    problems.lines().map(|line| format!("\n{line}")).collect::<String>()
                }
                _ => String::new(),
            };
            let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            put_whole(&path, format!("{}\n", redact(&format!("{error}{problems}{help}"))).as_bytes())
        }
        Ok(_) => match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}
