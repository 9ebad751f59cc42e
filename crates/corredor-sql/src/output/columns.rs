//! The columns of an answer: any Arrow type as text, integer, number, boolean or geometry.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch, types};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, FieldRef, SchemaRef};
use geoarrow_array::GeoArrowArray;
use geoarrow_array::array::{WkbArray, from_arrow_array};
use geoarrow_array::cast::to_wkb;
use geoarrow_schema::GeoArrowType;

use super::OutputError;
use super::format::Format;
use super::shape::Kind;
use corredor::layer::write::Cells;

/// What a column holds, for every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Integer,
    Number,
    Boolean,
    /// Geometry; of one kind where that is known beforehand.
    Geometry(Option<Kind>),
}

impl Holds {
    /// One word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Geometry(kind) => kind.map_or("geometry", Kind::name),
        }
    }
}

/// One column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: String,
    pub holds: Holds,
    field: FieldRef,
}

/// All columns of an answer.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub all: Vec<Column>,
    format: Format,
}

/// Some rows of an answer.
pub(super) struct Rows {
    /// Texts, integers, numbers and booleans as layers hold them; geometry as WKB.
    pub columns: Vec<ArrayRef>,
    /// How many.
    pub count: usize,
    /// How many came before.
    pub before: u64,
}

impl Columns {
    /// The columns of a schema, checked against what the format can hold.
    pub fn new(schema: &SchemaRef, format: Format) -> Result<Self, OutputError> {
        let all: Vec<Column> = schema
            .fields()
            .iter()
            .map(|field| {
                let name = field.name().clone();
                let geometry = GeoArrowType::from_extension_field(field).map_err(|error| {
                    OutputError::Value { column: name.clone(), reason: error.to_string() }
                })?;
                let holds = match &geometry {
                    Some(kind) => Holds::Geometry(Kind::of_type(kind)),
                    None => holds(field.data_type()),
                };
                Ok(Column { name, holds, field: FieldRef::clone(field) })
            })
            .collect::<Result<_, OutputError>>()?;
        let columns = Self { all, format };
        columns.check()?;
        Ok(columns)
    }

    fn check(&self) -> Result<(), OutputError> {
        let format = self.format;
        if !matches!(format, Format::Table | Format::Csv) {
            // SQLite takes names that differ in case for the same.
            let name = |column: &Column| match format {
                Format::Gpkg => column.name.to_lowercase(),
                _ => column.name.clone(),
            };
            let mut names: Vec<String> = self.all.iter().map(name).collect();
            names.sort_unstable();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(OutputError::RepeatedColumn { column: pair[0].clone(), format });
            }
        }
        let geometries: Vec<String> = self.geometries().map(|(_, column)| column.name.clone()).collect();
        match (format, geometries.len()) {
            (Format::Geojson, 0) => Err(OutputError::NoGeometry { format }),
            (Format::Geojson | Format::Gpkg, 2..) => {
                Err(OutputError::SeveralGeometries { columns: geometries, format })
            }
            _ => Ok(()),
        }
    }

    /// The columns of geometry, with their positions.
    pub fn geometries(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.all.iter().enumerate().filter(|(_, column)| matches!(column.holds, Holds::Geometry(_)))
    }

    /// Brings a batch to the types that are written.
    pub fn rows(&self, batch: &RecordBatch, before: u64) -> Result<Rows, OutputError> {
        let columns = self.all.iter().zip(batch.columns()).map(|(column, array)| {
            let array = convert(column, array)
                .map_err(|reason| OutputError::Value { column: column.name.clone(), reason })?;
            self.check_finite(column, &array, before)?;
            Ok(array)
        });
        let columns = columns.collect::<Result<_, OutputError>>()?;
        Ok(Rows { columns, count: batch.num_rows(), before })
    }

    fn check_finite(&self, column: &Column, array: &ArrayRef, before: u64) -> Result<(), OutputError> {
        let json = matches!(self.format, Format::Json | Format::Ndjson | Format::Geojson);
        if !json || column.holds != Holds::Number {
            return Ok(());
        }
        let numbers = array.as_primitive::<types::Float64Type>();
        match numbers.iter().enumerate().find(|(_, v)| v.is_some_and(|v| !v.is_finite())) {
            Some((row, Some(value))) => Err(OutputError::NotFinite {
                column: column.name.clone(),
                row: before + row as u64 + 1,
                value,
                format: self.format,
            }),
            _ => Ok(()),
        }
    }
}

impl Rows {
    /// A column's cells; none for geometry.
    pub fn cells(&self, column: usize) -> Option<Cells<'_>> {
        Cells::of(&self.columns[column])
    }

    /// A column's geometry as WKB.
    pub fn wkb(&self, column: usize) -> Option<&BinaryArray> {
        self.columns[column].as_binary_opt()
    }
}

/// What a type that is no geometry is written as.
fn holds(kind: &DataType) -> Holds {
    match kind {
        DataType::Boolean => Holds::Boolean,
        kind if kind.is_integer() => Holds::Integer,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Holds::Number,
        kind if kind.is_decimal() => Holds::Number,
        DataType::Dictionary(_, values) => holds(values),
        _ => Holds::Text,
    }
}

fn convert(column: &Column, array: &ArrayRef) -> Result<ArrayRef, String> {
    let target = match column.holds {
        Holds::Geometry(_) => {
            let geometry = from_arrow_array(array, &column.field).map_err(|error| error.to_string())?;
            let wkb: WkbArray = to_wkb::<i32>(&*geometry).map_err(|error| error.to_string())?;
            return Ok(wkb.into_array_ref());
        }
        Holds::Text => DataType::Utf8,
        Holds::Integer => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Boolean => DataType::Boolean,
    };
    if array.data_type() == &target {
        return Ok(ArrayRef::clone(array));
    }
    // Unsafe in Arrow's sense: what does not fit is an error, not null.
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, &target, &options).or_else(|error| display(array).ok_or(error.to_string()))
}

/// Lists, structs and whatever else no cast makes text of, as Arrow shows them.
fn display(array: &ArrayRef) -> Option<ArrayRef> {
    use arrow_cast::display::{ArrayFormatter, FormatOptions};
    if !array.data_type().is_nested() && !matches!(array.data_type(), DataType::Interval(_)) {
        return None;
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options).ok()?;
    let texts: Option<Vec<Option<String>>> = (0..array.len())
        .map(|row| match array.is_null(row) {
            true => Some(None),
            false => formatter.value(row).try_to_string().ok().map(Some),
        })
        .collect();
    Some(std::sync::Arc::new(arrow_array::StringArray::from(texts?)))
}
