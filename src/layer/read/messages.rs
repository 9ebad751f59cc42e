//! Every message of reading with its cure, for `docs/reading-messages.md`.

use super::ReadError;
use crate::layer::Notation;

/// Names all kinds of errors, so that one that is added without an example does not compile or fails the test.
macro_rules! kinds {
    ($($kind:ident),+ $(,)?) => {
        /// The name of the kind of an error.
        fn kind(error: &ReadError) -> &'static str {
            match error { $(ReadError::$kind { .. } => stringify!($kind)),+ }
        }

        /// All kinds, in the order of the page.
        #[cfg(test)]
        const KINDS: &[&str] = &[$(stringify!($kind)),+];
    };
}

kinds!(
    MissingFile,
    UnknownFormat,
    UnknownEnding,
    NotAsNamed,
    LeadsElsewhere,
    NotRegular,
    TooMuch,
    TooLong,
    Unsettled,
    MissingBeside,
    WhichEntry,
    Damaged,
    Postgres,
    WhichLayer,
    MissingCrs,
    BadCrs,
    NoField,
    MissingKey,
    DuplicateKey,
    NotNumeric,
    Changed,
    IntegerTooLarge,
    OutOfRange,
    NotCoordinate,
    OverDateLine,
    Empty,
    MixedKinds,
    WrongKind,
    Truncated,
    PartsDoNotJoin,
    BadGeometry,
    BadRow,
    NulByte,
    NotEncoded,
    NotText,
    BadEncoding,
    Io,
    Layer,
    Surface,
);

/// One error of each kind, with words in capitals for what differs.
fn examples() -> Vec<ReadError> {
    use ReadError as E;
    let (file, layer) = (|| "FILE".to_owned(), || "LAYER".to_owned());
    let text = |word: &str| word.to_owned();
    vec![
        E::MissingFile { file: file(), nearest: None },
        E::UnknownFormat { file: file(), reason: text("REASON") },
        E::UnknownEnding { file: file(), name: text("NAME") },
        E::NotAsNamed { file: file(), ending: text("shp"), found: text("a web page") },
        E::LeadsElsewhere { file: file(), what: text("a GDAL virtual dataset (VRT)") },
        E::NotRegular { file: file(), path: text("PATH"), found: "a pipe" },
        E::TooMuch { file: file(), what: text("WHAT") },
        E::TooLong { file: file(), seconds: 300 },
        E::Unsettled { file: file(), beside: text("FILE-journal") },
        E::MissingBeside { file: file(), beside: text("FILE.dbf") },
        E::WhichEntry { file: file(), archive: file(), entries: vec![text("a/A.shp"), text("b/B.shp")] },
        E::Damaged { file: file(), detail: text("DETAIL") },
        E::Postgres(crate::layer::postgres::PostgresError::connect("PG:dbname=DATABASE", "REASON")),
        E::WhichLayer { file: file(), layers: vec![text("A"), text("B")], nearest: None },
        E::MissingCrs { file: file(), layer: layer() },
        E::BadCrs { file: file(), crs: text("CRS"), reason: text("REASON") },
        E::NoField {
            file: file(),
            layer: layer(),
            field: text("FIELD"),
            setting: "key",
            nearest: None,
            fields: vec![text("A"), text("B")],
        },
        E::MissingKey { file: file(), layer: layer(), place: text("line 7"), key: text("KEY") },
        E::DuplicateKey {
            file: file(),
            layer: layer(),
            first: text("line 7"),
            second: text("line 9"),
            key: text("KEY"),
            value: text("VALUE"),
            repeated: 3,
            of: 20,
            kind: super::Kind::Polygon,
        },
        E::NotNumeric {
            file: file(),
            layer: layer(),
            place: text("line 7"),
            field: text("FIELD"),
            value: text("VALUE"),
            expected: "a number",
        },
        E::Changed { file: file(), layer: layer(), detail: text("DETAIL") },
        E::IntegerTooLarge { file: file(), layer: layer(), place: text("feature 7"), field: text("FIELD") },
        E::OutOfRange {
            file: file(),
            layer: layer(),
            place: text("line 7"),
            lon: 2_500_000.0,
            lat: 900_000.0,
            fault: "is out of range",
            help: "if these are metres, state the `crs` of the source; otherwise correct the coordinate",
        },
        E::NotCoordinate {
            file: file(),
            place: text("line 7"),
            field: text("FIELD"),
            value: text("VALUE"),
            expected: "a number of degrees",
        },
        E::OverDateLine {
            file: file(),
            layer: layer(),
            feature: text("KEY"),
            from_deg: 179.0,
            to_deg: -179.0,
        },
        E::Empty { file: file(), layer: layer(), detail: "no features" },
        E::MixedKinds { file: file(), layer: layer(), kinds: text("2 line, 5 polygon") },
        E::WrongKind { file: file(), layer: layer(), found: text("point"), expected: "polygon" },
        E::Truncated { file: file(), layer: layer(), detail: text("DETAIL") },
        E::PartsDoNotJoin { file: file(), layer: layer(), feature: text("KEY"), parts: 2 },
        E::BadGeometry { file: file(), layer: layer(), feature: text("KEY"), reason: text("REASON") },
        E::open_quote(file(), 7),
        E::NulByte { file: file(), line: 7, looks_like: Some("UTF-16LE") },
        E::NotEncoded { file: file(), line: 7, encoding: text("UTF-8"), looks_like: Some("windows-1252") },
        E::NotText {
            file: file(),
            layer: layer(),
            place: text("feature 7"),
            field: text("FIELD"),
            shown: text("M\u{fffd}xico"),
            looks_like: Some("windows-1252"),
        },
        E::BadEncoding { file: file(), encoding: text("ENCODING"), reason: "not a known encoding" },
        E::Io { file: file(), error: std::io::Error::from(std::io::ErrorKind::PermissionDenied) },
        E::Layer {
            file: file(),
            error: crate::layer::LayerError::RepeatedField { layer: layer(), field: text("FIELD") },
        },
        E::Surface { file: file(), layer: layer(), feature: text("KEY"), kind: "TIN" },
    ]
}

/// The notations of numbers, each with a text in it.
pub(crate) const NOTATIONS: [&str; 11] = [
    "12,5",
    "1,200",
    "1.200,50",
    "1 200",
    "1'200",
    "12.5 %",
    "$ 12",
    "=\"12\"",
    "\u{2212}12",
    "12.5",
    "99999999999999999999",
];

/// The page of all messages, in Markdown.
pub fn messages() -> String {
    let mut page = "# Messages of reading\n\nMade from the code (`src/layer/read/messages.rs`). Words in capitals stand for \
                    what differs. What is recognised, by source: [reading](reading.md).\n\n| kind | message | what to do |\n|---|---|---|\n"
        .to_owned();
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    for error in examples() {
        let help = error.help().unwrap_or_default();
        page += &format!("| {} | {} | {} |\n", kind(&error), cell(&error.to_string()), cell(&help));
    }
    page += "\n## Texts that are no numbers\n\nWhere a number is asked for and the text is one in another notation, the help says which.\n\n\
             | text | what to do |\n|---|---|\n";
    for text in NOTATIONS {
        let help = Notation::of(text).map_or("", Notation::help);
        page += &format!("| `{}` | {} |\n", cell(text), cell(help));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_example_and_a_cure() {
        let examples = examples();
        let named: Vec<&str> = examples.iter().map(kind).collect();
        assert_eq!(named, KINDS);
        for error in &examples {
            assert!(error.help().is_some_and(|help| !help.is_empty()), "{error}");
        }
        let mut found: Vec<Notation> = NOTATIONS.iter().filter_map(|text| Notation::of(text)).collect();
        found.dedup();
        assert_eq!(found.len(), NOTATIONS.len(), "{found:?}");
    }
}
