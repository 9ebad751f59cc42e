//! Attributes reduced to four types: text, integer, number, boolean.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray, cast::AsArray, types};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};

use super::FieldType;

/// One of the four types: integers widen, NaN becomes null, everything else becomes text.
pub(crate) fn plain(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    use DataType as T;
    match array.data_type() {
        T::Utf8 | T::Int64 | T::Boolean => Ok(Arc::clone(array)),
        T::Int8 | T::Int16 | T::Int32 | T::UInt8 | T::UInt16 | T::UInt32 => {
            arrow_cast::cast(array, &T::Int64)
        }
        T::Float16 | T::Float32 | T::Float64 | T::UInt64 | T::Decimal128(..) => {
            let numbers = arrow_cast::cast(array, &T::Float64)?;
            let finite =
                numbers.as_primitive::<types::Float64Type>().iter().map(|v| v.filter(|v| v.is_finite()));
            Ok(Arc::new(finite.collect::<Float64Array>()))
        }
        T::LargeUtf8 | T::Utf8View => arrow_cast::cast(array, &T::Utf8),
        _ => {
            let format = FormatOptions::default();
            let shown = ArrayFormatter::try_new(array.as_ref(), &format)?;
            let texts = (0..array.len()).map(|i| (!array.is_null(i)).then(|| shown.value(i).to_string()));
            Ok(Arc::new(texts.collect::<StringArray>()))
        }
    }
}

/// Numbers where every text is one, integers where every one is whole, else the texts.
///
/// A text with a leading zero ("01001") is a code, never a number.
pub(super) fn infer(texts: Vec<Option<String>>) -> ArrayRef {
    let present = || texts.iter().flatten().map(|t| t.trim());
    if present().next().is_none() {
        return Arc::new(texts.into_iter().collect::<StringArray>());
    }
    let is_code = |t: &str| {
        let digits = t.trim_start_matches(['-', '+']);
        digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")
    };
    if present().all(|t| !is_code(t) && t.parse::<i64>().is_ok()) {
        let integers = texts.iter().map(|t| t.as_ref().and_then(|t| t.trim().parse::<i64>().ok()));
        return Arc::new(integers.collect::<Int64Array>());
    }
    if present().all(|t| !is_code(t) && t.parse::<f64>().is_ok_and(f64::is_finite)) {
        let numbers = texts.iter().map(|t| t.as_ref().and_then(|t| t.trim().parse::<f64>().ok()));
        return Arc::new(numbers.collect::<Float64Array>());
    }
    Arc::new(texts.into_iter().collect::<StringArray>())
}

/// Converts to a declared type; `Err` holds the first row and text that do not fit.
pub(super) fn declare(array: &ArrayRef, declared: FieldType) -> Result<ArrayRef, (usize, String)> {
    let texts = as_texts(array);
    let parse = |convert: &dyn Fn(&str) -> bool| {
        let bad = texts.iter().enumerate().find(|(_, t)| t.as_ref().is_some_and(|t| !convert(t.trim())));
        bad.map_or(Ok(()), |(row, text)| Err((row, text.clone().unwrap_or_default())))
    };
    match declared {
        FieldType::Text => Ok(Arc::new(texts.into_iter().collect::<StringArray>())),
        FieldType::Number => {
            parse(&|t| t.parse::<f64>().is_ok_and(f64::is_finite))?;
            let numbers = texts.iter().map(|t| t.as_ref().and_then(|t| t.trim().parse::<f64>().ok()));
            Ok(Arc::new(numbers.collect::<Float64Array>()))
        }
        FieldType::Integer => {
            let whole = |t: &str| t.parse::<i64>().ok().or_else(|| t.strip_suffix(".0")?.parse().ok());
            parse(&|t| whole(t).is_some())?;
            let integers = texts.iter().map(|t| t.as_ref().and_then(|t| whole(t.trim())));
            Ok(Arc::new(integers.collect::<Int64Array>()))
        }
    }
}

/// Any of the four types as texts; a whole number reads without a fraction ("1001", not "1001.0").
pub(super) fn as_texts(array: &ArrayRef) -> Vec<Option<String>> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect(),
        DataType::Int64 => {
            array.as_primitive::<types::Int64Type>().iter().map(|v| v.map(|v| v.to_string())).collect()
        }
        DataType::Float64 => {
            array.as_primitive::<types::Float64Type>().iter().map(|v| v.map(|v| v.to_string())).collect()
        }
        _ => array
            .as_boolean_opt()
            .map(|b| b.iter().map(|v| v.map(|v| v.to_string())).collect())
            .unwrap_or_else(|| vec![None; array.len()]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Vec<Option<String>> {
        values.iter().map(|v| Some((*v).to_owned())).collect()
    }

    #[test]
    fn codes_stay_text() {
        assert_eq!(infer(texts(&["01001", "01002"])).data_type(), &DataType::Utf8);
        assert_eq!(infer(texts(&["0", "-12"])).data_type(), &DataType::Int64);
        assert_eq!(infer(texts(&["0.5", "1e3"])).data_type(), &DataType::Float64);
        assert_eq!(infer(texts(&["1", "n/a"])).data_type(), &DataType::Utf8);
        assert_eq!(infer(vec![None, None]).data_type(), &DataType::Utf8);
    }

    #[test]
    fn declared_types_name_the_first_bad_row() {
        let array = infer(texts(&["1", "x"]));
        assert_eq!(declare(&array, FieldType::Number).unwrap_err(), (1, "x".to_owned()));
        let whole = infer(texts(&["1.0", "2.0"]));
        assert!(declare(&whole, FieldType::Integer).is_ok());
    }

    #[test]
    fn whole_numbers_read_without_fraction() {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![Some(1001.0), None]));
        assert_eq!(as_texts(&array), [Some("1001".to_owned()), None]);
    }
}
