//! The page: title, map, legend, scale, north, caveats, sources.

use super::RenderError;
use super::font::{Fonts, Weight};
use super::map::{self, Frame, circle};
use super::source::Source;
use super::svg::{Paint, Svg};
use crate::lang::Lang;
use crate::layer::Extent;
use crate::publish::project::round_down;
use crate::publish::style::{Renderer, Rgb, Symbol, Words, words_of};

/// A4 across, mm.
const WIDTH: f64 = 297.0;
const HEIGHT: f64 = 210.0;

/// Margin, mm.
const EDGE: f64 = 10.0;

/// Where the map ends at the right, mm.
const MAP_RIGHT: f64 = 218.0;

/// Where it begins and ends, mm.
const MAP_TOP: f64 = 31.0;
const MAP_BOTTOM: f64 = 180.0;

/// Where the legend begins, and how wide it is, mm.
const LEGEND_LEFT: f64 = 224.0;
const LEGEND_WIDTH: f64 = 63.0;

/// Height of a legend entry, mm.
const ENTRY: f64 = 6.4;

const DARK: Rgb = Rgb(0x22, 0x22, 0x22);
const MEDIUM: Rgb = Rgb(0x55, 0x55, 0x55);

/// Sizes of caveats and sources, mm, the largest first: a caveat is set smaller rather than cut.
const FOOT_SIZES: [f64; 5] = [2.8, 2.4, 2.1, 1.8, 1.5];

/// From line to line of them, in parts of their size.
const FOOT_LINE: f64 = 1.39;

/// Their height, mm.
const FOOT_HEIGHT: f64 = 23.5;

pub(super) fn page(source: &Source, lang: Lang) -> Result<String, RenderError> {
    let fonts = Fonts::new()?;
    let mut svg = Svg::new(&fonts);
    svg.rect([0.0, 0.0, WIDTH, HEIGHT], &Paint { fill: Some(Rgb(255, 255, 255)), ..Paint::default() });
    map::patterns(&mut svg);
    let title = source.facts.title.pick(lang);
    let invented = lang.pick("datos inventados", "invented data");
    let title = if source.invented { format!("{title} ({invented})") } else { title.to_owned() };
    let lines = fonts.wrapped(&title, 7.0, Weight::Bold, WIDTH - 2.0 * EDGE, 1);
    svg.text(&lines.join(" "), (EDGE, 15.0), 7.0, Weight::Bold, DARK);
    let description = source.facts.description.pick(lang);
    for (at, line) in
        fonts.wrapped(description, 3.4, Weight::Regular, WIDTH - 2.0 * EDGE, 2).iter().enumerate()
    {
        svg.text(line, (EDGE, 21.5 + 4.6 * at as f64), 3.4, Weight::Regular, MEDIUM);
    }
    let layers = [Some(&source.layer), source.ground.as_ref()].into_iter().flatten();
    let bounds = Extent::of(layers.map(|layer| &**layer.geometry())).map(Extent::unrolled);
    let place = [EDGE, MAP_TOP, MAP_RIGHT - EDGE, MAP_BOTTOM - MAP_TOP];
    let frame = Frame::new(bounds.unwrap_or([-180.0, -60.0, 180.0, 80.0]), place);
    map::draw(&mut svg, &frame, source)?;
    legend(&mut svg, source, lang);
    scale_bar(&mut svg, &frame);
    north(&mut svg);
    foot(&mut svg, source, lang);
    Ok(svg.finish(&title, WIDTH, HEIGHT))
}

fn legend(svg: &mut Svg<'_>, source: &Source, lang: Lang) {
    let look = &source.look;
    let (heading, entries): (String, Vec<(&Words, Symbol, bool)>) = match &look.renderer {
        Renderer::Single { label, symbol } => {
            (lang.pick("Leyenda", "Legend").to_owned(), vec![(label, *symbol, false)])
        }
        Renderer::Categorized { field, classes } | Renderer::Graduated { field, classes } => {
            let words = words_of(look.told(), field);
            let heading = words.map_or_else(|| field.clone(), |words| words.alias(lang));
            (heading, classes.iter().map(|class| (&class.label, class.symbol, false)).collect())
        }
    };
    let mut y = MAP_TOP + 3.5;
    for line in svg.fonts.wrapped(&heading, 3.8, Weight::Bold, LEGEND_WIDTH, 3) {
        svg.text(&line, (LEGEND_LEFT, y), 3.8, Weight::Bold, DARK);
        y += 5.0;
    }
    y += 1.0;
    let white = Symbol::Fill { colour: Rgb(255, 255, 255), pattern: None };
    let hatched = look.unsure.as_ref().map(|unsure| (&unsure.label, white, true));
    for (label, symbol, hatched) in entries.into_iter().chain(hatched) {
        let lines = svg.fonts.wrapped(label.pick(lang), 3.2, Weight::Regular, LEGEND_WIDTH - 11.0, 3);
        // Lines stand around the middle of the symbol; a third one needs room above it.
        let more = [0.0, 0.0, 2.0][lines.len().clamp(1, 3) - 1];
        let middle = y + 1.6 + more;
        let data = match symbol {
            Symbol::Fill { .. } => format!("M{LEGEND_LEFT:.2} {:.2}h8v4.2h-8Z", middle - 2.1),
            Symbol::Line { .. } => format!("M{:.2} {middle:.2}h6.4", LEGEND_LEFT + 0.8),
            Symbol::Marker { .. } => circle(LEGEND_LEFT + 4.0, middle, 1.2),
        };
        map::symbol(svg, &data, symbol, hatched);
        let first = middle + 1.1 - 2.0 * (lines.len() - 1) as f64;
        for (at, line) in lines.iter().enumerate() {
            svg.text(line, (LEGEND_LEFT + 11.0, first + 4.0 * at as f64), 3.2, Weight::Regular, DARK);
        }
        y += ENTRY + if lines.len() > 1 { 2.2 } else { 0.0 } + 2.0 * more;
    }
}

/// A bar of two segments of round length, on the map's lower left.
fn scale_bar(svg: &mut Svg<'_>, frame: &Frame) {
    let km_per_mm = frame.metres_per_mm / 1000.0;
    let segment_km = round_down(25.0 * km_per_mm);
    let length = segment_km / km_per_mm;
    let (x, y) = (EDGE + 5.0, MAP_BOTTOM - 5.0);
    let white = Rgb(255, 255, 255);
    svg.rect(
        [x - 2.0, y - 6.5, 2.0 * length + 16.0, 9.5],
        &Paint { fill: Some(white), stroke: None, more: " fill-opacity=\"0.75\"" },
    );
    for (at, fill) in [DARK, white].into_iter().enumerate() {
        let left = x + length * at as f64;
        svg.rect([left, y, length, 1.5], &Paint { fill: Some(fill), stroke: Some((DARK, 0.2)), more: "" });
    }
    for at in 0..3_u8 {
        let text = format!("{}{}", f64::from(at) * segment_km, if at == 2 { " km" } else { "" });
        let half = svg.fonts.width(&text, 3.0, Weight::Regular) / 2.0;
        let left = if at == 0 { x } else { x + length * f64::from(at) - half };
        svg.text(&text, (left, y - 1.5), 3.0, Weight::Regular, DARK);
    }
}

/// An arrow to the north of the map's middle, on its upper right.
fn north(svg: &mut Svg<'_>) {
    let (x, y) = (MAP_RIGHT - 8.0, MAP_TOP + 5.0);
    svg.path(
        &format!("M{x:.2} {y:.2}l3 9l-3 -2.2l-3 2.2Z"),
        &Paint {
            fill: Some(DARK),
            stroke: Some((Rgb(255, 255, 255), 0.3)),
            more: " stroke-linejoin=\"round\"",
        },
    );
    svg.name("N", (x, y + 11.5), 3.6, DARK, Rgb(255, 255, 255));
}

fn foot(svg: &mut Svg<'_>, source: &Source, lang: Lang) {
    let facts = &source.facts;
    let mut texts: Vec<String> = Vec::new();
    if source.invented {
        let invented = ("País inventado: ninguna cifra es real.", "Invented country: no figure is real.");
        texts.push(lang.pick(invented.0, invented.1).to_owned());
    }
    texts.extend(
        facts.caveats.iter().map(|words| words.pick(lang).to_owned()).filter(|text| !text.is_empty()),
    );
    let caveats = texts.join(" ");
    let sources = match facts.sources.is_empty() {
        true => String::new(),
        false => format!("{}: {}.", lang.pick("Fuentes", "Sources"), facts.sources.join("; ")),
    };
    let mut end = Vec::new();
    if !facts.date.is_empty() {
        end.push(format!("{}: {}.", lang.pick("Fecha de los datos", "Date of the data"), facts.date));
    }
    if !facts.licence.is_empty() {
        end.push(format!("{}: {}.", lang.pick("Licencia", "Licence"), facts.licence));
    }
    end.push(format!(
        "{}: {}. Corredor {}",
        lang.pick("Publicado", "Published"),
        source.day,
        source.corredor
    ));
    let width = WIDTH - 2.0 * EDGE;
    let parts = [caveats, sources, end.join(" ")];
    let lines_of = |size: f64| -> Vec<String> {
        let wrapped = |text: &String| svg.fonts.wrapped(text, size, Weight::Regular, width, usize::MAX);
        parts.iter().filter(|text| !text.is_empty()).flat_map(wrapped).collect()
    };
    let fits = |size: &f64| lines_of(*size).len() as f64 * FOOT_LINE * size <= FOOT_HEIGHT;
    let size = FOOT_SIZES.into_iter().find(fits).unwrap_or(FOOT_SIZES[FOOT_SIZES.len() - 1]);
    for (at, line) in lines_of(size).iter().enumerate() {
        let down = FOOT_LINE * size * at as f64;
        svg.text(line, (EDGE, MAP_BOTTOM + 5.0 + down), size, Weight::Regular, MEDIUM);
    }
}
