//! How numbers are written.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Up to here doubles hold all whole numbers.
pub(crate) const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How numbers are written in a source: what stands before the decimals, and between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct Numerals {
    /// `.` or `,`.
    pub decimal: char,
    /// `,`, `.`, `'` or a blank (which stands for all blanks that do not break); none where digits are not grouped.
    pub thousands: Option<char>,
}

impl Default for Numerals {
    fn default() -> Self {
        Self { decimal: '.', thousands: None }
    }
}

impl Numerals {
    /// What may stand before decimals.
    pub const DECIMALS: [&'static str; 2] = [".", ","];

    /// What may stand between groups of digits.
    pub const THOUSANDS: [&'static str; 4] = [",", ".", "'", " "];

    /// As settings say it; what is not said is as programs write.
    pub fn stated(decimal: Option<&str>, thousands: Option<&str>) -> Self {
        let sign = |stated: &str| stated.chars().next();
        Self {
            // Points between thousands leave the comma.
            decimal: decimal.and_then(sign).unwrap_or(if thousands == Some(".") { ',' } else { '.' }),
            thousands: thousands.and_then(sign),
        }
    }

    /// Whether numbers are written as programs write them.
    pub(crate) fn are_plain(self) -> bool {
        self == Self::default()
    }

    /// A number of a program, as the others are written.
    pub(crate) fn written(self, number: f64) -> String {
        number.to_string().replace('.', &self.decimal.to_string())
    }

    /// A finite number.
    pub(crate) fn number(self, text: &str) -> Option<f64> {
        self.plain(text.trim())?.parse::<f64>().ok().filter(|value| value.is_finite())
    }

    /// A whole number of 64 bits; decimals that are all zeros count as none.
    pub(crate) fn integer(self, text: &str) -> Option<i64> {
        let plain = self.plain(text.trim())?;
        let whole = plain.split_once('.').map_or(Some(plain.as_ref()), |(whole, decimals)| {
            (!decimals.is_empty() && decimals.bytes().all(|digit| digit == b'0')).then_some(whole)
        });
        whole?.parse().ok()
    }

    /// The text as programs write numbers, where it is grouped rightly or not at all.
    fn plain(self, text: &str) -> Option<Cow<'_, str>> {
        if self.are_plain() {
            return Some(Cow::Borrowed(text));
        }
        let (whole, decimals) = match text.split_once(self.decimal) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let whole = match self.thousands.filter(|&between| whole.contains(|c| is_between(between, c))) {
            Some(between) => Cow::Owned(ungrouped(whole, between)?),
            None => Cow::Borrowed(whole),
        };
        // A point that parts neither decimals nor thousands would be taken for the one of a program.
        let foreign = |part: &str| self.decimal != '.' && part.contains('.');
        if foreign(&whole) || decimals.is_some_and(foreign) {
            return None;
        }
        Some(match decimals {
            Some(decimals) => Cow::Owned(format!("{whole}.{decimals}")),
            None => whole,
        })
    }
}

/// Whether a sign stands between groups, where `between` was said to: any blank for a blank, either apostrophe for one.
fn is_between(between: char, sign: char) -> bool {
    match between {
        ' ' => matches!(sign, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}'),
        '\'' => matches!(sign, '\'' | '’'),
        _ => sign == between,
    }
}

/// Digits without what stands between groups of three; `None` where the groups are of another length.
fn ungrouped(whole: &str, between: char) -> Option<String> {
    let unsigned = whole.trim_start_matches(['-', '+']);
    let sign = &whole[..whole.len() - unsigned.len()];
    let mut groups = unsigned.split(|sign| is_between(between, sign));
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    let right = digits(first) && rest.iter().all(|group| group.len() == 3 && digits(group));
    right.then(|| format!("{sign}{first}{}", rest.concat()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_said_to_be_written() {
        let of = |decimal, thousands, text: &str| Numerals { decimal, thousands }.number(text);
        assert_eq!(of('.', None, " 12.5 "), Some(12.5));
        assert_eq!(of('.', None, "12,5"), None);
        assert_eq!(of(',', None, "12,5"), Some(12.5));
        assert_eq!(of(',', None, "12.5"), None, "a point is no comma");
        assert_eq!(of(',', Some('.'), "1.234.567,25"), Some(1_234_567.25));
        assert_eq!(of(',', Some('.'), "12.5"), None, "groups are of three digits");
        assert_eq!(of('.', Some(','), "-1,200"), Some(-1_200.0));
        assert_eq!(of('.', Some(','), "1,20"), None);
        assert_eq!(of('.', Some(' '), "1\u{a0}000\u{202f}000"), Some(1e6));
        assert_eq!(of('.', Some('\''), "1’000.5"), Some(1_000.5));
        for text in ["", "nan", "inf", "1 2", "1,,000"] {
            assert_eq!(of('.', Some(','), text), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers_fit_or_are_none() {
        let plain = Numerals::default();
        assert_eq!(plain.integer("-12.0"), Some(-12));
        assert_eq!(plain.integer("9223372036854775807"), Some(i64::MAX));
        for text in ["9223372036854775808", "1.5", "1.", "1e3", ""] {
            assert_eq!(plain.integer(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_grouped_is_read_back(value in -1_000_000_000_000_i64..1_000_000_000_000, between in 0..4_usize) {
            let between = Numerals::THOUSANDS[between].chars().next().unwrap();
            let digits = value.abs().to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 { grouped.push(between); }
                grouped.push(digit);
            }
            let text = format!("{}{grouped}", if value < 0 { "-" } else { "" });
            let decimal = if between == '.' { ',' } else { '.' };
            prop_assert_eq!(Numerals { decimal, thousands: Some(between) }.integer(&text), Some(value));
        }
    }
}
