//! Protection: places that are published in the stead of protected ones.
//!
//! [`sight`] decides for every [`Door`] what a viewer of a level may see. What is published of sites above that level
//! derives from sites that [`displace`] has moved to other settlements, by a [`Key`] that is kept outside the
//! workspace ([`KeyPlace`]): each place that is published stands for at least `k` settlements ([`Groups`]) of a public
//! gazetteer ([`Candidates`]).

mod candidates;
mod displace;
mod error;
mod far;
mod groups;
mod key;
mod likely;
mod partition;
mod place;
#[cfg(test)]
mod tests;

pub use candidates::{Candidates, NO_CANDIDATE};
pub use displace::{Displaced, DisplacementKm, apparent, displace, eligible};
pub use error::{KeyError, ProtectError};
pub use groups::{GroupRules, Groups};
pub use key::Key;
pub use likely::{LIKELY_PCT, LikelySites};
pub use partition::partition_digest;
pub use place::{KEY_FILE_VARIABLE, KeyEnvironment, KeyPlace, KeyRequest};

pub use crate::sensitivity::{Door, Refusal, Sight, admit, sight};
