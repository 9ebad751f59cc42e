//! Functions that make long values of short ones, bounded before they take the memory.
//!
//! A text repeated two thousand million times is two gigabytes that no operator asks leave for. Here the length of what
//! comes out is told from what goes in, and refused where it is too much; also while a plan is made, when constants are
//! worked out.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, Int64Array, StringArray};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;

use super::wrapped::{Care, Wrapped};
use crate::batch::BATCH_ROWS;

/// What the functions here are called, and how the length of what they make is told.
const GROWING: [(&str, Grows); 15] = [
    ("repeat", Grows::Times),
    ("lpad", Grows::To),
    ("rpad", Grows::To),
    ("replace", Grows::Inserts),
    ("regexp_replace", Grows::Inserts),
    ("concat", Grows::Sum),
    ("concat_ws", Grows::Sum),
    ("array_repeat", Grows::Copies),
    ("array_resize", Grows::Resizes),
    ("range", Grows::Counts),
    ("generate_series", Grows::Counts),
    ("array_to_string", Grows::Parts),
    ("array_concat", Grows::Sum),
    ("array_append", Grows::Sum),
    ("array_prepend", Grows::Sum),
];

/// Bytes of what stands for a value among others: its place, its length, whether it is there.
const PLACE: u128 = 16;

/// Bytes that a batch of values may always take.
const LEAST: usize = 64_000_000;

/// Bytes that a constant may always have.
const LEAST_CONSTANT: usize = 64_000;

/// How the length of what comes out is told from what goes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Grows {
    /// The first argument, so often.
    Times,
    /// Up to a number of characters.
    To,
    /// The third argument may stand at every place of the first.
    Inserts,
    /// All arguments in one.
    Sum,
    /// A list of the first argument, so often.
    Copies,
    /// A list of so many values.
    Resizes,
    /// A list of all values from one to the other.
    Counts,
    /// The values of a list with a text between them.
    Parts,
}

/// Bytes that the values of a batch may take, where a query may take so many.
pub(super) fn most(memory_limit_bytes: usize) -> usize {
    LEAST.max(memory_limit_bytes / 4)
}

/// Puts a bound on the functions that a session has.
pub(super) fn register(context: &SessionContext, memory_limit_bytes: usize) {
    let most = most(memory_limit_bytes);
    let state = context.state();
    for (name, grows) in GROWING {
        // A build of DataFusion without the function needs no bound on it.
        if let Some(inner) = state.scalar_functions().get(name) {
            context.register_udf(Wrapped::udf(inner, Bound { grows, most }));
        }
    }
}

/// A bound on what a function makes.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bound {
    grows: Grows,
    /// Bytes that the values of a batch may take.
    most: usize,
}

impl Care for Bound {
    fn invoke(&self, inner: &ScalarUDF, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        // A constant may be put beside every row of a batch.
        let most = if one { constant(self.most) } else { self.most };
        let told = told(self.grows, &args)?;
        check(inner.name(), told, most)?;
        let made = inner.invoke_with_args(args)?;
        check(inner.name(), size(&made), most)?;
        Ok(made)
    }
}

/// Bytes that a constant may have where so many may be taken by a batch: it may stand beside each of its rows.
pub(super) fn constant(most: usize) -> usize {
    (most / BATCH_ROWS).max(LEAST_CONSTANT)
}

/// Refuses what would take too much.
pub(super) fn check(name: &str, bytes: u128, most: usize) -> Result<()> {
    match bytes > most as u128 {
        false => Ok(()),
        true => Err(DataFusionError::ResourcesExhausted(format!(
            "`{name}` would make {bytes} bytes, and {most} may stand in one go"
        ))),
    }
}

/// Bytes of values that were made.
pub(super) fn size(made: &ColumnarValue) -> u128 {
    match made {
        ColumnarValue::Scalar(value) => value.size() as u128,
        ColumnarValue::Array(array) => array.get_array_memory_size() as u128,
    }
}

/// Bytes that the function is about to make, at most.
fn told(grows: Grows, args: &ScalarFunctionArgs) -> Result<u128> {
    let arguments = args.args.iter().map(|value| Argument::new(value, args.number_rows));
    let arguments = arguments.collect::<Result<Vec<_>>>()?;
    let one = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let rows = if one { 1 } else { args.number_rows };
    let length = |at: usize, row: usize| arguments.get(at).map_or(0, |argument| argument.length(row));
    let number = |at: usize, row: usize| arguments.get(at).map_or(0, |argument| argument.number(row));
    let row = |row: usize| -> u128 {
        PLACE
            + match grows {
                Grows::Times => length(0, row) * number(1, row),
                // A character has four bytes at most.
                Grows::To => number(1, row) * 4,
                Grows::Inserts => length(0, row) + (length(0, row) + 1) * length(2, row),
                Grows::Sum => {
                    let sum: u128 = (0..arguments.len()).map(|at| length(at, row)).sum();
                    sum + length(0, row) * arguments.len() as u128
                }
                Grows::Copies => (length(0, row) + PLACE) * number(1, row),
                Grows::Resizes => (length(0, row).max(PLACE) + length(2, row)) * number(1, row),
                Grows::Counts => PLACE * steps(&arguments, row),
                Grows::Parts => length(0, row) * 4 + length(0, row) * length(1, row),
            }
    };
    Ok((0..rows).map(row).fold(0, u128::saturating_add))
}

/// Values from one to another: one bound alone counts from zero.
fn steps(arguments: &[Argument], row: usize) -> u128 {
    let at = |place: usize| arguments.get(place).and_then(|argument| argument.signed(row));
    let (from, to) = match arguments.len() {
        1 => (Some(0), at(0)),
        _ => (at(0), at(1)),
    };
    let (Some(from), Some(to)) = (from, to) else { return 0 };
    let step = arguments.get(2).map_or(Some(1), |argument| argument.signed(row)).unwrap_or(1);
    u128::from(to.abs_diff(from)) / u128::from(step.unsigned_abs().max(1)) + 1
}

/// An argument, as far as lengths go.
enum Argument {
    /// Lengths in bytes, of every row or of all alike.
    Length(Vec<u128>),
    /// Numbers, of every row or of all alike.
    Number(Int64Array),
}

impl Argument {
    fn new(value: &ColumnarValue, rows: usize) -> Result<Self> {
        let array = match value {
            ColumnarValue::Scalar(value) => value.to_array()?,
            ColumnarValue::Array(array) => Arc::clone(array),
        };
        Ok(match array.data_type() {
            kind if kind.is_integer() => Self::Number(whole(&array)?),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Interval(_) => {
                Self::Number(nanoseconds(&array))
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                let texts = arrow_cast::cast(&array, &DataType::Utf8)?;
                let texts: &StringArray = texts.as_string();
                Self::Length((0..texts.len()).map(|row| texts.value_length(row) as u128).collect())
            }
            // Lists and the rest: what they take together, put down to each row. Few rows hold long lists.
            _ => {
                let rows = array.len().min(rows.max(1)).max(1);
                let each = array.get_array_memory_size() as u128 / rows as u128;
                Self::Length(vec![each; array.len().max(1)])
            }
        })
    }

    fn length(&self, row: usize) -> u128 {
        match self {
            Self::Length(lengths) if lengths.len() == 1 => lengths[0],
            Self::Length(lengths) => lengths.get(row).copied().unwrap_or(0),
            Self::Number(_) => PLACE,
        }
    }

    fn signed(&self, row: usize) -> Option<i64> {
        match self {
            Self::Length(_) => None,
            Self::Number(numbers) => {
                let row = if numbers.len() == 1 { 0 } else { row };
                (row < numbers.len() && numbers.is_valid(row)).then(|| numbers.value(row))
            }
        }
    }

    /// A number of times; none below zero.
    fn number(&self, row: usize) -> u128 {
        self.signed(row).and_then(|number| u128::try_from(number).ok()).unwrap_or(0)
    }
}

/// Whole numbers of any width; those beyond 64 bits are as many as there can be.
fn whole(array: &ArrayRef) -> Result<Int64Array> {
    let numbers = arrow_cast::cast(array, &DataType::Int64)?;
    Ok(numbers.as_primitive::<Int64Type>().clone())
}

/// Times and spans in nanoseconds, months of thirty days; beyond what 64 bits hold as far as they go.
fn nanoseconds(array: &ArrayRef) -> Int64Array {
    const DAY: i64 = 86_400_000_000_000;
    let row = |row: usize| {
        let value = ScalarValue::try_from_array(array, row).ok()?;
        Some(match value {
            ScalarValue::Date32(day) => i64::from(day?).saturating_mul(DAY),
            ScalarValue::Date64(ms) => ms?.saturating_mul(1_000_000),
            ScalarValue::TimestampSecond(time, _) => time?.saturating_mul(1_000_000_000),
            ScalarValue::TimestampMillisecond(time, _) => time?.saturating_mul(1_000_000),
            ScalarValue::TimestampMicrosecond(time, _) => time?.saturating_mul(1_000),
            ScalarValue::TimestampNanosecond(time, _) => time?,
            ScalarValue::IntervalYearMonth(months) => i64::from(months?).saturating_mul(30 * DAY),
            ScalarValue::IntervalDayTime(span) => {
                let span = span?;
                i64::from(span.days)
                    .saturating_mul(DAY)
                    .saturating_add(i64::from(span.milliseconds) * 1_000_000)
            }
            ScalarValue::IntervalMonthDayNano(span) => {
                let span = span?;
                let days = i64::from(span.months).saturating_mul(30).saturating_add(i64::from(span.days));
                days.saturating_mul(DAY).saturating_add(span.nanoseconds)
            }
            _ => return None,
        })
    };
    (0..array.len()).map(row).collect()
}
