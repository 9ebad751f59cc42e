//! Every error of building and publishing that a user can meet, as the real binary tells it.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::fs::{self, File};
use std::path::Path;

use tempfile::TempDir;

const MAIN: &str =
    "[workspace]\nname = \"t\"\ntitle = { es = \"t\", en = \"t\" }\ncountry = { es = \"t\", en = \"t\" }\n";
const ZONES: &str =
    "level = \"public\"\n[read]\npath = \"zones.geojson\"\ngeometry = \"polygon\"\nkey = \"code\"\n";
const TABLE: &str = "level = \"public\"\n[read]\npath = \"table.csv\"\ngeometry = \"none\"\nkey = \"code\"\n";
const ROUTES: &str =
    "level = \"public\"\n[read]\npath = \"routes.geojson\"\ngeometry = \"line\"\nkey = \"id\"\n";
const SITES: &str = "level = \"public\"\n[read]\npath = \"sites.csv\"\ngeometry = \"point\"\nkey = \"id\"\n\
                     lon = \"lon\"\nlat = \"lat\"\n";
const TITLE: &str = "title = { es = \"t\", en = \"t\" }\npublish = true\n";

/// Three zones in a row, a table of them, a route through them and a site.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        ground.put("corredor.toml", MAIN);
        ground.put("layers/zones.toml", ZONES);
        ground.put("layers/table.toml", TABLE);
        ground.put("layers/routes.toml", ROUTES);
        ground.put("layers/sites.toml", SITES);
        ground.put("data/table.csv", "code,poor,water,note\n01,10,5,a\n02,20,5,b\n03,0,5,n/d\n");
        ground.put("data/sites.csv", "id,lon,lat,beds\nS1,0.5,0.5,many\n");
        let zone = |x: usize| {
            format!(
                r#"{{"type":"Feature","properties":{{"code":"0{}","people":{},"population_total":5}},"geometry":{{"type":"Polygon","coordinates":[[[{x},0],[{1},0],[{1},1],[{x},1],[{x},0]]]}}}}"#,
                x + 1,
                x + 1,
            )
        };
        ground.put("data/zones.geojson", &collection(&[zone(0), zone(1), zone(2)]));
        let route = r#"{"type":"Feature","properties":{"id":"R1","flow":"thousands"},"geometry":{"type":"LineString","coordinates":[[0.1,0.5],[2.9,0.5]]}}"#;
        ground.put("data/routes.geojson", &collection(&[route.to_owned()]));
        ground
    }

    /// The ground with one more layer.
    fn with(layer: &str, text: &str) -> Self {
        let ground = Self::new();
        ground.put(&format!("layers/{layer}.toml"), text);
        ground
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// People become shares of one, which a risk must be.
    fn make_shares(&self) {
        let zones = self.text("data/zones.geojson").replace("\"people\":", "\"people\":0.");
        self.put("data/zones.geojson", &zones);
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.0.path().join(path)
    }

    /// What a build says when only errors are wanted.
    fn build(&self) -> String {
        fixtures::told(self.0.path(), &["build", "--quiet"])
    }
}

/// What was told but for the lines of progress, which carry times.
fn without_times(told: &str) -> String {
    told.lines().filter(|line| !line.ends_with(" s")).collect::<Vec<_>>().join("\n")
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// A score over the table, of which each indicator is a TOML table's inside.
fn score(settings: &str, indicators: &[&str]) -> String {
    let head =
        format!("[score]\nzones = \"zones\"\ntable = \"table\"\nrecipe = \"r\"\nversion = \"1\"\n{settings}");
    indicators.iter().fold(head, |text, indicator| format!("{text}[[score.indicator]]\n{indicator}\n"))
}

/// What the build of a score says.
fn scored(settings: &str, indicators: &[&str]) -> String {
    Ground::with("risk", &score(settings, indicators)).build()
}

const POOR: &str = "field = \"poor\"\ngoalposts = [0, 100]";

#[test]
fn the_ground_is_sound() {
    let ground = Ground::with("risk", &format!("{TITLE}{}", score("", &[POOR])));
    assert_eq!(ground.build(), "exit 0\n");
}

#[test]
fn logarithm_of_zero() {
    insta::assert_snapshot!(scored("", &["field = \"poor\"\ngoalposts = [1, 100]\nlog = true"]));
}

#[test]
fn logarithm_of_a_goalpost() {
    insta::assert_snapshot!(scored("", &["field = \"water\"\ngoalposts = [0, 100]\nlog = true"]));
}

#[test]
fn observed_goalposts_of_equal_values() {
    insta::assert_snapshot!(scored("", &["field = \"water\"\ngoalposts = \"observed\""]));
}

#[test]
fn observed_goalposts_without_values() {
    let ground = Ground::with("risk", &score("", &["field = \"poor\"\ngoalposts = \"observed\""]));
    ground.put("data/table.csv", "code,poor\n01,\n02,\n03,\n");
    insta::assert_snapshot!(ground.build());
}

#[test]
fn keys_of_which_none_matches() {
    let ground = Ground::with("risk", &score("", &[POOR]));
    ground.put("data/table.csv", "code,poor\n91,1\n92,2\n");
    let told = ground.build();
    assert!(told.contains("no key of `table` (`91`, ...) is one of `zones` (`01`, ...)"), "{told}");
    assert!(told.contains("name as `key` of `table` the field that holds the codes"), "{told}");
}

#[test]
fn endless_goalposts() {
    insta::assert_snapshot!(scored("", &["field = \"poor\"\ngoalposts = [0, inf]"]));
}

#[test]
fn one_weight_of_zero() {
    insta::assert_snapshot!(scored("", &[POOR, "field = \"water\"\nweight = 0\ngoalposts = [0, 9]"]));
}

#[test]
fn every_weight_of_zero() {
    insta::assert_snapshot!(scored("", &["field = \"poor\"\nweight = 0\ngoalposts = [0, 9]"]));
}

#[test]
fn an_indicator_that_is_text() {
    insta::assert_snapshot!(scored("", &["field = \"note\"\ngoalposts = [0, 1]"]));
}

#[test]
fn an_indicator_that_is_not_there() {
    insta::assert_snapshot!(scored("", &["field = \"pooor\"\ngoalposts = [0, 1]"]));
    insta::assert_snapshot!(scored("", &["field = \"homicides\"\ngoalposts = [0, 1]"]));
}

#[test]
fn a_flow_that_is_text() {
    let text = "[exposure]\nroutes = \"routes\"\nzones = \"zones\"\nrisk = \"people\"\nflow = \"flow\"\n";
    let ground = Ground::with("stretches", text);
    ground.make_shares();
    insta::assert_snapshot!(ground.build());
}

#[test]
fn a_weight_of_points_that_is_text() {
    let text = "[counts]\npoints = \"sites\"\nzones = \"zones\"\nweight = \"beds\"\n";
    insta::assert_snapshot!(Ground::with("counted", text).build());
}

#[test]
fn a_reach_too_far() {
    let ground = Ground::with(
        "covered",
        "[coverage]\nsites = \"sites\"\nstretches = \"stretches\"\nreach_km = 30000\n",
    );
    ground.put(
        "layers/stretches.toml",
        "[exposure]\nroutes = \"routes\"\nzones = \"zones\"\nrisk = \"people\"\n",
    );
    ground.make_shares();
    insta::assert_snapshot!(ground.build());
}

#[test]
fn hotspots_of_nothing() {
    let ground = Ground::with("gi", "[hotspot]\nzones = \"zones\"\nfield = \"people\"\n");
    let text = fs::read_to_string(ground.path("data/zones.geojson")).unwrap();
    let none = ["1", "2", "3"]
        .iter()
        .fold(text, |text, n| text.replace(&format!("\"people\":{n}"), "\"people\":null"));
    ground.put("data/zones.geojson", &none);
    insta::assert_snapshot!(without_times(&fixtures::told(ground.0.path(), &["build", "gi"])));
}

#[test]
fn more_permutations_than_can_be_counted() {
    let text = "[hotspot]\nzones = \"zones\"\nfield = \"people\"\npermutations = 9000000000000\n";
    insta::assert_snapshot!(Ground::with("gi", text).build());
}

#[test]
fn a_layer_that_is_not_there() {
    let ground = Ground::with("risk", &score("", &[POOR]));
    insta::assert_snapshot!(fixtures::told(ground.0.path(), &["build", "rsik"]));
    insta::assert_snapshot!(fixtures::told(ground.0.path(), &["build", "priority"]));
}

#[test]
fn another_build_at_work() {
    let ground = Ground::new();
    let lock = File::create(ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    insta::assert_snapshot!(ground.build());
    drop(lock);
    assert!(ground.build().starts_with("exit 0"), "the lock goes with its holder");
}

#[test]
fn a_lock_that_is_a_folder() {
    let ground = Ground::new();
    fs::create_dir(ground.path(".corredor.lock")).unwrap();
    insta::assert_snapshot!(ground.build());
}

#[test]
fn warnings_under_strict() {
    let ground = Ground::with("risk", &format!("{TITLE}{}", score("", &[POOR])));
    ground.put("data/table.csv", "code,poor\n01,10\n02,20\n");
    let told = fixtures::told(ground.0.path(), &["build", "--strict"]);
    insta::assert_snapshot!(without_times(&told));
    assert!(!ground.path("published").exists(), "nothing is published");
}

/// A workspace that publishes its score.
fn publishing() -> Ground {
    Ground::with("risk", &format!("{TITLE}{}", score("", &[POOR])))
}

#[test]
fn a_level_above_what_may_be_published() {
    let ground = publishing();
    ground.put("layers/zones.toml", &ZONES.replace("public", "confidential"));
    insta::assert_snapshot!(ground.build());
}

#[test]
fn a_field_name_that_would_be_cut() {
    let ground = Ground::with("zones", &format!("{TITLE}{ZONES}"));
    insta::assert_snapshot!(ground.build());
    let renamed = format!("{TITLE}{ZONES}rename = {{ population_total = \"Población\" }}\n");
    insta::assert_snapshot!(Ground::with("zones", &renamed).build());
    let kept = format!("{TITLE}{ZONES}rename = {{ population_total = \"pop\" }}\n");
    assert_eq!(Ground::with("zones", &kept).build(), "exit 0\n", "the advice works");
}

#[test]
fn current_that_is_a_folder() {
    let ground = publishing();
    fs::create_dir_all(ground.path("published/current")).unwrap();
    insta::assert_snapshot!(ground.build());
}

#[test]
fn published_that_is_a_file() {
    let ground = publishing();
    ground.put("published", "");
    insta::assert_snapshot!(ground.build());
}

#[test]
fn a_failed_build_leaves_what_was_published() {
    let ground = publishing();
    assert_eq!(ground.build(), "exit 0\n");
    let before = fs::read_link(ground.path("published/current")).unwrap();
    ground.put("data/table.csv", "code,poor\n01,ten\n");
    assert!(ground.build().starts_with("exit 1"));
    assert_eq!(fs::read_link(ground.path("published/current")).unwrap(), before);
    assert_eq!(fs::read_dir(ground.path("published/runs")).unwrap().count(), 1);
}

const REASON: &str = "[protect]\nto = \"public\"\nreason = { es = \"t\", en = \"t\" }\n";

/// Two states of so many zones with sides of so many degrees, and incidents, which are held back: so many in each
/// zone, the first state's first.
fn held_back(each: usize, side: f64, incidents: &[usize]) -> Ground {
    let ground = Ground::new();
    let place = |n: usize| ((n % each) as f64 * side, (n / each) as f64 * side);
    let zone = |n: usize| {
        let ((x, y), state) = (place(n), n / each + 1);
        let (right, top) = (x + side, y + side);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"0{state}{:03}","label":"z{n}","people":{}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{right},{y}],[{right},{top}],[{x},{top}],[{x},{y}]]]}}}}"#,
            n % each,
            1000 * (n + 1),
        )
    };
    ground.put("data/zones.geojson", &collection(&(0..2 * each).map(zone).collect::<Vec<_>>()));
    let mut rows = "id,lon,lat\n".to_owned();
    for (n, &count) in incidents.iter().enumerate() {
        let (x, y) = place(n);
        for incident in 0..count {
            rows.push_str(&format!("I{n}-{incident},{},{}\n", x + side / 2.0, y + side / 2.0));
        }
    }
    ground.put("data/incidents.csv", &rows);
    let read = "[read]\npath = \"incidents.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n";
    ground.put("layers/incidents.toml", read);
    ground.put("layers/counts.toml", "[counts]\npoints = \"incidents\"\nzones = \"zones\"\n");
    ground
}

/// What a build with these states says, in one line.
fn states(ground: &Ground, settings: &str) -> String {
    let text = format!("{TITLE}[rollup]\nzones = \"counts\"\n{settings}{REASON}");
    ground.put("layers/states.toml", &text);
    ground.build().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn groups_of_few_zones_are_not_lowered() {
    let single = "by = { prefix = 5 }\nsum = [\"incidents\"]\n";
    let ground = held_back(12, 0.1, &[3; 24]);
    let told = states(&ground, single);
    assert!(
        told.contains("24 of 24 groups (01000, 01001, 01002, 01003, 01004 and 19 more) have fewer"),
        "{told}"
    );
    assert!(!ground.path("published").exists());
    let told = states(&ground, "by = { prefix = 2 }\nsum = [\"incidents\"]\n");
    assert_eq!(told, "exit 0");
    let text = fs::read_to_string(ground.path("published/current/states.csv")).unwrap();
    assert!(text.lines().nth(1).unwrap().ends_with("12,36"), "{text}");
    // What was kept of a layer is not used where it would not be lowered today.
    ground.put(
        "layers/incidents.toml",
        &format!("level = \"public\"\n{}", ground.text("layers/incidents.toml")),
    );
    assert!(states(&ground, single).starts_with("exit 0"), "nothing is lowered");
    let read = ground.text("layers/incidents.toml").replace("public", "restricted");
    ground.put("layers/incidents.toml", &read);
    assert!(states(&ground, single).contains("fewer than 10 zones"));
}

#[test]
fn a_zone_that_stands_out_is_not_lowered() {
    let by = "by = { prefix = 2 }\n";
    let mut incidents = [0; 24];
    incidents[3] = 9;
    incidents[4] = 1;
    let ground = held_back(12, 0.1, &incidents);
    let told = states(&ground, &format!("{by}sum = [\"incidents\"]\n"));
    assert!(
        told.contains("1 of 2 groups (01) has a zone that gives more than 80 % of `incidents`"),
        "{told}"
    );
    let told = states(&ground, &format!("{by}mean = [\"incidents\"]\n"));
    assert!(told.contains("gives more than 80 % of `incidents`"), "{told}");
    incidents[4] = 4;
    let ground = held_back(12, 0.1, &incidents);
    assert_eq!(states(&ground, &format!("{by}sum = [\"incidents\"]\n")), "exit 0");
    let every = "count = [{ name = \"some\", field = \"incidents\", at_least = 0 }]\n";
    let told = states(&ground, &format!("{by}{every}"));
    assert!(told.contains("nothing but zones that `some` counts"), "{told}");
}

#[test]
fn small_zones_without_people_are_not_counted_in_the_open() {
    let counts =
        |more: &str| format!("{TITLE}[counts]\npoints = \"incidents\"\nzones = \"zones\"\n{more}{REASON}");
    let told = |side: f64, more: &str| {
        let ground = held_back(12, side, &[1; 24]);
        ground.put("layers/counts.toml", &counts(more));
        ground.build().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let kilometre = told(0.009, "");
    assert!(kilometre.contains("24 of 24 zones (01000, 01001,"), "{kilometre}");
    assert!(kilometre.contains("have less than 2 km2: a count there is a place"), "{kilometre}");
    let people = told(0.009, "population = \"people\"\n");
    assert!(
        people
            .contains("4 of 24 zones (01000, 01001, 01002, 01003) have less than 2 km2 and fewer than 5000")
    );
    assert_eq!(told(0.02, ""), "exit 0");
}

/// What a build of one more published layer says, all of it in one line, and the rows of its table.
fn made(ground: &Ground, text: &str) -> (String, Vec<String>) {
    ground.put("layers/made.toml", &format!("{TITLE}{text}"));
    let told = fixtures::told(ground.0.path(), &["build"]);
    let table = fs::read_to_string(ground.path("published/current/made.csv")).unwrap_or_default();
    let rows = table.lines().skip(1).map(str::to_owned).collect();
    (told.split_whitespace().collect::<Vec<_>>().join(" "), rows)
}

#[test]
fn totals_of_nothing_known_are_null_and_of_some_say_so() {
    let ground = Ground::new();
    let zones = ground.text("data/zones.geojson").replace("population_total", "pov");
    let lacking =
        zones.replace("\"people\":2,", "\"people\":null,").replace("\"people\":3,", "\"people\":null,");
    ground.put("data/zones.geojson", &lacking);
    let rollup = "[rollup]\nzones = \"zones\"\nby = { prefix = 2 }\nsum = [\"people\"]\nmean = [\"pov\"]\n\
                  weight = \"people\"\ncount = [{ name = \"some\", field = \"people\", at_least = 0 }]\n";
    let (told, rows) = made(&ground, rollup);
    assert_eq!(rows, ["01,1,1,5.0,1", "02,1,,,", "03,1,,,"], "{told}");
    assert!(
        told.contains("`people` lacks in 2 of 3 (02, 03); results of the others only: 0, null: 2"),
        "{told}"
    );
    let (told, rows) = made(&ground, &rollup.replace("prefix = 2", "prefix = 0"));
    assert_eq!(rows, ["all,3,1,5.0,1"], "{told}");
    assert!(told.contains("results of the others only: 1, null: 0"), "{told}");
}

#[test]
fn points_without_a_weight_add_nothing_and_are_told() {
    let ground = Ground::new();
    ground.put("data/sites.csv", "id,lon,lat,beds\nS1,0.5,0.5,\nS2,0.6,0.5,4\nS3,1.5,0.5,\n");
    let counts = "[counts]\npoints = \"sites\"\nzones = \"zones\"\nweight = \"beds\"\n";
    let (told, rows) = made(&ground, counts);
    assert_eq!(rows, ["01,2,4.0", "02,1,", "03,0,0.0"], "{told}");
    assert!(
        told.contains("`beds` lacks in 2 of 3 (S1, S3); results of the others only: 1, null: 1"),
        "{told}"
    );
    ground.put("data/sites.csv", "id,lon,lat,beds\nS1,0.5,0.5,-4\nS2,0.6,0.5,4\nS3,1.5,0.5,\n");
    let (told, _) = made(&ground, counts);
    assert!(
        told.contains("layer `sites`, feature `S1`: field `beds` is -4, which must be 0 or more"),
        "{told}"
    );
}

#[test]
fn a_prefix_of_keys_of_unequal_length() {
    let ground = Ground::new();
    let zones = ground.text("data/zones.geojson").replace("\"code\":\"03\"", "\"code\":\"0301\"");
    ground.put("data/zones.geojson", &zones);
    let (told, _) = made(&ground, "[rollup]\nzones = \"zones\"\nby = { prefix = 2 }\nsum = [\"people\"]\n");
    let wanted =
        "keys `code` of unequal length (`01` and `0301`; 2 of 3 are short) have no common prefix of 2";
    assert!(told.starts_with("exit 1") && told.contains(wanted), "{told}");
}

#[test]
fn a_priority_leaves_out_what_is_missing() {
    let ground = Ground::with("risk", &score("", &[POOR]));
    ground.put("data/table.csv", "code,poor,water,note\n01,10,5,a\n02,20,5,b\n");
    let priority = "[priority]\nzones = \"zones\"\n[[priority.component]]\nlayer = \"risk\"\nfield = \"risk\"\n\
                    [[priority.component]]\nlayer = \"zones\"\nfield = \"people\"\n";
    let (told, rows) = made(&ground, priority);
    // Of the third zone only the people are known, who are most.
    assert!(rows[2].ends_with("1.0,1"), "{rows:?} {told}");
    assert!(
        told.contains("`risk.risk` lacks in 1 of 3 (03); results of the others only: 1, null: 0"),
        "{told}"
    );
}

/// The lines on stderr as JSON; each must be.
fn events(dir: &Path, arguments: &[&str]) -> Vec<serde_json::Value> {
    let output = fixtures::corredor(dir, arguments);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "a failed build has no result");
    let lines = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let code = lines.last().unwrap()["exit_code"].as_i64().unwrap();
    assert_eq!(output.status.code().map(i64::from), Some(code));
    lines
}

#[test]
fn errors_as_json() {
    let risk = score("", &["field = \"pooor\"\ngoalposts = [0, 1]"]);
    let ground = Ground::with("risk", &risk);
    let lines = events(ground.0.path(), &["build", "--json"]);
    assert!(lines.len() > 2, "events come before the error");
    insta::assert_snapshot!(lines.last().unwrap());
    insta::assert_snapshot!(events(ground.0.path(), &["build", "rsik", "--json"]).last().unwrap());
    let lock = File::create(ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    let locked = events(ground.0.path(), &["build", "--json", "--quiet"]).last().unwrap().to_string();
    insta::assert_snapshot!(locked.replace(&*ground.0.path().to_string_lossy(), "DIR"));
}
