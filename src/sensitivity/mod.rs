//! How sensitive something is, and what a viewer of a level may see.
//!
//! [`sight`] decides for every [`Door`] what a viewer of a [`Level`] may see.

mod level;
mod sight;

pub use level::Level;
pub use sight::{Door, Refusal, Sight, admit, sight};
