//! A request as the layer reader takes it.

use crate::layer::read::{Kind, Options};
use crate::locate::Request;

/// The options of the layer reader that a request comes to.
pub(super) fn options(request: &Request) -> Options {
    let mut options = Options::new(&request.points, Kind::Point, "");
    options.layer.clone_from(&request.layer);
    options.crs.clone_from(&request.crs);
    options.encoding.clone_from(&request.encoding);
    options.skip = request.skip;
    options.delimiter = request.delimiter;
    options.numerals = request.numerals;
    options.missing.clone_from(&request.missing);
    options
}
