//! Zones over zones: the areas they share.

use rayon::prelude::*;

use super::JoinError;
use super::crossing::meet;
use crate::geodesy::{below_km2, strip_km2};
use crate::index::{BandedZones, BoxTree, IndexError, Position, check_zones, orient};
use crate::view::ZoneView;

/// Cuts closer than this, in degrees, are one (see [`super::overlay`]).
const MIN_PIECE_DEG: f64 = 1e-13;

/// Shares below this, square kilometres, are rounding: a square millimetre.
const MIN_SHARE_KM2: f64 = 1e-12;

/// How far a share may be off what is possible, as a part of the zone, before it is an error.
const TOLERANCE: f64 = 1e-7;

type Position2 = (f64, f64);
pub(super) type Segment = (Position2, Position2);

/// The area that a zone shares with a zone of another layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Number of the zone.
    pub zone: u32,
    /// Number of the zone of the other layer.
    pub cover: u32,
    /// Area in both, square kilometres.
    pub km2: f64,
}

/// The areas that zones share with those of another layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// Every pair that shares an area, by zone, then by cover.
    pub shares: Vec<Share>,
    /// The area of each zone, square kilometres ([`crate::geodesy::flat_area_km2`]).
    pub zone_km2: Vec<f64>,
}

/// The areas that zones share with the zones of another layer, such as corridors or states.
///
/// No polygon is clipped: the border of a zone is walked through the edges it crosses, and the
/// area that both share is summed along the border pieces of each that lie in the other. The
/// pieces partition each border, so the areas of a zone within a set of covers that fill it
/// add up to the zone's own within 1e-9, and what is in no cover is the rest. Edges are
/// straight in longitude and latitude; areas are those on the WGS84 ellipsoid.
///
/// Covers that overlap each get the whole area that they share. O(edges near borders of both),
/// parallel over zones, the same for any number of threads.
///
/// # Errors
///
/// [`JoinError::Index`] when offsets do not fit coordinates; [`JoinError::Share`] when an
/// area comes out that cannot be.
///
/// ```
/// use corredor_geo::join::shares;
/// use corredor_geo::ZoneView;
///
/// let square = |lon: &'static [f64]| ZoneView {
///     lon,
///     lat: &[0.0, 0.0, 1.0, 1.0, 0.0],
///     rings: &[0, 5],
///     polygons: &[0, 1],
///     zones: &[0, 1],
/// };
/// let found = shares(&square(&[0., 1., 1., 0., 0.]), &square(&[0.75, 2., 2., 0.75, 0.75]))?;
/// assert!((found.shares[0].km2 / found.zone_km2[0] - 0.25).abs() < 1e-12);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
pub fn shares(zones: &ZoneView, covers: &ZoneView) -> Result<Shares, JoinError> {
    let (zones, covers) = (Oriented::new(zones)?, Oriented::new(covers)?);
    let boxes = BoxTree::new(covers.bands.boxes());
    let per_zone: Vec<(Vec<Share>, f64)> = (0..zones.bands.len())
        .into_par_iter()
        .map(|zone| {
            let km2 = zones.area_km2(zone);
            let [west, south, east, north] = zones.bands.boxes()[zone];
            let mut near: Vec<u32> = boxes.touching((west, south), (east, north)).collect();
            near.sort_unstable();
            let shared = near.into_iter().map(|cover| {
                let pair = Pair { zones: &zones, zone, covers: &covers, cover: cover as usize };
                Ok(Share { zone: zone as u32, cover, km2: pair.checked_km2(km2)? })
            });
            let kept = shared.filter(|share: &Result<Share, JoinError>| {
                share.as_ref().map_or(true, |s| s.km2 > MIN_SHARE_KM2)
            });
            Ok((kept.collect::<Result<_, JoinError>>()?, km2))
        })
        .collect::<Result<_, JoinError>>()?;
    let zone_km2 = per_zone.iter().map(|(_, km2)| *km2).collect();
    Ok(Shares { shares: per_zone.into_iter().flat_map(|(shares, _)| shares).collect(), zone_km2 })
}

/// Zones whose exterior rings turn left and whose holes turn right, so that the zone lies to
/// the left of every edge.
pub(super) struct Oriented {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
    pub(super) bands: BandedZones,
}

impl Oriented {
    pub(super) fn new(view: &ZoneView) -> Result<Self, IndexError> {
        check_zones(view)?;
        let (mut lon, mut lat) = (view.lon.to_vec(), view.lat.to_vec());
        for zone in 0..view.len() {
            for ring in
                view.polygons_of(zone).flat_map(|rings| rings.clone().map(move |r| (r, r == rings.start)))
            {
                let span = view.rings[ring.0] as usize..view.rings[ring.0 + 1] as usize;
                // Which way a simple ring turns is the same in degrees; from its first vertex on,
                // so that little is lost to rounding.
                let at = |i: usize| (view.lon[i] - view.lon[span.start], view.lat[i] - view.lat[span.start]);
                let cross = |(a, b): ((f64, f64), (f64, f64))| a.0 * b.1 - b.0 * a.1;
                let area: f64 = (span.start + 1..span.end).map(|i| cross((at(i - 1), at(i)))).sum();
                if (area > 0.0) != ring.1 {
                    lon[span.clone()].reverse();
                    lat[span].reverse();
                }
            }
        }
        let bands = BandedZones::new(&ZoneView { lon: &lon, lat: &lat, ..*view })?;
        let (rings, polygons) = (view.rings.to_vec(), view.polygons.to_vec());
        Ok(Self { lon, lat, rings, polygons, zones: view.zones.to_vec(), bands })
    }

    pub(super) fn view(&self) -> ZoneView<'_> {
        let Self { lon, lat, rings, polygons, zones, .. } = self;
        ZoneView { lon, lat, rings, polygons, zones }
    }

    /// The edges of a zone, ring by ring.
    fn rings(&self, zone: usize) -> impl Iterator<Item = impl Iterator<Item = Segment>> {
        self.view().rings_of(zone).map(|ring| {
            let positions = ring.lon.iter().copied().zip(ring.lat.iter().copied());
            positions.clone().zip(positions.skip(1)).filter(|(a, b)| a != b)
        })
    }

    pub(super) fn area_km2(&self, zone: usize) -> f64 {
        let base = below_km2(self.bands.boxes()[zone][1]);
        self.rings(zone).flatten().map(|(a, b)| strip_km2(a, b, base)).sum()
    }
}

/// One zone of each layer.
pub(super) struct Pair<'a> {
    pub(super) zones: &'a Oriented,
    pub(super) zone: usize,
    pub(super) covers: &'a Oriented,
    pub(super) cover: usize,
}

impl Pair<'_> {
    /// The area of both, square kilometres, where it can be; `of_km2` is the zone's.
    pub(super) fn checked_km2(&self, of_km2: f64) -> Result<f64, JoinError> {
        let share = self.km2(of_km2);
        if (-TOLERANCE * of_km2..=of_km2 * (1.0 + TOLERANCE)).contains(&share) {
            return Ok(share.min(of_km2));
        }
        let (km2, of_km2) = (format!("{share:.6}"), format!("{of_km2:.6}"));
        Err(JoinError::Share { zone: self.zone as u32, cover: self.cover as u32, km2, of_km2 })
    }

    /// The area of both, square kilometres; `of_km2` is the zone's.
    fn km2(&self, of_km2: f64) -> f64 {
        let near = self.near();
        if near.is_empty() {
            // No edge of the cover comes near: the zone is in it as any of its places is.
            let first = self.zones.rings(self.zone).flatten().next();
            let within = first.is_some_and(|(a, _)| self.in_cover(a).touches());
            return if within { of_km2 } else { 0.0 };
        }
        let base = below_km2(self.zones.bands.boxes()[self.zone][1]);
        self.along_zone(&near, base) + self.along_cover(&near, base)
    }

    /// The edges of the cover that touch the box of the zone, each once.
    fn near(&self) -> Vec<Segment> {
        let [west, south, east, north] = self.zones.bands.boxes()[self.zone];
        let touches = |((x1, y1), (x2, y2)): &Segment| {
            x1.min(*x2) <= east && x1.max(*x2) >= west && y1.min(*y2) <= north && y1.max(*y2) >= south
        };
        let edges = self.covers.bands.edges_between(self.cover, south, north);
        let mut near: Vec<Segment> = edges.filter(touches).collect();
        near.sort_unstable_by(|a, b| {
            let order = |p: Position2, q: Position2| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1));
            order(a.0, b.0).then(order(a.1, b.1))
        });
        near.dedup();
        near
    }

    fn in_cover(&self, p: Position2) -> Position {
        self.covers.bands.position(self.cover, p.0, p.1)
    }

    /// What the zone's border adds: its pieces inside the cover, and those along the cover's
    /// border with both areas on the same side.
    fn along_zone(&self, near: &[Segment], base: f64) -> f64 {
        let boxes: Vec<[f64; 4]> = near.iter().map(|&(a, b)| bounds(a, b)).collect();
        let tree = BoxTree::new(&boxes);
        let mut sum = 0.0;
        let (mut cuts, mut met) = (Vec::new(), Vec::new());
        for ring in self.zones.rings(self.zone) {
            // What the last place was; holds until the next cut.
            let mut known: Option<Position> = None;
            for (a, b) in ring {
                met.clear();
                met.extend(tree.touching(a, b).map(|i| near[i as usize]));
                cuts.clear();
                for &(c, d) in &met {
                    cuts.extend(meet(a, b, c, d).into_iter().flat_map(|met| [met.from, met.to]));
                }
                if cuts.is_empty() {
                    let position = *known.get_or_insert_with(|| self.in_cover(a));
                    if position == Position::Inside {
                        sum += strip_km2(a, b, base);
                    }
                    continue;
                }
                pieces(a, b, &mut cuts, |p, q, t| {
                    let position = self.covers.bands.position_along(self.cover, a, b, t);
                    let counts = match position {
                        Position::Inside => true,
                        Position::Border => same_side(a, b, p, q, &met),
                        Position::Outside => false,
                    };
                    if counts {
                        sum += strip_km2(p, q, base);
                    }
                });
                known = None;
            }
        }
        sum
    }

    /// What the cover's border adds: its pieces inside the zone.
    fn along_cover(&self, near: &[Segment], base: f64) -> f64 {
        let bands = &self.zones.bands;
        let mut sum = 0.0;
        let mut cuts = Vec::new();
        for &(a, b) in near {
            cuts.clear();
            for (c, d) in bands.edges_between(self.zone, a.1.min(b.1), a.1.max(b.1)) {
                cuts.extend(meet(a, b, c, d).into_iter().flat_map(|met| [met.from, met.to]));
            }
            pieces(a, b, &mut cuts, |p, q, t| {
                if bands.position_along(self.zone, a, b, t) == Position::Inside {
                    sum += strip_km2(p, q, base);
                }
            });
        }
        sum
    }
}

pub(super) fn bounds(a: Position2, b: Position2) -> [f64; 4] {
    [a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)]
}

/// Calls `visit` with both ends of every piece between cuts, and the share of its middle.
pub(super) fn pieces(
    a: Position2,
    b: Position2,
    cuts: &mut [f64],
    mut visit: impl FnMut(Position2, Position2, f64),
) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let tolerance = MIN_PIECE_DEG / dx.abs().max(dy.abs());
    cuts.sort_unstable_by(f64::total_cmp);
    let at = |t: f64| if t >= 1.0 { b } else { (a.0 + t * dx, a.1 + t * dy) };
    let mut start = 0.0;
    for end in cuts.iter().copied().filter(|&t| t < 1.0 - tolerance).chain([1.0]) {
        if end - start > tolerance || end >= 1.0 {
            visit(at(start), at(end), start + 0.5 * (end - start));
            start = end;
        }
    }
}

/// Whether a piece that lies on an edge runs the same way, so that both areas are to its left.
pub(super) fn same_side(a: Position2, b: Position2, p: Position2, q: Position2, edges: &[Segment]) -> bool {
    let middle = (0.5 * (p.0 + q.0), 0.5 * (p.1 + q.1));
    edges.iter().any(|&(c, d)| {
        let along = orient(c, d, a) == 0.0 && orient(c, d, b) == 0.0;
        let (dx, dy) = (d.0 - c.0, d.1 - c.1);
        let t = if dx.abs() >= dy.abs() { (middle.0 - c.0) / dx } else { (middle.1 - c.1) / dy };
        along && (0.0..=1.0).contains(&t) && dx * (b.0 - a.0) + dy * (b.1 - a.1) > 0.0
    })
}

#[cfg(test)]
pub(super) mod tests;
