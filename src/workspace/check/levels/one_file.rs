//! A file has one level: the strictest that a layer which reads it states.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::standing::Standing;
use crate::checked::{Problem, Seg, place};
use crate::workspace::Source;
use crate::workspace::check::files::Files;
use crate::workspace::config::Read;

/// What a layer reads, however it is spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A file or folder on this machine, by number, so that links to it count as it; and where it lies.
    Here(u64, u64, PathBuf),
    /// Something else, by its address.
    Elsewhere(String),
}

impl Content {
    /// What a read layer reads; `None` where that cannot be told, as where the file is not there.
    pub(super) fn of(read: &Read, data: &Path) -> Option<Self> {
        match Source::resolve(data, &read.path) {
            Source::File(path) => Self::here(&whole(&path)),
            Source::Zip { archive, .. } => Self::here(&archive),
            Source::Web { url, .. } => {
                let address = url.split('#').next().unwrap_or_default();
                Some(Self::Elsewhere(address.trim_end_matches('/').to_owned()))
            }
            // One file in another's clothes (`CSV:a.csv`, `/vsigzip/a.gz`), or a server's, which tells its tables apart.
            Source::Gdal(name) => inside(&name, data).and_then(|path| Self::here(&path)).or_else(|| {
                let layer = read.layer.as_deref().unwrap_or_default();
                let words: Vec<&str> = name.split_whitespace().collect();
                Some(Self::Elsewhere(format!("{} {layer}", words.join(" "))))
            }),
        }
    }

    fn here(path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        let about = path.metadata().ok()?;
        Some(Self::Here(about.dev(), about.ino(), path))
    }

    /// Whether both read from one container.
    pub(super) fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here(device, number, path), Self::Here(other_device, other_number, other)) => {
                (device, number) == (other_device, other_number)
                    || path.starts_with(other)
                    || other.starts_with(path)
                    || same_bytes(path, other)
            }
            (Self::Elsewhere(one), Self::Elsewhere(other)) => one == other,
            (Self::Here(..), Self::Elsewhere(_)) | (Self::Elsewhere(_), Self::Here(..)) => false,
        }
    }
}

/// Whether two files hold the same: a copy of a list is the list.
fn same_bytes(one: &Path, other: &Path) -> bool {
    let length =
        |path: &Path| path.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len());
    let lengths = length(one).zip(length(other));
    if lengths.is_none_or(|(one, other)| one != other || one == 0) {
        return false;
    }
    let open = |path: &Path| std::fs::File::open(path).map(BufReader::new).ok();
    let Some((mut one, mut other)) = open(one).zip(open(other)) else { return false };
    loop {
        let (Ok(left), Ok(right)) = (one.fill_buf(), other.fill_buf()) else { return false };
        let read = left.len().min(right.len());
        if left[..read] != right[..read] {
            return false;
        }
        if read == 0 {
            return left.len() == right.len();
        }
        one.consume(read);
        other.consume(read);
    }
}

/// The file that stands for the parts of one source: a shapefile's table is its geometry's.
fn whole(path: &Path) -> PathBuf {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("dbf" | "shx" | "prj" | "cpg") => ["shp", "SHP"]
            .iter()
            .map(|ending| path.with_extension(ending))
            .find(|shape| shape.is_file())
            .unwrap_or_else(|| path.to_owned()),
        _ => path.to_owned(),
    }
}

/// The file on this machine that the name of a GDAL source leads to.
fn inside(name: &str, data: &Path) -> Option<PathBuf> {
    let mut rest = name;
    loop {
        let shorter = match rest.strip_prefix("/vsi") {
            Some(handler) => handler.split_once('/').map(|(_, path)| path),
            None => rest.split_once(':').filter(|(scheme, _)| scheme.len() >= 2).map(|(_, path)| path),
        };
        let Some(shorter) = shorter else { break };
        rest = shorter;
    }
    // An offset and a size may stand before a path, options after it.
    let rest = rest.rsplit(',').next()?.trim_matches(['"', '\'', '{', '}']);
    let path = data.join(rest);
    path.ancestors().find(|path| path.is_file()).map(Path::to_owned)
}

/// What each layer that is read reads.
pub(super) fn contents(files: &Files<'_>) -> BTreeMap<String, Content> {
    let Some(data) = files.data else { return BTreeMap::new() };
    let content = |(name, file, _): (&String, &crate::workspace::config::LayerFile, _)| {
        Some((name.clone(), Content::of(file.read.as_ref()?, data)?))
    };
    files.readable().filter_map(content).collect()
}

/// Refuses a layer that states less than another one of the same file.
pub(super) fn check(
    files: &Files<'_>,
    contents: &BTreeMap<String, Content>,
    standings: &BTreeMap<String, Standing>,
    problems: &mut Vec<Problem>,
) {
    for (name, _, document) in files.readable() {
        let (Some(content), Some(standing)) = (contents.get(name), standings.get(name)) else { continue };
        let others = contents.iter().filter(|(other, of_other)| *other != name && content.meets(of_other));
        let strictest = others
            .filter_map(|(other, _)| Some((other, standings.get(other)?.level)))
            .max_by(|(a, one), (b, other)| one.cmp(other).then_with(|| b.cmp(a)));
        let Some((other, level)) = strictest.filter(|(_, level)| *level > standing.level) else { continue };
        let stated = document.root.contains_key("level");
        let place: &[Seg<'_>] = if stated { place!["level"] } else { place!["read", "path"] };
        let message = format!(
            "the layer is \"{}\", and `{other}` reads the same file at \"{level}\": a file has the strictest level of \
             its layers",
            standing.level
        );
        let help = format!(
            "state level = \"{level}\" here too, and lower what is derived from it under [protect]; or keep in a file \
             of its own what is not sensitive"
        );
        problems.push(document.error(place, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::same_bytes;

    #[test]
    fn a_copy_is_the_same_file() {
        let dir = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let long = "id,lon,lat\n".repeat(9_000);
        let (one, copy) = (put("a.csv", &long), put("b.csv", &long));
        assert!(same_bytes(&one, &copy));
        assert!(!same_bytes(&one, &put("c.csv", &long.replacen("id", "ID", 1))));
        assert!(!same_bytes(&one, &put("d.csv", "id")));
        assert!(!same_bytes(&put("e.csv", ""), &put("f.csv", "")), "nothing is no list");
    }
}
