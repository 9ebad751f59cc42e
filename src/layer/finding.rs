//! Things a person should know about a layer, told in Spanish or English.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::KeyFit;
use super::astray::{self, Astray};
use crate::join::Overlap;
use crate::lang::Lang;

/// How many examples a finding names.
pub const EXAMPLES: usize = 6;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth looking at; `--strict` fails on it.
    Warning,
}

/// Something noticed while reading or deriving a layer.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// Invalid geometry that was repaired.
    Repaired {
        /// How many.
        count: usize,
        /// Keys of the first ones.
        examples: Vec<String>,
    },
    /// Zones that overlap: a place in several belongs to the one with the smallest key.
    Overlapping {
        /// How many pairs.
        count: usize,
        /// The area in two, added up over pairs, square kilometres.
        km2: f64,
        /// Keys of the pairs that share most.
        examples: Vec<String>,
    },
    /// Features kept out.
    Dropped {
        /// How many.
        count: usize,
        /// Why, Spanish.
        reason_es: String,
        /// Why, English.
        reason_en: String,
        /// Keys or rows of the first ones.
        examples: Vec<String>,
    },
    /// Zones that lack values in some indicator.
    MissingValues {
        /// The fields that these features lack.
        fields: Vec<String>,
        /// How many features lack them.
        count: usize,
        /// Keys of the first ones.
        examples: Vec<String>,
    },
    /// Keys that stand in one of two joined layers only: often two vintages of boundaries.
    Unmatched {
        /// The layer joined to.
        left: String,
        /// Its number of features.
        left_count: usize,
        /// Keys only there.
        only_left: Vec<String>,
        /// The layer that was joined.
        right: String,
        /// Its number of features.
        right_count: usize,
        /// Keys only there.
        only_right: Vec<String>,
        /// What would make them match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fit: Option<KeyFit>,
    },
    /// Points outside every zone.
    Outside {
        /// The layer of points.
        #[serde(default)]
        points: String,
        /// How many.
        count: usize,
        /// Of how many.
        of: usize,
        /// The layer of zones.
        zones: String,
        /// Why, where most are outside and it can be told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
        why: Option<Astray>,
    },
    /// Totals or means that lack some of the values they are made of: they are of the others, and null where none is known.
    Partial {
        /// The field whose values lack.
        field: String,
        /// How many values lack.
        lacking: usize,
        /// Of how many.
        of: usize,
        /// Totals that are of some of their values only.
        some: usize,
        /// Totals that are null, as none of their values is known.
        none: usize,
        /// Keys of the first features that lack it.
        examples: Vec<String>,
    },
    /// Features that have no result, and why.
    NoResult {
        /// The field of the result.
        field: String,
        /// How many have none.
        count: usize,
        /// Of how many.
        of: usize,
        /// Why, and the setting that helps; Spanish.
        reason_es: String,
        /// The same, English.
        reason_en: String,
        /// Keys of the first ones.
        examples: Vec<String>,
    },
    /// Kilometres of routes outside every zone.
    OutsideKm {
        /// How many, km.
        km: f64,
        /// Of how many, km.
        of_km: f64,
        /// The layer of zones.
        zones: String,
    },
    /// Zones without a neighbour; they get no statistic.
    NoNeighbours {
        /// How many.
        count: usize,
        /// Of how many that have a value.
        #[serde(default)]
        of: usize,
        /// Keys of the first ones.
        examples: Vec<String>,
    },
    /// A statistical choice or limit worth stating.
    Statistic {
        /// Spanish.
        es: String,
        /// English.
        en: String,
        /// Whether `--strict` should fail on it.
        warning: bool,
    },
}

impl Finding {
    /// What to say of zones that overlap, by their keys; nothing where none do.
    pub fn of_overlaps<K: AsRef<str>>(overlaps: &[Overlap], keys: &[K]) -> Option<Self> {
        let mut most: Vec<&Overlap> = overlaps.iter().collect();
        most.sort_by(|a, b| b.km2.total_cmp(&a.km2));
        let key = |zone: u32| keys.get(zone as usize).map_or("", AsRef::as_ref);
        let pair = |overlap: &&Overlap| format!("{}+{}", key(overlap.zones.0), key(overlap.zones.1));
        (!overlaps.is_empty()).then(|| Self::Overlapping {
            count: overlaps.len(),
            km2: overlaps.iter().map(|overlap| overlap.km2).sum(),
            examples: most.iter().take(EXAMPLES).map(pair).collect(),
        })
    }

    /// Whether this is a warning.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Repaired { .. } => Severity::Info,
            // Routes go on beyond a country; that most of them do is a fault of their coordinates, or of the zones.
            Self::OutsideKm { km, of_km, .. } if *km * 2.0 <= *of_km => Severity::Info,
            // An island or two are geography; that most zones are islands is a fault of their borders.
            Self::NoNeighbours { count, of, .. } if *count * 2 < *of || *of == 0 => Severity::Info,
            Self::Statistic { warning: false, .. } => Severity::Info,
            _ => Severity::Warning,
        }
    }

    /// One line for a person.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Repaired { count, examples } => match lang {
                Lang::Es => format!("{count} geometrías inválidas reparadas ({})", list(examples, *count)),
                Lang::En => format!("{count} invalid geometries repaired ({})", list(examples, *count)),
            },
            Self::Overlapping { count, km2, examples } => match lang {
                Lang::Es => format!(
                    "{count} {}, {} km² en total; un lugar en varias es de la clave menor ({})",
                    if *count == 1 { "par de zonas se traslapa" } else { "pares de zonas se traslapan" },
                    area(*km2),
                    list(examples, *count)
                ),
                Lang::En => format!(
                    "{count} {}, {} km² in all; a place in several belongs to the smallest key ({})",
                    if *count == 1 { "pair of zones overlaps" } else { "pairs of zones overlap" },
                    area(*km2),
                    list(examples, *count)
                ),
            },
            Self::Dropped { count, reason_es, reason_en, examples } => match lang {
                Lang::Es => format!("{count} elementos excluidos: {reason_es} ({})", list(examples, *count)),
                Lang::En => format!("{count} features kept out: {reason_en} ({})", list(examples, *count)),
            },
            Self::MissingValues { fields, count, examples } => {
                let fields = list(fields, fields.len());
                match lang {
                    Lang::Es => format!("{count} sin valor en {fields} ({})", list(examples, *count)),
                    Lang::En => format!("{count} without a value in {fields} ({})", list(examples, *count)),
                }
            }
            Self::Unmatched { left, left_count, only_left, right, right_count, only_right, fit } => {
                let side = |keys: &[String]| list(keys, keys.len());
                let fit = fit.as_ref().map(|fit| fit.text(left, right, lang));
                match lang {
                    Lang::Es => format!(
                        "`{left}` tiene {left_count} claves y `{right}` {right_count}: solo en `{left}` {} ({}); solo en `{right}` {} ({}). {}",
                        only_left.len(),
                        side(only_left),
                        only_right.len(),
                        side(only_right),
                        fit.as_deref().unwrap_or("¿Dos versiones del marco?")
                    ),
                    Lang::En => format!(
                        "`{left}` has {left_count} keys and `{right}` {right_count}: only in `{left}` {} ({}); only in `{right}` {} ({}). {}",
                        only_left.len(),
                        side(only_left),
                        only_right.len(),
                        side(only_right),
                        fit.as_deref().unwrap_or("Two boundary vintages?")
                    ),
                }
            }
            Self::Outside { points, count, of, zones, why } => {
                let why =
                    why.map_or_else(String::new, |why| format!("; {}", astray::text(&why, points, lang)));
                match lang {
                    Lang::Es => format!("{count} de {of} puntos fuera de toda zona de `{zones}`{why}"),
                    Lang::En => format!("{count} of {of} points outside every zone of `{zones}`{why}"),
                }
            }
            Self::Partial { field, lacking, of, some, none, examples } => {
                let examples = list(examples, *lacking);
                match lang {
                    Lang::Es => format!(
                        "`{field}` falta en {lacking} de {of} ({examples}); resultados solo de los demás: {some}, vacíos: {none}"
                    ),
                    Lang::En => format!(
                        "`{field}` lacks in {lacking} of {of} ({examples}); results of the others only: {some}, null: {none}"
                    ),
                }
            }
            Self::NoResult { field, count, of, reason_es, reason_en, examples } => {
                let examples = list(examples, *count);
                match lang {
                    Lang::Es => format!("{count} de {of} sin `{field}` ({examples}): {reason_es}"),
                    Lang::En => format!("{count} of {of} without `{field}` ({examples}): {reason_en}"),
                }
            }
            Self::OutsideKm { km, of_km, zones } => match lang {
                Lang::Es => format!("{km:.1} de {of_km:.1} km de rutas fuera de toda zona de `{zones}`"),
                Lang::En => format!("{km:.1} of {of_km:.1} km of routes outside every zone of `{zones}`"),
            },
            Self::NoNeighbours { count, examples, .. } => {
                let help = match (self.severity(), lang) {
                    (Severity::Info, _) => "",
                    (_, Lang::Es) => {
                        "; si sus límites se dibujaron o simplificaron uno por uno, fije `tolerance_m`"
                    }
                    (_, Lang::En) => {
                        "; if their borders were drawn or simplified one by one, set `tolerance_m`"
                    }
                };
                let examples = list(examples, *count);
                match lang {
                    Lang::Es => format!("{count} zonas sin vecinas, sin estadístico ({examples}){help}"),
                    Lang::En => format!("{count} zones without neighbours, no statistic ({examples}){help}"),
                }
            }
            Self::Statistic { es, en, .. } => lang.pick(es, en).to_owned(),
        }
    }
}

/// An area with three digits that count.
fn area(km2: f64) -> String {
    let decimals = (2.0 - km2.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{km2:.decimals$}")
}

/// The first examples, then how many more.
fn list(examples: &[String], count: usize) -> String {
    let shown = examples.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", ");
    let more = count.saturating_sub(examples.len().min(EXAMPLES));
    match (shown.is_empty(), more) {
        (true, _) => "-".to_owned(),
        (false, 0) => shown,
        (false, n) => format!("{shown}, +{n}"),
    }
}
