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

fn units(deg: f64) -> i32 {
    (deg * f64::from(UNITS)).round() as i32
}

/// The number that a reader of the printed coordinate gets: one division, so the nearest `f64`.
pub(super) fn degrees(units: i32) -> f64 {
    f64::from(units) / f64::from(UNITS)
}

/// Prints a coordinate fixed-point, without trailing zeros.
pub(super) fn push_coordinate(out: &mut Vec<u8>, units: i32) {
    // Sign, three digits, point, seven digits.
    let mut text = [0_u8; 12];
    let mut at = text.len();
    let size = units.unsigned_abs();
    let (mut whole, mut part) = (size / UNITS as u32, size % UNITS as u32);
    if part != 0 {
        let mut digits = DECIMALS;
        while part.is_multiple_of(10) {
            part /= 10;
            digits -= 1;
        }
        for _ in 0..digits {
            at -= 1;
            text[at] = b'0' + (part % 10) as u8;
            part /= 10;
        }
        at -= 1;
        text[at] = b'.';
    }
    loop {
        at -= 1;
        text[at] = b'0' + (whole % 10) as u8;
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if units < 0 {
        at -= 1;
        text[at] = b'-';
    }
    out.extend_from_slice(&text[at..]);
}

/// Prints `[lon,lat]`.
pub(super) fn push_position(out: &mut Vec<u8>, [lon, lat]: Position) {
    out.push(b'[');
    push_coordinate(out, lon);
    out.push(b',');
    push_coordinate(out, lat);
    out.push(b']');
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
        fn rounding_agrees_with_the_decimal_one(deg in -180.0..180.0_f64) {
            let expected: f64 = format!("{deg:.7}").parse().unwrap();
            prop_assert!((degrees(units(deg)) - expected).abs() < 1.01e-7);
            prop_assert!((degrees(units(deg)) - deg).abs() <= 0.500_001e-7);
        }
    }
}
