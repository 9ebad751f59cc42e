//! From a raw source to a layer: key, order, one kind of geometry, WGS84.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{Array, UInt64Array};

use super::coordinates::Places;
use super::crs::ToWgs84;
use super::raw::Raw;
use super::shapes::Shapes;
use super::{
    Kind, Options, Parts, ReadError, attributes, coordinates, dissolve, doubts, kinds, lines, signs, zones,
};
use crate::layer::{
    Column, EXAMPLES, Finding, Geometry, Layer, LineView, LinesBuilder, Provenance, Source, ZoneView,
    ZonesBuilder, points,
};

/// Features that have a geometry, in the order of their keys.
struct Placed {
    geometry: Geometry,
    /// Source row and key of each feature.
    features: Vec<(usize, String)>,
    findings: Vec<Finding>,
    repaired: usize,
    crs: Option<String>,
}

/// Makes a layer of a raw source.
pub(super) fn assemble(name: &str, mut raw: Raw, options: &Options) -> Result<Layer, ReadError> {
    // First: a mark of what is missing may have such signs around it.
    let hidden = signs::take_out(&mut raw);
    if !options.missing.is_empty() {
        for column in &mut raw.columns {
            column.values = attributes::without_missing(&column.values, &options.missing);
        }
    }
    raw.findings.extend(hidden);
    let layer = raw.layer.clone();
    let empty = |detail| ReadError::Empty { file: options.file(), layer: layer.clone(), detail };
    if raw.rows == 0 {
        return Err(empty("no features"));
    }
    let (keys, noticed) = keys(&raw, options)?;
    raw.findings.extend(noticed);
    let doubtful = doubts::types(&raw, options);
    raw.findings.extend(doubtful);
    let mut order: Vec<usize> = (0..raw.rows).collect();
    order.sort_by(|&a, &b| keys[a].cmp(&keys[b]));
    let rows_with_a_key = order.len();
    if options.dissolve {
        dissolve::rows(&mut raw, &keys, &mut order, options)?;
    }
    let merged = rows_with_a_key - order.len();
    let raw = raw;
    let placed = place(&raw, &keys, &order, options)?;
    if placed.features.is_empty() {
        return Err(empty("no feature has a geometry"));
    }
    let source = Source {
        name: file_name(&options.file()),
        layer: (raw.driver != "CSV").then(|| raw.layer.clone()),
        driver: raw.driver.clone(),
        sha256: raw.sha256.clone(),
        crs: placed.crs.clone(),
        numerals: options.numerals,
        read: raw.rows + raw.kept_out,
        repaired: placed.repaired,
        dropped: raw.kept_out + raw.rows
            - merged
            - placed.features.iter().map(|(row, _)| row).collect::<std::collections::BTreeSet<_>>().len(),
    };
    let drawn = options.kind != Kind::None && !options.columns_hold_points();
    let changed = raw.shapes.iter().filter(|_| drawn).flat_map(|shapes| kinds::notes(shapes, &keys));
    let columns = columns(&raw, &placed.features, options)?;
    let gaps = if options.kind == Kind::None { missing_values(&columns) } else { Vec::new() };
    let key = renamed(&options.key, options);
    let provenance = Provenance {
        source: Some(source),
        step: "read".to_owned(),
        findings: raw.findings.iter().cloned().chain(changed).chain(placed.findings).chain(gaps).collect(),
        ..Provenance::default()
    };
    Layer::new(name, key, columns, Arc::new(placed.geometry), provenance)
        .map_err(|error| ReadError::Layer { file: options.file(), error })
}

/// The last part of a path; a database source loses its password.
fn file_name(source: &str) -> String {
    match source.split_once(':') {
        Some((driver, rest)) if driver.len() > 1 && !driver.contains('/') => {
            let kept = rest.split_whitespace().filter(|w| !w.to_lowercase().starts_with("password"));
            format!("{driver}:{}", kept.collect::<Vec<_>>().join(" "))
        }
        _ => source.rsplit('/').next().unwrap_or(source).to_owned(),
    }
}

/// The key of each row, and what to say of them.
fn keys(raw: &Raw, options: &Options) -> Result<(Vec<String>, Vec<Finding>), ReadError> {
    if options.number_rows {
        return Ok(((1..=raw.rows).map(|row| format!("row-{row:06}")).collect(), Vec::new()));
    }
    let column = coordinates::column(raw, options, &options.key, "key")?;
    let mut first: HashMap<String, usize> = HashMap::with_capacity(raw.rows);
    let mut keys = Vec::with_capacity(raw.rows);
    let mut again = None;
    let texts = attributes::as_texts(&raw.columns[column].values);
    for (row, key) in texts.iter().enumerate() {
        let Some(key) = key.as_deref().map(|k| k.trim().to_owned()).filter(|k| !k.is_empty()) else {
            return Err(ReadError::MissingKey {
                file: options.file(),
                layer: raw.layer.clone(),
                place: raw.place(row),
                key: options.key.clone(),
            });
        };
        if first.contains_key(&key) && again.is_none() {
            again = Some(row);
        }
        first.entry(key.clone()).or_insert(row);
        keys.push(key);
    }
    match again.filter(|_| !options.dissolve) {
        Some(row) => Err(dissolve::repeated(raw, &keys, first[&keys[row]], row, options)),
        None => Ok((keys, doubts::keys(raw, &texts, &options.key))),
    }
}

fn place(raw: &Raw, keys: &[String], order: &[usize], options: &Options) -> Result<Placed, ReadError> {
    let feature = |&row: &usize| (row, keys[row].clone());
    if options.kind == Kind::None {
        let features = order.iter().map(feature).collect();
        return Ok(Placed {
            geometry: Geometry::None,
            features,
            findings: Vec::new(),
            repaired: 0,
            crs: None,
        });
    }
    if options.kind == Kind::Point && options.columns_hold_points() {
        let Places { places, unreadable } = coordinates::from_columns(raw, options)?;
        let to_wgs84 = ToWgs84::for_columns(options)?;
        return place_points(raw, keys, order, options, to_wgs84, &unreadable, |row| Ok(places[row]));
    }
    let Some(shapes) = &raw.shapes else {
        return Err(ReadError::WrongKind {
            file: options.file(),
            layer: raw.layer.clone(),
            found: "no".to_owned(),
            expected: options.kind.word(),
        });
    };
    kinds::check(raw, shapes, keys, options)?;
    let to_wgs84 = ToWgs84::new(raw, options)?;
    let bad = |row: usize, reason: String| ReadError::BadGeometry {
        file: options.file(),
        layer: raw.layer.clone(),
        feature: keys[row].clone(),
        reason,
    };
    match options.kind {
        Kind::Point => place_points(raw, keys, order, options, to_wgs84, &[], |row| {
            lines::point(&shapes.get(row)).map_err(|reason| bad(row, reason))
        }),
        Kind::Line => place_lines(raw, shapes, keys, order, options, &to_wgs84),
        _ => place_zones(raw, shapes, keys, order, options, &to_wgs84, bad),
    }
}

/// Fields of a table that lack the same values, told together: one source left them out together.
fn missing_values(columns: &[Column]) -> Vec<Finding> {
    let Some((key, fields)) = columns.split_first() else { return Vec::new() };
    let keys = attributes::as_texts(&key.values);
    let mut groups: Vec<(Vec<usize>, Vec<&str>)> = Vec::new();
    for field in fields.iter().filter(|f| f.values.null_count() > 0) {
        let rows: Vec<usize> = (0..field.values.len()).filter(|&row| field.values.is_null(row)).collect();
        match groups.iter_mut().find(|(same, _)| *same == rows) {
            Some((_, names)) => names.push(&field.name),
            None => groups.push((rows, vec![&field.name])),
        }
    }
    let finding = |(rows, names): (Vec<usize>, Vec<&str>)| Finding::MissingValues {
        fields: names.into_iter().map(str::to_owned).collect(),
        count: rows.len(),
        examples: rows.iter().take(EXAMPLES).filter_map(|&row| keys[row].clone()).collect(),
    };
    groups.into_iter().map(finding).collect()
}

/// What to say of features without a place.
fn dropped(keys: &[String], rows: &[usize]) -> Option<Finding> {
    (!rows.is_empty()).then(|| Finding::Dropped {
        count: rows.len(),
        reason_es: "sin geometría".to_owned(),
        reason_en: "no geometry".to_owned(),
        examples: rows.iter().take(EXAMPLES).map(|&row| keys[row].clone()).collect(),
    })
}

fn place_points(
    raw: &Raw,
    keys: &[String],
    order: &[usize],
    options: &Options,
    to_wgs84: ToWgs84,
    unreadable: &[usize],
    place: impl Fn(usize) -> Result<Option<(f64, f64)>, ReadError>,
) -> Result<Placed, ReadError> {
    let (mut lon, mut lat, mut features, mut lost) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for &row in order {
        match place(row)? {
            Some((x, y)) => {
                lon.push(x);
                lat.push(y);
                features.push((row, keys[row].clone()));
            }
            None if unreadable.binary_search(&row).is_err() => lost.push(row),
            None => (),
        }
    }
    to_wgs84.apply(&mut lon, &mut lat)?;
    coordinates::check(&mut lon, &mut lat, raw, options, |vertex| raw.place(features[vertex].0))?;
    let geometry = points(lon, lat).map_err(|error| ReadError::Layer { file: options.file(), error })?;
    let mut findings: Vec<Finding> = dropped(keys, &lost).into_iter().collect();
    findings.extend((!unreadable.is_empty()).then(|| Finding::Dropped {
        count: unreadable.len(),
        reason_es: "coordenadas ilegibles".to_owned(),
        reason_en: "unreadable coordinates".to_owned(),
        examples: unreadable.iter().take(EXAMPLES).map(|&row| raw.place(row)).collect(),
    }));
    Ok(Placed { geometry, features, findings, repaired: 0, crs: Some(to_wgs84.name) })
}

fn place_lines(
    raw: &Raw,
    shapes: &Shapes,
    keys: &[String],
    order: &[usize],
    options: &Options,
    to_wgs84: &ToWgs84,
) -> Result<Placed, ReadError> {
    let broken = |error| ReadError::Layer { file: options.file(), error };
    let mut builder = LinesBuilder::default();
    let (mut features, mut owner, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    let mut turned = Vec::new();
    for &row in order {
        let mut parts = lines::parts(&shapes.get(row));
        // Split, each part stays as it was drawn.
        if let Some(line) = (parts.len() > 1 && options.parts == Parts::Refuse)
            .then(|| lines::turned(parts.clone()))
            .flatten()
        {
            turned.push(row);
            parts = vec![line];
        }
        match (parts.len(), options.parts) {
            (0, _) => lost.push(row),
            (1, _) => features.push((row, keys[row].clone())),
            (n, Parts::Split) => features.extend((1..=n).map(|part| (row, format!("{}-{part}", keys[row])))),
            (n, Parts::Refuse) => {
                return Err(ReadError::PartsDoNotJoin {
                    file: options.file(),
                    layer: raw.layer.clone(),
                    feature: keys[row].clone(),
                    parts: n,
                });
            }
        }
        for part in parts {
            for (x, y) in part {
                builder.vertex(x, y);
                owner.push(row);
            }
            builder.end_line().map_err(broken)?;
        }
    }
    let (lon, lat) = builder.coordinates_mut();
    to_wgs84.apply(lon, lat)?;
    coordinates::check(lon, lat, raw, options, |vertex| format!("feature `{}`", keys[owner[vertex]]))?;
    let geometry = builder.finish().map_err(broken)?;
    if let Some(LineView { lon, lat, lines }) = geometry.lines() {
        coordinates::check_date_line(lon, lat, lines, raw, options, |vertex| keys[owner[vertex]].clone())?;
    }
    let findings = dropped(keys, &lost).into_iter().chain(kinds::turned(keys, &turned)).collect();
    Ok(Placed { geometry, features, findings, repaired: 0, crs: Some(to_wgs84.name.clone()) })
}

fn place_zones(
    raw: &Raw,
    shapes: &Shapes,
    keys: &[String],
    order: &[usize],
    options: &Options,
    to_wgs84: &ToWgs84,
    bad: impl Fn(usize, String) -> ReadError + Sync,
) -> Result<Placed, ReadError> {
    let broken = |error| ReadError::Layer { file: options.file(), error };
    let (kept, lost): (Vec<usize>, Vec<usize>) =
        order.iter().partition(|&&row| zones::has_ring(&shapes.get(row)));
    let repairs = zones::repair(shapes, &kept, &bad)?;
    let mut builder = ZonesBuilder::with_capacity(kept.iter().map(|&row| shapes.get(row).positions()).sum());
    let mut ends = Vec::with_capacity(kept.len());
    for (&row, repair) in kept.iter().zip(&repairs) {
        match repair {
            None => zones::push(&mut builder, &shapes.get(row)),
            Some(parts) => parts.iter().try_for_each(|part| zones::push(&mut builder, &part)),
        }
        .and_then(|()| builder.end_zone())
        .map_err(broken)?;
        ends.push(builder.vertices());
    }
    let (lon, lat) = builder.coordinates_mut();
    to_wgs84.apply(lon, lat)?;
    coordinates::check(lon, lat, raw, options, |vertex| {
        let zone = ends.partition_point(|&end| end <= vertex);
        format!("feature `{}`", keys[kept[zone]])
    })?;
    let geometry = builder.finish().map_err(broken)?;
    if let Some(ZoneView { lon, lat, rings, .. }) = geometry.zones() {
        coordinates::check_date_line(lon, lat, rings, raw, options, |vertex| {
            keys[kept[ends.partition_point(|&end| end <= vertex)]].clone()
        })?;
    }
    let repaired: Vec<String> =
        kept.iter().zip(&repairs).filter(|(_, r)| r.is_some()).map(|(&row, _)| keys[row].clone()).collect();
    let mut findings: Vec<Finding> = dropped(keys, &lost).into_iter().collect();
    if !repaired.is_empty() {
        let examples = repaired.iter().take(EXAMPLES).cloned().collect();
        findings.push(Finding::Repaired { count: repaired.len(), examples });
        findings.extend(zones::reshaped(shapes, &kept, &repairs, keys));
    }
    Ok(Placed {
        geometry,
        features: kept.iter().map(|&row| (row, keys[row].clone())).collect(),
        findings,
        repaired: repaired.len(),
        crs: Some(to_wgs84.name.clone()),
    })
}

/// The name of a field in the layer.
fn renamed(field: &str, options: &Options) -> String {
    match &options.name {
        Some(name) if name == field && field != options.key => "name".to_owned(),
        _ => options.rename.get(field).cloned().unwrap_or_else(|| field.to_owned()),
    }
}

/// The attributes that are kept, key first, in the order of the features.
fn columns(raw: &Raw, features: &[(usize, String)], options: &Options) -> Result<Vec<Column>, ReadError> {
    for (field, setting) in options
        .name
        .iter()
        .map(|f| (f, "name"))
        .chain(options.types.keys().map(|f| (f, "types")))
        .chain(options.rename.keys().map(|f| (f, "rename")))
        .chain(options.fields.iter().flatten().map(|f| (f, "fields")))
        .filter(|(field, _)| !(options.number_rows && **field == options.key))
    {
        coordinates::column(raw, options, field, setting)?;
    }
    let rows: UInt64Array = features.iter().map(|&(row, _)| row as u64).collect();
    let key = features.iter().map(|(_, key)| Some(key.as_str())).collect();
    let mut columns = vec![Column::texts(renamed(&options.key, options), key)];
    for (index, column) in raw.columns.iter().enumerate() {
        let named = options.name.as_ref() == Some(&column.name);
        let wanted = options.fields.as_ref().is_none_or(|fields| fields.contains(&column.name));
        if column.name == options.key || !(wanted || named) {
            continue;
        }
        let mut values = Arc::clone(&column.values);
        let declared = options.types.get(&column.name).copied();
        if declared.is_none() && !named {
            values = attributes::settled(raw, index, options);
        }
        if let Some(declared) = declared {
            values = attributes::declare(&values, declared, options.numerals).map_err(|(row, value)| {
                ReadError::NotNumeric {
                    file: options.file(),
                    layer: raw.layer.clone(),
                    place: raw.place(row),
                    field: column.name.clone(),
                    value,
                    expected: match declared {
                        super::FieldType::Integer => "an integer",
                        _ => "a number",
                    },
                }
            })?;
        }
        let taken = arrow_select::take::take(&values, &rows, None)
            .map_err(|error| ReadError::Layer { file: options.file(), error: error.into() })?;
        columns.push(Column { name: renamed(&column.name, options), values: taken });
    }
    Ok(columns)
}
