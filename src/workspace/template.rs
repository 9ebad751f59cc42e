//! The workspaces that `corredor init` writes: `layers/demo` and `layers/mexico`, and the queries whose layers they
//! have, built in.

use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;

use super::config::LayerFile;
use super::{Source, schema};

/// A workspace to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Template {
    /// An invented country, whose data Corredor makes itself.
    Demo,
    /// Mexico, from files that the user has.
    Mexico,
}

/// One file of a template: its path in the workspace, and its text.
pub type TemplateFile = (&'static str, &'static str);

macro_rules! files {
    ($template:literal: $($layer:literal),*; $($query:literal),* $(,)?) => {
        &[
            ("corredor.toml", include_str!(concat!("../../layers/", $template, "/corredor.toml"))),
            $((
                concat!("layers/", $layer, ".toml"),
                include_str!(concat!("../../layers/", $template, "/layers/", $layer, ".toml")),
            ),)*
            $((
                concat!("queries/", $query, ".sql"),
                include_str!(concat!("../../queries/", $query, ".sql")),
            )),*
        ]
    };
}

const DEMO: &[TemplateFile] = files!("demo":
    "zones", "indicators", "routes", "shelters", "incidents",
    "risk", "stretches", "zone_exposure", "route_exposure", "zone_coverage", "gaps",
    "zone_incidents", "lixels", "lixel_coverage", "lixel_rates", "way_risk", "way_hotspots", "zone_way", "gi", "hotspots",
    "states", "country",
    "localities", "work_centres", "zone_centres", "child_labour", "supply_routes", "supply_stretches",
    "child_gap", "vulnerability", "vulnerability_states";
    "high_risk_without_shelter", "riskiest_stretches", "shelters_served", "states_by_exposure", "inspect_first",
    "entered_and_left", "next_to_hotspots", "coverage_by_population", "incidents_by_corridor", "girls_and_boys",
    "uncertified_beside_risk", "supply_through_risk",
);

const MEXICO: &[TemplateFile] = files!("mexico":
    "zones", "indicators", "routes", "shelters", "incidents",
    "risk", "stretches", "zone_exposure", "route_exposure", "zone_coverage", "gaps",
    "zone_incidents", "lixels", "lixel_coverage", "lixel_rates", "way_risk", "way_hotspots", "zone_way", "gi", "hotspots",
    "states", "country",
    "vulnerability", "vulnerability_states", "marginalisation";
    "high_risk_without_shelter", "riskiest_stretches", "shelters_served", "states_by_exposure", "inspect_first",
    "entered_and_left", "next_to_hotspots", "coverage_by_population",
);

/// The line of a template's `corredor.toml` that names the data folder.
const DATA_LINE: &str = "data = \"data\"";

/// What the key of zones is called in the queries that ship with Corredor; they mean nothing else by this word.
const QUERY_KEY: &str = "code";

/// Why a template could not be written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum TemplateError {
    /// The folder holds something.
    #[error("{} is not empty", dir.display())]
    #[diagnostic(help("name a new folder; nothing is ever overwritten"))]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
    },
    /// The template needs a folder of data, and none was named.
    #[error("template `{template}` needs data of your own")]
    #[diagnostic(help("name their folder with --data DIR; it must hold {}", files.join(", ")))]
    DataNotNamed {
        /// The template.
        template: &'static str,
        /// The files it expects.
        files: Vec<String>,
    },
    /// The folder of data lacks files.
    #[error("{} lacks {}", folder.display(), files.join(", "))]
    #[diagnostic(help("put them there, or name the folder that holds them with --data DIR"))]
    DataMissing {
        /// The folder.
        folder: PathBuf,
        /// What is not in it.
        files: Vec<String>,
    },
    /// The folder's path cannot be written into a TOML file.
    #[error("{} is not valid UTF-8, so no file can name it", folder.display())]
    #[diagnostic(help("move the data to a folder with a plain name"))]
    DataPath {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no such template.
    #[error("there is no template `{name}`")]
    #[diagnostic(help("the templates are `demo` and `mexico`"))]
    Unknown {
        /// The name.
        name: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {cause}", path.display())]
    #[diagnostic(help("check the path, and that this user may {action} there"))]
    Io {
        /// What was tried: "read" or "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl Template {
    /// Both templates.
    pub const ALL: [Self; 2] = [Self::Demo, Self::Mexico];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Mexico => "mexico",
        }
    }

    /// What the key of its zones is called.
    fn key(self) -> &'static str {
        match self {
            Self::Demo => QUERY_KEY,
            Self::Mexico => "cvegeo",
        }
    }

    /// Its files as the repository has them, `corredor.toml` first; [`write()`] names the key in queries after the zones.
    pub fn files(self) -> &'static [TemplateFile] {
        match self {
            Self::Demo => DEMO,
            Self::Mexico => MEXICO,
        }
    }

    /// The files that it expects in the data folder, sorted.
    pub fn data_files(self) -> Vec<String> {
        let layers = self.files().iter().filter(|(path, _)| path.starts_with("layers/"));
        let read = layers.filter_map(|(_, text)| toml::from_str::<LayerFile>(text).ok()?.read);
        let mut files: Vec<String> = read
            .filter(|read| Source::resolve(Path::new(""), &read.path).local().is_some())
            .map(|read| read.path)
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl std::fmt::Display for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Template {
    type Err = TemplateError;

    fn from_str(name: &str) -> Result<Self, TemplateError> {
        Self::ALL
            .into_iter()
            .find(|template| template.name() == name)
            .ok_or_else(|| TemplateError::Unknown { name: name.to_owned() })
    }
}

/// Writes a workspace into folder `dir`, which must be empty or not exist yet; returns the files
/// written, relative to it.
///
/// `data` is the folder of the user's data; its absolute path is written into `corredor.toml`.
/// Without it the demo keeps its data in the workspace's own folder `data`.
///
/// # Errors
///
/// A folder that holds something, data that are not named or lack files (nothing is written then),
/// and whatever the file system says.
///
/// ```
/// use corredor::workspace::template::{Template, write};
///
/// let dir = tempfile::tempdir()?;
/// let files = write(Template::Demo, dir.path(), None)?;
/// assert!(files.iter().any(|file| file.ends_with("corredor.toml")));
/// assert!(write(Template::Demo, dir.path(), None).is_err(), "nothing is overwritten");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(template: Template, dir: &Path, data: Option<&Path>) -> Result<Vec<PathBuf>, TemplateError> {
    match std::fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
        Ok(true) => {
            return Err(TemplateError::NotEmpty { dir: dir.to_owned() });
        }
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
            return Err(TemplateError::Io { action: "read", path: dir.to_owned(), cause });
        }
        _ => {}
    }
    let data = match data {
        Some(folder) => Some(data_path(template, folder)?),
        None if template == Template::Mexico => {
            let files = template.data_files();
            return Err(TemplateError::DataNotNamed { template: template.name(), files });
        }
        None => None,
    };
    let schemas = [
        (format!("schema/{}", schema::WORKSPACE_SCHEMA), schema::workspace_schema()),
        (format!("schema/{}", schema::LAYER_SCHEMA), schema::layer_schema()),
        (format!("schema/{}", schema::RECIPE_SCHEMA), schema::recipe_schema()),
    ];
    let own = template.files().iter().map(|(path, text)| {
        let text = match &data {
            Some(data) if *path == "corredor.toml" => text.replacen(DATA_LINE, &data_line(data), 1),
            _ if path.starts_with("queries/") => with_key(text, template.key()),
            _ => (*text).to_owned(),
        };
        ((*path).to_owned(), text)
    });
    let mut written = Vec::new();
    for (path, text) in own.chain(schemas) {
        let full = dir.join(&path);
        let failed = |cause| TemplateError::Io { action: "write", path: full.clone(), cause };
        if let Some(folder) = full.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&full, text).map_err(failed)?;
        written.push(PathBuf::from(path));
    }
    Ok(written)
}

/// The absolute path of the data folder, with every expected file in it.
fn data_path(template: Template, folder: &Path) -> Result<String, TemplateError> {
    let absolute = folder.canonicalize().map_err(|cause| TemplateError::Io {
        action: "read",
        path: folder.to_owned(),
        cause,
    })?;
    let expected = template.data_files().into_iter();
    let files: Vec<String> = expected
        .filter(|file| {
            let source = Source::resolve(&absolute, file);
            !source.local().is_some_and(Path::exists)
        })
        .collect();
    if !files.is_empty() {
        return Err(TemplateError::DataMissing { folder: absolute, files });
    }
    absolute.to_str().map(str::to_owned).ok_or(TemplateError::DataPath { folder: absolute })
}

/// The line that names the data folder, quoted as TOML asks.
fn data_line(folder: &str) -> String {
    format!("data = {}", toml::Value::String(folder.to_owned()))
}

/// A query with another name of the zones' key.
fn with_key(sql: &str, key: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(QUERY_KEY) {
        let (before, after) = (&rest[..at], &rest[at + QUERY_KEY.len()..]);
        text.push_str(before);
        let whole = !text.ends_with(is_word) && !after.starts_with(is_word);
        text.push_str(if whole { key } else { QUERY_KEY });
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_queries_is_that_of_the_zones() {
        let sql = "SELECT h.code, decode, codes FROM h WHERE code = 'x'";
        assert_eq!(with_key(sql, "cvegeo"), "SELECT h.cvegeo, decode, codes FROM h WHERE cvegeo = 'x'");
        assert_eq!(with_key(sql, QUERY_KEY), sql);
        assert_eq!(with_key("code", "k"), "k");
    }

    #[test]
    fn every_query_ships_with_the_demo() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let mut on_disk: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("queries/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        on_disk.sort();
        let shipped = |template: Template| {
            let mut paths: Vec<&str> = template.files().iter().map(|(path, _)| *path).collect();
            paths.retain(|path| path.starts_with("queries/"));
            paths.sort();
            paths
        };
        assert_eq!(on_disk, shipped(Template::Demo));
        assert!(shipped(Template::Mexico).len() >= 8);
    }

    #[test]
    fn each_template_has_the_line_that_data_replaces() {
        for template in Template::ALL {
            let (path, text) = template.files()[0];
            assert_eq!(path, "corredor.toml");
            assert_eq!(text.matches(DATA_LINE).count(), 1, "{template}");
        }
    }

    #[test]
    fn every_layer_file_of_a_template_is_built_in() {
        for template in Template::ALL {
            let folder =
                Path::new(env!("CARGO_MANIFEST_DIR")).join("layers").join(template.name()).join("layers");
            let mut on_disk: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| format!("layers/{}", entry.unwrap().file_name().to_string_lossy()))
                .collect();
            let mut built_in: Vec<&str> = template.files().iter().map(|(path, _)| *path).collect();
            built_in.retain(|path| path.starts_with("layers/"));
            on_disk.sort();
            built_in.sort();
            assert_eq!(on_disk, built_in);
        }
    }

    #[test]
    fn data_folders_with_odd_names_survive() {
        let odd = r#"/datos/añ"o\b/data"#;
        let read: toml::Table = toml::from_str(&data_line(odd)).unwrap();
        assert_eq!(read["data"].as_str(), Some(odd));
    }
}
