//! How points fell, and the report of it.

use super::run::Run;
use super::strays::Strays;
use super::{BadRows, Lacking, LocateError, Report};

/// How points fell.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) located: u64,
    pub(super) snapped: u64,
    pub(super) outside: u64,
    pub(super) bad: BadRows,
    pub(super) left_out: u64,
    pub(super) lacking: Vec<Lacking>,
    pub(super) rows: u64,
    pub(super) strays: Strays,
}

impl Run<'_> {
    /// The report so far; seconds are filled in at the end.
    pub(super) fn report(&self, found: Found) -> Result<Report, LocateError> {
        let Found { located, snapped, outside, bad, left_out, lacking, rows, strays } = found;
        let why = strays.why(self, outside, located + outside)?;
        Ok(Report {
            points: located + outside + bad.count(),
            located,
            snapped: self.request.snap_km.map(|_| snapped),
            outside,
            why,
            bad,
            left_out,
            lacking,
            findings: self.source.findings(),
            rows,
            zones: self.zones.keys().len(),
            index: self.zones.saved(),
            place: self.source.place(),
            numbered_by: if self.source.has_lines() { "line" } else { "row" },
            index_seconds: 0.0,
            seconds: 0.0,
        })
    }

    /// Refuses to go on where hardly any row can be read, or where some cannot and that is not to be.
    pub(super) fn check(&self, report: Report) -> Result<Report, LocateError> {
        let (bad, of) = (report.bad.unreadable(), report.points);
        if let Some((number, first)) =
            report.bad.first().next().filter(|_| 2 * bad > of || report.bad.count() == of)
        {
            return Err(LocateError::MostlyBad {
                file: self.request.points.clone(),
                bad: report.bad.count(),
                of,
                word: report.numbered_by,
                number,
                first: first.clone(),
            });
        }
        match self.request.strict && (report.bad.count() > 0 || report.warnings() > 0) {
            true => Err(LocateError::Strict { report: Box::new(report) }),
            false => Ok(report),
        }
    }
}
