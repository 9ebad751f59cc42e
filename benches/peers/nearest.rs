//! The nearest site of each point.

use corredor::join::SiteIndex;
use corredor::layer::PointView;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Finds the nearest of 300 sites and its distance for the first `count` points.
pub fn run(points: &str, count: usize, sites: &str, answer: &str) -> Outcome {
    let (lon, lat) = files::points(points, count)?;
    let (site_lon, site_lat) = files::points(sites, 300)?;
    let (build, index) = median(|| SiteIndex::new(&PointView { lon: &site_lon, lat: &site_lat }))?;
    let (work, (site, km)) = median(|| {
        let (mut site, mut km) = (vec![0; lon.len()], vec![0.0; lon.len()]);
        index.nearest_many(&lon, &lat, &mut site, &mut km).map(|()| (site, km))
    })?;
    files::keep(answer, "site", &site)?;
    files::keep(answer, "km", &km)?;
    Ok(measured(count, Some(build), work, json!({})))
}
