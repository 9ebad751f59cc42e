//! Hidden sites that what is published leads back to.

use thiserror::Error;

use crate::audit::Report;
use crate::lang::Lang;

/// Hidden sites can be traced back by what is published.
#[derive(Debug, Error)]
#[error("hidden sites can be traced back{}: {}", edition_of(.edition), .faults.join("; "))]
pub struct TracedBack {
    /// The edition.
    pub edition: Option<String>,
    /// What traces them back; neither sites nor how many.
    pub faults: Vec<String>,
    /// The smallest changes that help.
    pub help: Vec<String>,
}

impl TracedBack {
    /// Why a report that does not pass forbids publication.
    pub fn of(report: &Report) -> Self {
        let mut help: Vec<String> = report
            .faults
            .iter()
            .map(|fault| fault.advice(Lang::En).trim_end_matches('.').to_owned())
            .collect();
        help.dedup();
        Self {
            edition: report.edition.clone(),
            faults: report.faults.iter().map(|fault| fault.message(report.k, Lang::En)).collect(),
            help,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        format!("{}; `corredor audit` and docs/methods/audit.md say more", self.help.join("; "))
    }
}

fn edition_of(edition: &Option<String>) -> String {
    edition.as_ref().map(|name| format!(" in edition `{name}`")).unwrap_or_default()
}
