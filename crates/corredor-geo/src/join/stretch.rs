//! A part of a line inside one zone.

use crate::geodesy::{distance_km, interpolate};
use crate::view::LineView;

/// A place on a line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// The segment, counted from 0; segment `s` joins the vertices `s` and `s + 1` of the line.
    pub segment: u32,
    /// The share of the segment passed, 0 to 1, straight in longitude and latitude.
    pub t: f64,
}

/// The part of a line inside one zone, or between zones.
///
/// It holds no coordinates: [`geometry`](Self::geometry) takes them from the line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    /// Number of the line.
    pub line: u32,
    /// Number of the zone; `None` outside all zones.
    pub zone: Option<u32>,
    /// Where the stretch begins, kilometres from the start of the line.
    pub from_km: f64,
    /// Where it ends, kilometres from the start of the line.
    pub to_km: f64,
    /// Where it begins on the line.
    pub from: Place,
    /// Where it ends on the line.
    pub to: Place,
}

impl Stretch {
    /// Kilometres along the line by its measure: these add up to the line's geodesic
    /// length, and are the ones to count exposure with.
    pub fn km(&self) -> f64 {
        self.to_km - self.from_km
    }

    /// Longitude and latitude of the vertices of the stretch, cut points included and
    /// repeated ones left out; `lines` are those that were cut.
    ///
    /// # Panics
    /// When `lines` has no such line, as indexing does; segments that the line does not
    /// have are left out.
    pub fn geometry<'a>(&self, lines: &LineView<'a>) -> impl Iterator<Item = (f64, f64)> + use<'a> {
        let (lon, lat) = lines.line(self.line as usize);
        let (from, to) = (self.from, self.to);
        let place = move |at: Place| {
            let i = at.segment as usize;
            let (a, b) = ((*lon.get(i)?, *lat.get(i)?), (*lon.get(i + 1)?, *lat.get(i + 1)?));
            Some(interpolate(a, b, at.t))
        };
        let between = from.segment as usize + 1..(to.segment as usize + 1).min(lon.len());
        let vertices = between.map(move |i| (lon[i], lat[i]));
        let mut last = None;
        place(from)
            .into_iter()
            .chain(vertices)
            .chain(place(to))
            .filter(move |&vertex| last.replace(vertex) != Some(vertex))
    }

    /// Geodesic kilometres along the stretch's own vertices, as another tool measures the
    /// published geometry. Longer than [`km`](Self::km) by what cut points add on long
    /// segments: 0.02 m on a segment of 50 km (`docs/decisions/0001`). `lines` are those
    /// that were cut; panics as [`geometry`](Self::geometry).
    pub fn geometry_km(&self, lines: &LineView) -> f64 {
        let mut last: Option<(f64, f64)> = None;
        let step = |vertex: (f64, f64)| {
            let before = last.replace(vertex);
            before.map_or(0.0, |before| distance_km(before.0, before.1, vertex.0, vertex.1))
        };
        self.geometry(lines).map(step).sum()
    }
}

/// The geometries of stretches as lines of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StretchLines {
    lon: Vec<f64>,
    lat: Vec<f64>,
    offsets: Vec<i32>,
}

impl StretchLines {
    /// Draws stretches, one line each, from the lines that were cut; `None` when they have
    /// more vertices than offsets can count (2^31).
    ///
    /// # Panics
    /// As [`Stretch::geometry`].
    pub fn draw(stretches: &[Stretch], lines: &LineView) -> Option<Self> {
        let mut drawn = Self { offsets: vec![0], ..Self::default() };
        for stretch in stretches {
            for (lon, lat) in stretch.geometry(lines) {
                drawn.lon.push(lon);
                drawn.lat.push(lat);
            }
            drawn.offsets.push(i32::try_from(drawn.lon.len()).ok()?);
        }
        Some(drawn)
    }

    /// The lines, one per stretch, in their order.
    pub fn view(&self) -> LineView<'_> {
        LineView { lon: &self.lon, lat: &self.lat, lines: &self.offsets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometry_is_cut_and_repeats_nothing() {
        let lines = LineView {
            lon: &[9.0, 0.0, 1.0, 1.0, 1.0, 2.0],
            lat: &[9.0, 0.0, 0.0, 0.0, 1.0, 1.0],
            lines: &[0, 1, 6],
        };
        let stretch = |from: (u32, f64), to: (u32, f64)| {
            let place = |(segment, t)| Place { segment, t };
            Stretch { line: 1, from: place(from), to: place(to), ..Stretch::default() }
        };
        let drawn = |s: &Stretch| s.geometry(&lines).collect::<Vec<_>>();
        let part = stretch((0, 0.5), (3, 0.25));
        assert_eq!(drawn(&part), [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (1.25, 1.0)]);
        assert_eq!(drawn(&stretch((2, 0.0), (2, 1.0))), [(1.0, 0.0), (1.0, 1.0)]);
        assert_eq!(drawn(&stretch((0, 0.25), (0, 0.75))), [(0.25, 0.0), (0.75, 0.0)]);
        assert_eq!(drawn(&stretch((7, 0.0), (9, 1.0))), [], "no such segment");
        let km = distance_km(0.5, 0.0, 1.0, 0.0)
            + distance_km(1.0, 0.0, 1.0, 1.0)
            + distance_km(1.0, 1.0, 1.25, 1.0);
        assert_eq!(part.geometry_km(&lines), km);
        let lines = StretchLines::draw(&[part, stretch((0, 0.0), (0, 1.0))], &lines).unwrap();
        assert_eq!(lines.view().line(1), (&[0.0, 1.0][..], &[0.0, 0.0][..]));
        assert_eq!(lines.view().len(), 2);
    }
}
