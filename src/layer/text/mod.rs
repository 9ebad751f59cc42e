//! Delimited text, before it is a table: what its bytes say, where its header stands, what parts its cells, and how its
//! numbers are written.
//!
//! The reader of layers, `locate` and `mirti` go by the same rules; see `docs/reading.md`.

mod decode;
mod dialect;
mod header;
mod lines;
mod notation;
mod numerals;
mod quotes;

pub(crate) use decode::{DOS, NoText, decode, looks_like};
pub use dialect::Dialect;
pub(crate) use dialect::{Start, header_below, header_help, header_of, is_hashtags, repeated, unnamed};
pub(crate) use header::{Header, HeaderFault};
pub(crate) use lines::{Lines, line_ends};
pub use notation::Notation;
pub(crate) use notation::Points;
pub(crate) use numerals::LARGEST_WHOLE;
pub use numerals::Numerals;
pub(crate) use quotes::{QuoteFault, closing_quote, fault};
