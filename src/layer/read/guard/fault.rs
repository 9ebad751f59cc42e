//! What is wrong with a source.

/// What is wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::layer::read) enum Fault {
    /// It stands for something else: what.
    Leads(String),
    /// It is more than is read: of what.
    TooMuch(String),
    /// It is not whole: how that was seen.
    Damaged(String),
}
