//! The facts of a place, out of a published set.

use super::composite::Composite;
use super::scale::{bands, classed};
use super::sheet::{Bar, Factor, Gap, MapShape, Place, Sheet};
use super::{FichaError, corridor, map};
use crate::layer::nearest;
use crate::publish::record::{DifferenceParameters, DimensionRecord, FieldRecord, Parameters};
use crate::publish::style::Words;
use crate::publish::{Catalogue, Entry};
use crate::risk::composite::quantile;
use crate::workspace::config::{GeometryKind, Text};

/// How many zones a state's sheet lists.
const LISTED: usize = 10;

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
    let group = groups.as_ref().and_then(|groups| groups.parameters.group);
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
    let (record, run, parameters) = (main.entry.record(), catalogue.record(), &main.parameters);
    let scale = f64::from(parameters.scale);
    Ok(Sheet {
        title: Words::from(&record.title),
        country: Words::from(&run.country),
        invented: run.invented,
        zones: called(groups.as_ref(), "zones").unwrap_or_else(|| Words::new("Zonas", "Zones")),
        state: (!in_groups).then(|| main.text("state", row)).flatten(),
        group: in_groups,
        ranked: places.len(),
        within: within.map(|at| (at + 1, family.len())),
        people: parameters.weight.as_ref().and_then(|field| main.number(field, row)),
        scale,
        mean: mean(&zones, &zones.parameters.field),
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
        recipe: (parameters.recipe.clone(), parameters.version.clone()),
        method: parameters.recipe_source.clone(),
        runs: parameters.uncertainty.runs as u64,
        sources: record.sources.clone(),
        date: record.date.clone(),
        caveats: record.caveats.iter().map(Words::from).collect(),
        run: run.run.clone(),
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
    let is_composite =
        |entry: &Entry<'_>| entry.step() == "composite" && entry.record().geometry != GeometryKind::Line;
    let grouped = |entry: &Entry<'_>| entry.composite().is_some_and(|own| own.group.is_some());
    let recipe = |entry: &Entry<'a>| entry.composite().map(|own| (own.recipe, own.version));
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
        let parameters = entry.composite().unwrap_or_default();
        Ok(Composite { layer: catalogue.read(&entry)?, entry, parameters })
    };
    let groups = group_of(&zones).map(open).transpose()?;
    Ok((open(zones)?, groups))
}

/// What a published layer calls one of its fields.
fn called(composite: Option<&Composite<'_>>, field: &str) -> Option<Words> {
    let alias = composite?.entry.record().field(field)?.alias()?;
    Some(Words::from(alias)).filter(|words| !words.es.is_empty() && !words.en.is_empty())
}

/// A title, or the name of what has none.
fn titled(title: &Text, name: &str) -> Words {
    if *title == Text::default() { Words::same(name) } else { Words::from(title) }
}

/// Mean of a field over zones, by people where known.
fn mean(zones: &Composite<'_>, field: &str) -> Option<f64> {
    let values = zones.layer.numbers(field).ok()?;
    let people = zones.parameters.weight.as_ref().and_then(|field| zones.layer.numbers(field).ok());
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
    let bar = |dimension: &DimensionRecord| Bar {
        title: titled(&dimension.title, &dimension.name),
        value: main.number(&dimension.field, row),
        mean: mean(zones, &dimension.field),
    };
    main.parameters.dimensions.iter().map(bar).collect()
}

/// What pushes the score of a row up and down.
fn factors(main: &Composite<'_>, zones: &Composite<'_>, row: usize) -> (Vec<Factor>, Vec<Factor>) {
    let listed = &main.parameters.indicators;
    let scales = main.parameters.kept.as_ref().map_or(&[][..], |kept| &kept.scales);
    let side = |side: &str| {
        (1..=3)
            .filter_map(|n| {
                let name = main.text(&format!("{side}_{n}"), row)?;
                let points = main.number(&format!("{side}_{n}_pts"), row)?;
                let at = listed.iter().position(|indicator| indicator.name == name)?;
                let indicator = &listed[at];
                // Effects are measured against the mean of what the recipe makes of the values, held at caps and
                // goalposts: that one is printed, in the unit of the field.
                let mean = indicator.mean_0_1.zip(scales.get(at)).map(|(mean, scale)| scale.value(mean));
                Some(Factor {
                    title: titled(&indicator.title, &name),
                    unit: indicator.unit.clone(),
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
        entry
            .record()
            .field(field)
            .and_then(FieldRecord::alias)
            .map_or_else(|| Words::same(field), Words::from)
    };
    let unit =
        |entry: &Entry<'_>, field: &str| entry.record().field(field).map_or("", FieldRecord::unit).to_owned();
    if let [a, b, ..] = main.parameters.parts.as_slice() {
        found.push(Gap {
            title: Words::from(&main.entry.record().title),
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
    for entry in catalogue.entries() {
        let Parameters::Difference(own) = entry.parameters() else { continue };
        let layer = catalogue.read(&entry)?;
        let Some(row) = layer.keys().iter().position(|key| *key == code) else { continue };
        let number = |field: &str| layer.numbers(field).ok().and_then(|values| values[row]);
        let DifferenceParameters { a, b, field, .. } = &own;
        found.push(Gap {
            title: Words::from(&entry.record().title),
            a_title: alias(&entry, a),
            b_title: alias(&entry, b),
            unit: unit(&entry, a),
            a: number(a),
            b: number(b),
            gap: number(field),
            low: number(&format!("{field}_lo")),
            high: number(&format!("{field}_hi")),
            interval: "95 %".to_owned(),
        });
    }
    found.retain(|gap| gap.a.is_some() && gap.b.is_some());
    Ok(found)
}
