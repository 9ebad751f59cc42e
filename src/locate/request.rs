//! What a run is asked for.

use std::path::{Path, PathBuf};

use super::LocateError;
use crate::join::MAX_SNAP_KM;
use crate::layer::Numerals;

/// Where the points are, which columns hold what, and what to write.
#[derive(Clone, Debug)]
pub struct Request {
    /// Parquet file or folder of them, CSV (also `.gz` and `.zst`), or any GDAL source.
    pub points: String,
    /// Layer inside a GDAL source.
    pub layer: Option<String>,
    /// Column of longitudes; found by its name if not given.
    pub lon: Option<String>,
    /// Column of latitudes.
    pub lat: Option<String>,
    /// Column of "lat, lon" texts.
    pub latlon: Option<String>,
    /// CRS of the points; for columns WGS84 if not given.
    pub crs: Option<String>,
    /// Text encoding of a CSV or Shapefile, where the file does not say it.
    pub encoding: Option<String>,
    /// Lines or rows above the header of a table.
    pub skip: usize,
    /// What stands between the cells of a text; found out where it is not said.
    pub delimiter: Option<u8>,
    /// How numbers that are texts are written.
    pub numerals: Numerals,
    /// Whether it was said how numbers are written, so that nothing is asked.
    pub numerals_stated: bool,
    /// Texts that mean missing in a CSV, besides the empty cell.
    pub missing: Vec<String>,
    /// What to write.
    pub task: Task,
    /// Points outside all zones take the nearest one within so many kilometres.
    pub snap_km: Option<f64>,
    /// Name of the column of keys in the output; that of the zones' key if not given.
    pub key_as: Option<String>,
    /// The file to write: `.csv`, `.parquet`, and for counts also `.geojson`; tagged CSV also `.csv.gz`
    /// and `.csv.zst`.
    pub out: PathBuf,
    /// Write nothing where a row is bad.
    pub strict: bool,
}

/// What to write of located points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A row for each zone, or for each zone and group.
    Count(Counting),
    /// The points themselves with the key of their zone.
    Tag,
}

/// What is counted besides the points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counting {
    /// Columns by whose values the points of a zone are counted apart.
    pub by: Vec<String>,
    /// Columns to add up.
    pub sums: Vec<String>,
    /// Column of dates or times whose distinct days are counted.
    pub days: Option<String>,
}

impl Request {
    /// The least that must be said; the rest has defaults.
    pub fn new(points: impl Into<String>, task: Task, out: impl Into<PathBuf>) -> Self {
        Self {
            points: points.into(),
            layer: None,
            lon: None,
            lat: None,
            latlon: None,
            crs: None,
            encoding: None,
            skip: 0,
            delimiter: None,
            numerals: Numerals::default(),
            numerals_stated: false,
            missing: Vec::new(),
            task,
            snap_km: None,
            key_as: None,
            out: out.into(),
            strict: false,
        }
    }

    /// Whether the points themselves are written.
    pub(super) fn tags(&self) -> bool {
        self.task == Task::Tag
    }

    /// Whether the geometry of the zones is needed besides their index: to snap, and for a map.
    pub fn needs_geometry(&self) -> bool {
        self.snap_km.is_some() || Format::of(&self.out, self.tags()) == Some(Format::GeoJson)
    }

    /// What is counted; nothing when tagging.
    pub(super) fn counting(&self) -> Counting {
        match &self.task {
            Task::Count(counting) => counting.clone(),
            Task::Tag => Counting::default(),
        }
    }

    /// The format to write; refuses what cannot be done before anything is read.
    pub(super) fn checked_format(&self) -> Result<Format, LocateError> {
        if let Some(km) = self.snap_km.filter(|km| !(*km > 0.0 && *km <= MAX_SNAP_KM)) {
            return Err(LocateError::SnapKm { km });
        }
        let format = Format::of(&self.out, self.tags());
        let format =
            format.ok_or_else(|| LocateError::Format { out: self.out.clone(), tags: self.tags() })?;
        match format {
            Format::GeoJson if !self.counting().by.is_empty() => {
                Err(LocateError::GroupsOnMap { out: self.out.clone() })
            }
            format => Ok(format),
        }
    }
}

/// A format of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv(Packing),
    Parquet,
    GeoJson,
}

/// How a text file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    /// The compression that a file name tells, and the name without it.
    pub fn of(name: &str) -> (Self, &str) {
        if let Some(inner) = name.strip_suffix(".gz") {
            (Self::Gzip, inner)
        } else if let Some(inner) = name.strip_suffix(".zst") {
            (Self::Zstd, inner)
        } else {
            (Self::None, name)
        }
    }
}

impl Format {
    fn of(out: &Path, tags: bool) -> Option<Self> {
        let name = out.file_name()?.to_str()?.to_ascii_lowercase();
        let (packing, inner) = Packing::of(&name);
        match (inner.rsplit_once('.')?.1, packing) {
            ("csv", packing) if tags || packing == Packing::None => Some(Self::Csv(packing)),
            ("parquet", Packing::None) => Some(Self::Parquet),
            ("geojson", Packing::None) if !tags => Some(Self::GeoJson),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_formats() {
        let of = |name: &str, tags| Format::of(Path::new(name), tags);
        assert_eq!(of("a/b.CSV", false), Some(Format::Csv(Packing::None)));
        assert_eq!(of("b.csv.gz", true), Some(Format::Csv(Packing::Gzip)));
        assert_eq!(of("b.csv.zst", true), Some(Format::Csv(Packing::Zstd)));
        assert_eq!(of("b.parquet", true), Some(Format::Parquet));
        assert_eq!(of("b.geojson", false), Some(Format::GeoJson));
        for (name, tags) in [
            ("b.csv.gz", false),
            ("b.geojson", true),
            ("b.parquet.gz", true),
            ("csv", true),
            ("b.xlsx", true),
        ] {
            assert_eq!(of(name, tags), None, "{name}");
        }
    }
}
