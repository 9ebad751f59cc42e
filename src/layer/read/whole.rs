//! A source as it stands, for those who only look into it: no layer file says what it holds.

use std::collections::BTreeSet;

use super::shapes::Shapes;
use super::{Kind, Options, ReadError, assemble, load};
use crate::layer::Layer;

/// What the column that numbers the features is called, unless a field of the source is called so.
const NUMBER: &str = "row";

/// Reads a source whole, with all of its fields under their own names, into a layer called `name`.
///
/// The kind of geometry is what the source holds. Features are numbered in their order, in a field of their own
/// called `row` (`row_2` and so on where one is called so), which is the key.
///
/// # Errors
/// As [`read`](super::read); [`ReadError::MixedKinds`] where there are several kinds of geometry.
///
/// ```
/// use corredor::layer::read::read_whole;
///
/// let dir = tempfile::tempdir()?;
/// let path = dir.path().join("sites.csv");
/// std::fs::write(&path, "id,beds\nB,20\nA,12\n")?;
/// let sites = read_whole("sites", &path.to_string_lossy(), "sites.csv")?;
/// assert_eq!(sites.fields(), ["row", "id", "beds"]);
/// assert_eq!(sites.numbers("beds")?, [Some(20.0), Some(12.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_whole(name: &str, path: &str, display: &str) -> Result<Layer, ReadError> {
    let mut options = Options::new(path, Kind::None, "");
    options.display = Some(display.to_owned());
    options.number_rows = true;
    // Nobody asks for its digest.
    options.sha256 = Some(String::new());
    let mut raw = load::load(&options)?;
    let mut families: BTreeSet<&str> =
        raw.shapes.iter().flat_map(Shapes::iter).filter_map(|shape| shape.kind().family()).collect();
    let collections = families.remove("collection");
    options.kind = match families.first().copied() {
        None if !collections => Kind::None,
        // With several kinds, reading as one of them says so.
        Some("point") => Kind::Point,
        Some("line") => Kind::Line,
        _ => Kind::Polygon,
    };
    if collections {
        // Now that the kind is known, their parts of that kind can be kept.
        raw = load::load(&options)?;
    }
    let taken = |name: &String| raw.columns.iter().any(|column| column.name == *name);
    let free = |n: usize| if n == 1 { NUMBER.to_owned() } else { format!("{NUMBER}_{n}") };
    options.key = (1..).map(free).find(|name| !taken(name)).unwrap_or_else(|| NUMBER.to_owned());
    assemble::assemble(name, raw, &options)
}
