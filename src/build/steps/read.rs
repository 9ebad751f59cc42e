//! `[read]`: a source into a layer.

use crate::build::{BuildError, Context};
use crate::join::overlaps;
use crate::layer::read::{self, FieldType, Kind, Options, Parts};
use crate::layer::text::Dialect;
use crate::layer::{Finding, Layer};
use crate::text::redact_address;
use crate::workspace::{Source, config};

/// Reads the source of a layer.
pub(super) fn run(context: &Context, name: &str, step: &config::Read) -> Result<Layer, BuildError> {
    let join = |error| BuildError::Join { layer: name.to_owned(), error };
    let mut layer = read::read(name, &options(context, step))?;
    if let Some(zones) = layer.geometry().zones() {
        // A place in several zones is counted in one of them: whoever asked of the others must know.
        let overlapping = Finding::of_overlaps(&overlaps(&zones).map_err(join)?, &layer.keys());
        layer.provenance.findings.extend(overlapping);
    }
    Ok(layer)
}

/// The reader's options for a layer file; relative paths start from the data folder.
fn options(context: &Context, step: &config::Read) -> Options {
    let stated = Source::resolve(&context.data, &step.path);
    let source = context.copies.get(&step.path).map_or(stated.clone(), |copy| stated.in_copy(copy));
    let sha256 = source.local().and_then(|path| context.digests.get(path)).cloned();
    read_options(step, &source, sha256)
}

/// The reader's options for a layer file whose source lies there.
pub(in crate::build) fn read_options(
    step: &config::Read,
    source: &Source,
    sha256: Option<String>,
) -> Options {
    let kind = match step.geometry {
        config::GeometryKind::Point => Kind::Point,
        config::GeometryKind::Line => Kind::Line,
        config::GeometryKind::Polygon => Kind::Polygon,
        config::GeometryKind::None => Kind::None,
    };
    let types = step.types.iter().map(|(field, declared)| {
        let declared = match declared {
            config::FieldType::Text => FieldType::Text,
            config::FieldType::Number => FieldType::Number,
            config::FieldType::Integer => FieldType::Integer,
        };
        (field.clone(), declared)
    });
    Options {
        sha256,
        // What opens a source is nobody else's business.
        display: Some(redact_address(&step.path)),
        layer: step.layer.clone(),
        name: step.name.clone(),
        crs: step.crs.clone(),
        encoding: step.encoding.clone(),
        lon: step.lon.clone(),
        lat: step.lat.clone(),
        latlon: step.latlon.clone(),
        skip: step.skip,
        delimiter: step.delimiter.as_deref().and_then(Dialect::delimiter_of),
        numerals: step.numerals(),
        missing: step.missing.clone(),
        types: types.collect(),
        fields: step.fields.clone(),
        rename: step.rename.clone(),
        parts: match step.parts {
            config::Parts::Refuse => Parts::Refuse,
            config::Parts::Split => Parts::Split,
        },
        dissolve: step.dissolve,
        number_rows: step.number_rows,
        ..Options::new(source.gdal_name(), kind, &step.key)
    }
}
