//! What to do about an error of reading.

use super::doubts::is_power_of_spreadsheet;
use super::{Kind, ReadError};
use crate::layer::text::{DOS, Notation};

impl ReadError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::MissingFile { nearest: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::MissingFile { .. } => {
                "check the path; in a layer's [read] it starts from the workspace's `data` folder"
            }
            Self::UnknownFormat { .. } => "check that the file is whole, and that it is what its ending says",
            Self::UnknownEnding { .. } => {
                return Some(format!(
                    "these are read: {}; convert others by `ogr2ogr NEW.gpkg OLD`",
                    super::guard::listed()
                ));
            }
            Self::NotAsNamed { .. } => "fetch it again, or give it the ending of what it is",
            Self::LeadsElsewhere { .. } => {
                "name the file that it stands for, or make one of it by `ogr2ogr NEW.gpkg OLD` where you trust it"
            }
            Self::NotRegular { .. } => {
                "name a file or a folder; write what comes from elsewhere into a file first"
            }
            Self::TooMuch { .. } => "check that it is what it should be; split it where it is",
            Self::TooLong { .. } => {
                "check that it can be read (`ogrinfo -so -al`); CORREDOR_READ_SECONDS sets how long a source may be silent"
            }
            Self::MissingBeside { beside, .. } if beside.to_ascii_lowercase().ends_with(".shx") => {
                "a shapefile is several files: get it from where the others came from, or make it by `ogr2ogr --config SHAPE_RESTORE_SHX YES NEW.gpkg OLD.shp`"
            }
            Self::MissingBeside { .. } => {
                "a shapefile is several files (.shp, .shx, .dbf, .prj): get it from where the others came from"
            }
            Self::WhichEntry { archive, entries, .. } => {
                let first = entries.first().map_or("", String::as_str);
                return Some(format!(
                    "name one, as in `/vsizip/{archive}/{first}`; it holds: {}",
                    entries.join(", ")
                ));
            }
            Self::Unsettled { .. } => {
                "close the program that edits it, such as QGIS, or copy it by `ogr2ogr COPY.gpkg SOURCE`"
            }
            Self::Postgres(error) => return Some(error.help()),
            Self::WhichLayer { layers, nearest, .. } => {
                return Some(match nearest {
                    Some(near) => format!("did you mean `layer = \"{near}\"`?"),
                    None => format!("state `layer`, one of: {}", layers.join(", ")),
                });
            }
            Self::MissingCrs { .. } => "state it in the layer's [read], for example `crs = \"EPSG:4326\"`",
            Self::BadCrs { .. } => "state it as an authority code (`EPSG:6372`), WKT or a PROJ string",
            Self::NoField { nearest: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::NoField { fields, .. } => return Some(format!("it has: {}", fields.join(", "))),
            Self::MissingKey { .. } => {
                "fill it in the source, name another `key`, or set `number_rows = true` where rows need no key"
            }
            Self::DuplicateKey { value, .. } if is_power_of_spreadsheet(value) => {
                "a spreadsheet has shortened the codes, so that several became one and their digits are lost: ask for the table with the column as text"
            }
            Self::DuplicateKey { kind: Kind::Polygon, .. } => {
                "a key names one feature: set `dissolve = true` to make one zone of the rows of each key, such as the islands of a unit; else correct the source or name another `key`"
            }
            Self::DuplicateKey { kind: Kind::None, .. } => {
                "a key names one row: of a table with several years or groups keep one, as by `corredor query -e \"SELECT * FROM 'FILE' WHERE year = 2020\" -o ONE.csv`; else correct the source or name another `key`"
            }
            Self::DuplicateKey { .. } => "a key names one feature: correct the source or name another `key`",
            Self::NotNumeric { value, expected, .. } => {
                return Some(// A point is wrong in an integer whatever stands before decimals.
                    Notation::of(value).filter(|n| *n != Notation::DecimalPoint || !expected.contains("integer")).map_or_else(|| format!(
                    "if `{value}` means missing, add it to `missing`; otherwise correct the source or declare the field as text"
                ), |notation| notation.help().to_owned()));
            }
            Self::Changed { .. } => {
                "correct it in the source: numbers have a decimal point there, and nothing else; a code is text"
            }
            Self::IntegerTooLarge { .. } => {
                "if it is a code, write it as text in the source, or leave the field out (`fields`)"
            }
            Self::OutOfRange { help, .. } => help,
            Self::NotCoordinate { value, .. } => Notation::of_pair(value)
                .or_else(|| Notation::of(value))
                .map_or("correct the source; an empty cell is counted as a missing place", Notation::help),
            Self::OverDateLine { .. } => {
                "cut it there, as RFC 7946 (3.1.9) asks: `ogr2ogr -wrapdateline CUT.gpkg SOURCE`"
            }
            Self::Empty { .. } => {
                "check that this is the right file and layer (`corredor inspect` shows what is in it)"
            }
            Self::MixedKinds { .. } => "split the source so that each layer holds one kind of geometry",
            Self::WrongKind { .. } => "correct `geometry`, or name another file or `layer`",
            Self::Truncated { .. } | Self::Damaged { .. } => {
                "fetch the file again and compare its size or checksum with the publisher's"
            }
            Self::PartsDoNotJoin { .. } => {
                "join them in the source, or set `parts = \"split\"` to make each part a route"
            }
            Self::BadGeometry { .. } => "repair or remove the feature in the source",
            Self::BadRow { help, .. } => help,
            Self::NulByte { looks_like: Some(encoding), .. } => {
                return Some(format!("it looks like {encoding}: state `encoding = \"{encoding}\"`"));
            }
            Self::NulByte { .. } => "check that the file is a table of text, and whole",
            Self::NotText { looks_like, .. } => {
                let encoding = looks_like.unwrap_or("ISO-8859-1");
                return Some(format!(
                    "state the encoding, for example `encoding = \"{encoding}\"` (CSV, Shapefile), or write the file anew in UTF-8"
                ));
            }
            Self::NotEncoded { looks_like: Some(DOS), .. } => {
                return Some(format!(
                    "it looks like {DOS}, as old programs of DOS write: make it UTF-8 by `iconv -f {DOS} -t UTF-8 OLD > NEW`"
                ));
            }
            Self::NotEncoded { looks_like, .. } => {
                let encoding = looks_like.unwrap_or("ISO-8859-1");
                return Some(format!("state the encoding, for example `encoding = \"{encoding}\"`"));
            }
            Self::BadEncoding { .. } => "use a WHATWG name such as `UTF-8`, `ISO-8859-1`, `windows-1252`",
            Self::Io { .. } => "check that the file can be read by this user",
            Self::Layer { error, .. } => return error.help(),
            Self::Surface { .. } => {
                "make polygons of it where it lies flat: `ogr2ogr -nlt MULTIPOLYGON -dim XY FLAT.gpkg SOURCE`"
            }
        };
        Some(text.to_owned())
    }
}
