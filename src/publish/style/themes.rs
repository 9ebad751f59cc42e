//! The ready styles: which one fits a layer, and what it says.

use std::collections::BTreeMap;

use arrow_schema::DataType;

use super::classes::{legend_number, quantile_breaks};
use super::fields::values;
use super::model::{Class, Fact, Label, Renderer, Rgb, Style, Symbol, Value, Words};
use crate::layer::{Geometry, Layer, LayerError};

/// YlOrRd (Brewer), highest first: risk.
const RISK: [Rgb; 5] =
    [Rgb::hex(0xBD0026), Rgb::hex(0xF03B20), Rgb::hex(0xFD8D3C), Rgb::hex(0xFECC5C), Rgb::hex(0xFFFFB2)];

/// Purples (Brewer), highest first: quantities that are not risk itself.
const QUANTITY: [Rgb; 5] =
    [Rgb::hex(0x54278F), Rgb::hex(0x756BB1), Rgb::hex(0x9E9AC8), Rgb::hex(0xCBC9E2), Rgb::hex(0xF2F0F7)];

/// Hot to cold, safe for colour blindness, in the order of the words of `gi_bin`.
const CLUSTER: [Rgb; 7] = [
    Rgb::hex(0xD62F27),
    Rgb::hex(0xED7551),
    Rgb::hex(0xFAB984),
    Rgb::hex(0xFFFFBF),
    Rgb::hex(0xC0CCBE),
    Rgb::hex(0x849EBA),
    Rgb::hex(0x4575B5),
];

/// PRGn (Brewer), highest first: differences, safe for colour blindness.
const AROUND_ZERO: [Rgb; 5] =
    [Rgb::hex(0x7B3294), Rgb::hex(0xC2A5CF), Rgb::hex(0xF7F7F7), Rgb::hex(0xA6DBA0), Rgb::hex(0x008837)];

/// The colour of a class of so many, from 0, the lowest, as `#RRGGBB`: YlOrRd, or grey without one.
pub fn class_colour(class: Option<usize>, classes: usize) -> String {
    let Rgb(red, green, blue) = match class {
        Some(class) => {
            let last = classes.saturating_sub(1).max(1);
            let from_top = last.saturating_sub(class);
            RISK[(from_top * (RISK.len() - 1) / last).min(RISK.len() - 1)]
        }
        None => NO_DATA,
    };
    format!("#{red:02X}{green:02X}{blue:02X}")
}

const NO_DATA: Rgb = Rgb::hex(0xD9D9D9);
const NONE: Rgb = Rgb::hex(0xFFFFFF);
const PLAIN_ZONE: Rgb = Rgb::hex(0xEDEAE4);
const PLAIN_LINE: Rgb = Rgb::hex(0x2B5C8A);
const GAP: Rgb = Rgb::hex(0x7A0177);
const DARK: Rgb = Rgb::hex(0x4D4D4D);
const WHITE: Rgb = Rgb::hex(0xFFFFFF);

/// Upper bounds of risk where a layer has no classes of its own, highest first.
const RISK_CUTS: [f64; 6] = [1.0, 0.8, 0.6, 0.4, 0.2, 0.0];

/// Up to so many features their labels are legible on a map of the whole.
const FEW: usize = 60;

/// The style of a layer as plain data; see [`files`](super::files) for the themes.
///
/// # Errors
/// [`LayerError::NotNumeric`] where a field that the theme classes by number holds text.
pub fn style(layer: &Layer, theme: &str, title: (&str, &str)) -> Result<Style, LayerError> {
    let title = Words::new(title.0, title.1);
    let heading = if layer.has("name") { "name" } else { layer.key() };
    let tip: &[&str] = match theme {
        "hotspots" => &[
            "state",
            "gi_bin",
            "risk",
            "risk_class",
            "route_km",
            "near_km",
            "gap_km",
            "incidents",
            "prio_rank",
        ],
        "risk" => &["state", "risk", "risk_class", "ind_miss"],
        "composite" => &[
            "state",
            "score",
            "score_lo",
            "score_hi",
            "rank",
            "rank_lo",
            "rank_hi",
            "risk_class",
            "class_pct",
            "up_1",
            "up_2",
            "up_3",
            "ind_miss",
        ],
        "difference" => &["state", "girls_pct", "boys_pct", "gap", "gap_lo", "gap_hi", "gap_p"],
        "stretches" => &["route", "zone", "km", "risk", "risk_class", "expo_km", "near_km"],
        "gaps" => &["route", "from_km", "to_km", "km", "expo_km"],
        "changes" => &["change", "rank_old", "rank_new", "bin_old", "bin_new", "route", "km"],
        "states" | "routes" => &["zones", "route_km", "expo_km", "gap_km", "hot_zones", "incidents", "risk"],
        _ => &["state", "risk", "route_km", "near_km", "gap_km", "incidents"],
    };
    Ok(Style {
        renderer: renderer(layer, theme, &title)?,
        label: label(layer, theme, heading),
        key: layer.key().to_owned(),
        fields: layer.fields(),
        heading: heading.to_owned(),
        tip: tip.iter().filter_map(|field| fact(layer, field)).collect(),
        title,
    })
}

/// A fact of the map tip, where the layer has the field.
fn fact(layer: &Layer, field: &str) -> Option<Fact> {
    let column = layer.column(field).ok()?;
    let decimals = match (column.data_type(), field) {
        (DataType::Float64, "risk" | "priority" | "score" | "score_lo" | "score_hi" | "gap_p") => Some(2),
        (DataType::Float64, "pop" | "incidents" | "prio_rank") | (DataType::Int64, _) => Some(0),
        (DataType::Float64, _) => Some(1),
        _ => None,
    };
    Some(Fact { field: field.to_owned(), decimals })
}

/// The theme's renderer, or the nearest plainer one that the layer's fields allow.
fn renderer(layer: &Layer, theme: &str, title: &Words) -> Result<Renderer, LayerError> {
    let zones = matches!(**layer.geometry(), Geometry::Zones(_));
    let lines = matches!(**layer.geometry(), Geometry::Lines(_));
    Ok(match theme {
        "hotspots" if zones && layer.has("gi_bin") => clusters(),
        "changes" if layer.has("change") => changes(layer),
        "gaps" if lines => Renderer::Single {
            label: title.clone(),
            symbol: Symbol::Line { colour: GAP, width_mm: 1.3, casing: WHITE },
        },
        "states" | "routes" if layer.has("expo_km") => exposure(layer)?,
        "hotspots" | "risk" | "stretches" | "states" | "composite" if layer.has("risk_class") => {
            risk_classes(layer)?
        }
        "difference" if zones => match gap_field(layer) {
            Some(field) => gaps_around_zero(layer, &field)?,
            None => Renderer::Single { label: title.clone(), symbol: symbol(layer, None, 0) },
        },
        "hotspots" | "risk" | "stretches" | "states" if layer.has("risk") => risk_ranges(layer),
        _ => Renderer::Single { label: title.clone(), symbol: symbol(layer, None, 0) },
    })
}

fn label(layer: &Layer, theme: &str, heading: &str) -> Option<Label> {
    if theme == "gaps" {
        let expression = "format_number(\"km\", 0) || ' km'".to_owned();
        return layer.has("km").then_some(Label { expression, scale: 6_000_000 });
    }
    let scale = match (layer.len() <= FEW, theme) {
        (_, "stretches") => return None,
        // A country alone needs no name.
        _ if layer.len() < 2 => return None,
        // Names of routes are long.
        (_, "routes") => 4_000_000,
        (true, _) => 20_000_000,
        (false, _) => 1_500_000,
    };
    Some(Label { expression: format!("\"{heading}\""), scale })
}

/// How a class of a layer is drawn: `class` is its colour, `rank` its place from the top.
fn symbol(layer: &Layer, class: Option<Rgb>, rank: usize) -> Symbol {
    match **layer.geometry() {
        Geometry::Lines(_) => {
            // The higher the class, the wider the line: told apart without colour too.
            let width_mm = class.map_or(0.6, |_| 1.1 - 0.15 * rank.min(5) as f64);
            Symbol::Line { colour: class.unwrap_or(PLAIN_LINE), width_mm, casing: DARK }
        }
        Geometry::Points(_) => Symbol::Marker(class.unwrap_or(PLAIN_LINE)),
        Geometry::Zones(_) | Geometry::None => Symbol::Fill(class.unwrap_or(PLAIN_ZONE)),
    }
}

fn no_data() -> Words {
    Words::new("Sin dato", "No data")
}

fn clusters() -> Renderer {
    let mut classes: Vec<Class> = values("gi_bin")
        .into_iter()
        .zip(CLUSTER)
        .map(|((value, label), colour)| Class {
            value: Value::Is(value.to_owned()),
            label,
            symbol: Symbol::Fill(colour),
        })
        .collect();
    classes.push(Class {
        value: Value::Missing,
        label: Words::new("Sin dato o sin vecinos", "No data or no neighbours"),
        symbol: Symbol::Fill(NO_DATA),
    });
    Renderer::Categorized { field: "gi_bin".to_owned(), classes }
}

/// By what became of a feature: warm for what is worse now, cool for what is better, grey for what came or went.
fn changes(layer: &Layer) -> Renderer {
    let colour = |change: &str| match change {
        "entered" | "opened" => CLUSTER[0],
        "up" => CLUSTER[2],
        "left" | "closed" => CLUSTER[6],
        "down" => CLUSTER[4],
        "added" => DARK,
        _ => NO_DATA,
    };
    let lines = matches!(**layer.geometry(), Geometry::Lines(_));
    let own = |change: &str| matches!(change, "opened" | "closed") == lines;
    let classes = values("change").into_iter().filter(|(value, _)| own(value)).enumerate();
    let classes = classes.map(|(rank, (value, label))| Class {
        value: Value::Is(value.to_owned()),
        label,
        symbol: symbol(layer, Some(colour(value)), rank),
    });
    Renderer::Categorized { field: "change".to_owned(), classes: classes.collect() }
}

/// By the classes of the score. The five usual ones all stand in the legend, so that two nights compare;
/// a recipe's own names are ordered by their mean risk.
fn risk_classes(layer: &Layer) -> Result<Renderer, LayerError> {
    let usual = values("risk_class");
    let texts = layer.texts("risk_class")?;
    let own = texts.iter().flatten().any(|class| usual.iter().all(|(value, _)| value != class));
    let named: Vec<(String, Words)> = match own {
        false => usual.into_iter().map(|(value, label)| (value.to_owned(), label)).collect(),
        true => by_mean_risk(layer, &texts)?.into_iter().map(|c| (c.clone(), Words::same(c))).collect(),
    };
    let last = named.len().saturating_sub(1).max(1);
    let mut classes: Vec<Class> = named
        .into_iter()
        .enumerate()
        .map(|(rank, (value, label))| Class {
            value: Value::Is(value),
            label,
            symbol: symbol(layer, Some(RISK[rank * (RISK.len() - 1) / last]), rank),
        })
        .collect();
    let rank = classes.len();
    classes.push(Class {
        value: Value::Missing,
        label: no_data(),
        symbol: symbol(layer, Some(NO_DATA), rank),
    });
    Ok(Renderer::Categorized { field: "risk_class".to_owned(), classes })
}

/// Names of classes, the one of highest mean risk first; by name where there is no risk.
fn by_mean_risk(layer: &Layer, texts: &[Option<String>]) -> Result<Vec<String>, LayerError> {
    let risk = if layer.has("risk") { layer.numbers("risk")? } else { vec![None; layer.len()] };
    let mut means: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for (class, risk) in texts.iter().zip(risk) {
        if let Some(class) = class {
            let (sum, count) = means.entry(class).or_default();
            *sum += risk.unwrap_or(0.0);
            *count += 1;
        }
    }
    let mut order: Vec<(&str, f64)> = means.into_iter().map(|(c, (sum, n))| (c, sum / n as f64)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    Ok(order.into_iter().map(|(class, _)| class.to_owned()).collect())
}

/// The field of a layer that holds a difference: it has an interval and a p beside it.
fn gap_field(layer: &Layer) -> Option<String> {
    layer
        .fields()
        .into_iter()
        .find(|field| ["_lo", "_hi", "_p"].iter().all(|end| layer.has(&format!("{field}{end}"))))
}

/// By a difference, with as much room above 0 as below, so that white is no difference.
fn gaps_around_zero(layer: &Layer, field: &str) -> Result<Renderer, LayerError> {
    let widest = layer.numbers(field)?.into_iter().flatten().map(f64::abs).fold(0.0, f64::max);
    // Where all are 0 any width will do.
    let widest = if widest > 0.0 { widest } else { 1.0 };
    let cuts = [1.0, 0.5, 0.1, -0.1, -0.5, -1.0].map(|share| share * widest);
    let mut classes: Vec<Class> = cuts
        .windows(2)
        .zip(AROUND_ZERO)
        .map(|(pair, colour)| Class {
            value: Value::Range(pair[1], pair[0]),
            label: Words::same(format!("{} – {}", legend_number(pair[1]), legend_number(pair[0]))),
            symbol: Symbol::Fill(colour),
        })
        .collect();
    classes.push(Class { value: Value::Missing, label: no_data(), symbol: Symbol::Fill(NO_DATA) });
    Ok(Renderer::Graduated { field: field.to_owned(), classes })
}

fn risk_ranges(layer: &Layer) -> Renderer {
    let names = values("risk_class");
    let mut classes: Vec<Class> = names
        .into_iter()
        .enumerate()
        .map(|(rank, (_, name))| {
            let (low, high) = (RISK_CUTS[rank + 1], RISK_CUTS[rank]);
            let label = |name: &str| format!("{name} ({low:.1}–{high:.1})");
            Class {
                value: Value::Range(low, high),
                label: Words::new(label(&name.es), label(&name.en)),
                symbol: symbol(layer, Some(RISK[rank]), rank),
            }
        })
        .collect();
    let rank = classes.len();
    classes.push(Class {
        value: Value::Missing,
        label: no_data(),
        symbol: symbol(layer, Some(NO_DATA), rank),
    });
    Renderer::Graduated { field: "risk".to_owned(), classes }
}

/// By risk-weighted kilometres: quantiles of the positive values, zero apart.
fn exposure(layer: &Layer) -> Result<Renderer, LayerError> {
    by_quantity(layer, &["expo_km"], " km", Words::new("Sin exposición (0 km)", "No exposure (0 km)"))
}

/// By the first of some fields that are quantities, in classes over all of them, so that they compare: girls and
/// boys. Zero stands apart.
///
/// # Errors
/// [`LayerError::NoField`] and [`LayerError::NotNumeric`].
pub fn quantities(layer: &Layer, fields: &[&str]) -> Result<Renderer, LayerError> {
    let unit = fields.first().and_then(|field| super::field_words(field)).and_then(|words| words.unit);
    let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
    by_quantity(layer, fields, &unit, Words::same(format!("0{unit}")))
}

/// By quantiles of the positive values of some fields; `nothing` is said of zero, `unit` follows each class.
fn by_quantity(layer: &Layer, fields: &[&str], unit: &str, nothing: Words) -> Result<Renderer, LayerError> {
    let values: Vec<_> =
        fields.iter().map(|field| layer.numbers(field)).collect::<Result<Vec<_>, _>>()?.concat();
    let breaks = quantile_breaks(&values, QUANTITY.len());
    let last = breaks.len().saturating_sub(2).max(1);
    let mut classes: Vec<Class> = breaks
        .windows(2)
        .rev()
        .enumerate()
        .map(|(rank, pair)| Class {
            value: Value::Range(pair[0], pair[1]),
            label: Words::same(format!("{} – {}{unit}", legend_number(pair[0]), legend_number(pair[1]))),
            symbol: symbol(layer, Some(QUANTITY[rank * (QUANTITY.len() - 1) / last]), rank),
        })
        .collect();
    let rank = classes.len();
    classes.push(Class {
        // Just zero: the least positive bound has two digits, so it lies above.
        value: Value::Range(0.0, 0.0),
        label: nothing,
        symbol: symbol(layer, Some(NONE), rank),
    });
    classes.push(Class {
        value: Value::Missing,
        label: no_data(),
        symbol: symbol(layer, Some(NO_DATA), rank),
    });
    let field = fields.first().copied().unwrap_or_default().to_owned();
    Ok(Renderer::Graduated { field, classes })
}
