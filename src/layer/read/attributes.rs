//! Attributes reduced to four types: text, integer, number, boolean.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, StringArray, cast::AsArray, types};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType};

use super::raw::Raw;
use super::{FieldType, Options};
use crate::layer::text::{LARGEST_WHOLE, Numerals};

/// One text in so many is few beside numbers.
const FEWEST_OF: usize = 20;

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

/// Numbers where every text is one and nothing would be lost by it, integers where every one is whole, else the texts as
/// they stand.
///
/// What looks like a code is never a number: a leading zero (`01001`), a plus sign (`+52...`), digits with an exponent but
/// no point (`12E1`), more digits than 64 bits hold, or one number written in several ways (`7.1` and `7.10`).
pub(super) fn infer(texts: &StringArray, numerals: Numerals) -> ArrayRef {
    let present = || texts.iter().flatten().map(str::trim);
    let as_texts = || -> ArrayRef { Arc::new(texts.clone()) };
    if present().next().is_none() {
        return as_texts();
    }
    let (mut whole, mut decimals) = (true, Decimals::default());
    for text in present() {
        if is_code(text, numerals) {
            return as_texts();
        }
        whole = whole && text.parse::<i64>().is_ok();
        if !whole && numerals.number(text).is_none() {
            return as_texts();
        }
        decimals.look(text, numerals);
    }
    if whole {
        let integers = texts.iter().map(|t| t.and_then(|t| t.trim().parse::<i64>().ok()));
        return Arc::new(integers.collect::<Int64Array>());
    }
    // Where it is said how numbers are written, `12,5` beside `12,50` is one.
    if numerals.are_plain() && decimals.are_of_codes() {
        return as_texts();
    }
    let numbers: Vec<Option<f64>> = texts.iter().map(|t| t.and_then(|t| numerals.number(t))).collect();
    let integers = |(text, value): (Option<&str>, &Option<f64>)| {
        let (text, value) = (text.map(str::trim).unwrap_or_default(), value.unwrap_or_default());
        value.fract() == 0.0 && value.abs() <= LARGEST_WHOLE && !text.contains(numerals.decimal)
    };
    if !numerals.are_plain() && texts.iter().zip(&numbers).all(integers) {
        return Arc::new(numbers.iter().map(|v| v.map(|v| v as i64)).collect::<Int64Array>());
    }
    Arc::new(Float64Array::from(numbers))
}

/// Rows that keep a column from being numbers where nearly all of its texts are plain ones; empty otherwise.
pub(super) fn few_texts(texts: &StringArray, numerals: Numerals) -> Vec<usize> {
    let is_number = |text: &str| !is_code(text, numerals) && numerals.number(text).is_some();
    let present = texts.iter().flatten().count();
    let most = present / FEWEST_OF;
    let odd = texts.iter().enumerate().filter(|(_, text)| text.is_some_and(|text| !is_number(text.trim())));
    // One more than may be, so that columns of texts are left early.
    let rows: Vec<usize> = odd.map(|(row, _)| row).take(most + 1).collect();
    if rows.len() > most { Vec::new() } else { rows }
}

/// Whether a text that may be a number is rather a code.
fn is_code(text: &str, numerals: Numerals) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut signs = digits.chars();
    let zero = signs.next() == Some('0') && signs.next().is_some_and(|next| next.is_ascii_digit());
    let exponent = digits.find(['e', 'E']).is_some_and(|at| {
        let (mantissa, power) = digits.split_at(at);
        !mantissa.contains(numerals.decimal) && !power[1..].starts_with(['+', '-'])
    });
    let long = digits.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_err();
    zero || digits.starts_with('+') || exponent || long
}

/// How the decimals of a column are written.
#[derive(Debug, Default)]
struct Decimals {
    /// The number of decimals, where all have the same.
    length: Option<usize>,
    differ: bool,
    /// Whether some end in a zero that says nothing; whether that is the only decimal.
    zeros: bool,
    single_zeros: bool,
    without: bool,
}

impl Decimals {
    fn look(&mut self, text: &str, numerals: Numerals) {
        let decimals = text.split_once(numerals.decimal).map(|(_, decimals)| decimals);
        let length = decimals.map_or(0, str::len);
        self.differ |= self.length.is_some_and(|known| known != length);
        self.length = Some(length);
        match decimals {
            None => self.without = true,
            Some("0") => self.single_zeros = true,
            Some(decimals) if decimals.ends_with('0') => self.zeros = true,
            Some(_) => {}
        }
    }

    /// Whether a number could be written in two ways: programs write `1.10` beside `1.25`, or `1.0` beside `1.25`, never
    /// beside `1.2` or `1`.
    fn are_of_codes(&self) -> bool {
        self.zeros && self.differ || self.single_zeros && self.without
    }
}

/// A column of a source without what means missing, and as numbers where nobody has said and it can be nothing else.
pub(super) fn settled(raw: &Raw, column: usize, options: &Options) -> ArrayRef {
    let values = without_missing(&raw.columns[column].values, &options.missing);
    match values.as_string_opt::<i32>() {
        // Who says how numbers are written says it of the texts of every source.
        Some(texts) if raw.is_written(column) || !options.numerals.are_plain() => {
            infer(texts, options.numerals)
        }
        _ => values,
    }
}

/// Converts to a declared type; `Err` holds the first row and text that do not fit.
pub(super) fn declare(
    array: &ArrayRef,
    declared: FieldType,
    numerals: Numerals,
) -> Result<ArrayRef, (usize, String)> {
    let mut texts = as_texts(array);
    if declared != FieldType::Text {
        // A cell of blanks holds nothing.
        texts
            .iter_mut()
            .filter(|text| text.as_ref().is_some_and(|t| t.trim().is_empty()))
            .for_each(|t| *t = None);
    }
    // What is a number already is written as programs write it.
    let numerals = if array.data_type() == &DataType::Utf8 { numerals } else { Numerals::default() };
    let bad = |fits: &dyn Fn(&str) -> bool| {
        let bad = texts.iter().enumerate().find(|(_, t)| t.as_ref().is_some_and(|t| !fits(t)));
        bad.map_or(Ok(()), |(row, text)| Err((row, text.clone().unwrap_or_default())))
    };
    match declared {
        FieldType::Text => Ok(Arc::new(texts.into_iter().collect::<StringArray>())),
        FieldType::Number => {
            bad(&|t| numerals.number(t).is_some())?;
            let numbers = texts.iter().map(|t| t.as_deref().and_then(|t| numerals.number(t)));
            Ok(Arc::new(numbers.collect::<Float64Array>()))
        }
        FieldType::Integer => {
            bad(&|t| numerals.integer(t).is_some())?;
            let integers = texts.iter().map(|t| t.as_deref().and_then(|t| numerals.integer(t)));
            Ok(Arc::new(integers.collect::<Int64Array>()))
        }
    }
}

/// The column with null for what means missing: `missing` as text, and what empties in a column of numbers are as numbers.
pub(super) fn without_missing(array: &ArrayRef, missing: &[String]) -> ArrayRef {
    match array.data_type() {
        _ if missing.is_empty() => Arc::clone(array),
        DataType::Utf8 => {
            let is_missing = |text: &&str| missing.iter().any(|m| m == text.trim());
            let texts = array.as_string::<i32>();
            if !texts.iter().flatten().any(|text| is_missing(&text)) {
                return Arc::clone(array);
            }
            Arc::new(texts.iter().map(|text| text.filter(|text| !is_missing(text))).collect::<StringArray>())
        }
        DataType::Int64 => {
            let missing: Vec<i64> = missing.iter().filter_map(|m| m.parse().ok()).collect();
            let values = array.as_primitive::<types::Int64Type>();
            Arc::new(values.iter().map(|v| v.filter(|v| !missing.contains(v))).collect::<Int64Array>())
        }
        DataType::Float64 => {
            let missing: Vec<f64> = missing.iter().filter_map(|m| m.parse().ok()).collect();
            let values = array.as_primitive::<types::Float64Type>();
            Arc::new(values.iter().map(|v| v.filter(|v| !missing.contains(v))).collect::<Float64Array>())
        }
        _ => Arc::clone(array),
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

    fn inferred(values: &[&str]) -> ArrayRef {
        infer(&StringArray::from(values.to_vec()), Numerals::default())
    }

    #[test]
    fn codes_stay_text() {
        let kind = |values: &[&str]| inferred(values).data_type().clone();
        for values in [
            &["01001", "01002"][..],
            &["1", "n/a"],
            &["12E1", "3E2"],
            &["1e1", "5"],
            &["+5215550000001", "52"],
            &["7.1", "7.10"],
            &["1.10", "1.2", "2.0"],
            &["1", "1.0"],
            &["12345678901234567890", "1"],
            &["12345678901234567890", "1.5"],
            &["inf", "1"],
        ] {
            assert_eq!(kind(values), DataType::Utf8, "{values:?}");
            let texts: Vec<Option<String>> = values.iter().map(|t| Some((*t).to_owned())).collect();
            assert_eq!(as_texts(&inferred(values)), texts, "as they stand");
        }
        assert_eq!(kind(&["0", "-12"]), DataType::Int64);
        for values in
            [&["0.5", "1e-3"][..], &["1", "1.5"], &["1.10", "2.25"], &["1.0", "1.25"], &["1.5E+03", "0"]]
        {
            assert_eq!(kind(values), DataType::Float64, "{values:?}");
        }
        assert_eq!(infer(&StringArray::new_null(2), Numerals::default()).data_type(), &DataType::Utf8);
    }

    #[test]
    fn numbers_are_inferred_as_they_are_said_to_be_written() {
        let spanish = Numerals { decimal: ',', thousands: Some('.') };
        let of = |values: &[&str]| infer(&StringArray::from(values.to_vec()), spanish);
        assert_eq!(of(&["1.200", "3"]).as_primitive::<types::Int64Type>().values(), &[1200, 3]);
        assert_eq!(of(&["1.200,5", "3"]).as_primitive::<types::Float64Type>().values(), &[1200.5, 3.0]);
        assert_eq!(of(&["1.20", "3"]).data_type(), &DataType::Utf8);
    }

    #[test]
    fn few_texts_among_numbers_are_found() {
        let of = |numbers: usize, odd: &[&str]| {
            let numbers = (0..numbers).map(|n| format!("{n}.5"));
            let texts = odd.iter().map(|text| (*text).to_owned()).chain(numbers);
            few_texts(&StringArray::from_iter_values(texts), Numerals::default())
        };
        for odd in ["12345678901234567890", "n/a", "+52", "007", "12E1"] {
            assert_eq!(of(19, &[odd]), [0], "{odd}");
            assert!(of(18, &[odd]).is_empty(), "{odd}: one in nineteen");
        }
        assert!(of(40, &[]).is_empty());
        assert!(few_texts(&StringArray::new_null(40), Numerals::default()).is_empty());
    }

    #[test]
    fn declared_types_name_the_first_bad_row() {
        let plain = Numerals::default();
        let array = inferred(&["1", "x"]);
        assert_eq!(declare(&array, FieldType::Number, plain).unwrap_err(), (1, "x".to_owned()));
        assert!(declare(&inferred(&["1.0", "2.0"]), FieldType::Integer, plain).is_ok());
        let large = inferred(&["1", "9223372036854775808"]);
        assert_eq!(declare(&large, FieldType::Integer, plain).unwrap_err().0, 1);
    }

    #[test]
    fn what_means_missing_is_null() {
        let missing = ["*".to_owned(), "-999".to_owned()];
        let nulls = |array: ArrayRef| without_missing(&array, &missing).null_count();
        assert_eq!(nulls(Arc::new(StringArray::from(vec!["1", " * ", "-999"]))), 2);
        assert_eq!(nulls(Arc::new(Int64Array::from(vec![1, -999]))), 1);
        assert_eq!(nulls(Arc::new(Float64Array::from(vec![0.5, -999.0]))), 1);
    }

    #[test]
    fn whole_numbers_read_without_fraction() {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![Some(1001.0), None]));
        assert_eq!(as_texts(&array), [Some("1001".to_owned()), None]);
    }
}
