//! The published maps are attacked before anybody else does it: no site may come back from them.
//!
//! The attack reads published folders and knows what everybody can know: the source of the program, the settlements,
//! and how many people live in them. It shares no code with what protects or audits, so that one mistake is not made
//! twice.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]
#![allow(dead_code, reason = "what the attack knows and does not need")]

#[path = "../common/mod.rs"]
mod common;
mod cost;
mod globe;
mod ground;
mod knowing;
mod nights;
mod published;
mod rings;
mod score;
mod trace;

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
    let Some(data) = common::mexico() else { return };
    attack(&Ground::mexico(&data, true), "mexico", false).judge();
}

#[test]
#[ignore = "thirty builds of Mexico: ten minutes"]
fn mexico_for_thirty_nights() {
    let Some(data) = common::mexico() else { return };
    attack(&Ground::mexico(&data, true), "mexico", true).judge();
}

/// Files that say nothing of when and for whom they were made: the same for the same figures.
const PLAIN: [&str; 4] = ["geojson", "csv", "fgb", "qml"];

/// Publishes for all and for partners at once, and for partners alone; says what the public lacks.
fn compare(ground: &Ground, name: &str) {
    let main = std::fs::read_to_string(ground.folder().join("corredor.toml")).unwrap();
    let put = |text: &str| std::fs::write(ground.folder().join("corredor.toml"), text).unwrap();
    let publish = main.find("\n[publish]").unwrap();
    let (head, tail) = main.split_at(publish);
    put(&format!("{head}{}", tail.replacen("level = \"public\"", "level = \"restricted\"", 1)));
    let alone = ground.build(&ground.lines);
    let kept = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(&alone).unwrap().flatten() {
        std::fs::copy(entry.path(), kept.path().join(entry.file_name())).unwrap();
    }
    // Runs of another level beside those of the editions are another test's.
    std::fs::remove_dir_all(ground.folder().join("published")).unwrap();
    put(&(main.clone()
        + "\n[publish.edition.public]\n\n[publish.edition.partners]\nlevel = \"restricted\"\n"));
    ground.run(&["build"]);
    let edition =
        |name: &str| ground.folder().join("published").join(name).join("current").canonicalize().unwrap();
    let (partners, public) = (edition("partners"), edition("public"));
    let mut same = 0;
    for entry in std::fs::read_dir(kept.path()).unwrap().flatten() {
        let file = entry.file_name();
        if PLAIN.iter().any(|kind| Path::new(&file).extension().is_some_and(|e| e == *kind)) {
            let (left, right) =
                (std::fs::read(entry.path()).unwrap(), std::fs::read(partners.join(&file)).unwrap());
            assert!(left == right, "{} differs", file.display());
            same += 1;
        }
    }
    // Mexico publishes 16 such files, the demo more.
    assert!(same >= 16, "{same} files");
    eprintln!("{name}, partners: {same} files are the same to the byte");
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
    let Some(data) = common::mexico() else { return };
    compare(&Ground::mexico(&data, true), "mexico");
}
