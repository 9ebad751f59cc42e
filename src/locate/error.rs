//! What can go wrong while points are streamed.

use std::path::PathBuf;

use thiserror::Error;

use super::{Fault, Report};
use crate::index::IndexFileError;
use crate::join::{JoinError, MAX_SNAP_KM};
use crate::lang::Lang;
use crate::layer::read::ReadError;
use crate::layer::write::WriteError;
use crate::layer::{LayerError, Notation};

/// A run that did not come to its end; nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LocateError {
    /// The points cannot be opened or read on.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The zones cannot be read.
    #[error(transparent)]
    ReadZones(ReadError),
    /// The zones cannot be indexed.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// The zones do not hold what is needed.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// No column by whose name longitudes and latitudes can be told.
    #[error("{file}: no columns that are called as longitudes and latitudes are, and no geometry")]
    NoPlace {
        /// The file.
        file: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A source whose geometry is not points.
    #[error("{file}: layer `{layer}` holds {found} geometry; points are needed")]
    NotPoints {
        /// The file.
        file: String,
        /// The layer.
        layer: String,
        /// What it holds.
        found: String,
    },
    /// A column that an option names and the points lack.
    #[error("{file}: there is no column `{column}`, which --{option} names")]
    NoColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The option, without dashes.
        option: &'static str,
        /// The nearest name.
        nearest: Option<String>,
        /// All columns.
        columns: Vec<String>,
    },
    /// A column whose type does not serve.
    #[error("{file}: column `{column}`, which --{option} names, is of type {found}")]
    ColumnType {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The option, without dashes.
        option: &'static str,
        /// Its type.
        found: String,
    },
    /// Two columns of the output with one name.
    #[error("the output would have two columns called `{column}`")]
    Repeated {
        /// The name.
        column: String,
    },
    /// A Parquet file that is damaged, or uses what is not built in.
    #[error("{file}: not readable as Parquet: {reason}")]
    Parquet {
        /// The file.
        file: String,
        /// What the reader said.
        reason: String,
    },
    /// Files of one folder that differ in their columns.
    #[error("{file}: its columns are not those of {first}")]
    Mixed {
        /// The file.
        file: String,
        /// The first file of the folder.
        first: String,
    },
    /// A file that ends before its compressed stream does, or a row without an end.
    #[error("{file}: {reason}")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// An output format that is not known.
    #[error("{}: the name does not end as a format that can be written", .out.display())]
    Format {
        /// The file to write.
        out: PathBuf,
        /// Whether points are tagged.
        tags: bool,
    },
    /// Groups where a format has one feature a zone.
    #[error("{}: GeoJSON has one feature a zone, and --by gives several rows", .out.display())]
    GroupsOnMap {
        /// The file to write.
        out: PathBuf,
    },
    /// A snapping distance that makes no sense.
    #[error("--snap-km {km}: give more than 0 and at most {MAX_SNAP_KM} km")]
    SnapKm {
        /// The distance asked for.
        km: f64,
    },
    /// An index file that is not used.
    #[error(transparent)]
    Index(#[from] IndexFileError),
    /// Zones whose index cannot be kept.
    #[error("{zones}: only the index of zones in one local file can be kept")]
    IndexSource {
        /// The zones.
        zones: String,
    },
    /// Zones whose bytes cannot be read.
    #[error("cannot read {}: {error}", .path.display())]
    Zones {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A run that needs the geometry of zones of which only an index was opened.
    #[error("snapping and GeoJSON need the geometry of the zones, and only their index was opened")]
    NoGeometry,
    /// The output cannot be written.
    #[error("cannot write {}: {error}", .out.display())]
    Output {
        /// The file.
        out: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The zones cannot be written as they stand.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Rows of which hardly any can be read.
    #[error("{file}: {bad} of {of} rows cannot be read; {word} {number}: {}", .first.text(Lang::En))]
    MostlyBad {
        /// The file.
        file: String,
        /// Rows that cannot be read.
        bad: u64,
        /// Of how many.
        of: u64,
        /// What rows are counted as.
        word: &'static str,
        /// The first of them.
        number: u64,
        /// What is wrong with it.
        first: Fault,
    },
    /// Bad rows, and `strict`.
    #[error("{}, and --strict was asked for: nothing was written", refused(.report))]
    Strict {
        /// What was found.
        report: Box<Report>,
    },
}

impl LocateError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::Read(error) => return error.help().map(|help| by_options(&help)),
            Self::ReadZones(error) => {
                return error.help().map(|help| stated_by(&help, "layer", "zones-layer"));
            }
            Self::Layer(error) => return error.help(),
            Self::Write(error) => return error.help(),
            Self::Join(_) | Self::SnapKm { .. } | Self::Index(_) => return None,
            Self::IndexSource { .. } => "copy them into a file, or leave --index out",
            Self::Zones { .. } => "check the file and that this user may read it",
            Self::NoGeometry => "open the zones with their geometry",
            Self::NoPlace { columns, .. } => {
                return Some(format!(
                    "name them with --lon and --lat, or one column of \"lat, lon\" with --latlon; it has: {}",
                    columns.join(", ")
                ));
            }
            Self::NotPoints { .. } => "name another file or --layer; are points and zones exchanged?",
            Self::NoColumn { nearest: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::NoColumn { columns, .. } => return Some(format!("it has: {}", columns.join(", "))),
            Self::ColumnType { option: "days", .. } => {
                "name a column of dates, time stamps or ISO texts (2024-02-29)"
            }
            Self::ColumnType { .. } => "name a column of numbers, or of texts that are numbers",
            Self::Repeated { .. } => {
                "name each column once; the column of zone keys gets another name with --as"
            }
            Self::Parquet { .. } => {
                "check that the file is whole; of compressions, Snappy, Zstandard, gzip and LZ4 are read"
            }
            Self::Mixed { .. } => "locate such files one by one",
            Self::Damaged { .. } => {
                "fetch the file again and compare its size or checksum with the publisher's"
            }
            Self::Format { tags: true, .. } => "name it .csv, .csv.gz, .csv.zst or .parquet",
            Self::Format { .. } => "name it .csv, .parquet or .geojson",
            Self::GroupsOnMap { .. } => "write .csv or .parquet, or leave --by out",
            Self::Output { .. } => "check the folder, the free space and that this user may write there",
            Self::MostlyBad { first, .. } => match first {
                Fault::Unreadable { text, .. } => {
                    let notation = Notation::of_pair(text).or_else(|| Notation::of(text));
                    return Some(notation.map_or_else(
                        || "correct the rows, or name other columns".to_owned(),
                        |notation| by_options(notation.help()),
                    ));
                }
                Fault::Cells { .. } => {
                    "state what parts the cells with --delimiter, or how many lines stand above the header with --skip"
                }
                Fault::OutOfRange { swapped: true, .. } => "exchange --lon and --lat, or correct the source",
                _ => "name other columns, or state the CRS with --crs",
            },
            Self::Strict { report } if report.bad.count() == 0 => {
                "look at the warnings above, or leave --strict out"
            }
            Self::Strict { .. } => "correct the rows above, or leave --strict out",
        };
        Some(text.to_owned())
    }
}

/// What stands in the way of a strict run.
fn refused(report: &Report) -> String {
    let (count, word) = match report.bad.count() {
        0 => (report.warnings() as u64, "warning"),
        bad => (bad, "bad row"),
    };
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Settings of a layer file that have an option of their own here.
const OPTIONS: [&str; 10] =
    ["layer", "encoding", "delimiter", "decimal", "thousands", "skip", "missing", "crs", "lon", "lat"];

/// A help that speaks of a layer file, for who gives options: `--skip 2` for `skip = 2` in [read].
pub(crate) fn by_options(help: &str) -> String {
    let mut text = help.to_owned();
    for words in [", in the layer's [read]", " in the layer's [read]", " out of the layer's [read]"] {
        text = text.replace(words, if words.starts_with(" out") { " out" } else { "" });
    }
    text = text.replace(" there if", " if").replace(" (`locate`: --decimal ,)", "");
    OPTIONS.iter().fold(text, |text, name| stated_by(&text, name, name))
}

/// A help in which an option takes the place of a setting.
fn stated_by(help: &str, setting: &str, option: &str) -> String {
    let mut text = help.replace(&format!("`{setting}`"), &format!("`--{option}`"));
    let stated = format!("`{setting} = ");
    while let Some(at) = text.find(&stated) {
        let start = at + stated.len();
        let Some(end) = text[start..].find('`').map(|end| start + end) else { break };
        let value = text[start..end].trim_matches('"');
        let value = match value.contains([' ', '\'']) {
            true => format!("\"{value}\""),
            false => value.to_owned(),
        };
        text.replace_range(at..end, &format!("`--{option} {value}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::by_options;
    use crate::layer::Notation;
    use crate::layer::read::NOTATIONS;

    #[test]
    fn settings_are_told_as_options() {
        for (help, expected) in [
            (
                "state the encoding, for example `encoding = \"UTF-16LE\"`",
                "state the encoding, for example `--encoding UTF-16LE`",
            ),
            (
                "state what parts the cells (`delimiter`), or how many lines stand above the header (`skip`), in the layer's [read]; texts with commas need quotes",
                "state what parts the cells (`--delimiter`), or how many lines stand above the header (`--skip`); texts with commas need quotes",
            ),
            (
                "state it in the layer's [read], for example `crs = \"EPSG:4326\"`",
                "state it, for example `--crs EPSG:4326`",
            ),
            (
                "the header stands in row 3: state `skip = 2` in the layer's [read]",
                "the header stands in row 3: state `--skip 2`",
            ),
        ] {
            assert_eq!(by_options(help), expected);
        }
        for text in NOTATIONS {
            let told = by_options(Notation::of(text).unwrap().help());
            assert!(!told.contains("[read]") && !told.contains(" = "), "{text}: {told}");
        }
        assert!(by_options(Notation::ThousandsByBlanks.help()).contains("`--thousands \" \"`"));
    }
}
