//! A style as QGIS 3.22 reads it (`.qml`).

mod renderer;
mod symbols;

use super::fields::{values, words_of};
use super::model::{Fact, Label, Numbered, Style};
use super::xml::Xml;
use crate::lang::Lang;
use crate::text::qgis_html;

use symbols::Mark;
pub(in crate::publish) use symbols::{outline, point_inside};

/// The version whose format this is.
const QGIS: &str = "3.22.0";

/// The field that GDAL makes of a GeoJSON feature's id, and shows as one more.
const ID: &str = "id";

/// Fonts of names, the first that a machine has: of Windows and macOS, of Debian, of every Linux with a screen, of QGIS.
pub(in crate::publish) const FONTS: [&str; 4] = ["Arial", "Liberation Sans", "DejaVu Sans", "Open Sans"];

/// The same, as QGIS reads them in a text style.
pub(in crate::publish) fn families(xml: &mut Xml) {
    xml.begin("families", &[]);
    FONTS.iter().for_each(|font| xml.empty("family", &[("name", font)]));
    xml.end();
}

/// Width of a map tip, px: QGIS makes it as narrow as its longest word.
const TIP_PX: u32 = 340;

/// A field that a format adds to those of a layer.
#[derive(Clone, Copy, Debug)]
pub(in crate::publish) enum Extra<'a> {
    /// It repeats the key.
    Key(&'a str),
    /// It numbers the features.
    Number(&'a str),
}

impl<'a> Extra<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Key(name) | Self::Number(name) => name,
        }
    }
}

/// Prints a style in one language.
pub(in crate::publish) fn qml(style: &Style, lang: Lang) -> String {
    qml_for(style, lang, Extra::Key(ID))
}

/// The same for a format that adds a field.
pub(in crate::publish) fn qml_for(style: &Style, lang: Lang, extra: Extra<'_>) -> String {
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
    body(&mut xml, style, lang, extra);
    xml.text("layerGeometryType", geometry(style));
    xml.finish()
}

/// What stands in a style file, and in a project for each layer. `extra` is a field that the format adds.
pub(in crate::publish) fn body(xml: &mut Xml, style: &Style, lang: Lang, extra: Extra<'_>) {
    if style.geometry != "none" {
        let unsure = style.unsure.as_ref().map(Mark::Unsure);
        let mark = unsure.or_else(|| style.dashed.as_ref().map(Mark::Dashed));
        renderer::renderer(xml, &style.renderer, mark, lang);
        if let Some(label) = &style.label {
            labeling(xml, label, if style.geometry == "line" { At::Line } else { At::Inside });
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

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) enum At {
    /// Along a line.
    Line,
    /// Over a point, or over one inside an area.
    Inside,
    /// Over the middle of an area, in bold: found in no time, also for a coast of 465,000 vertices, but of a bent area it
    /// may lie outside.
    Middle,
    /// Beside a point inside an area.
    Beside,
}

/// What is written beside features.
pub(in crate::publish) fn labeling(xml: &mut Xml, label: &Label, at: At) {
    // 1 over a point inside, 2 along the line. Fitting a label into a polygon (4) takes QGIS minutes for a
    // coast of 465,000 vertices, and so does keeping other labels off it (`obstacle`).
    // 6 beside a point where there is most room: those that are always shown lie near each other.
    let numbered = label.numbered.is_some() && at == At::Inside;
    let (placement, obstacle) = match at {
        At::Line => ("2", "1"),
        _ if numbered => ("6", "0"),
        _ => ("1", "0"),
    };
    let (weight, named) = if at == At::Middle { ("75", "Bold") } else { ("50", "Regular") };
    let point = match at {
        At::Beside => "point_on_surface($geometry)",
        At::Inside if numbered => "point_on_surface($geometry)",
        At::Line | At::Inside => "",
        At::Middle => "centroid($geometry)",
    };
    // In nine quadrants from the upper left: over the point, or to its right.
    let (quadrant, right_mm) = if at == At::Beside { ("5", "1") } else { ("4", "0") };
    let scale = label.numbered.as_ref().map_or(label.scale, |first| first.scale.max(label.scale)).to_string();
    xml.begin("labeling", &[("type", "simple")]);
    xml.begin("settings", &[("calloutType", "simple")]);
    xml.begin(
        "text-style",
        &[
            ("fieldName", &text_of(label)),
            ("isExpression", "1"),
            ("fontFamily", FONTS[0]),
            ("fontSize", "8"),
            ("fontSizeUnit", "Point"),
            ("fontWeight", weight),
            ("textColor", "40,40,40,255"),
            ("textOpacity", "1"),
            ("namedStyle", named),
        ],
    );
    families(xml);
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
            ("predefinedPositionOrder", "TR,BR,TL,BL,R,L,TSR,BSR"),
            ("dist", "1"),
            ("distUnits", "MM"),
            ("quadOffset", quadrant),
            ("xOffset", right_mm),
            ("yOffset", "0"),
            ("offsetUnits", "MM"),
            ("geometryGeneratorEnabled", if point.is_empty() { "0" } else { "1" }),
            ("geometryGenerator", point),
            ("geometryGeneratorType", "PointGeometry"),
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
    if let Some(first) = &label.numbered {
        always_shown(xml, &is_first(first));
    }
    xml.end();
    xml.end();
}

/// Labels of the features for which an expression holds are shown though they touch others.
fn always_shown(xml: &mut Xml, expression: &str) {
    xml.begin("dd_properties", &[]);
    xml.begin("Option", &[("type", "Map")]);
    xml.empty("Option", &[("name", "name"), ("type", "QString"), ("value", "")]);
    xml.begin("Option", &[("name", "properties"), ("type", "Map")]);
    xml.begin("Option", &[("name", "AlwaysShow"), ("type", "Map")]);
    xml.empty("Option", &[("name", "active"), ("type", "bool"), ("value", "true")]);
    xml.empty("Option", &[("name", "expression"), ("type", "QString"), ("value", expression)]);
    // 3: an expression, and no field.
    xml.empty("Option", &[("name", "type"), ("type", "int"), ("value", "3")]);
    (0..2).for_each(|_| xml.end());
    xml.empty("Option", &[("name", "type"), ("type", "QString"), ("value", "collection")]);
    (0..2).for_each(|_| xml.end());
}

/// Whether a feature is among the first, as QGIS asks it.
fn is_first(Numbered { field, last, .. }: &Numbered) -> String {
    format!("\"{field}\" <= {last}")
}

/// The text of a label, as QGIS makes it.
fn text_of(label: &Label) -> String {
    let Label { field, decimals, unit, .. } = label;
    let plain = match (decimals, unit.is_empty()) {
        (None, true) => format!("\"{field}\""),
        (None, false) => format!("\"{field}\" || '{unit}'"),
        (Some(decimals), true) => number_of(field, *decimals),
        (Some(decimals), false) => format!("{} || '{unit}'", number_of(field, *decimals)),
    };
    let Some(first) = &label.numbered else { return plain };
    let rank = number_of(&first.field, 0);
    format!(
        "CASE WHEN {} THEN {rank} || '. ' || {plain} WHEN @map_scale <= {} THEN {plain} END",
        is_first(first),
        label.scale
    )
}

/// A number as [`crate::text::number`] writes it, whatever the language of QGIS.
fn number_of(field: &str, decimals: u8) -> String {
    format!("format_number(\"{field}\", {decimals}, 'en')")
}

/// Aliases with units, and words for codes.
fn fields(xml: &mut Xml, style: &Style, lang: Lang, extra: Extra<'_>) {
    xml.begin("fieldConfiguration", &[]);
    for field in &style.fields {
        let words = values(field);
        xml.begin("field", &[("name", field), ("configurationFlags", "None")]);
        let decimals = style.decimals.get(field).filter(|_| words.is_empty());
        let widget = match (words.is_empty(), decimals) {
            (false, _) => "ValueMap",
            (true, Some(_)) => "Range",
            (true, None) => "TextEdit",
        };
        xml.begin("editWidget", &[("type", widget)]);
        xml.begin("config", &[]);
        xml.begin("Option", &[("type", "Map")]);
        if let Some(decimals) = decimals {
            xml.empty("Option", &[("name", "AllowNull"), ("type", "bool"), ("value", "true")]);
            let precision = decimals.to_string();
            xml.empty("Option", &[("name", "Precision"), ("type", "int"), ("value", &precision)]);
            xml.empty("Option", &[("name", "Style"), ("type", "QString"), ("value", "SpinBox")]);
        }
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
    let own = style.fields.iter().all(|field| field != extra.name());
    if own {
        let alias = match extra {
            Extra::Key(_) => alias(&style.key, style, lang),
            Extra::Number(_) => lang.pick("Número interno", "Internal number").to_owned(),
        };
        let index = style.fields.len().to_string();
        xml.empty("alias", &[("field", extra.name()), ("index", &index), ("name", &alias)]);
    }
    xml.end();
    // The table hides what says nothing of its own.
    if own {
        xml.begin("attributetableconfig", &[("actionWidgetStyle", "dropDown")]);
        xml.begin("columns", &[]);
        xml.empty("column", &[("name", extra.name()), ("type", "field"), ("hidden", "1"), ("width", "-1")]);
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
    let heading = safe(&format!("\"{}\"", style.heading));
    let mut html = format!("<div style=\"width:{TIP_PX}px\"><b>[% {heading} %]</b><table width=\"100%\">");
    for Fact { field, decimals } in &style.tip {
        let words = alias(field, style, lang);
        let value = match decimals {
            _ if !values(field).is_empty() => format!("represent_value(\"{field}\")"),
            Some(decimals) => number_of(field, *decimals),
            None => format!("\"{field}\""),
        };
        html.push_str(&format!(
            "<tr><td>{}&nbsp;</td><td align=\"right\" style=\"white-space:nowrap\">[% {} %]</td></tr>",
            qgis_html(&words),
            safe(&value)
        ));
    }
    html.push_str(&format!("</table><small>{}</small></div>", qgis_html(style.title.pick(lang))));
    html
}

/// An expression whose text cannot be taken for HTML; a dash where it is null.
fn safe(expression: &str) -> String {
    format!("replace(coalesce(to_string({expression}), '–'), '<', '&lt;')")
}
