//! The table of terms: one word for one thing, in Spanish and English, and the words that gave way to it.

use std::fmt::Write as _;

use super::fields::dictionary;

/// A term, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Spanish.
    pub es: &'static str,
    /// English.
    pub en: &'static str,
    /// What it means.
    pub means: &'static str,
    /// Words that are not said any more, Spanish and English.
    pub retired: &'static [&'static str],
}

/// The terms of what people read; fields have theirs in the dictionary, see [`field_words`](super::field_words).
pub const TERMS: &[Term] = &[
    Term {
        es: "vulnerabilidad de residentes, promedio de indicadores",
        en: "vulnerability of residents, mean of indicators",
        means: "the score of `[score]` (field `risk`): what makes exploitation likely where people live; no prevalence",
        retired: &["riesgo", "riesgos", "riesgoso", "riesgosos", "risk", "risks", "risky", "riskiest"],
    },
    Term {
        es: "índice de vulnerabilidad",
        en: "vulnerability index",
        means: "the score of `[composite]` (field `score`), by a recipe with dimensions, with intervals; its classes are classes of the index",
        retired: &["clase de riesgo", "risk class"],
    },
    Term {
        es: "riesgo en el camino",
        en: "risk on the way",
        means: "what endangers people on the move, of stretches of routes; never the vulnerability of residents",
        retired: &[],
    },
    Term {
        es: "kilómetros ponderados por vulnerabilidad de residentes",
        en: "kilometres weighted by residents' vulnerability",
        means: "kilometres of route, each times the mean of indicators of its zone (field `expo_km`)",
        retired: &["ponderados por riesgo", "ponderada por riesgo", "risk-weighted"],
    },
    Term {
        es: "punto caliente",
        en: "hot spot",
        means: "high values together, more than chance would have it (Gi*); in the plural `puntos calientes`",
        retired: &["foco", "focos", "hotspot", "hotspots", "conglomerado", "conglomerados"],
    },
    Term {
        es: "punto frío",
        en: "cold spot",
        means: "low values together, more than chance would have it; it does not mean safe",
        retired: &["coldspot", "coldspots"],
    },
    Term {
        es: "sin ruta en la lista",
        en: "no route in the list",
        means: "no route of the list crosses the place; people may pass all the same",
        retired: &["sin exposición", "no exposure", "without exposure"],
    },
    Term {
        es: "a más de N km de todo sitio de la lista",
        en: "more than N km from every site of the list",
        means: "beyond the reach (`reach_km`) of every site; the list may lack some; routes along the same way count each",
        retired: &[
            "sin servicio",
            "sin servicios",
            "without service",
            "without a service",
            "without services",
            "sin albergue",
            "without a shelter",
            "fuera del alcance de todo servicio",
            "beyond reach of a service",
        ],
    },
    Term {
        es: "prioridad",
        en: "priority",
        means: "the weighted mean of average ranks, each divided by the number of values above zero; zero and below are 0",
        retired: &["rango percentil", "percentile rank"],
    },
    Term {
        es: "prioridad más alta de sus municipios",
        en: "highest priority of its municipalities",
        means: "the priority of a state: a maximum, no mean",
        retired: &[],
    },
    Term {
        es: "valores de referencia",
        en: "goalposts",
        means: "the values of an indicator that become 0 and 1",
        retired: &["postes", "postes fijos"],
    },
    Term {
        es: "municipios colindantes",
        en: "adjoining municipalities",
        means: "municipalities that share a border, or a corner where that counts",
        retired: &["municipios vecinos", "sin vecinos", "neighbouring municipalities", "no neighbours"],
    },
    Term {
        es: "ingreso inferior a la línea de pobreza extrema",
        en: "income below the line of extreme poverty",
        means: "the indicator of CONEVAL",
        retired: &["ingreso bajo la línea"],
    },
];

/// Phrases in which a retired word stands for something else.
const KEPT: [&str; 7] = [
    "riesgo en el camino",
    "risk on the way",
    "riesgo a la manera de inform",
    "risk after inform",
    "inform subnational risk index",
    "viviendas sin servicios básicos",
    "homes without basic services",
];

/// Retired words in a text for people, each with the term that took its place. What stands between backticks is a name.
///
/// # Examples
/// ```
/// use corredor::publish::style::retired_in;
///
/// let found = retired_in("Focos de riesgo");
/// assert_eq!(found.iter().map(|(word, _)| *word).collect::<Vec<_>>(), ["riesgo", "focos"]);
/// assert!(retired_in("Tramos por riesgo en el camino; véase `risk`").is_empty());
/// ```
pub fn retired_in(text: &str) -> Vec<(&'static str, &'static Term)> {
    let mut said: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    for kept in KEPT {
        said = said.replace(kept, " ");
    }
    let stands = |word: &str| {
        said.match_indices(word).any(|(at, _)| {
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !letter(said[..at].chars().next_back()) && !letter(said[at + word.len()..].chars().next())
        })
    };
    TERMS
        .iter()
        .flat_map(|term| term.retired.iter().map(move |word| (*word, term)))
        .filter(|(word, _)| stands(word))
        .collect()
}

/// `docs/glossary.md`: terms, then fields.
pub fn glossary() -> String {
    let mut text = String::from(
        "# Terms\n\n<!-- Made from src/publish/style: CORREDOR_BLESS=1 cargo test --test lib words -->\n\n\
         One word for one thing, in what people read: titles, aliases, legends, caveats, summaries, sheets. Names of fields and\n\
         settings (`risk`, `risk_class`, `near_km`) are for machines and stay as they are. `tests/lib/words.rs` builds the demo and\n\
         fails where a retired word stands, one word stands for two fields, or one field has two names.\n\n\
         | español | English | meaning | not any more |\n|---|---|---|---|\n",
    );
    for term in TERMS {
        // Writing to a text cannot fail.
        let _ =
            writeln!(text, "| {} | {} | {} | {} |", term.es, term.en, term.means, term.retired.join(", "));
    }
    text.push_str(
        "\n## Fields\n\nA layer file says otherwise in `[style.words]`. A total says so after a colon (`: mean of its zones`), the class of a\n\
         composite is the class of its index, and a distance to displaced sites says that they are displaced.\n\n\
         | field | español | English | unit |\n|---|---|---|---|\n",
    );
    for (field, es, en, unit) in dictionary() {
        let _ = writeln!(text, "| `{field}` | {es} | {en} | {unit} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_term_is_retired_by_another() {
        for term in TERMS {
            for text in [term.es, term.en] {
                assert!(retired_in(text).is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn the_dictionary_says_no_retired_word() {
        for (field, es, en, _) in dictionary() {
            for text in [es, en] {
                assert!(retired_in(text).is_empty(), "{field}: {text}");
            }
        }
    }

    #[test]
    fn words_of_before_are_found() {
        for (text, word) in [
            ("Focos de riesgo y prioridad", "focos"),
            ("Risk hotspots and priority", "risk"),
            ("Exposure, risk-weighted", "risk-weighted"),
            ("Rutas sin servicio al alcance", "sin servicio"),
            ("Sin exposición (0 km)", "sin exposición"),
            ("Clase de riesgo", "clase de riesgo"),
            ("cada uno entre postes fijos", "postes"),
            ("Qué eleva el riesgo", "riesgo"),
            ("Sin dato o sin vecinos", "sin vecinos"),
            ("Ingreso bajo la línea de pobreza extrema", "ingreso bajo la línea"),
        ] {
            assert!(retired_in(text).iter().any(|(found, _)| *found == word), "{text}");
        }
    }
}
