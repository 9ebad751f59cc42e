//! Days, and sets of them.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, types};
use arrow_schema::{DataType, TimeUnit};
use jiff::civil::Date;

/// A set of days, each a number counted from 1970-01-01.
///
/// Blocks of 64 days, sorted: 16 bytes a block, and ten years of every day are 57 blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DaySet {
    blocks: Vec<(i32, u64)>,
}

impl DaySet {
    /// Takes up a day.
    pub fn insert(&mut self, day: i32) {
        self.insert_block(day >> 6, 1 << (day & 63));
    }

    /// Takes up all days of another set.
    pub fn merge(&mut self, other: &Self) {
        for &(block, days) in &other.blocks {
            self.insert_block(block, days);
        }
    }

    fn insert_block(&mut self, block: i32, days: u64) {
        match self.blocks.binary_search_by_key(&block, |b| b.0) {
            Ok(at) => self.blocks[at].1 |= days,
            Err(at) => self.blocks.insert(at, (block, days)),
        }
    }

    /// How many days.
    pub fn len(&self) -> u64 {
        self.blocks.iter().map(|b| u64::from(b.1.count_ones())).sum()
    }
}

/// What a cell of a column of days holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    /// A day.
    On(i32),
    /// Nothing.
    Missing,
    /// A text that is no date.
    Unreadable,
}

/// The day of an ISO 8601 text: a date, alone or followed by `T` or a space and a time. The day is the one
/// that is written, whatever the time zone after it.
pub(super) fn parse(text: &str) -> Option<i32> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    if !rest.is_empty() && !rest.starts_with(['T', 't', ' ']) {
        return None;
    }
    let bytes = date.as_bytes();
    let number = |part: &[u8]| {
        part.iter().try_fold(0_i16, |n, &b| b.is_ascii_digit().then(|| 10 * n + i16::from(b - b'0')))
    };
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
    let date = Date::new(year, month as i8, day as i8).ok()?;
    Some((date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24) as i32)
}

/// The days of a column: dates, time stamps (the day in UTC) or texts; `None` for any other type.
pub(super) fn of_column(column: &ArrayRef) -> Option<Vec<Day>> {
    let valid = |i: usize, day: i32| if column.is_valid(i) { Day::On(day) } else { Day::Missing };
    let days = |values: &[i64], per_day: i64| {
        values.iter().enumerate().map(|(i, &v)| valid(i, v.div_euclid(per_day) as i32)).collect()
    };
    Some(match column.data_type() {
        DataType::Date32 => {
            let values = column.as_primitive::<types::Date32Type>().values();
            values.iter().enumerate().map(|(i, &day)| valid(i, day)).collect()
        }
        DataType::Date64 => days(column.as_primitive::<types::Date64Type>().values(), 86_400_000),
        DataType::Timestamp(unit, _) => {
            let per_day = 86_400
                * match unit {
                    TimeUnit::Second => 1,
                    TimeUnit::Millisecond => 1_000,
                    TimeUnit::Microsecond => 1_000_000,
                    TimeUnit::Nanosecond => 1_000_000_000,
                };
            let plain = arrow_cast::cast(column, &DataType::Int64).ok()?;
            days(plain.as_primitive::<types::Int64Type>().values(), per_day)
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
            let texts = arrow_cast::cast(column, &DataType::Utf8).ok()?;
            let texts = texts.as_string_opt::<i32>()?;
            (0..texts.len()).map(|i| of_text(texts.is_valid(i).then(|| texts.value(i)))).collect()
        }
        _ => return None,
    })
}

/// The day of a cell of text.
pub(super) fn of_text(text: Option<&str>) -> Day {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        None => Day::Missing,
        Some(text) => parse(text).map_or(Day::Unreadable, Day::On),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date32Array, Float64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    #[test]
    fn texts_of_dates() {
        for (text, day) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2024-02-29", Some(19_782)),
            (" 2024-02-29T23:59:59-06:00 ", Some(19_782)),
            ("2024-02-29 10:00", Some(19_782)),
            ("2023-02-29", None),
            ("2024-2-9", None),
            ("2024-02-290", None),
            ("29/02/2024", None),
            ("202402-29-1", None),
            ("ééééé", None),
            ("", None),
        ] {
            assert_eq!(parse(text), day, "{text}");
        }
    }

    #[test]
    fn columns_of_every_type_agree() {
        let expected = [Day::On(19_782), Day::On(-1), Day::Missing];
        let micros = [Some(19_782 * 86_400_000_000 + 5), Some(-1), None];
        let columns: [ArrayRef; 3] = [
            Arc::new(Date32Array::from(vec![Some(19_782), Some(-1), None])),
            Arc::new(TimestampMicrosecondArray::from(micros.to_vec())),
            Arc::new(StringArray::from(vec![Some("2024-02-29"), Some("1969-12-31"), Some(" ")])),
        ];
        for column in columns {
            assert_eq!(of_column(&column).unwrap(), expected);
        }
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
        assert_eq!(of_column(&numbers), None);
    }

    #[test]
    fn sets_count_each_day_once() {
        let (mut a, mut b) = (DaySet::default(), DaySet::default());
        for day in [0, 63, 64, -1, -64, 0, 19_782] {
            a.insert(day);
        }
        b.insert(-1);
        b.insert(1);
        assert_eq!((a.len(), b.len()), (6, 2));
        a.merge(&b);
        assert_eq!(a.len(), 7);
    }
}
