//! What is in a source, before anyone writes a layer file for it.

use std::collections::{BTreeMap, HashSet};

use arrow_array::Array;
use arrow_schema::DataType;
use serde::Serialize;

use super::shapes::Shapes;
use super::{Kind, Options, ReadError, attributes, kinds, raw, wkt, zones};
use crate::lang::Lang;

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
    pub problems: Vec<String>,
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
    let raw = raw::load(options)?;
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
    if let Some(shapes) = &raw.shapes {
        let places: Vec<String> = (0..raw.rows).map(|row| raw.place(row)).collect();
        let notes = kinds::notes(shapes, &places);
        inspection.problems.extend(notes.iter().map(|note| note.text(Lang::En)));
    }
    if let Some(at) = raw.shapes.is_none().then(|| wkt::column(&raw)).flatten() {
        let field = &raw.columns[at].name;
        inspection.problems.push(format!(
            "field `{field}` holds geometry as text: it is read where `geometry` is point, line or polygon"
        ));
    }
    inspection.problems.extend(raw.findings.iter().map(|finding| finding.text(Lang::En)));
    Ok(inspection)
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

fn problems(found: &Inspection, has_geometry: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let mut say = |condition: bool, text: String| {
        if condition {
            problems.push(text);
        }
    };
    say(found.features == 0, "no features".to_owned());
    say(has_geometry && found.crs.is_none(), "no CRS stated: set `crs` in the layer's [read]".to_owned());
    say(found.invalid > 0, format!("{} invalid polygons: they will be repaired and counted", found.invalid));
    say(
        found.without_geometry > 0,
        format!("{} features without geometry: they will be kept out", found.without_geometry),
    );
    let surfaces: Vec<&str> = ["TIN", "Triangle", "PolyhedralSurface"]
        .into_iter()
        .filter(|s| found.geometry.contains_key(*s))
        .collect();
    say(
        !surfaces.is_empty(),
        format!(
            "surfaces in space ({}), which are no zones: `ogr2ogr -nlt MULTIPOLYGON -dim XY`",
            surfaces.join(", ")
        ),
    );
    let families: HashSet<&str> = found.geometry.keys().map(|k| k.trim_start_matches("Multi")).collect();
    say(families.len() > 1, "several kinds of geometry: split the source".to_owned());
    say(
        found.fields.iter().all(|f| !f.unique),
        "no field could be the key: set `number_rows = true`, or add one".to_owned(),
    );
    let geographic = found.crs.as_deref().is_some_and(|c| c.contains("4326") || c.contains("CRS84"));
    if let Some([west, south, east, north]) = found.bounds.filter(|_| geographic) {
        say(
            west < -180.0 || east > 180.0 || south < -90.0 || north > 90.0,
            match west >= -360.0 && east <= 360.0 && south >= -90.0 && north <= 90.0 {
                true => {
                    "longitudes run from 0 to 360, or past 180: `ogr2ogr -wrapdateline` wraps them".to_owned()
                }
                false => "coordinates off the globe: swapped, or another CRS?".to_owned(),
            },
        );
    }
    problems
}
