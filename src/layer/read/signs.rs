//! Hidden signs in the texts of a source: taken out or replaced, and told.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{Array, StringArray, cast::AsArray};
use arrow_schema::DataType;

use super::raw::Raw;
use crate::layer::{EXAMPLES, Finding};
use crate::text::{clean, find_hidden};

/// Cleans the raw texts of a source of signs that no reader sees and that terminals, browsers or QGIS obey; see [`clean`].
/// Where there are any, they are told.
pub(super) fn take_out(raw: &mut Raw) -> Option<Finding> {
    let mut rows = Vec::new();
    for column in &mut raw.columns {
        if column.values.data_type() != &DataType::Utf8 {
            continue;
        }
        let texts = column.values.as_string::<i32>();
        let (offsets, bytes) = (texts.value_offsets(), texts.value_data());
        let all = offsets.first().zip(offsets.last()).and_then(|(&a, &b)| bytes.get(a as usize..b as usize));
        // All at once, which takes little: hardly any source has one.
        if all.and_then(|all| std::str::from_utf8(all).ok()).is_some_and(|all| find_hidden(all).is_none()) {
            continue;
        }
        let has = |(row, text): (usize, Option<&str>)| text.and_then(find_hidden).map(|_| row);
        let found: Vec<usize> = texts.iter().enumerate().filter_map(has).collect();
        if found.is_empty() {
            continue;
        }
        rows.extend(found);
        let cleaned: StringArray = texts.iter().map(|text| text.and_then(seen)).collect();
        column.values = Arc::new(cleaned);
    }
    rows.sort_unstable();
    rows.dedup();
    let places: Vec<String> = rows.iter().take(EXAMPLES).map(|&row| raw.place(row)).collect();
    let (count, places) = (rows.len(), places.join(", "));
    (count > 0).then(|| Finding::Statistic {
        es: format!("{count} elementos tenían signos que no se ven: los de dirección y sin ancho se quitaron, en lugar de los de control está U+FFFD: {places}"),
        en: format!("{count} features held signs that are not seen: those of direction and without width were taken out, U+FFFD stands for those of control: {places}"),
        warning: true,
    })
}

/// What is left of a text without its hidden signs; one of nothing else holds nothing, as one of blanks does.
fn seen(text: &str) -> Option<Cow<'_, str>> {
    let left = clean(text);
    (matches!(left, Cow::Borrowed(_)) || !left.trim().is_empty()).then_some(left)
}
