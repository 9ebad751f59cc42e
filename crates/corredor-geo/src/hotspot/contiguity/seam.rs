//! Zones that meet at 180 degrees, of which one side is written as -180.

use super::near::MAX_PAD_DEG;
use crate::view::ZoneView;

/// The rings that come to the date line, moved so that it lies at zero: those to its west end there, those to its east
/// begin there. Other rings are left out, and so are zones without such a ring.
pub(super) struct Seam {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
    /// The number in the layer of each zone here.
    numbers: Vec<u32>,
}

impl Seam {
    /// The seam of some zones, with borders up to `reach_deg` from it; none where zones lie on one side of it alone.
    pub(super) fn of(view: &ZoneView, reach_deg: f64) -> Option<Self> {
        let edge_deg = 180.0 - reach_deg.min(MAX_PAD_DEG);
        let ends = |ring: usize| {
            let lon = &view.lon[view.rings[ring] as usize..view.rings[ring + 1] as usize];
            lon.iter().fold((false, false), |(west, east), lon| {
                (west | (*lon >= edge_deg), east | (*lon <= -edge_deg))
            })
        };
        let mut seam = Self {
            lon: Vec::new(),
            lat: Vec::new(),
            rings: vec![0],
            polygons: vec![0],
            zones: vec![0],
            numbers: Vec::new(),
        };
        let (mut any_west, mut any_east) = (false, false);
        for zone in 0..view.len() {
            let before = seam.polygons.len();
            for ring in view.polygons_of(zone).flatten() {
                let (west, east) = ends(ring);
                (any_west, any_east) = (any_west | west, any_east | east);
                // Within 90 degrees of the seam these differences are exact: equal places stay equal, and others apart.
                for turn_deg in [west.then_some(-180.0), east.then_some(180.0)].into_iter().flatten() {
                    let span = view.rings[ring] as usize..view.rings[ring + 1] as usize;
                    seam.lon.extend(view.lon[span.clone()].iter().map(|lon| lon + turn_deg));
                    seam.lat.extend(&view.lat[span]);
                    seam.rings.push(i32::try_from(seam.lon.len()).ok()?);
                    // A hole's border is a border like any other.
                    seam.polygons.push(seam.rings.len() as i32 - 1);
                }
            }
            if seam.polygons.len() > before {
                seam.zones.push(seam.polygons.len() as i32 - 1);
                seam.numbers.push(zone as u32);
            }
        }
        (any_west && any_east).then_some(seam)
    }

    /// The zones that come to the seam.
    pub(super) fn view(&self) -> ZoneView<'_> {
        ZoneView {
            lon: &self.lon,
            lat: &self.lat,
            rings: &self.rings,
            polygons: &self.polygons,
            zones: &self.zones,
        }
    }

    /// The number in the layer of a zone of the view.
    pub(super) fn number(&self, zone: u32) -> u32 {
        self.numbers[zone as usize]
    }
}
