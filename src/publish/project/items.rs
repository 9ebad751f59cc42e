//! The items of a print layout: labels, maps, a legend, a scale bar, an arrow.

use sha2::{Digest, Sha256};

use super::parts::{Drawn, Project, Sheet};
use crate::publish::style::xml::Xml;
use crate::publish::style::{COLOURS, FONTS, Rgb, families};

/// QGIS's numbers of the kinds of items.
pub(super) const PAGE: &str = "65638";
const MAP: &str = "65639";
const PICTURE: &str = "65640";
const LABEL: &str = "65641";
const LEGEND: &str = "65642";
const SCALE_BAR: &str = "65646";

/// Left, top, width, height of what stands on every page, mm.
pub(super) const MAP_MM: [f64; 4] = [10.0, 29.0, 197.0, 150.0];
const LEGEND_MM: [f64; 4] = [212.0, 29.0, 75.0, 80.0];
const NORTH_MM: [f64; 4] = [212.0, 133.0, 14.0, 16.0];
const SCALE_MM: [f64; 4] = [12.0, 166.0, 60.0, 12.0];

/// QGIS's number of a blend mode. Maps with one are exported as pictures of the page's resolution, and the rest of the page as
/// lines and letters: drawn with every vertex, a map of a country makes a PDF of 40 MB. Dark lines look the same in it.
const MULTIPLY: &str = "6";

/// What a map of a page shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shows<'a> {
    /// Everything.
    All,
    /// One feature of the layer that has a page each.
    Feature,
    /// Where another map of the page lies.
    Overview(&'a str),
}

/// A layout whose items are being written.
pub(super) struct Page<'a> {
    pub layout: &'a str,
}

impl Page<'_> {
    /// A name for an item that no other has, the same in every run.
    fn uuid(&self, item: &str) -> String {
        let digest = Sha256::digest(format!("{}/{item}", self.layout));
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{{{}-{}-{}-{}-{}}}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    pub(super) fn item(
        &self,
        xml: &mut Xml,
        kind: &str,
        id: &str,
        place: [f64; 4],
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Xml),
    ) {
        self.item_by(Xml::begin, xml, (kind, id), place, attributes, inside);
    }

    fn item_by(
        &self,
        begin: fn(&mut Xml, &'static str, &[(&str, &str)]),
        xml: &mut Xml,
        (kind, id): (&str, &str),
        [left, top, width, height]: [f64; 4],
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Xml),
    ) {
        let (uuid, position, size) =
            (self.uuid(id), format!("{left},{top},mm"), format!("{width},{height},mm"));
        let mut all = vec![
            ("type", kind),
            ("id", id),
            ("uuid", uuid.as_str()),
            ("templateUuid", uuid.as_str()),
            ("position", &position),
            ("positionOnPage", &position),
            ("size", &size),
            ("referencePoint", "0"),
            ("visibility", "1"),
            ("opacity", "1"),
            ("excludeFromExports", "0"),
            ("outlineWidthM", "0.2,mm"),
        ];
        all.extend(attributes);
        begin(xml, "LayoutItem", &all);
        xml.empty("FrameColor", &[("red", "160"), ("green", "160"), ("blue", "160"), ("alpha", "255")]);
        let ground = COLOURS.colour("ground");
        let [r, g, b] = match kind {
            MAP => [ground.0, ground.1, ground.2],
            _ => [255; 3],
        }
        .map(|channel| channel.to_string());
        xml.empty("BackgroundColor", &[("red", &r), ("green", &g), ("blue", &b), ("alpha", "255")]);
        inside(xml);
        xml.end();
    }

    pub(super) fn label(
        &self,
        xml: &mut Xml,
        id: &str,
        place: [f64; 4],
        text: &str,
        font: (u8, bool),
        colour: &str,
    ) {
        self.label_by(Xml::begin, xml, (id, text), place, font, colour);
    }

    /// A label in which QGIS evaluates what stands between `[%` and `%]`; see [`Xml::template`].
    pub(super) fn label_template(
        &self,
        xml: &mut Xml,
        (id, text): (&str, &str),
        place: [f64; 4],
        font: (u8, bool),
        colour: &str,
    ) {
        self.label_by(Xml::begin_template, xml, (id, text), place, font, colour);
    }

    fn label_by(
        &self,
        begin: fn(&mut Xml, &'static str, &[(&str, &str)]),
        xml: &mut Xml,
        (id, text): (&str, &str),
        place: [f64; 4],
        font: (u8, bool),
        colour: &str,
    ) {
        let attributes = [
            ("labelText", text),
            ("htmlState", "0"),
            ("halign", "1"),
            ("valign", "32"),
            ("background", "false"),
        ];
        self.item_by(begin, xml, (LABEL, id), place, &attributes, |xml| {
            xml.empty("LabelFont", &[("description", &font_of(font.0, font.1)), ("style", "")]);
            let rgb = Rgb::parse(colour).unwrap_or(Rgb(0, 0, 0));
            let [r, g, b] = [rgb.0, rgb.1, rgb.2].map(|channel| channel.to_string());
            xml.empty("FontColor", &[("red", &r), ("green", &g), ("blue", &b), ("alpha", "255")]);
        });
    }

    pub(super) fn map(
        &self,
        xml: &mut Xml,
        id: &str,
        place: [f64; 4],
        view: [f64; 4],
        layers: &[Drawn<'_>],
        shows: Shows<'_>,
    ) {
        let overview = matches!(shows, Shows::Overview(_));
        let attributes = [
            ("frame", "true"),
            ("background", "true"),
            ("keepLayerSet", "true"),
            ("followPreset", "false"),
            ("mapRotation", "0"),
            ("drawCanvasItems", "false"),
            ("mapFlags", if overview { "0" } else { "1" }),
        ];
        self.item(xml, MAP, id, place, &attributes, |xml| {
            let [west, south, east, north] = view.map(|v| v.to_string());
            xml.empty("Extent", &[("xmin", &west), ("ymin", &south), ("xmax", &east), ("ymax", &north)]);
            xml.begin("LayerSet", &[]);
            for drawn in layers {
                let attributes = [("provider", "ogr"), ("name", drawn.title), ("source", &drawn.source)];
                xml.text_with("Layer", &attributes, drawn.id);
            }
            xml.end();
            let frame = match shows {
                Shows::Overview(shown) => self.uuid(shown),
                // A frame of no map: it draws nothing, and is there for its blending.
                Shows::All | Shows::Feature => String::new(),
            };
            let uuid = self.uuid(&format!("{id}/frame"));
            let attributes = [
                ("name", "overview"),
                ("uuid", uuid.as_str()),
                ("frameMap", frame.as_str()),
                ("show", "1"),
                ("inverted", "0"),
                ("centered", "0"),
                ("position", "3"),
                ("blendMode", MULTIPLY),
            ];
            xml.begin("ComposerMapOverview", &attributes);
            if overview {
                // A frame without a filling.
                xml.begin(
                    "symbol",
                    &[
                        ("name", ""),
                        ("type", "fill"),
                        ("alpha", "1"),
                        ("clip_to_extent", "1"),
                        ("force_rhr", "0"),
                    ],
                );
                let options = [
                    ("style", "no"),
                    ("outline_color", "40,40,40,255"),
                    ("outline_style", "solid"),
                    ("outline_width", "0.4"),
                ];
                xml.begin(
                    "layer",
                    &[("class", "SimpleFill"), ("enabled", "1"), ("locked", "0"), ("pass", "0")],
                );
                xml.begin("Option", &[("type", "Map")]);
                for (name, value) in options {
                    xml.empty("Option", &[("name", name), ("type", "QString"), ("value", value)]);
                }
                (0..3).for_each(|_| xml.end());
            }
            xml.end();
            if matches!(shows, Shows::Feature) {
                // With a margin around each feature.
                let atlas = [("atlasDriven", "1"), ("scalingMode", "2"), ("margin", "0.15")];
                xml.empty("AtlasMap", &atlas);
            }
        });
    }

    pub(super) fn legend(&self, xml: &mut Xml, project: &Project<'_>, drawn: &[&Sheet<'_>]) {
        let map = self.uuid("map");
        let attributes = [
            ("title", project.say("Leyenda", "Legend")),
            ("map_uuid", &map),
            ("legendFilterByMap", "0"),
            ("resizeToContents", "1"),
            ("wrapChar", "|"),
            ("columnCount", "1"),
            ("symbolWidth", "8"),
            ("symbolHeight", "4"),
            ("boxSpace", "0"),
            ("background", "false"),
            ("titleAlignment", "1"),
            ("symbolAlignment", "1"),
            ("fontColor", "#222222"),
        ];
        self.item(xml, LEGEND, "legend", LEGEND_MM, &attributes, |xml| {
            xml.begin("styles", &[]);
            for (name, size, bold, top) in [
                ("title", 11, true, "0"),
                ("group", 10, true, "2"),
                ("subgroup", 9, true, "2.5"),
                ("symbol", 8, false, "1.2"),
                ("symbolLabel", 8, false, "1.2"),
            ] {
                let bottom = if name == "title" { "1.5" } else { "0" };
                xml.begin(
                    "style",
                    &[
                        ("name", name),
                        ("alignment", "1"),
                        ("marginTop", top),
                        ("marginBottom", bottom),
                        ("marginLeft", "2"),
                    ],
                );
                xml.empty("styleFont", &[("description", &font_of(size, bold)), ("style", "")]);
                xml.end();
            }
            xml.end();
            xml.begin("layer-tree-group", &[]);
            drawn.iter().for_each(|sheet| project.leaf(xml, sheet, true));
            xml.end();
        });
    }

    /// A bar of two round segments, as QGIS finds them for the scale of the map.
    pub(super) fn scale_bar(&self, xml: &mut Xml) {
        let map = self.uuid("map");
        let attributes = [
            ("mapUuid", map.as_str()),
            ("style", "Single Box"),
            ("unitType", "km"),
            ("unitLabel", "km"),
            ("numMapUnitsPerScaleBarUnit", "1"),
            ("segmentSizeMode", "1"),
            ("minBarWidth", "28"),
            ("maxBarWidth", "56"),
            ("numSegments", "2"),
            ("numSegmentsLeft", "0"),
            ("height", "1.6"),
            ("labelBarSpace", "1"),
            ("boxContentSpace", "1"),
            ("alignment", "0"),
            ("background", "false"),
        ];
        self.item(xml, SCALE_BAR, "scale", SCALE_MM, &attributes, |xml| {
            xml.begin(
                "text-style",
                &[
                    ("fontFamily", FONTS[0]),
                    ("fontSize", "8"),
                    ("fontSizeUnit", "Point"),
                    ("textColor", "40,40,40,255"),
                    ("textOpacity", "1"),
                    ("namedStyle", "Regular"),
                ],
            );
            families(xml);
            xml.end();
            xml.empty("fillColor", &[("red", "60"), ("green", "60"), ("blue", "60"), ("alpha", "255")]);
            xml.empty("fillColor2", &[("red", "255"), ("green", "255"), ("blue", "255"), ("alpha", "255")]);
            xml.empty("strokeColor", &[("red", "60"), ("green", "60"), ("blue", "60"), ("alpha", "255")]);
        });
    }

    pub(super) fn picture(&self, xml: &mut Xml) {
        let map = self.uuid("map");
        let attributes = [
            // Comes with QGIS.
            ("file", ":/images/north_arrows/layout_default_north_arrow.svg"),
            ("mapUuid", map.as_str()),
            ("northMode", "1"),
            ("northOffset", "0"),
            ("resizeMode", "0"),
            ("anchorPoint", "4"),
            ("mode", "0"),
            ("background", "false"),
        ];
        self.item(xml, PICTURE, "north", NORTH_MM, &attributes, |_| {});
    }
}

/// A font as Qt describes it, which takes the nearest one where there is none of that name.
fn font_of(size: u8, bold: bool) -> String {
    format!("{},{size},-1,5,{},0,0,0,0,0", FONTS[0], if bold { 75 } else { 50 })
}
