//! `[rates]`: dated events per kilometre and year of lixels, smoothed along the network of routes.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::dated::years as dated_years;
use crate::build::context::derived;
use crate::build::{BuildError, Context};
use crate::geodesy::lengths_km;
use crate::layer::{Column, Finding, Layer};
use crate::network::{LixelGraph, LixelIndex, NetworkError, RateOptions, lixel_rates};
use crate::publish::record::{Parameters, RatesParameters};
use crate::text::two_digits;
use crate::workspace::config;

/// Rates are told per so many kilometres and year.
const PER_KM: f64 = 100.0;

/// Where the flow of people is known, per so many person-kilometres.
const PER_PERSON_KM: f64 = 1e6;

/// Computes the rates. `counted`: whether the numbers of events are handed out too, for those who may see the points; the
/// others get rates of two digits without intervals: enough to tell places apart, too few to count by.
pub(super) fn run(
    context: &Context,
    name: &str,
    step: &config::Rates,
    counted: bool,
) -> Result<Layer, BuildError> {
    let (lixels, points) = (context.layer(&step.lixels)?, context.layer(&step.points)?);
    let lines = lixels.lines()?;
    let failed = |error: NetworkError| BuildError::Network { layer: name.to_owned(), error };
    let dated = dated_years(points, &step.date)?;
    let known = || dated.iter().flatten().copied();
    if let (None, Some(row)) = (known().next(), (0..points.len()).next()) {
        let value = points.texts(&step.date)?[row].clone().unwrap_or_default();
        return Err(BuildError::NoYears {
            layer: name.to_owned(),
            points: step.points.clone(),
            field: step.date.clone(),
            value,
        });
    }
    let no_events = || BuildError::NoEvents {
        layer: name.to_owned(),
        points: step.points.clone(),
        of: points.len(),
        within_km: step.within_km,
        years: step.years,
    };
    let [first, last] = match step.years {
        Some(years) => years,
        None => known().min().zip(known().max()).map(|(first, last)| [first, last]).ok_or_else(no_events)?,
    };
    let index = LixelIndex::new(&lines).map_err(failed)?;
    let nearest = index.nearest_many(&points.points()?, step.within_km);
    let in_years = |year: &Option<i32>| year.is_some_and(|year| (first..=last).contains(&year));
    let mut events = vec![0.0; lixels.len()];
    let (mut far, mut counted_n) = (0, 0);
    let years: BTreeSet<i32> =
        dated.iter().flatten().copied().filter(|&year| in_years(&Some(year))).collect();
    for (_, at) in dated.iter().zip(&nearest).filter(|(year, _)| in_years(year)) {
        match at {
            Some((lixel, _)) => {
                events[*lixel as usize] += 1.0;
                counted_n += 1;
            }
            None => far += 1,
        }
    }
    if counted_n == 0 {
        return Err(no_events());
    }
    let flow = step.flow.as_ref().map(|field| lixels.amounts(field)).transpose()?;
    let people = |lixel: usize| flow.as_ref().map_or(Some(1.0), |flow| flow[lixel]);
    let span_years = last - first + 1;
    let span = f64::from(span_years);
    let exposure: Vec<f64> = lengths_km(&lines)
        .into_iter()
        .enumerate()
        .map(|(lixel, km)| km * span * people(lixel).unwrap_or(0.0) * step.flow_per.per_year())
        .collect();
    // Events where the flow is not known say nothing of a rate.
    let known_events: Vec<f64> =
        events.iter().zip(&exposure).map(|(&n, &e)| if e > 0.0 { n } else { 0.0 }).collect();
    let graph = LixelGraph::new(&lines, step.tolerance_km).map_err(failed)?;
    let options = RateOptions { bandwidth_km: step.bandwidth_km };
    let rates = lixel_rates(&known_events, &exposure, &graph, &options).map_err(failed)?;

    let per = if flow.is_some() { PER_PERSON_KM } else { PER_KM };
    let scaled = |values: &[f64]| -> Vec<Option<f64>> {
        (0..lixels.len()).map(|lixel| (exposure[lixel] > 0.0).then(|| values[lixel] * per)).collect()
    };
    let mut columns = lixels.columns();
    match counted {
        true => {
            columns.push(Column::integers("inc_n", events.iter().map(|&n| Some(n as i64)).collect()));
            columns.push(Column::numbers(&step.field, scaled(&rates.rate)));
            columns.push(Column::numbers(format!("{}_lo", step.field), scaled(&rates.low)));
            columns.push(Column::numbers(format!("{}_hi", step.field), scaled(&rates.high)));
        }
        false => {
            let coarse = scaled(&rates.rate).into_iter().map(|rate| Some(two_digits(rate?, f64::round)));
            columns.push(Column::numbers(&step.field, coarse.collect()));
        }
    }

    let mut provenance = derived("rates", &[&step.lixels, &step.points]);
    let undated = dated.iter().filter(|year| year.is_none()).count();
    let unknown_flow = (events.iter().sum::<f64>() - known_events.iter().sum::<f64>()) as usize;
    let other_years = dated.len() - undated - counted_n - far;
    let told = |count: usize, warning: bool, es: String, en: String| {
        let (es, en) = (format!("{count} {es}"), format!("{count} {en}"));
        (count > 0).then_some(Finding::Statistic { es, en, warning })
    };
    let sparse = years.len() * 2 < span_years as usize;
    let (points, date) = (&step.points, &step.date);
    provenance.findings.extend(
        [
            told(
                far,
                false,
                format!("de `{points}` no cuentan, por estar a más de {} km de toda ruta", step.within_km),
                format!(
                    "of `{points}` are not counted, as they lie more than {} km from every route",
                    step.within_km
                ),
            ),
            told(
                unknown_flow,
                true,
                format!("de `{points}` no cuentan, por estar en segmentos cuyo flujo no se conoce o es cero"),
                format!("of `{points}` are not counted, as they lie on segments whose flow is not known or zero"),
            ),
            told(
                undated,
                true,
                format!("de `{points}` no cuentan, porque `{date}` no dice de qué año son"),
                format!("of `{points}` are not counted, as `{date}` does not say of which year they are"),
            ),
            told(
                other_years,
                false,
                format!("de `{points}` no cuentan, por ser de otros años que {first} a {last}"),
                format!("of `{points}` are not counted, as they are of other years than {first} to {last}"),
            ),
            told(
                if sparse { years.len() } else { 0 },
                true,
                format!("de los {span_years} años de {first} a {last} tienen eventos de `{points}`: un año equivocado diluye todas las tasas; revíselo, o limite `years`"),
                format!("of the {span_years} years from {first} to {last} have events of `{points}`: one wrong year dilutes all rates; look for it, or narrow `years`"),
            ),
        ]
        .into_iter()
        .flatten(),
    );
    Parameters::Rates(RatesParameters {
        method: "Gamma-Poisson, neighbours by distance along the network (Clayton and Kaldor 1987)"
            .to_owned(),
        years: [first, last],
        bandwidth_km: step.bandwidth_km,
        flow_per: step.flow.as_ref().map(|_| step.flow_per),
        within_km: step.within_km,
        tolerance_km: step.tolerance_km,
        unit: if flow.is_some() { "/ 10⁶ person-km" } else { "/ 100 km / year" }.to_owned(),
        counted: counted.then_some(counted_n - unknown_flow),
        mean: counted.then_some(rates.mean * per),
        prior: counted.then_some(rates.prior),
    })
    .write_to(&mut provenance);
    Ok(Layer::new(name, lixels.key(), columns, Arc::clone(lixels.geometry()), provenance)?)
}
