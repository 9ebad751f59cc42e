//! Only what depends on a change is rebuilt, and what comes out is what a full rebuild gives.

use std::fs;

use proptest::prelude::*;

use super::ground::{self, Ground};

const ALL: [&str; 14] = [
    "incidents",
    "routes",
    "shelters",
    "table",
    "zones",
    "risk",
    "zone_incidents",
    "gi",
    "stretches",
    "zone_exposure",
    "gaps",
    "zone_coverage",
    "hotspots",
    "states",
];

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// What a build rebuilds, by name.
fn rebuilt(ground: &Ground) -> Vec<String> {
    sorted(ground.build(&[]))
}

#[test]
fn nothing_changed_publishes_nothing() {
    let ground = Ground::new();
    assert_eq!(rebuilt(&ground), sorted(ALL.map(str::to_owned).to_vec()));
    let (run, files) = (ground.current(), ground.published());
    for _ in 0..2 {
        let output = ground.run(&["build", "--json"]);
        let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(outcome["unchanged"], true);
    }
    // Neither a touched file nor one written anew with the same bytes is a change.
    fs::write(ground.path("data/table.csv"), ground::table(0)).unwrap();
    assert!(rebuilt(&ground).is_empty());
    assert_eq!((ground.current(), ground.published()), (run, files));
    assert_eq!(fs::read_dir(ground.path("published/runs")).unwrap().count(), 1);
}

#[test]
fn one_shelter_moved() {
    let ground = Ground::new();
    ground.build(&[]);
    let before = ground.published();
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let plan = ground.run(&["plan"]);
    insta::assert_snapshot!(String::from_utf8(plan.stdout).unwrap());
    assert_eq!(rebuilt(&ground), ["gaps", "hotspots", "shelters", "states", "zone_coverage"]);
    let after = ground.published();
    assert_eq!(before["stretches.geojson"], after["stretches.geojson"]);
    assert_ne!(before["gaps.geojson"], after["gaps.geojson"]);
}

#[test]
fn one_indicator_changed() {
    let ground = Ground::new();
    ground.build(&[]);
    ground.put("data/table.csv", &ground::table(40));
    let expected =
        ["gaps", "gi", "hotspots", "risk", "states", "stretches", "table", "zone_coverage", "zone_exposure"];
    assert_eq!(rebuilt(&ground), expected);
    // The recipe of the score: the table need not be read again.
    ground.edit(
        "layers/risk.toml",
        "field = \"far\"\ngoalposts = [0, 100]",
        "field = \"far\"\ngoalposts = [0, 90]",
    );
    let expected =
        ["gaps", "gi", "hotspots", "risk", "states", "stretches", "zone_coverage", "zone_exposure"];
    assert_eq!(rebuilt(&ground), expected);
}

#[test]
fn words_are_published_without_building() {
    let ground = Ground::new();
    ground.build(&[]);
    let run = ground.current();
    ground.edit("layers/gaps.toml", "Brechas", "Huecos");
    assert!(rebuilt(&ground).is_empty());
    assert_ne!(ground.current(), run);
    assert!(ground.text("published/current/LEEME.md").contains("Huecos"));
}

#[test]
fn a_change_taken_back_comes_from_the_cache() {
    let ground = Ground::new();
    ground.build(&[]);
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    ground.build(&[]);
    ground.put("data/shelters.csv", &ground::shelters(0.5));
    assert!(rebuilt(&ground).is_empty());
}

#[test]
fn asked_for() {
    let ground = Ground::new();
    ground.build(&[]);
    let first = ground.current();
    assert_eq!(sorted(ground.build(&["--force"])), sorted(ALL.map(str::to_owned).to_vec()));
    // `--only` leaves the table as it was built last, though it changed; the next build sees to it.
    ground.put("data/table.csv", &ground::table(40));
    ground.put("data/shelters.csv", &ground::shelters(1.5));
    let expected = ["gaps", "hotspots", "shelters", "states", "zone_coverage"];
    assert_eq!(sorted(ground.build(&["--only", "shelters"])), expected);
    assert!(rebuilt(&ground).contains(&"table".to_owned()));
    // Both changes came after the first run, so they are built anew though they are kept.
    let since = sorted(ground.build(&["--since", &first]));
    assert!(since.contains(&"table".to_owned()) && since.contains(&"shelters".to_owned()), "{since:?}");
    assert!(!since.contains(&"zones".to_owned()), "{since:?}");
    insta::assert_snapshot!(ground.told(&["build", "--only", "shelter"]));
    let told = ground.told(&["plan", "--since", "20200101T000000Z-0"]);
    assert!(told.starts_with("exit 1\n") && told.contains(&first), "{told}");
    let fresh = Ground::new();
    insta::assert_snapshot!(fresh.told(&["build", "--only", "shelters"]));
}

#[test]
fn a_part_is_built_without_publishing_and_helps_the_whole() {
    let ground = Ground::new();
    let part = sorted(ground.build(&["gi"]));
    assert_eq!(part, ["gi", "risk", "table", "zones"]);
    assert!(!ground.path("published").exists());
    let rest = rebuilt(&ground);
    assert!(!rest.contains(&"zones".to_owned()) && rest.contains(&"gaps".to_owned()), "{rest:?}");
}

#[test]
fn a_plan_changes_nothing() {
    let ground = Ground::new();
    let output = ground.run(&["plan", "--json"]);
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan.as_array().unwrap().len(), ALL.len());
    assert!(plan.as_array().unwrap().iter().all(|layer| layer["reasons"][0]["reason"] == "new"));
    assert!(!ground.path(".corredor").exists() && !ground.path(".corredor.lock").exists());
}

/// One edit of a workspace; whatever the order, each leaves it in order.
#[derive(Clone, Debug)]
enum Edit {
    Table(usize),
    Shelter(u8),
    Zones(usize),
    Routes(u8),
    Incidents(u8),
    Reach(u8),
    Goalpost(u8),
    Seed(u8),
    Title(u8),
    Component(bool),
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0..60_usize).prop_map(Edit::Table),
        (0..4_u8).prop_map(Edit::Shelter),
        (0..3_usize).prop_map(Edit::Zones),
        (0..3_u8).prop_map(Edit::Routes),
        (0..4_u8).prop_map(Edit::Incidents),
        (20..60_u8).prop_map(Edit::Reach),
        (50..100_u8).prop_map(Edit::Goalpost),
        any::<u8>().prop_map(Edit::Seed),
        any::<u8>().prop_map(Edit::Title),
        any::<bool>().prop_map(Edit::Component),
    ]
}

fn apply(ground: &Ground, edit: &Edit) {
    match edit {
        Edit::Table(n) => ground.put("data/table.csv", &ground::table(*n)),
        Edit::Shelter(n) => ground.put("data/shelters.csv", &ground::shelters(0.5 + f64::from(*n) / 2.0)),
        Edit::Zones(n) => ground.put("data/zones.geojson", &ground::zones(*n)),
        Edit::Routes(n) => ground.put("data/routes.geojson", &ground::routes(f64::from(*n) / 4.0)),
        Edit::Incidents(n) => {
            let rows: String = (0..*n).map(|i| format!("i{i},{}.5,1.5\n", i % 4)).collect();
            ground.put("data/incidents.csv", &format!("id,lon,lat\ni9,0.5,0.5\n{rows}"));
        }
        Edit::Reach(km) => {
            let text = format!("sites = \"shelters\"\nstretches = \"stretches\"\nreach_km = {km}\n");
            let gaps = ground.text("layers/gaps.toml");
            let (head, tail) =
                (gaps.split("[coverage]").next().unwrap(), gaps.split("output =").nth(1).unwrap());
            ground.put("layers/gaps.toml", &format!("{head}[coverage]\n{text}output ={tail}"));
        }
        Edit::Goalpost(n) => {
            let risk = ground.text("layers/risk.toml");
            let head = risk.rsplit_once("goalposts").unwrap().0;
            ground.put("layers/risk.toml", &format!("{head}goalposts = [0, {n}]\n"));
        }
        Edit::Seed(n) => {
            let main = ground.text("corredor.toml");
            let (head, tail) = main.split_once("[build]").unwrap();
            let head = head.split("seed =").next().unwrap();
            ground.put("corredor.toml", &format!("{head}seed = {n}\n[build]{tail}"));
        }
        Edit::Title(n) => {
            let gaps = ground.text("layers/gaps.toml");
            let tail = gaps.split_once('\n').unwrap().1;
            let title = format!("title = {{ es = \"Brechas {n}\", en = \"Gaps {n}\" }}");
            ground.put("layers/gaps.toml", &format!("{title}\n{tail}"));
        }
        Edit::Component(gap) => {
            let hotspots = ground.text("layers/hotspots.toml");
            let head = hotspots.rsplit_once("[[priority.component]]").unwrap().0;
            let (layer, field) =
                if *gap { ("zone_coverage", "gap_km") } else { ("zone_exposure", "expo_km") };
            let component = format!("[[priority.component]]\nlayer = \"{layer}\"\nfield = \"{field}\"\n");
            ground.put("layers/hotspots.toml", &format!("{head}{component}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, max_shrink_iters: 20, ..ProptestConfig::default() })]

    /// After each step of any sequence of edits, the published bytes are those of a workspace without a cache that
    /// went through the same edits.
    #[test]
    fn incremental_is_full(sequence in prop::collection::vec(prop::collection::vec(edits(), 1..4), 1..3)) {
        let (kept, anew) = (Ground::new(), Ground::new());
        let build = |ground: &Ground, night: usize| ground.publish_at(1_790_000_000 + night as i64 * 86_400);
        build(&kept, 0);
        build(&anew, 0);
        for (night, edits) in sequence.iter().enumerate() {
            for edit in edits {
                apply(&kept, edit);
                apply(&anew, edit);
            }
            // What a run was made from is known nowhere else; without it, the same would be published again.
            let _ = fs::remove_dir_all(anew.path(".corredor/cache-1"));
            let _ = fs::remove_file(anew.path(".corredor/last.json"));
            build(&kept, night + 1);
            build(&anew, night + 1);
            prop_assert_eq!(kept.current(), anew.current());
            let (kept, anew) = (kept.published(), anew.published());
            prop_assert_eq!(kept.keys().collect::<Vec<_>>(), anew.keys().collect::<Vec<_>>());
            for (name, bytes) in &kept {
                prop_assert!(bytes == &anew[name], "{} differs", name);
            }
        }
    }
}
