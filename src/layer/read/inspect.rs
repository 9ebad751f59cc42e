//! What is in a source, before anyone writes a layer file for it.

use std::collections::{BTreeMap, HashSet};

use arrow_array::{Array, cast::AsArray};
use arrow_schema::DataType;
use serde::{Serialize, Serializer};

use super::field_names::{is_mark, names_key};
use super::raw::Raw;
use super::shapes::{Shape, Shapes};
use super::{Kind, Options, ReadError, attributes, coordinates, doubts, kinds, load, wkt, zones};
use crate::lang::Lang;
use crate::layer::Finding;
use crate::layer::text::Notation;

/// A source as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The source.
    pub source: String,
    /// Driver that opened it.
    pub driver: String,
    /// Layer inside it.
    pub layer: String,
    /// Features or rows.
    pub features: usize,
    /// CRS, if stated.
    pub crs: Option<String>,
    /// Kinds of geometry with their counts.
    pub geometry: BTreeMap<String, usize>,
    /// Vertices of all geometries.
    pub vertices: usize,
    /// `[min x, min y, max x, max y]` in the source's own CRS.
    pub bounds: Option<[f64; 4]>,
    /// Polygons that are not valid.
    pub invalid: usize,
    /// Features without geometry, where others have one.
    pub without_geometry: usize,
    /// The fields.
    pub fields: Vec<FieldSummary>,
    /// What a layer file for it must deal with.
    pub problems: Vec<Problem>,
}

/// What a layer file must deal with, for a person; for a program in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

impl Problem {
    /// The text in a language.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.es, &self.en)
    }

    fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self { es: es.into(), en: en.into() }
    }
}

impl From<&Finding> for Problem {
    fn from(finding: &Finding) -> Self {
        Self::new(finding.text(Lang::Es), finding.text(Lang::En))
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

/// One field of a source.
#[derive(Clone, Debug, Serialize)]
pub struct FieldSummary {
    /// Its name.
    pub name: String,
    /// `text`, `integer`, `number` or `boolean`.
    pub kind: &'static str,
    /// Rows without a value.
    pub missing: usize,
    /// Different values.
    pub distinct: usize,
    /// Least value, as text.
    pub least: Option<String>,
    /// Greatest value, as text.
    pub greatest: Option<String>,
    /// Whether it could be the key: present in every row, never twice.
    pub unique: bool,
}

/// Looks into a source.
///
/// # Errors
/// As [`inspect_with`].
pub fn inspect(path: &str, layer: Option<&str>, encoding: Option<&str>) -> Result<Inspection, ReadError> {
    let mut options = Options::new(path, Kind::None, "");
    options.layer = layer.map(str::to_owned);
    options.encoding = encoding.map(str::to_owned);
    inspect_with(&options)
}

/// Looks into a source; of the options, those that say how it is written count.
///
/// # Errors
/// A [`ReadError`] where it cannot be opened or is damaged.
pub fn inspect_with(options: &Options) -> Result<Inspection, ReadError> {
    let mut raw = load::load(options)?;
    let as_text = raw.shapes.is_none().then(|| wkt::column(&raw)).flatten();
    let decoded = as_text.map(|at| wkt::decode(&mut raw, at, options));
    let raw = raw;
    let mut geometry: BTreeMap<String, usize> = BTreeMap::new();
    let (mut bounds, mut vertices, mut without) = (None, 0, 0);
    for shape in raw.shapes.iter().flat_map(Shapes::iter) {
        let Some(kind) = shape.kind().name() else {
            without += 1;
            continue;
        };
        *geometry.entry(kind.to_owned()).or_default() += 1;
        vertices += shape.positions();
        for (&x, &y) in shape.lists().flat_map(|(x, y)| x.iter().zip(y)) {
            let [west, south, east, north] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
        }
    }
    let invalid = raw.shapes.as_ref().map_or(0, zones::invalid);
    let fields: Vec<FieldSummary> = raw
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| summarise(&column.name, &attributes::settled(&raw, index, options)))
        .collect();
    let mut inspection = Inspection {
        source: options.path.clone(),
        driver: raw.driver.clone(),
        layer: raw.layer.clone(),
        features: raw.rows,
        crs: raw.crs.as_ref().map(|(_, name)| name.clone()),
        geometry,
        vertices,
        bounds,
        invalid,
        without_geometry: without,
        fields,
        problems: Vec::new(),
    };
    inspection.problems = problems(&inspection, raw.shapes.is_some());
    let problems = &mut inspection.problems;
    if let Some(shapes) = &raw.shapes {
        let notes = |lang: Lang| {
            let places: Vec<String> = (0..raw.rows).map(|row| raw.place_in(row, lang)).collect();
            kinds::notes(shapes, &places).iter().map(|note| note.text(lang)).collect::<Vec<_>>()
        };
        let both = notes(Lang::Es).into_iter().zip(notes(Lang::En));
        problems.extend(both.map(|(es, en)| Problem { es, en }));
    }
    problems.extend(over_date_line(&raw, bounds));
    if let Some(at) = as_text {
        let field = &raw.columns[at].name;
        problems.push(Problem::new(
            format!("el campo `{field}` trae la geometría como texto: se lee donde `geometry` es point, line o polygon"),
            format!("field `{field}` holds geometry as text: it is read where `geometry` is point, line or polygon"),
        ));
    }
    if let Some(Err(error)) = decoded {
        problems.push(Problem::new(error.to_string(), error.to_string()));
    }
    let fields = &inspection.fields;
    for (at, field) in fields.iter().enumerate().filter(|(at, _)| Some(*at) != as_text) {
        let codes = doubts::of_codes(&raw, at, field.unique || names_key(&field.name));
        problems.extend(codes.iter().map(Problem::from));
        problems.extend(in_another_notation(&raw, at, options));
    }
    problems.extend(doubts::types(&raw, options).iter().chain(&raw.findings).map(Problem::from));
    Ok(inspection)
}

/// What to say of lines and rings in degrees that jump over the date line: a build refuses them.
fn over_date_line(raw: &Raw, bounds: Option<[f64; 4]>) -> Option<Problem> {
    let [west, south, east, north] = bounds?;
    if west < -180.0 || east > 360.0 || south < -90.0 || north > 90.0 {
        return None;
    }
    let jumps = |&(_, shape): &(usize, Shape<'_>)| {
        let lone = shape.kind().name().is_none_or(|name| name.ends_with("Point"));
        !lone && shape.lists().any(|(x, y)| coordinates::jump(x, y).is_some())
    };
    let mut found = raw.shapes.iter().flat_map(Shapes::iter).enumerate().filter(jumps).map(|(row, _)| row);
    let first = found.next()?;
    let count = 1 + found.count();
    let cure = "`ogr2ogr -wrapdateline`";
    Some(Problem::new(
        format!(
            "elementos que pasan de un lado a otro de la línea de cambio de fecha en un solo paso: {count} (el primero, {}); córtelos ahí: {cure}",
            raw.place_in(first, Lang::Es)
        ),
        format!(
            "features that step over the date line: {count} (the first, {}); cut them there: {cure}",
            raw.place_in(first, Lang::En)
        ),
    ))
}

/// What to say of a column of texts that are all numbers, and not as they are said to be written.
fn in_another_notation(raw: &Raw, column: usize, options: &Options) -> Option<Problem> {
    let values = attributes::settled(raw, column, options);
    let texts = values.as_string_opt::<i32>()?;
    let mut odd = Vec::new();
    for text in texts.iter().flatten().map(str::trim).filter(|text| !text.is_empty() && !is_mark(text)) {
        if options.numerals.number(text).is_none() {
            odd.push((text, Notation::of(text).filter(|notation| notation.groups(text))?));
        }
    }
    // A code of digits is no number, and what is guarded was told.
    let no_number = |notation| matches!(notation, Notation::TooLarge | Notation::Guarded);
    let &(text, notation) = odd.iter().find(|(_, notation)| !no_number(*notation))?;
    let name = &raw.columns[column].name;
    Some(Problem::new(
        format!("`{name}`: `{text}` {}", notation.text(Lang::Es)),
        format!("`{name}`: `{text}`: {}", notation.text(Lang::En)),
    ))
}

fn summarise(name: &str, values: &arrow_array::ArrayRef) -> FieldSummary {
    let texts = attributes::as_texts(values);
    let distinct: HashSet<&str> = texts.iter().flatten().map(String::as_str).collect();
    let kind = match values.data_type() {
        DataType::Int64 => "integer",
        DataType::Float64 => "number",
        DataType::Boolean => "boolean",
        _ => "text",
    };
    let by_value = |a: &&str, b: &&str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) if kind != "text" => a.total_cmp(&b),
        _ => a.cmp(b),
    };
    FieldSummary {
        name: name.to_owned(),
        kind,
        missing: values.null_count(),
        distinct: distinct.len(),
        least: distinct.iter().copied().min_by(by_value).map(str::to_owned),
        greatest: distinct.iter().copied().max_by(by_value).map(str::to_owned),
        unique: distinct.len() == values.len() && !values.is_empty(),
    }
}

fn problems(found: &Inspection, has_geometry: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |condition: bool, es: String, en: String| {
        if condition {
            problems.push(Problem { es, en });
        }
    };
    say(found.features == 0, "sin elementos".to_owned(), "no features".to_owned());
    say(
        has_geometry && found.crs.is_none(),
        "no declara su CRS: indique `crs` en el [read] de la capa".to_owned(),
        "no CRS stated: set `crs` in the layer's [read]".to_owned(),
    );
    say(
        found.invalid > 0,
        format!("{} polígonos inválidos: se repararán y se contarán", found.invalid),
        format!("{} invalid polygons: they will be repaired and counted", found.invalid),
    );
    say(
        found.without_geometry > 0,
        format!("{} elementos sin geometría: quedarán fuera", found.without_geometry),
        format!("{} features without geometry: they will be kept out", found.without_geometry),
    );
    let surfaces: Vec<&str> = ["TIN", "Triangle", "PolyhedralSurface"]
        .into_iter()
        .filter(|s| found.geometry.contains_key(*s))
        .collect();
    say(
        !surfaces.is_empty(),
        format!(
            "superficies en el espacio ({}), que no son zonas: `ogr2ogr -nlt MULTIPOLYGON -dim XY`",
            surfaces.join(", ")
        ),
        format!(
            "surfaces in space ({}), which are no zones: `ogr2ogr -nlt MULTIPOLYGON -dim XY`",
            surfaces.join(", ")
        ),
    );
    let families: HashSet<&str> = found.geometry.keys().map(|k| k.trim_start_matches("Multi")).collect();
    say(
        families.len() > 1,
        "varios tipos de geometría: separe la fuente".to_owned(),
        "several kinds of geometry: split the source".to_owned(),
    );
    say(
        found.fields.iter().all(|f| !f.unique),
        "ningún campo puede ser la clave: fije `number_rows = true`, o agregue uno".to_owned(),
        "no field could be the key: set `number_rows = true`, or add one".to_owned(),
    );
    let geographic = found.crs.as_deref().is_some_and(|c| c.contains("4326") || c.contains("CRS84"));
    if let Some([west, south, east, north]) = found.bounds.filter(|_| geographic) {
        let beyond = west < -180.0 || east > 180.0 || south < -90.0 || north > 90.0;
        let of_turn = west >= -360.0 && east <= 360.0 && south >= -90.0 && north <= 90.0;
        let (es, en) = match of_turn {
            true => (
                "las longitudes van de 0 a 360, o pasan de 180: `ogr2ogr -wrapdateline` las corrige",
                "longitudes run from 0 to 360, or past 180: `ogr2ogr -wrapdateline` wraps them",
            ),
            false => (
                "coordenadas fuera del globo: ¿intercambiadas, u otro CRS?",
                "coordinates off the globe: swapped, or another CRS?",
            ),
        };
        say(beyond, es.to_owned(), en.to_owned());
    }
    problems
}
