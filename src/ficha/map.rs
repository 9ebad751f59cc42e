//! Maps as SVG, drawn from the layer.

use std::fmt::Write as _;

use super::FichaError;
use super::composite::Composite;
use super::page::escape;
use super::sheet::MapShape;
use crate::layer::{Extent, Layer};
use crate::publish::style::class_colour;

/// Vertices nearer than this to the last one drawn, in units of the picture, are left out.
const STEP: f64 = 0.35;

/// Islands smaller than this, in square units of the picture, are left out unless they are the first ring.
const SPECK: f64 = 0.25;

/// Shapes of the zones whose key is kept.
pub(super) fn shapes(
    composite: &Composite<'_>,
    keep: &dyn Fn(&str) -> bool,
    chosen: &str,
) -> Result<Vec<MapShape>, FichaError> {
    let layer = &composite.layer;
    let classes = composite.classes()?;
    let names = if layer.has("name") { layer.texts("name")? } else { vec![None; layer.len()] };
    let keys = layer.keys();
    let rows: Vec<usize> = (0..keys.len()).filter(|&row| keep(keys[row])).collect();
    shaped(layer, &rows, &|row| {
        let name = names[row].clone().unwrap_or_else(|| keys[row].to_owned());
        (name, classes[row], keys[row] == chosen)
    })
}

/// Shapes of all zones of a layer without classes.
pub(super) fn outlines(
    layer: &Layer,
    chosen: usize,
    name: &dyn Fn(usize) -> String,
) -> Result<Vec<MapShape>, FichaError> {
    let rows: Vec<usize> = (0..layer.len()).collect();
    shaped(layer, &rows, &|row| (name(row), None, row == chosen))
}

/// Shapes of some rows, each with its name, its class and whether it is the chosen one; on one side of the date line.
fn shaped(
    layer: &Layer,
    rows: &[usize],
    told: &dyn Fn(usize) -> (String, Option<usize>, bool),
) -> Result<Vec<MapShape>, FichaError> {
    let view = layer.zones()?;
    let rings = rows.iter().flat_map(|&row| view.rings_of(row)).map(|ring| (ring.lon, ring.lat));
    let extent = Extent::of_parts(rings);
    let unrolled = |lon: f64| lon + extent.map_or(0.0, |extent| extent.turn_deg(lon));
    let shape = |&row: &usize| {
        let (name, class, chosen) = told(row);
        let rings = view.rings_of(row);
        MapShape {
            name,
            class,
            chosen,
            rings: rings
                .map(|ring| ring.lon.iter().map(|&lon| unrolled(lon)).zip(ring.lat.iter().copied()).collect())
                .collect(),
        }
    };
    Ok(rows.iter().map(shape).collect())
}

/// Longitude and latitude to a picture, east-west shrunk as at the middle latitude.
struct Frame {
    west: f64,
    north: f64,
    shrink: f64,
    unit: f64,
    width: f64,
    height: f64,
}

impl Frame {
    fn new(shapes: &[MapShape], width: f64, most: f64) -> Option<Self> {
        let points = || shapes.iter().flat_map(|shape| shape.rings.iter().flatten());
        let (&first, _) = (points().next()?, ());
        let ends = points().fold([first.0, first.1, first.0, first.1], |[w, s, e, n], &(x, y)| {
            [w.min(x), s.min(y), e.max(x), n.max(y)]
        });
        let [west, south, east, north] = ends;
        let shrink = ((south + north) / 2.0).to_radians().cos();
        let (across, down) = (((east - west) * shrink).max(1e-9), (north - south).max(1e-9));
        let unit = (width / across).min(most / down);
        Some(Self { west, north, shrink, unit, width: across * unit, height: down * unit })
    }

    fn place(&self, (lon, lat): (f64, f64)) -> (f64, f64) {
        ((lon - self.west) * self.shrink * self.unit, (self.north - lat) * self.unit)
    }

    /// The path of a shape.
    fn path(&self, shape: &MapShape) -> String {
        let mut path = String::new();
        for (at, ring) in shape.rings.iter().enumerate() {
            let mut drawn: Vec<(f64, f64)> = Vec::new();
            for point in ring.iter().map(|&point| self.place(point)) {
                let near = |&(x, y): &(f64, f64)| (x - point.0).hypot(y - point.1) < STEP;
                if !drawn.last().is_some_and(near) {
                    drawn.push(point);
                }
            }
            if drawn.len() < 3 || (at > 0 && area(&drawn) < SPECK) {
                continue;
            }
            for (n, (x, y)) in drawn.iter().enumerate() {
                // Writing to a text does not fail.
                let _ = write!(path, "{}{x:.1} {y:.1}", if n == 0 { "M" } else { "L" });
            }
            path.push('Z');
        }
        path
    }
}

/// Area of a ring.
fn area(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs() / 2.0
}

/// A map of shapes coloured by class; the chosen one outlined. `width` and `most` bound the picture.
pub(super) fn svg(shapes: &[MapShape], names: &[String], (width, most): (f64, f64), label: &str) -> String {
    let Some(frame) = Frame::new(shapes, width, most) else { return String::new() };
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"-2 -2 {:.1} {:.1}\" role=\"img\" aria-label=\"{}\">",
        frame.width + 4.0,
        frame.height + 4.0,
        escape(label)
    );
    let outlined = |shape: &&MapShape| shape.chosen;
    for shape in shapes {
        let _ = write!(
            svg,
            "<path d=\"{}\" fill=\"{}\"><title>{}</title></path>",
            frame.path(shape),
            class_colour(shape.class, names),
            escape(&shape.name)
        );
    }
    for shape in shapes.iter().filter(outlined) {
        let _ = write!(svg, "<path class=\"chosen\" d=\"{}\"/>", frame.path(shape));
    }
    svg + "</svg>"
}

/// A small map of where the chosen shape lies among the others.
pub(super) fn inset(shapes: &[MapShape], (width, most): (f64, f64), label: &str) -> String {
    let Some(frame) = Frame::new(shapes, width, most) else { return String::new() };
    let mut svg = format!(
        "<svg class=\"inset\" viewBox=\"-1 -1 {:.1} {:.1}\" role=\"img\" aria-label=\"{}\">",
        frame.width + 2.0,
        frame.height + 2.0,
        escape(label)
    );
    for shape in shapes {
        let class = if shape.chosen { " class=\"here\"" } else { "" };
        let _ = write!(svg, "<path{class} d=\"{}\"/>", frame.path(shape));
    }
    svg + "</svg>"
}
