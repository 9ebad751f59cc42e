//! Coordinates as whole units of the seventh decimal, and how they are printed.

/// Decimals of a published coordinate: RFC 7946 section 11.2 asks for no more than needed; 7 are about 1 cm.
pub const DECIMALS: u32 = 7;

/// Units in one degree.
pub(super) const UNITS: i32 = 10_i32.pow(DECIMALS);

/// A position in units of the seventh decimal, longitude first. 180 degrees are 1.8e9, within `i32`.
pub(super) type Position = [i32; 2];

/// The position nearest to `lon`, `lat`, halves away from zero; `None` off the globe or where not finite.
pub(super) fn position(lon: f64, lat: f64) -> Option<Position> {
    let on_globe = lon.abs() <= 180.0 && lat.abs() <= 90.0;
    on_globe.then(|| [units(lon), units(lat)])
}

/// The whole number of units nearest to `deg`, halves away from zero; as `f64::round`, without its call.
pub(super) fn units(deg: f64) -> i32 {
    let exact = deg * f64::from(UNITS);
    let whole = exact as i32;
    // Exact, since both have one sign and the one is less than 1 from the other.
    let rest = exact - f64::from(whole);
    whole + i32::from(rest >= 0.5) - i32::from(rest <= -0.5)
}

/// The number that a reader of the printed coordinate gets: one division, so the nearest `f64`.
pub(super) fn degrees(units: i32) -> f64 {
    f64::from(units) / f64::from(UNITS)
}

/// Longest text of a position, with a comma after it; what is printed a word at a time reaches a little beyond.
const SLOT: usize = 32;

/// The digits of 0 to 214, the most that 32 bits of units hold, with a point after them, and how many they are.
const WHOLE: [([u8; 4], u8); 215] = {
    let mut table = [([b'.'; 4], 0); 215];
    let mut number = 0;
    while number < table.len() {
        let digits = [number / 100, number / 10 % 10, number % 10];
        let length = if number >= 100 {
            3
        } else if number >= 10 {
            2
        } else {
            1
        };
        let mut at = 0;
        while at < length {
            table[number].0[at] = b'0' + digits[3 - length + at] as u8;
            at += 1;
        }
        table[number].1 = length as u8;
        number += 1;
    }
    table
};

/// The eight digits of a number below 10^8, one a byte, the first one lowest.
///
/// Four numbers of two digits are split off at once, then eight of one, each by a multiplication that divides.
fn digits(number: u32) -> u64 {
    let halves = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x7f_0000_007f;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - 10 * tens) << 8
}

/// Prints a coordinate fixed-point, without trailing zeros, into a slot; where it ends.
fn put(slot: &mut [u8; SLOT], at: usize, units: i32) -> usize {
    slot[at] = b'-';
    let at = at + usize::from(units < 0);
    let size = units.unsigned_abs();
    let (whole, part) = (size / UNITS as u32, size % UNITS as u32);
    let (text, length) = WHOLE[whole as usize];
    slot[at..at + 4].copy_from_slice(&text);
    let point = at + usize::from(length);
    // Seven digits are eight with a zero behind them.
    let digits = digits(part * 10);
    slot[point + 1..point + 9].copy_from_slice(&(digits | 0x3030_3030_3030_3030).to_le_bytes());
    let kept = 8 - digits.leading_zeros() as usize / 8;
    if kept == 0 { point } else { point + 1 + kept }
}

/// Prints a coordinate fixed-point, without trailing zeros.
pub(super) fn push_coordinate(out: &mut Vec<u8>, units: i32) {
    let mut slot = [0; SLOT];
    let end = put(&mut slot, 0, units);
    out.extend_from_slice(&slot[..end]);
}

/// Prints `[lon,lat]`.
pub(super) fn push_position(out: &mut Vec<u8>, [lon, lat]: Position) {
    // Room first and printing in place: no copy whose length is known only then.
    let start = out.len();
    out.extend_from_slice(&[b'['; SLOT]);
    let Some(slot) = out.last_chunk_mut::<SLOT>() else { return };
    let comma = put(slot, 1, lon);
    slot[comma] = b',';
    let end = put(slot, comma + 1, lat);
    slot[end] = b']';
    out.truncate(start + end + 1);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(deg: f64) -> String {
        let mut out = Vec::new();
        push_coordinate(&mut out, units(deg));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn printed_short_and_never_minus_zero() {
        for (deg, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.000_000_04, "0"),
            (-0.000_000_05, "-0.0000001"),
            (0.000_000_15, "0.0000002"),
            (-180.0, "-180"),
            (180.0, "180"),
            (-99.133_208_0, "-99.133208"),
            (14.000_000_1, "14.0000001"),
            (100.5, "100.5"),
            (-9.999_999_96, "-10"),
        ] {
            assert_eq!(text(deg), expected, "{deg}");
        }
    }

    #[test]
    fn off_the_globe_is_no_position() {
        for (lon, lat) in [(180.1, 0.0), (0.0, -90.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(position(lon, lat), None);
        }
    }

    proptest! {
        #[test]
        fn read_back_as_the_same_number(units in -1_800_000_000..=1_800_000_000_i32) {
            let mut out = Vec::new();
            push_coordinate(&mut out, units);
            let text = String::from_utf8(out).unwrap();
            prop_assert_eq!(text.parse::<f64>().unwrap(), degrees(units));
            let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
            prop_assert!(decimals <= 7 && (decimals == 0 || !text.ends_with('0')));
        }

        #[test]
        fn rounding_is_that_of_the_library(deg in -180.0..=180.0_f64, half in -3_600_000_000..=3_600_000_000_i64) {
            let half = half as f64 / 2.0 / f64::from(UNITS);
            for deg in [deg, half, half.next_up(), half.next_down()] {
                let deg = deg.clamp(-180.0, 180.0);
                prop_assert_eq!(f64::from(units(deg)), (deg * f64::from(UNITS)).round());
            }
        }

        #[test]
        fn rounding_agrees_with_the_decimal_one(deg in -180.0..180.0_f64) {
            let expected: f64 = format!("{deg:.7}").parse().unwrap();
            prop_assert!((degrees(units(deg)) - expected).abs() < 1.01e-7);
            prop_assert!((degrees(units(deg)) - deg).abs() <= 0.500_001e-7);
        }
    }
}
