//! Snap rounding: polygons cut and joined on the grid of the last decimal itself.
//!
//! A repair in floating point makes vertices off the grid; rounding them moves the edges, which may cross anew,
//! without end. An overlay of whole numbers makes no vertex off the grid, so what it settles stays settled.

use i_overlay::core::fill_rule::FillRule::{EvenOdd, NonZero};
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::simplify::Simplify;
use i_overlay::i_float::int::point::IntPoint;

use super::fixed::{Position, degrees};
use super::rounded::Rounded;

/// Farthest from the middle that the overlay's 32-bit arithmetic is meant for, units: 107 degrees.
const FAR: i64 = 1 << 30;

/// The area that a reader would colour: each ring by the even-odd rule, shells together, holes taken out.
pub(super) fn rounded(polygons: &Rounded) -> Result<Rounded, String> {
    let axis = |axis: usize| {
        let values = || polygons.positions.iter().map(|position| i64::from(position[axis]));
        (values().min().unwrap_or(0), values().max().unwrap_or(0))
    };
    let ((west, east), (south, north)) = (axis(0), axis(1));
    if east - west > 2 * FAR || north - south > 2 * FAR {
        return Err("too wide to be settled on the decimal grid".to_owned());
    }
    let middle = [west.midpoint(east), south.midpoint(north)];
    let local = |&[x, y]: &Position| {
        // Within `FAR` of the middle, so within 32 bits.
        IntPoint::new((i64::from(x) - middle[0]) as i32, (i64::from(y) - middle[1]) as i32)
    };
    // Vertices on an edge stay: as binary numbers they may lie beside it.
    let options = IntOverlayOptions {
        preserve_input_collinear: true,
        preserve_output_collinear: true,
        ..IntOverlayOptions::ogc()
    };
    let mut overlay = Overlay::new_custom(polygons.positions.len(), options, Default::default());
    for rings in polygons.polygons() {
        for (at, ring) in rings.enumerate() {
            let contour: Vec<IntPoint> = ring[1..].iter().map(local).collect();
            let kind = if at == 0 { ShapeType::Subject } else { ShapeType::Clip };
            overlay.add_shapes(&contour[..].simplify(EvenOdd, options), kind);
        }
    }
    let mut settled = polygons.emptied();
    for shape in overlay.overlay(OverlayRule::Difference, NonZero) {
        for (at, contour) in shape.iter().enumerate() {
            let place = |c: i32, axis: usize| degrees((i64::from(c) + middle[axis]) as i32);
            let (lon, lat): (Vec<f64>, Vec<f64>) =
                contour.iter().map(|point| (place(point.x, 0), place(point.y, 1))).unzip();
            let kept = settled
                .push_ring(&lon, &lat, at == 0)
                .map_err(|_| "snap rounding left the globe".to_owned())?;
            if !kept && at == 0 {
                settled.dropped_rings += shape.len() - 1;
                break;
            }
        }
        settled.end_polygon();
    }
    Ok(settled)
}
