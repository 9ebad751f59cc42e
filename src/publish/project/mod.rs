//! The QGIS projects of a run, one a language: every layer styled, in groups in reading order, with bookmarks and print
//! layouts. They read the GeoPackage that lies beside them.

mod context;
mod extent;
mod items;
mod layers;
mod layout;
mod parts;

pub(super) use layout::round_down;

use std::io::Write;

pub(super) use extent::wgs84;
use extent::{extent, widened};
use parts::{Backdrop, Drawn, Kind, Project, Sheet};

use super::style::xml::Xml;
use super::style::{COLOURS, GAPS, Style, words_of};
use super::{Card, Dataset, geopackage};
use crate::geodesy::MapPlane;
use crate::lang::Lang;
use crate::layer::{Extent, Geometry};

/// The version whose format this is.
const QGIS: &str = "3.22.0";

/// Groups of layers in the order in which they are read; those that there are get numbers.
const GROUPS: [(&str, &str, &str); 6] = [
    ("answer", "Dónde actuar", "Where to act"),
    ("news", "Qué cambió", "What changed"),
    ("overview", "Panorama", "Overview"),
    ("why", "Por qué", "Why"),
    ("routes", "Rutas", "Routes"),
    ("ground", "Contexto", "Context"),
];

/// Letters of a line of a legend, at most; a longer word stands alone.
const LEGEND_LINE: usize = 36;

/// A text in lines that fit into a legend, each ended by a bar.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let fits = |line: &&mut String| line.chars().count() + 1 + word.chars().count() <= LEGEND_LINE;
        match lines.last_mut().filter(fits) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("|")
}

/// Name of the project file in a language.
pub(super) fn file_name(dataset: &Dataset, lang: Lang) -> String {
    format!("{}.{}.qgz", dataset.file_stem(), lang.code())
}

/// The project of a set of layers in one language, as the bytes of its `.qgz`; `None` where it is too large for one, or
/// where there is no layer with geometry.
pub(super) fn project(
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    lang: Lang,
    now: jiff::Timestamp,
) -> Option<Vec<u8>> {
    let mut sheets: Vec<Sheet<'_>> = cards
        .iter()
        .zip(styles)
        .flat_map(|(card, style)| style.looks().zip(["", "_2"]).map(move |look| (card, look)))
        .map(|(card, (style, second))| Sheet {
            card,
            style,
            id: format!("corredor_{}{second}", card.name),
            bounds: card.layer.geometry().bounds(),
            shown: false,
        })
        .collect();
    // In the order of the groups; lines and points before the areas that they lie on, tables last.
    let place = |sheet: &Sheet<'_>| {
        let group = GROUPS.iter().position(|(name, ..)| *name == sheet.style.group);
        let table = sheet.style.geometry == "none";
        let group = if table { GROUPS.len() } else { group.unwrap_or(GROUPS.len() - 1) };
        // A gap is wider than what is scored along it, so that both are seen.
        (group, order(sheet.style.geometry), sheet.card.theme == GAPS)
    };
    sheets.sort_by_key(place);
    // The answer is shown: its areas and what stands out of them. Without one, the first layer.
    let answers = sheets.iter().any(|s| s.style.group == "answer" && s.bounds.is_some());
    // One layer of each geometry, and the gaps: more hide each other.
    let mut taken = Vec::new();
    for sheet in sheets.iter_mut().filter(|s| s.bounds.is_some() && (s.style.group == "answer" || !answers)) {
        let kind = (sheet.style.geometry, sheet.card.theme == GAPS);
        sheet.shown = !taken.contains(&kind);
        taken.push(kind);
    }
    // So are points that give the context, such as crossings.
    for sheet in sheets.iter_mut().filter(|s| s.style.group == "ground" && s.style.geometry == "point") {
        sheet.shown = true;
    }
    let bounds = Extent::of(sheets.iter().map(|s| &**s.card.layer.geometry()))?.unrolled();
    let plane = MapPlane::about(bounds[0].midpoint(bounds[2]), bounds[1].midpoint(bounds[3]));
    let source = format!("./{}", geopackage::file_name(dataset));
    let project = Project {
        dataset,
        backdrops: context::backdrops(&sheets, &source),
        sheets,
        lang,
        plane,
        view_m: plane.bounds_m(bounds),
        day: now.strftime("%Y-%m-%d").to_string(),
        source,
    };
    let name = format!("{}.{}.qgs", dataset.file_stem(), lang.code());
    zipped(&name, &project.xml()).ok()
}

/// An archive of one file. Its time is that of 1980, the beginning of the format's calendar: same project, same bytes.
fn zipped(name: &str, text: &str) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    archive.start_file(name, options)?;
    archive.write_all(text.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}

/// Which geometry is drawn above which.
fn order(geometry: &str) -> usize {
    ["point", "line", "polygon"].iter().position(|kind| *kind == geometry).unwrap_or(3)
}

impl Project<'_> {
    fn say<'a>(&self, es: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(es, en)
    }

    /// Title, and whether all of it is invented.
    fn title(&self) -> String {
        let title = self.dataset.title.pick(self.lang);
        match self.dataset.invented {
            true => format!("{title} ({})", self.say("datos inventados", "invented data")),
            false => title.to_owned(),
        }
    }

    /// Name of the projection for people: of what it is made, and where it touches.
    fn plane_name(&self) -> String {
        let method = self.say("azimutal equivalente de Lambert", "Lambert azimuthal equal-area");
        let (lon, lat) = self.plane.middle();
        format!("WGS 84 / {method} ({lat}, {lon})")
    }

    /// Layers with geometry.
    fn maps(&self) -> impl Iterator<Item = &Sheet<'_>> {
        self.sheets.iter().filter(|sheet| sheet.bounds.is_some())
    }

    fn xml(&self) -> String {
        let mut xml = Xml::new("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>");
        let title = self.title();
        xml.begin("qgis", &[("projectname", &title), ("version", QGIS)]);
        xml.text("title", &title);
        xml.empty("autotransaction", &[("active", "0")]);
        xml.empty("evaluateDefaultValues", &[("active", "0")]);
        xml.empty("trust", &[("active", "0")]);
        xml.begin("projectCrs", &[]);
        self.plane_crs(&mut xml);
        xml.end();
        self.tree(&mut xml);
        self.canvas(&mut xml);
        xml.begin("projectlayers", &[]);
        for sheet in &self.sheets {
            layers::layer(&mut xml, self, sheet);
        }
        for backdrop in &self.backdrops {
            context::layer(&mut xml, self, backdrop);
        }
        xml.end();
        xml.begin("layerorder", &[]);
        for drawn in self.drawn() {
            xml.empty("layer", &[("id", drawn.id)]);
        }
        xml.end();
        self.properties(&mut xml);
        layers::metadata_of_project(&mut xml, self);
        layout::layouts(&mut xml, self);
        self.bookmarks(&mut xml);
        xml.finish()
    }

    /// All layers from the top of the map to its bottom.
    fn drawn(&self) -> Vec<Drawn<'_>> {
        self.on(&self.maps().collect::<Vec<_>>())
    }

    /// Some layers with the context, from the top of the map to its bottom: names of places, lines and points, borders,
    /// areas.
    fn on<'b>(&'b self, sheets: &[&'b Sheet<'_>]) -> Vec<Drawn<'b>> {
        let mut sheets = sheets.to_vec();
        sheets.sort_by_key(|sheet| order(sheet.style.geometry));
        let areas = sheets.iter().position(|sheet| sheet.style.geometry == "polygon").unwrap_or(sheets.len());
        let (above, areas) = sheets.split_at(areas);
        let lang = self.lang;
        let backdrops = |kind: Kind| {
            self.backdrops.iter().filter(move |one| one.kind == kind).map(move |one| Drawn {
                id: &one.id,
                title: one.title.pick(lang),
                source: one.source.clone(),
            })
        };
        backdrops(Kind::Place)
            .chain(self.plain(above))
            .chain(backdrops(Kind::Border))
            .chain(self.plain(areas))
            .collect()
    }

    /// Some layers without the context, in their order.
    fn plain<'b>(&'b self, sheets: &[&'b Sheet<'_>]) -> Vec<Drawn<'b>> {
        let drawn = |sheet: &&'b Sheet<'_>| Drawn {
            id: &sheet.id,
            title: sheet.style.title.pick(self.lang),
            source: self.data_source(sheet),
        };
        sheets.iter().map(drawn).collect()
    }

    fn plane_crs(&self, xml: &mut Xml) {
        xml.begin("spatialrefsys", &[]);
        xml.text("wkt", &self.plane.wkt(&self.plane_name()));
        xml.text("proj4", &self.plane.proj());
        xml.text("authid", "");
        xml.text("description", &self.plane_name());
        xml.text("projectionacronym", "laea");
        xml.text("ellipsoidacronym", "EPSG:7030");
        xml.text("geographicflag", "false");
        xml.end();
    }

    fn tree(&self, xml: &mut Xml) {
        xml.begin("layer-tree-group", &[]);
        let mut number = 0;
        for (at, (group, es, en)) in GROUPS.iter().enumerate() {
            let last = at + 1 == GROUPS.len();
            let inside: Vec<&Sheet<'_>> = self
                .sheets
                .iter()
                .filter(|s| {
                    let table = s.style.geometry == "none";
                    (s.style.group == *group && !table) || (last && table)
                })
                .collect();
            let backdrops: &[Backdrop] = if last { &self.backdrops } else { &[] };
            if inside.is_empty() && backdrops.is_empty() {
                continue;
            }
            number += 1;
            let name = format!("{number}. {}", self.say(es, en));
            let open = if inside.iter().any(|s| s.shown) { "1" } else { "0" };
            let attributes = [("name", name.as_str()), ("expanded", open), ("checked", "Qt::Checked")];
            xml.begin("layer-tree-group", &attributes);
            for one in backdrops {
                let attributes = [
                    ("id", one.id.as_str()),
                    ("name", one.title.pick(self.lang)),
                    ("source", one.source.as_str()),
                    ("providerKey", "ogr"),
                    ("checked", "Qt::Checked"),
                    ("expanded", "0"),
                ];
                xml.empty("layer-tree-layer", &attributes);
            }
            inside.into_iter().for_each(|sheet| self.leaf(xml, sheet, false));
            xml.end();
        }
        xml.begin("custom-order", &[("enabled", "1")]);
        for drawn in self.drawn() {
            xml.text("item", drawn.id);
        }
        (0..2).for_each(|_| xml.end());
    }

    /// A layer in a tree of layers; in that of a legend its title says by what it is drawn, too.
    fn leaf(&self, xml: &mut Xml, sheet: &Sheet<'_>, legend: bool) {
        let shown = if sheet.shown { "Qt::Checked" } else { "Qt::Unchecked" };
        let source = self.data_source(sheet);
        xml.begin(
            "layer-tree-layer",
            &[
                ("id", &sheet.id),
                ("name", sheet.style.title.pick(self.lang)),
                ("source", &source),
                ("providerKey", "ogr"),
                ("checked", shown),
                ("expanded", if sheet.shown { "1" } else { "0" }),
            ],
        );
        let style = sheet.style;
        let words = style.class_field().and_then(|field| words_of(style.told(), field));
        let by = words.map(|words| words.alias(self.lang));
        let by = by.or_else(|| style.beyond.as_ref().map(|beyond| beyond.pick(self.lang).to_owned()));
        if let Some(by) = by.filter(|_| legend) {
            // A bar ends a line of the legend.
            let title = format!("{}|{}", wrapped(style.title.pick(self.lang)), wrapped(&by));
            xml.begin("customproperties", &[]);
            xml.begin("Option", &[("type", "Map")]);
            let option = [("name", "legend/title-label"), ("type", "QString"), ("value", title.as_str())];
            xml.empty("Option", &option);
            (0..2).for_each(|_| xml.end());
        }
        xml.end();
    }

    fn data_source(&self, sheet: &Sheet<'_>) -> String {
        format!("{}|layername={}", self.source, sheet.card.name)
    }

    /// The map that the window shows at first.
    fn canvas(&self, xml: &mut Xml) {
        xml.begin("mapcanvas", &[("name", "theMapCanvas"), ("annotationsVisible", "1")]);
        xml.text("units", "meters");
        extent(xml, widened(self.view_m, 0.04));
        xml.text("rotation", "0");
        xml.begin("destinationsrs", &[]);
        self.plane_crs(xml);
        (0..2).for_each(|_| xml.end());
    }

    fn properties(&self, xml: &mut Xml) {
        let ground = COLOURS.colour("ground");
        xml.begin("properties", &[]);
        xml.begin("Gui", &[]);
        for (name, value) in [
            ("CanvasColorRedPart", ground.0),
            ("CanvasColorGreenPart", ground.1),
            ("CanvasColorBluePart", ground.2),
        ] {
            xml.text_with(name, &[("type", "int")], &value.to_string());
        }
        xml.end();
        // Else QGIS leaves the projection of the project aside.
        xml.begin("SpatialRefSys", &[]);
        xml.text_with("ProjectionsEnabled", &[("type", "int")], "1");
        xml.end();
        xml.begin("Measurement", &[]);
        xml.text_with("DistanceUnits", &[("type", "QString")], "km");
        xml.text_with("AreaUnits", &[("type", "QString")], "km2");
        xml.end();
        xml.begin("Measure", &[]);
        xml.text_with("Ellipsoid", &[("type", "QString")], "EPSG:7030");
        xml.end();
        // Relative, so that the folder can be moved and mailed.
        xml.begin("Paths", &[]);
        xml.text_with("Absolute", &[("type", "bool")], "false");
        (0..2).for_each(|_| xml.end());
    }

    /// One place for the whole, one for each route and each state.
    fn bookmarks(&self, xml: &mut Xml) {
        xml.begin("Bookmarks", &[]);
        let all = Extent::of(self.maps().map(|s| &**s.card.layer.geometry())).map(Extent::unrolled);
        if let Some(all) = all {
            bookmark(xml, "corredor_all", self.say("Todo el mapa", "The whole map"), "", all);
        }
        for sheet in self.maps() {
            let group = match (sheet.card.theme, &**sheet.card.layer.geometry()) {
                ("routes", Geometry::Lines(_)) => self.say("Rutas", "Routes"),
                ("states", Geometry::Zones(_)) if sheet.card.layer.len() > 1 => {
                    sheet.style.title.pick(self.lang)
                }
                _ => continue,
            };
            let names = sheet.card.layer.texts(&sheet.style.heading).unwrap_or_default();
            let keys = sheet.card.layer.keys();
            for (row, key) in keys.iter().enumerate() {
                let Some(bounds) = bounds_of(sheet.card.layer.geometry(), row) else { continue };
                let name = names.get(row).and_then(Option::as_deref).unwrap_or(key);
                let id = format!("{}_{key}", sheet.id);
                bookmark(xml, &id, name, group, widened(bounds, 0.05));
            }
        }
        xml.end();
    }
}

fn bookmark(xml: &mut Xml, id: &str, name: &str, group: &str, [west, south, east, north]: [f64; 4]) {
    let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        .map(|(x, y)| format!("{x:.6} {y:.6}"))
        .join(", ");
    let polygon = format!("POLYGON(({ring}))");
    xml.begin("Bookmark", &[("id", id), ("name", name), ("group", group), ("extent", &polygon)]);
    wgs84(xml);
    xml.end();
}

/// Bounds of one feature, degrees.
fn bounds_of(geometry: &Geometry, row: usize) -> Option<[f64; 4]> {
    let extent = if let Some(lines) = geometry.lines() {
        Extent::of_parts(std::iter::once(lines.line(row)))
    } else if let Some(zones) = geometry.zones() {
        Extent::of_parts(zones.rings_of(row).map(|ring| (ring.lon, ring.lat)))
    } else {
        None
    };
    extent.map(Extent::unrolled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_legend_are_short() {
        assert_eq!(wrapped("Gaps in service"), "Gaps in service");
        let long = wrapped("Punto caliente o frío de riesgo en el camino (Gi*)");
        assert_eq!(long, "Punto caliente o frío de riesgo en|el camino (Gi*)");
        assert_eq!(wrapped(&"x".repeat(50)), "x".repeat(50));
    }
}
