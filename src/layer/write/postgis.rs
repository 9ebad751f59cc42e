//! A layer as a PostGIS table: its definition, and its rows as INSERT statements.

use std::fmt::Write as _;

use geo_traits::GeometryTrait;
use geoarrow_array::GeoArrowArrayAccessor;
use wkb::writer::{WriteOptions, write_geometry};

use super::WriteError;
use super::cells::{Cells, columns, key_order};
use crate::layer::postgres::{PostgresError, Turn, identifier, literal};
use crate::layer::{Geometry, Layer};

/// Column of the geometry.
pub const GEOMETRY_COLUMN: &str = "geom";

/// Bytes of SQL that go to the server at once: long enough that the way there costs little.
const STATEMENT_BYTES: usize = 1 << 20;

/// Why a layer did not become a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The layer cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The database refused.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// A text with a zero byte, which PostgreSQL cannot hold.
    #[error("layer `{layer}`, feature `{feature}`: field `{field}` holds a zero byte")]
    ZeroByte {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// The field.
        field: String,
    },
    /// A field that is called like the geometry.
    #[error("layer `{layer}` has a field `{GEOMETRY_COLUMN}`, which is the column of the geometry")]
    FieldTaken {
        /// The layer.
        layer: String,
    },
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type, as PostgreSQL prints it.
    pub kind: String,
    /// Whether it is the primary key.
    pub is_key: bool,
}

/// The columns of the table that a layer becomes: its fields, then its geometry.
///
/// # Errors
/// [`TableError::Write`], [`TableError::FieldTaken`].
pub fn table_columns(layer: &Layer) -> Result<Vec<TableColumn>, TableError> {
    let fields = columns(layer)?;
    let kind = kind(layer.geometry());
    if kind.is_some() && layer.has(GEOMETRY_COLUMN) {
        return Err(TableError::FieldTaken { layer: layer.name().to_owned() });
    }
    let field = |(name, cells): (String, Cells<'_>)| {
        let is_key = name == layer.key();
        TableColumn { name, kind: sql_type(&cells).to_owned(), is_key }
    };
    let geometry = kind.map(|kind| TableColumn {
        name: GEOMETRY_COLUMN.to_owned(),
        kind: format!("geometry({kind},4326)"),
        is_key: false,
    });
    Ok(fields.into_iter().map(field).chain(geometry).collect())
}

/// Fills the table `table` (schema and name, quoted), whose columns are there, rows in the order of their keys,
/// coordinates as they are, WGS84.
///
/// # Errors
/// A [`TableError`]; the transaction of `turn` is then of no more use.
pub fn fill_table(layer: &Layer, table: &str, turn: &Turn<'_>) -> Result<(), TableError> {
    let columns = columns(layer)?;
    let kind = kind(layer.geometry());
    let names: Vec<String> = columns
        .iter()
        .map(|(field, _)| field.as_str())
        .chain(kind.map(|_| GEOMETRY_COLUMN))
        .map(identifier)
        .collect();
    let names = names.join(", ");
    let mut statement = String::new();
    for row in key_order(layer) {
        if statement.is_empty() {
            let _ = write!(statement, "INSERT INTO {table} ({names}) VALUES (");
        } else {
            statement.push_str(", (");
        }
        for (at, (field, cells)) in columns.iter().enumerate() {
            statement.push_str(if at == 0 { "" } else { ", " });
            push_value(&mut statement, cells, row).ok_or_else(|| TableError::ZeroByte {
                layer: layer.name().to_owned(),
                feature: layer.keys()[row].to_owned(),
                field: field.clone(),
            })?;
        }
        if kind.is_some() {
            push_geometry(&mut statement, layer.geometry(), row);
        }
        statement.push(')');
        if statement.len() > STATEMENT_BYTES {
            turn.execute("write rows", &statement)?;
            statement.clear();
        }
    }
    if !statement.is_empty() {
        turn.execute("write rows", &statement)?;
    }
    Ok(())
}

/// PostGIS's word for the geometry; none for a table.
fn kind(geometry: &Geometry) -> Option<&'static str> {
    match geometry {
        Geometry::None => None,
        Geometry::Points(_) => Some("Point"),
        Geometry::Lines(_) => Some("LineString"),
        Geometry::Zones(_) => Some("MultiPolygon"),
    }
}

fn sql_type(cells: &Cells<'_>) -> &'static str {
    match cells {
        Cells::Text(_) => "text",
        Cells::Integer(_) => "bigint",
        Cells::Number(_) => "double precision",
        Cells::Boolean(_) => "boolean",
    }
}

/// One value as SQL; `None` where PostgreSQL cannot hold it.
fn push_value(out: &mut String, cells: &Cells<'_>, row: usize) -> Option<()> {
    use arrow_array::Array;
    match cells {
        Cells::Text(a) if a.is_valid(row) => {
            let text = a.value(row);
            if text.contains('\0') {
                return None;
            }
            out.push_str(&literal(text));
        }
        // The shortest decimal that reads back as the same number. Writing to a string cannot fail.
        Cells::Number(a) if a.is_valid(row) => drop(write!(out, "{}", a.value(row))),
        Cells::Integer(a) if a.is_valid(row) => drop(write!(out, "{}", a.value(row))),
        Cells::Boolean(a) if a.is_valid(row) => drop(write!(out, "{}", a.value(row))),
        _ => out.push_str("NULL"),
    }
    Some(())
}

/// The geometry of a row as hexadecimal WKB; what is null or empty becomes NULL.
fn push_geometry(out: &mut String, geometry: &Geometry, row: usize) {
    let mut bytes = Vec::new();
    let written = match geometry {
        Geometry::None => None,
        Geometry::Points(array) => encode(&mut bytes, array.get(row).ok().flatten()),
        Geometry::Lines(array) => encode(&mut bytes, array.get(row).ok().flatten()),
        Geometry::Zones(array) => encode(&mut bytes, array.get(row).ok().flatten()),
    };
    // A header without vertices is the empty geometry.
    if written.is_none() || bytes.len() <= 9 {
        out.push_str(", NULL");
        return;
    }
    out.push_str(", ST_SetSRID('");
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out.push_str("'::geometry, 4326)");
}

fn encode(bytes: &mut Vec<u8>, geometry: Option<impl GeometryTrait<T = f64>>) -> Option<()> {
    write_geometry(bytes, &geometry?, &WriteOptions::default()).ok()
}
