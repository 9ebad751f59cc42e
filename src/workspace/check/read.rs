//! Settings of `[read]` that contradict each other or would do nothing.

use std::path::Path;

use crate::layer::Numerals;
use crate::layer::read::{Written, written};
use crate::layer::text::Dialect;
use crate::workspace::Source;
use std::collections::{BTreeMap, BTreeSet};

use crate::checked::{Document, Problem, did_you_mean, place};
use crate::workspace::config::{GeometryKind, Read};

pub(super) fn check(read: &Read, document: &Document, problems: &mut Vec<Problem>) {
    coordinates(read, document, problems);
    fields(read, document, problems);
    written_as(read, document, problems);
    let here = Source::resolve(Path::new(""), &read.path).local().is_some();
    if read.fetch.is_some() && here {
        let span = document.key_span(place!["read", "fetch"]);
        let message = format!("`fetch` does nothing for `{}`, which is a file on this machine", read.path);
        let help = "take it out, or state an address (`https://...`) or a database in `path`";
        problems.push(document.source.error(span, message).help(help));
    }
    if read.key.is_empty() {
        let problem = document.error(place!["read", "key"], "`key` is empty");
        problems.push(problem.help("name the field that tells features apart"));
    }
}

/// How a table and its numbers are written: settings of a kind that exists, and that do something for the source.
fn written_as(read: &Read, document: &Document, problems: &mut Vec<Problem>) {
    let mut say = |setting: &str, message: String, help: String| {
        let span = document.key_span(place!["read", setting]);
        problems.push(document.source.error(span, message).help(help));
    };
    let listed = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let delimiters: Vec<&str> = Dialect::names().collect();
    for (setting, stated, known) in [
        ("delimiter", &read.delimiter, &delimiters[..]),
        ("decimal", &read.decimal, &Numerals::DECIMALS),
        ("thousands", &read.thousands, &Numerals::THOUSANDS),
    ] {
        let Some(stated) = stated.as_deref().filter(|stated| *stated != "\t" && !known.contains(stated))
        else {
            continue;
        };
        say(setting, format!("`{setting}` cannot be `{stated}`"), format!("one of: {}", listed(known)));
    }
    let numerals = read.numerals();
    if numerals.thousands == Some(numerals.decimal) {
        let message = format!("`{}` cannot stand before decimals and between thousands", numerals.decimal);
        say("thousands", message, "state `decimal`, too".to_owned());
    }
    let (what, useless): (_, &[&str]) = match written(&read.path) {
        Written::Text | Written::Unknown => return,
        Written::Sheet => ("a workbook, which says it itself", &["encoding", "delimiter"]),
        Written::Shapefile => ("a format with fields of its own", &["skip", "delimiter"]),
        Written::Fields => ("a format with fields of its own", &["encoding", "skip", "delimiter"]),
    };
    for setting in useless {
        let stated = match *setting {
            "encoding" => read.encoding.is_some(),
            "delimiter" => read.delimiter.is_some(),
            _ => read.skip > 0,
        };
        if stated {
            say(
                setting,
                format!("`{setting}` does nothing for `{}`: it is {what}", read.path),
                "take it out".to_owned(),
            );
        }
    }
}

fn coordinates(read: &Read, document: &Document, problems: &mut Vec<Problem>) {
    let stated = [("lon", &read.lon), ("lat", &read.lat), ("latlon", &read.latlon)];
    if read.geometry != GeometryKind::Point {
        for (setting, _) in stated.iter().filter(|(_, column)| column.is_some()) {
            let span = document.key_span(place!["read", *setting]);
            let message = format!("`{setting}` makes points, but `geometry` is not \"point\"");
            problems
                .push(document.source.error(span, message).help("set geometry = \"point\", or take it out"));
        }
        return;
    }
    let mut clash = |setting: &str, message: &str, help: &str| {
        let span = document.key_span(place!["read", setting]);
        problems.push(document.source.error(span, message).help(help));
    };
    match (&read.lon, &read.lat, &read.latlon) {
        (Some(_), None, None) => {
            clash(
                "lon",
                "`lon` without `lat`",
                "name both columns, or one column `latlon` that holds \"lat, lon\"",
            );
        }
        (None, Some(_), None) => {
            clash(
                "lat",
                "`lat` without `lon`",
                "name both columns, or one column `latlon` that holds \"lat, lon\"",
            );
        }
        (lon, lat, Some(_)) if lon.is_some() || lat.is_some() => {
            clash("latlon", "`latlon` beside `lon` or `lat`", "say it one way: `lon` and `lat`, or `latlon`");
        }
        (Some(lon), Some(lat), None) if lon == lat => {
            clash(
                "lat",
                "`lon` and `lat` name the same column",
                "for one column with \"lat, lon\" use `latlon`",
            );
        }
        _ => {}
    }
}

fn fields(read: &Read, document: &Document, problems: &mut Vec<Problem>) {
    // New names must differ, or two fields would become one.
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (old, new) in &read.rename {
        let place = place!["read", "rename", old];
        if let Some(other) = taken.insert(new, old) {
            let message = format!("fields `{other}` and `{old}` would both be called `{new}`");
            problems.push(document.error(place, message).help("give each its own name"));
        }
        if new.is_empty() {
            let message = format!("field `{old}` would have no name");
            problems.push(document.error(place, message).help("give it a name, or leave it out of `fields`"));
        }
    }
    let Some(kept) = &read.fields else { return };
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (at, field) in kept.iter().enumerate() {
        if !known.insert(field) {
            let message = format!("field `{field}` is listed twice");
            problems.push(document.warning(place!["read", "fields", at], message).help("once is enough"));
        }
    }
    known.insert(&read.key);
    known.extend([&read.name, &read.lon, &read.lat, &read.latlon].into_iter().flatten().map(String::as_str));
    let settings = [
        ("rename", read.rename.keys().collect::<Vec<_>>()),
        ("types", read.types.keys().collect::<Vec<_>>()),
    ];
    for (setting, fields) in settings {
        for field in fields.into_iter().filter(|field| !known.contains(field.as_str())) {
            let span = document.key_span(place!["read", setting, field]);
            let message = format!("`{setting}` speaks of `{field}`, which `fields` leaves out");
            let help = did_you_mean(field, known.iter().copied(), "it keeps");
            problems.push(document.source.error(span, message).maybe_help(help));
        }
    }
}
