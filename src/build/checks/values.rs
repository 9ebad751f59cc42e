//! Tests of a layer alone.

use std::collections::HashMap;

use super::failure::{Found, examples};
use crate::build::BuildError;
use crate::layer::Layer;
use crate::workspace::config::{Check, CheckFreshness};

pub(super) fn check(
    layer: &Layer,
    check: &Check,
    now: jiff::Timestamp,
    found: &mut Found,
) -> Result<(), BuildError> {
    for field in &check.unique {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let values = layer.texts(field)?.into_iter().enumerate();
        let repeated: Vec<usize> = values
            .filter_map(|(row, value)| Some((row, value?)))
            .filter_map(|(row, value)| seen.insert(value, row).map(|_| row))
            .collect();
        if !repeated.is_empty() {
            let rows = examples(layer, &repeated);
            found.push((
                "unique",
                format!(
                    "`{field}` repeats a value in {} of {} features ({rows})",
                    repeated.len(),
                    layer.len()
                ),
            ));
        }
    }
    for field in &check.not_null {
        let values = layer.texts(field)?;
        let missing: Vec<usize> = (0..values.len()).filter(|&row| values[row].is_none()).collect();
        if !missing.is_empty() {
            let rows = examples(layer, &missing);
            found.push((
                "not_null",
                format!("`{field}` is missing in {} of {} features ({rows})", missing.len(), layer.len()),
            ));
        }
    }
    for range in &check.range {
        let (min, max) = (range.min.unwrap_or(f64::NEG_INFINITY), range.max.unwrap_or(f64::INFINITY));
        let values = layer.numbers(&range.field)?;
        let out = |row: &usize| values[*row].is_some_and(|value| !(min..=max).contains(&value));
        let out: Vec<usize> = (0..values.len()).filter(out).collect();
        if let Some(&first) = out.first() {
            let value = values[first].unwrap_or(f64::NAN);
            let rows = examples(layer, &out);
            found.push((
                "range",
                format!(
                    "{} values of `{}` lie beyond {min} to {max} ({rows}; the first is {value})",
                    out.len(),
                    range.field
                ),
            ));
        }
    }
    for accepted in &check.accepted {
        let values = layer.texts(&accepted.field)?;
        let other = |row: &usize| values[*row].as_ref().is_some_and(|value| !accepted.values.contains(value));
        let other: Vec<usize> = (0..values.len()).filter(other).collect();
        if let Some(value) = other.first().and_then(|&row| values[row].as_ref()) {
            let rows = examples(layer, &other);
            found.push((
                "accepted",
                format!(
                    "{} values of `{}` are not accepted ({rows}; the first is `{value}`)",
                    other.len(),
                    accepted.field
                ),
            ));
        }
    }
    if let Some(rows) = &check.rows {
        let count = layer.len();
        if let Some(min) = rows.min.filter(|&min| count < min) {
            found.push(("rows", format!("{count} features, at least {min} are expected")));
        }
        if let Some(max) = rows.max.filter(|&max| count > max) {
            found.push(("rows", format!("{count} features, at most {max} are expected")));
        }
    }
    if let Some(freshness) = &check.freshness {
        found.extend(stale(layer, freshness, now)?.map(|message| ("freshness", message)));
    }
    Ok(())
}

/// What is wrong with the newest date of a field.
pub(super) fn stale(
    layer: &Layer,
    check: &CheckFreshness,
    now: jiff::Timestamp,
) -> Result<Option<String>, BuildError> {
    let mut newest: Option<jiff::civil::Date> = None;
    for value in layer.texts(&check.field)?.iter().flatten() {
        let Some(date) = date(value.trim()) else {
            return Ok(Some(format!("`{value}` in `{}` is neither a date nor a year", check.field)));
        };
        newest = newest.max(Some(date));
    }
    let Some(newest) = newest else { return Ok(Some(format!("`{}` holds no date", check.field))) };
    let end = jiff::tz::TimeZone::UTC.to_timestamp(newest.at(0, 0, 0, 0)).map(|time| time.as_second());
    let days = end.map_or(f64::INFINITY, |end| (now.as_second() - end) as f64 / 86_400.0);
    Ok((days > check.max_days).then(|| {
        let limit = check.max_days;
        format!("the newest `{}` is {newest}, {days:.0} days old; at most {limit} are allowed", check.field)
    }))
}

/// A date, also before a time, or the last day of a year.
fn date(text: &str) -> Option<jiff::civil::Date> {
    let year = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(year) = year.parse::<i16>() {
        return jiff::civil::Date::new(year, 12, 31).ok();
    }
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Provenance};

    fn layer() -> Layer {
        let columns = vec![
            Column::texts("code", vec![Some("01"), Some("02"), Some("03")]),
            Column::numbers("risk", vec![Some(0.5), None, Some(1.5)]),
            Column::texts("class", vec![Some("low"), Some("odd"), None]),
            Column::texts("day", vec![Some("2026-11-01"), Some("2026-11-20T10:00:00Z"), None]),
            Column::integers("year", vec![Some(2024), Some(2025), None]),
            Column::texts("twice", vec![Some("a"), Some("a"), None]),
        ];
        Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap()
    }

    fn failed(text: &str) -> Vec<(&'static str, String)> {
        let now = "2026-11-24T00:00:00Z".parse().unwrap();
        let mut found = Vec::new();
        check(&layer(), &toml::from_str(text).unwrap(), now, &mut found).unwrap();
        found
    }

    #[test]
    fn each_test_passes_and_fails() {
        let passing = [
            "unique = ['code', 'class', 'day']",
            "not_null = ['code']",
            "range = [{ field = 'risk', min = 0.5, max = 1.5 }, { field = 'risk', min = 0 }]",
            "accepted = [{ field = 'class', values = ['low', 'odd'] }]",
            "rows = { min = 3, max = 3 }",
            "freshness = { field = 'day', max_days = 4 }",
            "freshness = { field = 'year', max_days = 330 }",
        ];
        for text in passing {
            assert_eq!(failed(text), [], "{text}");
        }
        let failing = [
            ("unique", "unique = ['twice']", "`twice` repeats a value in 1 of 3 features (02)"),
            ("not_null", "not_null = ['risk']", "`risk` is missing in 1 of 3 features (02)"),
            ("range", "range = [{ field = 'risk', max = 1 }]", "(03; the first is 1.5)"),
            ("accepted", "accepted = [{ field = 'class', values = ['low'] }]", "(02; the first is `odd`)"),
            ("rows", "rows = { min = 4 }", "3 features, at least 4"),
            ("rows", "rows = { max = 2 }", "3 features, at most 2"),
            ("freshness", "freshness = { field = 'day', max_days = 3 }", "2026-11-20, 4 days old"),
            ("freshness", "freshness = { field = 'year', max_days = 300 }", "2025-12-31"),
            ("freshness", "freshness = { field = 'class', max_days = 3 }", "`low` in `class` is neither"),
        ];
        for (check, text, message) in failing {
            let found = failed(text);
            assert!(
                found.len() == 1 && found[0].0 == check && found[0].1.contains(message),
                "{text}: {found:?}"
            );
        }
    }
}
