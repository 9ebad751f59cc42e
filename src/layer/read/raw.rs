//! A source as it stands: columns, geometry, CRS, nothing judged yet.

use std::path::Path;

use super::shapes::Shapes;
use super::{Options, ReadError, delimited, geojson, guard, open, sheet, utf8, wkt};
use crate::lang::Lang;
use crate::layer::{Column, Finding, nearest};

/// What a source holds.
#[derive(Debug)]
pub(super) struct Raw {
    /// Driver that read it.
    pub driver: String,
    /// Layer inside the source.
    pub layer: String,
    /// Attributes, text, integer, number or boolean.
    pub columns: Vec<Column>,
    /// Geometry; none for a table.
    pub shapes: Option<Shapes>,
    /// CRS of the geometry as WKT, and its name for people.
    pub crs: Option<(String, String)>,
    /// Rows.
    pub rows: usize,
    /// Tables of text and sheets: the line or row that each row starts on.
    pub lines: Option<Vec<u64>>,
    /// What these are counted as.
    pub line_word: &'static str,
    /// Which attributes are texts as they were written, of which nobody has said what they are; none where all are typed.
    pub written: Vec<bool>,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Rows that could not even be read, and are not among `rows`.
    pub kept_out: usize,
    /// What was noticed so far.
    pub findings: Vec<Finding>,
}

impl Raw {
    /// What to call a row in a message: its line in a text, its row in a sheet, else its number.
    pub fn place(&self, row: usize) -> String {
        match self.lines.as_ref().and_then(|lines| lines.get(row)) {
            Some(line) => format!("{} {line}", self.line_word),
            None => format!("feature {}", row + 1),
        }
    }

    /// The same in a language.
    pub fn place_in(&self, row: usize, lang: Lang) -> String {
        let place = self.place(row);
        let words = [("line", "línea"), ("row", "fila"), ("feature", "elemento")];
        match words.iter().find(|(en, _)| lang == Lang::Es && place.starts_with(en)) {
            Some((en, es)) => place.replacen(en, es, 1),
            None => place,
        }
    }

    /// Whether a column is texts of which nobody has said what they are.
    pub fn is_written(&self, column: usize) -> bool {
        self.written.get(column).copied().unwrap_or(false)
    }

    /// Names of the columns.
    pub fn fields(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.name.clone()).collect()
    }
}

/// Opens a source with the reader that fits.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    check_there(options)?;
    let io = |error| ReadError::Io { file: options.file(), error };
    let file = local_file(&options.path).map(Path::new).filter(|path| path.is_file());
    // The same file, not an archive that holds it.
    let plain = file.filter(|path| path.as_os_str() == options.path.as_str());
    let extension = Path::new(&options.path).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let extension = extension.to_ascii_lowercase();
    let mut sha256 = options.sha256.clone();
    let mut ids = None;
    if let Some(path) = plain.filter(|_| ["geojson", "json"].contains(&extension.as_str())) {
        let text = std::fs::read(path).map_err(io)?;
        let digest = || sha256.take().unwrap_or_else(|| super::hash::sha256(&text));
        let (digest, read) = rayon::join(digest, || geojson::load(&text, options));
        ids = (options.key == geojson::ID).then(|| geojson::ids(&text)).flatten();
        match read {
            Ok(raw) => {
                let raw = identified(raw, ids);
                let findings = utf8::mangled(&raw, options).into_iter().collect();
                return Ok(Raw { sha256: Some(digest), findings, ..raw });
            }
            Err(why) if why == geojson::TOO_WIDE => {
                return Err(ReadError::TooMuch {
                    file: options.file(),
                    what: format!("it has more fields than the {} that are read", open::MOST_FIELDS),
                });
            }
            Err(why) => tracing::debug!(file = options.file(), why, "left to GDAL"),
        }
        sha256 = Some(digest);
    }
    sha256 = match (sha256, file) {
        (None, Some(path)) => Some(super::sha256_file(path).map_err(io)?),
        (sha256, Some(_)) => sha256,
        (_, None) => None,
    };
    let raw = match table(options)? {
        Some(table) => table,
        None => open::load(options)?,
    };
    let raw = wkt::take(identified(raw, ids), options)?;
    let mangled = utf8::mangled(&raw, options);
    let mut findings = raw.findings;
    findings.extend(mangled);
    Ok(Raw { sha256, findings, ..raw })
}

/// The table of text or sheet that a source is, packed or not; `None` where it is no such thing.
pub(super) fn table(options: &Options) -> Result<Option<Raw>, ReadError> {
    let path = Path::new(&options.path);
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if path.is_file() && guard::TABLES.contains(&ending.as_str()) {
        return delimited::load(options).map(Some);
    }
    if path.is_file() && sheet::ENDINGS.contains(&ending.as_str()) {
        return sheet::load(options).map(Some);
    }
    let Some(guard::Unpacked { name, bytes, beside }) = guard::table(options)? else { return Ok(None) };
    // The rules of a table hold for one that was packed.
    let inside = Options { display: Some(options.file()), path: name, ..options.clone() };
    let mut table = match guard::written(&inside.path) {
        guard::Written::Sheet => sheet::of_bytes(bytes, &inside),
        _ => delimited::of_bytes(&bytes, &inside),
    }?;
    table.findings.extend(open::beside(&beside, options));
    Ok(Some(table))
}

/// Adds the ids of features as a field, where the source has none of that name: ids that are numbers are no field of GDAL's.
fn identified(mut raw: Raw, ids: Option<Vec<Option<String>>>) -> Raw {
    let there = raw.columns.iter().any(|column| column.name == geojson::ID);
    let ids = ids.filter(|ids| !there && ids.len() == raw.rows && ids.iter().any(Option::is_some));
    if let Some(ids) = ids {
        let ids: Vec<Option<&str>> = ids.iter().map(Option::as_deref).collect();
        raw.columns.insert(0, Column::texts(geojson::ID, ids));
    }
    raw
}

/// Whether the file of a source is there and is a file, if it is one of this machine.
pub(crate) fn check_there(options: &Options) -> Result<(), ReadError> {
    match local_file(&options.path).map(|path| (Path::new(path), Path::new(path).try_exists())) {
        // Who may not enter the folder does not know whether it is there.
        Some((_, Err(error))) => Err(ReadError::Io { file: options.file(), error }),
        Some((path, Ok(false))) => {
            Err(ReadError::MissingFile { file: options.file(), nearest: neighbour(path) })
        }
        Some((path, Ok(true))) => guard::irregular(path).map_or(Ok(()), |found| {
            let path = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            Err(ReadError::NotRegular { file: options.file(), path, found })
        }),
        None => Ok(()),
    }
}

/// The path on disk behind a source, or `None` where it is not a local file.
pub(super) fn local_file(path: &str) -> Option<&str> {
    split(path).map(|(file, _)| file)
}

/// What of the archive behind a source is asked for; all of it where that is not said.
pub(super) fn entry(path: &str) -> &str {
    split(path).map_or("", |(_, entry)| entry)
}

/// The path on disk, and the entry of the archive that it is.
fn split(path: &str) -> Option<(&str, &str)> {
    let inside = path.strip_prefix("/vsizip/").or_else(|| path.strip_prefix("/vsigzip/"));
    let file = inside.unwrap_or(path);
    let virtual_or_database = file.starts_with("/vsi")
        || file.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
    if virtual_or_database {
        return None;
    }
    if inside.is_none() {
        return Some((file, ""));
    }
    if let Some((archive, entry)) = file.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
        return Some((archive, entry.trim_start_matches('/')));
    }
    let lower = file.to_ascii_lowercase();
    let ends =
        [".zip/", ".kmz/", ".ods/", ".xlsx/"].iter().filter_map(|e| Some(lower.find(e)? + e.len() - 1));
    Some(ends.min().map_or((file, ""), |end| (&file[..end], file[end..].trim_start_matches('/'))))
}

/// The file in the same folder whose name is nearest.
fn neighbour(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    nearest(wanted, names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::local_file;

    #[test]
    fn sources_and_files_are_told_apart() {
        assert_eq!(local_file("a/b.gpkg"), Some("a/b.gpkg"));
        assert_eq!(local_file("/vsizip/a/b.zip"), Some("a/b.zip"));
        assert_eq!(local_file("/vsizip/a/b.zip/c.shp"), Some("a/b.zip"));
        assert_eq!(local_file("/vsizip/{a/b}/c.shp"), Some("a/b"));
        assert_eq!(local_file("/vsigzip/a/b.csv.gz"), Some("a/b.csv.gz"));
        assert_eq!(super::entry("/vsizip/a/b.ZIP/d/c.shp"), "d/c.shp");
        assert_eq!(local_file("/vsicurl/https://x.org/b.fgb"), None);
        assert_eq!(local_file("PG:dbname=x"), None);
    }
}
