//! The result of a build in a few lines: what was found, where first, how sure.

use serde::Serialize;

use super::{BuildError, Context};
use crate::lang::Lang;
use crate::layer::Layer;
use crate::publish::style::{Words, beyond, field_words};
use crate::text::{counted, number};
use crate::workspace::config::{CoverageOutput, ExposureOutput, LayerFile, Priority, Step, Text};

/// How many zones the summary names.
const FIRST: usize = 8;

/// What a build found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Whether the data are invented.
    pub invented: bool,
    /// The ranked layer, if the workspace has one.
    pub layer: Option<String>,
    /// Its zones.
    pub zones: usize,
    /// The score that the ranking stands on, if it stands on one.
    pub score: Option<Scored>,
    /// The hot spots that it carries or stands on.
    pub spots: Option<Spots>,
    /// Routes, by each layer of them.
    pub routes: Vec<Routes>,
    /// Parts of routes beyond the reach of every site, by each layer of them.
    pub gaps: Vec<Gaps>,
    /// Where to act first.
    pub first: Vec<First>,
}

/// A score and what it lacks.
#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    /// The layer that makes it.
    pub layer: String,
    /// Its field.
    pub field: String,
    /// What it is called.
    pub called: Words,
    /// Ranked zones without it.
    pub unscored: usize,
    /// Ranked zones that have it though indicators are missing.
    pub unsure: usize,
}

/// Hot and cold spots.
#[derive(Clone, Debug, Serialize)]
pub struct Spots {
    /// The layer that makes them.
    pub layer: String,
    /// Its title.
    pub title: Text,
    /// Hot spots at 99, 95 and 90 %.
    pub hot: [usize; 3],
    /// Cold spots at 99, 95 and 90 %.
    pub cold: [usize; 3],
}

/// The routes of a layer, in all.
#[derive(Clone, Debug, Serialize)]
pub struct Routes {
    /// The layer.
    pub layer: String,
    /// Its title.
    pub title: Text,
    /// Routes.
    pub count: usize,
    /// Their length, km.
    pub km: f64,
    /// Kilometres through zones whose score counts as high.
    pub high_km: f64,
    /// What the score is called.
    pub called: Words,
}

/// The gaps of a layer, in all, on the whole routes.
#[derive(Clone, Debug, Serialize)]
pub struct Gaps {
    /// The layer.
    pub layer: String,
    /// Title of the layer of sites.
    pub sites: Text,
    /// Parts of routes.
    pub count: usize,
    /// Their length, km.
    pub km: f64,
    /// Reach, km.
    pub reach_km: f64,
    /// Whether the sites are shown displaced, and gaps are where most likely none is.
    pub displaced: bool,
}

/// One zone at the head of the ranking.
#[derive(Clone, Debug, Serialize)]
pub struct First {
    /// Rank, from 1.
    pub rank: i64,
    /// Key.
    pub key: String,
    /// Name and state for people.
    pub name: String,
    /// Score.
    pub score: Option<f64>,
    /// Route kilometres.
    pub route_km: Option<f64>,
    /// Distance to the nearest site, km.
    pub near_km: Option<f64>,
    /// Hot or cold spot, -3..3.
    pub gi_bin: Option<i64>,
}

impl Summary {
    /// Sums up the layers of a whole build.
    ///
    /// # Errors
    /// Where a layer lacks a field that its step always writes.
    pub fn of(context: &Context, invented: bool) -> Result<Self, BuildError> {
        let mut summary = Self { invented, ..Self::default() };
        for (name, file) in &context.files {
            if let Some(step) = file.priority.as_ref().filter(|_| file.publish) {
                summary.rank(context, name, step)?;
            }
            if let Some(step) = file.exposure.as_ref().filter(|e| e.output == ExposureOutput::Routes) {
                let layer = context.layer(name)?;
                summary.routes.push(Routes {
                    layer: name.clone(),
                    title: titled(file, name),
                    count: layer.len(),
                    km: sum(layer, "route_km")?,
                    high_km: sum(layer, "high_km")?,
                    called: called(context.file(&step.zones)?, &step.risk),
                });
            }
            if let Some(step) = file.coverage.as_ref().filter(|c| c.output == CoverageOutput::Gaps) {
                let layer = context.layer(name)?;
                summary.gaps.push(Gaps {
                    layer: name.clone(),
                    sites: titled(context.file(&step.sites)?, &step.sites),
                    count: layer.len(),
                    km: sum(layer, "km")?,
                    reach_km: step.reach_km,
                    displaced: layer.provenance.is_displaced(),
                });
            }
        }
        Ok(summary)
    }

    fn rank(&mut self, context: &Context, name: &str, step: &Priority) -> Result<(), BuildError> {
        let layer = context.layer(name)?;
        self.layer = Some(name.to_owned());
        self.zones = layer.len();
        let texts = |field: &str| match layer.has(field) {
            true => layer.texts(field),
            false => Ok(vec![None; layer.len()]),
        };
        let optional = |field: &str| match layer.has(field) {
            true => layer.numbers(field),
            false => Ok(vec![None; layer.len()]),
        };
        let scored = scored(context, step)?;
        let mut scores = vec![None; layer.len()];
        if let Some((from, field)) = scored {
            scores = value_of(context, layer, step, from, field)?;
            let missing = match context.layer(from)?.has("ind_miss") {
                true => value_of(context, layer, step, from, "ind_miss")?,
                false => vec![None; layer.len()],
            };
            let lacks = |(missing, score): &(&Option<f64>, &Option<f64>)| {
                score.is_some() && missing.is_some_and(|missing| missing >= 1.0)
            };
            self.score = Some(Scored {
                layer: from.to_owned(),
                field: field.to_owned(),
                called: called(context.file(from)?, field),
                unscored: scores.iter().filter(|score| score.is_none()).count(),
                unsure: missing.iter().zip(&scores).filter(lacks).count(),
            });
        }
        let mut bins = vec![None; layer.len()];
        if let Some(from) = spotted(context, step)? {
            bins = value_of(context, layer, step, from, "gi_bin")?;
            let (mut hot, mut cold) = ([0; 3], [0; 3]);
            for bin in bins.iter().flatten().filter(|bin| **bin != 0.0) {
                let side = if *bin > 0.0 { &mut hot } else { &mut cold };
                side[3 - bin.abs().clamp(1.0, 3.0) as usize] += 1;
            }
            let title = titled(context.file(from)?, from);
            self.spots = Some(Spots { layer: from.to_owned(), title, hot, cold });
        }
        let (route_km, near_km) = (optional("route_km")?, optional("near_km")?);
        let (names, states, keys) = (texts("name")?, texts("state")?, layer.keys());
        let ranks = layer.numbers("prio_rank")?;
        // Zones of which nothing is known have no place.
        let mut order: Vec<(i64, usize)> =
            ranks.iter().enumerate().filter_map(|(row, rank)| Some(((*rank)? as i64, row))).collect();
        order.sort_unstable();
        self.first = order
            .into_iter()
            .take(FIRST)
            .map(|(rank, row)| First {
                rank,
                key: keys[row].to_owned(),
                name: [names[row].as_deref(), states[row].as_deref()]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(", "),
                score: scores[row],
                route_km: route_km[row],
                near_km: near_km[row],
                gi_bin: bins[row].map(|b| b as i64),
            })
            .collect();
        Ok(())
    }

    /// A few lines for a person.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let mut lines = Vec::new();
        if self.invented {
            lines.push(
                lang.pick("PAÍS INVENTADO: ninguna cifra es real.", "INVENTED COUNTRY: no figure is real.")
                    .to_owned(),
            );
        }
        lines.extend(self.spots.as_ref().map(|spots| spots.line(self.zones, lang)));
        lines.extend(self.score.as_ref().and_then(|score| score.line(self.zones, lang)));
        lines.extend(self.routes.iter().map(|routes| routes.line(lang)));
        lines.extend(self.gaps.iter().map(|gaps| gaps.line(lang)));
        if !self.first.is_empty() {
            lines.push(lang.pick("Dónde actuar primero:", "Where to act first:").to_owned());
        }
        lines
    }

    /// Header and cells of the ranking's head; columns of what the workspace does not have are left out.
    pub fn table(&self, lang: Lang) -> (Vec<String>, Vec<Vec<String>>) {
        let say = |es: &str, en: &str| lang.pick(es, en).to_owned();
        let shown = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| number(value, digits))
        };
        let any = |has: fn(&First) -> bool| self.first.iter().any(has);
        let mut header = vec!["#".to_owned(), say("clave", "key"), say("zona", "zone")];
        // The short form: what comes after a comma tells how it is made.
        let short = |called: &str| called.split(", ").next().unwrap_or_default().to_owned();
        header.extend(self.score.as_ref().map(|score| short(score.called.pick(lang))));
        let with_routes = any(|first| first.route_km.is_some());
        let with_sites = any(|first| first.near_km.is_some());
        header.extend(with_routes.then(|| say("km de ruta", "route km")));
        header.extend(with_sites.then(|| say("km al sitio más cercano", "km to the nearest site")));
        header.extend(self.spots.as_ref().map(|_| "Gi*".to_owned()));
        let cells = self.first.iter().map(|first| {
            let mut cells = vec![first.rank.to_string(), first.key.clone(), first.name.clone()];
            // Scores of 0 to 1 need two decimals.
            cells.extend(self.score.as_ref().map(|_| shown(first.score, 2)));
            cells.extend(with_routes.then(|| shown(first.route_km, 1)));
            cells.extend(with_sites.then(|| shown(first.near_km, 0)));
            let spot = || first.gi_bin.map_or("-".to_owned(), |bin| confidence(bin, lang));
            cells.extend(self.spots.as_ref().map(|_| spot()));
            cells
        });
        (header, cells.collect())
    }
}

/// Zones, in words.
fn zones(count: usize, lang: Lang) -> String {
    let (one, many) = match lang {
        Lang::Es => ("zona", "zonas"),
        Lang::En => ("zone", "zones"),
    };
    counted(count, one, many)
}

impl Spots {
    fn line(&self, of: usize, lang: Lang) -> String {
        let (hot, cold) = (self.hot[0] + self.hot[1], self.cold[0] + self.cold[1]);
        let (title, of) = (self.title.pick(lang), zones(of, lang));
        let [hot, sure, cold] = [hot, self.hot[0], cold].map(|count| number(count as f64, 0));
        match lang {
            Lang::Es => format!(
                "{title}, de {of}: calientes al 95 % o más {hot}, valores altos juntos (al 99 % {sure}); fríos {cold}, \
                 valores bajos juntos, no significa seguro."
            ),
            Lang::En => format!(
                "{title}, of {of}: hot at 95 % or more {hot}, high values together (at 99 % {sure}); cold {cold}, low \
                 values together, does not mean safe."
            ),
        }
    }
}

impl Scored {
    /// What it lacks; nothing where it lacks nothing.
    fn line(&self, of: usize, lang: Lang) -> Option<String> {
        let called = self.called.pick(lang);
        let mut parts = Vec::new();
        if self.unscored > 0 {
            let (count, of) = (zones(self.unscored, lang), number(of as f64, 0));
            parts.push(match lang {
                Lang::Es => format!("{count} de {of} sin valor"),
                Lang::En => format!("{count} of {of} without a value"),
            });
        }
        if self.unsure > 0 {
            let count = zones(self.unsure, lang);
            parts.push(match lang {
                Lang::Es if self.unsure == 1 => {
                    format!("a {count} le faltan indicadores (clase poco segura)")
                }
                Lang::Es => format!("a {count} les faltan indicadores (clase poco segura)"),
                Lang::En => format!("indicators are missing in {count} (class not sure)"),
            });
        }
        (!parts.is_empty()).then(|| format!("{called}: {}.", parts.join("; ")))
    }
}

impl Routes {
    fn line(&self, lang: Lang) -> String {
        let [km, high_km] = [self.km, self.high_km].map(|km| number(km, 0));
        let (title, called) = (self.title.pick(lang), self.called.pick(lang));
        let count = match lang {
            Lang::Es => counted(self.count, "ruta", "rutas"),
            Lang::En => counted(self.count, "route", "routes"),
        };
        match lang {
            Lang::Es => {
                format!("{title}: {count}, {km} km, de ellos {high_km} por zonas de valor alto ({called}).")
            }
            Lang::En => {
                format!(
                    "{title}: {count}, {km} km, {high_km} of them through zones of a high value ({called})."
                )
            }
        }
    }
}

impl Gaps {
    fn line(&self, lang: Lang) -> String {
        let beyond = beyond(self.reach_km, self.displaced);
        let (km, beyond, sites) = (number(self.km, 0), beyond.pick(lang), self.sites.pick(lang));
        match lang {
            Lang::Es => format!(
                "Brechas ({sites}): {}, {km} km en toda la ruta, {beyond}; las rutas por el mismo camino cuentan cada una.",
                counted(self.count, "tramo", "tramos")
            ),
            Lang::En => format!(
                "Gaps ({sites}): {}, {km} km on the whole route, {beyond}; routes \
                 along the same way count each.",
                counted(self.count, "stretch", "stretches")
            ),
        }
    }
}

/// The title of a layer; its name where it has none.
fn titled(file: &LayerFile, name: &str) -> Text {
    match file.title == Text::default() {
        true => Text { es: name.to_owned(), en: name.to_owned() },
        false => file.title.clone(),
    }
}

/// What a layer calls one of its fields.
fn called(file: &LayerFile, field: &str) -> Words {
    let own = file.style.as_ref().and_then(|style| style.words.get(field));
    let ready = || field_words(field).map(|words| Words::new(words.es, words.en));
    match own {
        Some(own) => Words::new(&*own.es, &*own.en),
        None => ready().unwrap_or_else(|| Words::same(field)),
    }
}

/// The score that a ranking stands on: the first component that a step of scores makes, as layer and field.
fn scored<'a>(context: &Context, step: &'a Priority) -> Result<Option<(&'a str, &'a str)>, BuildError> {
    for component in &step.component {
        let made = context.file(&component.layer)?.step();
        if matches!(made, Some(Step::Score(_) | Step::Composite(_))) {
            return Ok(Some((&component.layer, &component.field)));
        }
    }
    Ok(None)
}

/// The layer of hot spots that a ranking carries or stands on.
fn spotted<'a>(context: &Context, step: &'a Priority) -> Result<Option<&'a str>, BuildError> {
    let carried = step.carry.iter().map(|carry| &carry.layer);
    for layer in carried.chain(step.component.iter().map(|component| &component.layer)) {
        if matches!(context.file(layer)?.step(), Some(Step::Hotspot(_))) {
            return Ok(Some(layer));
        }
    }
    Ok(None)
}

/// The values of a layer's field for the zones of a ranking: carried along, or by their keys.
fn value_of(
    context: &Context,
    ranked: &Layer,
    step: &Priority,
    from: &str,
    field: &str,
) -> Result<Vec<Option<f64>>, BuildError> {
    // The first layer that carries a field of that name gives it.
    let carrier = step.carry.iter().find(|carry| carry.fields.iter().any(|carried| carried == field));
    if carrier.is_some_and(|carry| carry.layer == from) {
        return Ok(ranked.numbers(field)?);
    }
    let layer = context.layer(from)?;
    let values = layer.numbers(field)?;
    let positions = layer.positions();
    Ok(ranked.keys().into_iter().map(|key| positions.get(key).and_then(|&row| values[row])).collect())
}

/// `gi_bin` in words.
fn confidence(bin: i64, lang: Lang) -> String {
    let percent = match bin.abs() {
        3 => 99,
        2 => 95,
        1 => 90,
        _ => return lang.pick("no sig.", "not sig.").to_owned(),
    };
    let word = match bin > 0 {
        true => lang.pick("caliente", "hot"),
        false => lang.pick("frío", "cold"),
    };
    format!("{word} {percent} %")
}

fn sum(layer: &Layer, field: &str) -> Result<f64, BuildError> {
    // Folded from 0, since the sum of nothing is -0.
    Ok(layer.numbers(field)?.into_iter().flatten().fold(0.0, |sum, v| sum + v))
}
