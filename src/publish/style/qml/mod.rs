//! A style as QGIS 3.22 reads it (`.qml`).

mod renderer;
mod symbols;

use super::fields::{values, words_of};
use super::model::{Fact, Label, Style};
use super::xml::Xml;
use crate::lang::Lang;
use crate::text::qgis_html;

/// The version whose format this is.
const QGIS: &str = "3.22.0";

/// The field that GDAL makes of a GeoJSON feature's id, and shows as one more.
const ID: &str = "id";

/// Prints a style in one language.
pub(in crate::publish) fn qml(style: &Style, lang: Lang) -> String {
    qml_for(style, lang, ID)
}

/// The same for a format that adds the field `extra`, which repeats the key or numbers the features.
pub(in crate::publish) fn qml_for(style: &Style, lang: Lang, extra: &str) -> String {
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
    body(&mut xml, style, lang, Some(extra));
    xml.text("layerGeometryType", geometry(style));
    xml.finish()
}

/// What stands in a style file, and in a project for each layer. `extra` is a field that the format adds, which
/// repeats the key.
pub(in crate::publish) fn body(xml: &mut Xml, style: &Style, lang: Lang, extra: Option<&str>) {
    if style.geometry != "none" {
        renderer::renderer(xml, &style.renderer, style.unsure.as_ref(), lang);
        if let Some(label) = &style.label {
            labeling(xml, label, geometry(style));
        }
    }
    fields(xml, style, lang, extra);
    xml.text("previewExpression", &format!("\"{}\"", style.heading));
    xml.template("mapTip", &tip(style, lang));
}

/// QGIS's number of the geometry: 0 point, 1 line, 2 polygon.
fn geometry(style: &Style) -> &'static str {
    match style.geometry {
        "point" => "0",
        "line" => "1",
        _ => "2",
    }
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
            ("fieldName", &text_of(label)),
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

/// The text of a label, as QGIS makes it.
fn text_of(label: &Label) -> String {
    let Label { field, decimals, unit, .. } = label;
    match (decimals, unit.is_empty()) {
        (None, true) => format!("\"{field}\""),
        (None, false) => format!("\"{field}\" || '{unit}'"),
        (Some(decimals), true) => number_of(field, *decimals),
        (Some(decimals), false) => format!("{} || '{unit}'", number_of(field, *decimals)),
    }
}

/// A number as [`crate::text::number`] writes it, whatever the language of QGIS.
fn number_of(field: &str, decimals: u8) -> String {
    format!("format_number(\"{field}\", {decimals}, 'en')")
}

/// Aliases with units, and words for codes.
fn fields(xml: &mut Xml, style: &Style, lang: Lang, extra: Option<&str>) {
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
    let extra = extra.filter(|extra| style.fields.iter().all(|field| field != extra));
    if let Some(extra) = extra {
        let (index, alias) = (style.fields.len().to_string(), alias(&style.key, style, lang));
        xml.empty("alias", &[("field", extra), ("index", &index), ("name", &alias)]);
    }
    xml.end();
    // The table hides what only repeats the key.
    if let Some(extra) = extra {
        xml.begin("attributetableconfig", &[("actionWidgetStyle", "dropDown")]);
        xml.begin("columns", &[]);
        xml.empty("column", &[("name", extra), ("type", "field"), ("hidden", "1"), ("width", "-1")]);
        (0..2).for_each(|_| xml.end());
    }
}

fn alias(field: &str, style: &Style, lang: Lang) -> String {
    match words_of(style.told(), field) {
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
            Some(decimals) => number_of(field, *decimals),
            None => format!("\"{field}\""),
        };
        html.push_str(&format!(
            "<tr><td>{}&nbsp;</td><td>[% {} %]</td></tr>",
            qgis_html(&words),
            safe(&value)
        ));
    }
    html.push_str(&format!("</table><small>{}</small>", qgis_html(style.title.pick(lang))));
    html
}

/// An expression whose text cannot be taken for HTML; a dash where it is null.
fn safe(expression: &str) -> String {
    format!("replace(coalesce(to_string({expression}), '–'), '<', '&lt;')")
}
