//! How time is taken.

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};

/// Beyond so many seconds the first run counts, and is the only one.
const LONG_S: f64 = 20.0;

/// Runs that count; `PEERS_RUNS` may say another number, for trials.
fn runs() -> usize {
    std::env::var("PEERS_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5)
}

/// Seconds, and the number of runs that they are the median of.
#[derive(Clone, Copy)]
pub struct Median {
    pub s: f64,
    pub n: usize,
}

/// The median of some runs after one that warms up; dropping the results does not count.
pub fn median<T, E>(mut run: impl FnMut() -> Result<T, E>) -> Result<(Median, T), E> {
    let mut timed = || {
        let start = Instant::now();
        let result = black_box(run());
        (start.elapsed().as_secs_f64(), result)
    };
    let (first_s, result) = timed();
    let mut last = result?;
    if first_s > LONG_S {
        return Ok((Median { s: first_s, n: 1 }, last));
    }
    let mut times = Vec::new();
    for _ in 0..runs() {
        drop(last);
        let (s, result) = timed();
        last = result?;
        times.push(s);
    }
    times.sort_by(f64::total_cmp);
    Ok((Median { s: times[times.len() / 2], n: times.len() }, last))
}

/// What was measured, as `timing.py` says it.
pub fn measured(items: usize, index: Option<Median>, work: Median, more: Value) -> Value {
    json!({
        "items": items,
        "n": work.n,
        "index_s": index.map(|index| index.s),
        "work_s": work.s,
        "s": index.map_or(0.0, |index| index.s) + work.s,
        "more": more,
    })
}
