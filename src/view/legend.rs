//! Colours, classes and words of a layer for the page, from the same style that QGIS gets.

use super::manifest::{
    ClassDef, Code, Fact, FieldDef, Hatch, Label, Legend, Pair, Renderer, RendererKind, Said, Symbol,
    SymbolKind, Unsure,
};
use crate::layer::{Layer, LayerError};
use crate::publish::record::LayerRecord;
use crate::publish::style::{self, COLOURS, Class, Pattern, Style, Words};

/// Pairs of fields that tell of girls and of boys; they are drawn in classes that both share.
const PAIRS: [[&str; 2]; 3] = [["girls_pct", "boys_pct"], ["girls_cl", "boys_cl"], ["girls", "boys"]];

/// How a layer is drawn and told.
///
/// # Errors
/// As [`style::styled`].
pub(super) fn legend(layer: &Layer, described: &LayerRecord) -> Result<Legend, LayerError> {
    let title = (described.title.es.as_str(), described.title.en.as_str());
    let own = described.style.clone().unwrap_or_default();
    let displaced = described.displaced.is_some();
    let rate_per = described.rate_per;
    let drawn = style::styled(layer, &described.theme, title, &own)?;
    // The page ranks by itself, among what is chosen; the other look of the layer is what it needs.
    let drawn = match drawn.second {
        Some(second) => *second,
        None => drawn,
    };
    let style = Style { displaced, rate_per, ..drawn };
    let pairs = PAIRS
        .into_iter()
        .filter(|pair| pair.iter().all(|field| layer.has(field)))
        .map(|pair| Ok(Pair { fields: pair, renderer: renderer(&style::quantities(layer, &pair)?) }))
        .collect::<Result<Vec<_>, LayerError>>()?;
    Ok(Legend {
        heading: style.heading.clone(),
        renderer: renderer(&style.renderer),
        unsure: style.unsure.as_ref().map(unsure),
        pairs,
        label: style.label.as_ref().map(|label| Label { scale: label.scale }),
        tip: style
            .tip
            .iter()
            .map(|fact| Fact { field: fact.field.clone(), decimals: fact.decimals })
            .collect(),
        fields: style.fields.iter().map(|field| words(field, &style)).collect(),
    })
}

/// What a field is called, its unit, and what its codes say.
fn words(field: &str, style: &Style) -> FieldDef {
    let known = style::words_of(style.told(), field);
    let title = match &known {
        Some(words) => Words::new(&*words.es, &*words.en),
        None if field == style.key => Words::new("Clave", "Code"),
        None => Words::same(field),
    };
    let values = style::value_words(field).into_iter();
    FieldDef {
        name: field.to_owned(),
        title: Said::from(&title),
        unit: known.and_then(|words| words.unit).map(std::borrow::Cow::into_owned),
        values: values.map(|(code, said)| Code { code, says: Said::from(&said) }).collect(),
    }
}

fn renderer(renderer: &style::Renderer) -> Renderer {
    let by = |kind, field: &str, classes: &[Class]| Renderer {
        kind,
        field: Some(field.to_owned()),
        classes: classes.iter().map(class).collect(),
    };
    match renderer {
        style::Renderer::Single { label, symbol: drawn } => {
            Renderer { kind: RendererKind::Single, field: None, classes: vec![plain(label, drawn)] }
        }
        style::Renderer::Categorized { field, classes } => by(RendererKind::Categorized, field, classes),
        style::Renderer::Graduated { field, classes } => by(RendererKind::Graduated, field, classes),
    }
}

/// A class of all features.
fn plain(label: &Words, drawn: &style::Symbol) -> ClassDef {
    ClassDef { says: Said::from(label), symbol: symbol(drawn), is: None, range: None, missing: false }
}

fn class(class: &Class) -> ClassDef {
    let plain = plain(&class.label, &class.symbol);
    match &class.value {
        style::Value::Is(code) => ClassDef { is: Some(code.clone()), ..plain },
        style::Value::Range(low, high) => ClassDef { range: Some([*low, *high]), ..plain },
        style::Value::Missing => ClassDef { missing: true, ..plain },
    }
}

fn symbol(symbol: &style::Symbol) -> Symbol {
    let plain =
        |kind| Symbol { kind, colour: symbol.colour().hex(), hatch: None, width_mm: None, casing: None };
    match *symbol {
        style::Symbol::Fill { pattern, .. } => {
            let hatch = pattern.map(|pattern| hatch(pattern, COLOURS.lines.pattern()));
            Symbol { hatch: Some(hatch), ..plain(SymbolKind::Fill) }
        }
        style::Symbol::Marker { .. } => plain(SymbolKind::Marker),
        style::Symbol::Line { width_mm, casing, .. } => {
            Symbol { width_mm: Some(width_mm), casing: Some(casing.hex()), ..plain(SymbolKind::Line) }
        }
    }
}

/// Whose class is not sure, and the lines that say so.
fn unsure(unsure: &style::Unsure) -> Unsure {
    Unsure {
        field: unsure.field.clone(),
        below: unsure.below,
        at_least: unsure.at_least,
        says: Said::from(&unsure.label),
        hatch: hatch(Pattern::Rising, COLOURS.lines.unsure()),
    }
}

/// Lines across an area.
fn hatch(pattern: Pattern, (apart_mm, width_mm): (f64, f64)) -> Hatch {
    Hatch { angle_deg: pattern.angle_deg(), apart_mm, width_mm }
}
