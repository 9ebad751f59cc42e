//! Runs: what changed between them, going back, checking, and that a reader never sees two at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ground::{self, Ground};

/// A night, seconds.
const NIGHT: i64 = 86_400;

/// The first night: 2026-09-21.
const FIRST: i64 = 1_790_000_000;

#[test]
fn the_diff_says_what_moved() {
    let ground = Ground::new();
    assert!(ground.publish_at(FIRST).diff.is_none(), "the first run has nothing to be compared with");
    assert!(!ground.path("published/current/changes.json").exists());
    ground.put("data/shelters.csv", "id,lon,lat\nS1,0.5,0.5\n");
    ground.put("data/table.csv", &ground::table(60));
    let diff = ground.publish_at(FIRST + NIGHT).diff.unwrap();
    let lines = |lang| diff.lines(lang).join("\n").replace(&diff.from, "FIRST");
    insta::assert_snapshot!("diff_en", lines(corredor::lang::Lang::En));
    insta::assert_snapshot!("diff_es", lines(corredor::lang::Lang::Es));
    // What is told is what is published, and what `corredor diff` says of the same two.
    let published: serde_json::Value =
        serde_json::from_str(&ground.text("published/current/changes.json")).unwrap();
    assert_eq!(published, serde_json::to_value(&diff).unwrap());
    let told = ground.run(&["diff", "--json", "--output", "out"]);
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&told.stdout).unwrap(), published);
    for name in ["changes.geojson", "changes.qml", "gap_changes.geojson", "gap_changes.en.qml"] {
        assert_eq!(
            ground.text(&format!("out/{name}")),
            ground.text(&format!("published/current/{name}")),
            "{name}"
        );
    }
    // Each appears whole, for whoever may read a new file, and nothing is left of the writing.
    let mode = |path: &str| fs::metadata(ground.path(path)).unwrap().permissions().mode() & 0o777;
    ground.put("new", "");
    for name in ground::files(&ground.path("out")).into_keys() {
        assert!(name.contains("changes"), "{name}");
        assert_eq!(mode(&format!("out/{name}")), mode("new"), "{name}");
    }
    let refused = ground.told(&["render", "hotspots", "--out", "nowhere/x.svg"]);
    assert!(refused.contains("cannot write nowhere/x.svg: there is no such folder"), "{refused}");
    let style = ground.text("published/current/changes.en.qml");
    assert!(style.contains("Became a hot spot") && style.contains("attr=\"change\""));
    let backwards = ground.run(&["diff", "current", "previous", "--json"]);
    let backwards: serde_json::Value = serde_json::from_slice(&backwards.stdout).unwrap();
    assert_eq!(backwards["gaps"]["opened"], published["gaps"]["closed"]);
    let same = ground.run(&["diff", "current", "current"]);
    assert!(String::from_utf8(same.stdout).unwrap().starts_with("Nothing changed between"));
}

#[test]
fn zones_and_sources_come_and_go() {
    let ground = Ground::new();
    ground.publish_at(FIRST);
    let text = ground.text("data/zones.geojson");
    ground.put("data/other.geojson", &text.replace("\"code\":\"33\"", "\"code\":\"39\""));
    ground.edit("layers/zones.toml", "zones.geojson", "other.geojson");
    let diff = ground.publish_at(FIRST + NIGHT).diff.unwrap();
    let hotspots = diff.layers.iter().find(|layer| layer.layer == "hotspots").unwrap();
    assert_eq!(
        (&hotspots.added[..], &hotspots.removed[..]),
        (&["39".to_owned()][..], &["33".to_owned()][..])
    );
    let sources = format!("{:?}", diff.sources);
    assert!(sources.contains("New { source: \"other.geojson\" }"), "{sources}");
    assert!(sources.contains("Vanished { source: \"zones.geojson\" }"), "{sources}");
    let changes = ground.text("published/current/changes.geojson");
    assert!(
        changes.contains("\"change\":\"added\"") && changes.contains("\"change\":\"removed\""),
        "{changes}"
    );
}

#[test]
fn going_back_and_staying_there() {
    let ground = Ground::new();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    let output = ground.run(&["rollback", "previous"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("Current now: {first}\n"));
    assert_eq!(ground.current(), first);
    // The next night would only make the second run again.
    let outcome = ground.publish_at(FIRST + 2 * NIGHT);
    assert_eq!((outcome.withdrawn, outcome.run), (Some(second.clone()), None));
    assert_eq!(ground.current(), first);
    // Until something changes; and then the changes are those since what is current.
    ground.put("data/shelters.csv", &ground::shelters(2.5));
    let outcome = ground.publish_at(FIRST + 3 * NIGHT);
    assert_eq!(outcome.diff.unwrap().from, first);
    let output = ground.run(&["runs", "--json"]);
    let runs: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let sequences: Vec<u64> =
        runs.as_array().unwrap().iter().map(|r| r["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, [1, 2, 3]);
    assert_eq!(runs[2]["previous"], first);
    insta::assert_snapshot!(
        ground
            .told(&["rollback", "1999"])
            .replace(&first, "FIRST")
            .replace(&second, "SECOND")
            .replace(&outcome.run.unwrap(), "THIRD")
    );
}

#[test]
fn a_damaged_run_is_told_and_never_gone_back_to() {
    let ground = Ground::new();
    let first = ground.publish_at(FIRST).run.unwrap();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let second = ground.publish_at(FIRST + NIGHT).run.unwrap();
    assert!(ground.told(&["verify"]).starts_with("exit 0"));
    let file = ground.path(&format!("published/runs/{first}/gaps.csv"));
    let mut bytes = fs::read(&file).unwrap();
    bytes[3] ^= 1;
    fs::write(&file, bytes).unwrap();
    let told = ground.told(&["verify", "previous"]);
    assert!(told.starts_with("exit 1") && told.contains("gaps.csv"), "{told}");
    let told = ground.told(&["rollback", &first]);
    assert!(told.starts_with("exit 1") && told.contains("gaps.csv"), "{told}");
    assert_eq!(ground.current(), second);
    let sums = ground.run(&["verify", "--json"]);
    let sums: serde_json::Value = serde_json::from_slice(&sums.stdout).unwrap();
    assert_eq!(sums["faults"].as_array().unwrap().len(), 0);
    // A current run that lost a file is published again, though nothing else changed.
    fs::remove_file(ground.path("published/current/gaps.csv")).unwrap();
    let outcome = ground.publish_at(FIRST + 2 * NIGHT);
    assert!(outcome.run.is_some() && outcome.layers.iter().all(|layer| layer.reused));
    assert!(ground.told(&["verify"]).starts_with("exit 0"));
}

#[test]
fn a_reader_never_sees_a_mixture() {
    let ground = Ground::new();
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[publish]\nkeep = 100\n");
    ground.publish_at(FIRST);
    let stop = AtomicBool::new(false);
    let mut seen = BTreeSet::new();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for night in 1..=100 {
                // The title goes into the metadata, the shelter into the data: both must be of one night.
                ground.put("data/shelters.csv", &ground::shelters(0.5 + f64::from(night % 7) / 3.0));
                let gaps = ground.text("layers/gaps.toml");
                let tail = gaps.split_once('\n').unwrap().1;
                ground.put(
                    "layers/gaps.toml",
                    &format!("title = {{ es = \"Brechas {night}\", en = \"Gaps\" }}\n{tail}"),
                );
                ground.publish_at(FIRST + i64::from(night) * NIGHT);
            }
            stop.store(true, Ordering::Relaxed);
        });
        while !stop.load(Ordering::Relaxed) && !writer.is_finished() {
            let run = ground.path("published/current").canonicalize().unwrap();
            assert_eq!(corredor::publish::verify(&run).unwrap(), [], "{}", run.display());
            for file in ["hotspots", "gaps", "stretches", "states"] {
                let text = fs::read_to_string(run.join(format!("{file}.geojson"))).unwrap();
                serde_json::from_str::<serde_json::Value>(&text).unwrap();
            }
            seen.insert(run);
        }
        writer.join().unwrap();
    });
    assert!(seen.len() > 1, "the reader saw no switch");
    assert_eq!(fs::read_dir(ground.path("published/runs")).unwrap().count(), 100);
}

#[test]
fn thirty_nights() {
    let ground = Ground::new();
    let publish =
        "invented = true\n[publish]\nkeep = 4\nkeep_months = 2\nhistory = 20\n[build]\ncache_mb = 1\n";
    ground.edit("corredor.toml", "invented = true\n[build]\n", publish);
    let (mut told, mut sizes) = (Vec::new(), Vec::new());
    let mut before: Option<Night> = None;
    for night in 0..30_usize {
        // Poverty gathers in one corner, then in the other; a shelter moves every fifth night; every seventh night is
        // quiet.
        if night % 7 != 6 {
            ground.put("data/table.csv", &drift(night));
            let incidents: String = (0..night % 6).map(|n| format!("n{n},{}.5,1.5\n", n % 4)).collect();
            ground.put("data/incidents.csv", &format!("id,lon,lat\ni1,0.5,0.5\n{incidents}"));
            ground.put("data/shelters.csv", &ground::shelters(0.5 + (night / 5) as f64 / 2.0));
        }
        let outcome = ground.publish_at(FIRST + night as i64 * NIGHT);
        assert_eq!(outcome.unchanged, night % 7 == 6, "night {night}");
        if outcome.unchanged {
            continue;
        }
        let now = Night::read(&ground);
        if let (Some(before), Some(diff)) = (&before, &outcome.diff) {
            told.push(format!("{night:2}: {}", now.since(before, diff)));
        }
        before = Some(now);
        sizes.push(ground::tree(ground.root()).values().map(|bytes| bytes.len() as u64).sum::<u64>());
    }
    insta::assert_snapshot!(told.join("\n"));
    // Four runs and one of September; their states, and no more.
    assert_eq!(fs::read_dir(ground.path("published/runs")).unwrap().count(), 5);
    assert_eq!(fs::read_dir(ground.path(".corredor/runs")).unwrap().count(), 5);
    // 1 MB of cache, 5 runs of some 930 kB, a history of 20 runs.
    assert!(sizes.iter().max().unwrap() < &6_000_000, "{sizes:?}");
    let trends = corredor::build::trends(ground.root(), None).unwrap();
    // Twenty runs, and the quiet nights among them.
    assert!(trends.iter().all(|zone| (20..=24).contains(&zone.nights)) && !trends.is_empty(), "{trends:?}");
}

/// Indicators of a night: a poor corner that moves from the south-west to the north-east.
fn drift(night: usize) -> String {
    let poor = |x: usize, y: usize| match night {
        0..3 => 40 + (x * 7 + y * 3) % 5,
        3..16 if x < 2 && y < 2 => 90 + night % 10,
        16.. if x > 1 && y > 1 => 70 + night,
        _ => 10 + (x * 7 + y * 3 + night) % 7,
    };
    let rows = (0..16).map(|n| (n % 4, n / 4)).map(|(x, y)| format!("{y}{x},{0},{0}\n", poor(x, y)));
    "code,poor,far\n".to_owned() + &rows.collect::<String>()
}

/// A night as its spreadsheets tell it, to be compared without the diff's own reader.
struct Night {
    hot: BTreeSet<String>,
    priority: BTreeMap<String, f64>,
    gap_km: f64,
}

impl Night {
    fn read(ground: &Ground) -> Self {
        let rows = |layer: &str| -> Vec<BTreeMap<String, String>> {
            let mut reader =
                csv::Reader::from_path(ground.path(&format!("published/current/{layer}.csv"))).unwrap();
            let header = reader.headers().unwrap().clone();
            let row = |row: csv::StringRecord| {
                header.iter().zip(&row).map(|(field, value)| (field.to_owned(), value.to_owned())).collect()
            };
            reader.records().map(|record| row(record.unwrap())).collect()
        };
        let zones = rows("hotspots");
        let hot = zones.iter().filter(|zone| zone["gi_bin"].parse::<i64>().is_ok_and(|bin| bin >= 2));
        Self {
            hot: hot.map(|zone| zone["code"].clone()).collect(),
            priority: zones.iter().map(|z| (z["code"].clone(), z["priority"].parse().unwrap())).collect(),
            gap_km: rows("gaps").iter().map(|gap| gap["km"].parse::<f64>().unwrap()).sum(),
        }
    }

    /// What changed, in a line; the diff must say the same.
    fn since(&self, before: &Self, diff: &corredor::publish::Diff) -> String {
        let keys = |zones: &[corredor::publish::diff::Mover]| -> BTreeSet<String> {
            zones.iter().map(|zone| zone.key.clone()).collect()
        };
        let hot = diff.hotspots.as_ref().unwrap();
        let (entered, left) = (&self.hot - &before.hot, &before.hot - &self.hot);
        assert_eq!((keys(&hot.entered), keys(&hot.left)), (entered.clone(), left.clone()));
        assert_eq!(hot.count, [before.hot.len(), self.hot.len()]);
        let gaps = diff.gaps.as_ref().unwrap();
        assert!((gaps.km[0] - before.gap_km).abs() < 1e-6 && (gaps.km[1] - self.gap_km).abs() < 1e-6);
        let mut moved: Vec<(f64, &String)> = self
            .priority
            .iter()
            .map(|(key, now)| ((now - before.priority[key]).abs(), key))
            .filter(|(moved, _)| *moved > 0.0)
            .collect();
        moved.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        moved.truncate(corredor::publish::diff::MOVERS);
        let largest: Vec<&String> = moved.iter().map(|(_, key)| *key).collect();
        assert_eq!(diff.movers.iter().map(|mover| &mover.key).collect::<Vec<_>>(), largest);
        format!(
            "hot {} -> {}, in {entered:?}, out {left:?}; gaps {:.0} -> {:.0} km, {} opened, {} closed; movers {largest:?}",
            before.hot.len(),
            self.hot.len(),
            before.gap_km,
            self.gap_km,
            gaps.opened.len(),
            gaps.closed.len()
        )
    }
}
