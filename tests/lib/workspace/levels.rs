//! Sensitivity flows with the data, and only `[protect]` lowers it.

use insta::assert_snapshot;

use corredor::workspace::Workspace;
use corredor::workspace::config::Level;

use super::support::{MAIN, problems, problems_of, read, workspace};

const STRETCHES: &str = "[exposure]\nroutes = \"routes\"\nzones = \"zones\"\n";
const TITLE: &str = "title = { es = \"a\", en = \"b\" }\n";
const REASON: &str = "reason = { es = \"a\", en = \"b\" }\n";

fn layers() -> Vec<(&'static str, String)> {
    let sites = read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n");
    vec![
        ("zones", read("polygon", "zones.geojson", "")),
        ("routes", read("line", "routes.geojson", "")),
        ("secret_routes", read("line", "secret.geojson", "").replace("public", "confidential")),
        ("table", read("none", "table.csv", "")),
        ("secret_table", read("none", "secret.csv", "").replace("public", "confidential")),
        ("sites", sites.replace("level = \"public\"\n", "")),
        ("points", read("point", "points.csv", "latlon = \"c\"\n").replace("public", "strict")),
        ("stretches", STRETCHES.to_owned()),
        ("secret_stretches", STRETCHES.replace("\"routes\"", "\"secret_routes\"")),
    ]
}

fn with(more: &[(&str, String)]) -> String {
    let all = layers();
    let all = all.iter().map(|(name, text)| (*name, text.as_str()));
    let all: Vec<(&str, &str)> = all.chain(more.iter().map(|(name, text)| (*name, text.as_str()))).collect();
    problems_of(&all)
}

fn coverage(output: &str, more: &str) -> String {
    format!("{more}[coverage]\nsites = \"sites\"\nstretches = \"stretches\"\noutput = \"{output}\"\n")
}

fn protect(to: &str) -> String {
    format!("[protect]\nto = \"{to}\"\n{REASON}")
}

#[test]
fn levels_are_inherited_and_name_their_origin() {
    let counts = "[counts]\npoints = \"points\"\nzones = \"zones\"\n";
    let near = coverage("zones", "");
    let lowered = format!("{}{}", coverage("zones", ""), protect("public"));
    let raised = format!("level = \"confidential\"\n{STRETCHES}");
    let all = [
        layers(),
        vec![
            ("counts", counts.to_owned()),
            ("near", near),
            ("lowered", lowered),
            ("raised", raised),
            ("hot", "[hotspot]\nzones = \"counts\"\nfield = \"incidents\"\n".to_owned()),
            ("far", "[hotspot]\nzones = \"near\"\nfield = \"gap_km\"\n".to_owned()),
            ("open", "[hotspot]\nzones = \"lowered\"\nfield = \"gap_km\"\n".to_owned()),
        ],
    ]
    .concat();
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let dir = workspace(MAIN, &all);
    assert_eq!(problems(dir.path()), "");
    let opened = Workspace::open(dir.path()).unwrap();
    let stands = |name: &str| {
        let layer = opened.plan().get(name).unwrap();
        (layer.level, layer.level_from.clone())
    };
    let from = |name: &str| Some(name.to_owned());
    assert_eq!(stands("zones"), (Level::Public, None));
    assert_eq!(stands("sites"), (Level::Restricted, None), "the default of layers that are read");
    assert_eq!(stands("stretches"), (Level::Public, from("routes")));
    assert_eq!(stands("secret_stretches"), (Level::Confidential, from("secret_routes")));
    assert_eq!(stands("counts"), (Level::Strict, from("points")));
    assert_eq!(stands("hot"), (Level::Strict, from("points")), "through `counts`");
    assert_eq!(stands("near"), (Level::Restricted, from("sites")));
    assert_eq!(stands("far"), (Level::Restricted, from("sites")));
    assert_eq!(stands("lowered"), (Level::Public, None));
    assert_eq!(stands("open"), (Level::Public, from("lowered")));
    assert_eq!(stands("raised"), (Level::Confidential, None));
}

#[test]
fn the_gate() {
    let publish = format!("{TITLE}publish = true\n");
    assert_snapshot!(with(&[
        ("a", format!("{publish}{}", coverage("gaps", ""))),
        (
            "b",
            format!(
                "{publish}{}",
                read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n").replace("level = \"public\"\n", "")
            )
        ),
        ("c", format!("{publish}level = \"strict\"\n{STRETCHES}")),
        ("d", format!("{publish}[hotspot]\nzones = \"e\"\nfield = \"incidents\"\n")),
        ("e", "[counts]\npoints = \"points\"\nzones = \"zones\"\n".to_owned()),
        ("f", format!("{publish}{}{}", coverage("zones", ""), protect("public"))),
    ],));
}

#[test]
fn the_gate_opens_as_far_as_the_workspace_allows() {
    let publish = format!("{TITLE}publish = true\n");
    let all = [layers(), vec![("a", format!("{publish}{}", coverage("gaps", "")))]].concat();
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let main = format!("{MAIN}[publish]\nlevel = \"restricted\"\n");
    assert_eq!(problems(workspace(&main, &all).path()), "");
}

#[test]
fn only_protect_lowers() {
    assert_snapshot!(with(&[
        ("a", format!("level = \"public\"\n{}", coverage("zones", ""))),
        ("b", format!("level = \"restricted\"\n{}{}", coverage("zones", ""), protect("public"))),
        ("c", format!("{}{}", coverage("zones", ""), protect("restricted"))),
        ("d", format!("{}{}", coverage("zones", ""), protect("strict"))),
        ("e", format!("{}[protect]\nto = \"public\"\nreason = {{}}\n", coverage("zones", ""))),
        ("f", format!("{}{}round_km = 0.5\n", coverage("zones", ""), protect("public"))),
        ("g", format!("{}[protect]\nto = \"public\"\n", coverage("zones", ""))),
    ],));
}

#[test]
fn rows_are_not_protected_by_a_word() {
    assert_snapshot!(with(&[
        (
            "a",
            format!(
                "level = \"restricted\"\n{}{}",
                read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n").replace("level = \"public\"\n", ""),
                protect("public")
            )
        ),
        ("b", format!("{}{}", STRETCHES.replace("\"routes\"", "\"secret_routes\""), protect("public"))),
        (
            "c",
            format!(
                "{}{}",
                coverage("gaps", "").replace("\"stretches\"", "\"secret_stretches\""),
                protect("restricted")
            ),
        ),
        ("counts", "[counts]\npoints = \"points\"\nzones = \"zones\"\n".to_owned()),
        (
            "d",
            format!(
                "[priority]\nzones = \"zones\"\ncarry = [{{ layer = \"counts\", fields = [\"incidents\"] }}]\n\
                     [[priority.component]]\nlayer = \"counts\"\nfield = \"incidents\"\n{}",
                protect("public")
            ),
        ),
    ],));
}

const COUNTS: &str = "[counts]\npoints = \"points\"\nzones = \"zones\"\n";

fn rollup(zones: &str, more: &str) -> String {
    format!("[rollup]\nzones = \"{zones}\"\nby = {{ prefix = 2 }}\n{more}")
}

#[test]
fn numbers_of_points_and_totals_of_groups_may_be_lowered() {
    let totals = STRETCHES.replace("\"routes\"", "\"secret_routes\"") + "output = \"zones\"\n";
    assert_eq!(
        with(&[
            ("a", format!("{}{}", rollup("totals", "sum = [\"route_km\"]\n"), protect("public"))),
            ("totals", totals),
            ("b", format!("{COUNTS}{}", protect("public"))),
            ("c", format!("{}{}", rollup("d", "sum = [\"incidents\"]\n"), protect("public"))),
            ("d", COUNTS.to_owned()),
            ("e", format!("{}{}min_zones = 20\n", rollup("d", "").replace("2", "0"), protect("public"))),
        ]),
        ""
    );
}

#[test]
fn rows_that_follow_from_one_row_are_not_lowered() {
    let mut layers = vec![("counts", COUNTS.to_owned())];
    let steps = [
        "[score]\nzones = \"counts\"\nrecipe = \"r\"\nversion = \"1\"\nindicator = [{ field = \"incidents\", goalposts = [0, 1] }]\n",
        "[score]\nzones = \"zones\"\ntable = \"secret_table\"\nrecipe = \"r\"\nversion = \"1\"\nindicator = [{ field = \"a\", goalposts = [0, 1] }]\n",
        "[composite]\nzones = \"zones\"\ntable = \"secret_table\"\nrecipe = \"plain\"\n",
        "[composite]\nzones = \"zones\"\ntable = \"secret_table\"\nrecipe = \"plain\"\ngroup = 2\nweight = \"pop\"\n",
        "[crosswalk]\nzones = \"zones\"\ntable = \"secret_table\"\nlinks = \"table\"\nsum = [\"a\"]\n",
        "[crosswalk]\nzones = \"zones\"\ntable = \"table\"\nlinks = \"secret_table\"\nsum = [\"a\"]\n",
        "[difference]\nzones = \"zones\"\ntable = \"secret_table\"\na = \"a\"\na_se = \"s\"\nb = \"b\"\nb_se = \"s\"\n",
        "[hotspot]\nzones = \"counts\"\nfield = \"incidents\"\n",
        "[priority]\nzones = \"zones\"\n[[priority.component]]\nlayer = \"counts\"\nfield = \"incidents\"\n",
        "[priority]\nzones = \"zones\"\ncarry = [{ layer = \"counts\", fields = [\"incidents\"] }]\n[[priority.component]]\nlayer = \"zones\"\nfield = \"a\"\n",
        "[exposure]\nroutes = \"secret_routes\"\nzones = \"zones\"\noutput = \"zones\"\n",
        "[exposure]\nroutes = \"routes\"\nzones = \"counts\"\nrisk = \"incidents\"\noutput = \"routes\"\n",
        "[corridor]\nroutes = \"secret_routes\"\nzones = \"zones\"\nwidth_km = 10\n",
        "[corridor]\nroutes = \"routes\"\nzones = \"zones\"\nwidth_km = 10\npeople = \"points\"\n",
        "[corridor]\nroutes = \"routes\"\nzones = \"zones\"\nwidth_km = 10\npeople = \"sites\"\n",
    ];
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"];
    layers.extend(names.into_iter().zip(steps.map(|step| format!("{step}{}", protect("public")))));
    assert_snapshot!(with(&layers));
}

#[test]
fn an_input_two_steps_away_counts() {
    let near = "[hotspot]\nzones = \"zones\"\nfield = \"a\"\n";
    let all = [
        ("counts", COUNTS.to_owned()),
        ("hot", "[hotspot]\nzones = \"counts\"\nfield = \"incidents\"\n".to_owned()),
        ("a", near.replace("\"zones\"", "\"hot\"").replace("\"a\"", "\"gi_z\"") + &protect("public")),
    ];
    assert_snapshot!(with(&all));
}

#[test]
fn counts_of_points_are_lowered_on_conditions() {
    let sites = COUNTS.replace("\"points\"", "\"sites\"");
    assert_snapshot!(with(&[
        ("near", coverage("zones", "")),
        ("weighed", format!("{COUNTS}weight = \"persons\"\n{}", protect("public"))),
        ("of_sites", format!("{sites}{}", protect("public"))),
        ("grid", read("polygon", "table.csv", "")),
        ("over_grid", format!("{}{}", COUNTS.replace("\"zones\"", "\"grid\""), protect("public"))),
    ],));
}

#[test]
fn groups_are_lowered_on_conditions() {
    let secret = read("polygon", "secret.csv", "").replace("public", "confidential");
    let flow = STRETCHES.replace("\"routes\"", "\"secret_routes\"") + "output = \"zones\"\nflow = \"flow\"\n";
    let by = |table: &str| {
        format!(
            "[rollup]\nzones = \"counts\"\nby = {{ table = \"{table}\", field = \"region\" }}\nsum = [\"incidents\"]\n"
        )
    };
    let twice = "count = [{ name = \"one\", field = \"incidents\", at_least = 1 }, { name = \"two\", field = \"incidents\", at_least = 2 }]\n";
    assert_snapshot!(with(&[
        ("counts", COUNTS.to_owned()),
        ("secret_zones", secret),
        ("people", flow),
        ("greatest", rollup("counts", "max = [\"incidents\"]\n") + &protect("public")),
        ("counted", rollup("counts", twice) + &protect("public")),
        ("outlines", rollup("secret_zones", "sum = [\"a\"]\n") + &protect("public")),
        ("flows", rollup("people", "sum = [\"person_km\"]\n") + &protect("public")),
        ("named", by("secret_table") + &protect("public")),
        ("regions", by("table") + &protect("public")),
    ],));
}

#[test]
fn distances_are_rounded_where_they_are_made() {
    assert_snapshot!(with(&[
        ("near", coverage("zones", "")),
        ("a", rollup("near", "sum = [\"gap_km\"]\n") + &protect("public")),
        ("hot", "[hotspot]\nzones = \"near\"\nfield = \"gap_km\"\n".to_owned()),
        ("b", rollup("hot", "mean = [\"gi_z\"]\n") + &protect("public")),
        ("rounded", format!("{}{}", coverage("zones", ""), protect("public"))),
        ("c", rollup("rounded", "mean = [\"near_km\"]\n")),
    ],));
}

#[test]
fn settings_of_protect_that_do_nothing() {
    assert_snapshot!(with(&[
        ("a", format!("{COUNTS}{}min_zones = 20\nmax_share_pct = 50\n", protect("public"))),
        ("b", format!("{COUNTS}{}min_people = 9000\n", protect("public"))),
        ("c", format!("{}{}min_km2 = 5\n", coverage("zones", ""), protect("public"))),
        ("d", format!("{COUNTS}{}min_km2 = 1\n", protect("public"))),
        ("e", format!("{}{}min_zones = 1\nmax_share_pct = 100\n", rollup("near", ""), protect("public"))),
        ("near", COUNTS.to_owned()),
    ],));
}

#[test]
fn a_file_has_the_strictest_level_of_its_layers() {
    let point = |path: &str, level: &str| {
        let text = read("point", path, "lon = \"x\"\nlat = \"y\"\n");
        text.replace("level = \"public\"", &format!("level = \"{level}\""))
    };
    let inside = |path: &str, layer: &str, level: &str| {
        read("none", path, &format!("layer = \"{layer}\"\n"))
            .replace("level = \"public\"", &format!("level = \"{level}\""))
    };
    let layers = [
        ("strict", point("sites.csv", "strict")),
        ("as_public", point("sites.csv", "public")),
        ("spelled", point("./more/../sites.csv", "public")),
        ("linked", point("link.csv", "public")),
        ("hard", point("hard.csv", "public")),
        ("default", point("sites.csv", "public").replace("level = \"public\"\n", "")),
        ("dressed", point("CSV:sites.csv", "public")),
        ("equal", point("sites.csv", "strict")),
        ("other", point("points.csv", "public")),
        ("book", inside("book.gpkg", "one", "restricted")),
        ("book_open", inside("book.gpkg", "two", "public")),
        ("zipped", inside("/vsizip/all.zip/a.csv", "a", "restricted")),
        ("zipped_open", inside("/vsizip/all.zip/b.csv", "b", "public")),
        ("shape", inside("s.shp", "s", "restricted")),
        ("shape_table", inside("s.dbf", "s", "public")),
        ("database", inside("PG:dbname=gis", "one", "restricted")),
        ("database_open", inside("PG:dbname=gis", "two", "public")),
        ("database_same", inside("PG:dbname=gis ", "one", "public")),
    ];
    let layers: Vec<(&str, &str)> = layers.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let dir = workspace(MAIN, &layers);
    let data = dir.path().join("data");
    std::fs::create_dir(data.join("more")).unwrap();
    for file in ["book.gpkg", "all.zip", "s.shp", "s.dbf"] {
        std::fs::write(data.join(file), "").unwrap();
    }
    std::os::unix::fs::symlink("sites.csv", data.join("link.csv")).unwrap();
    std::fs::hard_link(data.join("sites.csv"), data.join("hard.csv")).unwrap();
    assert_snapshot!(problems(dir.path()));
}

#[test]
fn a_precision_that_is_stated_is_refused_and_said_what_takes_its_place() {
    let sites = read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\nprecision = \"town\"\n");
    assert_snapshot!(problems_of(&[("sites", sites.as_str())]));
}

#[test]
fn coverage_carries_protect_itself() {
    let later = format!(
        "[priority]\nzones = \"zones\"\n[[priority.component]]\nlayer = \"near\"\nfield = \"gap_km\"\n{}",
        protect("public")
    );
    let own: Vec<(&str, String)> = [("a", "zones"), ("b", "stretches"), ("c", "gaps")]
        .map(|(name, output)| (name, format!("{}{}", coverage(output, ""), protect("public"))))
        .to_vec();
    assert_eq!(with(&own), "", "the sites are displaced");
    let said = with(&[("near", coverage("zones", "")), ("priority", later)]);
    assert!(said.contains("move this [protect] to `near`"), "{said}");
}
