//! What `data.py` wrote, and the answers that the checks read: bare little-endian numbers.

use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use bytemuck::{NoUninit, Pod};
use corredor::layer::Layer;
use corredor::layer::read::{Kind, Options, read};

/// The path of a file that `data.py` wrote.
fn data(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    Ok(Path::new(&std::env::var("PEERS_DATA")?).join(name))
}

/// The path of an answer, or of a part of it.
pub fn answer(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    Ok(Path::new(&std::env::var("PEERS_ANSWERS")?).join(name))
}

/// How to read a layer of zones keyed by `cvegeo`.
pub fn options(path: &Path) -> Options {
    Options::new(path.to_string_lossy(), Kind::Polygon, "cvegeo")
}

/// A layer of zones of Mexico.
pub fn zones(file: &str) -> Result<Layer, Box<dyn Error>> {
    Ok(read("zones", &options(&data("mexico")?.join(file)))?)
}

/// The first `count` longitudes and latitudes of `NAME.lon` and `NAME.lat`.
pub fn points(name: &str, count: usize) -> Result<(Vec<f64>, Vec<f64>), Box<dyn Error>> {
    Ok((numbers(&format!("{name}.lon"), count)?, numbers(&format!("{name}.lat"), count)?))
}

/// The first `count` numbers of a file.
pub fn numbers<T: Pod>(name: &str, count: usize) -> Result<Vec<T>, Box<dyn Error>> {
    let mut values = vec![T::zeroed(); count];
    let mut file = File::open(data(name)?).map_err(|error| format!("{name}: {error}"))?;
    file.read_exact(bytemuck::cast_slice_mut(&mut values))
        .map_err(|error| format!("{name}, {count} numbers: {error}"))?;
    Ok(values)
}

/// Writes a part of an answer to `ANSWER.part`.
pub fn keep<T: NoUninit>(name: &str, part: &str, values: &[T]) -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(answer(&format!("{name}.{part}"))?, bytemuck::cast_slice(values))?)
}
