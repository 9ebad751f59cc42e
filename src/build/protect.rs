//! What `[protect]` asks of the data, checked right after the step: before the layer is kept, looked at or published.
//!
//! Which steps may lower at all was judged when the workspace was opened; see `workspace::protect_rules`.

use std::fmt::Write as _;

use super::steps::members;
use super::{BuildError, Context};
use crate::geodesy::flat_area_km2;
use crate::publish::record::ProtectConditions;
use crate::workspace::config::{Counts, Protect, Rollup, Rule, Step};

/// Version of the conditions: raised with them, so that no layer that was kept under others is used.
pub(super) const VERSION: u32 = 1;

/// Zones or groups that a message names; the others it counts.
const NAMED: usize = 5;

/// Refuses a lowered layer whose data do not hold what the rule of its step asks. The conditions that were met are
/// handed back, for the record.
///
/// # Errors
/// [`BuildError::Protect`]; and whatever is wrong with the inputs.
pub(super) fn check(
    context: &Context,
    name: &str,
    step: Step<'_>,
    protect: &Protect,
) -> Result<Option<ProtectConditions>, BuildError> {
    let mut met = None;
    for input in step.inputs() {
        // An input of which nothing is known is taken for the strictest.
        if context.levels.get(input.name).is_some_and(|level| *level <= protect.to) {
            continue;
        }
        let unmet = match (step.output().rule(input.role), step) {
            (Rule::Areas, Step::Counts(counts)) => {
                met = Some(ProtectConditions::Areas {
                    min_km2: protect.min_km2,
                    min_people: protect.min_people,
                });
                areas(context, counts, protect)?
            }
            (Rule::Groups, Step::Rollup(rollup)) => {
                met = Some(ProtectConditions::Groups {
                    min_zones: protect.min_zones,
                    max_share_pct: protect.max_share_pct,
                });
                groups(context, name, rollup, protect)?
            }
            // Judged before the build.
            (Rule::Areas | Rule::Groups | Rule::Smoothed | Rule::Displaced | Rule::Never(_), _) => None,
        };
        if let Some(Unmet { why, help }) = unmet {
            return Err(BuildError::Protect { layer: name.to_owned(), to: protect.to, why, help });
        }
    }
    Ok(met)
}

/// A condition that the data do not meet.
struct Unmet {
    why: String,
    help: String,
}

/// Every zone is large or populous.
fn areas(context: &Context, counts: &Counts, protect: &Protect) -> Result<Option<Unmet>, BuildError> {
    let zones = context.layer(&counts.zones)?;
    let view = zones.zones()?;
    let people = counts.population.as_ref().map(|field| zones.numbers(field)).transpose()?;
    let populous = |zone: usize| {
        let people = people.as_ref().and_then(|people| people[zone]);
        people.is_some_and(|people| people >= protect.min_people as f64)
    };
    let keys = zones.keys();
    let small: Vec<&str> = (0..view.len())
        .filter(|&zone| flat_area_km2(&view, zone) < protect.min_km2 && !populous(zone))
        .map(|zone| keys[zone])
        .collect();
    let or_people = match &counts.population {
        Some(field) => format!(" and fewer than {} people (`{field}`)", protect.min_people),
        None => String::new(),
    };
    Ok(fails(&small, keys.len(), "zones").map(|which| Unmet {
        why: format!("{which} less than {} km2{or_people}: a count there is a place", protect.min_km2),
        help: match &counts.population {
            Some(_) => "count over larger zones".to_owned(),
            None => format!(
                "count over larger zones, or name in `population` the field that shows they have {} people",
                protect.min_people
            ),
        },
    }))
}

/// Every group has enough zones, and none of them stands out.
fn groups(
    context: &Context,
    name: &str,
    rollup: &Rollup,
    protect: &Protect,
) -> Result<Option<Unmet>, BuildError> {
    let zones = context.layer(&rollup.zones)?;
    let (members, _) = members(context, name, rollup)?;
    let of = members.len();
    let failing = |fails: &dyn Fn(&[usize]) -> bool| -> Vec<&str> {
        members.iter().filter(|(_, rows)| fails(rows)).map(|(group, _)| group.as_str()).collect()
    };
    let larger = || "make larger groups, take the field out, or leave the level".to_owned();
    let few = |n: usize| n < protect.min_zones;
    if let Some(which) = fails(&failing(&|rows| few(rows.len())), of, "groups") {
        let why = format!("{which} fewer than {} zones", protect.min_zones);
        return Ok(Some(Unmet { why, help: "make larger groups, or leave the level".to_owned() }));
    }
    let weights = rollup.weight.as_ref().map(|field| zones.numbers(field)).transpose()?;
    for (field, mean) in
        rollup.sum.iter().map(|field| (field, false)).chain(rollup.mean.iter().map(|field| (field, true)))
    {
        let values = zones.numbers(field)?;
        let present = |rows: &[usize]| rows.iter().filter(|&&row| values[row].is_some()).count();
        let lacking = failing(&|rows| present(rows) > 0 && few(present(rows)));
        if let Some(which) = fails(&lacking, of, "groups") {
            let why = format!("{which} fewer than {} zones with a value of `{field}`", protect.min_zones);
            return Ok(Some(Unmet { why, help: larger() }));
        }
        let weight = |row: usize| match (&weights, mean) {
            (Some(weights), true) => weights[row],
            _ => Some(1.0),
        };
        let outstanding = failing(&|rows| {
            let valued = || rows.iter().filter_map(|&row| Some((weight(row)?, values[row]?)));
            share_pct(valued().map(|(weight, value)| weight * value)) > protect.max_share_pct
                || share_pct(valued().map(|(weight, _)| weight)) > protect.max_share_pct
        });
        if let Some(which) = fails(&outstanding, of, "groups") {
            let why = format!("{which} a zone that gives more than {} % of `{field}`", protect.max_share_pct);
            return Ok(Some(Unmet { why, help: larger() }));
        }
    }
    for count in &rollup.count {
        let values = zones.numbers(&count.field)?;
        let every =
            failing(&|rows| rows.iter().all(|&row| values[row].is_some_and(|value| value >= count.at_least)));
        if let Some(which) = fails(&every, of, "groups") {
            let why = format!(
                "{which} nothing but zones that `{}` counts, which says of each that it is at least {}",
                count.name, count.at_least
            );
            return Ok(Some(Unmet { why, help: larger() }));
        }
    }
    if let Some(field) = &rollup.name {
        let names = zones.texts(field)?;
        let several = failing(&|rows| rows.iter().any(|&row| names[row] != names[rows[0]]));
        if let Some(which) = fails(&several, of, "groups") {
            let why = format!("{which} several values of `{field}`, and the name would be that of one zone");
            let help = "name in `name` a field that is the same in all zones of a group".to_owned();
            return Ok(Some(Unmet { why, help }));
        }
    }
    Ok(None)
}

/// The greatest share of one value in the sum of all, by size, %.
fn share_pct(values: impl Iterator<Item = f64>) -> f64 {
    let (greatest, sum) =
        values.fold((0.0_f64, 0.0), |(greatest, sum), value| (greatest.max(value.abs()), sum + value.abs()));
    if sum > 0.0 { 100.0 * greatest / sum } else { 0.0 }
}

/// `3 of 12 groups (01, 02, 07) have`; `None` where there is none.
fn fails(which: &[&str], of: usize, what: &str) -> Option<String> {
    if which.is_empty() {
        return None;
    }
    let mut named = which[..which.len().min(NAMED)].join(", ");
    if which.len() > NAMED {
        // Writing to a text does not fail.
        let _ = write!(named, " and {} more", which.len() - NAMED);
    }
    let have = if which.len() == 1 { "has" } else { "have" };
    Some(format!("{} of {of} {what} ({named}) {have}", which.len()))
}

#[cfg(test)]
mod tests {
    use super::{fails, share_pct};

    #[test]
    fn shares_are_by_size() {
        assert_eq!(share_pct([1.0, 3.0].into_iter()), 75.0);
        assert_eq!(share_pct([-9.0, 1.0].into_iter()), 90.0);
        assert_eq!(share_pct([0.0, 0.0].into_iter()), 0.0);
    }

    #[test]
    fn few_are_named_and_the_others_counted() {
        assert_eq!(fails(&[], 5, "groups"), None);
        assert_eq!(fails(&["01"], 5, "groups").unwrap(), "1 of 5 groups (01) has");
        let many = ["1", "2", "3", "4", "5", "6", "7"];
        assert_eq!(fails(&many, 9, "zones").unwrap(), "7 of 9 zones (1, 2, 3, 4, 5 and 2 more) have");
    }
}
