//! What is left of each hidden site's secret when every run that readers may see is attacked at once.

use super::evidence::{Evidence, Source};
use super::hidden::Towns;
use super::left::left;
use super::question::{Question, Seen};
use super::report::{Difference, Fault, FaultKind, Report, RunReport, SourceReport};
use super::trace::{Place, places};
use crate::geodesy::{distance_km, to_ecef_km};

/// What is said may be off by this from what published sites explain: coordinates have seven decimals and the distances
/// of the attack some metres, kilometres.
const SLACK_KM: f64 = 0.06;

/// A place that nothing explains, so near to a hidden site, has found it, kilometres.
const FOUND_KM: f64 = 5.0;

/// Places of two runs no farther apart than this are one, kilometres.
const SAME_KM: f64 = 2.0;

/// Attacks all runs at once, and judges.
pub fn judge(question: &Question<'_>) -> Report {
    let mut report = Report {
        edition: question.edition.map(str::to_owned),
        level: question.level,
        k: question.k,
        run: question.runs.last().map(|seen| seen.run.clone()).unwrap_or_default(),
        sites: question.hidden.iter().map(|hidden| hidden.sites.len()).sum(),
        alike: question.alike.to_vec(),
        ..Report::default()
    };
    let mut traced: Vec<(&Evidence, Vec<Place>)> = Vec::new();
    let mut number = Vec::with_capacity(question.runs.len());
    for seen in question.runs {
        // Nights on which nothing changed say the same.
        let known = traced.iter().position(|(evidence, _)| **evidence == seen.evidence);
        number.push(known.unwrap_or_else(|| {
            traced.push((&seen.evidence, places(&seen.evidence)));
            traced.len() - 1
        }));
    }
    for (seen, &number) in question.runs.iter().zip(&number) {
        let found = &traced[number].1;
        let (sources, faults) = explain(question, seen);
        report.faults.extend(faults);
        let pinned = |place: &&Place| place.pinned();
        let within = |km: f64| {
            let sites = question.hidden.iter().flat_map(|hidden| &hidden.sites).filter_map(|site| site.at);
            let near =
                |site: &(f64, f64)| found.iter().filter(pinned).any(|place| place_km(place, *site) <= km);
            sites.clone().filter(near).count()
        };
        report.runs.push(RunReport {
            run: seen.run.clone(),
            edition: seen.edition.clone(),
            staged: seen.staged,
            said: seen.evidence.len(),
            sources,
            places: found.len(),
            pinned: found.iter().filter(pinned).count(),
            within: [within(1.0), within(5.0), within(10.0)],
        });
    }
    for (pair, numbers) in question.runs.windows(2).zip(number.windows(2)) {
        if numbers[0] != numbers[1] && pair[0].edition == pair[1].edition {
            let (old, new) = (&traced[numbers[0]].1, &traced[numbers[1]].1);
            report.differences.push(difference(&pair[0], &pair[1], (old, new)));
        }
    }
    left(question, &mut report);
    report.faults.extend(question.alike.iter().filter(|alike| alike.copied).map(|alike| Fault {
        kind: FaultKind::Copied,
        run: report.run.clone(),
        layer: alike.layer.clone(),
        field: String::new(),
        sites: alike.found,
        fewest: 1,
    }));
    report.faults.sort();
    report.faults.dedup();
    report.passed = report.faults.is_empty();
    report
}

fn place_km(place: &Place, (lon, lat): (f64, f64)) -> f64 {
    distance_km(place.lon, place.lat, lon, lat)
}

/// Whether what a run says follows from the places where sites are published, source by source; and which hidden sites
/// are found by what does not.
fn explain(question: &Question<'_>, seen: &Seen) -> (Vec<SourceReport>, Vec<Fault>) {
    let recorded = seen.hidden.as_deref().unwrap_or_default();
    let shown = question.hidden.iter().chain(recorded).flat_map(|hidden| hidden.places.iter().map(|p| p.at));
    // Each layer of sites has distances of its own, and some are of several together.
    let mut sets: Vec<Vec<[f64; 3]>> = Vec::new();
    let mut add = |places: &mut dyn Iterator<Item = (f64, f64)>| {
        let set: Vec<[f64; 3]> = places.map(|(lon, lat)| to_ecef_km(lon, lat)).collect();
        if !set.is_empty() && !sets.contains(&set) {
            sets.push(set);
        }
    };
    for hidden in recorded.iter().chain(question.hidden) {
        add(&mut hidden.places.iter().map(|place| place.at));
    }
    add(&mut question.open.iter().copied());
    add(&mut shown.chain(question.open.iter().copied()));
    let of = seen.evidence.sources.len();
    let mut fewest = vec![usize::MAX; of];
    let mut said = vec![0_usize; of];
    for source in seen.evidence.clues.iter().map(|clue| clue.source) {
        said[usize::from(source)] += 1;
    }
    for set in &sets {
        let mut off = vec![0_usize; of];
        for (source, _, km) in seen.evidence.misses(set) {
            off[usize::from(source)] += usize::from(km > SLACK_KM);
        }
        fewest.iter_mut().zip(off).for_each(|(fewest, off)| *fewest = (*fewest).min(off));
    }
    fewest.iter_mut().zip(&said).for_each(|(fewest, said)| *fewest = (*fewest).min(*said));
    let mut faults = Vec::new();
    for (number, source) in seen.evidence.sources.iter().enumerate().filter(|(number, _)| fewest[*number] > 0)
    {
        let found = places(&seen.evidence.of(&[number as u16]));
        faults.extend(found_sites(question, seen, source, &found));
    }
    // What one thing leaves open another may close.
    let open: Vec<u16> = (0..of).filter(|&number| fewest[number] > 0).map(|number| number as u16).collect();
    if faults.is_empty() && open.len() > 1 {
        let found = places(&seen.evidence.of(&open));
        for &number in &open {
            faults.extend(found_sites(question, seen, &seen.evidence.sources[usize::from(number)], &found));
        }
    }
    // What cannot be judged is not trusted: without a record nobody knows what the places of that run may stand for.
    if faults.is_empty() && seen.hidden.is_none() && !question.hidden.is_empty() {
        let unknown = |&number: &u16| Fault {
            kind: FaultKind::Unknown,
            run: seen.run.clone(),
            layer: seen.evidence.sources[usize::from(number)].layer.clone(),
            field: seen.evidence.sources[usize::from(number)].field.clone(),
            sites: 0,
            fewest: 0,
        };
        faults.extend(open.first().map(unknown));
    }
    let report = |(number, source): (usize, &Source)| SourceReport {
        layer: source.layer.clone(),
        field: source.field.clone(),
        said: said[number],
        unexplained: fewest[number],
    };
    (seen.evidence.sources.iter().enumerate().map(report).collect(), faults)
}

/// The hidden sites that places which nothing explains have found.
fn found_sites(question: &Question<'_>, seen: &Seen, source: &Source, found: &[Place]) -> Option<Fault> {
    let explained = |place: &Place| {
        let shown = question.hidden.iter().chain(seen.hidden.iter().flatten());
        let mut at =
            shown.flat_map(|hidden| hidden.places.iter().map(|p| p.at)).chain(question.open.iter().copied());
        at.any(|at| place_km(place, at) <= 1.0)
    };
    let (mut sites, mut fewest) = (0, usize::MAX);
    let small = std::f64::consts::PI * FOUND_KM * FOUND_KM;
    let places: Vec<Lead<'_>> = found
        .iter()
        .filter(|place| (place.pinned() || place.km2 <= small) && !explained(place))
        .map(|place| Lead::new(question.towns, place))
        .collect();
    for site in question.hidden.iter().flat_map(|hidden| &hidden.sites) {
        let Some(at) = site.at else { continue };
        let near = places
            .iter()
            .filter(|lead| lead.town == Some(site.town.as_str()) || place_km(lead.place, at) <= FOUND_KM);
        if let Some(left) = near.map(|lead| lead.around).min().filter(|&left| left < question.k) {
            sites += 1;
            fewest = fewest.min(left);
        }
    }
    (sites > 0).then(|| Fault {
        kind: if seen.staged { FaultKind::Traced } else { FaultKind::TracedBefore },
        run: seen.run.clone(),
        layer: source.layer.clone(),
        field: source.field.clone(),
        sites,
        fewest,
    })
}

/// A place that may have found a site.
struct Lead<'a> {
    place: &'a Place,
    /// The nearest settlement.
    town: Option<&'a str>,
    /// Settlements within its uncertainty, one at least.
    around: usize,
}

impl<'a> Lead<'a> {
    fn new(towns: &'a Towns, place: &'a Place) -> Self {
        let radius = (place.km2 / std::f64::consts::PI).sqrt().max(FOUND_KM);
        let (mut nearest, mut around) = ((f64::INFINITY, None), 0);
        for (id, town) in &towns.by_id {
            let km = place_km(place, town.0);
            around += usize::from(km <= radius);
            if km < nearest.0 {
                nearest = (km, Some(id.as_str()));
            }
        }
        Self { place, town: nearest.1, around: around.max(1) }
    }
}

fn difference(old: &Seen, new: &Seen, (was, is): (&[Place], &[Place])) -> Difference {
    let only = |these: &[Place], those: &[Place]| {
        let known =
            |place: &Place| those.iter().any(|other| place_km(place, (other.lon, other.lat)) <= SAME_KM);
        these.iter().filter(|place| place.pinned() && !known(place)).count()
    };
    let (opened, closed) = new.evidence.changed(&old.evidence);
    let pinned = |evidence: &Evidence| places(evidence).iter().filter(|place| place.pinned()).count();
    Difference {
        from: old.run.clone(),
        to: new.run.clone(),
        appeared: only(is, was),
        vanished: only(was, is),
        changed: opened.len() + closed.len(),
        pinned: pinned(&opened) + pinned(&closed),
    }
}
