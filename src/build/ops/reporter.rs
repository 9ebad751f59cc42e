//! Reporter of the ends of builds, with what it takes from the workspace.

use std::path::{Path, PathBuf};

use super::kept;
use crate::build::{Audience, home};
use crate::lang::Lang;
use crate::workspace::Workspace;
use crate::workspace::config::OperateSection;

/// Reports the ends of builds, also of those that could not begin because the workspace cannot be opened.
pub(in crate::build) struct Reporter<'a> {
    pub(super) root: &'a Path,
    pub(super) home: PathBuf,
    pub(super) name: String,
    pub(super) operate: OperateSection,
    pub(super) audience: Audience,
    pub(super) workspace: Option<&'a Workspace>,
    pub(super) lang: Lang,
}

impl<'a> Reporter<'a> {
    /// For a workspace that is in order. What it says of its operation is kept for the night when it is not.
    pub(in crate::build) fn of(workspace: &'a Workspace, lang: Lang) -> Self {
        let home = workspace.root().join(home::FOLDER);
        let operate = workspace.file().operate.clone();
        let name = workspace.file().workspace.name.clone();
        let audience = Audience::of(workspace.plan());
        Self { root: workspace.root(), home, name, operate, audience, workspace: Some(workspace), lang }
    }

    /// For one that cannot be opened: by its `corredor.toml` where that can be read, else as it was at the last build.
    pub(in crate::build) fn of_folder(root: &'a Path, lang: Lang) -> Self {
        let home = root.join(home::FOLDER);
        let (name, operate) = match Workspace::settings(root) {
            Ok(file) => (file.workspace.name, file.operate),
            Err(_) => kept::load(&home).unwrap_or_default(),
        };
        Self { root, home, name, operate, audience: Audience::default(), workspace: None, lang }
    }
}
