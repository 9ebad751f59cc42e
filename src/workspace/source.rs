//! Where a read layer's data come from: a file on this machine, or something that only GDAL knows.

use std::path::{Path, PathBuf};

/// What `read.path` stands for, resolved against the workspace's data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or folder on this machine.
    File(PathBuf),
    /// A zip archive on this machine, and the path inside it (empty: the whole archive).
    Zip {
        /// The archive.
        archive: PathBuf,
        /// The entry inside it.
        entry: String,
    },
    /// A file that a web server has: a build works on a copy of it.
    Web {
        /// Its address.
        url: String,
        /// The path inside it, where it is a zip archive that is opened (empty: the whole archive).
        entry: Option<String>,
    },
    /// Anything else that GDAL opens: `PG:`, `/vsis3/`, `WFS:`.
    Gdal(String),
}

impl Source {
    /// Resolves `path` as a layer file states it.
    ///
    /// ```
    /// use std::path::Path;
    /// use corredor::workspace::Source;
    ///
    /// let data = Path::new("/w/data");
    /// assert_eq!(Source::resolve(data, "zones.fgb"), Source::File("/w/data/zones.fgb".into()));
    /// assert_eq!(Source::resolve(data, "PG:dbname=gis"), Source::Gdal("PG:dbname=gis".into()));
    /// assert_eq!(Source::resolve(data, "/vsizip/a.zip/b.shp").gdal_name(), "/vsizip//w/data/a.zip/b.shp");
    /// ```
    pub fn resolve(data: &Path, path: &str) -> Self {
        if let Some(web) = web(path) {
            return web;
        }
        if let Some(inside) = path.strip_prefix("/vsizip/") {
            return match split_archive(inside) {
                Some((archive, entry)) => Self::Zip { archive: data.join(archive), entry: entry.to_owned() },
                None => Self::Gdal(path.to_owned()),
            };
        }
        if path.starts_with("/vsi") || path.contains("://") || has_scheme(path) {
            return Self::Gdal(path.to_owned());
        }
        Self::File(data.join(path))
    }

    /// The file on this machine that must exist, if the source is one.
    pub fn local(&self) -> Option<&Path> {
        match self {
            Self::File(path) | Self::Zip { archive: path, .. } => Some(path),
            Self::Web { .. } | Self::Gdal(_) => None,
        }
    }

    /// The same source in a copy of its file on this machine.
    pub fn in_copy(&self, copy: &Path) -> Self {
        match self {
            Self::Web { entry: Some(entry), .. } => {
                Self::Zip { archive: copy.to_owned(), entry: entry.clone() }
            }
            _ => Self::File(copy.to_owned()),
        }
    }

    /// The name that GDAL opens.
    pub fn gdal_name(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Zip { archive, entry } => {
                let archive = archive.to_string_lossy();
                let archive =
                    if ends_like_archive(&archive) { archive.into_owned() } else { format!("{{{archive}}}") };
                let slash = if entry.is_empty() { "" } else { "/" };
                format!("/vsizip/{archive}{slash}{entry}")
            }
            Self::Web { url, entry: None } => format!("/vsicurl/{url}"),
            Self::Web { url, entry: Some(entry) } => {
                let slash = if entry.is_empty() { "" } else { "/" };
                format!("/vsizip//vsicurl/{url}{slash}{entry}")
            }
            Self::Gdal(name) => name.clone(),
        }
    }
}

/// `https://...`, `/vsicurl/https://...`, `/vsizip//vsicurl/https://.../a.zip/a.shp`.
fn web(path: &str) -> Option<Source> {
    let is_web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let inside = path.strip_prefix("/vsizip/").map(|inside| inside.trim_start_matches('/'));
    if let Some(address) = inside.and_then(|inside| inside.strip_prefix("vsicurl/")).filter(|a| is_web(a)) {
        let scheme = address.find("//")? + 2;
        let (archive, entry) = split_archive(&address[scheme..])?;
        let url = format!("{}{archive}", &address[..scheme]);
        return Some(Source::Web { url, entry: Some(entry.to_owned()) });
    }
    let address = path.strip_prefix("/vsicurl/").unwrap_or(path);
    is_web(address).then(|| Source::Web { url: address.to_owned(), entry: None })
}

/// `PG:`, `MySQL:`, `OAPIF:`; one letter before the colon would be a drive.
fn has_scheme(path: &str) -> bool {
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() >= 2 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Splits `dir/a.zip/inner/b.shp` after the first part that ends like an archive, or
/// `{dir/a}/inner` after the braces. Nested `/vsi` sources are left to GDAL.
fn split_archive(inside: &str) -> Option<(&str, &str)> {
    if inside.starts_with("vsi") || inside.starts_with("/vsi") {
        return None;
    }
    if let Some(braced) = inside.strip_prefix('{') {
        let (archive, entry) = braced.split_once('}')?;
        return Some((archive, entry.trim_start_matches('/')));
    }
    let mut end = 0;
    for part in inside.split_inclusive('/') {
        end += part.len();
        if ends_like_archive(part.trim_end_matches('/')) {
            return Some((inside[..end].trim_end_matches('/'), &inside[end..]));
        }
    }
    None
}

/// The endings that GDAL's `/vsizip/` takes for archives by itself.
fn ends_like_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".zip", ".kmz", ".ods", ".xlsx"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(path: &str) -> Option<PathBuf> {
        Source::resolve(Path::new("/w/data"), path).local().map(Path::to_owned)
    }

    #[test]
    fn what_a_server_has_is_worked_on_in_a_copy() {
        let source = Source::resolve(Path::new("/w"), "/vsizip//vsicurl/https://example.org/a.zip/in/a.shp");
        assert_eq!(source.in_copy(Path::new("/c/a.zip")).gdal_name(), "/vsizip//c/a.zip/in/a.shp");
        assert_eq!(source.gdal_name(), "/vsizip//vsicurl/https://example.org/a.zip/in/a.shp");
        for path in ["https://example.org/a.csv", "/vsicurl/https://example.org/a.csv"] {
            let source = Source::resolve(Path::new("/w"), path);
            assert_eq!(source, Source::Web { url: "https://example.org/a.csv".into(), entry: None });
            assert_eq!(source.in_copy(Path::new("/c/a.csv")).gdal_name(), "/c/a.csv");
        }
        let other = "WFS:https://example.org";
        assert_eq!(Source::resolve(Path::new("/w"), other), Source::Gdal(other.into()));
    }

    #[test]
    fn only_files_of_this_machine_are_local() {
        assert_eq!(local("a.csv"), Some("/w/data/a.csv".into()));
        assert_eq!(local("/abs/a.csv"), Some("/abs/a.csv".into()));
        assert_eq!(local("/vsizip/00mun.zip"), Some("/w/data/00mun.zip".into()));
        assert_eq!(local("/vsizip//abs/00mun.zip/00mun.shp"), Some("/abs/00mun.zip".into()));
        assert_eq!(local("/vsizip/{archive}/x.shp"), Some("/w/data/archive".into()));
        for remote in [
            "PG:host=db dbname=gis",
            "/vsicurl/https://example.org/a.zip",
            "/vsizip/vsicurl/https://example.org/a.zip/a.shp",
            "/vsizip//vsicurl/https://example.org/a.zip/a.shp",
            "https://example.org/a.geojson",
            "WFS:https://example.org",
        ] {
            assert_eq!(local(remote), None, "{remote}");
        }
    }
}
