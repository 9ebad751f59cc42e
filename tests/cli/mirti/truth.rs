//! The command on countries whose truth is known.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::country::{self, Size, Truth};
use crate::fixtures::corredor;

/// Rows of a CSV by the value of their first column.
pub fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

pub fn run(dir: &Path, arguments: &str) -> String {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = corredor(dir, &arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {told}");
    told
}

const FIT: &str = "mirti fit survey.csv --codebook imaginaria-encuesta --random --out model.toml";
const APPLY: &str = "mirti apply census.csv --codebook imaginaria-censo --model model.toml --out zones.csv --states states.csv";

/// Bias and coverage of the zones against the truth.
fn judge(dir: &Path, truth: &Truth) -> (f64, f64, f64) {
    let zones = rows(&dir.join("zones.csv"));
    assert_eq!(zones.len(), truth.share.len());
    let number = |row: &HashMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
    let n = zones.len() as f64;
    let (mut bias, mut covered, mut gaps_covered) = (0.0, 0.0, 0.0);
    for ((row, (key, share)), gap) in zones.iter().zip(&truth.share).zip(&truth.gap) {
        assert_eq!(row["zone"], *key);
        bias += (number(row, "p") - share) / n;
        covered += f64::from(u8::from(number(row, "p_lo") <= *share && *share <= number(row, "p_hi"))) / n;
        gaps_covered +=
            f64::from(u8::from(number(row, "gap_lo") <= *gap && *gap <= number(row, "gap_hi"))) / n;
    }
    (bias, covered, gaps_covered)
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let dir = tempfile::tempdir().unwrap();
    let size = Size { zones: 450, surveyed: 25, unsurveyed_every: 9, households: 40, others: 0, sd: 0.5 };
    let truth = country::write(dir.path(), size, 4);
    run(dir.path(), FIT);
    run(dir.path(), APPLY);
    let (bias, covered, gaps_covered) = judge(dir.path(), &truth);
    assert!(bias.abs() < 0.05 * truth.country, "bias {bias} of {}", truth.country);
    assert!((0.93..=0.97).contains(&covered), "covered {covered}");
    assert!((0.90..=1.0).contains(&gaps_covered), "gaps covered {gaps_covered}");

    // The country, by the model: within its own interval; and the survey's own share beside it.
    let states = rows(&dir.path().join("states.csv"));
    let number = |name: &str| states[0][name].parse::<f64>().unwrap();
    assert!(number("p_lo") <= truth.country && truth.country <= number("p_hi"), "{:?}", states[0]);
    assert!((number("direct") - truth.country).abs() < 4.0 * number("direct_se"));
    assert_eq!(states.len(), 1 + 6, "75 zones a state");

    // Zones outside the survey are known worse.
    let zones = rows(&dir.path().join("zones.csv"));
    let mean_error = |surveyed: bool| {
        let of: Vec<f64> = zones
            .iter()
            .filter(|row| (row["n_survey"] != "0") == surveyed)
            .map(|row| row["p_se"].parse::<f64>().unwrap())
            .collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!(mean_error(false) > 1.2 * mean_error(true));

    // The coefficients, within four standard errors.
    let model = std::fs::read_to_string(dir.path().join("model.toml")).unwrap();
    let model: corredor::risk::mirti::Model = toml::from_str(&model).unwrap();
    for (term, wanted) in model.term.iter().zip(country::BETA) {
        let off = (term.coefficient - wanted) / term.se;
        assert!(off.abs() < 4.0, "{} {:?}: {off} standard errors off", term.variable, term.level);
    }
    let sd = model.intercepts.unwrap().sd;
    assert!((sd - size.sd).abs() < 0.1, "sd {sd}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_format() {
    let dir = tempfile::tempdir().unwrap();
    let size = Size { zones: 20, surveyed: 30, unsurveyed_every: 7, households: 20, others: 1, sd: 0.6 };
    country::write(dir.path(), size, 9);
    let file = |name: &str| std::fs::read(dir.path().join(name)).unwrap();
    run(dir.path(), &format!("{FIT} --threads 1"));
    run(dir.path(), &format!("{APPLY} --threads 1"));
    let first = (file("model.toml"), file("zones.csv"), file("states.csv"));
    run(dir.path(), &format!("{FIT} --threads 4"));
    run(dir.path(), &format!("{APPLY} --threads 4"));
    assert_eq!(first, (file("model.toml"), file("zones.csv"), file("states.csv")));
    run(dir.path(), &format!("{APPLY} --seed 88"));
    assert_ne!(first.1, file("zones.csv"), "another seed, other draws");

    // A model comes back to the last bit.
    let model = corredor::risk::mirti::Model::read(&dir.path().join("model.toml")).unwrap();
    assert_eq!(model.to_text().unwrap().as_bytes(), first.0);
}

/// Whether zones lean to one side, which one country cannot show: its survey errs too.
/// `cargo test --release --no-default-features --test cli -- --ignored --nocapture many_countries`
#[test]
#[ignore = "minutes"]
fn zones_of_many_countries_lean_to_no_side() {
    let countries = 40;
    let errors: Vec<f64> = (0..countries)
        .map(|seed| {
            let dir = tempfile::tempdir().unwrap();
            let size =
                Size { zones: 600, surveyed: 25, unsurveyed_every: 0, households: 20, others: 0, sd: 0.5 };
            let truth = country::write(dir.path(), size, 1000 + seed);
            measured(dir.path(), FIT);
            measured(dir.path(), APPLY);
            100.0 * judge(dir.path(), &truth).0
        })
        .collect();
    let n = errors.len() as f64;
    let mean = errors.iter().sum::<f64>() / n;
    let sd = (errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    println!("mean error {mean:.3} points, standard error {:.3}, of countries {sd:.3}", sd / n.sqrt());
    assert!(mean.abs() < 3.0 * sd / n.sqrt(), "{mean} of {errors:?}");
}

/// The size of the promise: 2,400 zones, 60,000 children in the survey, 4 million in a census of 16 million
/// persons. `cargo test --release --no-default-features --test cli -- --ignored --nocapture in_full_size`, or with
/// `CORREDOR_BIN` another binary. The memory is read from `/proc`.
#[test]
#[ignore = "minutes, and gigabytes of disk"]
fn a_country_in_full_size() {
    let dir = tempfile::tempdir().unwrap();
    let size = Size { zones: 2400, surveyed: 25, unsurveyed_every: 0, households: 834, others: 4, sd: 0.5 };
    let truth = country::write(dir.path(), size, 1);
    println!("{} persons, {} children", truth.persons, truth.children);
    let (fit_seconds, fit_cpu, fit_bytes) = measured(dir.path(), FIT);
    let (apply_seconds, apply_cpu, apply_bytes) = measured(dir.path(), APPLY);
    let (bias, covered, gaps_covered) = judge(dir.path(), &truth);
    println!(
        "fit {fit_seconds:.1} s ({fit_cpu:.1} s of processors), {} MB; apply {apply_seconds:.1} s ({apply_cpu:.1} s), {} MB; bias {bias:.6} of {:.4}; \
         covered {:.2} %, gaps {:.2} %",
        fit_bytes >> 20,
        apply_bytes >> 20,
        truth.country,
        100.0 * covered,
        100.0 * gaps_covered
    );
    assert!((0.93..=0.97).contains(&covered), "covered {covered}");
    // The mean error of all zones is that of the survey: within three standard errors of its own share.
    let country = &rows(&dir.path().join("states.csv"))[0];
    assert!(bias.abs() < 3.0 * country["direct_se"].parse::<f64>().unwrap(), "bias {bias}");
    assert!(fit_bytes.max(apply_bytes) < 2 << 30);
    // The processors' time: others may be at work on the machine.
    assert!(fit_cpu + apply_cpu < 60.0);
}

/// Seconds, seconds of processors, and most memory resident, of a run.
fn measured(dir: &Path, arguments: &str) -> (f64, f64, u64) {
    let binary =
        std::env::var_os("CORREDOR_BIN").map_or(PathBuf::from(env!("CARGO_BIN_EXE_corredor")), PathBuf::from);
    let began = Instant::now();
    let mut child = Command::new(binary)
        .args(arguments.split_whitespace())
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (status, stat) = (format!("/proc/{}/status", child.id()), format!("/proc/{}/stat", child.id()));
    let (mut most, mut ticks) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
        let kilobytes = line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0);
        most = most.max(kilobytes << 10);
        // Fields 14 and 15, counted from behind the name: time in the program and in the system.
        let text = std::fs::read_to_string(&stat).unwrap_or_default();
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let tick = |at: usize| fields.get(at).and_then(|f| f.parse::<u64>().ok()).unwrap_or(0);
        ticks = ticks.max(tick(11) + tick(12));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    (began.elapsed().as_secs_f64(), ticks as f64 / 100.0, most)
}
