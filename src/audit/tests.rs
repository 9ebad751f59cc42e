//! The judgement, on an invented country whose towns stand in rows.

use std::collections::BTreeMap;

use super::{FaultKind, Hidden, Question, Report, Seen, Towns, judge};
use crate::audit::evidence::Evidence;
use crate::geodesy::distance_km;
use crate::lang::Lang;
use crate::protect::{Candidates, GroupRules, Groups, Key, displace};
use crate::workspace::config::Level;

const SIDE: u32 = 24;
const K: usize = 10;

struct Country {
    candidates: Candidates,
    groups: Groups,
}

impl Country {
    fn new(k: usize) -> Self {
        let towns = 0..SIDE * SIDE;
        let ids: Vec<String> = towns.clone().map(|i| format!("{i:04}")).collect();
        // Rows that are not straight, so that no circle meets all of them.
        let lon: Vec<f64> =
            towns.clone().map(|i| -104.0 + f64::from(i % SIDE) * 0.21 + f64::from(i % 7) * 0.01).collect();
        let lat: Vec<f64> =
            towns.map(|i| 17.0 + f64::from(i / SIDE) * 0.19 + f64::from(i % 5) * 0.01).collect();
        let people = vec![5_000.0; ids.len()];
        let candidates = Candidates::new(&ids, &lon, &lat, Some(&people)).unwrap();
        let groups = Groups::new(&candidates, &GroupRules { k, ..GroupRules::default() }).unwrap();
        Self { candidates, groups }
    }

    fn sites(&self) -> Vec<(f64, f64)> {
        [70, 161, 205, 290, 333, 401, 480, 512]
            .map(|town| (self.candidates.lon()[town] + 0.004, self.candidates.lat()[town] - 0.003))
            .to_vec()
    }

    fn hidden(&self, key: &Key, sites: &[(f64, f64)]) -> Hidden {
        let (lon, lat): (Vec<f64>, Vec<f64>) = sites.iter().copied().unzip();
        let keys: Vec<String> = (0..sites.len()).map(|i| format!("s{i}")).collect();
        let displaced = displace(key, &self.candidates, &self.groups, &lon, &lat).unwrap();
        Hidden::new("shelters", (&keys, &lon, &lat), &self.candidates, &self.groups, &displaced)
    }

    /// Distances from every town to the nearest of some places, in whole kilometres.
    fn said(&self, field: &str, places: &[(f64, f64)]) -> Evidence {
        let mut evidence = Evidence::default();
        let source = evidence.source("zones", field);
        for (row, (&lon, &lat)) in self.candidates.lon().iter().zip(self.candidates.lat()).enumerate() {
            let km =
                places.iter().map(|p| distance_km(lon, lat, p.0, p.1)).fold(f64::INFINITY, f64::min).round();
            evidence.near(source, row as u32, (lon, lat), (km - 0.5, km + 0.5));
        }
        evidence
    }

    fn judge(&self, hidden: &[Hidden], open: &[(f64, f64)], runs: &[Seen]) -> Report {
        let towns = Towns::of(&self.candidates);
        judge(&Question {
            edition: None,
            level: Level::Public,
            k: K,
            hidden,
            open,
            towns: &towns,
            lists: &BTreeMap::new(),
            alike: &[],
            runs,
        })
    }
}

fn shown(hidden: &Hidden) -> Vec<(f64, f64)> {
    hidden.places.iter().map(|place| place.at).collect()
}

fn run(name: &str, staged: bool, evidence: Evidence, hidden: Option<&Hidden>) -> Seen {
    let hidden = hidden.map(|hidden| vec![hidden.clone()]);
    Seen { run: name.to_owned(), edition: None, staged, evidence, hidden }
}

#[test]
fn displaced_sites_are_left_with_enough_settlements() {
    let country = Country::new(K);
    let sites = country.sites();
    let hidden = country.hidden(&Key::invented(1), &sites);
    let runs = [run("now", true, country.said("near_km", &shown(&hidden)), Some(&hidden))];
    let report = country.judge(&[hidden], &[], &runs);
    assert!(report.passed, "{report:#?}");
    assert_eq!(report.sites, 8);
    assert!(report.candidates.unwrap()[0] >= K as f64 && report.km2.unwrap()[0] > 100.0);
    assert!(report.likeliest.unwrap()[0] <= 0.1);
    assert_eq!(report.runs[0].sources[0].unexplained, 0);
    assert!(report.runs[0].pinned >= 7, "the displaced places are seen");
}

#[test]
fn true_distances_under_any_name_are_refused() {
    let country = Country::new(K);
    let sites = country.sites();
    let hidden = country.hidden(&Key::invented(1), &sites);
    let runs = [run("now", true, country.said("how_far", &sites), Some(&hidden))];
    let report = country.judge(&[hidden], &[], &runs);
    let fault = &report.faults[0];
    assert_eq!((fault.kind, fault.field.as_str(), report.faults.len()), (FaultKind::Traced, "how_far", 1));
    assert!(fault.sites >= 7 && fault.fewest < K, "{fault:?}");
    assert!(report.runs[0].within[0] >= 7);
    for lang in Lang::ALL {
        let said = format!("{} {}", fault.message(K, lang), fault.advice(lang));
        assert!(said.contains("`how_far`") && said.contains("`zones`"), "{said}");
        assert!(!said.contains("s0") && !said.contains("0070"), "{said}");
    }
}

#[test]
fn a_run_of_before_that_is_still_public_is_named() {
    let country = Country::new(K);
    let sites = country.sites();
    let hidden = country.hidden(&Key::invented(1), &sites);
    let runs = [
        run("before", false, country.said("near_km", &sites), None),
        run("now", true, country.said("near_km", &shown(&hidden)), Some(&hidden)),
    ];
    let report = country.judge(&[hidden], &[], &runs);
    let kinds: Vec<(FaultKind, &str)> = report.faults.iter().map(|f| (f.kind, f.run.as_str())).collect();
    assert_eq!(kinds, [(FaultKind::TracedBefore, "before")]);
    assert!(report.faults[0].advice(Lang::En).contains("corredor withdraw before"));
}

#[test]
fn sites_that_readers_may_see_and_other_distances_are_no_leak() {
    let country = Country::new(K);
    let sites = country.sites();
    let hidden = country.hidden(&Key::invented(1), &sites);
    let clinics = [(-103.2, 18.1), (-100.9, 20.2), (-101.7, 18.9)];
    let mut evidence = country.said("near_km", &shown(&hidden));
    let more = country.said("clinic_km", &clinics);
    let source = evidence.source("zones", "clinic_km");
    evidence.clues.extend(more.clues.into_iter().map(|mut clue| {
        clue.source = source;
        clue
    }));
    let runs = [run("now", true, evidence, Some(&hidden))];
    assert!(country.judge(std::slice::from_ref(&hidden), &clinics, &runs).passed);
    // Nor where nobody says whose distances they are: they lead elsewhere.
    assert!(country.judge(&[hidden], &[], &runs).passed);
}

#[test]
fn nights_of_openings_and_closings_say_no_more_than_one() {
    let country = Country::new(K);
    let key = Key::invented(1);
    let all = country.sites();
    let mut runs = Vec::new();
    let mut last = country.hidden(&key, &all);
    for night in 0..6_usize {
        let mut sites: Vec<(f64, f64)> = all.iter().copied().skip(night % 3).collect();
        // One moves within its town, which is not seen.
        sites[3].0 += 0.001 * night as f64;
        last = country.hidden(&key, &sites);
        let name = format!("night{night}");
        runs.push(run(&name, night == 5, country.said("near_km", &shown(&last)), Some(&last)));
    }
    let report = country.judge(&[last], &[], &runs);
    assert!(report.passed, "{:#?}", report.faults);
    assert!(report.candidates.unwrap()[0] >= K as f64);
    assert!(report.differences.iter().any(|d| d.appeared + d.vanished > 0), "{:#?}", report.differences);
}

/// A new key moves every place once; what the runs say together is still the group.
#[test]
fn many_keys_say_no_more_than_one() {
    let country = Country::new(K);
    let sites = country.sites();
    let mut runs = Vec::new();
    let mut last = country.hidden(&Key::invented(0), &sites);
    for seed in 0..14 {
        last = country.hidden(&Key::invented(seed), &sites);
        let name = format!("key{seed:02}");
        runs.push(run(&name, seed == 13, country.said("near_km", &shown(&last)), Some(&last)));
    }
    let report = country.judge(&[last], &[], &runs);
    assert!(report.passed, "{:?}", report.faults);
}

#[test]
fn a_run_of_which_nothing_is_known_is_not_trusted() {
    let country = Country::new(K);
    let sites = country.sites();
    let (now, then) = (country.hidden(&Key::invented(1), &sites), country.hidden(&Key::invented(2), &sites));
    let runs = [
        run("before", false, country.said("near_km", &shown(&then)), None),
        run("now", true, country.said("near_km", &shown(&now)), Some(&now)),
    ];
    let report = country.judge(std::slice::from_ref(&now), &[], &runs);
    assert!(
        !report.passed && report.faults.iter().all(|fault| fault.run == "before"),
        "{:#?}",
        report.faults
    );
    // One that says what is said now needs no record.
    let runs = [
        run("before", false, country.said("near_km", &shown(&now)), None),
        run("now", true, country.said("near_km", &shown(&now)), Some(&now)),
    ];
    assert!(country.judge(std::slice::from_ref(&now), &[], &runs).passed);
}

#[test]
fn groups_that_are_too_small_are_told() {
    let country = Country::new(4);
    let hidden = country.hidden(&Key::invented(1), &country.sites());
    let runs = [run("now", true, country.said("near_km", &shown(&hidden)), Some(&hidden))];
    let report = country.judge(&[hidden], &[], &runs);
    assert_eq!(report.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Groups]);
    let page = report.lines(Lang::Es).join("\n");
    assert!(page.contains("NO pasa") && page.contains("[protect.k]"), "{page}");
}

#[test]
fn the_page_is_plain_in_both_languages() {
    let country = Country::new(K);
    let hidden = country.hidden(&Key::invented(1), &country.sites());
    let runs =
        [run("20261130T000000Z-1a2b3c4d", false, country.said("near_km", &shown(&hidden)), Some(&hidden))];
    let report = country.judge(&[hidden], &[], &runs);
    let page: Vec<String> = Lang::ALL.iter().map(|&lang| report.lines(lang).join("\n")).collect();
    insta::assert_snapshot!(page.join("\n\n"));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
