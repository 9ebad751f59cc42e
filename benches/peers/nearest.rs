//! The nearest site of each point.

use corredor::join::SiteIndex;
use corredor::layer::PointView;
use rayon::prelude::*;
use serde_json::json;

use crate::timing::{measured, median};
use crate::{Outcome, files};

/// Finds the nearest of 300 sites and its distance for the first `count` points.
pub fn run(points: &str, count: usize, sites: &str, answer: &str) -> Outcome {
    let (lon, lat) = files::points(points, count)?;
    let (site_lon, site_lat) = files::points(sites, 300)?;
    let (build, index) = median(|| SiteIndex::new(&PointView { lon: &site_lon, lat: &site_lat }))?;
    let (work, found) = median(|| {
        let found = lon.par_iter().zip(&lat).map(|(&lon, &lat)| index.nearest(lon, lat));
        found.collect::<Option<Vec<(u32, f64)>>>().ok_or("there are no sites")
    })?;
    let (site, km): (Vec<u32>, Vec<f64>) = found.into_iter().unzip();
    files::keep(answer, "site", &site)?;
    files::keep(answer, "km", &km)?;
    Ok(measured(count, Some(build), work, json!({})))
}
