//! An earlier run that was made current again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::publish;
use crate::workspace::Workspace;

/// An earlier run that was made current again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RolledBack {
    /// The run that is current.
    pub current: String,
    /// The newest run.
    pub newest: String,
}

impl RolledBack {
    /// Looks at what is published in a workspace; `None` where the newest run is current, or there is none.
    pub(in crate::build) fn find(root: &Path) -> Option<Self> {
        let published = root.join("published");
        let editions = Workspace::settings(root).ok()?.editions();
        let (runs, _) = publish::targets(&published, &editions).ok()?;
        let current = runs.iter().find(|run| run.current)?;
        let newest = runs.last().filter(|newest| newest.run != current.run)?;
        Some(Self { current: current.run.clone(), newest: newest.run.clone() })
    }
}
