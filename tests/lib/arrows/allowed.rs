//! The arrows that are not as they should be and are there: each list may only become shorter.

/// Files that use what a `mod.rs` (or `lib.rs`) above them defines, which calls them: the file above, and those below from
/// its folder. What they use needs a file of its own.
pub const FROM_BELOW: &[(&str, &[&str])] = &[
    ("src/locate/mod.rs", &["counts.rs", "strays.rs", "tag.rs"]),
    ("src/locate/source/mod.rs", &["delimited.rs", "gdal.rs", "parquet.rs"]),
    ("src/risk/microdata/source/mod.rs", &["dbase.rs", "parquet.rs", "stata.rs", "text.rs"]),
];

/// Errors that hold what a file finds that fails with them: folder, from, to, and what would have to move.
pub const ERRORS: &[(&str, &str, &str, &str)] = &[
    ("src/locate", "error.rs", "report.rs", "`Report`"),
    ("src/risk/microdata", "error.rs", "open.rs", "`open::CodebookProblems`"),
    ("src/risk/mirti", "error.rs", "diagnose.rs", "`diagnose::Separated`"),
];

/// The other arrows that close a circle: folder, from, to, and what is used. One arrow of each circle is listed; another one
/// of it may go as well.
pub const CIRCLES: &[(&str, &str, &str, &str)] = &[
    ("crates/corredor-cli/src/query", "ask.rs", "prompt.rs", "`prompt::run`, `prompt::timing`"),
    ("crates/corredor-geo/src/index/cells", "store.rs", "probe.rs", "`probe::Parts`"),
    ("crates/corredor-sql/src/join", "joiner.rs", "exec.rs", "`exec::Shape`"),
    ("src/build", "guard/mod.rs", "prepare.rs", "`prepare::View`"),
    ("src/publish/simplify", "net.rs", "pins.rs", "`pins::meeting`, `pins::slivers`"),
    ("src/risk/mirti", "encode.rs", "survey.rs", "`survey::no_variable`"),
];
