//! The layer file that reads a source rightly, as far as the source tells.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use arrow_array::{Array, cast::AsArray};

use super::field_names::{KEYS, is_called, is_mark};
use super::raw::Raw;
use super::shapes::Shapes;
use super::{Kind, Options, ReadError, attributes, doubts, guard, load, local_path, wkt};
use crate::lang::Lang;
use crate::layer::text::{DOS, Dialect, NoText, Notation, Numerals, decode, header_of};

/// Numbers by which programs say so, where no other number of a column is below zero.
const SENTINELS: [&str; 8] = ["-9", "-99", "-999", "-9999", "-99999", "-999.0", "-9999.0", "-888"];

/// How fields are called that hold names.
const NAMES: [&str; 6] = ["nomgeo", "nom_", "name", "nombre", "nom", "municip"];

/// How fields are called that hold what people write about a row, which is no key however it differs.
const PROSE: [&str; 8] = ["coment", "comment", "observ", "nota", "note", "remark", "descr", "texto"];

/// The longest code, characters.
const LONGEST_CODE: usize = 40;

/// Rows of titles above a header that are tried.
const MOST_TITLES: usize = 12;

/// Bytes at the start of a text that are looked at.
const LOOKED_AT: usize = 1 << 20;

/// A layer file for a source, with comments in English.
///
/// What the source does not tell stays as a comment: the level, and the system of coordinates where none is stated.
///
/// # Errors
/// As [`suggest_with`].
pub fn suggest(path: &str, layer: Option<&str>) -> Result<String, ReadError> {
    let mut options = Options::new(path, Kind::None, "");
    options.layer = layer.map(str::to_owned);
    suggest_with(&options, Lang::En)
}

/// A layer file for a source; of the options, those that say how it is written hold, and the others are found.
///
/// # Errors
/// A [`ReadError`] where it cannot be opened, whatever is stated.
pub fn suggest_with(options: &Options, lang: Lang) -> Result<String, ReadError> {
    let mut options = options.clone();
    let mut settings = Settings::default();
    let mut is_sheet = guard::written(&options.path) == guard::Written::Sheet;
    if guard::written(&options.path) != guard::Written::Fields {
        is_sheet |= settings.look(&mut options)?;
    }
    let mut raw = match is_sheet && options.skip == 0 {
        true => below_titles(&mut options)?,
        false => load::load(&options)?,
    };
    if let Some(at) = raw.shapes.is_none().then(|| wkt::column(&raw)).flatten() {
        // Where one of its texts is no geometry, a build says which.
        let _ = wkt::decode(&mut raw, at, &options);
    }
    settings.look_at_columns(&raw, &mut options, lang);
    Ok(settings.file(&raw, &options, lang))
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
    let first = load::load(options);
    match &first {
        Ok(raw) if is_header(raw) => return first,
        // Names that stand twice, and the like: the header is there, and wrong.
        Err(ReadError::BadRow { line: 1, reason, .. }) if reason.contains("twice") => return first,
        _ => {}
    }
    for skip in 1..MOST_TITLES {
        let below = Options { skip, ..options.clone() };
        if let Some(raw) = load::load(&below).ok().filter(is_header) {
            options.skip = skip;
            return Ok(raw);
        }
    }
    first
}

impl Settings {
    /// How a text is written: its encoding, and where its header stands; whether what is packed is a workbook.
    fn look(&mut self, options: &mut Options) -> Result<bool, ReadError> {
        let bytes = match guard::table(options)? {
            Some(packed) if guard::written(&packed.name) == guard::Written::Sheet => return Ok(true),
            Some(packed) => packed.bytes,
            None if guard::written(&options.path) == guard::Written::Text
                && Path::new(&options.path).is_file() =>
            {
                std::fs::read(&options.path).map_err(|error| ReadError::Io { file: options.file(), error })?
            }
            None => return Ok(false),
        };
        if options.encoding.is_none()
            && let Err(NoText::Wrong { looks_like, .. } | NoText::Nul { looks_like, .. }) =
                decode(&bytes, None)
        {
            // That of DOS is not decoded: the error says what to do.
            options.encoding = looks_like.filter(|name| *name != DOS).map(str::to_owned);
        }
        let Ok(text) = decode(&bytes, options.encoding.as_deref()) else { return Ok(false) };
        // What reads whole as it stands, or was stated, needs no more.
        let stated = options.skip > 0 || options.delimiter.is_some();
        if stated
            || load::table(options)
                .is_ok_and(|raw| raw.is_some_and(|raw| raw.kept_out == 0 && raw.columns.len() > 1))
        {
            return Ok(false);
        }
        let head = &text.as_bytes()[..text.len().min(LOOKED_AT)];
        let (skip, delimiter) = header_of(head);
        options.skip = skip;
        let found = Dialect { skip, delimiter: None }.start(head).delimiter;
        options.delimiter = (found != delimiter).then_some(delimiter);
        Ok(false)
    }

    /// How its numbers are written, and what means missing.
    fn look_at_columns(&mut self, raw: &Raw, options: &mut Options, lang: Lang) {
        let texts: Vec<Vec<String>> = raw
            .columns
            .iter()
            .map(|column| attributes::as_texts(&column.values).into_iter().flatten().collect())
            .collect();
        let written: Vec<Vec<String>> = raw
            .columns
            .iter()
            .zip(&texts)
            .map(|(column, texts)| match column.values.data_type() {
                arrow_schema::DataType::Utf8 => texts.clone(),
                _ => Vec::new(),
            })
            .collect();
        if options.numerals.are_plain() {
            options.numerals = numerals(&written);
        }
        for (column, texts) in raw.columns.iter().zip(&texts) {
            let plain = if column.values.data_type() == &arrow_schema::DataType::Utf8 {
                options.numerals
            } else {
                Numerals::default()
            };
            let marks: BTreeSet<&str> =
                texts.iter().map(|text| text.trim()).filter(|text| is_mark(text)).collect();
            let values = || texts.iter().map(|text| text.trim()).filter(|text| !marks.contains(text));
            let numbers: Vec<f64> = values().filter_map(|text| plain.number(text)).collect();
            let all = values().count();
            if numbers.is_empty() || numbers.len() * 2 < all {
                continue;
            }
            let sentinels: BTreeSet<&str> = values().filter(|text| SENTINELS.contains(text)).collect();
            let of_sentinel =
                |number: &&f64| sentinels.iter().any(|text| text.parse::<f64>() == Ok(**number));
            let others = || numbers.iter().filter(|number| !of_sentinel(number));
            let is_below = others().any(|number| *number < 0.0) || others().next().is_none();
            let sentinels = if is_below { BTreeSet::new() } else { sentinels };
            for mark in marks.iter().chain(&sentinels) {
                if !self.missing.iter().any(|known| known == mark) {
                    self.missing.push((*mark).to_owned());
                }
            }
            self.remark(&column.name, values(), (numbers.len(), all), plain, lang);
        }
        options.missing.clone_from(&self.missing);
        let points = doubts::points(raw, options);
        self.remarks.extend(points.iter().map(|finding| finding.text(lang)));
        let texts = written;
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
    fn remark<'t>(
        &mut self,
        name: &str,
        values: impl Iterator<Item = &'t str>,
        (numbers, all): (usize, usize),
        numerals: Numerals,
        lang: Lang,
    ) {
        if numbers == all {
            return;
        }
        let mut odd: Vec<&str> = values.filter(|text| numerals.number(text).is_none()).collect();
        odd.sort_unstable();
        odd.dedup();
        odd.truncate(5);
        let odd: Vec<String> = odd
            .iter()
            .map(|text| text.replace(['\n', '\r'], " ").chars().take(LONGEST_CODE).collect())
            .collect();
        let odd = odd.join(", ");
        self.remarks.push(match lang {
            Lang::Es => format!("`{name}` trae números, y textos que no lo son: {odd}"),
            Lang::En => format!("`{name}` holds numbers, and texts that are none: {odd}"),
        });
    }

    fn file(&self, raw: &Raw, options: &Options, lang: Lang) -> String {
        let kind = kind(raw);
        let mut text = String::new();
        let mut line = |line: String| {
            text += &line;
            text.push('\n');
        };
        let said = |es: &str, en: &str| lang.pick(es, en).to_owned();
        let title = quoted(&raw.layer);
        line(format!("title = {{ es = {title}, en = {title} }}"));
        line(said(
            "# Quién puede verla: \"public\", \"restricted\" (socios), \"confidential\". Indíquelo, y por qué.",
            "# Who may see it: \"public\", \"restricted\" (partners), \"confidential\". State it, and why.",
        ));
        line("level = \"restricted\"".to_owned());
        line(String::new());
        line("[read]".to_owned());
        line(format!("path = {}", quoted(&below_data(&options.path))));
        if options.layer.is_some() {
            line(format!("layer = {}", quoted(&raw.layer)));
        }
        let places = if kind == Kind::None { places(raw) } else { None };
        let shown = if places.is_some() { Kind::Point } else { kind };
        line(format!("geometry = {}", quoted(shown.word())));
        match key(raw) {
            Some(key) => line(format!("key = {}", quoted(key))),
            None => line(
                said(
                    "# Ningún campo distingue todas las filas: se numeran.",
                    "# No field tells all rows apart: they are numbered.",
                ) + "\nkey = \"row\"\nnumber_rows = true",
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
            line(
                said(
                    "# La fuente no lo declara; pregunte a quien la publica.",
                    "# The source does not state it; ask its publisher.",
                ) + "\n# crs = \"EPSG:...\"",
            );
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
            line(said(
                "# Textos que pueden ser números, si no son códigos:",
                "# Texts that may be numbers, where they are no codes:",
            ));
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
        let values = || texts.iter().map(|text| text.trim()).filter(|text| !is_mark(text));
        let odd: Vec<Notation> = values()
            .filter(|text| Numerals::default().number(text).is_none())
            .filter_map(|text| Notation::of(text).filter(|notation| notation.groups(text)))
            .collect();
        let numbers = values().filter(|text| Numerals::default().number(text).is_some()).count();
        // A word or two among numbers do not change how these are written.
        if (odd.len() + numbers) * 2 > values().count() {
            found.extend(odd);
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

/// The path of a source in a layer file, from the folder of data: the name of its file, and what of it is meant.
fn below_data(path: &str) -> String {
    let Some(file) = local_path::local_file(path) else { return path.to_owned() };
    let name = file.rsplit('/').next().unwrap_or(file);
    match local_path::entry(path) {
        "" => name.to_owned(),
        entry if name.to_ascii_lowercase().ends_with(".zip") => format!("/vsizip/{name}/{entry}"),
        entry => format!("/vsizip/{{{name}}}/{entry}"),
    }
}

/// The likeliest key among the fields that tell all rows apart.
fn key(raw: &Raw) -> Option<&str> {
    let texts = |column: usize| attributes::as_texts(&raw.columns[column].values);
    let unique = |column: usize| {
        let texts = texts(column);
        let all: HashSet<&str> = texts.iter().flatten().map(|text| text.trim()).collect();
        all.len() == raw.rows && raw.rows > 0 && !all.contains("") && !all.iter().any(|text| is_mark(text))
    };
    // A measure that happens to differ everywhere is no key.
    let inferred = |column: usize| match raw.columns[column].values.as_string_opt::<i32>() {
        Some(texts) => attributes::infer(texts, Numerals::default()).data_type().clone(),
        None => raw.columns[column].values.data_type().clone(),
    };
    let is_measure = |column: usize| inferred(column) == arrow_schema::DataType::Float64;
    let is_prose = |column: usize| {
        let long = |text: &String| text.chars().count() > LONGEST_CODE || text.contains('\n');
        let name = raw.columns[column].name.to_lowercase();
        PROSE.iter().any(|word| name.contains(word)) || texts(column).iter().flatten().any(long)
    };
    let fits = |column: usize| unique(column) && !is_measure(column) && !is_prose(column);
    likely(raw, &KEYS, fits).or_else(|| {
        (0..raw.columns.len())
            .find(|&column| fits(column) && inferred(column) == arrow_schema::DataType::Utf8)
            .map(|column| raw.columns[column].name.as_str())
    })
}

/// The field that is called most like one of these words, among those that fit.
fn likely<'r>(raw: &'r Raw, words: &[&str], fits: impl Fn(usize) -> bool) -> Option<&'r str> {
    words.iter().find_map(|word| {
        (0..raw.columns.len())
            .filter(|&column| is_called(&raw.columns[column].name, word))
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
