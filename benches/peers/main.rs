//! Our side of `make bench`: one task on the data that the peers get, as a line of JSON.
//!
//! Each task has a module here and the peers' side in the Python file of the same name;
//! `plan.py` says what runs, `run.py` runs it.

#![expect(clippy::print_stdout, reason = "its answer goes to the script that called it")]

mod contiguity;
mod files;
mod geojson;
mod locate;
mod nearest;
mod overlay;
mod scale;
#[cfg(feature = "sql")]
mod sql;
mod timing;

use std::error::Error;

use serde_json::Value;

type Outcome = Result<Value, Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let measured = match *args.as_slice() {
        // `cargo bench` without arguments runs every bench; this one belongs to `make bench`.
        [] => {
            println!("peers: run by `make bench`");
            return Ok(());
        }
        ["locate", zones, points, count, answer] => locate::built(zones, points, count.parse()?, answer),
        ["saved", zones, points, count, answer] => locate::saved(zones, points, count.parse()?, answer),
        #[cfg(feature = "sql")]
        ["sql", zones, points, count, answer] => sql::run(zones, points, count.parse()?, answer),
        ["overlay", zones, lines, count, answer] => overlay::run(zones, lines, count.parse()?, answer),
        ["nearest", points, count, sites, answer] => nearest::run(points, count.parse()?, sites, answer),
        ["contiguity", zones, answer] => contiguity::run(zones, answer),
        ["write", zones, file] => geojson::write(zones, file),
        ["read", file, again] => geojson::read_back(file, again),
        ["scale", zones, points, count, copies] => scale::run(zones, points, count.parse()?, copies.parse()?),
        _ => return Err(format!("no such task: {}", args.join(" ")).into()),
    };
    println!("{}", measured?);
    Ok(())
}
