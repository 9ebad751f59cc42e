//! The layer file that reads a source rightly, as far as the source tells.

use arrow_array::{Array, cast::AsArray};

use super::raw::{self, Raw};
use super::shapes::Shapes;
use super::{Kind, Options, ReadError, attributes, guard};
use crate::layer::text::{Dialect, NoText, Notation, Numerals, decode, header_of};

/// Texts by which offices say that a value is not given.
const MARKS: [&str; 24] = [
    "*", "**", "-", "--", "---", ".", "..", "...", "N/D", "ND", "n.d.", "nd", "N/A", "NA", "n/a", "#N/A",
    "NaN", "nan", "NULL", "null", "S/D", "s/d", "X", "C",
];

/// How fields are called that hold keys, in parts of their names; earlier ones are likelier.
const KEYS: [&str; 9] = ["cvegeo", "pcode", "cve", "code", "codigo", "clave", "key", "id", "iso"];

/// How fields are called that hold names.
const NAMES: [&str; 6] = ["nomgeo", "nom_", "name", "nombre", "nom", "municip"];

/// Rows of titles above a header that are tried.
const MOST_TITLES: usize = 12;

/// Bytes at the start of a text that are looked at.
const LOOKED_AT: usize = 1 << 20;

/// A layer file for a source.
///
/// What the source does not tell stays as a comment: the level, and the system of coordinates where none is stated.
///
/// # Errors
/// A [`ReadError`] where it cannot be opened, whatever is stated.
pub fn suggest(path: &str, layer: Option<&str>) -> Result<String, ReadError> {
    let mut options = Options::new(path, Kind::None, "");
    options.layer = layer.map(str::to_owned);
    let mut settings = Settings::default();
    if guard::written(path) != guard::Written::Fields {
        settings.look(&mut options)?;
    }
    let raw = match guard::written(path) == guard::Written::Sheet {
        true => below_titles(&mut options)?,
        false => raw::load(&options)?,
    };
    settings.look_at_columns(&raw, &mut options);
    Ok(settings.file(&raw, &options, path))
}

/// What is to be stated.
#[derive(Debug, Default)]
struct Settings {
    missing: Vec<String>,
    /// Fields and their types.
    types: Vec<(String, &'static str)>,
    remarks: Vec<String>,
}

/// A sheet below the rows that are titles: the first row that can be a header and from which on all rows fit.
fn below_titles(options: &mut Options) -> Result<Raw, ReadError> {
    let is_header = |raw: &Raw| {
        raw.kept_out == 0 && raw.rows > 0 && raw.columns.iter().all(|c| c.name.trim().parse::<f64>().is_err())
    };
    let first = raw::load(options);
    match &first {
        Ok(raw) if is_header(raw) => return first,
        // Names that stand twice, and the like: the header is there, and wrong.
        Err(ReadError::BadRow { line: 1, reason, .. }) if reason.contains("twice") => return first,
        _ => {}
    }
    for skip in 1..MOST_TITLES {
        let below = Options { skip, ..options.clone() };
        if let Some(raw) = raw::load(&below).ok().filter(is_header) {
            options.skip = skip;
            return Ok(raw);
        }
    }
    first
}

impl Settings {
    /// How a text is written: its encoding, and where its header stands.
    fn look(&mut self, options: &mut Options) -> Result<(), ReadError> {
        let bytes = match guard::table(options)? {
            Some(packed) => packed.bytes,
            None if guard::written(&options.path) == guard::Written::Text => {
                std::fs::read(&options.path).map_err(|error| ReadError::Io { file: options.file(), error })?
            }
            None => return Ok(()),
        };
        if let Err(NoText::Wrong { looks_like, .. } | NoText::Nul { looks_like, .. }) = decode(&bytes, None) {
            options.encoding = looks_like.map(str::to_owned);
        }
        let Ok(text) = decode(&bytes, options.encoding.as_deref()) else { return Ok(()) };
        // What reads whole as it stands needs no more.
        if raw::table(options)
            .is_ok_and(|raw| raw.is_some_and(|raw| raw.kept_out == 0 && raw.columns.len() > 1))
        {
            return Ok(());
        }
        let head = &text.as_bytes()[..text.len().min(LOOKED_AT)];
        let (skip, delimiter) = header_of(head);
        options.skip = skip;
        let found = Dialect { skip, delimiter: None }.start(head).delimiter;
        options.delimiter = (found != delimiter).then_some(delimiter);
        Ok(())
    }

    /// How its numbers are written, and what means missing.
    fn look_at_columns(&mut self, raw: &Raw, options: &mut Options) {
        let texts: Vec<Vec<String>> = raw
            .columns
            .iter()
            .map(|column| match column.values.data_type() {
                arrow_schema::DataType::Utf8 => {
                    attributes::as_texts(&column.values).into_iter().flatten().collect()
                }
                _ => Vec::new(),
            })
            .collect();
        options.numerals = numerals(&texts);
        for (column, texts) in raw.columns.iter().zip(&texts) {
            let marks: Vec<&str> =
                MARKS.into_iter().filter(|mark| texts.iter().any(|text| text.trim() == *mark)).collect();
            let values = || texts.iter().map(|text| text.trim()).filter(|text| !marks.contains(text));
            let numbers = values().filter(|text| options.numerals.number(text).is_some()).count();
            let all = values().count();
            if marks.is_empty() || all == 0 || numbers < all {
                self.remark(&column.name, values(), numbers, all);
                continue;
            }
            for mark in marks {
                if !self.missing.iter().any(|known| known == mark) {
                    self.missing.push(mark.to_owned());
                }
            }
        }
        options.missing.clone_from(&self.missing);
        for (index, (column, texts)) in raw.columns.iter().zip(&texts).enumerate() {
            if texts.is_empty() {
                continue;
            }
            let settled = attributes::settled(raw, index, options);
            let left = attributes::as_texts(&settled);
            let mut left = left.iter().flatten().peekable();
            let typed = settled.data_type() != &arrow_schema::DataType::Utf8;
            if typed || left.peek().is_none() {
                continue;
            }
            // Texts of a format with types: numbers that somebody wrote as texts, or codes of digits.
            let texts: arrow_array::StringArray = left.map(|text| Some(text.as_str())).collect();
            if attributes::infer(&texts, options.numerals).data_type() != &arrow_schema::DataType::Utf8 {
                self.types.push((column.name.clone(), "number"));
            }
        }
    }

    /// What of a column nobody can read as numbers, though most of it is.
    fn remark<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>, numbers: usize, all: usize) {
        if numbers == all || numbers * 2 < all {
            return;
        }
        let mut odd: Vec<&str> = values.filter(|text| Numerals::default().number(text).is_none()).collect();
        odd.sort_unstable();
        odd.dedup();
        odd.truncate(5);
        self.remarks.push(format!("`{name}` holds numbers, and texts that are none: {}", odd.join(", ")));
    }

    fn file(&self, raw: &Raw, options: &Options, path: &str) -> String {
        let kind = kind(raw);
        let mut text = String::new();
        let mut line = |line: String| {
            text += &line;
            text.push('\n');
        };
        let title = quoted(&raw.layer);
        line(format!("title = {{ es = {title}, en = {title} }}"));
        line(
            "# Who may see it: \"public\", \"restricted\" (partners), \"confidential\". State it, and why."
                .to_owned(),
        );
        line("level = \"restricted\"".to_owned());
        line(String::new());
        line("[read]".to_owned());
        line(format!("path = {}", quoted(path.rsplit('/').next().unwrap_or(path))));
        if options.layer.is_some() {
            line(format!("layer = {}", quoted(&raw.layer)));
        }
        let places = if kind == Kind::None { places(raw) } else { None };
        let shown = if places.is_some() { Kind::Point } else { kind };
        line(format!("geometry = {}", quoted(shown.word())));
        match key(raw) {
            Some(key) => line(format!("key = {}", quoted(key))),
            None => line(
                "# No field tells all rows apart: they are numbered.\nkey = \"row\"\nnumber_rows = true"
                    .to_owned(),
            ),
        }
        if let Some(name) = likely(raw, &NAMES, |column| is_text(raw, column)) {
            line(format!("name = {}", quoted(name)));
        }
        match places {
            Some((lon, Some(lat))) => line(format!("lon = {}\nlat = {}", quoted(lon), quoted(lat))),
            Some((both, None)) => line(format!("latlon = {}", quoted(both))),
            None => {}
        }
        if kind != Kind::None && raw.crs.is_none() {
            line("# The source does not state it; ask its publisher.\n# crs = \"EPSG:...\"".to_owned());
        }
        if let Some(encoding) = &options.encoding {
            line(format!("encoding = {}", quoted(encoding)));
        }
        if options.skip > 0 {
            line(format!("skip = {}", options.skip));
        }
        if let Some(delimiter) = options.delimiter {
            let name = Dialect::NAMES.iter().find(|(name, byte)| *byte == delimiter && *name != "\t");
            line(format!("delimiter = {}", quoted(name.map_or(",", |(name, _)| name))));
        }
        let plain = Numerals::default();
        if options.numerals.decimal != plain.decimal {
            line(format!("decimal = {}", quoted(&options.numerals.decimal.to_string())));
        }
        if let Some(thousands) = options.numerals.thousands {
            line(format!("thousands = {}", quoted(&thousands.to_string())));
        }
        if !self.missing.is_empty() {
            let missing: Vec<String> = self.missing.iter().map(|mark| quoted(mark)).collect();
            line(format!("missing = [{}]", missing.join(", ")));
        }
        if !self.types.is_empty() {
            let types = self.types.iter().map(|(field, kind)| format!("{} = \"{kind}\"", quoted(field)));
            line("# Texts that may be numbers, where they are no codes:".to_owned());
            line(format!("# types = {{ {} }}", types.collect::<Vec<_>>().join(", ")));
        }
        for remark in &self.remarks {
            line(format!("# {remark}"));
        }
        text
    }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// How numbers are written: as the first notation that reads more of the columns than programs' own.
fn numerals(columns: &[Vec<String>]) -> Numerals {
    let mut found: Vec<Notation> = Vec::new();
    for texts in columns {
        let values = texts.iter().map(|text| text.trim()).filter(|text| !MARKS.contains(text));
        let odd: Vec<Option<Notation>> =
            values.filter(|text| Numerals::default().number(text).is_none()).map(Notation::of).collect();
        if odd.iter().all(Option::is_some) {
            found.extend(odd.into_iter().flatten());
        }
    }
    let has = |notation: Notation| found.contains(&notation);
    let thousands = if has(Notation::ThousandsByPoints) {
        Some('.')
    } else if has(Notation::ThousandsByBlanks) {
        Some(' ')
    } else if has(Notation::ThousandsByApostrophes) {
        Some('\'')
    } else if has(Notation::ThousandsByCommas) && !has(Notation::DecimalComma) {
        Some(',')
    } else {
        None
    };
    let comma = has(Notation::DecimalComma) || thousands == Some('.');
    Numerals { decimal: if comma { ',' } else { '.' }, thousands }
}

/// The kind of geometry.
fn kind(raw: &Raw) -> Kind {
    let family = raw.shapes.iter().flat_map(Shapes::iter).find_map(|shape| shape.kind().family());
    match family {
        Some("point") => Kind::Point,
        Some("line") => Kind::Line,
        Some(_) => Kind::Polygon,
        None => Kind::None,
    }
}

/// The columns of places: two, or one of both.
fn places(raw: &Raw) -> Option<(&str, Option<&str>)> {
    let named = |name: &str| {
        raw.columns
            .iter()
            .map(|column| column.name.as_str())
            .find(|column| column.trim().eq_ignore_ascii_case(name))
    };
    let pair = super::PLACE_COLUMNS.iter().find_map(|(lon, lat)| named(lon).zip(named(lat)));
    if let Some((lon, lat)) = pair {
        return Some((lon, Some(lat)));
    }
    ["latlon", "lat_lon", "coordinates", "coordenadas", "location coordinates"]
        .iter()
        .find_map(|name| named(name))
        .map(|both| (both, None))
}

/// The likeliest key among the fields that tell all rows apart.
fn key(raw: &Raw) -> Option<&str> {
    let unique = |column: usize| {
        let texts = attributes::as_texts(&raw.columns[column].values);
        let all: std::collections::HashSet<&str> = texts.iter().flatten().map(|text| text.trim()).collect();
        all.len() == raw.rows && raw.rows > 0 && !all.contains("")
    };
    likely(raw, &KEYS, unique).or_else(|| {
        // A measure that happens to differ everywhere is no key.
        let measure = |column: usize| {
            raw.columns[column].values.as_string_opt::<i32>().is_none_or(|texts| {
                attributes::infer(texts, Numerals::default()).data_type() != &arrow_schema::DataType::Utf8
            })
        };
        (0..raw.columns.len())
            .find(|&column| unique(column) && !measure(column))
            .map(|column| raw.columns[column].name.as_str())
    })
}

/// The field that is called most like one of these words, among those that fit.
fn likely<'r>(raw: &'r Raw, words: &[&str], fits: impl Fn(usize) -> bool) -> Option<&'r str> {
    words.iter().find_map(|word| {
        (0..raw.columns.len())
            .filter(|&column| raw.columns[column].name.to_ascii_lowercase().contains(word))
            .find(|&column| fits(column))
            .map(|column| raw.columns[column].name.as_str())
    })
}

/// Whether a column holds words.
fn is_text(raw: &Raw, column: usize) -> bool {
    let values = &raw.columns[column].values;
    values.data_type() == &arrow_schema::DataType::Utf8
        && values.null_count() < values.len()
        && attributes::as_texts(values).iter().flatten().any(|text| text.contains(char::is_alphabetic))
}
