//! What `data.py` wrote, and the answers that the checks read: bare little-endian numbers.

use std::error::Error;
use std::fs::File;
use std::io::Read;

use bytemuck::{NoUninit, Pod};
use corredor::layer::Layer;
use corredor::layer::read::{Kind, Options, read};

/// A layer of zones keyed by `cvegeo`.
pub fn zones(path: &str) -> Result<Layer, Box<dyn Error>> {
    Ok(read("zones", &Options::new(path, Kind::Polygon, "cvegeo"))?)
}

/// The first `count` longitudes and latitudes of `NAME.lon` and `NAME.lat`.
pub fn points(name: &str, count: usize) -> Result<(Vec<f64>, Vec<f64>), Box<dyn Error>> {
    Ok((numbers(&format!("{name}.lon"), count)?, numbers(&format!("{name}.lat"), count)?))
}

/// The first `count` numbers of a file.
pub fn numbers<T: Pod>(path: &str, count: usize) -> Result<Vec<T>, Box<dyn Error>> {
    let mut values = vec![T::zeroed(); count];
    let mut file = File::open(path).map_err(|error| format!("{path}: {error}"))?;
    file.read_exact(bytemuck::cast_slice_mut(&mut values))
        .map_err(|error| format!("{path}, {count} numbers: {error}"))?;
    Ok(values)
}

/// Writes a part of an answer to `ANSWER.part`.
pub fn keep<T: NoUninit>(answer: &str, part: &str, values: &[T]) -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(format!("{answer}.{part}"), bytemuck::cast_slice(values))?)
}
