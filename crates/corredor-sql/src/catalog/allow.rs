//! Which files a query may read.

use std::path::{Path, PathBuf};

use crate::QueryError;

/// Folders and files that queries may read, links resolved.
#[derive(Debug)]
pub(crate) struct Allow {
    /// Where relative names start from.
    root: PathBuf,
    /// The root and what else is allowed, as it really is.
    allowed: Vec<PathBuf>,
    /// What is Corredor's own, as it really is: no data, whatever it is called.
    own: Vec<PathBuf>,
}

impl Allow {
    /// Allows a folder, and more.
    pub(super) fn new(root: &Path, more: &[PathBuf]) -> Result<Self, QueryError> {
        let real = |path: &Path| {
            path.canonicalize().map_err(|_| QueryError::NoFile { path: path.to_owned(), span: None })
        };
        let root = real(root)?;
        let mut allowed = vec![root.clone()];
        for path in more {
            allowed.push(real(path)?);
        }
        Ok(Self { root, allowed, own: Vec::new() })
    }

    /// Keeps these files and folders from being read, under whatever name; those that are not there are none.
    pub(super) fn keep_back(&mut self, own: impl IntoIterator<Item = PathBuf>) {
        self.own.extend(own.into_iter().filter_map(|path| path.canonicalize().ok()));
    }

    /// Whether a file as it really is, is Corredor's own: by its place, or as another name of the same file.
    fn is_own(&self, real: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        let number = |path: &Path| path.metadata().ok().filter(|m| m.is_file()).map(|m| (m.dev(), m.ino()));
        let file = number(real);
        self.own.iter().any(|own| real.starts_with(own) || (file.is_some() && number(own) == file))
    }

    /// The file of a name, as it really is, if it may be read.
    ///
    /// Whether a file outside exists is not told.
    pub(super) fn resolve(&self, name: &str) -> Result<PathBuf, QueryError> {
        if name.starts_with("/vsi") || has_scheme(name) {
            return Err(QueryError::NotLocal { name: name.to_owned(), span: None });
        }
        let path = self.root.join(name);
        let within = |path: &Path| self.allowed.iter().any(|allowed| path.starts_with(allowed));
        match path.canonicalize() {
            Ok(real) if within(&real) && self.is_own(&real) => Err(QueryError::Own { path: name.into() }),
            Ok(real) if within(&real) => Ok(real),
            Ok(_) => Err(QueryError::NotAllowed { path: name.into(), span: None }),
            Err(_) => {
                // The nearest folder that is there decides what may be said.
                let real = path.ancestors().skip(1).find_map(|folder| folder.canonicalize().ok());
                match real.is_some_and(|real| within(&real)) {
                    true => Err(QueryError::NoFile { path: name.into(), span: None }),
                    false => Err(QueryError::NotAllowed { path: name.into(), span: None }),
                }
            }
        }
    }
}

/// `https://`, `PG:`, `s3:`; one letter before the colon would be a drive.
fn has_scheme(name: &str) -> bool {
    name.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() >= 2 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_within_is_read_and_links_do_not_lead_out() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(inside.path().join("a.csv"), "a\n1\n").unwrap();
        std::fs::write(outside.path().join("b.csv"), "a\n1\n").unwrap();
        std::os::unix::fs::symlink(outside.path().join("b.csv"), inside.path().join("link.csv")).unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.path().join("folder")).unwrap();
        let allow = Allow::new(inside.path(), &[]).unwrap();
        assert!(allow.resolve("a.csv").is_ok());
        assert!(allow.resolve("./x/../a.csv").is_err(), "a folder that is not there leads nowhere");
        assert!(matches!(allow.resolve("c.csv"), Err(QueryError::NoFile { .. })));
        let b = outside.path().join("b.csv");
        for name in
            ["link.csv", "folder/b.csv", "folder/none.csv", "../b.csv", &b.to_string_lossy(), "/etc/passwd"]
        {
            assert!(matches!(allow.resolve(name), Err(QueryError::NotAllowed { .. })), "{name}");
        }
        for name in ["/vsicurl/http://x/a.csv", "https://x/a.csv", "PG:dbname=x", "file:///etc/passwd"] {
            assert!(matches!(allow.resolve(name), Err(QueryError::NotLocal { .. })), "{name}");
        }
        let more = Allow::new(inside.path(), std::slice::from_ref(&b)).unwrap();
        assert!(more.resolve(&b.to_string_lossy()).is_ok());
        assert!(more.resolve("link.csv").is_ok());
        assert!(more.resolve("folder/c.csv").is_err(), "one file, not its folder");
    }
}
