//! Protection: what a viewer may see, and places that are published in the stead of protected ones.
//!
//! [`sight`] decides for every [`Door`] what a viewer of a level may see.

mod sight;

pub use sight::{Door, Refusal, Sight, admit, sight};
