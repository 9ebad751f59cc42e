//! Symbols: fills with their patterns, lines with their casings, points.

use super::super::definition::COLOURS;
use super::super::model::{Class, Dashed, Pattern, Rgb, Symbol, Unsure, Value};
use super::super::words::Words;
use super::super::xml::Xml;

/// What marks some features beside their class: areas are hatched, lines dashed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark<'a> {
    Unsure(&'a Unsure),
    Dashed(&'a Dashed),
}

impl<'a> Mark<'a> {
    pub fn label(self) -> &'a Words {
        match self {
            Self::Unsure(unsure) => &unsure.label,
            Self::Dashed(dashed) => &dashed.label,
        }
    }
}

/// Dashes and the space between them, in widths of the line, as QGIS takes them from an expression.
const DASHES: [f64; 2] = [3.0, 2.0];

/// How a line ends and goes on.
enum Ends<'a> {
    Round,
    Dashed,
    /// Dashed where an expression holds.
    DashedIf(&'a str),
}

/// Passes in which lines are drawn after their casings: as many classes as any palette has.
const PASSES: usize = 8;

/// One line of a symbol.
fn line(xml: &mut Xml, pass: usize, of: Rgb, width_mm: f64, ends: Ends<'_>) {
    let dashes = |width: f64| DASHES.map(|dash| (dash * width).to_string()).join(";");
    open_part_of(
        xml,
        &pass.to_string(),
        "SimpleLine",
        &[
            // Round ends would fill the space between dashes.
            ("capstyle", if matches!(ends, Ends::Round) { "round" } else { "flat" }),
            ("customdash", &dashes(width_mm)),
            ("customdash_unit", "MM"),
            ("joinstyle", "round"),
            ("line_color", &colour(of, 255)),
            ("line_style", "solid"),
            ("line_width", &format!("{width_mm:.2}")),
            ("line_width_unit", "MM"),
            ("use_custom_dash", if matches!(ends, Ends::Dashed) { "1" } else { "0" }),
        ],
    );
    if let Ends::DashedIf(condition) = ends {
        defined(xml, "customDash", &format!("if({condition}, '{}', NULL)", dashes(1.0)));
    }
    xml.end();
}

/// The symbols of all classes, and one that explains the mark.
pub(super) fn symbols(xml: &mut Xml, classes: &[Class], mark: Option<Mark<'_>>) {
    xml.begin("symbols", &[]);
    for (index, class) in classes.iter().enumerate() {
        // What has no class cannot be unsure of it.
        let marked = |mark: &Mark<'_>| !matches!(mark, Mark::Unsure(_)) || class.value != Value::Missing;
        draw(xml, index, class.symbol, mark.filter(marked));
    }
    let name = classes.len().to_string();
    if let Some(Mark::Dashed(_)) = mark {
        open_symbol(xml, &name, "line");
        let lines = COLOURS.lines;
        line(xml, 0, COLOURS.colour("casing"), lines.plain_mm + lines.casing_mm, Ends::Round);
        line(xml, 1, COLOURS.colour("halo"), lines.plain_mm, Ends::Dashed);
        xml.end();
    }
    if let Some(Mark::Unsure(_)) = mark {
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
pub(super) fn draw(xml: &mut Xml, index: usize, symbol: Symbol, mark: Option<Mark<'_>>) {
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
            if let Some(Mark::Unsure(unsure)) = mark {
                lines(xml, &name, 2, Pattern::Rising, COLOURS.lines.unsure(), Some(&is_unsure(unsure)));
            }
        }
        Symbol::Line { colour: colour_of, width_mm, casing } => {
            line(xml, 0, casing, width_mm + COLOURS.lines.casing_mm, Ends::Round);
            // Over all casings, the highest class over the others: short features in a row would hide each other.
            let pass = PASSES - index.min(PASSES - 1);
            match mark {
                // The rim goes on between the dashes, so that a pale line is seen on any ground.
                Some(Mark::Dashed(dashed)) => {
                    line(xml, pass, colour_of, width_mm, Ends::DashedIf(&is_dashed(dashed)))
                }
                _ => line(xml, pass, colour_of, width_mm, Ends::Round),
            }
        }
        Symbol::Marker { colour: fill } => dot(xml, fill, "2.4"),
    }
    xml.end();
}

/// A filled circle with a pale rim.
fn dot(xml: &mut Xml, fill: Rgb, size_mm: &str) {
    part(
        xml,
        "SimpleMarker",
        &[
            ("color", &colour(fill, 255)),
            ("name", "circle"),
            ("outline_color", &colour(COLOURS.colour("halo"), 255)),
            ("outline_style", "solid"),
            ("outline_width", "0.2"),
            ("outline_width_unit", "MM"),
            ("size", size_mm),
            ("size_unit", "MM"),
        ],
    );
}

/// The symbol of an area that is only a border.
pub(in crate::publish) fn outline(xml: &mut Xml, border: Rgb, width_mm: f64) {
    open_symbol(xml, "0", "fill");
    part(
        xml,
        "SimpleFill",
        &[
            ("joinstyle", "bevel"),
            ("outline_color", &colour(border, 255)),
            ("outline_style", "solid"),
            ("outline_width", &width_mm.to_string()),
            ("outline_width_unit", "MM"),
            ("style", "no"),
        ],
    );
    xml.end();
}

/// The symbol of an area that is only a small point inside it.
pub(in crate::publish) fn point_inside(xml: &mut Xml, fill: Rgb) {
    open_symbol(xml, "0", "fill");
    open_part(xml, "CentroidFill", &[("point_on_surface", "1"), ("point_on_all_parts", "0")]);
    open_symbol(xml, "@0@0", "marker");
    dot(xml, fill, "1.4");
    // The point, the part, the symbol.
    (0..3).for_each(|_| xml.end());
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
    open_part_of(xml, "0", class, options);
}

/// The same, drawn in a pass over all features.
fn open_part_of(xml: &mut Xml, pass: &str, class: &str, options: &[(&str, &str)]) {
    xml.begin("layer", &[("class", class), ("enabled", "1"), ("locked", "0"), ("pass", pass)]);
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
        defined(xml, "outlineColor", &expression);
    }
    // The part, the line, the pattern.
    (0..3).for_each(|_| xml.end());
}

/// A property of a part that an expression tells for each feature.
fn defined(xml: &mut Xml, property: &str, expression: &str) {
    xml.begin("data_defined_properties", &[]);
    xml.begin("Option", &[("type", "Map")]);
    xml.empty("Option", &[("name", "name"), ("type", "QString"), ("value", "")]);
    xml.begin("Option", &[("name", "properties"), ("type", "Map")]);
    xml.begin("Option", &[("name", property), ("type", "Map")]);
    xml.empty("Option", &[("name", "active"), ("type", "bool"), ("value", "true")]);
    xml.empty("Option", &[("name", "expression"), ("type", "QString"), ("value", expression)]);
    // QgsProperty's number of an expression.
    xml.empty("Option", &[("name", "type"), ("type", "int"), ("value", "3")]);
    (0..2).for_each(|_| xml.end());
    xml.empty("Option", &[("name", "type"), ("type", "QString"), ("value", "collection")]);
    (0..2).for_each(|_| xml.end());
}

/// Which lines are dashed, as QGIS asks; false in a legend, where there is no feature.
fn is_dashed(dashed: &Dashed) -> String {
    format!("coalesce({} > 0.5 * {}, false)", value_of(&dashed.field), value_of(&dashed.of))
}

/// Where the class is not sure, as QGIS asks; false in a legend too.
fn is_unsure(unsure: &Unsure) -> String {
    let value = value_of(&unsure.field);
    match (unsure.below, unsure.at_least) {
        (Some(below), _) => format!("coalesce({value} < {below}, false)"),
        (None, Some(least)) => format!("coalesce({value} >= {least}, false)"),
        (None, None) => "false".to_owned(),
    }
}

/// The value of a field, asked by its name; null where there is no feature, as in a legend, and where there is one of
/// another layer, as in that of an atlas: `"field"` would be its column of the same number.
fn value_of(field: &str) -> String {
    format!("try(attribute($currentfeature, '{field}'), NULL)")
}

fn colour(Rgb(r, g, b): Rgb, alpha: u8) -> String {
    format!("{r},{g},{b},{alpha}")
}
