//! Opening a source with the reader that fits.

use std::path::Path;

use super::exists::check_there;
use super::local_path::local_file;
use super::raw::Raw;
use super::{Options, ReadError, delimited, geojson, guard, open, sheet, utf8, wkt};
use crate::layer::Column;

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
    if path.is_file() && guard::SHEETS.contains(&ending.as_str()) {
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
