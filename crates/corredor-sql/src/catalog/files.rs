//! Files as tables: through our readers, Parquet while the query runs.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::SessionState;

use super::Allow;
use crate::{Fault, QueryError};
use corredor::layer::Layer;
use corredor::layer::read::{ReadError, irregular, read_whole};

/// Endings of what DataFusion streams.
const PARQUET: [&str; 3] = ["parquet", "geoparquet", "parq"];

/// Endings of text that our reader takes, also packed by gzip.
const TABLES: [&str; 4] = ["csv", "tsv", "psv", "txt"];

/// How a file that was packed by gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// Endings and first bytes of what our readers take besides. Formats that can name other files are not among them.
const FORMATS: [(&str, &[u8]); 8] = [
    ("gpkg", b"SQLite format 3\0"),
    ("fgb", b"fgb"),
    ("shp", b"\0\0\x27\x0a"),
    ("geojson", b"{"),
    ("json", b"{"),
    ("xlsx", b"PK"),
    ("ods", b"PK"),
    ("dbf", b""),
];

/// A description of other sources, which GDAL would follow.
const STREAMED_ALGORITHM: &str = "gdal_streamed_alg";

/// A file that was found.
pub(super) enum File {
    /// Read whole.
    Whole(Arc<Layer>),
    /// To be read while the query runs.
    Streamed(PathBuf),
}

/// Whether a name can only be that of a file.
pub(super) fn is_file_name(name: &str) -> bool {
    name.contains(['/', '\\', ':']) || known(&ending(Path::new(name)))
}

/// The ending of a file in small letters; of what is packed, both.
fn ending(path: &Path) -> String {
    let of = |path: &Path| path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match of(path).as_str() {
        "gz" => format!("{}.gz", of(&path.with_extension(""))),
        plain => plain.to_owned(),
    }
}

fn is_table(ending: &str) -> bool {
    TABLES.contains(&ending.strip_suffix(".gz").unwrap_or(ending))
}

fn known(ending: &str) -> bool {
    PARQUET.contains(&ending) || is_table(ending) || FORMATS.iter().any(|(known, _)| *known == ending)
}

/// The files that can be queried, by their endings.
pub(super) fn kinds() -> String {
    let formats = FORMATS.iter().map(|(ending, _)| ending);
    let all = formats.chain(&TABLES).chain(&PARQUET).map(|ending| format!(".{ending}"));
    format!("these can: {}; texts also as .gz", all.collect::<Vec<_>>().join(", "))
}

/// Opens a file that may be read.
pub(super) fn open(allow: &Allow, name: &str) -> Result<File, QueryError> {
    let path = allow.resolve(name)?;
    let ending = ending(&path);
    if let Some(found) = irregular(&path) {
        return Err(Fault::new(format!("`{name}` is {found}, not a file")).into());
    }
    if PARQUET.contains(&ending.as_str()) {
        return Ok(File::Streamed(path));
    }
    if !known(&ending) || !path.is_file() {
        return Err(Fault::new(format!("`{name}` cannot be queried")).help(Some(kinds())).into());
    }
    check_format(&path, &ending, name)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let layer = if ending.ends_with(".gz") {
        stem.rsplit_once('.').map_or(stem.as_str(), |(stem, _)| stem)
    } else {
        &stem
    };
    let read = read_whole(layer, &path.to_string_lossy(), name);
    Ok(File::Whole(Arc::new(read.map_err(|error| unstated(error, name))?)))
}

/// A query has no place to say how a text is written: such errors say what has.
fn unstated(error: ReadError, name: &str) -> QueryError {
    match error {
        ReadError::NotEncoded { .. } | ReadError::NulByte { .. } => Fault::new(error.to_string())
            .help(Some(format!(
                "write it anew in UTF-8 (`iconv -f ENCODING -t UTF-8 {name}`), or make a layer of it that states `encoding`; `corredor inspect --suggest {name}` says which"
            )))
            .into(),
        error => error.into(),
    }
}

/// Refuses a file that is not what its name says: GDAL goes by contents, and would follow what they name.
fn check_format(path: &Path, ending: &str, name: &str) -> Result<(), QueryError> {
    let packed = ending.ends_with(".gz").then_some(GZIP);
    let of_format = FORMATS.iter().find(|(known, _)| *known == ending).map(|(_, begins)| *begins);
    let Some(begins) = packed.or(of_format) else { return Ok(()) };
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_end(&mut head));
    read.map_err(|error| QueryError::Failed { message: format!("{name}: {error}") })?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    let is = match begins {
        b"{" => text.starts_with(b"{") && !String::from_utf8_lossy(&head).contains(STREAMED_ALGORITHM),
        begins => head.starts_with(begins),
    };
    match is {
        true => Ok(()),
        false => Err(Fault::new(format!("`{name}` does not hold what its name says"))
            .help(Some(format!("check it with `corredor inspect {name}`")))
            .into()),
    }
}

/// A Parquet file, or a folder of them, as a table.
pub(super) async fn stream(
    planner: &SessionState,
    name: &str,
    path: &Path,
) -> Result<Arc<dyn TableProvider>, QueryError> {
    let failed = |error: &dyn std::fmt::Display| {
        QueryError::from(
            Fault::new(format!("`{name}` is not readable as Parquet: {error}"))
                .help(Some("check that the file is whole".to_owned())),
        )
    };
    let folder = if path.is_dir() { "/" } else { "" };
    let url = format!("file://{}{folder}", encoded(path));
    let url = ListingTableUrl::parse(url).map_err(|error| failed(&error))?;
    let ending = path.extension().and_then(|e| e.to_str()).map_or_else(String::new, |e| format!(".{e}"));
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(ending);
    let config = ListingTableConfig::new(url).with_listing_options(options);
    let config = config.infer_schema(planner).await.map_err(|error| failed(&error))?;
    Ok(Arc::new(ListingTable::try_new(config).map_err(|error| failed(&error))?))
}

/// A path as part of a URL, so that no letter of it means anything.
fn encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let letter = |&byte: &u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.as_os_str().as_bytes().iter().map(letter).collect()
}
