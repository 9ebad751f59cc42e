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
        match self {
            Self::Misplaced { how, inside } => {
                let (es, en, do_es, do_en) = how.words();
                match lang {
                    Lang::Es => {
                        format!("{inside} estarían dentro {es}: {do_es} de `{points}`, o corrija la fuente")
                    }
                    Lang::En => {
                        format!("{inside} would be inside {en}: {do_en} of `{points}`, or correct the source")
                    }
                }
            }
            Self::Elsewhere { points: p, zones: z } => match lang {
                Lang::Es => format!(
                    "están en {}, y las zonas en {}: ¿otro país, u otro `crs` en el [read] de `{points}`?",
                    extent(*p),
                    extent(*z)
                ),
                Lang::En => format!(
                    "they lie in {}, and the zones in {}: another country, or another `crs` in the [read] of `{points}`?",
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

    fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        let exchange = ("intercambie `lon` y `lat` en el [read]", "exchange `lon` and `lat` in the [read]");
        let sign = ("ponga el signo en la fuente", "put the sign into the source");
        let (es, en, (do_es, do_en)) = match self {
            Self::Exchanged => {
                ("con longitud y latitud intercambiadas", "with longitude and latitude exchanged", exchange)
            }
            Self::LonSign => {
                ("con el otro signo en la longitud", "with the other sign of the longitude", sign)
            }
            Self::LatSign => ("con el otro signo en la latitud", "with the other sign of the latitude", sign),
            Self::BothSigns => {
                ("con el otro signo en ambas", "with the other sign of longitude and latitude", sign)
            }
            Self::ExchangedLonSign => (
                "con longitud y latitud intercambiadas y el otro signo en la longitud",
                "with longitude and latitude exchanged and the other sign of the longitude",
                exchange,
            ),
        };
        (es, en, do_es, do_en)
    }
}

fn extent([west, south, east, north]: [i16; 4]) -> String {
    format!("{west}..{east}°, {south}..{north}°")
}
