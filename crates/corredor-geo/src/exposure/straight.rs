//! Where a route was drawn straight between towns, for want of a line.

use std::ops::Range;

use crate::geodesy::distance_km;

/// How much longer than told what is found may be, as a share and in kilometres: sources round, and measure otherwise.
const SLACK: (f64, f64) = (0.01, 0.1);

/// The straight parts of a line, kilometres from its start, in order: of a route of which so many kilometres are told to be
/// straight, the longest segments, as many as that are. A line that was surveyed has short ones.
///
/// # Examples
/// ```
/// use corredor_geo::exposure::straight_parts;
///
/// // A degree of the equator, 111.3 km, then a bend in short steps.
/// let parts = straight_parts(&[0.0, 1.0, 1.01, 1.02], &[0.0, 0.0, 0.01, 0.0], 111.0);
/// assert_eq!(parts.len(), 1);
/// assert!(parts[0].start == 0.0 && (parts[0].end - 111.32).abs() < 0.01);
/// assert!(straight_parts(&[0.0, 1.0], &[0.0, 0.0], 0.0).is_empty());
/// ```
pub fn straight_parts(lon: &[f64], lat: &[f64], told_km: f64) -> Vec<Range<f64>> {
    // Also where it is not a number.
    if told_km.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
        return Vec::new();
    }
    let mut at_km = 0.0;
    let mut segments: Vec<Range<f64>> = lon
        .windows(2)
        .zip(lat.windows(2))
        .map(|(lon, lat)| {
            let start = at_km;
            at_km += distance_km(lon[0], lat[0], lon[1], lat[1]);
            start..at_km
        })
        .collect();
    let km = |segment: &Range<f64>| segment.end - segment.start;
    segments.sort_by(|a, b| km(b).total_cmp(&km(a)));
    let most = told_km * (1.0 + SLACK.0) + SLACK.1;
    let mut sum = 0.0;
    let found = segments.iter().take_while(|segment| {
        sum += km(segment);
        sum <= most
    });
    let count = found.count();
    segments.truncate(count);
    segments.sort_by(|a, b| a.start.total_cmp(&b.start));
    segments
}

/// Kilometres of a stretch that lie on such parts.
pub fn straight_km(parts: &[Range<f64>], from_km: f64, to_km: f64) -> f64 {
    parts.iter().map(|part| (part.end.min(to_km) - part.start.max(from_km)).max(0.0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_segments_are_those_that_were_told() {
        // Two long segments around a surveyed line of 50 steps; a third one that was not told.
        let mut lon = vec![0.0, 1.0];
        lon.extend((1..=50).map(|step| 1.0 + 0.02 * f64::from(step)));
        lon.extend([3.5, 3.8]);
        let lat = vec![0.0; lon.len()];
        let degree = 111.319_49;
        let parts = straight_parts(&lon, &lat, 2.5 * degree);
        assert_eq!(parts.len(), 2);
        let all: f64 = straight_km(&parts, 0.0, 1e9);
        assert!((all - 2.5 * degree).abs() < 0.01, "{all}");
        assert_eq!(straight_km(&parts, 1.2 * degree, 1.8 * degree), 0.0);
        assert!((straight_km(&parts, 0.5 * degree, 1.5 * degree) - 0.5 * degree).abs() < 0.01);
        // Less is told than the longest segment has: nobody knows where.
        assert!(straight_parts(&lon, &lat, 60.0).is_empty());
        assert!(straight_parts(&lon, &lat, f64::NAN).is_empty());
    }
}
