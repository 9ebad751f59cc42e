//! Words for why points lie outside all zones.

pub use corredor_geo::join::{Astray, Misplaced};

use crate::lang::Lang;

/// What it is, and what to do, for a person; `points` is the name of their layer.
pub(crate) fn text(why: &Astray, points: &str, lang: Lang) -> String {
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
    told(why, [&exchange, &sign, &crs], lang)
}

/// The same for points that options of a command line describe.
pub fn text_of_options(why: &Astray, lang: Lang) -> String {
    let exchange = lang.pick(
        "intercambie --lon y --lat, o corrija la fuente",
        "exchange --lon and --lat, or correct the source",
    );
    let sign = lang.pick("ponga el signo en la fuente", "put the sign into the source");
    told(why, [exchange, sign, "--crs"], lang)
}

/// In these words for columns that are exchanged, a sign that is lost, and another system.
fn told(why: &Astray, [exchange, sign, crs]: [&str; 3], lang: Lang) -> String {
    match why {
        Astray::Misplaced { how, inside } => {
            let words = words(*how, lang);
            let cure = match how {
                Misplaced::Exchanged | Misplaced::ExchangedLonSign => exchange,
                _ => sign,
            };
            match lang {
                Lang::Es => format!("{inside} estarían dentro {words}: {cure}"),
                Lang::En => format!("{inside} would be inside {words}: {cure}"),
            }
        }
        Astray::Elsewhere { points: p, zones: z } => match lang {
            Lang::Es => {
                format!("están en {}, y las zonas en {}: ¿otro país, u otro {crs}?", extent(*p), extent(*z))
            }
            Lang::En => format!(
                "they lie in {}, and the zones in {}: another country, or another {crs}?",
                extent(*p),
                extent(*z)
            ),
        },
    }
}

fn words(how: Misplaced, lang: Lang) -> &'static str {
    let (es, en) = match how {
        Misplaced::Exchanged => {
            ("con longitud y latitud intercambiadas", "with longitude and latitude exchanged")
        }
        Misplaced::LonSign => ("con el otro signo en la longitud", "with the other sign of the longitude"),
        Misplaced::LatSign => ("con el otro signo en la latitud", "with the other sign of the latitude"),
        Misplaced::BothSigns => {
            ("con el otro signo en ambas", "with the other sign of longitude and latitude")
        }
        Misplaced::ExchangedLonSign => (
            "con longitud y latitud intercambiadas y el otro signo en la longitud",
            "with longitude and latitude exchanged and the other sign of the longitude",
        ),
    };
    lang.pick(es, en)
}

fn extent([west, south, east, north]: [i16; 4]) -> String {
    format!("{west}..{east}°, {south}..{north}°")
}
