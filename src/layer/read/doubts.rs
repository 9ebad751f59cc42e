//! What a table may mean in two ways: it is read as it stands, and told.

use arrow_array::{StringArray, cast::AsArray};

use super::field_names::names_key;
use super::footers::LONG_NOTE;
use super::raw::Raw;
use super::{Options, PLACE_COLUMNS, attributes, delimited};
use crate::lang::Lang;
use crate::layer::text::Points;
use crate::layer::{Column, EXAMPLES, Finding};

/// What to say of columns whose type nobody declared: few texts among numbers, and what [`points`] says.
pub(super) fn types(raw: &Raw, options: &Options) -> Vec<Finding> {
    let texts = undeclared(raw, options).filter_map(|at| few_texts(raw, at, options));
    texts.chain(points(raw, options)).collect()
}

/// Columns that are read, are no place and no key, and whose type nobody declared.
fn undeclared<'r>(raw: &'r Raw, options: &'r Options) -> impl Iterator<Item = usize> + 'r {
    let is_place = |name: &str| {
        let lower = name.trim().to_ascii_lowercase();
        [&options.lon, &options.lat, &options.latlon].iter().any(|stated| stated.as_deref() == Some(name))
            || PLACE_COLUMNS.iter().any(|(lon, lat)| lower == *lon || lower == *lat)
    };
    let read = move |column: &Column| {
        options.fields.as_ref().is_none_or(|fields| fields.contains(&column.name))
            && options.key != column.name
            && !options.types.contains_key(&column.name)
            && !is_place(&column.name)
    };
    raw.columns.iter().enumerate().filter(move |&(_, column)| read(column)).map(|(at, _)| at)
}

/// What to say of columns of numbers of which every one has three decimals (`1.234`): points between thousands look the
/// same. A type that is declared settles it.
pub(super) fn points(raw: &Raw, options: &Options) -> Vec<Finding> {
    // The numbers of a workbook are numbers.
    if !options.numerals.are_plain() || raw.driver != delimited::DRIVER {
        return Vec::new();
    }
    let of = |at: usize| {
        let column = &raw.columns[at];
        let values = attributes::without_missing(&column.values, &options.missing);
        let example = values.as_string_opt::<i32>().filter(|_| raw.is_written(at)).and_then(thousands)?;
        let name = &column.name;
        Some(Finding::Statistic {
            es: format!(
                "`{name}`: cada número tiene tres decimales (`{example}`), como los que llevan punto de millares; si lo es, indique `thousands = \".\"`; si no, declare el campo `number` en `types`"
            ),
            en: format!(
                "`{name}`: every number has three decimals (`{example}`), as those with points between thousands have; if they are, state `thousands = \".\"`, otherwise declare the field as `number` in `types`"
            ),
            warning: true,
        })
    };
    undeclared(raw, options).filter_map(of).collect()
}

/// What to say of a column that is text because of few of its values, all others being numbers.
fn few_texts(raw: &Raw, at: usize, options: &Options) -> Option<Finding> {
    let column = &raw.columns[at];
    let values = attributes::without_missing(&column.values, &options.missing);
    let texts = values.as_string_opt::<i32>().filter(|_| raw.is_written(at))?;
    let rows = attributes::few_texts(texts, options.numerals);
    let first = *rows.first()?;
    let (name, odd, present) = (&column.name, rows.len(), texts.iter().flatten().count());
    let text: String = texts.value(first).trim().chars().take(LONG_NOTE).collect();
    Some(Finding::Statistic {
        es: format!(
            "`{name}` es texto porque {odd} de {present} valores no se leen como números ({}: `{text}`); si es numérico, declare el campo `number` en `types`, o en `missing` lo que significa que falta",
            raw.place_in(first, Lang::Es)
        ),
        en: format!(
            "`{name}` is text, as {odd} of {present} values do not read as numbers ({}: `{text}`); if it is numeric, declare the field as `number` in `types`, or what means missing in `missing`",
            raw.place_in(first, Lang::En)
        ),
        warning: false,
    })
}

/// The first number with a point, where all of these texts are numbers that may have points between thousands.
fn thousands(texts: &StringArray) -> Option<&str> {
    let mut first = None;
    for text in texts.iter().flatten().map(str::trim) {
        match Points::of(text.as_bytes()) {
            Points::No => return None,
            Points::None => {}
            Points::Perhaps => _ = first.get_or_insert(text),
        }
    }
    first
}

/// What to say of keys: blanks around them, which are taken off, and codes that a spreadsheet has made powers of ten of.
pub(super) fn keys(raw: &Raw, texts: &[Option<String>], field: &str) -> Vec<Finding> {
    let listed = |rows: &[usize], lang: Lang| {
        let shown = |&row: &usize| {
            format!("{} (`{}`)", raw.place_in(row, lang), texts[row].as_deref().unwrap_or_default())
        };
        let each = rows.iter().take(EXAMPLES).map(shown);
        let more = if rows.len() > EXAMPLES { ", ..." } else { "" };
        format!("{}{more}", each.collect::<Vec<_>>().join(", "))
    };
    let with = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        (0..texts.len()).filter(|&row| texts[row].as_deref().is_some_and(is)).collect()
    };
    let blanks = with(&|text| text.trim().len() < text.len());
    let powers = with(&|text| is_power_of_spreadsheet(text));
    let blanks = (!blanks.is_empty()).then(|| Finding::Statistic {
        es: format!(
            "{} claves de `{field}` tenían espacios al principio o al final, que se quitaron: {}",
            blanks.len(),
            listed(&blanks, Lang::Es)
        ),
        en: format!(
            "{} keys of `{field}` had blanks around them, which were taken off: {}",
            blanks.len(),
            listed(&blanks, Lang::En)
        ),
        warning: false,
    });
    let powers = (!powers.is_empty()).then(|| Finding::Statistic {
        es: format!(
            "{} claves de `{field}` son códigos que una hoja de cálculo acortó: {}; sus cifras se perdieron, pida la tabla con la columna como texto",
            powers.len(),
            listed(&powers, Lang::Es)
        ),
        en: format!(
            "{} keys of `{field}` are codes that a spreadsheet has shortened: {}; their digits are lost, ask for the table with the column as text",
            powers.len(),
            listed(&powers, Lang::En)
        ),
        warning: true,
    });
    blanks.into_iter().chain(powers).collect()
}

/// Whether a text is a code as a spreadsheet shows one that is too long for its column: `4.84E+11`.
pub(super) fn is_power_of_spreadsheet(text: &str) -> bool {
    let Some((mantissa, power)) = text.trim().split_once("E+") else { return false };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(decimals) && digits(power)
}

/// What `inspect` says of a column that may be a key: texts that a spreadsheet guards, codes of digits of several lengths,
/// codes that it has shortened, and blanks around them.
pub(super) fn of_codes(raw: &Raw, column: usize, is_key: bool) -> Vec<Finding> {
    let field = &raw.columns[column].name;
    let texts = attributes::as_texts(&raw.columns[column].values);
    let mut found = if is_key { keys(raw, &texts, field) } else { Vec::new() };
    let present = || texts.iter().flatten().map(|text| text.trim());
    let guarded = present().filter(|text| text.starts_with("=\"") || is_quoted_number(text)).count();
    if guarded > 0 {
        found.push(Finding::Statistic {
            es: format!(
                "`{field}`: {guarded} textos llevan las marcas con que una hoja de cálculo guarda textos (`=\"...\"`, `'`); expórtela sin ellas, o no coincidirán con otras claves"
            ),
            en: format!(
                "`{field}`: {guarded} texts have the marks by which a spreadsheet keeps texts (`=\"...\"`, `'`); export it without them, or they match no other keys"
            ),
            warning: false,
        });
    }
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut lengths: Vec<usize> = present().filter(digits).map(str::len).collect();
    let of_digits = lengths.len();
    lengths.sort_unstable();
    lengths.dedup();
    let mostly_digits = is_key && of_digits * 2 > present().count();
    let has_zeros = present().any(|text| text.len() > 1 && text.starts_with('0'));
    // Of codes of one length more, as of states below and above ten, the shorter ones have lost a zero.
    let lost = names_key(field) && matches!(lengths[..], [short, long] if short >= 4 && long == short + 1);
    let is_code = mostly_digits && (has_zeros || lost);
    if is_code && lengths.len() > 1 {
        let lengths = lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        found.push(Finding::Statistic {
            es: format!(
                "`{field}`: códigos de {lengths} cifras mezclados; si a unos les faltan los ceros iniciales, escríbalos en la fuente"
            ),
            en: format!(
                "`{field}`: codes of {lengths} digits are mixed; if some lack their leading zeros, write them in the source"
            ),
            warning: false,
        });
    }
    found
}

/// Whether a text is a number behind the apostrophe of a spreadsheet.
fn is_quoted_number(text: &str) -> bool {
    text.strip_prefix('\'').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_may_stand_between_thousands_are_seen() {
        let of = |values: &[&str]| thousands(&StringArray::from(values.to_vec())).map(str::to_owned);
        assert_eq!(of(&["1.234", "850", "12.001"]).as_deref(), Some("1.234"));
        assert_eq!(of(&["850", "-1.234"]).as_deref(), Some("-1.234"));
        for sure in [
            &["1.234", "0.125"][..],
            &["1.234", "1.25"],
            &["1.234", "1234"],
            &["1234.567"],
            &["12", "850"],
            &["01.234"],
            &[],
        ] {
            assert_eq!(of(sure), None, "{sure:?}");
        }
    }

    #[test]
    fn codes_that_a_spreadsheet_has_shortened_are_seen() {
        for text in ["4.84E+11", "4.84E+1", "1E+05", " 4,84E+11 "] {
            assert!(is_power_of_spreadsheet(text), "{text}");
        }
        for text in ["12E1", "3E2", "E+1", "48.4E+11", "4.84E+", "4.84e+11", "AE+1"] {
            assert!(!is_power_of_spreadsheet(text), "{text}");
        }
    }
}
