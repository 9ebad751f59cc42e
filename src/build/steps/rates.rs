//! `[rates]`: dated events per kilometre and year of lixels, smoothed along the network of routes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::dated::years as dated_years;
use crate::build::context::derived;
use crate::build::{BuildError, Context};
use crate::geodesy::length_km;
use crate::layer::{Column, Finding, Layer};
use crate::network::{LixelGraph, LixelIndex, NetworkError, RateOptions, lixel_rates};
use crate::workspace::config;

/// Rates are told per so many kilometres and year.
const PER_KM: f64 = 100.0;

/// Where the flow of people is known, per so many person-kilometres.
const PER_PERSON_KM: f64 = 1e6;

/// Significant digits of rates for those who may not see the points: enough to tell places apart, too few to count by.
const COARSE_DIGITS: i32 = 2;

/// Computes the rates. `counted`: whether the numbers of events are handed out too, for those who may see the points; the
/// others get coarse rates without intervals, from which numbers do not come back as they are.
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
    let span = f64::from(last - first + 1);
    let exposure: Vec<f64> = (0..lixels.len())
        .map(|lixel| {
            let (lon, lat) = lines.line(lixel);
            length_km(lon, lat) * span * people(lixel).unwrap_or(0.0)
        })
        .collect();
    // Events where the flow is not known say nothing of a rate.
    let known_events: Vec<f64> =
        events.iter().zip(&exposure).map(|(&n, &e)| if e > 0.0 { n } else { 0.0 }).collect();
    let graph = LixelGraph::new(&lines, step.tolerance_km).map_err(failed)?;
    let options = RateOptions { bandwidth_km: step.bandwidth_km };
    let rates = lixel_rates(&known_events, &exposure, &graph, &options).map_err(failed)?;

    let per = if flow.is_some() { PER_PERSON_KM } else { PER_KM };
    let scaled = |values: &[f64]| {
        (0..lixels.len()).map(|lixel| (exposure[lixel] > 0.0).then(|| values[lixel] * per)).collect()
    };
    let mut columns = lixels.columns();
    if counted {
        columns.push(Column::integers("inc_n", events.iter().map(|&n| Some(n as i64)).collect()));
    }
    match counted {
        true => {
            columns.push(Column::numbers(&step.field, scaled(&rates.rate)));
            columns.push(Column::numbers(format!("{}_lo", step.field), scaled(&rates.low)));
            columns.push(Column::numbers(format!("{}_hi", step.field), scaled(&rates.high)));
        }
        false => {
            let coarse: Vec<f64> =
                rates.rate.iter().map(|&rate| significant(rate * per, COARSE_DIGITS) / per).collect();
            columns.push(Column::numbers(&step.field, scaled(&coarse)));
        }
    }

    let mut provenance = derived("rates", &[&step.lixels, &step.points]);
    let undated = dated.iter().filter(|year| year.is_none()).count();
    let other_years = dated.len() - undated - counted_n - far;
    let told = |count: usize, warning: bool, es: String, en: String| {
        let (es, en) = (format!("{count} {es}"), format!("{count} {en}"));
        (count > 0).then_some(Finding::Statistic { es, en, warning })
    };
    let span_years = (last - first + 1) as usize;
    let sparse = years.len() * 2 < span_years;
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
    for (parameter, value) in [
        (
            "method",
            json!("Gamma-Poisson, neighbours by distance along the network (Clayton and Kaldor 1987)"),
        ),
        ("years", json!([first, last])),
        ("bandwidth_km", json!(step.bandwidth_km)),
        ("within_km", json!(step.within_km)),
        ("tolerance_km", json!(step.tolerance_km)),
        ("unit", json!(if flow.is_some() { "/ 10⁶ person-km" } else { "/ 100 km / year" })),
    ] {
        provenance.parameters.insert(parameter.into(), value);
    }
    if counted {
        provenance.parameters.insert("counted".into(), json!(counted_n));
        provenance.parameters.insert("mean".into(), json!(rates.mean * per));
        provenance.parameters.insert("prior".into(), json!(rates.prior));
    }
    Ok(Layer::new(name, lixels.key(), columns, Arc::clone(lixels.geometry()), provenance)?)
}

/// A number to so many significant digits.
fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let step = 10_f64.powi(value.abs().log10().floor() as i32 + 1 - digits);
    (value / step).round() * step
}

#[cfg(test)]
mod tests {
    use super::significant;

    #[test]
    fn numbers_keep_their_first_digits() {
        let two = |value: f64| (significant(value, 2) * 1e6).round() / 1e6;
        assert_eq!([123.4, 0.0567, 9.96, 0.0].map(two), [120.0, 0.057, 10.0, 0.0]);
    }
}
