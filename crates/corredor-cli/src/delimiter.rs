//! Delimiters as they are written on the command line.

use corredor::layer::Dialect;

/// A delimiter as it is written on the command line.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    let known = || Dialect::names().collect::<Vec<_>>().join("  ");
    Dialect::delimiter_of(text).ok_or_else(|| format!("one of these is needed: {}", known()))
}
