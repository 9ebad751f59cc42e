//! How sensitive a file is: by what it is, not by what it is called.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Allow;
use crate::QueryError;
use corredor::layer::read::sha256_file;
use corredor::publish::record::RunRecord;
use corredor::publish::{holds_file, level_of};
use corredor::workspace::Workspace;
use corredor::workspace::config::Level;

/// Endings of what GDAL opens beside a Shapefile without being asked.
const BESIDE: [&str; 4] = ["dbf", "shx", "prj", "cpg"];

/// Files below a folder of Parquet that are looked at; more are refused.
const MOST_FILES: usize = 100_000;

/// What the files of a workspace are known by.
#[derive(Debug)]
pub(super) struct Guard {
    /// The folders whose unknown files are as sensitive as the most sensitive layer: the workspace and its data.
    own: Vec<PathBuf>,
    published: PathBuf,
    sources: Vec<Source>,
    /// The level of the most sensitive layer.
    strictest: Level,
}

/// A file or folder that layers are read from.
#[derive(Debug)]
struct Source {
    path: PathBuf,
    /// Device and number, by which another name of the same file is known.
    file: Option<(u64, u64)>,
    bytes: u64,
    level: Level,
}

impl Guard {
    pub(super) fn new(workspace: &Workspace) -> Self {
        let layers = workspace.plan().layers();
        let real = |path: &Path| path.canonicalize().ok();
        let mut sources: Vec<Source> = Vec::new();
        for layer in layers {
            let Some(read) = layer.file.read.as_ref() else { continue };
            let source = workspace.source(read);
            if let Some(path) = source.local().and_then(real) {
                sources.push(Source::new(path, layer.level));
            }
        }
        let strictest = layers.iter().map(|layer| layer.level).max().unwrap_or(Level::Public);
        // Copies of what web servers have: whose they are is told by none of their names.
        let fetched =
            fs::read_dir(workspace.root().join(".corredor/sources")).into_iter().flatten().flatten();
        sources
            .extend(fetched.filter_map(|entry| real(&entry.path())).map(|path| Source::new(path, strictest)));
        let own = [workspace.root().to_owned(), workspace.data_folder()];
        Self {
            own: own.iter().filter_map(|folder| real(folder)).collect(),
            published: real(&workspace.root().join("published"))
                .unwrap_or_else(|| workspace.root().join("published")),
            sources,
            strictest,
        }
    }

    /// The level of a file as it really is, links resolved; `None` for one that has nothing to do with the workspace.
    ///
    /// - what was published, with the bytes that were: the level of its run; any other file there: above the public
    /// - a source of layers, under whatever name, or a file in one: the strictest of these layers
    /// - a copy of a source: as the source
    /// - any other file of the workspace or its data folder, and a file with several names: the strictest of all layers
    pub(super) fn level(&self, allow: &Allow, path: &Path) -> Result<Option<Level>, QueryError> {
        let Ok(metadata) = fs::metadata(path) else { return Ok(Some(self.strictest)) };
        if metadata.is_dir() {
            return self.of_folder(allow, path);
        }
        let level = self.of_file(path, &metadata);
        let beside = self.beside(allow, path)?;
        Ok(level.max(beside))
    }

    /// Whether a path is a source, under whatever name.
    pub(super) fn is_source(&self, path: &Path) -> bool {
        let Ok(real) = path.canonicalize() else { return false };
        let file = fs::metadata(&real).ok().map(|metadata| (metadata.dev(), metadata.ino()));
        self.sources.iter().any(|source| source.is(&real, file))
    }

    fn of_file(&self, path: &Path, metadata: &Metadata) -> Option<Level> {
        if path.starts_with(&self.published) {
            return Some(self.of_published(path));
        }
        let file = Some((metadata.dev(), metadata.ino()));
        if let Some(level) =
            self.sources.iter().filter(|source| source.is(path, file)).map(|source| source.level).max()
        {
            return Some(level);
        }
        if metadata.nlink() > 1 || self.own.iter().any(|folder| path.starts_with(folder)) {
            return Some(self.strictest);
        }
        self.copied(path, metadata.len())
    }

    /// The level of the run that a published file belongs to. What somebody else laid there, or changed, was not
    /// published: it is as sensitive as the most sensitive layer, and restricted at least.
    fn of_published(&self, path: &Path) -> Level {
        let run = path.parent().filter(|folder| RunRecord::is_in(folder));
        let name = path.file_name().map(|name| name.to_string_lossy());
        match run.zip(name) {
            Some((run, name)) if holds_file(run, &name) => level_of(run),
            _ => self.strictest.max(Level::Restricted),
        }
    }

    /// The level of the sources that a file elsewhere repeats byte by byte.
    fn copied(&self, path: &Path, bytes: u64) -> Option<Level> {
        let alike: Vec<&Source> =
            self.sources.iter().filter(|source| source.file.is_some() && source.bytes == bytes).collect();
        if alike.is_empty() {
            return None;
        }
        let Ok(sum) = sha256_file(path) else { return Some(self.strictest) };
        let same = |source: &&&Source| sha256_file(&source.path).is_ok_and(|other| other == sum);
        alike.iter().filter(same).map(|source| source.level).max()
    }

    /// What is opened beside a Shapefile, where it is somebody else's.
    fn beside(&self, allow: &Allow, path: &Path) -> Result<Option<Level>, QueryError> {
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp")) {
            return Ok(None);
        }
        let mut strictest = None;
        for ending in BESIDE.iter().flat_map(|ending| [(*ending).to_owned(), ending.to_uppercase()]) {
            let side = path.with_extension(ending);
            let Ok(link) = fs::symlink_metadata(&side) else { continue };
            let real = match link.file_type().is_symlink() {
                true => allow.resolve(&side.to_string_lossy())?,
                false => side,
            };
            let Ok(metadata) = fs::metadata(&real) else { continue };
            let foreign = link.file_type().is_symlink() || metadata.nlink() > 1;
            let file = Some((metadata.dev(), metadata.ino()));
            let named =
                self.sources.iter().filter(|source| source.is(&real, file)).map(|source| source.level);
            let level = match foreign {
                true => self.of_file(&real, &metadata),
                false => named.max().max(match self.own.iter().any(|folder| real.starts_with(folder)) {
                    true => None,
                    false => self.copied(&real, metadata.len()),
                }),
            };
            strictest = strictest.max(level);
        }
        Ok(strictest)
    }

    /// The strictest level of all files of a folder, none of which may lead out of what is allowed.
    fn of_folder(&self, allow: &Allow, folder: &Path) -> Result<Option<Level>, QueryError> {
        let (mut folders, mut seen) = (vec![folder.to_owned()], BTreeSet::new());
        let mut strictest = match self.own.iter().any(|own| folder.starts_with(own)) {
            true => {
                self.sources.iter().filter(|source| folder.starts_with(&source.path)).map(|s| s.level).max()
            }
            false => None,
        };
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            if !seen.insert(folder.clone()) {
                continue;
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = allow.resolve(&entry.path().to_string_lossy())?;
                let Ok(metadata) = fs::metadata(&path) else { continue };
                files += 1;
                if files > MOST_FILES {
                    return Err(QueryError::Failed {
                        message: format!("more than {MOST_FILES} files lie below this folder"),
                    });
                }
                match metadata.is_dir() {
                    true => folders.push(path),
                    false => strictest = strictest.max(self.of_file(&path, &metadata)),
                }
            }
        }
        Ok(strictest)
    }
}

impl Source {
    fn new(path: PathBuf, level: Level) -> Self {
        let metadata = fs::metadata(&path).ok();
        let file = metadata.as_ref().filter(|metadata| metadata.is_file());
        Self {
            file: file.map(|metadata| (metadata.dev(), metadata.ino())),
            bytes: file.map_or(0, Metadata::len),
            path,
            level,
        }
    }

    /// Whether a file is this one under whatever name, or lies in this folder.
    fn is(&self, path: &Path, file: Option<(u64, u64)>) -> bool {
        match self.file {
            Some(_) => self.file == file || self.path == path,
            None => path.starts_with(&self.path),
        }
    }
}
