//! The box around layers, which may lie on both sides of the date line.

use super::Geometry;

/// A full turn, degrees.
const TURN_DEG: f64 = 360.0;

/// The narrowest box of longitudes and latitudes around some layers, degrees.
///
/// Layers that span more than half of the Earth's longitudes, and leave more than half of them free in between, lie
/// on both sides of the date line: their box begins in the west and ends beyond 180.
///
/// ```
/// use corredor::layer::{Extent, points};
///
/// let fiji = points(vec![178.0, -178.0], vec![-18.0, -17.0])?;
/// let extent = Extent::of([&fiji]).ok_or("no places")?;
/// assert_eq!(extent.bbox(), [178.0, -18.0, -178.0, -17.0]);
/// assert_eq!(extent.unrolled(), [178.0, -18.0, 182.0, -17.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// West, south, east, north; east is west of 540 and may lie beyond 180.
    sides: [f64; 4],
}

impl Extent {
    /// The extent of some geometries; none where they have no place.
    ///
    /// O(n) in the positions, and O(p log p) in the parts of layers that are wider than half of the Earth.
    pub fn of<'a>(geometries: impl IntoIterator<Item = &'a Geometry>) -> Option<Self> {
        let geometries: Vec<&Geometry> = geometries.into_iter().collect();
        let all = geometries
            .iter()
            .filter_map(|geometry| geometry.bounds())
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
        Some(Self::of_spans(all, || geometries.iter().flat_map(|geometry| spans(geometry)).collect()))
    }

    /// Whether parts between these sides could be nearer to each other across the date line.
    pub(crate) fn may_be_over_date_line([west, _, east, _]: [f64; 4]) -> bool {
        east - west > TURN_DEG / 2.0
    }

    /// The extent of parts that lie between some sides, each by the longitudes that it spans; they are asked for where the
    /// box [may lie over the date line](Self::may_be_over_date_line).
    pub(crate) fn of_spans(sides: [f64; 4], spans: impl FnOnce() -> Vec<(f64, f64)>) -> Self {
        let [west, south, east, north] = sides;
        let (west, east) = around((west, east), spans);
        Self { sides: [west, south, east, north] }
    }

    /// The extent of rings or lines, each by its longitudes and latitudes; none where they have no place.
    pub(crate) fn of_parts<'a>(parts: impl Iterator<Item = (&'a [f64], &'a [f64])>) -> Option<Self> {
        let (lon, lat): (Vec<_>, Vec<_>) = parts.map(|(lon, lat)| (span(lon), span(lat))).unzip();
        let widest = |spans: &[(f64, f64)]| {
            spans
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), s| (low.min(s.0), high.max(s.1)))
        };
        let ((west, east), (south, north)) = (widest(&lon), widest(&lat));
        let (west, east) = (west <= east).then(|| around((west, east), || lon))?;
        Some(Self { sides: [west, south, east, north] })
    }

    /// `[west, south, east, north]` as RFC 7946, 5.2, has it: west is greater than east where the box lies on both sides
    /// of the date line.
    pub fn bbox(self) -> [f64; 4] {
        let [west, south, east, north] = self.sides;
        [west, south, if self.is_over_date_line() { east - TURN_DEG } else { east }, north]
    }

    /// `[west, south, east, north]` for drawing: east is never less than west, and beyond 180 where the box lies on both
    /// sides of the date line.
    pub fn unrolled(self) -> [f64; 4] {
        self.sides
    }

    /// Whether it lies on both sides of the date line.
    pub fn is_over_date_line(self) -> bool {
        self.sides[2] > 180.0
    }

    /// The turn that brings what begins at a longitude into the unrolled box, degrees.
    pub(crate) fn turn_deg(self, lon: f64) -> f64 {
        if self.is_over_date_line() && lon < self.sides[0] { TURN_DEG } else { 0.0 }
    }
}

/// West and east around parts that lie between two longitudes; the parts are asked for where the box is wide.
fn around((west, east): (f64, f64), parts: impl FnOnce() -> Vec<(f64, f64)>) -> (f64, f64) {
    if !Extent::may_be_over_date_line([west, 0.0, east, 0.0]) {
        return (west, east);
    }
    let mut parts = parts();
    parts.retain(|part| part.0 <= part.1);
    parts.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut reached, mut gap) = (west, (west, west));
    for (from, to) in parts {
        if from - reached > gap.1 - gap.0 {
            gap = (reached, from);
        }
        reached = reached.max(to);
    }
    match gap.1 - gap.0 > TURN_DEG / 2.0 {
        true => (gap.1, gap.0 + TURN_DEG),
        false => (west, east),
    }
}

/// Least and greatest of some finite numbers; the greatest is less where there is none.
fn span(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (low.min(v), high.max(v)))
}

/// The longitudes that each point, line or ring spans: none goes over the date line.
fn spans(geometry: &Geometry) -> Vec<(f64, f64)> {
    let lists = |lon: &[f64], offsets: &[i32]| {
        offsets.windows(2).map(|w| span(&lon[w[0] as usize..w[1] as usize])).collect()
    };
    if let Some(points) = geometry.points() {
        points.lon.iter().map(|&lon| (lon, lon)).collect()
    } else if let Some(lines) = geometry.lines() {
        lists(lines.lon, lines.lines)
    } else if let Some(zones) = geometry.zones() {
        lists(zones.lon, zones.rings)
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::points;

    fn of_points(lon: &[f64]) -> [f64; 4] {
        let geometry = points(lon.to_vec(), vec![0.0; lon.len()]).unwrap();
        Extent::of([&geometry]).unwrap().bbox()
    }

    #[test]
    fn boxes_are_the_narrowest() {
        assert_eq!(of_points(&[-118.0, -86.0]), [-118.0, 0.0, -86.0, 0.0]);
        // Alaska with the Aleutians; New Zealand with the Chathams; the whole Earth.
        assert_eq!(of_points(&[172.4, -130.0, -179.1, 179.8]), [172.4, 0.0, -130.0, 0.0]);
        assert_eq!(of_points(&[166.0, 178.6, -176.2]), [166.0, 0.0, -176.2, 0.0]);
        assert_eq!(of_points(&[-180.0, -60.0, 60.0, 180.0]), [-180.0, 0.0, 180.0, 0.0]);
        assert_eq!(of_points(&[180.0]), [180.0, 0.0, 180.0, 0.0]);
        assert_eq!(of_points(&[180.0, -180.0]), [180.0, 0.0, 180.0, 0.0]);
        assert_eq!(Extent::of([&points(Vec::new(), Vec::new()).unwrap()]), None);
    }

    #[test]
    fn a_part_that_spans_the_gap_fills_it() {
        let box_of = |parts: &[&[f64]]| {
            let zeros = [0.0; 8];
            Extent::of_parts(parts.iter().map(|lon| (*lon, &zeros[..lon.len()]))).map(Extent::bbox)
        };
        assert_eq!(box_of(&[&[-180.0, -179.0], &[179.0, 180.0]]), Some([179.0, 0.0, -179.0, 0.0]));
        assert_eq!(box_of(&[&[-180.0, -179.0], &[-179.5, 180.0]]), Some([-180.0, 0.0, 180.0, 0.0]));
        assert_eq!(box_of(&[]), None);
    }
}
