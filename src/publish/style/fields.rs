//! Words for every field that we publish: aliases, units, and the values that are codes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::recipe_fields::{dimensions, indicators, names_factor};
use super::words::Words;
use crate::lang::Lang;
use crate::layer::Provenance;
use crate::publish::record::Parameters;
use crate::text::brief;
use crate::workspace::config::{FieldRow, StepKind};

/// What a field is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWords {
    /// Spanish.
    pub es: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
    /// Unit or range, where there is one.
    pub unit: Option<Cow<'static, str>>,
}

impl FieldWords {
    /// The alias with its unit: `Kilómetros ponderados por vulnerabilidad de residentes (km)`.
    pub fn alias(&self, lang: Lang) -> String {
        let word = lang.pick(&self.es, &self.en);
        self.unit.as_ref().map_or_else(|| word.to_owned(), |unit| format!("{word} ({unit})"))
    }
}

/// Fields of sources, of several steps, and of differences between runs; those of one step stand in its definition.
/// `docs/publishing.md` says at more length what each one means.
const FIELDS: &[FieldRow] = &[
    ("code", "Clave", "Code", ""),
    ("cvegeo", "Clave geoestadística", "Municipality code", ""),
    ("name", "Nombre", "Name", ""),
    ("state", "Estado", "State", ""),
    ("pop", "Población", "Population", ""),
    ("route_id", "Clave de la ruta", "Route code", ""),
    ("route", "Ruta", "Route", ""),
    ("route_name", "Nombre de la ruta", "Route name", ""),
    ("mode", "Medio", "Mode", ""),
    ("zone", "Zona", "Zone", ""),
    ("from_km", "Desde el kilómetro", "From kilometre", "km"),
    ("to_km", "Hasta el kilómetro", "To kilometre", "km"),
    ("km", "Longitud", "Length", "km"),
    ("way", "Riesgo en el camino", "Risk on the way", "0–100"),
    ("way_lo", "Riesgo en el camino: desde (90 %)", "Risk on the way: from (90 %)", "0–100"),
    (
        "way_md",
        "Riesgo en el camino: mediana de las corridas",
        "Risk on the way: median of the runs",
        "0–100",
    ),
    ("way_hi", "Riesgo en el camino: hasta (90 %)", "Risk on the way: to (90 %)", "0–100"),
    ("change", "Cambio", "Change", ""),
    ("bin_old", "Punto caliente o frío (Gi*), antes", "Hot or cold spot (Gi*), before", ""),
    ("bin_new", "Punto caliente o frío (Gi*), ahora", "Hot or cold spot (Gi*), now", ""),
    ("rank_old", "Lugar por prioridad, antes", "Rank by priority, before", ""),
    ("rank_new", "Lugar por prioridad, ahora", "Rank by priority, now", ""),
    ("prio_old", "Prioridad, antes", "Priority, before", "0–1"),
    ("prio_new", "Prioridad, ahora", "Priority, now", "0–1"),
    ("risk_old", "Vulnerabilidad de residentes, antes", "Vulnerability of residents, before", "0–1"),
    ("risk_new", "Vulnerabilidad de residentes, ahora", "Vulnerability of residents, now", "0–1"),
    ("product", "Producto", "Product", ""),
    ("sector", "Sector", "Sector", ""),
    ("workers", "Personas que trabajan", "Workers", ""),
    ("certified", "Certificado libre de trabajo infantil", "Certified free of child labour", ""),
    ("centres", "Centros de trabajo", "Work centres", ""),
    ("cert_n", "Centros certificados", "Certified work centres", ""),
    ("tonnes", "Toneladas al año", "Tonnes per year", ""),
    ("girls", "Niñas de 5 a 17 años", "Girls aged 5-17", ""),
    ("boys", "Niños de 5 a 17 años", "Boys aged 5-17", ""),
    ("girls_pct", "Niñas en trabajo infantil", "Girls in child labour", "%"),
    ("boys_pct", "Niños en trabajo infantil", "Boys in child labour", "%"),
    ("girls_se", "Niñas: error estándar", "Girls: standard error", "%"),
    ("boys_se", "Niños: error estándar", "Boys: standard error", "%"),
    ("girls_cl", "Niñas en trabajo infantil, en decenas", "Girls in child labour, in tens", ""),
    ("boys_cl", "Niños en trabajo infantil, en decenas", "Boys in child labour, in tens", ""),
    ("lon", "Longitud geográfica", "Longitude", "°"),
    ("lat", "Latitud", "Latitude", "°"),
];

/// Every row of the dictionary, each field once.
pub(super) fn dictionary() -> impl Iterator<Item = FieldRow> {
    let others = dimensions().chain(indicators());
    own().chain(others.filter(|row| own().all(|known| known.0 != row.0)))
}

/// The rows that no recipe names.
fn own() -> impl Iterator<Item = FieldRow> {
    let of_steps = StepKind::ALL.into_iter().flat_map(|kind| kind.definition().words);
    FIELDS.iter().chain(of_steps).copied()
}

/// The words for a field; `None` for one that only its source knows.
///
/// # Examples
/// ```
/// use corredor::lang::Lang;
/// use corredor::publish::style::field_words;
///
/// assert_eq!(field_words("route_km").unwrap().alias(Lang::En), "Routes (km)");
/// assert!(field_words("viv").is_none());
/// ```
pub fn field_words(field: &str) -> Option<FieldWords> {
    dictionary().find(|row| row.0 == field).map(words)
}

/// Said of whatever refers to sites that are shown displaced, in Spanish and in English.
const MOVED: [&str; 2] = ["(sitios movidos a propósito)", "(sites moved on purpose)"];

/// Said of kilometres of gap where sites are shown displaced.
const LIKELY: [&str; 2] =
    ["(lo probable; sitios movidos a propósito)", "(what is likely; sites moved on purpose)"];

/// What is said beside the name of a field that refers to sites which are shown displaced.
fn displaced(field: &str) -> Option<[&'static str; 2]> {
    match field {
        "near_km" => Some(MOVED),
        "gap_km" => Some(LIKELY),
        _ => None,
    }
}

/// What a layer's fields are told by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told<'a> {
    /// Whether it was made from sites that are shown displaced.
    pub displaced: bool,
    /// People that its rates are stated for.
    pub rate_per: Option<f64>,
    /// What its own layer file calls them.
    pub words: Option<&'a BTreeMap<String, Words>>,
}

impl Told<'_> {
    /// Of the record of a layer.
    pub fn of(provenance: &Provenance) -> Self {
        let rate_per = Parameters::of_layer(provenance).rate_per();
        Self { displaced: provenance.is_displaced(), rate_per, words: None }
    }
}

/// The words for a field of a layer that such things are known of.
pub fn words_of(told: Told<'_>, field: &str) -> Option<FieldWords> {
    let ready = field_words(field);
    let unit = match (field, told.rate_per) {
        ("rate", Some(per)) => Some(per_people(per).into()),
        _ => ready.as_ref().and_then(|ready| ready.unit.clone()),
    };
    let said = match told.words.and_then(|words| words.get(field)) {
        Some(own) => Some(FieldWords { es: own.es.clone().into(), en: own.en.clone().into(), unit }),
        None => ready.map(|ready| FieldWords { unit, ..ready }),
    };
    // That sites are displaced no layer file leaves unsaid.
    match displaced(field).filter(|_| told.displaced) {
        Some([es, en]) => said.map(|said| FieldWords {
            es: format!("{} {es}", said.es).into(),
            en: format!("{} {en}", said.en).into(),
            ..said
        }),
        None => said,
    }
}

/// Beyond which distance of a site that which a layer shows lies; where the sites were moved, most likely.
pub fn beyond(reach_km: f64, displaced: bool) -> Words {
    let far = brief(reach_km);
    let (es, en) = (
        format!("a más de {far} km de todo sitio de la lista"),
        format!("more than {far} km from every site of the list"),
    );
    match displaced {
        true => Words::new(format!("probablemente {es} {}", MOVED[0]), format!("probably {en} {}", MOVED[1])),
        false => Words::new(es, en),
    }
}

/// The unit of a rate: `/ 100,000`.
fn per_people(per: f64) -> String {
    format!("/ {}", brief(per))
}

fn words((_, es, en, unit): FieldRow) -> FieldWords {
    FieldWords { es: es.into(), en: en.into(), unit: (!unit.is_empty()).then_some(Cow::Borrowed(unit)) }
}

/// Codes of a field and what they say, in legend order.
pub fn values(field: &str) -> Vec<(&'static str, Words)> {
    let rows: &[(&str, &str, &str)] = match field {
        "change" => &[
            ("entered", "Entró a punto caliente", "Became a hot spot"),
            ("left", "Salió de punto caliente", "Is no hot spot any more"),
            ("up", "Entre los que más subieron", "Among those that rose most"),
            ("down", "Entre los que más bajaron", "Among those that fell most"),
            ("added", "Nueva", "New"),
            ("removed", "Ya no está", "Gone"),
            ("opened", "Brecha que se abrió", "Gap that opened"),
            ("closed", "Brecha que se cerró", "Gap that closed"),
        ],
        "gi_bin" | "bin_old" | "bin_new" => &[
            ("3", "Punto caliente, 99 %: valores altos juntos", "Hot spot, 99 %: high values together"),
            ("2", "Punto caliente, 95 %: valores altos juntos", "Hot spot, 95 %: high values together"),
            ("1", "Punto caliente, 90 %: valores altos juntos", "Hot spot, 90 %: high values together"),
            ("0", "No significativo", "Not significant"),
            (
                "-1",
                "Punto frío, 90 %: bajos juntos; no significa seguro",
                "Cold spot, 90 %: low together; does not mean safe",
            ),
            (
                "-2",
                "Punto frío, 95 %: bajos juntos; no significa seguro",
                "Cold spot, 95 %: low together; does not mean safe",
            ),
            (
                "-3",
                "Punto frío, 99 %: bajos juntos; no significa seguro",
                "Cold spot, 99 %: low together; does not mean safe",
            ),
        ],
        field if names_factor(field) => {
            let named = |(code, es, en, _): FieldRow| match field_words(code) {
                Some(words) => (code, Words::new(words.es, words.en)),
                None => (code, Words::new(es, en)),
            };
            return indicators().map(named).collect();
        }
        "risk_class" | "class_2" | "class_3" => &[
            ("very_high", "Muy alto", "Very high"),
            ("high", "Alto", "High"),
            ("medium", "Medio", "Medium"),
            ("low", "Bajo", "Low"),
            ("very_low", "Muy bajo", "Very low"),
        ],
        "mode" => &[
            ("rail", "Ferrocarril", "Rail"),
            ("road", "Carretera", "Road"),
            ("mixed", "Mixto", "Mixed"),
            ("foot", "A pie", "On foot"),
            ("boat", "Embarcación", "Boat"),
        ],
        "certified" => &[("1", "Sí", "Yes"), ("0", "No", "No")],
        "sector" => &[
            ("farming", "Agricultura", "Farming"),
            ("industry", "Industria", "Industry"),
            ("building", "Construcción", "Building"),
            ("mining", "Minería", "Mining"),
        ],
        "product" => &[
            ("coffee", "Café", "Coffee"),
            ("sugar_cane", "Caña de azúcar", "Sugar cane"),
            ("vegetables", "Hortalizas", "Vegetables"),
            ("clothing", "Ropa", "Clothing"),
            ("bricks", "Ladrillos", "Bricks"),
            ("salt", "Sal", "Salt"),
        ],
        _ => &[],
    };
    rows.iter().map(|&(value, es, en)| (value, Words::new(es, en))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::FIELD_NAME_MAX;

    #[test]
    fn the_unit_of_a_rate_is_what_it_is_stated_for() {
        let unit = |per| words_of(Told { rate_per: per, ..Told::default() }, "rate").unwrap().unit.unwrap();
        assert_eq!(unit(None), unit(Some(100_000.0)));
        assert_eq!(unit(Some(1_000.0)), "/ 1,000");
        assert_eq!(unit(Some(1e6)), "/ 1,000,000");
        assert_eq!(unit(Some(100.0)), "/ 100");
        assert_eq!(unit(Some(0.5)), "/ 0.5");
    }

    #[test]
    fn a_layer_may_call_its_fields_otherwise() {
        let own = BTreeMap::from([("out_km".to_owned(), Words::new("Fuera de los municipios", "Outside"))]);
        let told = Told { words: Some(&own), ..Told::default() };
        assert_eq!(words_of(told, "out_km").unwrap().alias(Lang::Es), "Fuera de los municipios (km)");
        assert_eq!(words_of(told, "km"), field_words("km"));
    }

    #[test]
    fn displaced_sites_are_told_of_whatever_a_layer_calls_the_distance() {
        let own = BTreeMap::from([("near_km".to_owned(), Words::new("Al albergue", "To a shelter"))]);
        let told = Told { words: Some(&own), displaced: true, ..Told::default() };
        assert_eq!(
            words_of(told, "near_km").unwrap().alias(Lang::Es),
            "Al albergue (sitios movidos a propósito) (km)"
        );
    }

    #[test]
    fn the_dictionary_names_publishable_fields_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (field, es, en, _) in dictionary() {
            assert!(field.len() <= FIELD_NAME_MAX && !es.is_empty() && !en.is_empty(), "{field}");
            assert!(seen.insert(field), "{field} stands twice");
        }
    }
}
