//! Points in zones by SQL: the text that the peers get, on layers that are at hand.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use corredor::layer::{self, Column, Layer, Provenance};
use corredor_sql::{Session, SessionOptions};
use serde_json::json;

use crate::timing::{Median, measured, median};
use crate::{Outcome, files};

const QUERY: &str = include_str!("join.sql");

type Failure = Box<dyn std::error::Error>;

/// Asks a session that has just been opened, then one whose index stands.
pub fn run(zones: &str, points: &str, count: usize, answer: &str) -> Outcome {
    let zones = files::zones(zones)?;
    let n = zones.len();
    let zones = table("zones", zones.keys().iter().map(ToString::to_string).collect(), &zones)?;
    let (lon, lat) = files::points(points, count)?;
    let places = Arc::new(layer::points(lon, lat)?);
    let keys: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    let columns = vec![Column::texts("key", keys.into_iter().map(Some).collect())];
    let points = Arc::new(Layer::new("points", "key", columns, places, Provenance::default())?);
    let open = || -> Result<Session, Failure> {
        let session = Session::open(SessionOptions::default())?;
        session.add_layer("zones", Arc::clone(&zones))?;
        session.add_layer("points", Arc::clone(&points))?;
        Ok(session)
    };
    let (together, _) = median(|| ask(&open()?, n))?;
    let session = open()?;
    let (work, counts) = median(|| ask(&session, n))?;
    files::keep(answer, "points", &counts)?;
    let index = Median { s: together.s - work.s, n: together.n };
    Ok(measured(count, Some(index), work, json!({})))
}

/// A layer with a number for each zone, in the order of the keys.
fn table(name: &str, keys: Vec<String>, layer: &Layer) -> Result<Arc<Layer>, Failure> {
    let numbers = (0..keys.len() as i64).map(Some).collect();
    let columns =
        vec![Column::texts("key", keys.into_iter().map(Some).collect()), Column::integers("id", numbers)];
    Ok(Arc::new(Layer::new(name, "key", columns, Arc::clone(layer.geometry()), Provenance::default())?))
}

/// The number of points of each zone.
fn ask(session: &Session, zones: usize) -> Result<Vec<u32>, Failure> {
    let mut counts = vec![0; zones];
    for batch in session.run(QUERY, &[])? {
        let batch = batch?;
        let (zone, points) = (batch.column(0).as_primitive::<Int64Type>(), batch.column(1));
        let points = points.as_primitive::<Int64Type>();
        for row in 0..batch.num_rows() {
            counts[usize::try_from(zone.value(row))?] = u32::try_from(points.value(row))?;
        }
    }
    Ok(counts)
}
