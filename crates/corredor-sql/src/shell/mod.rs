//! The prompt of `corredor query`: a line that is edited, what was asked before, and words that complete themselves.
//!
//! `editor` is the line as keys change it, without any terminal; `terminal` draws it; `history` keeps what was asked;
//! `complete` knows the words; `meta` reads commands such as `\d`; `input` gives statements, from a terminal or a pipe.

mod complete;
mod editor;
mod history;
mod input;
mod meta;
mod terminal;

pub use complete::{KEYWORDS, Words};
pub use history::History;
pub use input::{Input, Next};
pub use meta::Meta;
