//! One value of a person table, and the codes it is looked up in.

use std::borrow::Cow;
use std::collections::HashMap;

/// A value as the source gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Blank,
    /// Text, without blanks around it, never empty.
    Text(&'a str),
    /// A number, finite.
    Number(f64),
}

impl<'a> Cell<'a> {
    /// A cell of text.
    pub fn text(text: &'a str) -> Self {
        match text.trim() {
            "" => Self::Blank,
            text => Self::Text(text),
        }
    }

    /// A cell of a number.
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Blank }
    }

    /// Its number, where it is one.
    pub fn as_number(self) -> Option<f64> {
        match self {
            Self::Blank => None,
            Self::Number(number) => Some(number),
            Self::Text(text) => parse(text),
        }
    }

    /// The same, a text with a decimal comma as its number.
    pub fn with_comma(self) -> Self {
        match self {
            Self::Text(text) => comma(text).map_or(self, Self::Number),
            other => other,
        }
    }

    /// Its text; whole numbers without decimals.
    pub fn as_text(self) -> Cow<'a, str> {
        match self {
            Self::Blank => "".into(),
            Self::Text(text) => text.strip_suffix(".0").filter(|t| digits(t)).unwrap_or(text).into(),
            Self::Number(number) => number.to_string().into(),
        }
    }
}

/// The number of a text with a decimal comma, such as `901,89`; none where it has no comma, or a point besides.
pub(super) fn comma(text: &str) -> Option<f64> {
    let (whole, decimals) = text.split_once(',')?;
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    (digits(unsigned) && digits(decimals)).then(|| parse(&format!("{whole}.{decimals}"))).flatten()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A finite number; whole ones of few digits, which codes are, at once.
fn parse(text: &str) -> Option<f64> {
    if text.len() <= 9 && digits(text) {
        let whole = text.bytes().fold(0_u32, |sum, b| sum * 10 + u32::from(b - b'0'));
        return Some(f64::from(whole));
    }
    // What could not begin a number (`NA`, `inf`) is not tried.
    let begins =
        text.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    begins.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

/// Codes and ranges, each with what it stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Codes {
    /// Ascending, so that they can be searched.
    numbers: Vec<(f64, usize)>,
    texts: HashMap<String, usize>,
    ranges: Vec<(f64, f64, usize)>,
}

impl Codes {
    /// Adds codes that stand for `meaning`; the first meaning of a code stays.
    pub fn add(&mut self, codes: &[String], meaning: usize) {
        for code in codes {
            match parse(code.trim()) {
                Some(number) => {
                    let at = self.numbers.partition_point(|(known, _)| *known < number);
                    if self.numbers.get(at).is_none_or(|(known, _)| *known != number) {
                        self.numbers.insert(at, (number, meaning));
                    }
                }
                None => {
                    self.texts.entry(code.trim().to_owned()).or_insert(meaning);
                }
            }
        }
    }

    /// Adds a range, ends included.
    pub fn add_range(&mut self, from: Option<f64>, to: Option<f64>, meaning: usize) {
        if from.is_some() || to.is_some() {
            self.ranges.push((from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY), meaning));
        }
    }

    /// What a cell stands for.
    pub fn find(&self, cell: Cell<'_>) -> Option<usize> {
        match cell.as_number() {
            Some(number) => {
                let at = self.numbers.partition_point(|(known, _)| *known < number);
                match self.numbers.get(at) {
                    Some((known, meaning)) if *known == number => Some(*meaning),
                    _ => {
                        let inside =
                            self.ranges.iter().find(|(from, to, _)| number >= *from && number <= *to);
                        inside.map(|(_, _, meaning)| *meaning)
                    }
                }
            }
            None => match cell {
                Cell::Text(text) if !self.texts.is_empty() => self.texts.get(text).copied(),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbers_where_they_can_be() {
        let mut codes = Codes::default();
        codes.add(&["1".into(), "02".into()], 0);
        codes.add(&["NA".into(), "1".into()], 1);
        codes.add_range(Some(5.0), Some(17.0), 2);
        let find = |text| codes.find(Cell::text(text));
        assert_eq!([find("1"), find(" 01 "), find("1.0"), find("2")], [Some(0); 4]);
        assert_eq!((find("NA"), find("na"), find("")), (Some(1), None, None));
        assert_eq!((find("5"), find("17"), find("17.5"), find("9")), (Some(2), Some(2), None, Some(2)));
        assert_eq!(codes.find(Cell::number(2.0)), Some(0));
        assert_eq!(codes.find(Cell::number(f64::NAN)), None);
    }

    #[test]
    fn decimal_commas_are_numbers_where_they_are_stated() {
        assert_eq!(Cell::text("901,89").with_comma(), Cell::number(901.89));
        assert_eq!(Cell::text("-1,0").with_comma(), Cell::number(-1.0));
        for text in ["1.234,5", "1,234,567", ",5", "5,", "a,b", "12"] {
            assert_eq!(Cell::text(text).with_comma(), Cell::text(text), "{text}");
        }
    }

    #[test]
    fn keys_have_no_decimals() {
        assert_eq!(Cell::text("07.0").as_text(), "07");
        assert_eq!(Cell::text("a.0").as_text(), "a.0");
        assert_eq!(Cell::number(7.0).as_text(), "7");
        assert_eq!(Cell::text("1e400").as_number(), None);
        assert_eq!(Cell::text("inf").as_number(), None);
        assert_eq!(Cell::text("-1.5").as_number(), Some(-1.5));
    }
}
