//! Where the key of a workspace is kept, and by what rules.

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Key, KeyError};
use crate::workspace::Workspace;

/// Variable that names the file of the key.
pub const KEY_FILE_VARIABLE: &str = "CORREDOR_KEY_FILE";

/// More than a key with white space around it; a longer file is none.
const LONGEST: u64 = 4096;

/// What the environment says of keys.
#[derive(Clone, Debug, Default)]
pub struct KeyEnvironment {
    /// `CORREDOR_KEY_FILE`.
    pub key_file: Option<OsString>,
    /// `XDG_CONFIG_HOME`.
    pub config: Option<OsString>,
    /// `HOME`.
    pub home: Option<OsString>,
}

impl KeyEnvironment {
    /// That of this process.
    pub fn of_process() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self { key_file: set(KEY_FILE_VARIABLE), config: set("XDG_CONFIG_HOME"), home: set("HOME") }
    }

    fn home(&self) -> Option<PathBuf> {
        Some(PathBuf::from(self.home.as_ref()?))
    }

    /// The folder of keys where nothing else is said.
    fn keys(&self) -> Option<PathBuf> {
        // A relative XDG_CONFIG_HOME is invalid, says its specification, and to be ignored.
        let config = self.config.as_ref().map(PathBuf::from).filter(|path| path.is_absolute());
        Some(config.or_else(|| Some(self.home()?.join(".config")))?.join("corredor").join("keys"))
    }
}

/// Where the key of a workspace comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A file outside the workspace.
    File {
        /// The file.
        path: PathBuf,
        /// The folder of the workspace.
        root: PathBuf,
    },
    /// The seed of an invented country: every figure in it is invented, so its key is no secret, and the country comes
    /// out the same everywhere.
    Invented {
        /// The seed.
        seed: u64,
    },
}

/// What a workspace says about its key.
#[derive(Clone, Copy, Debug)]
pub struct KeyRequest<'a> {
    /// The folder of the workspace.
    pub root: &'a Path,
    /// Its name.
    pub name: &'a str,
    /// `[protect] key_file`: relative to the workspace; `~/` is the home.
    pub key_file: Option<&'a str>,
    /// Whether every figure in it is invented.
    pub invented: bool,
    /// Its seed.
    pub seed: u64,
}

impl KeyPlace {
    /// Where the key is looked for: the file that `CORREDOR_KEY_FILE` names, else that of `[protect] key_file`, else
    /// for an invented country its seed, else `corredor/keys/NAME.key` in `XDG_CONFIG_HOME` or `~/.config`.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoPlace`] where the environment names no home, [`KeyError::Name`] where the workspace's name cannot
    /// be that of a file.
    pub fn of(request: &KeyRequest<'_>, environment: &KeyEnvironment) -> Result<Self, KeyError> {
        let root = request.root.to_owned();
        let file = |path| Self::File { path, root: root.clone() };
        if let Some(path) = &environment.key_file {
            let path = PathBuf::from(path);
            // Relative to where the program runs, as every path in the environment.
            return Ok(file(std::path::absolute(&path).unwrap_or(path)));
        }
        if let Some(path) = request.key_file {
            let path = match path.strip_prefix("~/") {
                Some(rest) => environment.home().ok_or(KeyError::NoPlace)?.join(rest),
                None => request.root.join(path),
            };
            return Ok(file(path));
        }
        if request.invented {
            return Ok(Self::Invented { seed: request.seed });
        }
        let name = request.name;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(KeyError::Name { name: name.to_owned() });
        }
        Ok(file(environment.keys().ok_or(KeyError::NoPlace)?.join(format!("{name}.key"))))
    }

    /// Where the key of a workspace is looked for. See [`KeyPlace::of`].
    ///
    /// # Errors
    ///
    /// As [`KeyPlace::of`].
    pub fn of_workspace(workspace: &Workspace, environment: &KeyEnvironment) -> Result<Self, KeyError> {
        let file = workspace.file();
        let request = KeyRequest {
            root: workspace.root(),
            name: &file.workspace.name,
            key_file: file.protect.key_file.as_deref(),
            invented: file.workspace.invented,
            seed: file.workspace.seed,
        };
        Self::of(&request, environment)
    }

    /// The file of the key; `None` where it is none.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            Self::Invented { .. } => None,
        }
    }

    /// The key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Absent`], [`KeyError::Open`], [`KeyError::Inside`], [`KeyError::Malformed`], [`KeyError::Io`].
    pub fn load(&self) -> Result<Key, KeyError> {
        let (path, root) = match self {
            Self::File { path, root } => (path, root),
            Self::Invented { seed } => return Ok(Key::invented(*seed)),
        };
        let failed = |cause: std::io::Error| match cause.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => KeyError::Absent { path: path.clone() },
            _ => KeyError::Io { action: "read", path: path.clone(), cause },
        };
        outside(path, root)?;
        // What is opened is what is judged: a name could be turned to another file in between. A device or pipe
        // could hold the opening up, so the name is judged before as well.
        let malformed = || KeyError::Malformed { path: path.clone() };
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(malformed());
        }
        let file = std::fs::File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(malformed());
        }
        private(path, &metadata)?;
        let mut text = String::new();
        match std::io::Read::read_to_string(&mut std::io::Read::take(file, LONGEST), &mut text) {
            Ok(_) => Key::parse(&text).ok_or_else(malformed),
            Err(cause) if cause.kind() == ErrorKind::InvalidData => Err(malformed()),
            Err(cause) => Err(failed(cause)),
        }
    }

    /// Makes a new key where there is none: the file with mode 600, its folders with mode 700 where they are not
    /// there. For an invented country there is nothing to make. Never overwrites.
    ///
    /// # Errors
    ///
    /// [`KeyError::Exists`], [`KeyError::Inside`], [`KeyError::Io`], [`KeyError::NoChance`].
    pub fn make(&self) -> Result<Key, KeyError> {
        let (path, root) = match self {
            Self::File { path, root } => (path, root),
            Self::Invented { seed } => return Ok(Key::invented(*seed)),
        };
        let failed = |cause: std::io::Error| match cause.kind() {
            ErrorKind::AlreadyExists => KeyError::Exists { path: path.clone() },
            _ => KeyError::Io { action: "write", path: path.clone(), cause },
        };
        outside(path, root)?;
        if path.symlink_metadata().is_ok() {
            return Err(KeyError::Exists { path: path.clone() });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            make_folder(folder).map_err(failed)?;
        }
        let key = Key::random().ok_or(KeyError::NoChance)?;
        // Whole or not at all under its name: written beside, then linked, which never overwrites.
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(key.to_line().as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist_noclobber(path).map_err(|error| failed(error.error))?;
        if let Ok(folder) = std::fs::File::open(folder) {
            folder.sync_all().map_err(failed)?;
        }
        Ok(key)
    }

    /// The key that is there, or a new one; and whether it is new.
    ///
    /// # Errors
    ///
    /// As [`KeyPlace::load`] and [`KeyPlace::make`].
    pub fn load_or_make(&self) -> Result<(Key, bool), KeyError> {
        match self.load() {
            Ok(key) => Ok((key, false)),
            Err(KeyError::Absent { .. }) => match self.make() {
                Ok(key) => Ok((key, true)),
                // Another program was faster.
                Err(KeyError::Exists { .. }) => Ok((self.load()?, false)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        }
    }
}

/// Refuses a path inside the workspace, wherever links lead.
fn outside(path: &Path, root: &Path) -> Result<(), KeyError> {
    let real = real(path);
    if real.starts_with(self::real(root)) {
        return Err(KeyError::Inside { path: path.to_owned(), root: root.to_owned() });
    }
    Ok(())
}

/// Where a path leads, whose last parts need not exist.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let mut at = absolute.as_path();
    loop {
        if let Ok(mut real) = at.canonicalize() {
            for part in rest.iter().rev() {
                match *part {
                    std::path::Component::ParentDir => drop(real.pop()),
                    other => real.push(other),
                }
            }
            return real;
        }
        let (Some(parent), Some(last)) = (at.parent(), at.components().next_back()) else {
            return absolute;
        };
        rest.push(last);
        at = parent;
    }
}

#[cfg(unix)]
fn private(path: &Path, metadata: &std::fs::Metadata) -> Result<(), KeyError> {
    use std::os::unix::fs::MetadataExt;
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 { Err(KeyError::Open { path: path.to_owned(), mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn private(_: &Path, _: &std::fs::Metadata) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn request<'a>(root: &'a Path, key_file: Option<&'a str>) -> KeyRequest<'a> {
        KeyRequest { root, name: "north", key_file, invented: false, seed: 5 }
    }

    fn home(path: &str) -> KeyEnvironment {
        KeyEnvironment { home: Some(path.into()), ..KeyEnvironment::default() }
    }

    #[test]
    fn the_key_is_looked_for_in_order() {
        let root = Path::new("/w");
        let path = |request: &KeyRequest<'_>, environment: &KeyEnvironment| {
            KeyPlace::of(request, environment).unwrap().path().unwrap().display().to_string()
        };
        let mut environment = home("/home/a");
        assert_eq!(path(&request(root, None), &environment), "/home/a/.config/corredor/keys/north.key");
        environment.config = Some("/conf".into());
        assert_eq!(path(&request(root, None), &environment), "/conf/corredor/keys/north.key");
        assert_eq!(path(&request(root, Some("~/k")), &environment), "/home/a/k");
        assert_eq!(path(&request(root, Some("../k")), &environment), "/w/../k");
        let invented = KeyRequest { invented: true, ..request(root, None) };
        assert_eq!(KeyPlace::of(&invented, &environment).unwrap(), KeyPlace::Invented { seed: 5 });
        assert_eq!(path(&KeyRequest { key_file: Some("/k"), ..invented }, &environment), "/k");
        environment.key_file = Some("/run/k".into());
        assert_eq!(path(&request(root, Some("../k")), &environment), "/run/k");
        assert_eq!(path(&invented, &environment), "/run/k");
        let none = KeyPlace::of(&request(root, None), &KeyEnvironment::default());
        assert!(matches!(none, Err(KeyError::NoPlace)));
        let odd = KeyRequest { name: "../x", ..request(root, None) };
        assert!(matches!(KeyPlace::of(&odd, &home("/h")), Err(KeyError::Name { .. })));
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("work");
        fs::create_dir(&root).unwrap();
        let place = KeyPlace::of(&request(&root, None), &home(&dir.path().to_string_lossy())).unwrap();
        assert!(matches!(place.load(), Err(KeyError::Absent { .. })));
        let (key, new) = place.load_or_make().unwrap();
        assert!(new);
        assert_eq!(place.load_or_make().unwrap(), (key.clone(), false));
        assert!(matches!(place.make(), Err(KeyError::Exists { .. })));
        assert_eq!(place.load().unwrap(), key);
        let path = place.path().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&dir.path().join(".config")), 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside");
    }

    #[test]
    fn keys_that_are_no_secret_or_no_keys_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("work");
        fs::create_dir(&root).unwrap();
        let path = dir.path().join("k");
        let place = KeyPlace::File { path: path.clone(), root: root.clone() };
        fs::write(&path, Key::invented(1).to_line()).unwrap();
        for mode in [0o644, 0o640, 0o620, 0o604, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(place.load(), Err(KeyError::Open { mode: found, .. }) if found == mode));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(place.load().unwrap(), Key::invented(1));
        fs::write(&path, "secret words").unwrap();
        let error = place.load().unwrap_err();
        assert!(matches!(error, KeyError::Malformed { .. }) && !error.to_string().contains("secret"));
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(place.load(), Err(KeyError::Malformed { .. })));
        for path in ["/dev/zero", "/dev/null", "/"] {
            let place = KeyPlace::File { path: path.into(), root: root.clone() };
            assert!(matches!(place.load(), Err(KeyError::Malformed { .. })), "{path}");
        }
    }

    #[test]
    fn keys_inside_the_workspace_are_refused_wherever_links_lead() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("work");
        fs::create_dir(&root).unwrap();
        fs::create_dir(dir.path().join("out")).unwrap();
        let inside = |path: PathBuf| {
            let place = KeyPlace::File { path, root: root.clone() };
            assert!(matches!(place.make(), Err(KeyError::Inside { .. })), "{place:?}");
            assert!(matches!(place.load(), Err(KeyError::Inside { .. })), "{place:?}");
        };
        inside(root.join("k"));
        inside(root.join("new/k"));
        inside(dir.path().join("out/../work/k"));
        symlink(&root, dir.path().join("out/link")).unwrap();
        inside(dir.path().join("out/link/k"));
        fs::write(root.join("there"), "").unwrap();
        symlink(root.join("there"), dir.path().join("out/file")).unwrap();
        inside(dir.path().join("out/file"));
        // Beside it is fine, also by a link to the workspace's own folder.
        let beside = KeyPlace::File { path: root.join("../k"), root: root.clone() };
        beside.make().unwrap();
        assert!(dir.path().join("k").is_file());
    }

    #[test]
    fn the_key_of_an_invented_country_needs_no_file() {
        let place = KeyPlace::Invented { seed: 9 };
        assert_eq!(place.load().unwrap(), Key::invented(9));
        assert_eq!(place.load_or_make().unwrap(), (Key::invented(9), false));
        assert_eq!(place.path(), None);
    }
}
