//! Sizes and times as people write them.

use std::time::Duration;

/// `500M`, `2G`, `2GB`, or bytes; steps of a thousand.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    /// Less cannot hold a batch of rows.
    const LEAST: f64 = 1e6;
    let wanted = || format!("`{text}` is no size; write 500M or 2G, {} at least", "1M");
    let (number, unit) = split(text);
    let factor = match unit.to_ascii_uppercase().trim_end_matches('B') {
        "" => 1.0,
        "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        _ => return Err(wanted()),
    };
    let size = number.parse::<f64>().map_err(|_| wanted())? * factor;
    match size.is_finite() && (LEAST..=1e18).contains(&size) {
        true => Ok(size as usize),
        false => Err(wanted()),
    }
}

/// `30s`, `5m`, `2h`, `500ms`, or seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wanted = || format!("`{text}` is no time; write 30s, 5m or 2h");
    let (number, unit) = split(text);
    let factor = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(wanted()),
    };
    let seconds = number.parse::<f64>().map_err(|_| wanted())? * factor;
    match seconds > 0.0 && seconds <= 1e9 {
        true => Ok(Duration::from_secs_f64(seconds)),
        false => Err(wanted()),
    }
}

/// The number and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times() {
        assert_eq!(bytes("2G"), Ok(2_000_000_000));
        assert_eq!(bytes("1.5 mb"), Ok(1_500_000));
        assert_eq!(bytes("1000000"), Ok(1_000_000));
        for bad in ["", "G", "2X", "-1G", "1K", "1e400", "nan", "99999999T"] {
            assert!(bytes(bad).is_err(), "{bad}");
        }
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        for bad in ["", "s", "0", "-1s", "1 d", "inf"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
