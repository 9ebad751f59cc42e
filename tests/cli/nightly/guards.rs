//! Sources that shrank, were cut off or are still being written: nothing of them is published, unless somebody accepts it
//! for one run; and what is to be tested on nights on which nothing changed.

use std::fs::OpenOptions;
use std::io::Write;

use corredor::build::{BuildError, BuildOptions, LayerReport, Note, Observer, build};
use corredor::workspace::Workspace;

use super::ground::{self, Ground};

const FIRST: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

/// The first rows of a table, its header not counted.
fn rows(text: &str, count: usize) -> String {
    text.lines().take(count + 1).map(|line| format!("{line}\n")).collect()
}

/// What the next build says, which must publish nothing.
fn refused(ground: &Ground, current: &str) -> String {
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 1"), "{told}");
    assert_eq!(ground.current(), current);
    told
}

#[test]
fn half_a_table_is_not_published() {
    let ground = Ground::new();
    ground.build(&[]);
    let (current, whole) = (ground.current(), ground::table(40));
    ground.put("data/table.csv", &rows(&whole, 9));
    let told = refused(&ground, &current);
    assert!(told.contains("`table`, fewer_rows: 16 features became 9 (-43.8 %), at most 20 %"), "{told}");
    assert!(told.contains("corredor build --accept table.fewer_rows --reason"), "{told}");
    // It is read no more by the next build, and as wrong.
    let told = refused(&ground, &current);
    assert!(told.contains("fewer_rows: 16 features became 9"), "{told}");
    // Back to good data, and the other way in steps that are each allowed.
    ground.put("data/table.csv", &whole);
    ground.build(&[]);
    assert_ne!(ground.current(), current);
    for count in [14, 12, 10] {
        ground.put("data/table.csv", &rows(&whole, count));
        ground.build(&[]);
    }
    ground.put("data/table.csv", &whole);
    ground.build(&[]);
}

#[test]
fn the_guard_looks_at_what_is_published() {
    let ground = Ground::new();
    ground.build(&[]);
    let first = ground.current();
    ground.put("data/table.csv", &rows(&ground::table(40), 14));
    ground.build(&[]);
    // 11 of 14 are too few, and 14 of 16 were not; after going back it is 16 that count.
    ground.put("data/table.csv", &rows(&ground::table(40), 11));
    refused(&ground, &ground.current());
    assert!(ground.told(&["rollback", &first]).starts_with("exit 0"));
    ground.put("data/table.csv", &rows(&ground::table(7), 12));
    refused(&ground, &first);
    ground.put("data/table.csv", &rows(&ground::table(7), 13));
    ground.build(&[]);
}

#[test]
fn a_table_that_was_cut_off_in_a_line_is_not_published() {
    let ground = Ground::new();
    // On the first night, too.
    let whole = ground::table(0);
    let cut = whole.len() - "5,102\n".len();
    ground.put("data/table.csv", &whole[..cut]);
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 1") && !ground.path("published/current").exists(), "{told}");
    assert!(told.contains("`table`, cut_line: table.csv was cut off"), "{told}");
    ground.put("data/table.csv", &whole);
    ground.build(&[]);
    // In the last cell, which what was there before tells.
    let current = ground.current();
    ground.put("data/table.csv", &whole[..whole.len() - 2]);
    let told = refused(&ground, &current);
    assert!(told.contains("its last line has no end, and had one in the run that is published"), "{told}");
    let text = ground.text("layers/table.toml");
    ground.put("layers/table.toml", &format!("{text}[read.guard]\ncut_line = false\n"));
    ground.build(&[]);
}

#[test]
fn fields_that_went_or_were_emptied_are_told() {
    let ground = Ground::new();
    ground.put("data/incidents.csv", "id,lon,lat,kind\n1,0.5,0.5,a\n2,1.5,0.5,b\n3,1.6,0.6,c\n");
    ground.build(&[]);
    let current = ground.current();
    ground.put("data/incidents.csv", "id,lon,lat\n1,0.5,0.5\n2,1.5,0.5\n3,1.6,0.6\n");
    let told = refused(&ground, &current);
    assert!(told.contains("fewer_values: values of `kind` 3 became 0: the field is gone"), "{told}");
    ground.put("data/incidents.csv", "id,lon,lat,kind\n1,0.5,0.5,a\n2,1.5,0.5,\n3,1.6,0.6,\n");
    assert!(refused(&ground, &current).contains("values of `kind` 3 became 1; at most 20 % fewer"));
    // Another way of reading is no other source.
    ground.put("data/incidents.csv", "id,lon,lat,kind\n1,0.5,0.5,a\n2,1.5,0.5,b\n3,1.6,0.6,c\n");
    ground.edit("layers/incidents.toml", "key = \"id\"\n", "key = \"id\"\nfields = [\"id\"]\n");
    ground.build(&[]);
}

#[test]
fn what_is_wrong_with_a_source_is_told_before_the_step_that_fails_for_it() {
    let ground = Ground::new();
    ground.build(&[]);
    let current = ground.current();
    ground.put("data/table.csv", "code,poor,far\nxx,1,1\n");
    let told = refused(&ground, &current);
    assert!(told.contains("`table`, fewer_rows: 16 features became 1"), "{told}");
}

#[test]
fn limits_are_those_of_the_layer_file() {
    let ground = Ground::new();
    let text = ground.text("layers/table.toml");
    ground.put("layers/table.toml", &format!("{text}[read.guard]\nfewer_pct = 60\nmore_pct = 10\n"));
    ground.put("data/table.csv", &rows(&ground::table(0), 14));
    ground.build(&[]);
    ground.put("data/table.csv", &rows(&ground::table(1), 8));
    ground.build(&[]);
    ground.put("data/table.csv", &rows(&ground::table(1), 9));
    assert!(refused(&ground, &ground.current()).contains("more_rows: 8 features became 9 (+12.5 %)"));
}

#[test]
fn a_check_is_accepted_for_one_run_with_a_reason() {
    let ground = Ground::new();
    ground.build(&[]);
    let current = ground.current();
    let half = rows(&ground::table(40), 9);
    ground.put("data/table.csv", &half);
    let told = ground.told(&["build", "--accept", "fewer_rosw", "--reason", "x"]);
    assert!(
        told.contains("there is no check `fewer_rosw`") && told.contains("did you mean `fewer_rows`?"),
        "{told}"
    );
    let told = ground.told(&["build", "--accept", "zzz", "--reason", "x"]);
    assert!(told.contains("fewer_rows, more_rows, fewer_values, cut_line, unique, not_null"), "{told}");
    assert!(
        ground.told(&["build", "--accept", "tabel.rows", "--reason", "x"]).contains("did you mean `table`?")
    );
    assert!(ground.told(&["build", "--accept", "fewer_rows"]).contains("--reason"), "a reason is asked for");
    assert!(ground.told(&["build", "--accept", "fewer_rows", "--reason", " "]).contains("say why"));
    // Of another layer it does not count.
    let told = ground.told(&["build", "--accept", "zones.fewer_rows", "--reason", "x"]);
    assert!(told.starts_with("exit 1"), "{told}");
    let told = ground.told(&["build", "--accept", "fewer_rows", "--reason", "two states are left out"]);
    assert!(told.starts_with("exit 0") && told.contains("accepted: two states are left out"), "{told}");
    assert_ne!(ground.current(), current);
    let metadata: serde_json::Value =
        serde_json::from_str(&ground.text("published/current/metadata.json")).unwrap();
    let accepted = &metadata["accepted"][0];
    assert_eq!((&accepted["layer"], &accepted["check"]), (&"table".into(), &"fewer_rows".into()));
    assert_eq!(accepted["reason"], "two states are left out");
    assert!(accepted["message"].as_str().unwrap().contains("16 features became 9"));
    assert!(ground.text(".corredor/status.json").contains("two states are left out"));
    let status = String::from_utf8(ground.run(&["status"]).stdout).unwrap();
    assert!(status.contains("Accepted: `table`, fewer_rows: 16 features became 9"), "{status}");
    // It is the run that is published now; the next one needs no acceptance, and neither does the way back.
    ground.put("data/table.csv", &half.replace("\n00,0,0\n", "\n00,1,0\n"));
    ground.build(&[]);
    let metadata = ground.text("published/current/metadata.json");
    assert!(!metadata.contains("\"accepted\""));
    ground.put("data/table.csv", &ground::table(0));
    let told = ground.told(&["build", "--accept", "fewer_rows", "--reason", "none"]);
    assert!(told.contains("`fewer_rows` needed no acceptance: it did not fail"), "{told}");
}

#[test]
fn figures_of_what_is_above_the_level_stay() {
    let ground = Ground::new();
    ground.edit("layers/incidents.toml", "level = \"public\"", "level = \"restricted\"");
    ground.edit("layers/incidents.toml", ground::LAX, "");
    ground.edit("layers/hotspots.toml", "{ layer = \"zone_incidents\", fields = [\"incidents\"] },\n", "");
    ground.edit("layers/states.toml", ", \"incidents\"]", "]");
    ground.build(&[]);
    ground.put("data/incidents.csv", "id,lon,lat\ni1,0.5,0.5\n");
    ground.put("data/shelters.csv", &ground::shelters(1.0));
    ground.build(&["--accept", "fewer_rows", "--reason", "cleaned"]);
    let metadata: serde_json::Value =
        serde_json::from_str(&ground.text("published/current/metadata.json")).unwrap();
    let expected = serde_json::json!([{"layer": "incidents", "check": "fewer_rows", "reason": "cleaned"}]);
    assert_eq!(metadata["accepted"], expected);
    assert!(!ground.text(".corredor/status.json").contains("3 features became 1"));
}

/// Does something when a layer begins.
struct When<F: FnMut()>(&'static str, F);

impl<F: FnMut()> Observer for When<F> {
    fn begin(&mut self, layer: &str, _: &str, _: usize, _: usize) {
        if layer == self.0 {
            (self.1)();
        }
    }
    fn done(&mut self, _: &LayerReport) {}
    fn note(&mut self, _: &Note) {}
    fn publishing(&mut self, _: usize) {}
}

#[test]
fn a_file_that_is_still_being_written_is_not_published() {
    let ground = Ground::new();
    ground.build(&[]);
    let current = ground.current();
    let workspace = Workspace::open(ground.root()).unwrap();
    let whole = ground::table(40);
    // Somebody is half-way, and goes on while layers that follow are built.
    ground.put("data/table.csv", &rows(&whole, 14));
    let rest = whole[rows(&whole, 14).len()..].to_owned();
    let path = ground.path("data/table.csv");
    let go_on = || OpenOptions::new().append(true).open(&path).unwrap().write_all(rest.as_bytes()).unwrap();
    let error = build(&workspace, &BuildOptions::default(), &mut When("hotspots", go_on)).unwrap_err();
    assert!(matches!(&error, BuildError::Moving { layer, .. } if layer == "table"), "{error}");
    assert!(error.to_string().contains("still being written"), "{error}");
    assert_eq!(ground.current(), current);
    // What was half is in no cache under the name of the whole.
    ground.build(&[]);
    let fresh = Ground::new();
    fresh.put("data/table.csv", &whole);
    fresh.build(&[]);
    assert!(ground.published()["hotspots.geojson"] == fresh.published()["hotspots.geojson"]);
    // Another file in its place is none: what was read was whole.
    let other = ground.path("data/other.csv");
    std::fs::write(&other, ground::table(60)).unwrap();
    ground.put("data/table.csv", &ground::table(50));
    let replace = || std::fs::rename(&other, &path).unwrap();
    let outcome = build(&workspace, &BuildOptions::default(), &mut When("hotspots", replace)).unwrap();
    assert!(outcome.run.is_some());
}

#[test]
fn a_file_that_changed_a_moment_ago_is_waited_for() {
    let ground = Ground::new();
    let workspace = Workspace::open(ground.root()).unwrap();
    let settle = std::time::Duration::from_secs(2);
    let began = std::time::Instant::now();
    ground.put("data/table.csv", &ground::table(1));
    let options = BuildOptions { settle, ..BuildOptions::default() };
    build(&workspace, &options, &mut corredor::build::Silent).unwrap();
    assert!(began.elapsed() >= settle, "{:?}", began.elapsed());
}

#[test]
fn dates_grow_old_while_nothing_changes() {
    let ground = Ground::new();
    let day = "2026-09-21";
    ground.put("data/incidents.csv", &format!("id,lon,lat,day\n1,0.5,0.5,{day}\n2,1.5,0.5,{day}\n"));
    let text = ground.text("layers/incidents.toml");
    ground.put(
        "layers/incidents.toml",
        &format!("{text}[check]\nfreshness = {{ field = \"day\", max_days = 5 }}\n"),
    );
    let night = |night: i64| ground.try_publish_at(FIRST + night * DAY);
    assert!(night(0).unwrap().run.is_some());
    assert!(night(3).unwrap().unchanged);
    let error = night(9).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("`incidents`, freshness: the newest `day` is 2026-09-21"), "{told}");
    assert!(error.help().unwrap().contains("--accept incidents.freshness"));
    // The clock of this machine is later still.
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 1") && told.contains("freshness"), "{told}");
    let told =
        ground.told(&["build", "--accept", "freshness", "--reason", "the register rests until spring"]);
    assert!(told.starts_with("exit 0") && told.contains("rests until spring"), "{told}");
    assert!(ground.text(".corredor/status.json").contains("rests until spring"));
    assert!(ground.told(&["build", "--quiet"]).starts_with("exit 1"), "for one run");
}

#[test]
fn strict_counts_what_nobody_has_acknowledged() {
    let ground = Ground::new();
    // Of sixteen zones, local statistics say little; and one incident lies outside of all zones.
    ground.put("data/incidents.csv", "id,lon,lat\n1,0.5,0.5\n2,1.5,0.5\n3,70.5,0.5\n");
    let told = ground.told(&["build", "--strict"]);
    assert!(told.starts_with("exit 3") && told.contains("2 new warnings,"), "{told}");
    assert!(told.contains("[[acknowledge]]"), "{told}");
    let acknowledge = |text: &str, layer: &str| {
        format!(
            "[[acknowledge]]\ntext = \"{text}\"\nlayer = \"{layer}\"\nreason = \"one at sea\"\ndate = \"2026-11-30\"\n"
        )
    };
    let main = ground.text("corredor.toml") + &acknowledge("unreliable below 30", "gi");
    ground.put("corredor.toml", &main);
    let told = ground.told(&["build", "--strict"]);
    assert!(told.starts_with("exit 3") && told.contains("1 new warning,"), "{told}");
    assert!(told.contains("new: `zone_incidents`: 1 of 3 points"), "{told}");
    ground.put("corredor.toml", &(main.clone() + &acknowledge("outside every zone", "zone_incidents")));
    let told = ground.told(&["build", "--strict"]);
    assert!(told.starts_with("exit 0"), "{told}");
    // Words alone are no reason to publish.
    let run = ground.current();
    ground.put("corredor.toml", &(main.clone() + &acknowledge("outside", "zone_incidents")));
    ground.build(&["--strict"]);
    // A new warning counts; an old one that is gone is told.
    ground.put("data/incidents.csv", "id,lon,lat\n1,0.5,0.5\n2,1.5,0.5\n3,1.6,0.6\n");
    let told = ground.told(&["build", "--strict"]);
    assert!(told.starts_with("exit 0") && told.contains("is not there any more"), "{told}");
    assert_ne!(ground.current(), run);
    let wrong = "[[acknowledge]]\ntext = \" \"\nlayer = \"zonse\"\nreason = \"x\"\ndate = \"yesterday\"\n";
    ground.put("corredor.toml", &(main + wrong));
    insta::assert_snapshot!(ground.told(&["check"]));
}
