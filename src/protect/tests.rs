//! What must hold of groups and displaced sites, whatever the settlements.

use proptest::prelude::*;

use super::*;
use crate::geodesy::distance_km;

/// Settlements in clumps and alone, with their people.
fn settlements() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    let alone = (-4.0..4.0, -3.0..3.0, 0.0..50_000.0).prop_map(|place| vec![place]);
    let clump = (-4.0..4.0, -3.0..3.0, 1_usize..30).prop_flat_map(|(lon, lat, n)| {
        let beside = (-0.05..0.05, -0.05..0.05, 0.0..500.0);
        prop::collection::vec(beside, n)
            .prop_map(move |places| places.into_iter().map(|(x, y, p)| (lon + x, lat + y, p)).collect())
    });
    (prop::collection::vec(prop_oneof![3 => alone, 1 => clump], 30..150), -180.0..180.0, -80.0..80.0)
        .prop_map(|(places, lon, lat): (Vec<Vec<_>>, f64, f64)| {
            let turned = |x: f64| {
                if x > 180.0 {
                    x - 360.0
                } else if x < -180.0 {
                    x + 360.0
                } else {
                    x
                }
            };
            places.into_iter().flatten().map(|(x, y, p)| (turned(lon + x), lat + y, p)).collect()
        })
}

fn candidates(places: &[(f64, f64, f64)], order: &[usize], people: bool) -> Candidates {
    let ids: Vec<String> = order.iter().map(|i| format!("{i:05}")).collect();
    let take =
        |of: fn(&(f64, f64, f64)) -> f64| -> Vec<f64> { order.iter().map(|&i| of(&places[i])).collect() };
    let count = take(|place| place.2);
    Candidates::new(&ids, &take(|place| place.0), &take(|place| place.1), people.then_some(&count)).unwrap()
}

fn in_order(places: &[(f64, f64, f64)]) -> Vec<usize> {
    (0..places.len()).collect()
}

fn partition(groups: &Groups) -> Vec<Vec<u32>> {
    (0..groups.len()).map(|group| groups.members(group).to_vec()).collect()
}

/// In a pool of so many threads.
fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// A grid of towns a tenth of a degree apart.
fn grid(side: usize) -> Candidates {
    let places: Vec<(f64, f64, f64)> =
        (0..side * side).map(|i| ((i % side) as f64 / 10.0, (i / side) as f64 / 10.0, 0.0)).collect();
    candidates(&places, &in_order(&places), false)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_place_stands_for_k_settlements_and_groups_of_smaller_k_divide_those_of_greater(
        places in settlements(), people in any::<bool>(), min_km in prop_oneof![Just(0.0), Just(10.0), Just(40.0)],
    ) {
        let towns = candidates(&places, &in_order(&places), people);
        let mut coarser: Option<Groups> = None;
        for k in [20, 10, 5, 2] {
            let rules = GroupRules { k, min_km, min_people: 20_000.0 };
            let Ok(groups) = Groups::new(&towns, &rules) else {
                prop_assert!(coarser.is_none(), "a smaller k is easier");
                continue;
            };
            let mut seen: Vec<u32> = partition(&groups).concat();
            seen.sort_unstable();
            prop_assert_eq!(seen.len(), towns.len());
            prop_assert!(seen.iter().enumerate().all(|(i, &member)| i == member as usize));
            for town in 0..towns.len() as u32 {
                let found: Vec<u32> = groups.preimages(town).collect();
                prop_assert!(found.len() > k);
                let (x, y) = (towns.lon(), towns.lat());
                let km = |other: &&u32| {
                    let (a, b) = (town as usize, **other as usize);
                    distance_km(x[a], y[a], x[b], y[b])
                };
                prop_assert!(found.iter().filter(|other| **other != town && km(other) >= min_km).count() >= k);
                for &other in &found {
                    prop_assert_eq!(groups.group_of(other), groups.group_of(town));
                    prop_assert!(groups.preimages(other).any(|back| back == town), "both ways");
                }
            }
            for members in partition(&groups) {
                let all: f64 = members.iter().map(|&member| places[member as usize].2).sum();
                prop_assert!(!people || all >= 20_000.0);
                if let Some(coarser) = &coarser {
                    let within = coarser.group_of(members[0]);
                    prop_assert!(members.iter().all(|&member| coarser.group_of(member) == within));
                }
            }
            coarser = Some(groups);
        }
    }

    #[test]
    fn neither_the_order_of_rows_nor_threads_matter(
        (places, order) in settlements().prop_flat_map(|places| {
            let order = Just(in_order(&places)).prop_shuffle();
            (Just(places), order)
        }),
    ) {
        let rules = GroupRules { min_people: 0.0, ..GroupRules::default() };
        let towns = candidates(&places, &in_order(&places), true);
        let shuffled = candidates(&places, &order, true);
        prop_assert_eq!(towns.ids(), shuffled.ids());
        let one = with_threads(1, || Groups::new(&towns, &rules));
        let many = with_threads(3, || Groups::new(&shuffled, &rules));
        let (Ok(one), Ok(many)) = (one, many) else { return Ok(()) };
        prop_assert_eq!(partition(&one), partition(&many));
        let sites: (Vec<f64>, Vec<f64>) = places.iter().take(20).map(|place| (place.0 + 0.01, place.1)).unzip();
        let key = Key::invented(3);
        let here = with_threads(1, || displace(&key, &towns, &one, &sites.0, &sites.1)).unwrap();
        let there = with_threads(3, || displace(&key, &shuffled, &many, &sites.0, &sites.1)).unwrap();
        prop_assert_eq!(&here, &there);
        prop_assert_eq!(DisplacementKm::of(&towns, &one), DisplacementKm::of(&shuffled, &many));
        // Other sites, in another order and with others between them: each stays where it was.
        let (mut lon, mut lat) = (sites.0.clone(), sites.1.clone());
        lon.reverse();
        lat.reverse();
        lon.truncate(7);
        lat.truncate(7);
        let fewer = displace(&key, &towns, &one, &lon, &lat).unwrap();
        for (i, at) in fewer.at.iter().enumerate() {
            prop_assert_eq!(*at, here.at[here.at.len() - 1 - i]);
        }
    }

    #[test]
    fn sites_of_one_group_stand_at_one_place_whoever_looks(
        places in settlements(), seed in any::<u64>(), people in any::<bool>(),
    ) {
        let towns = candidates(&places, &in_order(&places), people);
        let Ok(groups) = Groups::new(&towns, &GroupRules::default()) else { return Ok(()) };
        let key = Key::invented(seed);
        let (lon, lat): (Vec<f64>, Vec<f64>) = places.iter().map(|place| (place.0, place.1)).unzip();
        let there = displace(&key, &towns, &groups, &lon, &lat).unwrap();
        for i in 0..lon.len() {
            let group = groups.group_of(there.own[i]);
            prop_assert_eq!(Some(there.at[i]), apparent(&key, &towns, &groups, group));
            prop_assert!(eligible(&towns, &groups, group).contains(&there.at[i]));
            prop_assert!(groups.preimages(there.at[i]).any(|from| from == there.own[i]));
        }
        // Whatever is drawn with other keys, and however often: never a place outside the group, never an exclusion.
        for own in 0..towns.len() as u32 {
            let group = groups.group_of(own);
            for other in 0..5 {
                let place = apparent(&Key::invented(other), &towns, &groups, group).unwrap();
                let left: Vec<u32> = groups.preimages(place).collect();
                prop_assert_eq!(left, groups.members(group));
            }
        }
    }
}

#[test]
fn sites_without_place_stay_without() {
    let towns = grid(10);
    let groups = Groups::new(&towns, &GroupRules::default()).unwrap();
    let there = displace(&Key::invented(1), &towns, &groups, &[f64::NAN, 0.0], &[0.0, 0.0]).unwrap();
    assert_eq!((there.own[0], there.at[0]), (NO_CANDIDATE, NO_CANDIDATE));
    assert!(there.lon[0].is_nan() && there.lat[0].is_nan() && there.lon[1].is_finite());
    assert!(displace(&Key::invented(1), &towns, &groups, &[0.0], &[]).is_err());
}

/// Golden values: a change of them would place every protected site anew.
#[test]
fn places_never_change() {
    let towns = grid(10);
    let groups = Groups::new(&towns, &GroupRules::default()).unwrap();
    let of = |key: &Key| -> Vec<u32> {
        (0..groups.len()).filter_map(|group| apparent(key, &towns, &groups, group)).collect()
    };
    let key = Key::from_bytes([1; 32]);
    let lines =
        partition(&groups).iter().map(|members| format!("{members:?}")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(format!("{lines}\nat {:?}", of(&key)));
    assert_ne!(of(&key), of(&Key::from_bytes([2; 32])));
}

/// Each of the places is as likely as the others, over keys.
#[test]
fn places_are_chosen_evenly() {
    let towns = grid(10);
    let groups = Groups::new(&towns, &GroupRules::default()).unwrap();
    let group = groups.group_of(44);
    let targets = eligible(&towns, &groups, group);
    let mut counts = vec![0_usize; towns.len()];
    let draws = 500 * targets.len();
    for seed in 0..draws as u64 {
        counts[apparent(&Key::invented(seed), &towns, &groups, group).unwrap() as usize] += 1;
    }
    assert_eq!(targets.iter().map(|&target| counts[target as usize]).sum::<usize>(), draws);
    let chi2: f64 = targets.iter().map(|&t| (counts[t as usize] as f64 - 500.0).powi(2) / 500.0).sum();
    // The chance of more is under 1 in 10,000 for up to 20 places.
    assert!(chi2 < 52.0, "{chi2}");
}

#[test]
fn too_few_settlements_are_told() {
    let told = |towns: &Candidates, rules: &GroupRules| Groups::new(towns, rules).unwrap_err().to_string();
    let default = GroupRules::default();
    assert_eq!(
        told(&grid(3), &default),
        "9 settlements cannot hide a site: \"00004\" has 8 others at 10 km or more, and 10 are needed"
    );
    let none = Candidates::new::<&str>(&[], &[], &[], None).unwrap();
    assert!(told(&none, &default).starts_with("0 settlements"));
    // Enough of them, but all in one town.
    let places: Vec<(f64, f64, f64)> = (0..50).map(|i| (f64::from(i) / 1000.0, 0.0, 100.0)).collect();
    let town = candidates(&places, &in_order(&places), true);
    assert!(told(&town, &default).contains("has 0 others at 10 km or more"));
    let near = GroupRules { min_km: 0.0, ..default };
    assert_eq!(
        told(&town, &near),
        "50 settlements with 5000 people cannot hide a site: 20000 people are needed"
    );
    assert!(Groups::new(&town, &GroupRules { min_people: 1000.0, ..near }).is_ok());
    for bad in [
        GroupRules { k: 0, ..default },
        GroupRules { min_km: -1.0, ..default },
        GroupRules { min_km: f64::NAN, ..default },
        GroupRules { min_km: 5000.0, ..default },
        GroupRules { min_people: f64::NAN, ..default },
    ] {
        assert!(matches!(Groups::new(&town, &bad), Err(ProtectError::Rule { .. })), "{bad:?}");
    }
}

#[test]
fn distances_of_displacement_count_each_settlement_the_same() {
    let towns = grid(10);
    let groups = Groups::new(&towns, &GroupRules::default()).unwrap();
    let km = DisplacementKm::of(&towns, &groups);
    let (least, median, most) = (km.quantile(0.0), km.quantile(0.5), km.quantile(1.0));
    assert!(least == 0.0 && least < median && median < most && most < 160.0, "{least} {median} {most}");
}
