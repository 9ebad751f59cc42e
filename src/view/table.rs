//! The attributes of a layer, column by column, as the page reads them.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_schema::DataType;
use serde_json::{Map, Value, json};

use crate::layer::Layer;

/// `{"field": [values]}` in the order of the rows; null is missing.
pub(super) fn columns(layer: &Layer) -> Value {
    let batch = layer.attributes();
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let values: Vec<Value> = match column.data_type() {
            DataType::Float64 => column.as_primitive::<Float64Type>().iter().map(number).collect(),
            DataType::Int64 => column.as_primitive::<Int64Type>().iter().map(|v| json!(v)).collect(),
            DataType::Boolean => column.as_boolean().iter().map(|v| json!(v)).collect(),
            DataType::Utf8 => column.as_string::<i32>().iter().map(|v| json!(v)).collect(),
            // Layers have no other types, and a column without any value has nothing to show.
            _ => vec![Value::Null; column.len()],
        };
        (field.name().clone(), Value::Array(values))
    });
    Value::Object(columns.collect::<Map<_, _>>())
}

/// A number without a needless decimal part.
fn number(value: Option<f64>) -> Value {
    match value {
        // Whole numbers below 2^53 are the same as integers.
        Some(value) if value.fract() == 0.0 && value.abs() < 9e15 => json!(value as i64),
        Some(value) => json!(value),
        None => Value::Null,
    }
}
