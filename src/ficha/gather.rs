//! The facts of a place, out of a published set.

use serde_json::Value;

use super::scale::{bands, classed};
use super::sheet::{Bar, Factor, Gap, MapShape, Place, Sheet};
use super::{FichaError, corridor, map};
use crate::layer::{Layer, nearest};
use crate::publish::style::Words;
use crate::publish::{Catalogue, Entry};
use crate::risk::composite::{Scale, quantile};

/// How many zones a state's sheet lists.
const LISTED: usize = 10;

/// A composite that was read.
pub(super) struct Composite<'a> {
    pub entry: Entry<'a>,
    pub layer: Layer,
    pub field: String,
}

impl Composite<'_> {
    pub(super) fn parameters(&self) -> &Value {
        self.entry.parameters()
    }

    pub(super) fn number(&self, field: &str, row: usize) -> Option<f64> {
        self.layer.numbers(field).ok()?[row]
    }

    pub(super) fn text(&self, field: &str, row: usize) -> Option<String> {
        self.layer.texts(field).ok()?[row].clone()
    }

    /// Names of the main classes, lowest first.
    fn class_names(&self) -> Vec<String> {
        let names = &self.parameters()["classes"][0]["names"];
        serde_json::from_value(names.clone()).unwrap_or_default()
    }

    /// Number of the main class of each row.
    pub(super) fn classes(&self) -> Result<Vec<Option<usize>>, FichaError> {
        let names = self.class_names();
        let place = |class: Option<String>| class.and_then(|class| names.iter().position(|n| *n == class));
        Ok(self.layer.texts("risk_class")?.into_iter().map(place).collect())
    }

    /// The scored rows, as places.
    fn places(&self) -> Result<Vec<(usize, Place)>, FichaError> {
        let layer = &self.layer;
        let (scores, classes) = (layer.numbers(&self.field)?, self.classes()?);
        let ends = [format!("{}_lo", self.field), format!("{}_hi", self.field)];
        let (low, high) = (layer.numbers(&ends[0])?, layer.numbers(&ends[1])?);
        let ranks = [layer.numbers("rank")?, layer.numbers("rank_lo")?, layer.numbers("rank_hi")?];
        let names = if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] };
        let place = |(row, code): (usize, &str)| {
            let rank = |k: usize| ranks[k][row].map(|rank| rank as i64);
            Some((
                row,
                Place {
                    code: code.to_owned(),
                    name: names[row].clone().unwrap_or_else(|| code.to_owned()),
                    score: scores[row]?,
                    low: low[row],
                    high: high[row],
                    rank: rank(0),
                    rank_lo: rank(1),
                    rank_hi: rank(2),
                    class: classes[row],
                },
            ))
        };
        Ok(layer.keys().into_iter().enumerate().filter_map(place).collect())
    }
}

/// Gathers the facts of zone `code`. `layer` names the composite; without it the first that has groups of its
/// own is taken, else the first.
///
/// # Errors
/// A set without a composite, a code that is not in it or has no score, files that cannot be read.
pub fn gather(catalogue: &Catalogue, code: &str, layer: Option<&str>) -> Result<Sheet, FichaError> {
    let (zones, groups) = composites(catalogue, layer)?;
    let in_groups = groups.as_ref().is_some_and(|groups| groups.layer.keys().contains(&code));
    let main = match &groups {
        Some(groups) if in_groups => groups,
        _ => &zones,
    };
    let Some(row) = main.layer.keys().iter().position(|key| *key == code) else {
        let layers: Vec<&Composite<'_>> = std::iter::once(&zones).chain(&groups).collect();
        let keys = layers.iter().flat_map(|layer| layer.layer.keys());
        return Err(FichaError::NoZone {
            code: code.to_owned(),
            nearest: nearest(code, keys),
            layers: layers.iter().map(|layer| layer.entry.name().to_owned()).collect(),
        });
    };
    let places = main.places()?;
    let Some((_, place)) = places.iter().find(|(at, _)| *at == row) else {
        return Err(FichaError::NoScore { code: code.to_owned(), layer: main.entry.name().to_owned() });
    };
    // A zone lies in the group whose code its own begins with.
    let group = groups.as_ref().and_then(|g| g.parameters()["group"].as_u64()).map(|length| length as usize);
    if let Some(length) = group {
        zones.layer.prefixes(length)?;
    }
    let state_code: String = match (in_groups, group) {
        (true, _) => code.to_owned(),
        (false, Some(length)) => code.chars().take(length).collect(),
        (false, None) => String::new(),
    };
    let mut family: Vec<(usize, Place)> = match in_groups {
        true => zones.places()?,
        false => places.clone(),
    };
    family.retain(|(_, place)| place.code.starts_with(&state_code));
    family.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then_with(|| a.1.code.cmp(&b.1.code)));
    let within = family.iter().position(|(at, _)| *at == row).filter(|_| !in_groups && group.is_some());

    let (up, down) = factors(main, &zones, row);
    let classes = classed(main, row);
    let names = main.class_names();
    let mut counts = vec![0; names.len()];
    family.iter().filter_map(|(_, place)| place.class).for_each(|class| counts[class] += 1);
    let value = main.entry.value();
    let metadata = catalogue.metadata();
    let parameters = main.parameters();
    let scale = parameters["scale"].as_f64().unwrap_or(1.0);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Sheet {
        title: words(&value["title"]),
        country: words(&metadata["country"]),
        invented: metadata["invented"].as_bool().unwrap_or(false),
        zones: called(groups.as_ref(), "zones").unwrap_or_else(|| Words::new("Zonas", "Zones")),
        state: (!in_groups).then(|| main.text("state", row)).flatten(),
        group: in_groups,
        ranked: places.len(),
        within: within.map(|at| (at + 1, family.len())),
        people: parameters["weight"].as_str().and_then(|field| main.number(field, row)),
        scale,
        mean: mean(&zones, &zones.field),
        bands: bands(&classes, scale),
        classes,
        corridor: corridor::gather(catalogue, code, in_groups)?,
        dimensions: dimensions(main, &zones, row),
        up,
        down,
        gaps: gaps(catalogue, main, row, code)?,
        highest: if in_groups {
            family.iter().take(LISTED).map(|(_, p)| p.clone()).collect()
        } else {
            vec![]
        },
        counts: if in_groups { counts } else { vec![] },
        map: map_of(&zones, &state_code, code)?,
        inset: match &groups {
            Some(groups) => map::shapes(groups, &|_| true, &state_code)?,
            None => Vec::new(),
        },
        recipe: (text(&parameters["recipe"]), text(&parameters["version"])),
        method: text(&parameters["recipe_source"]),
        runs: parameters["uncertainty"]["runs"].as_u64().unwrap_or(0),
        sources: serde_json::from_value(value["sources"].clone()).unwrap_or_default(),
        date: text(&value["date"]),
        caveats: value["caveats"].as_array().into_iter().flatten().map(words).collect(),
        run: text(&metadata["run"]),
        place: place.clone(),
    })
}

fn map_of(zones: &Composite<'_>, state: &str, code: &str) -> Result<Vec<MapShape>, FichaError> {
    map::shapes(zones, &|key| key.starts_with(state), code)
}

/// The composite of zones, and that of their groups by the same recipe.
fn composites<'a>(
    catalogue: &'a Catalogue,
    layer: Option<&str>,
) -> Result<(Composite<'a>, Option<Composite<'a>>), FichaError> {
    // A score of stretches has no zone to be told of.
    let is_composite = |entry: &Entry<'_>| entry.step() == "composite" && entry.value()["geometry"] != "line";
    let grouped = |entry: &Entry<'_>| entry.parameters()["group"].is_u64();
    let recipe = |entry: &Entry<'a>| (&entry.parameters()["recipe"], &entry.parameters()["version"]);
    let all: Vec<Entry<'a>> = catalogue.entries().filter(is_composite).collect();
    let group_of = |zones: &Entry<'a>| all.iter().find(|e| grouped(e) && recipe(e) == recipe(zones)).copied();
    let zones = match layer {
        Some(layer) => {
            let entry = catalogue.entry(layer)?;
            if entry.step() == "composite" && !is_composite(&entry) {
                return Err(FichaError::NotZones { layer: layer.to_owned() });
            }
            if !is_composite(&entry) {
                let (layer, step) = (layer.to_owned(), entry.step().to_owned());
                return Err(FichaError::NotComposite { layer, step });
            }
            // A sheet on the groups' layer is a sheet on its zones'.
            let same = |e: &&Entry<'a>| !grouped(e) && recipe(e) == recipe(&entry);
            if grouped(&entry) { all.iter().find(same).copied().unwrap_or(entry) } else { entry }
        }
        None => {
            let mut plain = all.iter().filter(|entry| !grouped(entry));
            let first = plain.clone().find(|entry| group_of(entry).is_some()).or_else(|| plain.next());
            *first.ok_or(FichaError::NoComposite)?
        }
    };
    let open = |entry: Entry<'a>| -> Result<Composite<'a>, FichaError> {
        let field = entry.parameters()["field"].as_str().unwrap_or("score").to_owned();
        Ok(Composite { layer: catalogue.read(&entry)?, entry, field })
    };
    let groups = group_of(&zones).map(open).transpose()?;
    Ok((open(zones)?, groups))
}

/// What a published layer calls one of its fields.
fn called(composite: Option<&Composite<'_>>, field: &str) -> Option<Words> {
    let fields = composite?.entry.value()["fields"].as_array()?;
    let alias = &fields.iter().find(|one| one["name"] == field)?["alias"];
    Some(words(alias)).filter(|words| !words.es.is_empty() && !words.en.is_empty())
}

/// A text of the metadata in both languages.
pub(super) fn words(value: &Value) -> Words {
    let text = |lang: &str| value[lang].as_str().unwrap_or_default().to_owned();
    Words { es: text("es"), en: text("en") }
}

/// Mean of a field over zones, by people where known.
fn mean(zones: &Composite<'_>, field: &str) -> Option<f64> {
    let values = zones.layer.numbers(field).ok()?;
    let people = zones.parameters()["weight"].as_str().and_then(|field| zones.layer.numbers(field).ok());
    let weight = |row: usize| people.as_ref().map_or(Some(1.0), |people| people[row]);
    let present = values.iter().enumerate().filter_map(|(row, value)| Some((weight(row)?, (*value)?)));
    let (sum, total) = present.fold((0.0, 0.0), |(s, t), (w, x)| (s + w * x, t + w));
    (total > 0.0).then(|| sum / total)
}

/// Median of a field over zones.
fn median(zones: &Composite<'_>, field: &str) -> Option<f64> {
    let mut values: Vec<f64> = zones.layer.numbers(field).ok()?.into_iter().flatten().collect();
    values.sort_by(f64::total_cmp);
    (!values.is_empty()).then(|| quantile(&values, 0.5))
}

fn dimensions(main: &Composite<'_>, zones: &Composite<'_>, row: usize) -> Vec<Bar> {
    let listed = main.parameters()["dimensions"].as_array().into_iter().flatten();
    listed
        .map(|dimension| {
            let field = dimension["field"].as_str().unwrap_or_default();
            let title = words(&dimension["title"]);
            let named = Words::same(dimension["name"].as_str().unwrap_or_default());
            Bar {
                title: if title == Words::default() { named } else { title },
                value: main.number(field, row),
                mean: mean(zones, field),
            }
        })
        .collect()
}

/// What pushes the score of a row up and down.
fn factors(main: &Composite<'_>, zones: &Composite<'_>, row: usize) -> (Vec<Factor>, Vec<Factor>) {
    let listed: Vec<&Value> = main.parameters()["indicators"].as_array().into_iter().flatten().collect();
    let scales: Vec<Scale> =
        serde_json::from_value(main.parameters()["kept"]["scales"].clone()).unwrap_or_default();
    let side = |side: &str| {
        (1..=3)
            .filter_map(|n| {
                let name = main.text(&format!("{side}_{n}"), row)?;
                let points = main.number(&format!("{side}_{n}_pts"), row)?;
                let at = listed.iter().position(|indicator| indicator["name"] == name.as_str())?;
                let indicator = listed[at];
                // Effects are measured against the mean of what the recipe makes of the values, held at caps and
                // goalposts: that one is printed, in the unit of the field.
                let mean =
                    indicator["mean_0_1"].as_f64().zip(scales.get(at)).map(|(mean, scale)| scale.value(mean));
                let title = words(&indicator["title"]);
                Some(Factor {
                    title: if title == Words::default() { Words::same(&*name) } else { title },
                    unit: indicator["unit"].as_str().unwrap_or_default().to_owned(),
                    value: main.number(&name, row),
                    mean,
                    median: median(zones, &name),
                    points,
                })
            })
            .collect()
    };
    (side("up"), side("down"))
}

/// Gaps between parts of the people: of the composite itself, and of published differences with the same key.
fn gaps(catalogue: &Catalogue, main: &Composite<'_>, row: usize, code: &str) -> Result<Vec<Gap>, FichaError> {
    let mut found = Vec::new();
    let alias = |entry: &Entry<'_>, field: &str| {
        let fields = entry.value()["fields"].as_array().into_iter().flatten();
        let alias = fields.clone().find(|f| f["name"] == field).map(|f| words(&f["alias"]));
        alias.filter(|alias| *alias != Words::default()).unwrap_or_else(|| Words::same(field))
    };
    let unit = |entry: &Entry<'_>, field: &str| {
        let mut fields = entry.value()["fields"].as_array().into_iter().flatten();
        let unit = fields.find(|f| f["name"] == field).and_then(|f| f["unit"].as_str());
        unit.unwrap_or_default().to_owned()
    };
    if let Some([a, b, ..]) = main.parameters()["parts"].as_array().map(Vec::as_slice) {
        let (a, b) = (a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default());
        found.push(Gap {
            title: words(&main.entry.value()["title"]),
            a_title: alias(&main.entry, a),
            b_title: alias(&main.entry, b),
            unit: unit(&main.entry, a),
            a: main.number(a, row),
            b: main.number(b, row),
            gap: main.number("gap", row),
            low: main.number("gap_lo", row),
            high: main.number("gap_hi", row),
            interval: "90 %".to_owned(),
        });
    }
    for entry in catalogue.entries().filter(|entry| entry.step() == "difference") {
        let layer = catalogue.read(&entry)?;
        let Some(row) = layer.keys().iter().position(|key| *key == code) else { continue };
        let parameters = entry.parameters();
        let name = |key: &str| parameters[key].as_str().unwrap_or_default();
        let number = |field: &str| layer.numbers(field).ok().and_then(|values| values[row]);
        let field = name("field");
        found.push(Gap {
            title: words(&entry.value()["title"]),
            a_title: alias(&entry, name("a")),
            b_title: alias(&entry, name("b")),
            unit: unit(&entry, name("a")),
            a: number(name("a")),
            b: number(name("b")),
            gap: number(field),
            low: number(&format!("{field}_lo")),
            high: number(&format!("{field}_hi")),
            interval: "95 %".to_owned(),
        });
    }
    found.retain(|gap| gap.a.is_some() && gap.b.is_some());
    Ok(found)
}
