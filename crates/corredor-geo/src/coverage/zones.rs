//! Coverage of zones by the nearest site to a point of each.

use rayon::prelude::*;

use crate::join::SiteIndex;
use crate::view::PointView;

/// The nearest site to each point and its geodesic distance in kilometres, in the order of
/// the points; `None` without sites. Slices of different lengths are cut to the shorter.
/// Parallel over points.
///
/// ```
/// use corredor_geo::coverage::nearest_sites;
/// use corredor_geo::join::SiteIndex;
/// use corredor_geo::PointView;
///
/// let sites = SiteIndex::new(&PointView { lon: &[0.0, 1.0], lat: &[0.0, 0.0] })?;
/// let near = nearest_sites(&PointView { lon: &[0.9], lat: &[0.0] }, &sites);
/// assert_eq!(near[0].unwrap().0, 1);
/// # Ok::<(), corredor_geo::join::JoinError>(())
/// ```
pub fn nearest_sites(points: &PointView, sites: &SiteIndex) -> Vec<Option<(u32, f64)>> {
    points.lon.par_iter().zip(points.lat).map(|(&lon, &lat)| sites.nearest(lon, lat)).collect()
}
