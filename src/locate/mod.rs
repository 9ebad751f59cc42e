//! Points of any number to their zones: read in parts, located, counted or tagged, in bounded memory.
//!
//! `request` says what is asked; `source` reads Parquet, text and GDAL sources unit by unit; `zones` reads zones or
//! maps their index; `locator` finds the zones of a batch; `tally` counts, `counts` writes what was counted; `tag` writes the points
//! themselves; `staged` is the file that appears whole. `docs/locate.md` is the page for users.

mod counts;
mod days;
mod error;
mod fault;
mod found;
mod groups;
mod locator;
mod packed;
mod report;
mod request;
mod run;
mod saved;
mod source;
mod staged;
mod strays;
mod sum;
mod tag;
mod tally;
mod watch;
mod zones;

use std::time::Instant;

pub use error::LocateError;
pub use fault::{BadRows, Fault};
pub use report::{Lacking, Report};
pub use request::{Counting, Request, Task};
pub use saved::Saved;
pub use watch::{Length, Unwatched, Watch};
pub use zones::Zones;

pub(crate) use request::Packing;
pub(crate) use source::{Block, Blocks, open_text};
pub(crate) use staged::Staged;

use locator::Locator;
use run::Run;
use source::Source;

/// Locates the points of a request in zones, and writes what it asks for.
///
/// Each point has at most one zone, as [`ZoneIndex`](crate::join::ZoneIndex) says. Memory is bounded by the
/// index, a few megabytes a thread, and what is counted: a row for each zone and group that occurs. The same
/// bytes come out for any number of threads: counts and sets of days do not depend on the order, sums are
/// exact before they are rounded, and tagged points keep the order of the input.
///
/// # Errors
/// A [`LocateError`]; the file is then as it was before, or not there.
///
/// # Examples
/// ```
/// use corredor::layer::read::{Kind, Options, read};
/// use corredor::locate::{Counting, Request, Task, Unwatched, Zones, locate};
///
/// let dir = tempfile::tempdir()?;
/// let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
/// std::fs::write(path("zones.geojson"), r#"{"type":"FeatureCollection","features":[
///   {"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon",
///    "coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}"#)?;
/// std::fs::write(path("points.csv"), "lon,lat\n0.5,0.5\n0.7,0.2\n7,7\n")?;
/// let zones = Zones::from(read("zones", &Options::new(path("zones.geojson"), Kind::Polygon, "code"))?);
/// let request = Request::new(path("points.csv"), Task::Count(Counting::default()), path("counts.csv"));
/// let report = locate(&request, &zones, &Unwatched)?;
/// assert_eq!((report.points, report.located, report.outside), (3, 2, 1));
/// assert_eq!(std::fs::read_to_string(path("counts.csv"))?, "code,count\r\n01,2\r\n,1\r\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn locate(request: &Request, zones: &Zones, watch: &dyn Watch) -> Result<Report, LocateError> {
    let format = request.checked_format()?;
    let source = Source::open(request, format)?;
    let start = Instant::now();
    let locator = Locator::new(zones, request.snap_km, source.length())?;
    let index_seconds = zones.index_seconds() + start.elapsed().as_secs_f64();
    watch.begin(source.length());
    let start = Instant::now();
    let run = Run { request, zones, source: &source, locator: &locator, watch };
    let report = match request.task {
        Task::Count(_) => counts::run(&run, format)?,
        Task::Tag => tag::run(&run, format)?,
    };
    Ok(Report { index_seconds, seconds: start.elapsed().as_secs_f64(), ..report })
}
