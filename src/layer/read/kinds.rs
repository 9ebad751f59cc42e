//! One kind of geometry a layer: what is of another is named, and so is what was changed to fit.

use super::raw::Raw;
use super::shape_kind::ShapeKind;
use super::shapes::Shapes;
use super::{Options, ReadError};
use crate::layer::{EXAMPLES, Finding};

/// Features of one kind that are told apart where a layer has several.
struct Family {
    name: &'static str,
    count: usize,
    /// Keys of the first.
    examples: Vec<String>,
}

/// All geometries must be of one kind, and of the one that was declared; those that are not are named.
pub(super) fn check(raw: &Raw, shapes: &Shapes, keys: &[String], options: &Options) -> Result<(), ReadError> {
    let (file, layer) = (options.file(), raw.layer.clone());
    let mut families: Vec<Family> = Vec::new();
    let mut surface = None;
    for (row, shape) in shapes.iter().enumerate() {
        let Some(name) = shape.kind().family() else { continue };
        if let ShapeKind::Surface(_) = shape.kind() {
            surface = surface.or(Some(row));
        }
        let at = families.iter().position(|family| family.name == name).unwrap_or_else(|| {
            families.push(Family { name, count: 0, examples: Vec::new() });
            families.len() - 1
        });
        families[at].count += 1;
        if families[at].examples.len() < EXAMPLES {
            families[at].examples.extend(keys.get(row).cloned());
        }
    }
    families.sort_by_key(|family| family.name);
    let expected = options.kind.word();
    if let Some(row) = surface {
        let (feature, kind) = (keys[row].clone(), shapes.get(row).kind().family().unwrap_or_default());
        return Err(ReadError::Surface { file, layer, feature, kind });
    }
    match families.as_slice() {
        [] => Err(ReadError::Empty { file, layer, detail: "no feature has a geometry" }),
        [one] if one.name == expected => Ok(()),
        [one] => Err(ReadError::WrongKind { file, layer, found: one.name.to_owned(), expected }),
        several => {
            let is_there = several.iter().any(|family| family.name == expected);
            let each = |family: &Family| {
                let Family { name, count, examples } = family;
                let more = if *count > examples.len() { ", ..." } else { "" };
                match is_there && *name == expected {
                    true => format!("{count} {name}"),
                    false => format!("{count} {name} ({}{more})", examples.join(", ")),
                }
            };
            let kinds = several.iter().map(each).collect::<Vec<_>>().join(", ");
            Err(ReadError::MixedKinds { file, layer, kinds })
        }
    }
}

/// The first keys of some rows, for a message.
fn listed(keys: &[String], rows: &[usize]) -> String {
    let first: Vec<&str> = rows.iter().take(EXAMPLES).map(|&row| keys[row].as_str()).collect();
    format!("{}{}", first.join(", "), if rows.len() > EXAMPLES { ", ..." } else { "" })
}

/// What to say of lines some parts of which were drawn backwards.
pub(super) fn turned(keys: &[String], rows: &[usize]) -> Option<Finding> {
    let (count, which) = (rows.len(), listed(keys, rows));
    (count > 0).then(|| Finding::Statistic {
        es: format!("partes dibujadas al revés se voltearon para unirlas en {count} líneas ({which})"),
        en: format!("parts drawn backwards were turned around to join {count} lines ({which})"),
        warning: false,
    })
}

/// What to say of geometries that are not as they stood.
pub(super) fn notes(shapes: &Shapes, keys: &[String]) -> Vec<Finding> {
    let changes = &shapes.changes;
    let mut notes = Vec::new();
    if !changes.left_out.is_empty() {
        let count = changes.left_out.len();
        let each =
            changes.left_out.iter().take(EXAMPLES).map(|(row, what)| format!("{}: {what}", keys[*row]));
        let more = if count > EXAMPLES { ", ..." } else { "" };
        let which = format!("{}{more}", each.collect::<Vec<_>>().join("; "));
        notes.push(Finding::Statistic {
            es: format!(
                "de {count} colecciones se dejaron fuera las partes de otro tipo que la capa ({which})"
            ),
            en: format!(
                "parts of another kind than the layer's were left out of {count} collections ({which})"
            ),
            warning: true,
        });
    }
    if !changes.curved.is_empty() {
        let (count, which) = (changes.curved.len(), listed(keys, &changes.curved));
        notes.push(Finding::Statistic {
            es: format!("arcos de {count} elementos hechos líneas, un segmento por grado ({which})"),
            en: format!("arcs of {count} features made lines, a segment a degree ({which})"),
            warning: false,
        });
    }
    for (count, es, en) in
        [(changes.heights, "alturas", "heights"), (changes.measures, "medidas", "measures")]
    {
        if count > 0 {
            notes.push(Finding::Statistic {
                es: format!("{count} elementos tienen {es} en sus coordenadas; no se conservan"),
                en: format!("{count} features have {en} in their coordinates; these are not kept"),
                warning: false,
            });
        }
    }
    notes
}
