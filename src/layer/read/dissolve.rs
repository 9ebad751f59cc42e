//! One unit in several rows: told, or made one zone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, UInt64Array};
use rayon::prelude::*;

use super::raw::Raw;
use super::shape_kind::ShapeKind;
use super::shapes::{Chunk, Shape, Shapes};
use super::{Kind, Options, ReadError, attributes, gdal_errors, zones};
use crate::layer::proof::Proof;
use crate::layer::{EXAMPLES, Finding};

/// What to say of keys of which some stand in several rows, the first of them in two.
pub(super) fn repeated(
    raw: &Raw,
    keys: &[String],
    first: usize,
    second: usize,
    options: &Options,
) -> ReadError {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    ReadError::DuplicateKey {
        file: options.file(),
        layer: raw.layer.clone(),
        first: raw.place(first),
        second: raw.place(second),
        key: options.key.clone(),
        value: keys[second].clone(),
        repeated: counts.values().filter(|count| **count > 1).count(),
        of: counts.len(),
        kind: options.kind,
    }
}

/// Makes one row of all rows of a key: the union of their polygons, and the fields in which they agree.
///
/// `order` holds the rows by their keys; the first of each key stays in it, with the geometry of all.
///
/// # Errors
/// [`ReadError::BadGeometry`] where polygons of a key cannot be united.
pub(super) fn rows(
    raw: &mut Raw,
    keys: &[String],
    order: &mut Vec<usize>,
    options: &Options,
) -> Result<(), ReadError> {
    let groups: Vec<Vec<usize>> = order
        .chunk_by(|&a, &b| keys[a] == keys[b])
        .filter(|rows| rows.len() > 1)
        .map(<[usize]>::to_vec)
        .collect();
    if groups.is_empty() {
        return Ok(());
    }
    // Where no driver of GDAL has read the source, nobody listens yet to what GEOS says of it.
    gdal_errors::listen();
    let (layer, kind) = (raw.layer.clone(), options.kind);
    if let Some(shapes) = raw.shapes.as_mut().filter(|_| kind == Kind::Polygon) {
        let unite = |rows: &Vec<usize>| {
            united(shapes, rows).map_err(|reason| ReadError::BadGeometry {
                file: options.file(),
                layer: layer.clone(),
                feature: keys[rows[0]].clone(),
                reason,
            })
        };
        // Collected before it is judged, so that the error told does not depend on the threads.
        let chunks: Vec<Result<Option<Chunk>, ReadError>> = groups.par_iter().map(unite).collect();
        for (rows, chunk) in groups.iter().zip(chunks) {
            if let Some(chunk) = chunk? {
                shapes.replace(rows[0], chunk);
            }
        }
    }
    let findings = agree(raw, keys, &groups);
    raw.findings.extend(findings);
    order.dedup_by(|next, before| keys[*next] == keys[*before]);
    Ok(())
}

/// The polygons of some rows as one geometry; none where no row, or a row of another kind, has any.
fn united(shapes: &Shapes, rows: &[usize]) -> Result<Option<Chunk>, String> {
    let polygonal = |shape: &Shape| matches!(shape.kind(), ShapeKind::Polygon | ShapeKind::MultiPolygon);
    let there: Vec<Shape> =
        rows.iter().map(|&row| shapes.get(row)).filter(|shape| shape.kind() != ShapeKind::Missing).collect();
    // What is of another kind is told where kinds are.
    if there.is_empty() || !there.iter().all(polygonal) {
        return Ok(None);
    }
    let mut all = Chunk::default();
    for shape in &there {
        all.push_parts(shape);
    }
    all.end_shape(ShapeKind::MultiPolygon);
    let union =
        all.iter().next().map(|shape| zones::valid(&shape, &mut Proof::default())).transpose()?.flatten();
    Ok(Some(match union {
        None => all,
        Some(union) => {
            let mut one = Chunk::default();
            union.iter().for_each(|shape| one.push_parts(&shape));
            one.end_shape(ShapeKind::MultiPolygon);
            one
        }
    }))
}

/// Makes what the rows of a key differ in missing in the first of them, and tells what was joined.
fn agree(raw: &mut Raw, keys: &[String], groups: &[Vec<usize>]) -> Vec<Finding> {
    let mut differ: Vec<(String, BTreeSet<usize>)> = Vec::new();
    for column in &mut raw.columns {
        let texts = attributes::as_texts(&column.values);
        let first =
            |rows: &Vec<usize>| rows[1..].iter().any(|&row| texts[row] != texts[rows[0]]).then(|| rows[0]);
        let rows: BTreeSet<usize> = groups.iter().filter_map(first).collect();
        if rows.is_empty() {
            continue;
        }
        let kept: BooleanArray = (0..column.values.len()).map(|row| Some(!rows.contains(&row))).collect();
        let indices: UInt64Array =
            kept.iter().enumerate().map(|(row, kept)| kept.unwrap_or(false).then_some(row as u64)).collect();
        if let Ok(values) = arrow_select::take::take(&column.values, &indices, None) {
            column.values = Arc::clone(&values);
        }
        differ.push((column.name.clone(), rows));
    }
    let listed = |rows: &mut dyn Iterator<Item = usize>, count: usize| {
        let first: Vec<&str> = rows.take(EXAMPLES).map(|row| keys[row].as_str()).collect();
        format!("{}{}", first.join(", "), if count > EXAMPLES { ", ..." } else { "" })
    };
    let (count, rows) = (groups.len(), groups.iter().map(Vec::len).sum::<usize>());
    let which = listed(&mut groups.iter().map(|rows| rows[0]), count);
    let mut findings = vec![Finding::Statistic {
        es: format!("{rows} filas de {count} claves unidas en una zona cada una ({which})"),
        en: format!("{rows} rows of {count} keys made one zone each ({which})"),
        warning: false,
    }];
    for (field, rows) in differ {
        let (count, which) = (rows.len(), listed(&mut rows.iter().copied(), rows.len()));
        findings.push(Finding::Statistic {
            es: format!(
                "`{field}` difiere entre las filas unidas de {count} claves y queda sin valor ({which})"
            ),
            en: format!(
                "`{field}` differs between the joined rows of {count} keys and is missing there ({which})"
            ),
            warning: true,
        });
    }
    findings
}
