//! Our side of `make bench`: runs one task on the data that the peers get, and prints what it
//! took as a line of JSON. `benches/peers/` holds the other side.
//!
//! `peers TASK ZONES DATA ANSWER [RUNS]`; data are little-endian floats, longitudes first.

#![expect(clippy::print_stdout, reason = "its answer goes to the script that called it")]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use corredor::index::CellIndex;
use corredor::layer::Layer;
use corredor::layer::read::{Kind, Options, read};

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [task, zones, data, answer, rest @ ..] = args.as_slice() else {
        // `cargo bench` without arguments runs every bench; this one belongs to `make bench`.
        println!("peers: run by `make bench`");
        return Ok(());
    };
    let runs = rest.first().map_or(Ok(5), |runs| runs.parse())?;
    match task.as_str() {
        "locate" => locate(zones, data, answer, runs),
        other => Err(format!("no task {other}").into()),
    }
}

/// The layer of zones and how long reading took, seconds.
fn zones_of(path: &str) -> Result<(Layer, f64), Box<dyn Error>> {
    let start = Instant::now();
    let layer = read("zones", &Options::new(path, Kind::Polygon, "cvegeo"))?;
    Ok((layer, start.elapsed().as_secs_f64()))
}

fn floats(path: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
}

/// The middle of some times, after one run that is not counted.
fn median(runs: usize, mut once: impl FnMut()) -> f64 {
    once();
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            once();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn locate(zones: &str, data: &str, answer: &str, runs: usize) -> Done {
    let (layer, read_s) = zones_of(zones)?;
    let points = floats(data)?;
    let (lon, lat) = points.split_at(points.len() / 2);
    let view = layer.zones()?;
    let by_rank: Vec<u32> = (0..view.len() as u32).collect();
    let build_s = median(runs, || drop(black_box(CellIndex::new(&view, &by_rank, lon.len() as u64))));
    let index = CellIndex::new(&view, &by_rank, lon.len() as u64)?;
    let mut out = vec![0_u32; lon.len()];
    let locate_s = median(runs, || index.locate_many(black_box(lon), lat, &mut out));
    write_u32(Path::new(answer), &out)?;
    println!(
        "{{\"read_s\":{read_s:.3},\"build_s\":{build_s:.3},\"locate_s\":{locate_s:.4},\"points\":{},\"index_mb\":{:.1},\"points_per_s\":{:.0}}}",
        lon.len(),
        index.bytes() as f64 / 1e6,
        lon.len() as f64 / locate_s
    );
    Ok(())
}

fn write_u32(path: &Path, values: &[u32]) -> Done {
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Ok(std::fs::write(path, bytes)?)
}
