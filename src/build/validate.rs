//! `[validate]`: a layer made once more from the events up to a year, and judged by those after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::steps::years;
use super::{BuildError, Context};
use crate::build::context::located;
use crate::geodesy::lengths_km;
use crate::join::OUTSIDE;
use crate::layer::{Column, Finding, Geometry, Layer, points};
use crate::network::LixelIndex;
use crate::publish::record::{PartCapture, SHARES, ScoreCapture, Shared, ToldCapture, Validation};
use crate::validate::{Bootstrap, Judged, ValidateError, blocks, bootstrap, calibration};
use crate::workspace::config::{LayerFile, Validate};

/// Routes with fewer later events are not judged by themselves.
const LEAST_ON_ROUTE: usize = 20;

/// Events at the very coordinates of so many others may stand at the office that reported them.
const REPEATED: usize = 3;

/// Groups of a calibration.
const GROUPS: usize = 10;

/// Judges a layer, and writes what comes of it into its record.
///
/// # Errors
/// [`BuildError::Validate`] where there is nothing to judge by; whatever is wrong with the layer made from fewer events.
pub(super) fn validate(context: &Context, layer: &mut Layer, validate: &Validate) -> Result<(), BuildError> {
    let name = layer.name().to_owned();
    let failed = |error| BuildError::Validate { layer: name.clone(), error };
    let events = context.layer(&validate.events)?;
    let dated = years(events, &validate.date)?;
    let rows = |keep: &dyn Fn(i32) -> bool| -> Vec<usize> {
        (0..events.len()).filter(|&row| dated[row].is_some_and(keep)).collect()
    };
    let (early, later) = (rows(&|year| year <= validate.until), rows(&|year| year > validate.until));
    // Too few years are no fault of the night: what cannot be judged is told, and goes out unjudged.
    if early.is_empty() {
        return not_judged(layer, &ValidateError::NoEarly { until: validate.until });
    }
    if later.is_empty() {
        return not_judged(layer, &ValidateError::NoEvents);
    }
    let span = |rows: &[usize]| {
        let of = || rows.iter().filter_map(|&row| dated[row]);
        [of().min().unwrap_or(validate.until), of().max().unwrap_or(validate.until)]
    };
    let made_from = [span(&early)[0], validate.until];
    let scored = before(context, &name, validate, &subset(events, &early)?, made_from)?;
    let places = Places::new(&name, &scored, validate)?;
    let at = places.of(&name, events, validate.within_km)?;
    let count = |rows: &mut dyn Iterator<Item = usize>| {
        let mut counts = vec![0.0; places.km.len()];
        rows.filter_map(|row| at[row]).for_each(|place| counts[place] += 1.0);
        counts
    };
    let history: Vec<Option<f64>> = count(&mut early.iter().copied())
        .iter()
        .zip(&places.km)
        .map(|(n, km)| (*km > 0.0).then(|| comparable(n / km)))
        .collect();
    let came = count(&mut later.iter().copied());
    if came.iter().sum::<f64>() <= 0.0 {
        return not_judged(layer, &ValidateError::NoEvents);
    }
    let mut candidates = vec![(validate.field.clone(), places.field(&scored, &validate.field)?)];
    candidates.push(("chance".to_owned(), vec![Some(0.0); places.km.len()]));
    candidates.push(("history".to_owned(), history));
    for field in &validate.beside {
        candidates.push((field.clone(), places.field(&scored, field)?));
    }
    let options = Bootstrap { draws: validate.draws, seed: context.seed };
    let block = places.blocks(validate.block_km);
    let scores = candidates
        .iter()
        .map(|(name, score)| {
            let judged = Judged::new(score, &places.km, &came).map_err(failed)?;
            let capture = judged.capture();
            let intervals = bootstrap(&judged, &block, &SHARES, options);
            Ok(ScoreCapture {
                name: name.clone(),
                capture: SHARES.map(|share| capture.at(share)),
                interval: [intervals[0], intervals[1], intervals[2]],
                accuracy_index: SHARES.map(|share| capture.accuracy_index(share)),
                auc: judged.auc(),
                auc_interval: intervals[3],
            })
        })
        .collect::<Result<Vec<_>, BuildError>>()?;
    let score = &candidates[0].1;
    // Where no event of a part lies near a route, nothing is told of it.
    let part = |part: String, keep: &dyn Fn(usize) -> bool, km: &[f64]| -> Option<PartCapture> {
        let counts = count(&mut later.iter().copied().filter(|&row| keep(row)));
        let capture = Judged::new(score, km, &counts).ok()?.capture();
        let events = counts.iter().sum::<f64>() as usize;
        Some(PartCapture { part, events, capture: SHARES.map(|share| capture.at(share)) })
    };
    let [first, last] = span(&later);
    let by_year = (first..=last)
        .filter_map(|year| part(year.to_string(), &|row| dated[row] == Some(year), &places.km))
        .collect();
    let by_route = places
        .routes()
        .into_iter()
        .filter_map(|(route, members)| {
            let km: Vec<f64> = places
                .km
                .iter()
                .enumerate()
                .map(|(at, &km)| if members.contains(&at) { km } else { 0.0 })
                .collect();
            part(route, &|row| at[row].is_some_and(|place| members.contains(&place)), &km)
        })
        .filter(|part| part.events >= LEAST_ON_ROUTE)
        .collect();
    let alike = alike(events)?;
    let validation = Validation {
        judged: validate.field.clone(),
        made_from,
        judged_by: [first, last],
        events: came.iter().sum::<f64>() as usize,
        km: places.km.iter().sum(),
        shares: SHARES,
        by_year,
        by_route,
        without_repeated: part("-".to_owned(), &|row| alike[row] < REPEATED, &places.km),
        calibration: match context.file(&name)?.rates {
            Some(_) => calibration(score, &places.km, &came, GROUPS),
            None => Vec::new(),
        },
        scores,
    };
    layer.provenance.findings.extend(validation.told().map(|told| sentence(&validation, told)));
    Shared { validation: Some(validation), ..Shared::default() }.write_to(&mut layer.provenance);
    Ok(())
}

/// Tells that a layer cannot be judged, and why.
fn not_judged(layer: &mut Layer, why: &ValidateError) -> Result<(), BuildError> {
    let en = format!("[validate] judges nothing: {why}");
    let es = match why {
        ValidateError::NoEarly { until } => {
            format!("[validate] no juzga nada: ningún evento es de {until} o antes")
        }
        _ => "[validate] no juzga nada: ningún evento posterior cae en un lugar juzgado".to_owned(),
    };
    Shared { not_judged: Some(why.to_string()), ..Shared::default() }.write_to(&mut layer.provenance);
    layer.provenance.findings.push(Finding::Statistic { es, en, warning: true });
    Ok(())
}

/// A number without its last digits: pieces of equal length differ in theirs, and the same number of events on each is a tie.
fn comparable(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// The layer as it would have been made from the events up to the year alone.
fn before(
    context: &Context,
    name: &str,
    validate: &Validate,
    early: &Layer,
    made_from: [i32; 2],
) -> Result<Arc<Layer>, BuildError> {
    let mut shadow = Context { cache: None, notes: Arc::default(), ..context.clone() };
    let affected = affected(&context.files, name, &validate.events);
    for affected in affected.iter().chain([&validate.events]) {
        shadow.layers.insert(affected.clone(), Arc::new(OnceLock::new()));
        shadow.kept.remove(affected);
        if let Some(file) = shadow.files.get_mut(affected) {
            file.validate = None;
            // The score alone is asked for: no intervals of it.
            if let Some(composite) = file.composite.as_mut() {
                composite.uncertainty.runs = 1;
                composite.uncertainty.sobol = None;
            }
            if let Some(rates) = file.rates.as_mut().filter(|rates| rates.points == validate.events) {
                let first = rates.years.map_or(made_from[0], |[first, _]| first.min(made_from[1]));
                rates.years = Some([first, made_from[1]]);
            }
        }
    }
    let put = |name: &str, layer: Layer| {
        if let Some(place) = shadow.layers.get(name) {
            // Set once: the place is new.
            let _ = place.set(Arc::new(layer));
        }
    };
    put(&validate.events, early.clone());
    let mut open = affected;
    while !open.is_empty() {
        let waits = |layer: &String| {
            shadow
                .files
                .get(layer)
                .is_some_and(|file| file.inputs().iter().any(|input| open.contains(input.name)))
        };
        let Some(next) = open.iter().find(|layer| !waits(layer)).cloned() else {
            return Err(BuildError::NotBuilt { layer: name.to_owned() });
        };
        put(&next, shadow.made(&next)?);
        open.remove(&next);
    }
    Ok(Arc::clone(shadow.layer(name)?))
}

/// The layers on the way from one layer to another, the last among them.
fn affected(files: &BTreeMap<String, LayerFile>, name: &str, from: &str) -> BTreeSet<String> {
    fn leads(
        files: &BTreeMap<String, LayerFile>,
        name: &str,
        from: &str,
        found: &mut BTreeSet<String>,
    ) -> bool {
        if name == from || found.contains(name) {
            return true;
        }
        let inputs = files.get(name).map(|file| file.inputs()).unwrap_or_default();
        // All inputs are looked at, not only the first that leads there.
        let leading = inputs.iter().filter(|input| leads(files, input.name, from, found)).count();
        if leading > 0 {
            found.insert(name.to_owned());
        }
        leading > 0
    }
    let mut found = BTreeSet::new();
    leads(files, name, from, &mut found);
    found
}

/// Some points of a layer.
fn subset(layer: &Layer, rows: &[usize]) -> Result<Layer, BuildError> {
    let view = layer.points()?;
    let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect();
    let geometry = points(pick(view.lon), pick(view.lat))?;
    let indices: arrow_array::UInt64Array = rows.iter().map(|&row| Some(row as u64)).collect();
    let columns = layer
        .columns()
        .into_iter()
        .map(|Column { name, values }| {
            let values = arrow_select::take::take(&values, &indices, None)
                .map_err(|error| BuildError::Layer(error.into()))?;
            Ok(Column { name, values })
        })
        .collect::<Result<_, BuildError>>()?;
    Ok(Layer::new(layer.name(), layer.key(), columns, Arc::new(geometry), layer.provenance.clone())?)
}

/// How many points stand at the very coordinates of each.
fn alike(layer: &Layer) -> Result<Vec<usize>, BuildError> {
    let view = layer.points()?;
    let key = |row: usize| (view.lon[row].to_bits(), view.lat[row].to_bits());
    let mut counts: BTreeMap<(u64, u64), usize> = BTreeMap::new();
    (0..view.len()).for_each(|row| *counts.entry(key(row)).or_default() += 1);
    Ok((0..view.len()).map(|row| counts.get(&key(row)).copied().unwrap_or(0)).collect())
}

/// Where events are looked for: lixels, or zones with kilometres of route.
struct Places<'a> {
    layer: &'a Layer,
    /// Rows of the layer that are places.
    rows: Vec<usize>,
    km: Vec<f64>,
    /// Route and kilometre of each lixel.
    along: Option<(Vec<Option<String>>, Vec<f64>)>,
}

impl<'a> Places<'a> {
    fn new(name: &str, layer: &'a Layer, validate: &Validate) -> Result<Self, BuildError> {
        let all: Vec<Option<f64>> = match (&validate.km, &**layer.geometry()) {
            (Some(field), _) => layer.amounts(field)?,
            (None, Geometry::Lines(_)) => lengths_km(&layer.lines()?).into_iter().map(Some).collect(),
            (None, _) => {
                return Err(BuildError::Validate { layer: name.to_owned(), error: ValidateError::NoLength });
            }
        };
        let rows: Vec<usize> = (0..layer.len()).filter(|&row| all[row].is_some_and(|km| km > 0.0)).collect();
        let km = rows.iter().filter_map(|&row| all[row]).collect();
        let along = match layer.has("route") && layer.has("from_km") {
            true => {
                let from = layer.numbers("from_km")?.into_iter().map(|km| km.unwrap_or(0.0)).collect();
                Some((layer.texts("route")?, from))
            }
            false => None,
        };
        Ok(Self { layer, rows, km, along })
    }

    fn field(&self, scored: &Layer, field: &str) -> Result<Vec<Option<f64>>, BuildError> {
        let values = scored.numbers(field)?;
        Ok(self.rows.iter().map(|&row| values[row]).collect())
    }

    /// The place of each event; none where it is far from all.
    fn of(&self, name: &str, events: &Layer, within_km: f64) -> Result<Vec<Option<usize>>, BuildError> {
        let place: BTreeMap<usize, usize> =
            self.rows.iter().enumerate().map(|(at, &row)| (row, at)).collect();
        let rows: Vec<Option<usize>> = match &**self.layer.geometry() {
            Geometry::Lines(_) => {
                let failed = |error| BuildError::Network { layer: name.to_owned(), error };
                let lines = self.layer.lines()?;
                let index = LixelIndex::new(&lines).map_err(failed)?;
                let nearest = index.nearest_many(&events.points()?, within_km);
                nearest.into_iter().map(|near| near.map(|(lixel, _)| lixel as usize)).collect()
            }
            _ => {
                let (zones, _) = located(name, self.layer, events)?;
                zones.into_iter().map(|zone| (zone != OUTSIDE).then_some(zone as usize)).collect()
            }
        };
        Ok(rows.into_iter().map(|row| place.get(&row?).copied()).collect())
    }

    /// Blocks along routes; each zone is one by itself.
    fn blocks(&self, block_km: f64) -> Vec<u32> {
        let Some((routes, from)) = &self.along else { return (0..self.rows.len() as u32).collect() };
        let mut numbers = BTreeMap::new();
        let lines: Vec<u32> = self
            .rows
            .iter()
            .map(|&row| {
                let next = numbers.len() as u32;
                *numbers.entry(&routes[row]).or_insert(next)
            })
            .collect();
        let from: Vec<f64> = self.rows.iter().map(|&row| from[row]).collect();
        blocks(&lines, &from, block_km)
    }

    /// The places of each route.
    fn routes(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        if let Some((routes, _)) = &self.along {
            for (at, &row) in self.rows.iter().enumerate() {
                if let Some(route) = &routes[row] {
                    found.entry(route.clone()).or_default().insert(at);
                }
            }
        }
        found
    }
}

/// What is found, in a sentence.
fn sentence(validation: &Validation, told: ToldCapture) -> Finding {
    let pct = |share: f64| format!("{:.0}", share * 100.0);
    let [first, last] = validation.made_from;
    let [from, to] = validation.judged_by;
    let (own, history) = (pct(told.capture), pct(told.history));
    let (share, low, high) = (pct(told.share), pct(told.interval[0]), pct(told.interval[1]));
    let (field, events) = (&validation.judged, validation.events);
    Finding::Statistic {
        es: format!(
            "validación de `{field}`, hecho con eventos de {first} a {last}: el primer {share} % de los kilómetros reúne el {own} % ({low} a {high} %) de los {events} eventos registrados de {from} a {to}; al azar reuniría el {share} %, los eventos anteriores por sí solos el {history} %"
        ),
        en: format!(
            "validation of `{field}`, made from events of {first} to {last}: the first {share} % of kilometres hold {own} % ({low} to {high} %) of the {events} events recorded from {from} to {to}; chance would hold {share} %, earlier events alone {history} %"
        ),
        warning: false,
    }
}
