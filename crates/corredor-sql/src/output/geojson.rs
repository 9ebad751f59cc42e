//! GeoJSON by the writer of published layers.

use super::OutputError;
use super::columns::{Columns, Rows};
use super::csv::shape;
use super::destination::Bytes;
use super::shape::{Kind, Nest, Shape};
use super::sink::Sink;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema, SchemaRef};

use corredor::layer::write::{WriteError, write_geojson_rows};
use corredor::layer::{
    Column, Geometry, Layer, LayerError, LinesBuilder, Provenance, ZonesBuilder, points_or_missing,
};

/// Rows that wait for the last, since `bbox` stands before the first.
pub(super) struct Geojson {
    columns: Columns,
    /// Position and name of the geometry.
    geometry: (usize, String),
    out: Bytes,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    shapes: Vec<Option<Shape>>,
}

/// What a layer holds of one kind.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Points,
    Lines,
    Zones,
}

impl Geojson {
    /// Nothing yet.
    pub fn new(columns: &Columns, out: Bytes) -> Self {
        let geometry = columns.geometries().next().map(|(at, column)| (at, column.name.clone()));
        Self {
            columns: columns.clone(),
            geometry: geometry.unwrap_or_default(),
            out,
            schema: Arc::new(Schema::empty()),
            batches: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// The attributes of some rows.
    fn attributes(&self, rows: &Rows) -> Result<RecordBatch, LayerError> {
        let kept: Vec<(&str, &ArrayRef)> = self
            .columns
            .all
            .iter()
            .zip(&rows.columns)
            .enumerate()
            .filter(|(at, _)| *at != self.geometry.0)
            .map(|(_, (column, array))| (column.name.as_str(), array))
            .collect();
        let fields: Vec<Field> =
            kept.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let arrays = kept.into_iter().map(|(_, array)| ArrayRef::clone(array)).collect();
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.count));
        Ok(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?)
    }

    fn family(&self) -> Result<Family, OutputError> {
        let mut first: Option<(Family, Kind)> = None;
        for (row, shape) in self.shapes.iter().enumerate() {
            let Some(kind) = shape.as_ref().map(Shape::kind) else { continue };
            let family = match kind {
                Kind::Point => Some(Family::Points),
                Kind::LineString => Some(Family::Lines),
                Kind::Polygon | Kind::MultiPolygon => Some(Family::Zones),
                _ => None,
            };
            match (family, first) {
                (Some(family), None) => first = Some((family, kind)),
                (Some(family), Some((known, _))) if family == known => {}
                (_, known) => {
                    return Err(OutputError::Kind {
                        column: self.geometry.1.clone(),
                        row: row as u64 + 1,
                        found: kind.name(),
                        expected: known.map_or("points, lines and polygons", |(_, kind)| kind.name()),
                    });
                }
            }
        }
        Ok(first.map_or(Family::Points, |(family, _)| family))
    }

    fn layer(&self) -> Result<Layer, OutputError> {
        let broken = |error: LayerError| OutputError::Write(WriteError::Layer(error));
        let geometry = geometry(self.family()?, &self.shapes).map_err(broken)?;
        let batch = arrow_select::concat::concat_batches(&self.schema, &self.batches);
        let batch = batch.map_err(|error| broken(error.into()))?;
        // A name that no column of the answer has.
        let key = (1..)
            .map(|n| format!("row{n}"))
            .find(|key| batch.column_by_name(key).is_none())
            .unwrap_or_default();
        let numbers = (1..=self.shapes.len()).map(|row| Some(row.to_string())).collect();
        let mut columns = vec![Column::texts(&key, numbers)];
        let fields = self.schema.fields().iter();
        columns.extend(
            fields
                .zip(batch.columns())
                .map(|(field, array)| Column { name: field.name().clone(), values: ArrayRef::clone(array) }),
        );
        Layer::new("answer", key, columns, Arc::new(geometry), Provenance::default()).map_err(broken)
    }
}

impl Sink for Geojson {
    fn rows(&mut self, rows: &Rows) -> Result<(), OutputError> {
        let broken = |error: LayerError| OutputError::Write(WriteError::Layer(error));
        let batch = self.attributes(rows).map_err(broken)?;
        self.schema = batch.schema();
        self.batches.push(batch);
        for row in 0..rows.count {
            self.shapes.push(shape(rows, self.geometry.0, row, &self.geometry.1)?);
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), OutputError> {
        let layer = self.layer()?;
        match write_geojson_rows(&layer, &mut self.out) {
            Err(WriteError::Io(error)) => return Err(self.out.failed(error)),
            written => drop(written?),
        }
        self.out.finish()
    }
}

fn geometry(family: Family, shapes: &[Option<Shape>]) -> Result<Geometry, LayerError> {
    let nests = shapes.iter().map(|shape| match shape {
        Some(Shape::Simple(kind, nest)) => Some((*kind, nest)),
        _ => None,
    });
    match family {
        Family::Points => {
            let places: Vec<Option<[f64; 2]>> = nests
                .map(|nest| match nest {
                    Some((_, Nest::Position(position))) => Some(*position),
                    _ => None,
                })
                .collect();
            points_or_missing(&places)
        }
        Family::Lines => {
            let mut lines = LinesBuilder::default();
            for nest in nests {
                let positions = nest.map_or(&[][..], |(_, nest)| nest.items());
                each(positions, |lon, lat| lines.vertex(lon, lat));
                lines.end_line()?;
            }
            lines.finish()
        }
        Family::Zones => {
            let mut zones = ZonesBuilder::default();
            for nest in nests {
                let polygons = match nest {
                    Some((Kind::Polygon, polygon)) => std::slice::from_ref(polygon),
                    Some((_, polygons)) => polygons.items(),
                    None => &[],
                };
                for polygon in polygons {
                    for ring in polygon.items() {
                        each(ring.items(), |lon, lat| zones.vertex(lon, lat));
                        zones.end_ring()?;
                    }
                    zones.end_polygon()?;
                }
                zones.end_zone()?;
            }
            zones.finish()
        }
    }
}

fn each(positions: &[Nest], mut vertex: impl FnMut(f64, f64)) {
    for position in positions {
        if let Nest::Position([lon, lat]) = position {
            vertex(*lon, *lat);
        }
    }
}
