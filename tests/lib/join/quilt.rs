//! The ground of the properties: a quilt of zones, and places and lines on it.

use corredor::coverage::{Gap, StretchCoverage, cover_stretches};
use corredor::join::{BorderIndex, SiteIndex, Stretch, StretchLines, overlay};
use geo::{Coord, Intersects, LineString, Polygon};
use proptest::prelude::*;

use crate::fixtures::{Lines, Zones};

pub const CELLS: usize = 4;

/// A quilt of `CELLS` x `CELLS` quadrilaterals on shared, shifted corners, near Mexico.
#[derive(Clone, Debug)]
pub struct Quilt {
    pub corners: Vec<(f64, f64)>,
    /// Key of each cell.
    pub keys: Vec<u32>,
    /// Order in which the cells are stored.
    pub order: Vec<usize>,
}

impl Quilt {
    pub fn corner(&self, i: usize, j: usize) -> (f64, f64) {
        self.corners[j * (CELLS + 1) + i]
    }

    pub fn ring(&self, cell: usize) -> [(f64, f64); 5] {
        let (i, j) = (cell % CELLS, cell / CELLS);
        let c = |di, dj| self.corner(i + di, j + dj);
        [c(0, 0), c(1, 0), c(1, 1), c(0, 1), c(0, 0)]
    }

    pub fn zones(&self, order: &[usize]) -> Zones {
        let mut zones = Zones::new();
        for &cell in order {
            zones.push_ring(self.ring(cell));
            zones.end_polygon();
            zones.end_zone(format!("{:02}", self.keys[cell]));
        }
        zones
    }

    /// The smallest key that touches a point, by the `geo` crate.
    pub fn oracle(&self, (x, y): (f64, f64)) -> Option<String> {
        let touches = |cell: &usize| {
            let ring: LineString = self.ring(*cell).to_vec().into();
            Polygon::new(ring, vec![]).intersects(&Coord { x, y })
        };
        let key = |cell: usize| format!("{:02}", self.keys[cell]);
        (0..CELLS * CELLS).filter(touches).map(key).min()
    }
}

prop_compose! {
    /// Half of the quilts keep their corners on the grid, so that lines meet corners and
    /// run along borders.
    pub fn quilts()(
        shifts in prop::collection::vec((-0.3..0.3, -0.3..0.3), (CELLS + 1) * (CELLS + 1)),
        shifted in any::<bool>(),
        keys in Just((0..(CELLS * CELLS) as u32).collect::<Vec<_>>()).prop_shuffle(),
        order in Just((0..CELLS * CELLS).collect::<Vec<_>>()).prop_shuffle(),
    ) -> Quilt {
        let corner = |(n, (dx, dy)): (usize, (f64, f64))| {
            let (dx, dy) = if shifted { (dx, dy) } else { (0.0, 0.0) };
            let (i, j) = (n % (CELLS + 1), n / (CELLS + 1));
            (-100.0 + 0.5 * (i as f64 + dx), 18.0 + 0.5 * (j as f64 + dy))
        };
        Quilt { corners: shifts.into_iter().enumerate().map(corner).collect(), keys, order }
    }
}

/// Places around the quilt: anywhere, on its corners, and halfway between grid points.
pub fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        (-100.6..-97.4, 17.4..20.6).prop_map(|(x, y)| Place::At(x, y)),
        (0..=CELLS, 0..=CELLS).prop_map(|(i, j)| Place::Corner(i, j)),
        (0..=4 * CELLS, 0..=4 * CELLS)
            .prop_map(|(i, j)| Place::At(-100.0 + i as f64 / 8.0, 18.0 + j as f64 / 8.0)),
    ]
}

#[derive(Clone, Copy, Debug)]
pub enum Place {
    At(f64, f64),
    Corner(usize, usize),
}

impl Place {
    pub fn on(self, quilt: &Quilt) -> (f64, f64) {
        match self {
            Self::At(x, y) => (x, y),
            Self::Corner(i, j) => quilt.corner(i, j),
        }
    }
}

pub fn key_of(zones: &Zones, zone: Option<u32>) -> Option<String> {
    zone.map(|z| zones.keys[z as usize].clone())
}

pub fn lines_on(quilt: &Quilt, lines: &[Vec<Place>]) -> Lines {
    let mut out = Lines::default();
    for (i, line) in lines.iter().enumerate() {
        out.push(i.to_string(), line.iter().map(|p| p.on(quilt)));
    }
    out
}

pub fn stretches_on(zones: &Zones, lines: &Lines) -> Vec<Stretch> {
    overlay(&lines.view(), &BorderIndex::new(&zones.view(), &zones.keys).unwrap()).unwrap()
}

pub fn drawn(stretch: &Stretch, lines: &Lines) -> Vec<(f64, f64)> {
    stretch.geometry(&lines.view()).collect()
}

pub fn covered(
    stretches: &[Stretch],
    lines: &Lines,
    sites: &SiteIndex,
    gaps: &[Gap],
) -> Vec<StretchCoverage> {
    let geometry = StretchLines::draw(stretches, &lines.view()).unwrap();
    cover_stretches(stretches, &geometry.view(), sites, gaps).unwrap()
}

pub fn line_strategy() -> impl Strategy<Value = Vec<Vec<Place>>> {
    prop::collection::vec(prop::collection::vec(places(), 0..7), 1..4)
}
