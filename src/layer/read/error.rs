//! What can go wrong while reading, said with file, layer, feature and field.

use thiserror::Error;

use super::Kind;
use crate::layer::LayerError;
use crate::layer::postgres::PostgresError;

/// What to do about a quote.
const CLOSE: &str = "close it, or double it where it is part of the text (`\"\"`), in the source";

/// A source that cannot become a layer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file is not there.
    #[error("{file}: no such file")]
    MissingFile {
        /// The file.
        file: String,
        /// The nearest name in the same folder.
        nearest: Option<String>,
    },
    /// GDAL does not know the format, or the file is damaged from the start.
    #[error("{file}: cannot be opened as a vector source or table: {reason}")]
    UnknownFormat {
        /// The file.
        file: String,
        /// What GDAL said.
        reason: String,
    },
    /// An ending that says no format that is read.
    #[error("{file}: `{name}` has no ending of a format that is read")]
    UnknownEnding {
        /// The file.
        file: String,
        /// Its name, or that of what is in an archive.
        name: String,
    },
    /// Another format than the ending says.
    #[error("{file}: its name ends in `.{ending}`, but it is {found}")]
    NotAsNamed {
        /// The file.
        file: String,
        /// The ending, without the dot.
        ending: String,
        /// What it is.
        found: String,
    },
    /// Contents that stand for other files or servers.
    #[error("{file}: it is {what}: a source is read from its own file only")]
    LeadsElsewhere {
        /// The file.
        file: String,
        /// What it is.
        what: String,
    },
    /// No file or folder.
    #[error("{file}: `{path}` is {found}, not a file")]
    NotRegular {
        /// The file.
        file: String,
        /// The name of what is none.
        path: String,
        /// What it is.
        found: &'static str,
    },
    /// More than is read of any source.
    #[error("{file}: {what}")]
    TooMuch {
        /// The file.
        file: String,
        /// What is too much.
        what: String,
    },
    /// Nothing more came.
    #[error("{file}: nothing has come of it for {seconds} seconds")]
    TooLong {
        /// The file.
        file: String,
        /// How long it was waited for, seconds.
        seconds: u64,
    },
    /// Changes that the file does not hold yet.
    #[error("{file}: `{beside}` beside it holds changes that are not in the file yet")]
    Unsettled {
        /// The file.
        file: String,
        /// The file that holds them.
        beside: String,
    },
    /// A shapefile without a file that belongs to it.
    #[error("{file}: `{beside}` is not beside it")]
    MissingBeside {
        /// The file.
        file: String,
        /// What is missing.
        beside: String,
    },
    /// An archive with several layers in several folders, and none named.
    #[error("{file}: holds {} sources in several folders, and the path names none of them", entries.len())]
    WhichEntry {
        /// The file.
        file: String,
        /// Name of the archive.
        archive: String,
        /// The sources in it, by their paths.
        entries: Vec<String>,
    },
    /// A container that is not whole.
    #[error("{file}: {detail}")]
    Damaged {
        /// The file.
        file: String,
        /// How that was seen.
        detail: String,
    },
    /// A database that cannot be reached.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// A source with several layers, and none named.
    #[error("{file}: holds {} layers, and `layer` names none of them", layers.len())]
    WhichLayer {
        /// The file.
        file: String,
        /// Its layers.
        layers: Vec<String>,
        /// The nearest to the one asked for.
        nearest: Option<String>,
    },
    /// No CRS stated.
    #[error("{file}: layer `{layer}` does not state its coordinate reference system")]
    MissingCrs {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
    },
    /// A CRS that PROJ does not know, or that cannot be transformed.
    #[error("{file}: coordinate reference system `{crs}`: {reason}")]
    BadCrs {
        /// The file.
        file: String,
        /// The CRS.
        crs: String,
        /// What PROJ said.
        reason: String,
    },
    /// A field that a setting names and the source lacks.
    #[error("{file}: layer `{layer}` has no field `{field}`, which `{setting}` names")]
    NoField {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The field.
        field: String,
        /// The setting that names it.
        setting: &'static str,
        /// The nearest field.
        nearest: Option<String>,
        /// All fields.
        fields: Vec<String>,
    },
    /// A feature without a key.
    #[error("{file}: layer `{layer}`, {place}: the key `{key}` is empty")]
    MissingKey {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The line or feature.
        place: String,
        /// The key field.
        key: String,
    },
    /// Two features with one key.
    #[error(
        "{file}: layer `{layer}`: {first} and {second} both have the key `{key}` = `{value}`; {repeated} of {of} keys stand in several rows"
    )]
    DuplicateKey {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        second: String,
        /// The key field.
        key: String,
        /// The value.
        value: String,
        /// How many keys stand in several rows.
        repeated: usize,
        /// Of how many keys.
        of: usize,
        /// Kind of the layer.
        kind: Kind,
    },
    /// A text where a number was declared.
    #[error("{file}: layer `{layer}`, {place}, field `{field}`: `{value}` is not {expected}")]
    NotNumeric {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The line or feature.
        place: String,
        /// The field.
        field: String,
        /// What stands there.
        value: String,
        /// `a number` or `an integer`.
        expected: &'static str,
    },
    /// A whole number that does not fit.
    #[error(
        "{file}: layer `{layer}`, {place}, field `{field}`: holds a whole number too large to be read exactly"
    )]
    IntegerTooLarge {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The feature.
        place: String,
        /// The field.
        field: String,
    },
    /// A value that would not be read as it stands.
    #[error("{file}: layer `{layer}`: a value cannot be read as it stands: {detail}")]
    Changed {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// What GDAL said of it.
        detail: String,
    },
    /// A coordinate off the globe.
    #[error("{file}: layer `{layer}`, {place}: longitude {lon}, latitude {lat} {fault}")]
    OutOfRange {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The line or feature.
        place: String,
        /// Longitude as read, degrees.
        lon: f64,
        /// Latitude as read, degrees.
        lat: f64,
        /// What is wrong with it.
        fault: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// A text that is not a coordinate.
    #[error("{file}: {place}, field `{field}`: `{value}` is not {expected}")]
    NotCoordinate {
        /// The file.
        file: String,
        /// The line or feature.
        place: String,
        /// The column.
        field: String,
        /// What stands there.
        value: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A line or border that jumps from one side of the date line to the other.
    #[error(
        "{file}: layer `{layer}`, feature `{feature}`: goes from longitude {from_deg} to {to_deg} in one step, over the date line"
    )]
    OverDateLine {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// Longitude before, degrees.
        from_deg: f64,
        /// Longitude after, degrees.
        to_deg: f64,
    },
    /// Nothing in it.
    #[error("{file}: layer `{layer}` is empty: {detail}")]
    Empty {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// What is missing.
        detail: &'static str,
    },
    /// Several kinds of geometry.
    #[error("{file}: layer `{layer}` mixes kinds of geometry: {kinds}")]
    MixedKinds {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Kinds with their counts.
        kinds: String,
    },
    /// Another kind than the layer file says.
    #[error("{file}: layer `{layer}` holds {found} geometry, but `geometry` says {expected}")]
    WrongKind {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// What it holds.
        found: String,
        /// What was said.
        expected: &'static str,
    },
    /// A file that ends before its features do.
    #[error("{file}: layer `{layer}` is truncated or damaged: {detail}")]
    Truncated {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// How that was seen.
        detail: String,
    },
    /// A route of parts that do not join.
    #[error(
        "{file}: layer `{layer}`, feature `{feature}`: the line has {parts} parts that do not join end to end"
    )]
    PartsDoNotJoin {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// Number of parts after joining.
        parts: usize,
    },
    /// A geometry that cannot be decoded or repaired.
    #[error("{file}: layer `{layer}`, feature `{feature}`: {reason}")]
    BadGeometry {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// What is wrong.
        reason: String,
    },
    /// A line of a text, or a row of a sheet, that does not fit.
    #[error("{file}: {word} {line}: {reason}")]
    BadRow {
        /// The file.
        file: String,
        /// What it is counted as: `line` or `row`.
        word: &'static str,
        /// The line or row, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A byte that no text has.
    #[error("{file}: line {line}: holds a byte of value 0, which no text has")]
    NulByte {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The encoding that it seems to have.
        looks_like: Option<&'static str>,
    },
    /// Bytes that are not text in the stated encoding.
    #[error("{file}: line {line}: the bytes are not {encoding}")]
    NotEncoded {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// The encoding that was assumed.
        encoding: String,
        /// The encoding that it seems to have.
        looks_like: Option<&'static str>,
    },
    /// Bytes that are no text, in a format that states its encoding or leaves it to a file beside it.
    #[error("{file}: layer `{layer}`, {place}, field `{field}`: the bytes are not UTF-8: `{shown}`")]
    NotText {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// The feature.
        place: String,
        /// The field.
        field: String,
        /// What stands there, wrong bytes replaced.
        shown: String,
        /// The encoding that it seems to have.
        looks_like: Option<&'static str>,
    },
    /// An encoding nobody knows, or one that this format does not let us choose.
    #[error("{file}: encoding `{encoding}`: {reason}")]
    BadEncoding {
        /// The file.
        file: String,
        /// The encoding.
        encoding: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The file could not be read.
    #[error("{file}: {error}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The layer that came out does not hold together.
    #[error("{file}: {error}")]
    Layer {
        /// The file.
        file: String,
        /// What is wrong.
        error: LayerError,
    },
    /// A surface in space where a zone is needed.
    #[error("{file}: layer `{layer}`, feature `{feature}`: a {kind} is a surface in space, not a zone")]
    Surface {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// `TIN`, `Triangle` or `PolyhedralSurface`.
        kind: &'static str,
    },
}

impl ReadError {
    /// A quote that opens on a line of a text and never closes.
    pub(crate) fn open_quote(file: String, line: u64) -> Self {
        Self::BadRow {
            file,
            word: "line",
            line,
            reason: "a quote that opens here is never closed".to_owned(),
            help: CLOSE.to_owned(),
        }
    }

    /// A quote that opens on a line of a text and closes within a cell of another.
    pub(crate) fn torn_quote(file: String, opened: u64, closed: u64) -> Self {
        Self::BadRow {
            file,
            word: "line",
            line: opened,
            reason: format!("a quote that opens here closes in the middle of a cell of line {closed}"),
            help: CLOSE.to_owned(),
        }
    }
}
