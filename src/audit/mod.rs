//! The trace-back gate: what is published is attacked as a trafficker would, before it leaves.
//!
//! An attacker has the published files of every run that is still there, knows how Corredor works, and lacks the key.
//! [`trace`] finds the places that published distances and gap ends point to, [`judge`] what that leaves of each
//! hidden site's secret; `docs/methods/audit.md` states the rules.

mod alike;
mod error;
pub mod evidence;
mod ground;
mod hidden;
mod judge;
mod left;
mod places;
mod question;
mod read;
mod record;
mod report;
#[cfg(test)]
mod tests;
pub mod trace;
mod words;

pub use alike::alike;
pub use error::AuditError;
pub use hidden::{Hidden, Own, Shown, Towns};
pub use judge::judge;
pub use question::{Question, Seen};
pub use read::Reader;
pub use record::{Record, Records};
pub use report::{Alike, Difference, Fault, FaultKind, Report, RunReport, SourceReport};
