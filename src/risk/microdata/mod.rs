//! Person tables of surveys and censuses, read as a codebook says.
//!
//! `docs/methods/mirti.md` is the page for users.
//!
//! - [`Codebook`]: which fields hold what the model needs; [`Opened`] reads one, [`SHIPPED`] are those that ship
//! - [`read()`]: a table of any size, child by child, in bounded memory; [`check_fields`]: its fields alone

mod cell;
pub mod codebook;
mod codebook_problems;
mod decode;
mod error;
mod open;
mod plan;
mod read;
mod source;

pub use codebook::{Codebook, Variable};
pub use codebook_problems::CodebookProblems;
pub use error::{AbsentField, BadRow, Fault, MicrodataError};
pub use open::{Opened, SHIPPED, codebook_schema};
pub use plan::Purpose;
pub use read::{Child, People, Reading, check_fields, read};
