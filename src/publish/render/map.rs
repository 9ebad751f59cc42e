//! The map itself: features projected, fitted to a frame, drawn by class.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::RenderError;
use super::source::{Look, Source};
use super::svg::{Paint, Svg};
use crate::geodesy::MapPlane;
use crate::layer::{Geometry, Layer};
use crate::publish::style::{COLOURS, Class, Label, Numbered, Pattern, Renderer, Rgb, Symbol, Value};

/// Positions nearer than this to the one before are not drawn, mm: a fifth of a dot of print.
const FINEST_MM: f64 = 0.03;

/// Size of names, mm.
const NAME_MM: f64 = 2.1;

/// Radius of points, mm.
const POINT_MM: f64 = 1.0;

/// The borders of zones, mm.
const BORDER_MM: f64 = 0.08;

/// A plane fitted to a frame on the page.
pub(super) struct Frame {
    plane: MapPlane,
    /// Left, top, width, height, mm.
    pub place: [f64; 4],
    middle_m: (f64, f64),
    /// Metres of the plane to a millimetre of the page.
    pub metres_per_mm: f64,
}

impl Frame {
    /// Fits bounds in degrees into a frame, with a margin.
    pub fn new(bounds: [f64; 4], place: [f64; 4]) -> Self {
        let plane = MapPlane::about(bounds[0].midpoint(bounds[2]), bounds[1].midpoint(bounds[3]));
        let [west, south, east, north] = plane.bounds_m(bounds);
        let fit = ((east - west) / place[2]).max((north - south) / place[3]);
        Self {
            plane,
            place,
            middle_m: (west.midpoint(east), south.midpoint(north)),
            // A lone point still needs a scale: a kilometre to the millimetre.
            metres_per_mm: if fit > 0.0 { fit * 1.06 } else { 1000.0 },
        }
    }

    /// A place on the page, mm.
    fn put(&self, lon: f64, lat: f64) -> (f64, f64) {
        let (east, north) = self.plane.metres(lon, lat);
        let [left, top, width, height] = self.place;
        let x = left + width / 2.0 + (east - self.middle_m.0) / self.metres_per_mm;
        let y = top + height / 2.0 - (north - self.middle_m.1) / self.metres_per_mm;
        (x, y)
    }

    /// A way as path data, without positions that no eye sees.
    fn way(&self, data: &mut String, lon: &[f64], lat: &[f64], closed: bool) {
        let mut last: Option<(f64, f64)> = None;
        let end = lon.len().saturating_sub(1);
        for (at, (&lon, &lat)) in lon.iter().zip(lat).enumerate() {
            let (x, y) = self.put(lon, lat);
            let near = last.is_some_and(|(a, b)| (x - a).hypot(y - b) < FINEST_MM);
            // The end of a line stays; that of a ring is its beginning.
            if near && (closed || at < end) {
                continue;
            }
            // Writing to a string cannot fail.
            let _ = write!(data, "{}{x:.2} {y:.2}", if last.is_none() { 'M' } else { 'L' });
            last = Some((x, y));
        }
        if closed {
            data.push('Z');
        }
    }
}

/// Draws the layer, and the zones below it, and names.
pub(super) fn draw(svg: &mut Svg<'_>, frame: &Frame, source: &Source) -> Result<(), RenderError> {
    let [x, y, width, height] = frame.place;
    let ground = Paint { fill: Some(COLOURS.colour("ground")), ..Paint::default() };
    svg.rect(frame.place, &ground);
    svg.raw(&format!(
        "<clipPath id=\"map\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>"
    ));
    svg.raw("<g clip-path=\"url(#map)\">");
    if let Some(zones) = &source.ground {
        let paint = Paint {
            fill: Some(COLOURS.colour("water")),
            stroke: Some((COLOURS.colour("border"), BORDER_MM)),
            more: " stroke-opacity=\"0.6\"",
        };
        (0..zones.len()).for_each(|row| svg.path(&shape(frame, zones, row), &paint));
    }
    let classes = classes_of(&source.layer, &source.look)?;
    let unsure = unsure(&source.layer, &source.look);
    // The lowest classes first, so that what matters most lies on top.
    let mut rows: Vec<usize> = (0..source.layer.len()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(classes[*row].0));
    let shapes: Vec<(usize, String)> =
        rows.into_iter().map(|row| (row, shape(frame, &source.layer, row))).collect();
    // All casings below all colours: those of short lines would else cover the ends of the next.
    for (row, data) in &shapes {
        casing(svg, data, classes[*row].2);
    }
    for (row, data) in &shapes {
        let hatched = unsure[*row] && classes[*row].1 != Some(Value::Missing);
        inner(svg, data, classes[*row].2, hatched);
    }
    if let Some(label) = &source.look.label {
        names(svg, frame, &source.layer, label);
    }
    svg.raw("</g>");
    let rim = Rgb(0xB0, 0xB0, 0xB0);
    svg.rect(frame.place, &Paint { stroke: Some((rim, 0.2)), ..Paint::default() });
    Ok(())
}

/// Draws one shape as a class is drawn, for legends.
pub(super) fn symbol(svg: &mut Svg<'_>, data: &str, symbol: Symbol, hatched: bool) {
    casing(svg, data, symbol);
    inner(svg, data, symbol, hatched);
}

/// The wider line below a line.
fn casing(svg: &mut Svg<'_>, data: &str, symbol: Symbol) {
    if let Symbol::Line { width_mm, casing, .. } = symbol {
        stroke(svg, data, casing, width_mm + COLOURS.lines.casing_mm);
    }
}

fn stroke(svg: &mut Svg<'_>, data: &str, colour: Rgb, width: f64) {
    let more = " stroke-linecap=\"round\" stroke-linejoin=\"round\"";
    svg.path(data, &Paint { fill: None, stroke: Some((colour, width)), more });
}

/// A shape without its casing.
fn inner(svg: &mut Svg<'_>, data: &str, symbol: Symbol, hatched: bool) {
    match symbol {
        Symbol::Fill { colour, pattern } => {
            let border = Some((COLOURS.colour("border"), BORDER_MM));
            svg.path(data, &Paint { fill: Some(colour), stroke: border, more: " fill-rule=\"evenodd\"" });
            for pattern in pattern.into_iter().chain(hatched.then_some(Pattern::Rising)) {
                lines(svg, data, pattern);
            }
        }
        Symbol::Line { colour, width_mm, .. } => stroke(svg, data, colour, width_mm),
        Symbol::Marker { colour } => {
            let rim = Some((COLOURS.colour("halo"), 0.2));
            svg.path(data, &Paint { fill: Some(colour), stroke: rim, more: "" });
        }
    }
}

/// Thin lines across a shape.
fn lines(svg: &mut Svg<'_>, data: &str, pattern: Pattern) {
    if data.is_empty() {
        return;
    }
    let name = pattern_name(pattern);
    svg.raw(&format!("<path d=\"{data}\" fill=\"url(#{name})\" fill-rule=\"evenodd\"/>"));
}

fn pattern_name(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Level => "level",
        Pattern::Falling => "falling",
        Pattern::Rising => "rising",
    }
}

/// The patterns, which stand once in a page.
pub(super) fn patterns(svg: &mut Svg<'_>) {
    let colour = COLOURS.colour("hatch").hex();
    svg.raw("<defs>");
    for (pattern, side, width) in
        [(Pattern::Level, 1.2, 0.12), (Pattern::Falling, 1.2, 0.12), (Pattern::Rising, 1.8, 0.25)]
    {
        let name = pattern_name(pattern);
        // Angles of SVG run clockwise.
        let angle = -pattern.angle_deg();
        svg.raw(&format!(
            "<pattern id=\"{name}\" width=\"{side}\" height=\"{side}\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate({angle})\"><path d=\"M0 {}H{side}\" stroke=\"{colour}\" \
             stroke-width=\"{width}\" stroke-opacity=\"0.8\"/></pattern>",
            side / 2.0
        ));
    }
    svg.raw("</defs>");
}

/// A feature as path data.
fn shape(frame: &Frame, layer: &Layer, row: usize) -> String {
    let mut data = String::new();
    match &**layer.geometry() {
        Geometry::None => {}
        Geometry::Points(_) => {
            if let Some(points) = layer.geometry().points() {
                let (x, y) = frame.put(points.lon[row], points.lat[row]);
                data = circle(x, y, POINT_MM);
            }
        }
        Geometry::Lines(_) => {
            if let Some(lines) = layer.geometry().lines() {
                let (lon, lat) = lines.line(row);
                frame.way(&mut data, lon, lat, false);
            }
        }
        Geometry::Zones(_) => {
            if let Some(zones) = layer.geometry().zones() {
                zones.rings_of(row).for_each(|ring| frame.way(&mut data, ring.lon, ring.lat, true));
            }
        }
    }
    data
}

/// A circle as path data.
pub(super) fn circle(x: f64, y: f64, r: f64) -> String {
    if !(x.is_finite() && y.is_finite()) {
        return String::new();
    }
    format!("M{:.2} {y:.2}a{r} {r} 0 1 0 {:.2} 0a{r} {r} 0 1 0 -{:.2} 0Z", x - r, 2.0 * r, 2.0 * r)
}

/// Rank of each feature's class from the top, what it stands for, and its symbol.
type Drawn = (usize, Option<Value>, Symbol);

fn classes_of(layer: &Layer, look: &Look) -> Result<Vec<Drawn>, RenderError> {
    let broken = |error: crate::layer::LayerError| RenderError::Draw { reason: error.to_string() };
    let find = |classes: &[Class], holds: &dyn Fn(&Value) -> bool| -> Drawn {
        let at = classes.iter().position(|class| holds(&class.value));
        let at = at.or_else(|| classes.iter().position(|class| class.value == Value::Missing));
        let class = at.and_then(|at| classes.get(at)).or(classes.last());
        class.map_or((usize::MAX, None, Symbol::Marker { colour: COLOURS.colour("missing") }), |class| {
            (at.unwrap_or(usize::MAX), Some(class.value.clone()), class.symbol)
        })
    };
    Ok(match &look.renderer {
        Renderer::Single { symbol, .. } => vec![(0, None, *symbol); layer.len()],
        Renderer::Categorized { field, classes } => {
            // A field that is null in every feature is not there.
            let values =
                if layer.has(field) { layer.texts(field).map_err(broken)? } else { vec![None; layer.len()] };
            let is = |text: &Option<String>, value: &Value| match (text, value) {
                (Some(text), Value::Is(is)) => text == is,
                (None, value) => *value == Value::Missing,
                _ => false,
            };
            values.iter().map(|text| find(classes, &|value| is(text, value))).collect()
        }
        Renderer::Graduated { field, classes } => {
            let values = if layer.has(field) {
                layer.numbers(field).map_err(broken)?
            } else {
                vec![None; layer.len()]
            };
            let holds = |number: Option<f64>, value: &Value| match (number, value) {
                (Some(number), Value::Range(low, high)) => *low <= number && number <= *high,
                (None, value) => *value == Value::Missing,
                _ => false,
            };
            values.iter().map(|number| find(classes, &|value| holds(*number, value))).collect()
        }
    })
}

/// Whose class is not sure.
fn unsure(layer: &Layer, look: &Look) -> Vec<bool> {
    let Some(rule) = look.unsure.as_ref().filter(|rule| layer.has(&rule.field)) else {
        return vec![false; layer.len()];
    };
    let is = |value: f64| {
        rule.below.is_some_and(|below| value < below) || rule.at_least.is_some_and(|least| value >= least)
    };
    let values = layer.numbers(&rule.field).unwrap_or_else(|_| vec![None; layer.len()]);
    values.into_iter().map(|value| value.is_some_and(is)).collect()
}

/// Names beside features where the scale lets them be read: of those that are numbered the first first, of others the
/// large ones; none upon another.
fn names(svg: &mut Svg<'_>, frame: &Frame, layer: &Layer, label: &Label) {
    let shown = |scale: u32| frame.metres_per_mm * 1000.0 <= f64::from(scale);
    let ranks = match &label.numbered {
        Some(first) if shown(first.scale) => first_of(layer, first),
        _ => BTreeMap::new(),
    };
    if ranks.is_empty() && !shown(label.scale) {
        return;
    }
    let Ok(texts) = layer.texts(&label.field) else { return };
    let numbers = layer.numbers(&label.field).ok();
    let text = |row: usize| -> Option<String> {
        match (label.decimals, &numbers) {
            (Some(decimals), Some(numbers)) => {
                let decimals = usize::from(decimals);
                numbers[row].map(|number| format!("{number:.decimals$}{}", label.unit))
            }
            _ => texts[row].as_ref().map(|text| format!("{text}{}", label.unit)),
        }
    };
    // By rank, then by size, ties by row: the same in every run.
    let mut places: BTreeMap<(u64, std::cmp::Reverse<u64>, usize), (f64, f64)> = BTreeMap::new();
    for row in 0..layer.len() {
        let rank = ranks.get(&row).copied();
        if (rank.is_some() || shown(label.scale))
            && let Some((place, size)) = middle(frame, layer, row)
        {
            places.insert((rank.unwrap_or(u64::MAX), std::cmp::Reverse(size.to_bits()), row), place);
        }
    }
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for ((rank, _, row), (x, y)) in places {
        let Some(text) = text(row) else { continue };
        let is_numbered = rank != u64::MAX;
        let named = if is_numbered { format!("{rank}. {text}") } else { text };
        // A number that finds room for its name nowhere stands alone, where it must: none of the first is left out.
        let short = is_numbered.then(|| rank.to_string());
        let fits = |text: &String| {
            let half = svg.fonts.width(text, NAME_MM, super::font::Weight::Regular) / 2.0 + 0.3;
            let (beside, above) = (half + 1.2, NAME_MM * 1.2);
            let moves = [(0.0, 0.0), (beside, 0.0), (-beside, 0.0), (0.0, -above), (0.0, above)];
            let moves = &moves[..if is_numbered { moves.len() } else { 1 }];
            moves.iter().find_map(|(dx, dy)| {
                let (x, y) = (x + dx, y + dy);
                let own = [x - half, y - NAME_MM * 0.7, x + half, y + NAME_MM * 0.7];
                let clear = |other: &[f64; 4]| {
                    own[2] <= other[0] || other[2] <= own[0] || own[3] <= other[1] || other[3] <= own[1]
                };
                taken.iter().all(clear).then(|| (text.clone(), x, y, own))
            })
        };
        let fitting =
            fits(&named).or_else(|| fits(short.as_ref()?)).or_else(|| Some((short?, x, y, [x, y, x, y])));
        if let Some((text, x, y, own)) = fitting {
            taken.push(own);
            svg.name(&text, (x, y), NAME_MM, Rgb(40, 40, 40), COLOURS.colour("halo"));
        }
    }
}

/// The rows that come first, with their ranks.
fn first_of(layer: &Layer, first: &Numbered) -> BTreeMap<usize, u64> {
    let ranks = layer.numbers(&first.field).unwrap_or_default();
    let first = |rank: &f64| *rank <= f64::from(first.last);
    ranks.into_iter().enumerate().filter_map(|(row, rank)| Some((row, rank.filter(first)? as u64))).collect()
}

/// Where a name stands on the page, and how large the feature is there.
fn middle(frame: &Frame, layer: &Layer, row: usize) -> Option<((f64, f64), f64)> {
    let geometry = layer.geometry();
    if let Some(points) = geometry.points() {
        let (x, y) = frame.put(points.lon[row], points.lat[row]);
        return Some(((x, y - 2.2), 0.0));
    }
    if let Some(lines) = geometry.lines() {
        let (lon, lat) = lines.line(row);
        let at = lon.len() / 2;
        return (!lon.is_empty()).then(|| (frame.put(lon[at], lat[at]), lon.len() as f64));
    }
    // The centre of mass of the largest ring.
    let zones = geometry.zones()?;
    let centre = |lon: &[f64], lat: &[f64]| {
        let ring: Vec<(f64, f64)> = lon.iter().zip(lat).map(|(&lon, &lat)| frame.put(lon, lat)).collect();
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        for pair in ring.windows(2) {
            let cross = pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1;
            area += cross / 2.0;
            x += (pair[0].0 + pair[1].0) * cross / 6.0;
            y += (pair[0].1 + pair[1].1) * cross / 6.0;
        }
        (area != 0.0).then(|| ((x / area, y / area), area.abs()))
    };
    zones
        .rings_of(row)
        .filter(|ring| ring.exterior)
        .filter_map(|ring| centre(ring.lon, ring.lat))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}
