//! Points in the geometry of Arrow columns: WKB, GeoArrow, GeoParquet.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, types};
use arrow_schema::{DataType, Schema};
use serde_json::Value;

use super::batch::Marks;
use crate::layer::read::point_of_wkb;
use crate::locate::fault::Fault;

/// The CRS that a geometry column states.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StatedCrs {
    /// WGS84, longitude first.
    Wgs84,
    /// A definition, and its name for people.
    Other(String, String),
    /// None.
    Unknown,
}

/// A geometry column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GeometryColumn {
    /// Its position.
    pub column: usize,
    /// Its CRS.
    pub crs: StatedCrs,
}

/// The geometry column of a schema: by the `geo` metadata of GeoParquet, else by GeoArrow's extension names.
pub(super) fn find(schema: &Schema, geo: Option<&str>) -> Option<GeometryColumn> {
    let by_metadata = || {
        let geo: Value = serde_json::from_str(geo?).ok()?;
        let name = geo.get("primary_column")?.as_str()?;
        let column = schema.index_of(name).ok()?;
        // GeoParquet 1.1: without `crs` it is OGC:CRS84, with null it is unknown.
        let crs = geo.get("columns")?.get(name)?.get("crs").map_or(StatedCrs::Wgs84, stated);
        Some(GeometryColumn { column, crs })
    };
    let by_extension = || {
        schema.fields().iter().enumerate().find_map(|(column, field)| {
            let name = field.metadata().get("ARROW:extension:name")?;
            if !matches!(name.as_str(), "geoarrow.point" | "geoarrow.wkb" | "ogc.wkb") {
                return None;
            }
            let extension = field.metadata().get("ARROW:extension:metadata");
            let extension: Option<Value> = extension.and_then(|text| serde_json::from_str(text).ok());
            let crs = extension.as_ref().and_then(|e| e.get("crs")).map_or(StatedCrs::Unknown, stated);
            Some(GeometryColumn { column, crs })
        })
    };
    by_metadata().or_else(by_extension)
}

/// A CRS as GeoParquet and GeoArrow write it: PROJJSON, a text, or null.
fn stated(crs: &Value) -> StatedCrs {
    let id = |part: &str| match crs.get("id").and_then(|id| id.get(part)) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let name = match crs {
        Value::Null => return StatedCrs::Unknown,
        Value::String(text) => text.clone(),
        _ => format!("{}:{}", id("authority"), id("code")),
    };
    match (name.as_str(), crs) {
        ("EPSG:4326" | "OGC:CRS84", _) => StatedCrs::Wgs84,
        (_, Value::String(text)) => StatedCrs::Other(text.clone(), text.chars().take(60).collect()),
        _ => StatedCrs::Other(crs.to_string(), name),
    }
}

/// Longitudes and latitudes (or what the CRS calls them) of a column of points; NaN where there is none.
/// `None` where the column's type is not one that holds points.
pub(super) fn places<N: Fn(usize) -> u64>(
    column: &ArrayRef,
    marks: &mut Marks<'_, N>,
) -> Option<(Vec<f64>, Vec<f64>)> {
    match column.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
            let wkb = arrow_cast::cast(column, &DataType::LargeBinary).ok()?;
            let wkb = wkb.as_binary_opt::<i64>()?;
            let mut places = (Vec::with_capacity(wkb.len()), Vec::with_capacity(wkb.len()));
            for (row, bytes) in wkb.iter().enumerate() {
                let place = bytes.map_or(Ok(None), of_wkb).unwrap_or_else(|reason| {
                    marks.mark(row, || Fault::NotAPoint { reason });
                    None
                });
                let (x, y) = place.unwrap_or((f64::NAN, f64::NAN));
                places.0.push(x);
                places.1.push(y);
            }
            Some(places)
        }
        DataType::Struct(_) => {
            let parts = column.as_struct();
            let axis = |name: &str| {
                let axis = parts.column_by_name(name)?.as_primitive_opt::<types::Float64Type>()?.clone();
                let value =
                    |row| if column.is_valid(row) && axis.is_valid(row) { axis.value(row) } else { f64::NAN };
                Some((0..axis.len()).map(value).collect())
            };
            Some((axis("x")?, axis("y")?))
        }
        DataType::FixedSizeList(_, axes) => {
            let list = column.as_fixed_size_list();
            let values = list.values().as_primitive_opt::<types::Float64Type>()?;
            let axes = usize::try_from(*axes).ok().filter(|n| (2..=4).contains(n))?;
            let axis = |axis: usize| {
                let value = |row: usize| match list.is_valid(row) {
                    true => values.value(row * axes + axis),
                    false => f64::NAN,
                };
                (0..list.len()).map(value).collect()
            };
            Some((axis(0), axis(1)))
        }
        _ => None,
    }
}

/// The place of a point; the common form, two little-endian doubles, without detours.
fn of_wkb(wkb: &[u8]) -> Result<Option<(f64, f64)>, String> {
    if let (Some(([1, 1, 0, 0, 0], rest)), 21) = (wkb.split_first_chunk::<5>(), wkb.len())
        && let Some((x, y)) = rest.split_first_chunk::<8>()
        && let Ok(y) = <[u8; 8]>::try_from(y)
    {
        return Ok(Some((f64::from_le_bytes(*x), f64::from_le_bytes(y))));
    }
    point_of_wkb(wkb)
}

#[cfg(test)]
mod tests {
    use arrow_schema::Field;

    use super::*;

    fn schema() -> Schema {
        let extended = Field::new("place", DataType::Binary, true).with_metadata(
            [
                ("ARROW:extension:name", "geoarrow.wkb"),
                ("ARROW:extension:metadata", r#"{"crs":"EPSG:6372"}"#),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        );
        Schema::new(vec![Field::new("geometry", DataType::Binary, true), extended])
    }

    #[test]
    fn metadata_come_before_extension_names() {
        let geo = |crs: &str| {
            let text = format!(
                r#"{{"primary_column":"geometry","columns":{{"geometry":{{"encoding":"WKB"{crs}}}}}}}"#
            );
            find(&schema(), Some(&text)).unwrap()
        };
        assert_eq!(geo(""), GeometryColumn { column: 0, crs: StatedCrs::Wgs84 });
        assert_eq!(geo(r#","crs":null"#).crs, StatedCrs::Unknown);
        assert_eq!(geo(r#","crs":{"id":{"authority":"OGC","code":"CRS84"}}"#).crs, StatedCrs::Wgs84);
        let other = geo(r#","crs":{"id":{"authority":"EPSG","code":6372}}"#).crs;
        assert!(matches!(other, StatedCrs::Other(_, name) if name == "EPSG:6372"));
        let extended = find(&schema(), Some("not JSON")).unwrap();
        assert_eq!(extended.column, 1);
        assert!(matches!(extended.crs, StatedCrs::Other(_, name) if name == "EPSG:6372"));
        assert_eq!(find(&Schema::empty(), None), None);
    }
}
