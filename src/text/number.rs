//! Numbers as people read them.

/// A number with so many decimals, thousands apart by a comma, a point before decimals and a true minus, in Spanish (as
/// Mexico and Central America write it) and English alike.
///
/// ```
/// assert_eq!(corredor::text::number(1_234_567.0, 0), "1,234,567");
/// assert_eq!(corredor::text::number(-0.04, 1), "0.0");
/// ```
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    // What rounds to nothing has no sign.
    let negative = value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let mut out = String::from(if negative { "\u{2212}" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A number with no more decimals than it needs: whole from ten on, else two at most.
///
/// ```
/// assert_eq!([0.25, 2.0, 12_300.0].map(corredor::text::brief), ["0.25", "2", "12,300"]);
/// ```
pub fn brief(value: f64) -> String {
    if value.abs() >= 10.0 {
        return number(value, 0);
    }
    number(value, 2).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number rounded to two significant digits, by the way of rounding that is given; zero stays.
pub(crate) fn two_digits(value: f64, round: impl Fn(f64) -> f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = value.abs().log10().floor() as i32 - 1;
    // Powers of ten up to 10^22 are exact; dividing by one loses less than multiplying by its inverse.
    match digits >= 0 {
        true => round(value / 10_f64.powi(digits)) * 10_f64.powi(digits),
        false => round(value * 10_f64.powi(-digits)) / 10_f64.powi(-digits),
    }
}

/// So many of something, in the singular for one.
///
/// ```
/// assert_eq!(corredor::text::counted(1, "zona", "zonas"), "1 zona");
/// assert_eq!(corredor::text::counted(2_000, "zona", "zonas"), "2,000 zonas");
/// ```
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(count as f64, 0), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_first_digits() {
        let two = |value: f64| two_digits(value, f64::round);
        assert_eq!([123.4, 0.0567, 9.96, 0.0].map(two), [120.0, 0.057, 10.0, 0.0]);
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(999.96, 1), "1,000.0");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(-1.25, 1), "\u{2212}1.2");
        assert_eq!(brief(9.999), "10");
        assert_eq!(brief(-120.4), "\u{2212}120");
        assert_eq!(brief(0.0), "0");
    }

    #[test]
    fn one_of_a_thing_is_singular() {
        assert_eq!(counted(0, "gap", "gaps"), "0 gaps");
        assert_eq!(counted(1, "gap", "gaps"), "1 gap");
    }
}
