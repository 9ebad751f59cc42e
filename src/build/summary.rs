//! The result of a build in a few lines: what was found, where first, how sure.

use serde::Serialize;

use super::{BuildError, Context};
use crate::lang::Lang;
use crate::layer::Layer;
use crate::workspace::config::{CoverageOutput, ExposureOutput};

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
    /// Zones without a score.
    pub unscored: usize,
    /// Zones whose class is not sure: indicators are missing.
    pub unsure: usize,
    /// Hot spots at 99, 95 and 90 %.
    pub hot: [usize; 3],
    /// Cold spots at 99, 95 and 90 %.
    pub cold: [usize; 3],
    /// Routes.
    pub routes: usize,
    /// Their length, km.
    pub route_km: f64,
    /// Kilometres through zones of high risk.
    pub high_km: f64,
    /// Parts of routes beyond the reach of every site.
    pub gaps: usize,
    /// Their length, km.
    pub gap_km: f64,
    /// Reach, km.
    pub reach_km: Option<f64>,
    /// Where to act first.
    pub first: Vec<First>,
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
    /// Score, 0..1.
    pub risk: Option<f64>,
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
            if file.priority.is_some() && file.publish {
                summary.rank(context.layer(name)?)?;
            }
            if file.exposure.as_ref().is_some_and(|e| e.output == ExposureOutput::Routes) {
                let layer = context.layer(name)?;
                summary.routes = layer.len();
                summary.route_km = sum(layer, "route_km")?;
                summary.high_km = sum(layer, "high_km")?;
            }
            if let Some(coverage) = file.coverage.as_ref().filter(|c| c.output == CoverageOutput::Gaps) {
                let layer = context.layer(name)?;
                summary.gaps = layer.len();
                summary.gap_km = sum(layer, "km")?;
                summary.reach_km = Some(coverage.reach_km);
            }
        }
        Ok(summary)
    }

    fn rank(&mut self, layer: &Layer) -> Result<(), BuildError> {
        self.layer = Some(layer.name().to_owned());
        self.zones = layer.len();
        let optional = |field: &str| match layer.has(field) {
            true => layer.numbers(field),
            false => Ok(vec![None; layer.len()]),
        };
        let texts = |field: &str| match layer.has(field) {
            true => layer.texts(field),
            false => Ok(vec![None; layer.len()]),
        };
        let (risk, bins) = (optional("risk")?, optional("gi_bin")?);
        self.unscored = risk.iter().filter(|r| r.is_none()).count();
        let missing = optional("ind_miss")?;
        self.unsure =
            missing.iter().zip(&risk).filter(|(m, r)| r.is_some() && m.is_some_and(|m| m >= 1.0)).count();
        for bin in bins.iter().flatten() {
            let side = if *bin > 0.0 { &mut self.hot } else { &mut self.cold };
            if *bin != 0.0 {
                side[3 - bin.abs().clamp(1.0, 3.0) as usize] += 1;
            }
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
                risk: risk[row],
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
        let (hot, cold) = (self.hot[0] + self.hot[1], self.cold[0] + self.cold[1]);
        if self.layer.is_some() {
            lines.push(match lang {
                Lang::Es => format!(
                    "Puntos calientes de riesgo: {hot} de {} zonas al 95 % o más ({} al 99 %); fríos: {cold}; sin puntaje: {}.",
                    self.zones, self.hot[0], self.unscored
                ),
                Lang::En => format!(
                    "Hot spots of risk: {hot} of {} zones at 95 % or more ({} at 99 %); cold: {cold}; unscored: {}.",
                    self.zones, self.hot[0], self.unscored
                ),
            });
        }
        if self.routes > 0 {
            lines.push(match lang {
                Lang::Es => format!(
                    "Rutas: {}, {:.0} km, de ellos {:.0} por zonas de riesgo alto.",
                    self.routes, self.route_km, self.high_km
                ),
                Lang::En => format!(
                    "Routes: {}, {:.0} km, {:.0} of them through zones of high risk.",
                    self.routes, self.route_km, self.high_km
                ),
            });
        }
        if let Some(reach) = self.reach_km {
            lines.push(match lang {
                Lang::Es => format!(
                    "Brechas: {} tramos, {:.0} km a más de {reach} km de todo albergue.",
                    self.gaps, self.gap_km
                ),
                Lang::En => format!(
                    "Gaps: {} stretches, {:.0} km beyond {reach} km of every shelter.",
                    self.gaps, self.gap_km
                ),
            });
        }
        if self.unsure > 0 {
            lines.push(match lang {
                Lang::Es => format!(
                    "Menos seguro: a {} zonas les faltan indicadores (rayadas en el mapa).",
                    self.unsure
                ),
                Lang::En => {
                    format!("Less sure: {} zones lack indicators (hatched on the map).", self.unsure)
                }
            });
        }
        if !self.first.is_empty() {
            lines.push(lang.pick("Dónde actuar primero:", "Where to act first:").to_owned());
        }
        lines
    }

    /// Header and cells of the ranking's head.
    pub fn table(&self, lang: Lang) -> (Vec<&'static str>, Vec<Vec<String>>) {
        let header = match lang {
            Lang::Es => vec!["#", "clave", "zona", "riesgo", "km de ruta", "km al albergue", "Gi*"],
            Lang::En => vec!["#", "key", "zone", "risk", "route km", "km to shelter", "Gi*"],
        };
        let number = |v: Option<f64>, digits: usize| v.map_or("-".to_owned(), |v| format!("{v:.digits$}"));
        let cells = self.first.iter().map(|f| {
            vec![
                f.rank.to_string(),
                f.key.clone(),
                f.name.clone(),
                number(f.risk, 2),
                number(f.route_km, 1),
                number(f.near_km, 0),
                f.gi_bin.map_or("-".to_owned(), |bin| confidence(bin, lang)),
            ]
        });
        (header, cells.collect())
    }
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
