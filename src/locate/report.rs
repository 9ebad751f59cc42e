//! What a run did.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::{BadRows, Saved};
use crate::lang::Lang;
use crate::layer::{Astray, Finding, Severity};

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Rows read: located, outside and bad.
    pub points: u64,
    /// Points in a zone, snapped ones included.
    pub located: u64,
    /// Of these, points outside all zones that took the nearest; none where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapped: Option<u64>,
    /// Points in no zone.
    pub outside: u64,
    /// Why most points are in no zone, where they are and it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Astray>,
    /// Rows that could not be used.
    pub bad: BadRows,
    /// Of these, rows that are not in the tagged output either, since they cannot be taken apart.
    pub left_out: u64,
    /// Columns that are added up and lack values in some of the points that are counted: sums are of the others, and null
    /// where none is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<Lacking>,
    /// What was noticed in the source of the points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Rows written.
    pub rows: u64,
    /// Zones.
    pub zones: usize,
    /// What became of the file of the index; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<Saved>,
    /// Columns that the places came from, or the layer of GDAL.
    pub place: String,
    /// What the numbers of bad rows count: `line` or `row`.
    pub numbered_by: &'static str,
    /// Seconds that building the index took.
    pub index_seconds: f64,
    /// Seconds from the first point to the file.
    pub seconds: f64,
}

/// A column that is added up and lacks values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// The column.
    pub column: String,
    /// Points without a value.
    pub points: u64,
}

impl Report {
    /// Warnings among what was noticed in the source of the points.
    pub fn warnings(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == Severity::Warning).count()
    }

    /// Points a second, without the index.
    pub fn points_per_second(&self) -> f64 {
        if self.seconds > 0.0 { self.points as f64 / self.seconds } else { 0.0 }
    }
}

impl Serialize for BadRows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct First<'a>(&'a BadRows);
        impl Serialize for First<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut list = serializer.serialize_seq(None)?;
                for (number, fault) in self.0.first() {
                    list.serialize_element(&json!({"number": number, "reason": fault.text(Lang::En)}))?;
                }
                list.end()
            }
        }
        use serde::ser::SerializeStruct;
        let mut bad = serializer.serialize_struct("BadRows", 2)?;
        bad.serialize_field("count", &self.count())?;
        bad.serialize_field("first", &First(self))?;
        bad.end()
    }
}
