//! Opening a workspace: finding it, reading its files, checking them all.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::{self, Files, Standing};
use super::config::{LayerFile, Read, WorkspaceFile};
use super::error::{WorkspaceError, WorkspaceProblems};
use super::plan::{Plan, PlannedLayer};
use super::recipes::{RECIPES_FOLDER, Recipes};
use super::{Source, schema};
use crate::checked::{Parsed, Problem, Severity, SourceFile, parse};

/// File that makes a folder a workspace.
pub(crate) const WORKSPACE_FILE: &str = "corredor.toml";

/// Folder of the layer files.
pub(crate) const LAYERS_FOLDER: &str = "layers";

/// A workspace without errors.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    file: WorkspaceFile,
    definition_text: Arc<str>,
    warnings: Vec<Problem>,
    plan: Plan,
}

impl Workspace {
    /// Finds the workspace that `start` lies in: the nearest folder, from `start` upwards, that
    /// holds `corredor.toml`.
    ///
    /// # Errors
    ///
    /// [`WorkspaceError::NotFound`], or [`WorkspaceError::Unreadable`] if `start` is not there.
    pub fn find(start: &Path) -> Result<PathBuf, WorkspaceError> {
        let absolute = start.canonicalize().map_err(unreadable(start))?;
        for folder in absolute.ancestors() {
            let file = folder.join(WORKSPACE_FILE);
            match file.metadata() {
                Ok(found) if found.is_file() => return Ok(folder.to_owned()),
                // Whether there is one is not for this user to know: that is no answer to "is there none".
                Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(WorkspaceError::Unreadable { path: file, cause });
                }
                _ => {}
            }
        }
        Err(WorkspaceError::NotFound { start: absolute })
    }

    /// Reads and checks the workspace in folder `root` (see [`Workspace::find`]).
    ///
    /// # Errors
    ///
    /// Every problem of every file at once, as [`WorkspaceError::Invalid`]; warnings come along. A
    /// workspace with warnings only is opened; see [`Workspace::warnings`].
    ///
    /// ```
    /// use corredor::workspace::{Workspace, WorkspaceError};
    ///
    /// let dir = tempfile::tempdir()?;
    /// std::fs::create_dir(dir.path().join("layers"))?;
    /// std::fs::write(dir.path().join("corredor.toml"), "[workspace]\nnmae = 'x'")?;
    /// let Err(WorkspaceError::Invalid(problems)) = Workspace::open(dir.path()) else { panic!() };
    /// assert!(problems.lines().any(|line| {
    ///     line == "corredor.toml:2:1: `workspace` has no `nmae`; did you mean `name`?"
    /// }));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn open(root: &Path) -> Result<Self, WorkspaceError> {
        Self::open_with(root, true)
    }

    /// The same, whether the files that layers are read from are there or not: for those who build nothing.
    ///
    /// # Errors
    ///
    /// As [`Workspace::open`], but for sources.
    pub fn open_without_sources(root: &Path) -> Result<Self, WorkspaceError> {
        Self::open_with(root, false)
    }

    fn open_with(root: &Path, with_sources: bool) -> Result<Self, WorkspaceError> {
        let main = root.join(WORKSPACE_FILE);
        let bytes = match std::fs::read(&main) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(WorkspaceError::NotFound { start: root.to_owned() });
            }
            read => read.map_err(unreadable(&main))?,
        };
        let mut problems = Vec::new();
        let workspace: Parsed<WorkspaceFile> =
            load(Path::new(WORKSPACE_FILE), bytes, schema::workspace(), &mut problems);
        let mut layers = read_layers(root, &workspace, &mut problems)?;
        let recipes = Recipes::new(read_recipes(root)?, &mut problems);
        recipes.resolve(&mut layers);
        let data = stated_data(root, &workspace).filter(|_| with_sources);
        let files = Files {
            workspace: workspace.content.as_ref(),
            document: &workspace.document,
            layers: &layers,
            recipes: &recipes,
            data: data.as_deref(),
        };
        let standings = check::check(&files, &mut problems);

        let found = WorkspaceProblems::new(problems);
        let file = match workspace.content {
            Some(file) if found.problems().iter().all(|p| p.severity == Severity::Warning) => file,
            _ => return Err(found.into()),
        };
        let definition_text = Arc::clone(workspace.document.source.text());
        let warnings = found.problems().to_vec();
        Ok(Self {
            root: root.to_owned(),
            file,
            definition_text,
            warnings,
            plan: plan(layers, &standings, &recipes),
        })
    }

    /// Reads `corredor.toml` of the workspace in folder `root` alone, for those who only look at what was published.
    ///
    /// # Errors
    ///
    /// As [`Workspace::open`], of that one file.
    pub fn settings(root: &Path) -> Result<WorkspaceFile, WorkspaceError> {
        let main = root.join(WORKSPACE_FILE);
        let bytes = std::fs::read(&main).map_err(unreadable(&main))?;
        let mut problems = Vec::new();
        let parsed: Parsed<WorkspaceFile> =
            load(Path::new(WORKSPACE_FILE), bytes, schema::workspace(), &mut problems);
        let found = WorkspaceProblems::new(problems);
        match parsed.content {
            Some(file) if found.problems().iter().all(|p| p.severity == Severity::Warning) => Ok(file),
            _ => Err(found.into()),
        }
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Content of `corredor.toml`.
    pub fn file(&self) -> &WorkspaceFile {
        &self.file
    }

    /// `corredor.toml` as it stands.
    pub fn definition_text(&self) -> &str {
        &self.definition_text
    }

    /// Folder that relative `read.path`s start from.
    pub fn data_folder(&self) -> PathBuf {
        data_folder(&self.root, Some(&self.file))
    }

    /// Where a read layer's data come from.
    pub fn source(&self, read: &Read) -> Source {
        Source::resolve(&self.data_folder(), &read.path)
    }

    /// What `--strict` refuses.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Every layer, in an order in which it can be made.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> WorkspaceError + '_ {
    move |cause| WorkspaceError::Unreadable { path: path.to_owned(), cause }
}

fn data_folder(root: &Path, file: Option<&WorkspaceFile>) -> PathBuf {
    root.join(file.map_or("data", |file| file.workspace.data.as_str()))
}

/// The data folder even where other settings of the file are wrong; `None` where it cannot be
/// told, so that no file is called missing for that.
fn stated_data(root: &Path, workspace: &Parsed<WorkspaceFile>) -> Option<PathBuf> {
    let Parsed { document, content, syntax } = workspace;
    if content.is_some() || !syntax {
        return content.as_ref().map(|file| data_folder(root, Some(file)));
    }
    let section = document.root.get("workspace").and_then(|section| section.node.table());
    match section.and_then(|section| section.get("data")) {
        Some(data) => data.node.text().map(|data| root.join(data)),
        None => Some(data_folder(root, None)),
    }
}

/// Parses one file; bytes that are not UTF-8 are a problem with a place.
fn load<T: serde::de::DeserializeOwned>(
    path: &Path,
    bytes: Vec<u8>,
    schema: &serde_json::Value,
    problems: &mut Vec<Problem>,
) -> Parsed<T> {
    let (text, broken) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
        }
    };
    let source = Arc::new(SourceFile::new(path, text.into()));
    match broken {
        None => parse(source, schema, problems),
        Some(at) => {
            let problem = source.error(at..at, "the file is not UTF-8 from here on");
            problems.push(problem.help("save it as UTF-8"));
            // The rest would only repeat it.
            let mut parsed = parse(source, schema, &mut Vec::new());
            parsed.content = None;
            parsed
        }
    }
}

fn read_layers(
    root: &Path,
    workspace: &Parsed<WorkspaceFile>,
    problems: &mut Vec<Problem>,
) -> Result<BTreeMap<String, Parsed<LayerFile>>, WorkspaceError> {
    let folder = root.join(LAYERS_FOLDER);
    let mut layers = BTreeMap::new();
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unreadable(&folder)(error)),
    };
    for entry in entries.into_iter().flatten() {
        let path = entry.map_err(unreadable(&folder))?.path();
        let is_layer = path.extension().is_some_and(|ending| ending == "toml") && path.is_file();
        let Some(stem) = path.file_stem().filter(|_| is_layer) else {
            continue;
        };
        let name = stem.to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).map_err(unreadable(&path))?;
        let relative = Path::new(LAYERS_FOLDER).join(format!("{name}.toml"));
        layers.insert(name, load(&relative, bytes, schema::layer(), problems));
    }
    if layers.is_empty() {
        let problem = workspace.document.source.error(0..0, "the workspace has no layers");
        problems.push(problem.help("add layers/NAME.toml, one file per layer"));
    }
    Ok(layers)
}

/// The file as it stands, and after it the recipe that it names: a layer changes with either.
fn definition(file: &LayerFile, text: &Arc<str>, recipes: &Recipes) -> Arc<str> {
    match recipes.text_of(file) {
        Some(recipe) => format!("{text}\n{recipe}").into(),
        None => Arc::clone(text),
    }
}

/// The texts of `recipes/*.toml`, by name; what is not UTF-8 is read with replacements, which no name or
/// number survives.
fn read_recipes(root: &Path) -> Result<BTreeMap<String, String>, WorkspaceError> {
    let folder = root.join(RECIPES_FOLDER);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(unreadable(&folder)(error)),
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(unreadable(&folder))?.path();
        let is_recipe = path.extension().is_some_and(|ending| ending == "toml") && path.is_file();
        if let Some(stem) = path.file_stem().filter(|_| is_recipe) {
            let bytes = std::fs::read(&path).map_err(unreadable(&path))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            files.insert(stem.to_string_lossy().into_owned(), text);
        }
    }
    Ok(files)
}

/// Puts layers that stand into an order; called only where every layer does.
fn plan(
    layers: BTreeMap<String, Parsed<LayerFile>>,
    standings: &BTreeMap<String, Standing>,
    recipes: &Recipes,
) -> Plan {
    let mut planned: Vec<(usize, PlannedLayer)> = layers
        .into_iter()
        .filter_map(|(name, parsed)| {
            let standing = standings.get(&name)?;
            let file = parsed.content?;
            let mut inputs: Vec<String> = file.inputs().iter().map(|input| input.name.to_owned()).collect();
            inputs.sort_unstable();
            inputs.dedup();
            let layer = PlannedLayer {
                name,
                inputs,
                level: standing.level,
                level_from: standing.from.clone(),
                definition_text: definition(&file, parsed.document.source.text(), recipes),
                displaced: None,
                file,
            };
            Some((standing.depth, layer))
        })
        .collect();
    // Stable: names are in order already.
    planned.sort_by_key(|(depth, _)| *depth);
    Plan::new(planned.into_iter().map(|(_, layer)| layer).collect())
}
