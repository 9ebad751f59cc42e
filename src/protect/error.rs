//! What protection refuses.

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use crate::index::IndexError;
use crate::join::JoinError;

/// A key that cannot be used or made.
#[derive(Debug, Error, Diagnostic)]
pub enum KeyError {
    /// There is no key where it is looked for.
    #[error("there is no key at {}, and without one nothing is derived from protected sites", path.display())]
    #[diagnostic(help(
        "copy the key of this workspace there (mode 600), or make a new one where there has been none: \
         corredor key --new"
    ))]
    Absent {
        /// Where it is looked for.
        path: PathBuf,
    },
    /// No place for keys is known.
    #[error("there is no place for the key: neither CORREDOR_KEY_FILE, XDG_CONFIG_HOME nor HOME is set")]
    #[diagnostic(help("name the file: CORREDOR_KEY_FILE=/etc/corredor/NAME.key, or [protect] key_file"))]
    NoPlace,
    /// A workspace whose name cannot be that of a file.
    #[error("the workspace is called \"{name}\", so its key has no file name")]
    #[diagnostic(help("use ASCII letters, digits, `-` and `_` in [workspace] name"))]
    Name {
        /// The name.
        name: String,
    },
    /// A key that others may read or write.
    #[error("the key {} may be read or changed by others (mode {mode:03o})", path.display())]
    #[diagnostic(help(
        "others may have it: chmod 600 if it was yours alone, else see docs/protection.md on lost keys"
    ))]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A key inside the workspace, which is copied, shared and published from.
    #[error("the key {} lies inside the workspace {}", path.display(), root.display())]
    #[diagnostic(help(
        "move it out, so that it goes nowhere with the data; name it by [protect] key_file or CORREDOR_KEY_FILE"
    ))]
    Inside {
        /// The file.
        path: PathBuf,
        /// The workspace.
        root: PathBuf,
    },
    /// A file that holds no key.
    #[error("{} holds no key: it must be one line of 64 hexadecimal digits", path.display())]
    #[diagnostic(help("restore the key from where you keep a copy; its content is not shown here"))]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// A key where a new one was to be made.
    #[error("there is a key at {} already", path.display())]
    #[diagnostic(help("it is kept: with another key every site would appear elsewhere"))]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file or folder that the system does not give.
    #[error("cannot {action} the key {}: {cause}", path.display())]
    #[diagnostic(help("check the path, and that this user may {action} there"))]
    Io {
        /// What was tried: "read" or "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a key")]
    NoChance,
}

/// Settlements among which sites cannot be hidden.
#[derive(Debug, Error, Diagnostic)]
pub enum ProtectError {
    /// Slices that do not belong together.
    #[error("{what}: {found} for {expected} settlements; give one for each")]
    Length {
        /// What there is too much or too little of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many settlements.
        expected: usize,
    },
    /// Two settlements of one id.
    #[error("two settlements have the key \"{id}\"")]
    #[diagnostic(help("the place of a site follows from the key of its settlement: make keys unique"))]
    Twice {
        /// The id.
        id: String,
    },
    /// No group of settlements is large enough.
    #[error(
        "{settlements} settlements cannot hide a site: \"{id}\" has {others} others at {min_km} km or more, and {k} \
         are needed"
    )]
    #[diagnostic(help(
        "name a finer gazetteer ([protect] gazetteer = \"LAYER\", a public layer of towns or localities), or one of a \
         wider area; a lower k protects less"
    ))]
    TooFew {
        /// Number of settlements.
        settlements: usize,
        /// A settlement that has too few others.
        id: String,
        /// How many it has.
        others: usize,
        /// How many are needed.
        k: usize,
        /// How far they must be, km.
        min_km: f64,
    },
    /// All the people are too few.
    #[error(
        "{settlements} settlements with {people} people cannot hide a site: {min_people} people are needed"
    )]
    #[diagnostic(help(
        "name a gazetteer of a wider area ([protect] gazetteer = \"LAYER\"); check that [protect] people = \"FIELD\" \
         is the field of its people"
    ))]
    TooFewPeople {
        /// Number of settlements.
        settlements: usize,
        /// Their people.
        people: f64,
        /// How many are needed.
        min_people: f64,
    },
    /// Rules that protect nothing or cannot be met.
    #[error("{what} is {value}; {wanted}")]
    Rule {
        /// The rule.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// Zones that do not hold together.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// Coordinates that do not hold together.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A key that cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Key(#[from] KeyError),
}
