//! What a session can tell of itself: its tables and functions, and what a query reads.

use corredor::workspace::config::Level;

/// Where the rows of a table come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Read from a source.
    Read,
    /// Made by a step, and published.
    Published,
    /// Made by a step, and kept in the workspace.
    Derived,
}

impl TableKind {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Published => "published",
            Self::Derived => "derived",
        }
    }
}

/// A layer as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Its name.
    pub name: String,
    /// Where its rows come from.
    pub kind: TableKind,
    /// Its effective level.
    pub level: Level,
    /// Its fields as far as the files of the workspace tell, the geometry last.
    pub fields: Vec<String>,
}

/// What a function makes of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// A value of each row.
    Scalar,
    /// A value of many rows.
    Aggregate,
    /// A value of each row among others.
    Window,
    /// A table.
    Table,
}

impl FunctionKind {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Table => "table",
        }
    }
}

/// A function that queries may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// Its name.
    pub name: String,
    /// What it makes of what.
    pub kind: FunctionKind,
    /// How it is called, such as `within_km(a, b, km)`; its name alone where nobody wrote it down.
    pub signature: String,
    /// What it does.
    pub doc: String,
    /// Its page in Markdown, where it is one of Corredor's own.
    pub page: Option<String>,
}

/// A table that a query reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerUse {
    /// Name of the layer, or of the file as the query names it.
    pub name: String,
    /// The past run that is read.
    pub run: Option<String>,
    /// The level of the layer, or of the layer that is read from the same file; `None` for any other file.
    pub level: Option<Level>,
    /// Whether single features of it can be told from the answer: false only where nothing but totals over all of its
    /// rows, none picked by a condition, comes out.
    pub rows: bool,
}
