//! The whole message of a build that failed, for who may read `.corredor`.

use std::path::Path;

use crate::build::cache::put_whole;
use crate::build::{BuildError, FAILURE_FILE, Outcome};
use crate::text::redact;

/// Leaves the message; takes that of an earlier build away where this one went well.
pub(super) fn leave(home: &Path, built: &Result<Outcome, BuildError>) -> std::io::Result<()> {
    let path = home.join(FAILURE_FILE);
    match built {
        Err(BuildError::Interrupted) => Ok(()),
        Err(error) => {
            let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            put_whole(&path, format!("{}\n", redact(&format!("{error}{help}"))).as_bytes())
        }
        Ok(_) => match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}
