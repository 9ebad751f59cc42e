//! A style as QGIS 3.22 reads it (`.qml`).

use super::fields::{field_words, values};
use super::model::{Class, Fact, Label, Renderer, Rgb, Style, Symbol, Value};
use super::xml::Xml;
use crate::lang::Lang;

/// The version whose format this is.
const QGIS: &str = "3.22.0";

/// Stands for missing in a graduated renderer, which draws nothing where a value is null.
const MISSING: f64 = -1.0;

/// The thin neutral border of zones, mm.
const BORDER_MM: &str = "0.06";

/// The field that GDAL makes of a GeoJSON feature's id.
const ID: &str = "id";

/// How much wider the casing of a line is than the line, mm.
const CASING_MM: f64 = 0.4;

/// Prints a style in one language.
pub(super) fn qml(style: &Style, lang: Lang) -> String {
    let mut xml = Xml::new("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>");
    let labels = if style.label.is_some() { "1" } else { "0" };
    xml.begin(
        "qgis",
        &[
            ("version", QGIS),
            ("styleCategories", "Symbology|Labeling|Fields|Forms|MapTips|AttributeTable|Rendering"),
            ("labelsEnabled", labels),
            ("simplifyDrawingHints", "1"),
            ("simplifyAlgorithm", "0"),
            ("simplifyDrawingTol", "1"),
            ("simplifyLocal", "1"),
            ("simplifyMaxScale", "1"),
            ("hasScaleBasedVisibilityFlag", "0"),
        ],
    );
    renderer(&mut xml, &style.renderer, lang);
    if let Some(label) = &style.label {
        labeling(&mut xml, label, geometry(&style.renderer));
    }
    fields(&mut xml, style, lang);
    xml.text("previewExpression", &format!("\"{}\"", style.heading));
    xml.text("mapTip", &tip(style, lang));
    xml.text("layerGeometryType", geometry(&style.renderer));
    xml.finish()
}

/// QGIS's number of the geometry: 0 point, 1 line, 2 polygon.
fn geometry(renderer: &Renderer) -> &'static str {
    let symbol = match renderer {
        Renderer::Single { symbol, .. } => Some(*symbol),
        Renderer::Categorized { classes, .. } | Renderer::Graduated { classes, .. } => {
            classes.first().map(|class| class.symbol)
        }
    };
    match symbol {
        Some(Symbol::Marker(_)) => "0",
        Some(Symbol::Line { .. }) => "1",
        _ => "2",
    }
}

fn renderer(xml: &mut Xml, renderer: &Renderer, lang: Lang) {
    let common =
        [("symbollevels", "0"), ("forceraster", "0"), ("enableorderby", "0"), ("referencescale", "-1")];
    let with = |own: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
        own.iter().cloned().chain(common.map(|(k, v)| (k, v.to_owned()))).collect()
    };
    match renderer {
        // The legend of a single symbol is the name of the layer.
        Renderer::Single { symbol, .. } => {
            begin(xml, "renderer-v2", &with(&[("type", "singleSymbol".into())]));
            xml.begin("symbols", &[]);
            draw(xml, 0, *symbol);
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
            xml.end();
            symbols(xml, classes);
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
            xml.end();
            symbols(xml, classes);
        }
    }
    xml.end();
}

fn begin(xml: &mut Xml, name: &'static str, attributes: &[(&'static str, String)]) {
    let attributes: Vec<(&str, &str)> = attributes.iter().map(|(k, v)| (*k, v.as_str())).collect();
    xml.begin(name, &attributes);
}

fn symbols(xml: &mut Xml, classes: &[Class]) {
    xml.begin("symbols", &[]);
    for (index, class) in classes.iter().enumerate() {
        draw(xml, index, class.symbol);
    }
    xml.end();
}

fn draw(xml: &mut Xml, index: usize, symbol: Symbol) {
    let kind = match symbol {
        Symbol::Fill(_) => "fill",
        Symbol::Line { .. } => "line",
        Symbol::Marker(_) => "marker",
    };
    let name = index.to_string();
    xml.begin(
        "symbol",
        &[("name", &name), ("type", kind), ("alpha", "1"), ("clip_to_extent", "1"), ("force_rhr", "0")],
    );
    match symbol {
        Symbol::Fill(fill) => part(
            xml,
            "SimpleFill",
            &[
                ("color", &colour(fill, 255)),
                ("joinstyle", "bevel"),
                ("outline_color", &colour(Rgb::hex(0x6E6E6E), 160)),
                ("outline_style", "solid"),
                ("outline_width", BORDER_MM),
                ("outline_width_unit", "MM"),
                ("style", "solid"),
            ],
        ),
        Symbol::Line { colour: line, width_mm, casing } => {
            for (colour_of, width) in [(casing, width_mm + CASING_MM), (line, width_mm)] {
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
        Symbol::Marker(fill) => part(
            xml,
            "SimpleMarker",
            &[
                ("color", &colour(fill, 255)),
                ("name", "circle"),
                ("outline_color", &colour(Rgb::hex(0xFFFFFF), 255)),
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

/// One layer of a symbol.
fn part(xml: &mut Xml, class: &str, options: &[(&str, &str)]) {
    xml.begin("layer", &[("class", class), ("enabled", "1"), ("locked", "0"), ("pass", "0")]);
    xml.begin("Option", &[("type", "Map")]);
    for (name, value) in options {
        xml.empty("Option", &[("name", name), ("type", "QString"), ("value", value)]);
    }
    xml.end();
    xml.end();
}

fn colour(Rgb(r, g, b): Rgb, alpha: u8) -> String {
    format!("{r},{g},{b},{alpha}")
}

fn labeling(xml: &mut Xml, label: &Label, geometry: &str) {
    // 1 over a point inside, 2 along the line. Fitting a label into a polygon (4) takes QGIS minutes for a
    // coast of 465,000 vertices, and so does keeping other labels off it (`obstacle`).
    let (placement, obstacle) = if geometry == "1" { ("2", "1") } else { ("1", "0") };
    let scale = label.scale.to_string();
    xml.begin("labeling", &[("type", "simple")]);
    xml.begin("settings", &[("calloutType", "simple")]);
    xml.begin(
        "text-style",
        &[
            ("fieldName", &label.expression),
            ("isExpression", "1"),
            ("fontFamily", "Arial"),
            ("fontSize", "8"),
            ("fontSizeUnit", "Point"),
            ("fontWeight", "50"),
            ("textColor", "40,40,40,255"),
            ("textOpacity", "1"),
            ("namedStyle", "Regular"),
        ],
    );
    xml.empty(
        "text-buffer",
        &[
            ("bufferDraw", "1"),
            ("bufferColor", "255,255,255,255"),
            ("bufferSize", "0.8"),
            ("bufferSizeUnits", "MM"),
            ("bufferOpacity", "0.85"),
            ("bufferJoinStyle", "128"),
            ("bufferNoFill", "1"),
        ],
    );
    xml.end();
    xml.empty("text-format", &[("multilineAlign", "3"), ("wrapChar", ""), ("autoWrapLength", "0")]);
    xml.empty(
        "placement",
        &[
            ("placement", placement),
            ("placementFlags", "10"),
            ("dist", "1"),
            ("distUnits", "MM"),
            ("quadOffset", "4"),
            ("centroidInside", "1"),
            ("centroidWhole", "1"),
            ("priority", "5"),
        ],
    );
    xml.empty(
        "rendering",
        &[
            ("drawLabels", "1"),
            ("scaleVisibility", "1"),
            ("scaleMin", "1"),
            ("scaleMax", &scale),
            ("obstacle", obstacle),
            ("displayAll", "0"),
            ("mergeLines", "0"),
        ],
    );
    xml.end();
    xml.end();
}

/// Aliases with units, and words for codes.
fn fields(xml: &mut Xml, style: &Style, lang: Lang) {
    xml.begin("fieldConfiguration", &[]);
    for field in &style.fields {
        let words = values(field);
        xml.begin("field", &[("name", field), ("configurationFlags", "None")]);
        xml.begin("editWidget", &[("type", if words.is_empty() { "TextEdit" } else { "ValueMap" })]);
        xml.begin("config", &[]);
        xml.begin("Option", &[("type", "Map")]);
        if !words.is_empty() {
            xml.begin("Option", &[("name", "map"), ("type", "List")]);
            for (value, word) in &words {
                xml.begin("Option", &[("type", "Map")]);
                xml.empty("Option", &[("name", word.pick(lang)), ("type", "QString"), ("value", value)]);
                xml.end();
            }
            xml.end();
        }
        (0..4).for_each(|_| xml.end());
    }
    xml.end();
    xml.begin("aliases", &[]);
    for (index, field) in style.fields.iter().enumerate() {
        let alias = alias(field, style, lang);
        xml.empty("alias", &[("field", field), ("index", &index.to_string()), ("name", &alias)]);
    }
    // GDAL shows a feature's `id` as one more field; it repeats the key, so the table hides it.
    if style.fields.iter().all(|field| field != ID) {
        let (index, alias) = (style.fields.len().to_string(), alias(&style.key, style, lang));
        xml.empty("alias", &[("field", ID), ("index", &index), ("name", &alias)]);
        xml.end();
        xml.begin("attributetableconfig", &[("actionWidgetStyle", "dropDown")]);
        xml.begin("columns", &[]);
        xml.empty("column", &[("name", ID), ("type", "field"), ("hidden", "1"), ("width", "-1")]);
        xml.end();
    }
    xml.end();
}

fn alias(field: &str, style: &Style, lang: Lang) -> String {
    match field_words(field) {
        Some(words) => words.alias(lang),
        None if field == style.key => lang.pick("Clave", "Code").to_owned(),
        None => field.to_owned(),
    }
}

/// The map tip: the name, then the few facts that matter, then what layer this is.
fn tip(style: &Style, lang: Lang) -> String {
    let mut html = format!("<b>[% {} %]</b>", safe(&format!("\"{}\"", style.heading)));
    html.push_str("<table>");
    for Fact { field, decimals } in &style.tip {
        let words = alias(field, style, lang);
        let value = match decimals {
            _ if !values(field).is_empty() => format!("represent_value(\"{field}\")"),
            Some(decimals) => format!("format_number(\"{field}\", {decimals})"),
            None => format!("\"{field}\""),
        };
        html.push_str(&format!("<tr><td>{}&nbsp;</td><td>[% {} %]</td></tr>", escape(&words), safe(&value)));
    }
    html.push_str(&format!("</table><small>{}</small>", escape(style.title.pick(lang))));
    html
}

/// An expression whose text cannot be taken for HTML; a dash where it is null.
fn safe(expression: &str) -> String {
    format!("replace(coalesce(to_string({expression}), '–'), '<', '&lt;')")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
