//! Print layouts, A4 across: one with what is shown first, one for each layer, and one with a page for each state.

use super::context;
use super::extent::widened;
use super::items::{MAP_MM, PAGE, Page, Shows};
use super::parts::{Project, Sheet};
use crate::publish::style::xml::Xml;
use crate::publish::style::{GAPS, NEWS};
use crate::text::qgis;
use crate::workspace::config::ThemeName;

/// The page, mm.
const PAGE_MM: (f64, f64) = (297.0, 210.0);

/// Left, top, width, height of what stands on it, mm.
const TITLE_MM: [f64; 4] = [10.0, 7.0, 277.0, 10.0];
const TEXT_MM: [f64; 4] = [10.0, 17.0, 277.0, 10.0];
const OVERVIEW_MM: [f64; 4] = [232.0, 133.0, 55.0, 46.0];
const FOOT_MM: [f64; 4] = [10.0, 181.0, 277.0, 25.0];

/// Sizes of the letters of the text and of the foot, points, the largest first: both are set smaller rather than cut.
const TEXT_PT: [u8; 4] = [9, 8, 7, 6];
const FOOT_PT: [u8; 4] = [7, 6, 5, 4];

/// Millimetres in a point, the mean width of a letter and the height of a line in parts of its size: more than most fonts
/// take.
const POINT_MM: f64 = 25.4 / 72.0;
const LETTER: f64 = 0.55;
const LINE: f64 = 1.25;

pub(super) fn layouts(xml: &mut Xml, project: &Project<'_>) {
    xml.begin("Layouts", &[]);
    let shown: Vec<&Sheet<'_>> = project.maps().filter(|sheet| sheet.shown).collect();
    if shown.len() > 1 {
        let name = project.say("Hoja 0: dónde actuar", "Sheet 0: where to act");
        layout(xml, project, name, &project.title(), (&shown, first(&shown)), None);
    }
    for (at, sheet) in project.maps().enumerate() {
        let title = sheet.style.title.pick(project.lang);
        let name = format!("{} {}: {title}", project.say("Hoja", "Sheet"), at + 1);
        // Where there is no gap the routes go on.
        let routes = project
            .maps()
            .find(|other| sheet.card.theme == GAPS && other.card.theme == ThemeName::Segments.name());
        let shown: Vec<&Sheet<'_>> = routes.into_iter().chain([sheet]).collect();
        layout(xml, project, &name, title, (&shown, Some(sheet)), None);
    }
    if let Some(each) = context::states(&project.sheets).filter(|_| !shown.is_empty()) {
        let title = each.style.title.pick(project.lang);
        let name =
            format!("{}: {title}", project.say("Atlas, una página por cada uno", "Atlas, a page each"));
        layout(xml, project, &name, &project.title(), (&shown, first(&shown)), Some(each));
    }
    xml.end();
}

/// Of several layers it is the one that they lie on that a page is about.
fn first<'a, 'b>(shown: &[&'a Sheet<'b>]) -> Option<&'a Sheet<'b>> {
    shown.iter().find(|s| s.style.geometry == "polygon").or(shown.first()).copied()
}

/// Dots an inch of the maps on a page: what an office printer shows, and a page of 1 MB.
const DPI: &str = "200";

/// A page, or one for each feature of a layer: of the layers that are shown, and the one that it is about.
fn layout(
    xml: &mut Xml,
    project: &Project<'_>,
    name: &str,
    title: &str,
    (shown, about): (&[&Sheet<'_>], Option<&Sheet<'_>>),
    each: Option<&Sheet<'_>>,
) {
    let mut layers = shown.to_vec();
    // Lines, points and the few zones that changed lie on the borders that give the context; without such, on the areas of
    // the overview.
    let areas = || project.maps().filter(|s| s.style.geometry == "polygon" && s.style.group != NEWS);
    let ground = areas();
    let ground = ground.max_by_key(|s| (s.style.group == "overview", s.card.layer.len()));
    let on_nothing = layers.iter().all(|s| s.style.geometry != "polygon" || s.style.group == NEWS);
    if on_nothing && project.backdrops.is_empty() {
        layers.extend(ground);
    }
    let page = Page { layout: name };
    xml.begin("Layout", &[("name", name), ("units", "mm"), ("printResolution", DPI), ("worldFileMap", "")]);
    xml.begin("PageCollection", &[]);
    page.item(xml, PAGE, "page", [0.0, 0.0, PAGE_MM.0, PAGE_MM.1], &[("background", "true")], |xml| {
        xml.begin(
            "symbol",
            &[("name", ""), ("type", "fill"), ("alpha", "1"), ("clip_to_extent", "1"), ("force_rhr", "0")],
        );
        xml.begin("layer", &[("class", "SimpleFill"), ("enabled", "1"), ("locked", "0"), ("pass", "0")]);
        xml.begin("Option", &[("type", "Map")]);
        for (name, value) in [("color", "255,255,255,255"), ("outline_style", "no"), ("style", "solid")] {
            xml.empty("Option", &[("name", name), ("type", "QString"), ("value", value)]);
        }
        (0..3).for_each(|_| xml.end());
    });
    xml.end();
    match each {
        None => page.label(xml, "title", TITLE_MM, title, (18, true), "#222222"),
        Some(each) => {
            let text = format!("[% {} %] · {}", quoted(&each.style.heading), qgis(title));
            page.label_template(xml, ("title", &text), TITLE_MM, (18, true), "#222222");
        }
    }
    let text = about.map(|s| s.card.description.pick(project.lang)).unwrap_or_default();
    page.label(xml, "text", TEXT_MM, text, (size_in(TEXT_MM, &TEXT_PT, text), false), "#444444");
    let view = fitted(widened(project.view_m, 0.03), MAP_MM);
    let shows = if each.is_some() { Shows::Feature } else { Shows::All };
    page.map(xml, "map", MAP_MM, view, &project.on(&layers), shows);
    // The ground too: a colour without a word says nothing.
    page.legend(xml, project, &layers);
    page.scale_bar(xml);
    page.picture(xml);
    let overview: Vec<&Sheet<'_>> = areas().min_by_key(|s| s.card.layer.len()).into_iter().collect();
    let view = fitted(widened(project.view_m, 0.08), OVERVIEW_MM);
    page.map(xml, "overview", OVERVIEW_MM, view, &project.plain(&overview), Shows::Overview("map"));
    let foot = foot(project, shown);
    page.label(xml, "foot", FOOT_MM, &foot, (size_in(FOOT_MM, &FOOT_PT, &foot), false), "#555555");
    match each {
        None => xml.empty("Atlas", &[("enabled", "0"), ("coverageLayer", ""), ("hideCoverage", "0")]),
        Some(each) => atlas(xml, project, each),
    }
    xml.end();
}

/// A field as an expression.
fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

/// A page for each feature of a layer, in the order of their names, called after their keys.
fn atlas(xml: &mut Xml, project: &Project<'_>, each: &Sheet<'_>) {
    let (name, key) = (quoted(&each.style.heading), quoted(each.card.layer.key()));
    let source = project.data_source(each);
    let file = format!("'{}_' || {key}", project.dataset.file_stem());
    let attributes = [
        ("enabled", "1"),
        ("coverageLayer", each.id.as_str()),
        ("coverageLayerName", each.style.title.pick(project.lang)),
        ("coverageLayerSource", source.as_str()),
        ("coverageLayerProvider", "ogr"),
        ("hideCoverage", "0"),
        ("pageNameExpression", name.as_str()),
        ("sortFeatures", "1"),
        ("sortKey", name.as_str()),
        ("sortAscending", "1"),
        ("filterFeatures", "0"),
        ("filenamePattern", file.as_str()),
    ];
    xml.empty("Atlas", &attributes);
}

/// Caveats, sources, dates.
fn foot(project: &Project<'_>, shown: &[&Sheet<'_>]) -> String {
    let caveats = project.caveats_of(shown);
    let mut lines = if caveats.is_empty() { Vec::new() } else { vec![caveats.join(" ")] };
    let mut sources: Vec<&str> = Vec::new();
    for source in shown.iter().flat_map(|s| &s.card.sources) {
        if !sources.contains(&source.as_str()) {
            sources.push(source);
        }
    }
    if !sources.is_empty() {
        lines.push(format!("{}: {}.", project.say("Fuentes", "Sources"), sources.join("; ")));
    }
    let licence = shown.first().map(|s| s.card.licence(project.dataset)).unwrap_or_default();
    let licence = match licence.is_empty() {
        true => String::new(),
        false => format!("{}: {licence}. ", project.say("Licencia", "Licence")),
    };
    lines.push(format!(
        "{}: {}. {licence}{}. Corredor {}",
        project.say("Publicado", "Published"),
        project.day,
        project.say("Proyección equivalente de Lambert", "Lambert's equal-area projection"),
        env!("CARGO_PKG_VERSION")
    ));
    lines.join("\n")
}

/// The largest of some sizes, points, in which a text fits into an item; the last where it fits in none.
fn size_in([_, _, width, height]: [f64; 4], sizes: &[u8], text: &str) -> u8 {
    let fits = |size: &&u8| {
        let size_mm = f64::from(**size) * POINT_MM;
        let in_line = (width / (LETTER * size_mm)).floor();
        let lines =
            text.lines().map(|line| (line.chars().count() as f64 / in_line).ceil().max(1.0)).sum::<f64>();
        lines * LINE * size_mm <= height
    };
    sizes.iter().find(fits).or(sizes.last()).copied().unwrap_or(4)
}

/// Bounds widened on one axis to the shape of an item.
fn fitted([west, south, east, north]: [f64; 4], [_, _, width, height]: [f64; 4]) -> [f64; 4] {
    let (x, y) = (west.midpoint(east), south.midpoint(north));
    let scale = ((east - west) / width).max((north - south) / height) / 2.0;
    [x - scale * width, y - scale * height, x + scale * width, y + scale * height]
}

/// The greatest of 1, 2, 5, 10, 20, 50 ... that is not greater.
pub(in crate::publish) fn round_down(value: f64) -> f64 {
    let power = 10_f64.powi(value.max(f64::MIN_POSITIVE).log10().floor() as i32);
    [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|round| *round <= value).unwrap_or(power)
}

impl Project<'_> {
    /// What a reader must bear in mind of some layers, all of it.
    fn caveats_of(&self, shown: &[&Sheet<'_>]) -> Vec<String> {
        let mut caveats = self.caveats(usize::from(self.dataset.invented));
        for text in shown.iter().flat_map(|s| &s.card.caveats).map(|c| c.pick(self.lang)) {
            if !text.is_empty() && !caveats.iter().any(|known| known == text) {
                caveats.push(text.to_owned());
            }
        }
        caveats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round() {
        for (value, round) in [(1.0, 1.0), (4.9, 2.0), (73.0, 50.0), (199.0, 100.0), (0.3, 0.2)] {
            assert_eq!(round_down(value), round);
        }
    }

    #[test]
    fn long_caveats_are_set_smaller() {
        let sizes =
            [10, 1_500, 2_500, 3_600, 9_000].map(|letters| size_in(FOOT_MM, &FOOT_PT, &"x".repeat(letters)));
        assert!(sizes.is_sorted_by(|a, b| a >= b) && sizes[0] == 7 && sizes[4] == 4, "{sizes:?}");
    }

    #[test]
    fn a_view_is_widened_and_not_cut() {
        let fit = fitted([0.0, 0.0, 100.0, 10.0], [0.0, 0.0, 200.0, 100.0]);
        assert_eq!(fit, [0.0, -20.0, 100.0, 30.0]);
    }
}
