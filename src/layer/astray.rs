//! Why points lie outside all zones, where it can be told from where they would lie.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// What would bring points into the zones that lie outside of them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Misplaced {
    /// Longitude and latitude stand in each other's place.
    Exchanged,
    /// The minus sign of the longitude was lost, or put where none was.
    LonSign,
    /// That of the latitude.
    LatSign,
    /// Both.
    BothSigns,
    /// They stand in each other's place, and the longitude lost its sign.
    ExchangedLonSign,
}

/// What is known of points outside all zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Astray {
    /// They would be inside, were they written otherwise.
    Misplaced {
        /// How.
        how: Misplaced,
        /// How many would be inside.
        inside: usize,
    },
    /// They lie elsewhere; extents as west, south, east and north in whole degrees, rounded outwards.
    Elsewhere {
        /// Of the points outside.
        points: [i16; 4],
        /// Of the zones.
        zones: [i16; 4],
    },
}

impl Astray {
    /// What it is, and what to do, for a person; `points` is the name of their layer.
    pub fn text(&self, points: &str, lang: Lang) -> String {
        let [exchange, sign, crs] = match lang {
            Lang::Es => [
                format!("intercambie `lon` y `lat` en el [read] de `{points}`, o corrija la fuente"),
                format!("ponga el signo en la fuente de `{points}`"),
                format!("`crs` en el [read] de `{points}`"),
            ],
            Lang::En => [
                format!("exchange `lon` and `lat` in the [read] of `{points}`, or correct the source"),
                format!("put the sign into the source of `{points}`"),
                format!("`crs` in the [read] of `{points}`"),
            ],
        };
        self.told([&exchange, &sign, &crs], lang)
    }

    /// The same for points that options of a command line describe.
    pub fn text_of_options(&self, lang: Lang) -> String {
        let exchange = lang.pick(
            "intercambie --lon y --lat, o corrija la fuente",
            "exchange --lon and --lat, or correct the source",
        );
        let sign = lang.pick("ponga el signo en la fuente", "put the sign into the source");
        self.told([exchange, sign, "--crs"], lang)
    }

    /// In these words for columns that are exchanged, a sign that is lost, and another system.
    fn told(&self, [exchange, sign, crs]: [&str; 3], lang: Lang) -> String {
        match self {
            Self::Misplaced { how, inside } => {
                let words = how.words(lang);
                let cure = match how {
                    Misplaced::Exchanged | Misplaced::ExchangedLonSign => exchange,
                    _ => sign,
                };
                match lang {
                    Lang::Es => format!("{inside} estarían dentro {words}: {cure}"),
                    Lang::En => format!("{inside} would be inside {words}: {cure}"),
                }
            }
            Self::Elsewhere { points: p, zones: z } => match lang {
                Lang::Es => format!(
                    "están en {}, y las zonas en {}: ¿otro país, u otro {crs}?",
                    extent(*p),
                    extent(*z)
                ),
                Lang::En => format!(
                    "they lie in {}, and the zones in {}: another country, or another {crs}?",
                    extent(*p),
                    extent(*z)
                ),
            },
        }
    }
}

impl Misplaced {
    /// Every way that is tried, the likeliest first.
    pub const ALL: [Self; 5] =
        [Self::Exchanged, Self::LonSign, Self::LatSign, Self::BothSigns, Self::ExchangedLonSign];

    /// Where a point would lie.
    pub fn put_right(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Exchanged => (lat, lon),
            Self::LonSign => (-lon, lat),
            Self::LatSign => (lon, -lat),
            Self::BothSigns => (-lon, -lat),
            Self::ExchangedLonSign => (-lat, lon),
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        let (es, en) = match self {
            Self::Exchanged => {
                ("con longitud y latitud intercambiadas", "with longitude and latitude exchanged")
            }
            Self::LonSign => ("con el otro signo en la longitud", "with the other sign of the longitude"),
            Self::LatSign => ("con el otro signo en la latitud", "with the other sign of the latitude"),
            Self::BothSigns => {
                ("con el otro signo en ambas", "with the other sign of longitude and latitude")
            }
            Self::ExchangedLonSign => (
                "con longitud y latitud intercambiadas y el otro signo en la longitud",
                "with longitude and latitude exchanged and the other sign of the longitude",
            ),
        };
        lang.pick(es, en)
    }
}

fn extent([west, south, east, north]: [i16; 4]) -> String {
    format!("{west}..{east}°, {south}..{north}°")
}
