//! Points in zones by SQL beside the call of the library: `cargo bench --bench sql`.
//!
//! Ten million points in a Parquet file, uniform or clustered, to the municipalities of the real data. `cold` includes
//! reading the zones and building their index, `warm` finds both at hand.
#![allow(clippy::unwrap_used, reason = "a bench may stop where its ground is missing")]

mod ground;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use arrow_array::{Float64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use corredor::layer::read::{Kind, Options, read};
use corredor::locate::{Counting, Request, Task, Unwatched, Zones, locate};
use corredor_sql::{Session, SessionOptions};
use divan::Bencher;
use ground::Dice;
use parquet::arrow::ArrowWriter;

const POINTS: usize = 10_000_000;
const ROWS: usize = 1 << 20;

fn main() {
    if zones().is_file() {
        divan::main();
    } else {
        eprintln!("skipped: no real data at {} (set CORREDOR_DATA)", zones().display());
    }
}

fn zones() -> PathBuf {
    let root = std::env::var_os("CORREDOR_DATA").map(PathBuf::from);
    let root = root
        .unwrap_or_else(|| Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("../shared/data"));
    root.join("mexico/municipalities_full.fgb")
}

/// A folder with the points, made once.
fn points(spread: &str) -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let path = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path().join(format!("{spread}.parquet"));
    if path.is_file() {
        return path;
    }
    let mut dice = Dice(7);
    let field = |name| Field::new(name, DataType::Float64, false);
    let schema = Arc::new(Schema::new(vec![field("lon"), field("lat")]));
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), Arc::clone(&schema), None).unwrap();
    let centres: Vec<(f64, f64)> =
        (0..40).map(|_| (-117.0 + 30.0 * dice.share(), 14.5 + 18.0 * dice.share())).collect();
    for start in (0..POINTS).step_by(ROWS) {
        let place = |_| match spread {
            "uniform" => (-117.0 + 30.0 * dice.share(), 14.5 + 18.0 * dice.share()),
            _ => {
                let (x, y) = centres[(dice.share() * 40.0) as usize];
                let near = |dice: &mut Dice| (0..4).map(|_| dice.share() - 0.5).sum::<f64>() * 0.5;
                (x + near(&mut dice), y + near(&mut dice))
            }
        };
        let (lon, lat): (Vec<f64>, Vec<f64>) = (start..POINTS.min(start + ROWS)).map(place).unzip();
        let columns: [Arc<dyn arrow_array::Array>; 2] =
            [Arc::new(Float64Array::from(lon)), Arc::new(Float64Array::from(lat))];
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns.to_vec()).unwrap()).unwrap();
    }
    writer.close().unwrap();
    path
}

fn session(points: &Path) -> Session {
    let allow_paths = vec![points.to_owned(), zones()];
    Session::open(SessionOptions { allow_paths, ..SessionOptions::default() }).unwrap()
}

fn count(session: &Session, points: &Path) -> usize {
    let sql = format!(
        "SELECT z.cvegeo, count(*) FROM '{}' p JOIN '{}' z ON ST_Within(ST_Point(p.lon, p.lat), z.geom) GROUP BY 1",
        points.display(),
        zones().display()
    );
    session.run(&sql, &[]).unwrap().map(|batch| batch.unwrap().num_rows()).sum()
}

#[divan::bench(args = ["uniform", "clustered"], sample_count = 3, sample_size = 1)]
fn sql_cold(bencher: Bencher, spread: &str) {
    let points = points(spread);
    bencher.bench_local(|| count(&session(&points), &points));
}

#[divan::bench(args = ["uniform", "clustered"], sample_count = 3, sample_size = 1)]
fn sql_warm(bencher: Bencher, spread: &str) {
    let points = points(spread);
    let session = session(&points);
    count(&session, &points);
    bencher.bench_local(|| count(&session, &points));
}

/// The call that counts points per zone.
fn library(points: &Path, zones: &Zones) -> u64 {
    let out = points.with_extension("counts.csv");
    let task = Task::Count(Counting::default());
    let request = Request::new(points.to_string_lossy(), task, out);
    locate(&request, zones, &Unwatched).unwrap().located
}

#[divan::bench(args = ["uniform", "clustered"], sample_count = 3, sample_size = 1)]
fn library_cold(bencher: Bencher, spread: &str) {
    let points = points(spread);
    let options = Options::new(zones().to_string_lossy(), Kind::Polygon, "cvegeo");
    bencher.bench_local(|| library(&points, &Zones::from(read("zones", &options).unwrap())));
}

#[divan::bench(args = ["uniform", "clustered"], sample_count = 3, sample_size = 1)]
fn library_warm(bencher: Bencher, spread: &str) {
    let points = points(spread);
    let options = Options::new(zones().to_string_lossy(), Kind::Polygon, "cvegeo");
    let index = points.with_extension("index");
    Zones::with_index(&options, &index, false).unwrap();
    bencher.bench_local(|| library(&points, &Zones::with_index(&options, &index, false).unwrap()));
}

/// From opening a session to the first row of a small query.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn first_row(bencher: Bencher) {
    bencher.bench_local(|| {
        let session = Session::open(SessionOptions::default()).unwrap();
        session.run("SELECT 1 AS one", &[]).unwrap().map(|batch| batch.unwrap().num_rows()).sum::<usize>()
    });
}
