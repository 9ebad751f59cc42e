//! Symbols: fills with their patterns, lines with their casings, points.

use super::super::definition::COLOURS;
use super::super::model::{Class, Pattern, Rgb, Symbol, Unsure, Value};
use super::super::xml::Xml;

/// The symbols of all classes, and one that explains the hatching.
pub(super) fn symbols(xml: &mut Xml, classes: &[Class], unsure: Option<&Unsure>) {
    xml.begin("symbols", &[]);
    for (index, class) in classes.iter().enumerate() {
        // What has no class cannot be unsure of it.
        draw(xml, index, class.symbol, unsure.filter(|_| class.value != Value::Missing));
    }
    if unsure.is_some() {
        let name = classes.len().to_string();
        open_symbol(xml, &name, "fill");
        part(
            xml,
            "SimpleFill",
            &[
                ("outline_color", &colour(COLOURS.colour("border"), COLOURS.lines.border_alpha)),
                ("outline_style", "solid"),
                ("outline_width", &COLOURS.lines.border_mm.to_string()),
                ("outline_width_unit", "MM"),
                ("style", "no"),
            ],
        );
        lines(xml, &name, 1, Pattern::Rising, COLOURS.lines.unsure(), None);
        xml.end();
    }
    xml.end();
}

/// One symbol.
pub(super) fn draw(xml: &mut Xml, index: usize, symbol: Symbol, unsure: Option<&Unsure>) {
    let kind = match symbol {
        Symbol::Fill { .. } => "fill",
        Symbol::Line { .. } => "line",
        Symbol::Marker { .. } => "marker",
    };
    let name = index.to_string();
    open_symbol(xml, &name, kind);
    match symbol {
        Symbol::Fill { colour: fill, pattern } => {
            part(
                xml,
                "SimpleFill",
                &[
                    ("color", &colour(fill, 255)),
                    ("joinstyle", "bevel"),
                    ("outline_color", &colour(COLOURS.colour("border"), COLOURS.lines.border_alpha)),
                    ("outline_style", "solid"),
                    ("outline_width", &COLOURS.lines.border_mm.to_string()),
                    ("outline_width_unit", "MM"),
                    ("style", "solid"),
                ],
            );
            if let Some(pattern) = pattern {
                lines(xml, &name, 1, pattern, COLOURS.lines.pattern(), None);
            }
            if let Some(unsure) = unsure {
                lines(xml, &name, 2, Pattern::Rising, COLOURS.lines.unsure(), Some(&is_unsure(unsure)));
            }
        }
        Symbol::Line { colour: line, width_mm, casing } => {
            for (colour_of, width) in [(casing, width_mm + COLOURS.lines.casing_mm), (line, width_mm)] {
                part(
                    xml,
                    "SimpleLine",
                    &[
                        ("capstyle", "round"),
                        ("joinstyle", "round"),
                        ("line_color", &colour(colour_of, 255)),
                        ("line_style", "solid"),
                        ("line_width", &format!("{width:.2}")),
                        ("line_width_unit", "MM"),
                    ],
                );
            }
        }
        Symbol::Marker { colour: fill } => part(
            xml,
            "SimpleMarker",
            &[
                ("color", &colour(fill, 255)),
                ("name", "circle"),
                ("outline_color", &colour(COLOURS.colour("halo"), 255)),
                ("outline_style", "solid"),
                ("outline_width", "0.2"),
                ("outline_width_unit", "MM"),
                ("size", "2.4"),
                ("size_unit", "MM"),
            ],
        ),
    }
    xml.end();
}

/// A symbol of a kind, still open.
fn open_symbol(xml: &mut Xml, name: &str, kind: &str) {
    xml.begin(
        "symbol",
        &[("name", name), ("type", kind), ("alpha", "1"), ("clip_to_extent", "1"), ("force_rhr", "0")],
    );
}

/// One layer of a symbol.
fn part(xml: &mut Xml, class: &str, options: &[(&str, &str)]) {
    open_part(xml, class, options);
    xml.end();
}

/// The same, still open.
fn open_part(xml: &mut Xml, class: &str, options: &[(&str, &str)]) {
    xml.begin("layer", &[("class", class), ("enabled", "1"), ("locked", "0"), ("pass", "0")]);
    xml.begin("Option", &[("type", "Map")]);
    for (name, value) in options {
        xml.empty("Option", &[("name", name), ("type", "QString"), ("value", value)]);
    }
    xml.end();
}

/// Thin lines across an area, all of it or only where an expression holds. `symbol` and `layer` tell which ones.
fn lines(
    xml: &mut Xml,
    symbol: &str,
    layer: usize,
    pattern: Pattern,
    (apart_mm, width_mm): (f64, f64),
    only: Option<&str>,
) {
    let (distance, width) = (&*apart_mm.to_string(), &*width_mm.to_string());
    open_part(
        xml,
        "LinePatternFill",
        &[
            ("angle", &pattern.angle_deg().to_string()),
            ("distance", distance),
            ("distance_unit", "MM"),
            ("line_width", width),
            ("line_width_unit", "MM"),
        ],
    );
    open_symbol(xml, &format!("@{symbol}@{layer}"), "line");
    let seen = colour(COLOURS.colour("hatch"), COLOURS.lines.hatch_alpha);
    let unseen = colour(COLOURS.colour("hatch"), 0);
    open_part(
        xml,
        "SimpleLine",
        &[
            // Legends draw symbols without a feature, so there the hatching must not be seen.
            ("line_color", if only.is_some() { &unseen } else { &seen }),
            ("line_style", "solid"),
            ("line_width", width),
            ("line_width_unit", "MM"),
        ],
    );
    if let Some(condition) = only {
        let expression = format!("if({condition}, '{seen}', '{unseen}')");
        xml.begin("data_defined_properties", &[]);
        xml.begin("Option", &[("type", "Map")]);
        xml.empty("Option", &[("name", "name"), ("type", "QString"), ("value", "")]);
        xml.begin("Option", &[("name", "properties"), ("type", "Map")]);
        xml.begin("Option", &[("name", "outlineColor"), ("type", "Map")]);
        xml.empty("Option", &[("name", "active"), ("type", "bool"), ("value", "true")]);
        xml.empty("Option", &[("name", "expression"), ("type", "QString"), ("value", &expression)]);
        // QgsProperty's number of an expression.
        xml.empty("Option", &[("name", "type"), ("type", "int"), ("value", "3")]);
        (0..2).for_each(|_| xml.end());
        xml.empty("Option", &[("name", "type"), ("type", "QString"), ("value", "collection")]);
        (0..2).for_each(|_| xml.end());
    }
    // The part, the line, the pattern.
    (0..3).for_each(|_| xml.end());
}

/// Where the class is not sure, as QGIS asks; false in a legend too, where there is no feature.
fn is_unsure(unsure: &Unsure) -> String {
    let field = format!("\"{}\"", unsure.field);
    match (unsure.below, unsure.at_least) {
        (Some(below), _) => format!("coalesce(try({field} < {below}, false), false)"),
        (None, Some(least)) => format!("coalesce(try({field} >= {least}, false), false)"),
        (None, None) => "false".to_owned(),
    }
}

fn colour(Rgb(r, g, b): Rgb, alpha: u8) -> String {
    format!("{r},{g},{b},{alpha}")
}
