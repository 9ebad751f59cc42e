//! Renderers: one symbol, by values, by ranges.

use super::super::model::{Renderer, Symbol, Value};
use super::super::xml::Xml;
use super::symbols::{Mark, draw, symbols};
use crate::lang::Lang;

/// Stands for missing in a graduated renderer, which draws nothing where a value is null.
const MISSING: f64 = -1.0;

/// Value of the legend entry that explains a mark.
const MARK: &str = "(unsure)";

/// Prints a renderer; a mark comes with an entry that explains it.
pub(super) fn renderer(xml: &mut Xml, renderer: &Renderer, mark: Option<Mark<'_>>, lang: Lang) {
    let of_lines = matches!(renderer.first(), Some(Symbol::Line { .. }));
    let levels = if of_lines { "1" } else { "0" };
    let common =
        [("symbollevels", levels), ("forceraster", "0"), ("enableorderby", "0"), ("referencescale", "-1")];
    let with = |own: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        own.iter().cloned().chain(common.map(|(k, v)| (k, v.to_owned()))).collect()
    };
    match renderer {
        // The legend of a single symbol is the name of the layer.
        Renderer::Single { symbol, .. } => {
            begin(xml, "renderer-v2", &with(&[("type", "singleSymbol".into())]));
            xml.begin("symbols", &[]);
            draw(xml, 0, *symbol, mark);
            xml.end();
        }
        Renderer::Categorized { field, classes } => {
            let own = [("type", "categorizedSymbol".to_owned()), ("attr", field.clone())];
            begin(xml, "renderer-v2", &with(&own));
            xml.begin("categories", &[]);
            for (index, class) in classes.iter().enumerate() {
                let value = match &class.value {
                    Value::Is(value) => value.as_str(),
                    Value::Range(..) | Value::Missing => "",
                };
                let (symbol, label) = (index.to_string(), class.label.pick(lang));
                xml.empty(
                    "category",
                    &[("render", "true"), ("symbol", &symbol), ("value", value), ("label", label)],
                );
            }
            if let Some(mark) = mark {
                let (symbol, label) = (classes.len().to_string(), mark.label().pick(lang));
                // No code has this name: the entry explains the mark, and draws nothing.
                let attributes = [("render", "true"), ("symbol", &symbol), ("value", MARK), ("label", label)];
                xml.empty("category", &attributes);
            }
            xml.end();
            symbols(xml, classes, mark);
        }
        Renderer::Graduated { field, classes } => {
            let own = [
                ("type", "graduatedSymbol".to_owned()),
                ("graduatedMethod", "GraduatedColor".to_owned()),
                ("attr", format!("coalesce(\"{field}\", {MISSING})")),
            ];
            begin(xml, "renderer-v2", &with(&own));
            xml.begin("ranges", &[]);
            for (index, class) in classes.iter().enumerate() {
                let (lower, upper) = match class.value {
                    Value::Range(lower, upper) => (lower, upper),
                    Value::Is(_) | Value::Missing => (MISSING, MISSING),
                };
                let (symbol, label) = (index.to_string(), class.label.pick(lang));
                let (lower, upper) = (format!("{lower:?}"), format!("{upper:?}"));
                xml.empty(
                    "range",
                    &[
                        ("render", "true"),
                        ("symbol", &symbol),
                        ("lower", &lower),
                        ("upper", &upper),
                        ("label", label),
                    ],
                );
            }
            if let Some(mark) = mark {
                let (symbol, label) = (classes.len().to_string(), mark.label().pick(lang));
                // Below missing, where no value lies: the entry explains the mark, and draws nothing.
                let nowhere = format!("{:?}", 2.0 * MISSING);
                xml.empty(
                    "range",
                    &[
                        ("render", "true"),
                        ("symbol", &symbol),
                        ("lower", &nowhere),
                        ("upper", &nowhere),
                        ("label", label),
                    ],
                );
            }
            xml.end();
            symbols(xml, classes, mark);
        }
    }
    xml.end();
}

fn begin(xml: &mut Xml, name: &'static str, attributes: &[(&'static str, String)]) {
    let attributes: Vec<(&str, &str)> = attributes.iter().map(|(k, v)| (*k, v.as_str())).collect();
    xml.begin(name, &attributes);
}
