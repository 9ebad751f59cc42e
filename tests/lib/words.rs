//! The words of all that people read, in both languages: one word for one thing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use corredor::publish::style::{glossary, retired_in};
use serde_json::Value;

use crate::fixtures;

/// A text that people read, and where it stands.
type Said = (String, String);

/// Fields that measure the same under two names, in recipes of two sources.
const SAME: [[&str; 2]; 5] = [
    ["no_water", "sin_agua"],
    ["earthfloor", "piso_tier"],
    ["crowded", "hacinam"],
    ["remote", "loc_peq"],
    ["low_wage", "ing_2sm"],
];

/// What a field is called where it is another quantity: a total of it, or the class of the index.
const VARIANTS: [(&str, &str); 8] = [
    ("score", "Índice de marginación"),
    ("risk", "Vulnerabilidad de residentes: promedio de sus municipios"),
    ("risk", "Vulnerabilidad de residentes, promedio de indicadores: promedio de sus kilómetros"),
    ("risk_class", "Clase del índice"),
    ("risk_class", "Clase de marginación"),
    ("risk_class", "Clase de riesgo en el camino; bajo no quiere decir seguro"),
    ("gi_bin", "Punto caliente o frío de riesgo en el camino (Gi*)"),
    ("priority", "Prioridad más alta de sus municipios"),
];

/// Plurals after a one.
const PLURALS: [&str; 14] = [
    "zonas",
    "municipios",
    "rutas",
    "tramos",
    "estados",
    "brechas",
    "elementos",
    "zones",
    "municipalities",
    "routes",
    "stretches",
    "states",
    "gaps",
    "features",
];

#[test]
fn the_glossary_is_that_of_the_code() {
    let path = fixtures::top().join("docs/glossary.md");
    if std::env::var_os("CORREDOR_BLESS").is_some_and(|bless| bless == "1") {
        fs::write(&path, glossary()).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == glossary(), "docs/glossary.md: CORREDOR_BLESS=1 cargo test --test lib words");
}

/// Texts in two languages, wherever they stand in a file of settings.
fn both(value: &toml::Value, place: &str, said: &mut Vec<Said>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value {
                    toml::Value::String(text) if key == "es" || key == "en" => {
                        said.push((format!("{place}.{key}"), text.clone()));
                    }
                    value => both(value, &format!("{place}.{key}"), said),
                }
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| both(item, place, said)),
        _ => {}
    }
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|have| have == ending))
        .collect();
    found.sort();
    found
}

#[test]
fn templates_recipes_styles_and_queries_say_no_retired_word() {
    let root = fixtures::top();
    let mut said = Vec::new();
    for folder in [
        "layers/mexico",
        "layers/mexico/layers",
        "layers/demo",
        "layers/demo/layers",
        "layers/recipes",
        "layers/styles",
    ] {
        for path in files(&root.join(folder), "toml") {
            let value: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            both(&toml::Value::Table(value), &path.display().to_string(), &mut said);
        }
    }
    for path in files(&root.join("queries"), "sql") {
        let text = fs::read_to_string(&path).unwrap();
        let header: Vec<&str> =
            text.lines().map_while(|line| line.strip_prefix("--")).map(|line| line.trim_start()).collect();
        let value: toml::Table = toml::from_str(&header.join("\n")).unwrap();
        both(&toml::Value::Table(value), &path.display().to_string(), &mut said);
    }
    assert!(said.len() > 300, "{}", said.len());
    faultless(&said, false);
}

/// Texts of a value of JSON under some keys, at any depth.
fn under(value: &Value, keys: &[&str], place: &str, said: &mut Vec<Said>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let place = format!("{place}.{key}");
                match keys.contains(&key.as_str()) {
                    true => texts(value, &place, said),
                    false => under(value, keys, &place, said),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, keys, place, said)),
        _ => {}
    }
}

fn texts(value: &Value, place: &str, said: &mut Vec<Said>) {
    match value {
        Value::String(text) => said.push((place.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(item, place, said)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, place, said)),
        _ => {}
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#10;", "\n")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Values of an attribute of XML, wherever it stands in an element whose name begins so.
fn attributes(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let begin = format!("<{element}");
    let wanted = format!(" {attribute}=\"");
    xml.match_indices(&begin)
        .filter_map(|(at, _)| {
            let inside = &xml[at..at + xml[at..].find('>')?];
            let start = inside.find(&wanted)? + wanted.len();
            Some(unescaped(&inside[start..start + inside[start..].find('"')?]))
        })
        .collect()
}

/// What is left of marked up text: neither tags nor what QGIS computes.
fn without_marks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '[']) {
        out.push_str(&rest[..at]);
        out.push(' ');
        let end = if rest[at..].starts_with("[%") { "%]" } else { ">" };
        match rest[at..].find(end) {
            Some(length) if rest[at..].starts_with("[%") || rest[at..].starts_with('<') => {
                rest = &rest[at + length + end.len()..];
            }
            _ => rest = &rest[at + 1..],
        }
    }
    out.push_str(rest);
    out
}

/// A workspace built as `init` makes it, and what its build and its sheets said in both languages.
fn built(init: &[&str]) -> (tempfile::TempDir, Vec<Said>) {
    let dir = tempfile::tempdir().unwrap();
    let run = |folder: &Path, arguments: &[&str]| {
        let output = fixtures::corredor(folder, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(dir.path(), &[&["init"], init, &["country"]].concat());
    let folder = dir.path().join("country");
    let mut said: Vec<Said> = Vec::new();
    // Nothing has changed the second time, so that it is forced.
    for arguments in [["build", "--lang", "es"].as_slice(), &["build", "--lang", "en", "--force"]] {
        said.push((arguments.join(" "), run(&folder, arguments)));
    }
    let rows = fs::read_to_string(folder.join("published/current/vulnerability.csv")).unwrap();
    let code = rows.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    for code in [code.as_str(), &code[..2]] {
        for lang in ["es", "en"] {
            let page = run(&folder, &["ficha", code, "--lang", lang, "--out", "-"]);
            let page = page.replace(&page[page.find("<style>").unwrap()..page.find("</style>").unwrap()], "");
            said.push((format!("ficha {code} {lang}"), unescaped(&without_marks(&page))));
        }
    }
    (dir, said)
}

#[test]
fn one_word_stands_for_one_thing_in_all_that_the_demo_publishes() {
    published_in_one_tongue(&["--size", "50"], "demo");
}

#[test]
fn one_word_stands_for_one_thing_in_all_that_the_template_of_mexico_publishes() {
    let Some(data) = fixtures::mexico() else { return };
    let data = data.canonicalize().unwrap();
    published_in_one_tongue(&["--template", "mexico", "--data", &data.to_string_lossy()], "mexico");
}

/// Walks all that a workspace publishes; `stem` is the name of its project.
fn published_in_one_tongue(init: &[&str], stem: &str) {
    let (dir, mut said) = built(init);
    let current = dir.path().join("country/published/current");
    let read = |name: &str| fs::read_to_string(current.join(name)).unwrap();
    let metadata: Value = serde_json::from_str(&read("metadata.json")).unwrap();
    let keys = ["title", "description", "caveats", "alias", "legend", "country"];
    for layer in metadata["layers"].as_array().unwrap() {
        let mut layer = layer.clone();
        // Records of the steps are for machines; what people read of them stands elsewhere.
        layer.as_object_mut().unwrap().remove("ancestry");
        under(&layer, &keys, layer["layer"].as_str().unwrap(), &mut said);
    }
    let styles: Value = serde_json::from_str(&read("styles.json")).unwrap();
    under(&styles, &["es", "en"], "styles.json", &mut said);
    for name in ["hdx.json", "collection.json", "hotspots.stac.json"] {
        let value: Value = serde_json::from_str(&read(name)).unwrap();
        let keys = ["title", "notes", "caveats", "description", "methodology_other", "keywords"];
        under(&value, &keys, name, &mut said);
    }
    // Names of files are titles of assets.
    said.retain(|(place, _)| !place.contains(".assets."));
    for name in ["README.md", "LEEME.md", "CITATION.cff"] {
        said.push((name.to_owned(), read(name)));
    }
    for path in files(&current, "qmd") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let from = text.find("<title>").unwrap();
        let to = text.find("</abstract>").unwrap();
        said.push((name, unescaped(&without_marks(&text[from..to]))));
    }
    for path in files(&current, "qml") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let mut tell = |what: &str, text: String| said.push((format!("{name} {what}"), text));
        attributes(&text, "alias", "name").into_iter().for_each(|text| tell("alias", text));
        for element in ["category", "range", "rule"] {
            attributes(&text, element, "label").into_iter().for_each(|text| tell(element, text));
        }
        if let (Some(from), Some(to)) = (text.find("<mapTip"), text.find("</mapTip>")) {
            tell("tip", unescaped(&without_marks(&unescaped(&text[from..to]))));
        }
    }
    for lang in ["es", "en"] {
        let mut archive =
            zip::ZipArchive::new(fs::File::open(current.join(format!("{stem}.{lang}.qgz"))).unwrap())
                .unwrap();
        let mut project = String::new();
        archive.by_index(0).unwrap().read_to_string(&mut project).unwrap();
        let labels = attributes(&project, "LayoutItem", "labelText");
        // No caveat is cut.
        for layer in metadata["layers"].as_array().unwrap().iter().filter(|l| l["geometry"] != "none") {
            let caveats: Vec<&str> =
                layer["caveats"].as_array().unwrap().iter().filter_map(|text| text[lang].as_str()).collect();
            assert!(
                labels.iter().any(|label| caveats.iter().all(|text| label.contains(text))),
                "no sheet of {lang} has all caveats of {}: {caveats:?}",
                layer["layer"]
            );
        }
        said.extend(labels.into_iter().map(|text| (format!("{stem}.{lang}.qgz"), text)));
        said.extend(
            attributes(&project, "layer-tree-layer", "name")
                .into_iter()
                .map(|t| (format!("{stem}.{lang}.qgz"), t)),
        );
    }
    assert!(said.len() > 1_000, "{}", said.len());
    faultless(&said, true);
    named_once(&metadata);
    totals_agree(&current);
}

/// Fails with every text that says what is not said any more, in one list.
fn faultless(said: &[Said], filled: bool) {
    let mut faults = BTreeSet::new();
    for (place, text) in said {
        for (word, term) in retired_in(text) {
            faults.insert(format!(
                "{place}: `{word}` gave way to `{}` / `{}`: {}",
                term.es,
                term.en,
                cut(text)
            ));
        }
        if spaced_thousands(text) {
            faults.insert(format!("{place}: a blank between thousands: {}", cut(text)));
        }
        for plural in PLURALS {
            let words: Vec<&str> =
                text.split(|c: char| !c.is_alphanumeric() && !",.%-".contains(c)).collect();
            if words.windows(2).any(|pair| pair[0] == "1" && pair[1].trim_matches([',', '.']) == plural) {
                faults.insert(format!("{place}: `1 {plural}`: {}", cut(text)));
            }
        }
        let sentence = ["caveat", "title", "description", "legend", "alias", "label", "tip"];
        let is_sentence = sentence.iter().any(|part| place.contains(part)) && !place.contains("queries");
        let names = text.replace("{reach_km}", "");
        if is_sentence && (names.contains('`') || names.contains('_') || names.contains("-gap-")) {
            faults.insert(format!("{place}: the name of a field, or a key: {}", cut(text)));
        }
        if filled && text.contains("{reach_km}") {
            faults.insert(format!("{place}: a place for a number that was not filled: {}", cut(text)));
        }
    }
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn cut(text: &str) -> String {
    text.chars().take(160).collect()
}

/// Whether three digits follow others and a blank, as in `2 475`; years and what is counted do not stand so.
fn spaced_thousands(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    let digit = |at: usize| signs.get(at).is_some_and(char::is_ascii_digit);
    signs.iter().enumerate().any(|(at, sign)| {
        [' ', '\u{a0}', '\u{202f}', '\u{2009}'].contains(sign)
            && at > 0
            && digit(at - 1)
            && (1..=3).all(|more| digit(at + more))
            && !digit(at + 4)
            // `1 000`, `12 000`, `123 000`, and not `2016 100`.
            && !(at >= 4 && (1..=4).all(|less| digit(at - less)))
    })
}

/// One field has one name in each language, and one name stands for one field.
fn named_once(metadata: &Value) {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for layer in metadata["layers"].as_array().unwrap() {
        for field in layer["fields"].as_array().unwrap() {
            let (name, Some(es)) = (field["name"].as_str().unwrap(), field["alias"]["es"].as_str()) else {
                continue;
            };
            let alias = |lang: &str| {
                let unit = field["unit"].as_str().map(|unit| format!(" ({unit})")).unwrap_or_default();
                format!("{lang}: {}{unit}", field["alias"][lang].as_str().unwrap())
            };
            for lang in ["es", "en"] {
                fields.entry(alias(lang)).or_default().insert(name.to_owned());
            }
            if !VARIANTS.contains(&(name, es)) {
                names.entry(name.to_owned()).or_default().insert(format!("{}; {}", alias("es"), alias("en")));
            }
        }
    }
    for (field, names) in names {
        assert!(names.len() == 1, "`{field}` is called {names:?}");
    }
    for (name, fields) in fields {
        let same = |pair: &[&str; 2]| fields.iter().all(|field| pair.contains(&field.as_str()));
        assert!(fields.len() == 1 || SAME.iter().any(same), "{name} stands for {fields:?}");
    }
}

fn sum(current: &Path, layer: &str, field: &str) -> f64 {
    let mut reader = csv::Reader::from_path(current.join(format!("{layer}.csv"))).unwrap();
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.unwrap()[field].parse::<f64>().unwrap_or(0.0)).sum()
}

/// What lies far from every site is as much in zones, states and the country; as gaps of the whole routes it differs by
/// what was rounded in each zone at most.
fn totals_agree(current: &Path) {
    let country = sum(current, "country", "gap_km");
    for layer in ["hotspots", "states"] {
        assert!((sum(current, layer, "gap_km") - country).abs() < 1e-6, "{layer}");
    }
    let stretches = csv::Reader::from_path(current.join("stretches.csv")).unwrap().records().count();
    // Gaps of the whole routes have the kilometres outside all zones too.
    let outside = sum(current, "route_exposure", "out_km");
    let more = sum(current, "gaps", "km") - country;
    assert!(
        more.abs() <= 0.5 * stretches as f64 + outside,
        "{more} of {country}, {outside} outside, {stretches} stretches"
    );
}

#[test]
fn blanks_between_thousands_are_found() {
    for (text, found) in
        [("2 475 municipios", true), ("12\u{202f}300", true), ("2,475", false), ("2014 2016", false)]
    {
        assert_eq!(spaced_thousands(text), found, "{text}");
    }
}
