//! Which endings are read, and by which of GDAL's drivers.

use std::path::Path;

/// How the contents of a format begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// Plain text or a table without a mark; it can lead nowhere.
    Anything,
    /// One of these.
    Bytes(&'static [&'static [u8]]),
    /// JSON.
    Json,
    /// XML.
    Xml,
}

/// A format of files.
#[derive(Debug)]
pub(super) struct Format {
    /// Endings without the dot, lower case.
    pub endings: &'static [&'static str],
    /// Drivers that may open it.
    pub drivers: &'static [&'static str],
    /// How it begins.
    pub begins: Begins,
}

/// How a zip archive begins.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

/// How an SQLite database begins.
pub(super) const SQLITE: &[u8] = b"SQLite format 3\0";

/// The formats that are read. None of their drivers opens a file or server that the file names, once `content` has
/// looked at it.
static FORMATS: [Format; 19] = [
    Format {
        endings: &["geojson", "json"],
        drivers: &["GeoJSON", "ESRIJSON", "TopoJSON", "GeoJSONSeq"],
        begins: Begins::Json,
    },
    Format {
        endings: &["geojsonl", "geojsons", "geojsonseq", "ndjson", "jsonl"],
        drivers: &["GeoJSONSeq"],
        begins: Begins::Json,
    },
    Format { endings: &["topojson"], drivers: &["TopoJSON"], begins: Begins::Json },
    Format { endings: &["shp"], drivers: &["ESRI Shapefile"], begins: Begins::Bytes(&[b"\0\0\x27\x0a"]) },
    Format { endings: &["dbf"], drivers: &["ESRI Shapefile"], begins: Begins::Anything },
    Format { endings: &["shz"], drivers: &["ESRI Shapefile"], begins: Begins::Bytes(&[ZIP]) },
    Format { endings: &["gpkg"], drivers: &["GPKG"], begins: Begins::Bytes(&[SQLITE]) },
    Format {
        endings: &["sqlite", "sqlite3", "db"],
        drivers: &["SQLite", "GPKG"],
        begins: Begins::Bytes(&[SQLITE]),
    },
    Format { endings: &["fgb"], drivers: &["FlatGeobuf"], begins: Begins::Bytes(&[b"fgb"]) },
    Format { endings: &["gml", "xml"], drivers: &["GML"], begins: Begins::Xml },
    Format { endings: &["kml"], drivers: &["LIBKML", "KML"], begins: Begins::Xml },
    Format { endings: &["gpx"], drivers: &["GPX"], begins: Begins::Xml },
    Format { endings: &["kmz"], drivers: &["LIBKML"], begins: Begins::Bytes(&[ZIP]) },
    Format { endings: &["csv", "tsv", "txt", "psv"], drivers: &["CSV"], begins: Begins::Anything },
    Format { endings: &["xlsx", "xlsm"], drivers: &["XLSX"], begins: Begins::Bytes(&[ZIP]) },
    Format { endings: &["ods"], drivers: &["ODS"], begins: Begins::Bytes(&[ZIP]) },
    Format { endings: &["tab", "mif"], drivers: &["MapInfo File"], begins: Begins::Anything },
    Format {
        endings: &["xls"],
        drivers: &["XLS"],
        begins: Begins::Bytes(&[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
    },
    // A folder.
    Format { endings: &["gdb"], drivers: &["OpenFileGDB"], begins: Begins::Anything },
];

/// The ending of a name, lower case; of `a.gdb` the folder's own.
pub(super) fn of(name: &str) -> String {
    let name = name.trim_end_matches('/');
    Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase()
}

/// The format of an ending.
pub(super) fn format(ending: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.endings.contains(&ending))
}

/// The drivers for a folder.
pub(super) fn of_folder(ending: &str) -> &'static [&'static str] {
    match ending {
        "gdb" => &["OpenFileGDB"],
        _ => &FOLDERS,
    }
}

/// The ending of what an entry of an archive belongs to, and its folder where that is a geodatabase.
pub(super) fn in_archive(name: &str) -> (String, Option<&str>) {
    let mut end = 0;
    for part in name.split_inclusive('/') {
        end += part.len();
        if part.ends_with('/') && of(part) == "gdb" {
            return ("gdb".to_owned(), Some(name[..end].trim_end_matches('/')));
        }
    }
    (of(name), None)
}

impl Format {
    /// Whether all of a file is looked through, not only its head.
    pub fn is_looked_through(&self) -> bool {
        match self.begins {
            Begins::Json | Begins::Xml => true,
            Begins::Bytes(begins) => [ZIP, SQLITE].contains(&begins[0]),
            Begins::Anything => false,
        }
    }

    /// Whether its driver opens a folder of such files.
    pub fn is_of_folders(&self) -> bool {
        self.drivers.iter().any(|driver| FOLDERS.contains(driver))
    }
}

/// Drivers that open folders of files.
const FOLDERS: [&str; 3] = ["ESRI Shapefile", "CSV", "MapInfo File"];

/// What a source can be told of, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Rows of text.
    Text,
    /// Cells of a sheet.
    Sheet,
    /// A shapefile or its table, which may not say its encoding.
    Shapefile,
    /// A format that says itself where its fields are, and in which encoding.
    Fields,
    /// Nobody knows before it is opened.
    Unknown,
}

/// Endings of text that our own reader takes.
pub(in crate::layer::read) const TABLES: [&str; 4] = ["csv", "tsv", "txt", "psv"];

/// Endings of workbooks.
pub(in crate::layer::read) const SHEETS: [&str; 4] = ["xlsx", "xlsm", "xls", "ods"];

/// What a source can be told of; packing is looked through where it says what is packed.
pub(crate) fn written(path: &str) -> Written {
    let ending = of(path.strip_suffix(".gz").unwrap_or(path));
    match format(&ending) {
        _ if TABLES.contains(&ending.as_str()) => Written::Text,
        _ if SHEETS.contains(&ending.as_str()) => Written::Sheet,
        Some(format) if format.drivers.contains(&"ESRI Shapefile") => Written::Shapefile,
        Some(_) => Written::Fields,
        None => Written::Unknown,
    }
}

/// All endings, for people.
pub(crate) fn listed() -> String {
    let endings = FORMATS.iter().flat_map(|format| format.endings);
    let all: Vec<String> = endings.chain(&["zip"]).map(|ending| format!(".{ending}")).collect();
    all.join(", ")
}
