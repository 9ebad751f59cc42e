//! The published maps are attacked before anybody else does it: no site may come back from them.
//!
//! The attack reads published folders and knows what everybody can know: the source of the program, the settlements,
//! and how many people live in them. It shares no code with what protects or audits, so that one mistake is not made
//! twice.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]
#![allow(dead_code, reason = "what the attack knows and does not need")]

use crate::fixtures;
mod cost;
mod globe;
mod ground;
mod knowing;
mod nights;
mod published;
mod rings;
mod score;
mod trace;

use std::collections::BTreeMap;
use std::path::Path;

use cost::Cost;
use globe::Place;
use ground::Ground;
use knowing::{Groups, Guess, PUBLIC};
use published::{Places, Published};
use score::Score;

/// How well every attack went.
struct Attacked {
    /// By distances, gaps, both, and what differs between nights: the places of sites.
    scores: Vec<Score>,
    /// By who knows the groups: from one run, and from thirty nights.
    guesses: Vec<Guess>,
}

impl Attacked {
    /// At most one site in twenty is found, and none has fewer than ten candidates.
    fn judge(&self) {
        self.scores.iter().for_each(|score| assert!(score.within(5.0) <= 0.05, "{score}"));
        for guess in &self.guesses {
            assert!(guess.candidates.first().is_some_and(|&least| least >= PUBLIC.k), "{guess:?}");
            // One in k: more than that an even guess must not find either.
            assert!(guess.evenly <= 1.0 / PUBLIC.k as f64, "{guess:?}");
        }
    }
}

/// Attacks one run in every way, then thirty nights by what differs where they are lived through; says how it went.
fn attack(whole: &Ground, name: &str, nightly: bool) -> Attacked {
    let current = whole.build(&whole.lines);
    let places = Places::read(&current);
    let run = Published::read(&current, &places);
    let sites: Vec<Place> = whole.lines.iter().map(|line| whole.place(line)).collect();
    let people = |site: &Place| {
        let zone = run.zones.iter().min_by(|a, b| a.at.chord2(site).total_cmp(&b.at.chord2(site)));
        zone.map_or(0.0, |z| z.people)
    };
    let (small, large): (Vec<Place>, Vec<Place>) = sites.iter().partition(|site| people(site) < 50_000.0);
    let (mut scores, mut seen) = (Vec::new(), Vec::new());
    for (way, found) in [
        ("distances", trace::by_distances(&run)),
        ("gaps", trace::by_gaps(&run)),
        ("both", trace::by_both(&run)),
    ] {
        let named: Vec<Place> = found.iter().map(|f| f.at).collect();
        eprintln!("{name}, {way:9} {}", Score::new(&sites, &named));
        eprintln!("{name}, {way:9} under 50,000 people: {}", Score::new(&small, &named));
        eprintln!("{name}, {way:9} over  50,000 people: {}", Score::new(&large, &named));
        scores.push(Score::new(&sites, &named));
        seen = named;
    }
    let settlements = whole.settlements(&run);
    let groups = Groups::new(&settlements, PUBLIC);
    let (number, least, most) = groups.sizes();
    eprintln!("{name}, {number} groups of {least} to {most} settlements");
    // A site's own settlement: the zone it lies in, or the nearest of a list of towns.
    let of_zones = settlements.len() == run.zones.len();
    let own = |site: &Place| {
        let zone = places.zone_of(site).filter(|_| of_zones);
        let inside = zone.and_then(|key| settlements.iter().position(|s| s.key == key));
        inside.or_else(|| {
            let to = |&i: &usize| settlements[i].at.chord2(site);
            (0..settlements.len()).min_by(|a, b| to(a).total_cmp(&to(b)))
        })
    };
    let truth = |sites: &[Place]| sites.iter().filter_map(own).collect::<Vec<usize>>();
    let mut guesses = vec![knowing::guess(&groups, &groups.at(&seen), &truth(&sites))];
    say(name, "one run", &guesses[0]);

    if !nightly {
        return Attacked { scores, guesses };
    }
    let lived = nights::live(whole);
    let score = Score::new(&lived.changed, &lived.named);
    eprintln!("{name}, 30 nights, {} refused: {score}", lived.refused);
    scores.push(score);
    // Whatever a night tells is known: places that differences name, and those of the last run.
    let last = lived.runs.last().map(trace::by_both).unwrap_or_default();
    let named: Vec<Place> = lived.named.iter().copied().chain(last.iter().map(|found| found.at)).collect();
    let guess = knowing::guess(&groups, &groups.at(&named), &truth(&lived.changed));
    say(name, "30 nights", &guess);
    guesses.push(guess);
    Attacked { scores, guesses }
}

fn say(name: &str, what: &str, guess: &Guess) {
    let percent = |share: f64| 100.0 * share;
    let at = |i: usize| guess.candidates.get(i).copied().unwrap_or(0);
    eprintln!(
        "{name}, knowing the groups, {what}: {} candidates at least, median {}, worth {:.1} by people; an even guess \
         names {:.1} % of the sites, the largest {:.0} %, the largest without a map {:.0} %; under 50,000 people {:.0} % \
         and {:.0} %",
        at(0),
        at(guess.candidates.len() / 2),
        guess.effective,
        percent(guess.evenly),
        percent(guess.largest),
        percent(guess.without),
        percent(guess.small.0),
        percent(guess.small.1),
    );
}

#[test]
fn the_demo() {
    attack(&Ground::demo(), "demo", true).judge();
}

#[test]
fn mexico() {
    let Some(data) = fixtures::mexico() else { return };
    attack(&Ground::mexico(&data, true), "mexico", false).judge();
}

#[test]
#[ignore = "thirty builds of Mexico: a quarter of an hour"]
fn mexico_for_thirty_nights() {
    let Some(data) = fixtures::mexico() else { return };
    attack(&Ground::mexico(&data, true), "mexico", true).judge();
}

/// All files of a published folder, by their names.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    entries.map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
}

/// Files that say which run and edition they are of, or digests of such files.
fn says_its_run(name: &str) -> bool {
    ["CITATION.cff", "LEEME.md", "README.md", "SHA256SUMS", "metadata.json", "run.json"].contains(&name)
        || name.ends_with(".stac.json")
}

/// A file without the name of its run and of its edition, and without digests.
fn nameless(bytes: &[u8], run: &str) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap().replace(run, "RUN");
    let text = text.replace(",\n  \"edition\": \"partners\"", "");
    let digest = |word: &str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .map(|part| {
            let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if digest(word) { part.replace(word, "DIGEST") } else { part.to_owned() }
        })
        .collect()
}

/// Publishes for partners alone, and for all and partners at once: partners get the same to the byte. Says what the public
/// lacks.
fn compare(ground: &Ground, name: &str) {
    let main = std::fs::read_to_string(ground.folder().join("corredor.toml")).unwrap();
    let put = |text: &str| std::fs::write(ground.folder().join("corredor.toml"), text).unwrap();
    // The same second, as files say when they were made.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let publish = main.find("\n[publish]").unwrap();
    let (head, tail) = main.split_at(publish);
    put(&format!("{head}{}", tail.replacen("level = \"public\"", "level = \"restricted\"", 1)));
    // Runs of another level are another test's.
    let published = ground.folder().join("published");
    let clear = || published.exists().then(|| std::fs::remove_dir_all(&published).unwrap());
    clear();
    ground.build_at(now);
    let run = |current: &Path| current.file_name().unwrap().to_string_lossy().into_owned();
    let (alone, run_alone) = (files(&ground.current()), run(&ground.current()));
    clear();
    put(&(main + "\n[publish.edition.public]\n\n[publish.edition.partners]\nlevel = \"restricted\"\n"));
    ground.build_at(now);
    let edition = |name: &str| published.join(name).join("current").canonicalize().unwrap();
    let (partners, public) = (edition("partners"), edition("public"));
    let (beside, run_beside) = (files(&partners), run(&partners));

    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&alone), names(&beside));
    let mut same: Vec<&str> = Vec::new();
    for (file, bytes) in &alone {
        if says_its_run(file) {
            let (left, right) = (nameless(bytes, &run_alone), nameless(&beside[file], &run_beside));
            assert!(left == right, "{file} differs in more than its run:\n{left}\n{right}");
        } else {
            assert!(*bytes == beside[file], "{file} differs");
            same.push(file);
        }
    }
    // Nothing that is published was left out.
    let layers = ground.published_layers();
    assert!(layers.len() >= 3, "{layers:?}");
    for (layer, on_map) in &layers {
        let forms: &[&str] = if *on_map { &["csv", "geojson", "qml", "qmd"] } else { &["csv", "qmd"] };
        for form in forms {
            let file = format!("{layer}.{form}");
            assert!(same.contains(&file.as_str()), "{file} was not compared");
        }
    }
    for kind in [".gpkg", ".qgz", "styles.json"] {
        assert!(same.iter().any(|file| file.ends_with(kind)), "no {kind} was compared");
    }
    eprintln!(
        "{name}, partners: {} files of {} layers are the same to the byte, {} but for the name of the run",
        same.len(),
        layers.len(),
        alone.len() - same.len()
    );
    let cost = Cost::new(&partners, &public);
    eprintln!("{name}, cost: {cost}");
    assert!(cost.near_km.0 > 0.0, "{cost}");
}

#[test]
fn partners_lose_nothing() {
    compare(&Ground::demo(), "demo");
}

#[test]
fn partners_lose_nothing_in_mexico() {
    let Some(data) = fixtures::mexico() else { return };
    compare(&Ground::mexico(&data, true), "mexico");
}
