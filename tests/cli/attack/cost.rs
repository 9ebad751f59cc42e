//! What it costs those who read the public maps that sites are displaced: the same workspace for partners is the truth.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// What a zone says, in what is published for two levels.
#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    near_km: f64,
    gap_km: f64,
    priority: f64,
    rank: f64,
    /// Whether a route runs through it.
    on_route: bool,
}

/// By how much figures are off, and what follows from them.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Error of the distance to the nearest site: median, and of 95 in 100 zones at most, kilometres.
    pub near_km: (f64, f64),
    /// Error of the kilometres of gap of zones with a route: the same.
    pub gap_km: (f64, f64),
    /// Kilometres of gap of all zones, as they are and as they are published.
    pub total_km: (f64, f64),
    /// Rank correlation of the priority.
    pub spearman: f64,
    /// How many of the first twenty stay among them.
    pub stay: usize,
}

impl Cost {
    /// Of what is published, beside the truth.
    pub fn new(truth: &Path, published: &Path) -> Self {
        let (truth, published) = (zones(truth), zones(published));
        let pairs: Vec<(Figures, Figures)> =
            truth.iter().filter_map(|(key, figures)| Some((*figures, *published.get(key)?))).collect();
        let errors = |of: fn(&Figures) -> f64, which: fn(&Figures) -> bool| {
            let mut errors: Vec<f64> =
                pairs.iter().filter(|(a, _)| which(a)).map(|(a, b)| (of(a) - of(b)).abs()).collect();
            errors.sort_by(f64::total_cmp);
            let at = |share: f64| errors[((errors.len() - 1) as f64 * share).round() as usize];
            (at(0.5), at(0.95))
        };
        let first = |of: fn(&(Figures, Figures)) -> f64| {
            let mut order: Vec<usize> = (0..pairs.len()).collect();
            order.sort_by(|&a, &b| of(&pairs[a]).total_cmp(&of(&pairs[b])).then(a.cmp(&b)));
            order.truncate(20);
            order
        };
        let (before, after) = (first(|p| p.0.rank), first(|p| p.1.rank));
        Self {
            near_km: errors(|f| f.near_km, |_| true),
            gap_km: errors(|f| f.gap_km, |f| f.on_route),
            total_km: (pairs.iter().map(|p| p.0.gap_km).sum(), pairs.iter().map(|p| p.1.gap_km).sum()),
            spearman: correlation(
                &ranks(pairs.iter().map(|p| p.0.priority).collect()),
                &ranks(pairs.iter().map(|p| p.1.priority).collect()),
            ),
            stay: before.iter().filter(|zone| after.contains(zone)).count(),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "near_km off by {:.0} km in the median, {:.0} km in 95 of 100 zones; gap_km by {:.1} and {:.0} km; all gaps \
             {:.0} instead of {:.0} km; priority: Spearman {:.3}, {} of the first 20 stay",
            self.near_km.0,
            self.near_km.1,
            self.gap_km.0,
            self.gap_km.1,
            self.total_km.1,
            self.total_km.0,
            self.spearman,
            self.stay
        )
    }
}

fn zones(current: &Path) -> BTreeMap<String, Figures> {
    let mut reader = csv::Reader::from_path(current.join("hotspots.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|field| field == name).unwrap();
    let columns = ["near_km", "gap_km", "priority", "prio_rank", "route_km"].map(place);
    let row = |row: csv::StringRecord| {
        let [near_km, gap_km, priority, rank, route_km] = columns.map(|c| row[c].parse().unwrap_or(0.0));
        (row[0].to_owned(), Figures { near_km, gap_km, priority, rank, on_route: route_km > 0.0 })
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// Ranks, those of equal values averaged.
fn ranks(values: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|&&i| values[i] == values[order[from]]).count();
        order[from..from + same].iter().for_each(|&i| ranks[i] = from as f64 + (same as f64 - 1.0) / 2.0);
        from += same;
    }
    ranks
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let cross: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let square = |x: &[f64], m: f64| x.iter().map(|v| (v - m) * (v - m)).sum::<f64>();
    cross / (square(a, ma) * square(b, mb)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(vec![5.0, 1.0, 5.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
        assert!((correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
    }
}
