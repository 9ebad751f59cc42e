//! Colours, classes and words of a layer for the page, from the same style that QGIS gets.

use serde_json::{Value, json};

use crate::layer::{Layer, LayerError};
use crate::publish::style::{self, COLOURS, Class, Pattern, Renderer, Style, Symbol, Unsure, Words};

use super::runs::Described;

/// Pairs of fields that tell of girls and of boys; they are drawn in classes that both share.
const PAIRS: [[&str; 2]; 3] = [["girls_pct", "boys_pct"], ["girls_cl", "boys_cl"], ["girls", "boys"]];

/// How a layer is drawn and told.
///
/// # Errors
/// As [`style::styled`].
pub(super) fn legend(layer: &Layer, described: &Described) -> Result<Value, LayerError> {
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
    let pairs: Vec<Value> = PAIRS
        .into_iter()
        .filter(|pair| pair.iter().all(|field| layer.has(field)))
        .map(|pair| Ok(json!({"fields": pair, "renderer": renderer(&style::quantities(layer, &pair)?)})))
        .collect::<Result<_, LayerError>>()?;
    let fields: Vec<Value> = style.fields.iter().map(|field| words(field, &style)).collect();
    Ok(json!({
        "heading": style.heading,
        "renderer": renderer(&style.renderer),
        "unsure": style.unsure.as_ref().map(unsure),
        "pairs": pairs,
        "label": style.label.as_ref().map(|label| json!({"scale": label.scale})),
        "tip": style.tip.iter().map(|fact| json!({"field": fact.field, "decimals": fact.decimals})).collect::<Vec<_>>(),
        "fields": fields,
    }))
}

/// What a field is called, its unit, and what its codes say.
fn words(field: &str, style: &Style) -> Value {
    let known = style::words_of(style.told(), field);
    let title = match &known {
        Some(words) => Words::new(&*words.es, &*words.en),
        None if field == style.key => Words::new("Clave", "Code"),
        None => Words::same(field),
    };
    let values: Vec<Value> = style::value_words(field)
        .into_iter()
        .map(|(code, said)| json!({"code": code, "says": said}))
        .collect();
    json!({"name": field, "title": title, "unit": known.and_then(|words| words.unit), "values": values})
}

fn renderer(renderer: &Renderer) -> Value {
    match renderer {
        Renderer::Single { label, symbol: drawn } => {
            json!({"kind": "single", "classes": [{"says": label, "symbol": symbol(drawn)}]})
        }
        Renderer::Categorized { field, classes } => {
            json!({"kind": "categorized", "field": field, "classes": classes.iter().map(class).collect::<Vec<_>>()})
        }
        Renderer::Graduated { field, classes } => {
            json!({"kind": "graduated", "field": field, "classes": classes.iter().map(class).collect::<Vec<_>>()})
        }
    }
}

fn class(class: &Class) -> Value {
    let mut value = json!({"says": class.label, "symbol": symbol(&class.symbol)});
    match &class.value {
        style::Value::Is(code) => value["is"] = json!(code),
        style::Value::Range(low, high) => value["range"] = json!([low, high]),
        style::Value::Missing => value["missing"] = json!(true),
    }
    value
}

fn symbol(symbol: &Symbol) -> Value {
    match symbol {
        Symbol::Fill { colour, pattern } => {
            let hatch = pattern.map(|pattern| hatch(pattern, COLOURS.lines.pattern()));
            json!({"kind": "fill", "colour": colour, "hatch": hatch})
        }
        Symbol::Marker { colour } => json!({"kind": "marker", "colour": colour}),
        Symbol::Line { colour, width_mm, casing } => {
            json!({"kind": "line", "colour": colour, "width_mm": width_mm, "casing": casing})
        }
    }
}

/// Whose class is not sure, and the lines that say so.
fn unsure(unsure: &Unsure) -> Value {
    json!({
        "field": unsure.field,
        "below": unsure.below,
        "at_least": unsure.at_least,
        "says": unsure.label,
        "hatch": hatch(Pattern::Rising, COLOURS.lines.unsure()),
    })
}

/// Lines across an area.
fn hatch(pattern: Pattern, (apart_mm, width_mm): (f64, f64)) -> Value {
    json!({"angle_deg": pattern.angle_deg(), "apart_mm": apart_mm, "width_mm": width_mm})
}
