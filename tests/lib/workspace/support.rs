//! Small workspaces, written to a folder that goes away.

use std::path::Path;

use corredor::workspace::{Workspace, WorkspaceError};
use tempfile::TempDir;

/// A `corredor.toml` without fault.
pub const MAIN: &str = r#"
[workspace]
name = "test"
title = { es = "Prueba", en = "Test" }
country = { es = "País", en = "Country" }
"#;

/// A read layer without fault, of a geometry and a file.
pub fn read(geometry: &str, path: &str, more: &str) -> String {
    format!("level = \"public\"\n[read]\npath = \"{path}\"\ngeometry = \"{geometry}\"\nkey = \"id\"\n{more}")
}

/// Writes a workspace; layer files are named by their stems. The data folder holds `zones.geojson`,
/// `routes.geojson`, `table.csv`, `sites.csv`, `points.csv`, and those that are held back, `secret.geojson` and
/// `secret.csv`, all empty.
pub fn workspace(main: &str, layers: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("corredor.toml", main);
    for (name, text) in layers {
        write(&format!("layers/{name}.toml"), text);
    }
    for file in ["zones.geojson", "routes.geojson", "secret.geojson"] {
        write(&format!("data/{file}"), "");
    }
    for file in ["table.csv", "sites.csv", "points.csv", "secret.csv"] {
        write(&format!("data/{file}"), "");
    }
    dir
}

/// All problems of a workspace, one line each; the folder's own path is taken out.
pub fn problems(dir: &Path) -> String {
    let lines: Vec<String> = match Workspace::open(dir) {
        Ok(workspace) => workspace.warnings().iter().map(|warning| warning.one_line()).collect(),
        Err(WorkspaceError::Invalid(problems)) => problems.lines().collect(),
        Err(other) => vec![other.to_string()],
    };
    lines.join("\n").replace(&*dir.to_string_lossy(), "DIR")
}

/// The problems of a workspace with these layers.
pub fn problems_of(layers: &[(&str, &str)]) -> String {
    problems(workspace(MAIN, layers).path())
}
