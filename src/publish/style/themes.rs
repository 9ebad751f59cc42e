//! What a layer shows: its theme, narrowed to the fields that it has, with what its own file says otherwise.

use std::collections::BTreeMap;

use arrow_schema::DataType;

use super::classes::quantile_breaks;
use super::definition::{By, COLOURS, Draw, PLAIN, Swatch, THEME, Theme};
use super::fields::values;
use super::model::{Class, Dashed, Fact, Label, Numbered, Renderer, Rgb, Style, Symbol, Unsure, Value};
use super::words::Words;
use crate::layer::{Geometry, Layer, LayerError};
use crate::publish::record::Parameters;
use crate::text::brief;
use crate::workspace::config::LayerStyle;

/// The theme of gaps.
pub const GAPS: &str = "gaps";

/// Up to so many features their labels are legible on a map of the whole.
const FEW: usize = 60;

/// The style of a layer as plain data; see [`files`](super::files) for the themes.
///
/// # Errors
/// [`LayerError::NotNumeric`] where a field that the theme classes by number holds text.
pub fn style(layer: &Layer, theme: &str, title: (&str, &str)) -> Result<Style, LayerError> {
    styled(layer, theme, title, &LayerStyle::default())
}

/// The same, with what the layer's own file says otherwise.
///
/// # Errors
/// As [`style`]; [`LayerError::NoField`] where the file names a field that the layer lacks.
pub fn styled(
    layer: &Layer,
    theme: &str,
    title: (&str, &str),
    own: &LayerStyle,
) -> Result<Style, LayerError> {
    let name = own.theme.map_or(theme, |theme| theme.name());
    let fallback = Theme::default();
    let theme = THEME.get(name).or_else(|| THEME.get(PLAIN)).unwrap_or(&fallback);
    let title = Words::new(title.0, title.1);
    // A gap has no name but that of its route; its key is for machines.
    let heading = ["name", "route_name"].into_iter().find(|field| layer.has(field)).unwrap_or(layer.key());
    let tip = if own.tip.is_empty() {
        theme.tip.iter().filter(|field| layer.has(field)).map(|field| fact(layer, field)).collect()
    } else {
        own.tip.iter().map(|field| fact(layer, field)).collect::<Vec<_>>()
    };
    let super::Told { displaced, rate_per, .. } = super::Told::of(&layer.provenance);
    let reach_km = Parameters::of_layer(&layer.provenance).reach_km();
    Ok(Style {
        renderer: renderer(layer, theme, own, &title)?,
        second: second(layer, theme, own)?.map(Box::new),
        unsure: unsure(layer, theme, own)?,
        dashed: dashed(layer),
        label: label(layer, theme, own, heading)?,
        group: theme.group.clone(),
        geometry: layer.geometry().kind(),
        key: layer.key().to_owned(),
        fields: layer.fields(),
        decimals: decimals(layer)?,
        heading: heading.to_owned(),
        displaced,
        beyond: reach_km.filter(|_| name == GAPS).map(|reach_km| super::beyond(reach_km, displaced)),
        rate_per,
        words: own_words(own),
        tip: tip.into_iter().collect::<Result<_, _>>()?,
        title,
    })
}

/// What the layer's own file calls its fields.
fn own_words(own: &LayerStyle) -> BTreeMap<String, Words> {
    own.words.iter().map(|(field, text)| (field.clone(), Words::new(&*text.es, &*text.en))).collect()
}

/// A layer drawn once more, by the theme that its own names; called as the field that it is drawn by.
fn second(layer: &Layer, theme: &Theme, own: &LayerStyle) -> Result<Option<Style>, LayerError> {
    let of = |name: &String| Some((name.clone(), THEME.get(name)?.draw.first()?.clone()));
    let Some((name, draw)) = theme.second.as_ref().and_then(of).filter(|(_, draw)| fits(layer, draw)) else {
        return Ok(None);
    };
    let words = own_words(own);
    let told = super::Told { words: Some(&words), ..super::Told::of(&layer.provenance) };
    let called = super::words_of(told, &draw.field);
    let title = called
        .map_or((draw.field.clone(), draw.field), |words| (words.es.into_owned(), words.en.into_owned()));
    let own = LayerStyle { words: own.words.clone(), ..LayerStyle::default() };
    let style = styled(layer, &name, (&title.0, &title.1), &own)?;
    Ok(Some(Style { group: "why".to_owned(), ..style }))
}

/// A fact of the map tip.
fn fact(layer: &Layer, field: &str) -> Result<Fact, LayerError> {
    let decimals = match (layer.column(field)?.data_type(), field) {
        (
            DataType::Float64,
            "risk" | "priority" | "score" | "score_lo" | "score_md" | "score_hi" | "gap_p",
        ) => Some(2),
        (DataType::Float64, "pop" | "incidents" | "prio_rank") | (DataType::Int64, _) => Some(0),
        (DataType::Float64, _) => Some(1),
        _ => None,
    };
    Ok(Fact { field: field.to_owned(), decimals })
}

/// Decimals of the numbers of a layer, for those who read them and do not calculate with them: a p to a ten-thousandth,
/// a share of 0 to 1 to a thousandth, degrees to a metre, whole numbers whole, and of others some three digits.
fn decimals(layer: &Layer) -> Result<BTreeMap<String, u8>, LayerError> {
    let mut all = BTreeMap::new();
    for field in layer.fields() {
        if *layer.column(&field)?.data_type() != DataType::Float64 {
            continue;
        }
        let values = layer.numbers(&field)?;
        let known = || values.iter().flatten().map(|value| value.abs()).filter(|value| value.is_finite());
        let greatest = known().fold(0.0, f64::max);
        let probability = field.ends_with("_p") || field.starts_with("gi_p") || field.starts_with("gi_q");
        let decimals = match field.as_str() {
            _ if known().all(|value| value.fract() == 0.0) => 0,
            _ if probability => 4,
            "lon" | "lat" => 5,
            _ if greatest <= 1.0 => 3,
            _ if greatest < 10.0 => 2,
            _ => 1,
        };
        all.insert(field, decimals);
    }
    Ok(all)
}

/// The first draw that the layer's fields and geometry allow.
fn renderer(layer: &Layer, theme: &Theme, own: &LayerStyle, title: &Words) -> Result<Renderer, LayerError> {
    let draw = match &own.field {
        Some(field) => {
            let text = matches!(layer.column(field)?.data_type(), DataType::Utf8);
            let by = match (text, own.cuts.is_empty()) {
                (true, _) => By::Codes,
                (false, true) => By::Quantiles,
                (false, false) => By::Cuts,
            };
            let palette = if by == By::Quantiles { "quantity" } else { "risk" }.to_owned();
            let cuts = own.cuts.iter().rev().copied().collect();
            Draw { by, field: field.clone(), palette, cuts, ..Draw::default() }
        }
        None => theme.draw.iter().find(|draw| fits(layer, draw)).cloned().unwrap_or_default(),
    };
    let palette = palette(&draw, own);
    Ok(match draw.by {
        By::Codes => codes(layer, &draw, &palette)?,
        By::Cuts => cuts(layer, &draw, &palette),
        By::Zero => around_zero(layer, &draw, &palette)?,
        By::Ranks => ranks(layer, &draw)?,
        By::Quantiles => quantiles(layer, &draw, &[&draw.field], &palette)?,
        By::All => {
            let lines = COLOURS.lines;
            let symbol = match (&draw.colour, &**layer.geometry()) {
                (Some(colour), Geometry::Lines(_)) => Symbol::Line {
                    colour: COLOURS.colour(colour),
                    width_mm: lines.gap_mm,
                    casing: COLOURS.colour("halo"),
                },
                _ => match own.colours.first().and_then(|c| Rgb::parse(c)) {
                    Some(colour) => symbol(layer, Some(Swatch { colour, pattern: None }), 0),
                    None => symbol(layer, None, 0),
                },
            };
            Renderer::Single { label: title.clone(), symbol }
        }
    })
}

/// Whether a layer has what a draw draws by.
fn fits(layer: &Layer, draw: &Draw) -> bool {
    // Classes of equal counts say nothing of a feature alone.
    let alone = layer.len() < 2;
    let there = match draw.by {
        By::All => true,
        By::Zero => difference_field(layer).is_some(),
        By::Codes | By::Cuts | By::Quantiles | By::Ranks => layer.has(&draw.field),
    };
    let kind = layer.geometry().kind();
    there
        && !(draw.by == By::Quantiles && alone)
        && (draw.on.is_empty() || draw.on.iter().any(|on| on == kind))
}

/// How many come first: they have the strongest colour, and their numbers on the map.
const FIRST: u8 = 10;

/// Up to which rank a class goes, and its colour by name; the last goes on to the end.
const FIRSTS: [(f64, &str); 4] =
    [(FIRST as f64, "first_10"), (50.0, "first_50"), (100.0, "first_100"), (f64::INFINITY, "crossed")];

/// By rank from the first: the first 10, 50 and 100, as the map page draws them; those without a rank are hardly seen.
fn ranks(layer: &Layer, draw: &Draw) -> Result<Renderer, LayerError> {
    let ranks: Vec<f64> = layer.numbers(&draw.field)?.into_iter().flatten().collect();
    let last = ranks.iter().copied().fold(0.0, f64::max);
    let fill = |colour: &str| {
        let swatch = Swatch { colour: COLOURS.colour(colour), pattern: None };
        symbol(layer, Some(swatch), 0)
    };
    // Who is ranked, where the step says so: those that a route of the list crosses.
    let among = match Parameters::of_layer(&layer.provenance) {
        Parameters::Priority(own) => own.among,
        _ => None,
    };
    let crossed = among.as_ref().is_some_and(|among| among.field == "route_km");
    let all = among.is_some_and(|among| among.zones == ranks.len());
    let mut from = 1.0;
    let mut classes = Vec::new();
    for (to, colour) in FIRSTS {
        let label = match (to, crossed) {
            (10.0, _) => Words::new("Los primeros 10", "The first 10"),
            (to, _) if to.is_finite() => Words::new(format!("Del {from} al {to}"), format!("{from} to {to}")),
            (_, true) => Words::new("Otros que cruza una ruta", "Others that routes cross"),
            (_, false) => Words::new("Otros", "Others"),
        };
        // Between whole numbers, so that whichever end a program counts in, each rank has its class.
        let value = Value::Range(from - 0.5, to.min(last.max(from)) + 0.5);
        if from <= last.max(1.0) {
            classes.push(Class { value, label, symbol: fill(colour) });
        }
        from = to + 1.0;
    }
    let label = match (crossed, all) {
        (true, true) => Words::new("Sin ruta en la lista", "No route in the list"),
        (true, false) => {
            Words::new("Sin ruta en la lista, o sin prioridad", "No route in the list, or no priority")
        }
        (false, _) => Words::new("Sin prioridad", "No priority"),
    };
    classes.push(Class { value: Value::Missing, label, symbol: fill("off_route") });
    Ok(Renderer::Graduated { field: draw.field.clone(), classes })
}

/// The colours of a draw, or those that the layer's file puts in their place.
fn palette(draw: &Draw, own: &LayerStyle) -> Vec<Swatch> {
    let own_colours: Vec<Swatch> = own
        .colours
        .iter()
        .filter_map(|c| Rgb::parse(c))
        .map(|colour| Swatch { colour, pattern: None })
        .collect();
    match (own_colours.is_empty(), own.palette) {
        (false, _) => own_colours,
        (true, Some(palette)) => COLOURS.palette(palette.name()).to_vec(),
        (true, None) => COLOURS.palette(&draw.palette).to_vec(),
    }
}

/// The colour of class number `rank` of so many: spread over the palette, its ends at the ends.
fn pick(palette: &[Swatch], rank: usize, classes: usize) -> Swatch {
    let last = classes.saturating_sub(1).max(1);
    let at = if classes == palette.len() { rank } else { rank * palette.len().saturating_sub(1) / last };
    let black = Swatch { colour: Rgb(0, 0, 0), pattern: None };
    palette.get(at).copied().unwrap_or(black)
}

fn unsure(layer: &Layer, theme: &Theme, own: &LayerStyle) -> Result<Option<Unsure>, LayerError> {
    if let Some(rule) = &own.unsure {
        layer.column(&rule.field)?;
        let label = Words::new("Clase poco segura", "Class not sure");
        let (field, below, at_least) = (rule.field.clone(), rule.below, rule.at_least);
        return Ok(Some(Unsure { field, below, at_least, label }));
    }
    if !matches!(**layer.geometry(), Geometry::Zones(_)) {
        return Ok(None);
    }
    Ok(theme.unsure.iter().find(|rule| layer.has(&rule.field)).map(|rule| Unsure {
        field: rule.field.clone(),
        below: rule.below,
        at_least: rule.at_least,
        label: rule.label.clone(),
    }))
}

/// Routes and stretches that were drawn straight, for want of a line.
fn dashed(layer: &Layer) -> Option<Dashed> {
    let lines = matches!(**layer.geometry(), Geometry::Lines(_)) && layer.has(STRAIGHT);
    let of = ["km", "route_km"].into_iter().find(|of| lines && layer.has(of))?;
    let label = Words::new("Trazado en línea recta entre poblaciones", "Drawn straight between towns");
    Some(Dashed { field: STRAIGHT.to_owned(), of: of.to_owned(), label })
}

/// Kilometres of a line that were drawn straight.
const STRAIGHT: &str = "direct_km";

fn label(layer: &Layer, theme: &Theme, own: &LayerStyle, heading: &str) -> Result<Option<Label>, LayerError> {
    if let Some(field) = &own.label {
        let decimals = fact(layer, field)?.decimals;
        let scale = if layer.len() <= FEW { 20_000_000 } else { 1_500_000 };
        return Ok(Some(Label {
            field: field.clone(),
            decimals,
            unit: String::new(),
            scale,
            numbered: None,
        }));
    }
    let Some(rule) = &theme.label else { return Ok(None) };
    let field = rule.field.as_deref().unwrap_or(heading);
    // A country alone needs no name.
    if !layer.has(field) || (rule.field.is_none() && layer.len() < 2) {
        return Ok(None);
    }
    let scale = if layer.len() <= FEW { rule.few } else { rule.many };
    let ranks = rule.ranks.as_ref().filter(|ranks| layer.has(ranks));
    let numbered = ranks.map(|ranks| Numbered { field: ranks.clone(), last: FIRST, scale: rule.few });
    Ok(Some(Label {
        field: field.to_owned(),
        decimals: rule.decimals,
        unit: rule.unit.clone(),
        scale,
        numbered,
    }))
}

/// How a class of a layer is drawn: `rank` is its place from the top.
fn symbol(layer: &Layer, class: Option<Swatch>, rank: usize) -> Symbol {
    let colour = |plain: &str| class.map_or_else(|| COLOURS.colour(plain), |class| class.colour);
    match **layer.geometry() {
        Geometry::Lines(_) => {
            let lines = COLOURS.lines;
            // The higher the class, the wider the line: told apart without colour too.
            let width_mm =
                class.map_or(lines.plain_mm, |_| lines.widest_mm - lines.step_mm * rank.min(5) as f64);
            Symbol::Line { colour: colour("line"), width_mm, casing: COLOURS.colour("casing") }
        }
        Geometry::Points(_) => Symbol::Marker { colour: colour("line") },
        Geometry::Zones(_) | Geometry::None => {
            Symbol::Fill { colour: colour("zone"), pattern: class.and_then(|class| class.pattern) }
        }
    }
}

fn missing(layer: &Layer, draw: &Draw, rank: usize) -> Class {
    let swatch = Swatch { colour: COLOURS.colour("missing"), pattern: Some(super::model::Pattern::Falling) };
    Class {
        value: Value::Missing,
        label: draw.missing.clone().unwrap_or_else(|| Words::new("Sin dato", "No data")),
        symbol: symbol(layer, Some(swatch), rank),
    }
}

/// By the codes of a field. Those that we have words for all stand in the legend, so that two nights compare; other
/// values, such as a recipe's own classes, are ordered by their mean risk.
fn codes(layer: &Layer, draw: &Draw, palette: &[Swatch]) -> Result<Renderer, LayerError> {
    let listed = |code: &str| draw.of.is_empty() || draw.of.contains_key(code);
    let usual: Vec<_> = values(&draw.field).into_iter().filter(|(code, _)| listed(code)).collect();
    let texts = layer.texts(&draw.field)?;
    let own = texts.iter().flatten().any(|class| usual.iter().all(|(value, _)| value != class));
    let named: Vec<(String, Words)> = match own {
        false => usual.into_iter().map(|(value, label)| (value.to_owned(), label)).collect(),
        true => by_mean_risk(layer, &texts)?.into_iter().map(|c| (c.clone(), Words::same(c))).collect(),
    };
    let count = named.len();
    let mut classes: Vec<Class> = named
        .into_iter()
        .enumerate()
        .map(|(rank, (value, label))| {
            let swatch = match draw.of.get(&value) {
                Some(&swatch) => swatch,
                None => pick(palette, rank, count),
            };
            Class { value: Value::Is(value), label, symbol: symbol(layer, Some(swatch), rank) }
        })
        .collect();
    classes.push(missing(layer, draw, classes.len()));
    Ok(Renderer::Categorized { field: draw.field.clone(), classes })
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

/// By ranges of a number between fixed bounds.
fn cuts(layer: &Layer, draw: &Draw, palette: &[Swatch]) -> Renderer {
    let names = draw.names.as_deref().map(values).unwrap_or_default();
    let count = draw.cuts.len().saturating_sub(1);
    let mut classes: Vec<Class> = draw
        .cuts
        .windows(2)
        .enumerate()
        .map(|(rank, pair)| {
            let (high, low) = (pair[0], pair[1]);
            let label = match names.get(rank) {
                Some((_, name)) => Words::new(
                    format!("{} ({low:.1}–{high:.1})", name.es),
                    format!("{} ({low:.1}–{high:.1})", name.en),
                ),
                None => Words::same(range(low, high, &draw.unit)),
            };
            Class {
                value: Value::Range(low, high),
                label,
                symbol: symbol(layer, Some(pick(palette, rank, count)), rank),
            }
        })
        .collect();
    classes.push(missing(layer, draw, classes.len()));
    Renderer::Graduated { field: draw.field.clone(), classes }
}

/// By the first of some fields that are quantities, in classes over all of them, so that they compare: girls and
/// boys. Zero stands apart.
///
/// # Errors
/// [`LayerError::NoField`] and [`LayerError::NotNumeric`].
pub fn quantities(layer: &Layer, fields: &[&str]) -> Result<Renderer, LayerError> {
    let first = fields.first().copied().unwrap_or_default();
    let unit = super::field_words(first).and_then(|words| words.unit).unwrap_or_default().into_owned();
    let draw = Draw { by: By::Quantiles, field: first.to_owned(), unit, ..Draw::default() };
    quantiles(layer, &draw, fields, COLOURS.palette("quantity"))
}

/// The colour of a class of so many, from 0, the lowest, as `#RRGGBB`; that of missing data without one.
pub fn class_colour(class: Option<usize>, names: &[String]) -> String {
    let missing = COLOURS.colour("missing");
    let colour = |class: usize| {
        let (place, of) = class_place(class, names);
        pick(COLOURS.palette("risk"), of.saturating_sub(1).saturating_sub(place), of).colour
    };
    class.map_or(missing, colour).hex()
}

/// Where a class stands from the lowest, and among how many, as maps draw it: among all that we have words for where
/// every name is one of them, else among those that the layer names.
pub fn class_place(class: usize, names: &[String]) -> (usize, usize) {
    let usual = values("risk_class");
    let from_top = |name: &String| usual.iter().position(|(value, _)| value == name);
    match names.iter().map(from_top).collect::<Option<Vec<usize>>>() {
        Some(places) if class < places.len() => (usual.len() - 1 - places[class], usual.len()),
        _ => (class, names.len()),
    }
}

/// The share of runs, in per cent, below which maps hatch a class as not sure, and what they say of it.
pub fn unsure_class() -> (f64, Words) {
    let rules = THEME.get("composite").into_iter().flat_map(|theme| &theme.unsure);
    let rule = rules
        .filter(|rule| rule.field == "class_pct")
        .find_map(|rule| Some((rule.below?, rule.label.clone())));
    rule.unwrap_or_default()
}

/// The field of a layer that holds a difference: it has an interval and a p beside it.
fn difference_field(layer: &Layer) -> Option<String> {
    let has = |field: &String| ["_lo", "_hi", "_p"].iter().all(|end| layer.has(&format!("{field}{end}")));
    layer.fields().into_iter().find(has)
}

/// By a difference, with as much room above zero as below, so that white is no difference.
fn around_zero(layer: &Layer, draw: &Draw, palette: &[Swatch]) -> Result<Renderer, LayerError> {
    let field = difference_field(layer).unwrap_or_default();
    let widest = layer.numbers(&field)?.into_iter().flatten().map(f64::abs).fold(0.0, f64::max);
    // Where all are 0 any width will do.
    let widest = if widest > 0.0 { widest } else { 1.0 };
    let cuts = [1.0, 0.5, 0.1, -0.1, -0.5, -1.0].map(|share| share * widest).to_vec();
    let unit = difference_unit(layer, &field);
    let draw = Draw { field, cuts, unit, missing: draw.missing.clone(), ..Draw::default() };
    Ok(self::cuts(layer, &draw, palette))
}

/// The unit of a difference: that of the two quantities, which stand before it; percentages differ by percentage points.
fn difference_unit(layer: &Layer, field: &str) -> String {
    let fields = layer.fields();
    let at = fields.iter().position(|one| one == field).unwrap_or(0);
    let units = fields[at.saturating_sub(2)..at].iter().map(|one| super::field_words(one)?.unit);
    match units.collect::<Vec<_>>().as_slice() {
        [Some(a), Some(b)] if a == b => match &**a {
            "%" => "pp".to_owned(),
            // A range is no unit.
            "0–1" => String::new(),
            unit => unit.to_owned(),
        },
        _ => String::new(),
    }
}

/// A range as a legend shows it.
fn range(low: f64, high: f64, unit: &str) -> String {
    let space = if unit.is_empty() { "" } else { " " };
    format!("{} – {}{space}{unit}", brief(low), brief(high))
}

/// By quantiles of the positive values of some fields, zero apart.
fn quantiles(
    layer: &Layer,
    draw: &Draw,
    fields: &[&str],
    palette: &[Swatch],
) -> Result<Renderer, LayerError> {
    let numbers: Vec<_> =
        fields.iter().map(|field| layer.numbers(field)).collect::<Result<Vec<_>, _>>()?.concat();
    let breaks = quantile_breaks(&numbers, palette.len());
    let count = breaks.len().saturating_sub(1);
    let mut classes: Vec<Class> = breaks
        .windows(2)
        .rev()
        .enumerate()
        .map(|(rank, pair)| Class {
            value: Value::Range(pair[0], pair[1]),
            label: Words::same(range(pair[0], pair[1], &draw.unit)),
            symbol: symbol(layer, Some(pick(palette, rank, count)), rank),
        })
        .collect();
    let zero = Swatch { colour: COLOURS.colour("zero"), pattern: None };
    classes.push(Class {
        // Just zero: the least positive bound has two digits, so it lies above.
        value: Value::Range(0.0, 0.0),
        label: draw.zero.clone().unwrap_or_else(|| Words::same(format!("0 {}", draw.unit).trim_end())),
        symbol: symbol(layer, Some(zero), classes.len()),
    });
    classes.push(missing(layer, draw, classes.len()));
    Ok(Renderer::Graduated { field: draw.field.clone(), classes })
}
