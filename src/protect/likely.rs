//! What may be said of reach where sites are seen displaced: how likely it is that none of them is near.

use super::{Candidates, Groups, ProtectError};
use crate::coverage::Gap;
use crate::geodesy::RouteMeasure;
use crate::join::SiteIndex;
use crate::layer::{LineView, PointView};
use rayon::prelude::*;

/// A part of a route is a gap for those who see displaced sites where it is at least so likely that no site is within
/// reach, %.
pub const LIKELY_PCT: f64 = 90.0;

/// Where hidden sites may be, for all that is published: each place that is seen stands for one site, in one settlement of
/// its group, in each with a likelihood in proportion to its people (in each the same where people are not known).
///
/// It follows from the places that are seen and from the gazetteer, never from the true places, so it tells no more than
/// they do. A place may stand for several sites, and a site may be some way from the inner point of its settlement: both
/// make gaps somewhat less likely than is said.
#[derive(Debug)]
pub struct LikelySites {
    /// The settlements of all groups in which a site is seen, by group, ascending within.
    settlements: SiteIndex,
    /// Group of each, counted from 0.
    group: Vec<u32>,
    /// Its share of the people of its group.
    share: Vec<f64>,
}

impl LikelySites {
    /// From the settlements where sites are seen (`places`, each once). O(n log n) in the settlements of their groups.
    ///
    /// # Errors
    ///
    /// [`ProtectError::Join`] where the settlements have no positions.
    ///
    /// ```
    /// use corredor::protect::{Candidates, GroupRules, Groups, LikelySites};
    ///
    /// let ids: Vec<String> = (0..11).map(|i| format!("{i:02}")).collect();
    /// let lon: Vec<f64> = (0..11).map(f64::from).collect();
    /// let towns = Candidates::new(&ids, &lon, &[0.0; 11], None)?;
    /// let groups = Groups::new(&towns, &GroupRules::default())?;
    /// let sites = LikelySites::new(&towns, &groups, &[3])?;
    /// // One of eleven settlements, a degree apart, is within 30 km of the equator at 7° E.
    /// assert!((sites.none_within(7.0, 0.0, 30.0) - 10.0 / 11.0).abs() < 1e-12);
    /// # Ok::<(), corredor::protect::ProtectError>(())
    /// ```
    pub fn new(candidates: &Candidates, groups: &Groups, places: &[u32]) -> Result<Self, ProtectError> {
        let mut seen: Vec<usize> = places.iter().map(|&place| groups.group_of(place)).collect();
        seen.sort_unstable();
        seen.dedup();
        let (mut lon, mut lat) = (Vec::new(), Vec::new());
        let (mut group, mut share) = (Vec::new(), Vec::new());
        for (number, &of) in (0_u32..).zip(&seen) {
            let members = groups.members(of);
            let people = |&member: &u32| candidates.people().map_or(1.0, |people| people[member as usize]);
            let all: f64 = members.iter().map(people).sum();
            for member in members {
                lon.push(candidates.lon()[*member as usize]);
                lat.push(candidates.lat()[*member as usize]);
                group.push(number);
                share.push(if all > 0.0 { people(member) / all } else { 1.0 / members.len() as f64 });
            }
        }
        let settlements = SiteIndex::new(&PointView { lon: &lon, lat: &lat })?;
        Ok(Self { settlements, group, share })
    }

    /// How likely it is that no site is within `reach_km` of a position in degrees, 0 to 1. Groups are independent of each
    /// other. O(log n) and the settlements within reach.
    pub fn none_within(&self, lon: f64, lat: f64, reach_km: f64) -> f64 {
        let mut near: Vec<u32> = self
            .settlements
            .within(lon, lat, reach_km)
            .into_iter()
            .map(|(settlement, _)| settlement)
            .collect();
        // By group, and always in the same order.
        near.sort_unstable();
        near.chunk_by(|a, b| self.group[*a as usize] == self.group[*b as usize])
            .map(|of_group| {
                let within: f64 = of_group.iter().map(|&settlement| self.share[settlement as usize]).sum();
                (1.0 - within).max(0.0)
            })
            .product()
    }

    /// The parts of lines where it is at least [`LIKELY_PCT`] likely that no site is within `reach_km`, in order along each
    /// line. They begin and end on whole multiples of `step_km`, at whose middles the likelihood is taken. Parallel over
    /// lines.
    pub fn gaps(&self, lines: &LineView<'_>, reach_km: f64, step_km: f64) -> Vec<Gap> {
        let of_line = |line: usize| -> Vec<Gap> {
            let (lon, lat) = lines.line(line);
            let route = RouteMeasure::new(lon, lat);
            let steps = (route.length_km() / step_km).ceil() as usize;
            let at = |step: usize| (step as f64 * step_km).min(route.length_km());
            let likely: Vec<bool> = (0..steps)
                .into_par_iter()
                .map(|step| {
                    let position = route.locate_km((at(step) + at(step + 1)) / 2.0);
                    position.is_some_and(|p| self.none_within(p.lon, p.lat, reach_km) * 100.0 >= LIKELY_PCT)
                })
                .collect();
            let mut gaps = Vec::new();
            let mut from = 0;
            for run in likely.chunk_by(|a, b| a == b) {
                let to = from + run.len();
                if run[0] {
                    gaps.push(Gap {
                        line: line as u32,
                        from_km: at(from),
                        to_km: at(to),
                        geometry: route.slice(at(from), at(to)),
                        site_before: None,
                        site_after: None,
                    });
                }
                from = to;
            }
            gaps
        };
        (0..lines.len()).into_par_iter().flat_map_iter(of_line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protect::GroupRules;

    /// Two groups of eleven towns in a row each, a tenth of a degree apart, the second ten degrees east; the third town of
    /// each has as many people as the ten others together.
    fn towns() -> (Candidates, Groups) {
        let ids: Vec<String> = (0..22).map(|i| format!("{i:02}")).collect();
        let lon: Vec<f64> = (0..22).map(|i| f64::from(i % 11) * 0.1 + f64::from(i / 11) * 10.0).collect();
        let people: Vec<f64> = (0..22).map(|i| if i % 11 == 2 { 10_000.0 } else { 1000.0 }).collect();
        let towns = Candidates::new(&ids, &lon, &[0.0; 22], Some(&people)).unwrap();
        let groups = Groups::new(&towns, &GroupRules { k: 10, min_km: 1.0, min_people: 20_000.0 }).unwrap();
        assert_eq!(groups.len(), 2);
        (towns, groups)
    }

    #[test]
    fn people_say_where_a_site_likely_is_and_the_place_seen_does_not() {
        let (towns, groups) = towns();
        for place in [0, 2, 10] {
            let sites = LikelySites::new(&towns, &groups, &[place]).unwrap();
            assert!((sites.none_within(0.2, 0.0, 1.0) - 0.5).abs() < 1e-12);
            assert!((sites.none_within(0.9, 0.0, 1.0) - 0.95).abs() < 1e-12);
            assert_eq!(sites.none_within(10.2, 0.0, 1.0), 1.0, "no site is seen in that group");
        }
        let both = LikelySites::new(&towns, &groups, &[0, 21]).unwrap();
        assert!((both.none_within(5.0, 0.0, 2000.0)).abs() < 1e-12, "one of each group is within reach");
    }

    #[test]
    fn gaps_are_where_none_is_likely_and_add_up() {
        let (towns, groups) = towns();
        let sites = LikelySites::new(&towns, &groups, &[0]).unwrap();
        let lines = LineView { lon: &[-1.0, 2.0], lat: &[0.0, 0.0], lines: &[0, 2] };
        let gaps = sites.gaps(&lines, 3.0, 1.0);
        let route = RouteMeasure::new(&[-1.0, 2.0], &[0.0, 0.0]);
        // Every town but the largest is reached with 5 %: one gap on either side of that.
        assert_eq!(gaps.len(), 2, "{gaps:?}");
        assert_eq!(gaps[0].from_km, 0.0);
        assert_eq!(gaps[1].to_km, route.length_km());
        let (large, around) = (1.2 * 111.319_49, gaps[0].to_km..gaps[1].from_km);
        assert!((around.start - (large - 3.0)).abs() <= 1.0 && (around.end - (large + 3.0)).abs() <= 1.0);
        assert_eq!(around.start.fract(), 0.0);
        let ends = gaps[0].geometry.last().unwrap();
        assert!((ends.0 - (around.start / 111.319_49 - 1.0)).abs() < 1e-6);
    }

    #[test]
    fn without_sites_the_whole_route_is_one_gap() {
        let (towns, groups) = towns();
        let sites = LikelySites::new(&towns, &groups, &[]).unwrap();
        let lines = LineView { lon: &[0.0, 1.0, 5.0, 5.0], lat: &[0.0, 0.0, 1.0, 1.0], lines: &[0, 2, 4] };
        let gaps = sites.gaps(&lines, 30.0, 1.0);
        assert_eq!(gaps.len(), 1, "a line without length has none: {gaps:?}");
        assert_eq!(gaps[0].from_km, 0.0);
        assert!((gaps[0].to_km - 111.319_49).abs() < 1e-3);
    }
}
