//! Settlements that each site is left with, by all places that it was published at.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::hidden::Hidden;
use super::places::Places;
use super::question::{Question, Seen};
use super::report::{Fault, FaultKind, Report};

/// Settlements that span less hide nothing, square kilometres.
const LEAST_KM2: f64 = 1.0;

/// The settlements that a place stands for, by their names across lists, and the run that says so.
type From = (usize, Vec<String>);

/// A site of one layer and key, in its settlement. One that moved to another is another.
#[derive(Default)]
struct Stay<'a> {
    /// Its settlement in each list of settlements.
    towns: BTreeMap<&'a str, &'a str>,
    from: Vec<From>,
}

impl Stay<'_> {
    fn add(&mut self, number: usize, from: &[String]) {
        if !self.from.iter().any(|(_, known)| known == from) {
            self.from.push((number, from.to_vec()));
        }
    }
}

/// Judges what is left.
pub(super) fn left(question: &Question<'_>, report: &mut Report) {
    let places = Places::new(question.towns, question.lists);
    let stays = stays(question, &places);
    // The list of the run that is to be published, or was published last.
    let newest = question.runs.last().into_iter().flat_map(|seen| known(question, seen));
    let list = question.hidden.first().or(newest.into_iter().next()).map_or("", |hidden| &hidden.list);
    let (mut counts, mut km2, mut likeliest, mut effective) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut short: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut groups, mut span, mut lists) = ((0, usize::MAX), (0, usize::MAX), (0, usize::MAX));
    let worse = |worst: &mut (usize, usize), left: usize| *worst = (worst.0 + 1, worst.1.min(left));
    for stay in &stays {
        let all = shared(stay.from.iter().map(|(_, from)| from));
        let area = places.all.hull_km2(&all);
        let past = || {
            let numbers = stay.from.iter().map(|(number, _)| *number);
            numbers.filter(|&number| !question.runs[number].staged && stay.from.len() > 1)
        };
        if all.len() < question.k {
            // The run whose withdrawal leaves most, but for the staged one.
            let without = |number: usize| {
                shared(stay.from.iter().filter(|(other, _)| *other != number).map(|(_, from)| from)).len()
            };
            if past().any(|number| of_other(question, number, list)) {
                worse(&mut lists, all.len());
            } else if let Some((_, number)) = past().map(|number| (without(number), number)).max() {
                let entry = short.entry(question.runs[number].run.clone()).or_insert((0, usize::MAX));
                worse(entry, all.len());
            } else {
                worse(&mut groups, all.len());
            }
        } else if area < LEAST_KM2 {
            worse(&mut span, all.len());
        }
        counts.push(all.len() as f64);
        km2.push(area);
        likeliest.extend(places.all.likeliest(&all));
        effective.extend(places.all.effective(&all));
    }
    let fault = |kind, run: String, (sites, fewest): (usize, usize)| Fault {
        kind,
        run,
        layer: String::new(),
        field: String::new(),
        sites,
        fewest,
    };
    report.faults.extend(short.into_iter().map(|(run, what)| fault(FaultKind::Together, run, what)));
    let others = (0..question.runs.len()).filter(|&number| of_other(question, number, list));
    let others: BTreeSet<&str> = others.map(|number| question.runs[number].run.as_str()).collect();
    let others = others.into_iter().collect::<Vec<_>>().join(" ");
    for (kind, run, what) in [
        (FaultKind::Lists, others, lists),
        (FaultKind::Groups, report.run.clone(), groups),
        (FaultKind::Span, report.run.clone(), span),
    ] {
        if what.0 > 0 {
            report.faults.push(fault(kind, run, what));
        }
    }
    report.candidates = summary(counts, |a, b| a.total_cmp(b));
    report.km2 = summary(km2, |a, b| a.total_cmp(b));
    report.effective = summary(effective, |a, b| a.total_cmp(b));
    report.likeliest = summary(likeliest, |a, b| b.total_cmp(a));
}

/// How sites are hidden in a run, as far as that is known; of layers that these readers still may not see.
fn known<'a>(question: &Question<'a>, seen: &'a Seen) -> Vec<&'a Hidden> {
    let all = match &seen.hidden {
        Some(hidden) => hidden.as_slice(),
        None if seen.staged => question.hidden,
        None => &[],
    };
    // Those who may see a layer's sites by now have no need to be kept from them.
    let hidden = |known: &&Hidden| question.hidden.iter().any(|now| now.layer == known.layer);
    all.iter().filter(hidden).collect()
}

/// Whether a run that stands hid its sites among another list of settlements.
fn of_other(question: &Question<'_>, number: usize, list: &str) -> bool {
    let seen = &question.runs[number];
    !seen.staged && known(question, seen).iter().any(|hidden| hidden.list != list)
}

/// Every site in its settlement, with all that was said of it.
fn stays<'a>(question: &Question<'a>, places: &Places<'_>) -> Vec<Stay<'a>> {
    let mut sites: BTreeMap<(&str, &str), Vec<Stay<'a>>> = BTreeMap::new();
    // Of each run: layer, list, the names of what each place stands for, and their ids.
    let mut said = Vec::new();
    for (number, seen) in question.runs.iter().enumerate() {
        for hidden in known(question, seen) {
            let list = hidden.list.as_str();
            let name = |id: &String| places.name(list, id).into_owned();
            let from: Vec<Vec<String>> =
                hidden.places.iter().map(|p| p.from.iter().map(name).collect()).collect();
            for site in hidden.sites.iter().filter(|site| site.shown < from.len()) {
                let all = sites.entry((hidden.layer.as_str(), site.key.as_str())).or_default();
                let at = stay_of(all, (list, site.town.as_str()), places).unwrap_or_else(|| {
                    all.push(Stay::default());
                    all.len() - 1
                });
                all[at].towns.insert(list, &site.town);
                all[at].add(number, &from[site.shown]);
            }
            said.push((number, hidden, from));
        }
    }
    // Keys are nothing that readers see: whatever a site of now was called, it was seen with its group of another list.
    for now in question.hidden {
        for site in &now.sites {
            let Some(at) = site.at else { continue };
            let Some(all) = sites.get_mut(&(now.layer.as_str(), site.key.as_str())) else { continue };
            let here = |stay: &&mut Stay<'_>| stay.towns.get(now.list.as_str()) == Some(&site.town.as_str());
            let Some(stay) = all.iter_mut().find(here) else { continue };
            let mut towns: BTreeMap<&str, Option<&str>> = BTreeMap::new();
            for (number, hidden, from) in &said {
                if hidden.layer != now.layer || hidden.list == now.list {
                    continue;
                }
                let town = *towns.entry(&hidden.list).or_insert_with(|| places.nearest(&hidden.list, at));
                let stands =
                    |place: &super::Shown| town.is_some_and(|town| place.from.iter().any(|id| id == town));
                for (_, from) in hidden.places.iter().zip(from).filter(|(place, _)| stands(place)) {
                    stay.add(*number, from);
                }
            }
        }
    }
    sites.into_values().flatten().collect()
}

/// Where among the stays of a site one in a settlement belongs: where it was in that settlement; on the first night with
/// another list, the one that was nearest to it.
fn stay_of(all: &[Stay<'_>], (list, town): (&str, &str), places: &Places<'_>) -> Option<usize> {
    if let Some(at) = all.iter().position(|stay| stay.towns.get(list) == Some(&town)) {
        return Some(at);
    }
    let km = |stay: &Stay<'_>| {
        let towns = stay.towns.iter().map(|(other, of)| places.km_between((list, town), (other, of)));
        towns.fold(f64::INFINITY, f64::min)
    };
    let others = all.iter().enumerate().filter(|(_, stay)| !stay.towns.contains_key(list));
    others.min_by(|a, b| km(a.1).total_cmp(&km(b.1))).map(|(at, _)| at)
}

/// First and middle value.
fn summary(mut values: Vec<f64>, order: impl Fn(&f64, &f64) -> Ordering) -> Option<[f64; 2]> {
    values.sort_by(order);
    Some([*values.first()?, values[values.len() / 2]])
}

fn shared<'a>(mut sets: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    let Some(first) = sets.next() else { return Vec::new() };
    let mut all: BTreeSet<&String> = first.iter().collect();
    for set in sets {
        let set: BTreeSet<&String> = set.iter().collect();
        all.retain(|id| set.contains(id));
    }
    all.into_iter().cloned().collect()
}
