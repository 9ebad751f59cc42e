//! `[coverage]`: what is within reach of a site, and what is not.

use std::sync::Arc;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::coverage::{Gap, StretchCoverage, cover_stretches, gaps, representative_point};
use crate::geodesy::RouteMeasure;
use crate::join::{SiteIndex, Stretch};
use crate::layer::{Column, Layer, LinesBuilder, Provenance};
use crate::protect::LIKELY_PCT;
use crate::publish::record::{CoverageParameters, Parameters, Shared};
use crate::workspace::config::{self, CoverageOutput, Protect};

/// Measures coverage and hands out what the layer file asks for.
///
/// For those who may not see the sites, distances are measured to displaced ones, in whole multiples of `round_km`, and gaps
/// are where most likely no site is within reach ([`LIKELY_PCT`]), from and to whole multiples along the route: rounding
/// alone would not protect, see `docs/protection.md`. For those who may see them nothing is displaced or rounded.
pub(super) fn run(
    context: &Context,
    name: &str,
    step: &config::Coverage,
    protect: Option<&Protect>,
) -> Result<Layer, BuildError> {
    let stretches = context.layer(&step.stretches)?;
    let sites = context.layer(&step.sites)?;
    let file = context.file(&step.stretches)?;
    let not_cut = || BuildError::NotBuilt { layer: step.stretches.clone() };
    let (routes, zones) =
        file.cut_from().and_then(|(routes, zones)| Some((routes, zones?))).ok_or_else(not_cut)?;
    let (routes, zones) = (context.layer(routes)?, context.layer(zones)?);
    let join = |error| BuildError::Join { layer: name.to_owned(), error };
    let rule = context.displaced.get(name);
    let seen = rule.map(|rule| context.seen(name, rule, &step.sites)).transpose()?;
    let inputs: Vec<&str> = [step.stretches.as_str(), step.sites.as_str()]
        .into_iter()
        .chain(rule.map(|rule| rule.gazetteer.as_str()))
        .collect();
    let mut provenance = derived("coverage", &inputs);
    // Distances to displaced sites are as coarse as those that lower a level, whoever lowers it later.
    let round_km = match (protect, &seen) {
        (Some(protect), _) => Some(protect.round_km),
        (None, Some(_)) => Some(1.0),
        (None, None) => None,
    };
    let index = match (&seen, rule) {
        (Some(seen), Some(rule)) => {
            let view = zones.zones()?;
            let record = seen.record(name, rule, Some(&view))?;
            Shared { displaced: Some(record), ..Shared::default() }.write_to(&mut provenance);
            seen.index(name)?
        }
        _ => SiteIndex::new(&sites.points()?).map_err(join)?,
    };
    Parameters::Coverage(CoverageParameters {
        reach_km: Some(step.reach_km),
        distance: "geodesic on WGS84 (Karney 2013)".to_owned(),
        round_km,
        // How many there are is for those who may see them.
        sites: seen.is_none().then(|| sites.len()),
        likely_pct: seen.is_some().then_some(LIKELY_PCT),
    })
    .write_to(&mut provenance);
    let lines = routes.lines()?;
    let gaps = match &seen {
        // A step of nothing would be one of no length.
        Some(seen) => {
            seen.gaps(name, &lines, step.reach_km, round_km.filter(|km| *km > 0.0).unwrap_or(1.0))?
        }
        None => gaps(&lines, &index, step.reach_km)
            .map_err(|error| BuildError::Coverage { layer: name.to_owned(), error })?,
    };
    let all = Covered {
        stretches,
        routes,
        zones,
        index,
        gaps,
        round_km,
        risk: file.exposure.as_ref().map(|exposure| exposure.risk.clone()),
    };
    match step.output {
        CoverageOutput::Zones => all.zones(name, provenance),
        CoverageOutput::Stretches => all.stretches(name, provenance),
        CoverageOutput::Gaps => all.gaps(name, provenance),
    }
}

/// From_km, to_km and risk of each scored stretch of a route.
type Profile = Vec<(f64, f64, f64)>;

/// What every output is made from.
struct Covered<'a> {
    stretches: &'a Layer,
    routes: &'a Layer,
    zones: &'a Layer,
    index: SiteIndex,
    gaps: Vec<Gap>,
    round_km: Option<f64>,
    /// Field of the stretches that holds the score; lixels have none.
    risk: Option<String>,
}

impl Covered<'_> {
    /// A distance as it may leave: rounded where the level is lowered.
    fn said(&self, km: f64) -> f64 {
        self.round_km.map_or(km, |step| (km / step).round() * step)
    }

    /// Each stretch measured against the sites and the gaps of its route.
    fn coverage(&self) -> Result<Vec<StretchCoverage>, BuildError> {
        let positions = self.routes.positions();
        let routes = self.stretches.texts("route")?;
        let (from, to) = (self.stretches.numbers("from_km")?, self.stretches.numbers("to_km")?);
        let lines = self.stretches.lines()?;
        let stretch = |row: usize| {
            let route = routes[row].as_ref().and_then(|r| positions.get(r.as_str()));
            Stretch {
                line: route.map_or(u32::MAX, |&line| line as u32),
                from_km: from[row].unwrap_or(0.0),
                to_km: to[row].unwrap_or(0.0),
                ..Stretch::default()
            }
        };
        let stretches: Vec<Stretch> = (0..self.stretches.len()).map(stretch).collect();
        let covered = cover_stretches(&stretches, &lines, &self.index, &self.gaps);
        covered.map_err(|error| BuildError::Coverage { layer: self.stretches.name().to_owned(), error })
    }

    fn zones(&self, name: &str, provenance: Provenance) -> Result<Layer, BuildError> {
        let view = self.zones.zones()?;
        let near = (0..view.len()).map(|zone| {
            let (lon, lat) = representative_point(&view, zone)?;
            self.index.nearest(lon, lat).map(|(_, km)| self.said(km))
        });
        let positions = self.zones.positions();
        let mut gap = vec![0.0; self.zones.len()];
        for (zone, covered) in self.stretches.texts("zone")?.iter().zip(self.coverage()?) {
            if let Some(&zone) = zone.as_ref().and_then(|z| positions.get(z.as_str())) {
                gap[zone] += covered.gap_km;
            }
        }
        let mut columns = identity(self.zones);
        columns.push(Column::numbers("near_km", near.collect()));
        columns.push(Column::numbers("gap_km", gap.into_iter().map(|km| Some(self.said(km))).collect()));
        Ok(Layer::new(name, self.zones.key(), columns, Arc::clone(self.zones.geometry()), provenance)?)
    }

    fn stretches(&self, name: &str, provenance: Provenance) -> Result<Layer, BuildError> {
        let covered = self.coverage()?;
        let mut columns = self.stretches.columns();
        columns.push(Column::numbers(
            "near_km",
            covered.iter().map(|c| c.near_km.map(|km| self.said(km))).collect(),
        ));
        columns.push(Column::numbers("gap_km", covered.iter().map(|c| Some(self.said(c.gap_km))).collect()));
        let geometry = Arc::clone(self.stretches.geometry());
        Ok(Layer::new(name, self.stretches.key(), columns, geometry, provenance)?)
    }

    fn gaps(&self, name: &str, provenance: Provenance) -> Result<Layer, BuildError> {
        let routes = self.routes.keys();
        let names = match self.routes.has("name") {
            true => self.routes.texts("name")?,
            false => vec![None; self.routes.len()],
        };
        let lines = self.routes.lines()?;
        let mut builder = LinesBuilder::default();
        let (mut ids, mut of, mut of_name) = (Vec::new(), Vec::new(), Vec::new());
        let (mut from, mut to, mut km, mut risk, mut expo) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let profile = self.profile()?;
        let (mut line, mut number) = (u32::MAX, 0);
        for gap in &self.gaps {
            let (lon, lat) = lines.line(gap.line as usize);
            let measure = RouteMeasure::new(lon, lat);
            let end =
                |at: f64| if at >= measure.length_km() { at } else { self.said(at).min(measure.length_km()) };
            let (start, stop) = (end(gap.from_km), end(gap.to_km));
            if stop <= start {
                continue;
            }
            number = if gap.line == line { number + 1 } else { 1 };
            line = gap.line;
            measure.slice(start, stop).into_iter().for_each(|(lon, lat)| builder.vertex(lon, lat));
            builder.end_line()?;
            // Of kilometres whose risk is known.
            let (known_km, exposed) =
                profile[line as usize].iter().fold((0.0, 0.0), |(km, sum), &(a, b, risk)| {
                    let within = (b.min(stop) - a.max(start)).max(0.0);
                    (km + within, sum + within * risk)
                });
            ids.push(Some(format!("{}-gap-{number:03}", routes[line as usize])));
            of.push(Some(routes[line as usize]));
            of_name.push(names[line as usize].clone());
            from.push(Some(start));
            to.push(Some(stop));
            km.push(Some(stop - start));
            risk.push((known_km > 0.0).then(|| exposed / known_km));
            expo.push((known_km > 0.0).then_some(exposed));
        }
        let columns = vec![
            Column::texts("gap_id", ids),
            Column::texts("route", of),
            Column::texts("route_name", of_name),
            Column::numbers("from_km", from),
            Column::numbers("to_km", to),
            Column::numbers("km", km),
            Column::numbers("risk", risk),
            Column::numbers("expo_km", expo),
        ];
        Ok(Layer::new(name, "gap_id", columns, Arc::new(builder.finish()?), provenance)?)
    }

    /// Each route's risk by kilometre.
    fn profile(&self) -> Result<Vec<Profile>, BuildError> {
        let mut profile = vec![Vec::new(); self.routes.len()];
        let Some(risk) = &self.risk else { return Ok(profile) };
        let positions = self.routes.positions();
        let (from, to) = (self.stretches.numbers("from_km")?, self.stretches.numbers("to_km")?);
        let risk = self.stretches.numbers(risk)?;
        for (row, route) in self.stretches.texts("route")?.iter().enumerate() {
            let line = route.as_ref().and_then(|r| positions.get(r.as_str()));
            if let (Some(&line), Some(a), Some(b), Some(risk)) = (line, from[row], to[row], risk[row]) {
                profile[line].push((a, b, risk));
            }
        }
        Ok(profile)
    }
}
