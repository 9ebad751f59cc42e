//! Sensitivity flows with the data, and only `[protect]` lowers it.

use insta::assert_snapshot;

use corredor::workspace::Workspace;
use corredor::workspace::config::Level;

use super::support::{MAIN, problems, problems_of, read, workspace};

const STRETCHES: &str = "[exposure]\nroutes = \"routes\"\nzones = \"zones\"\n";
const TITLE: &str = "title = { es = \"a\", en = \"b\" }\n";
const REASON: &str = "reason = { es = \"a\", en = \"b\" }\n";

fn layers(precision: &str) -> Vec<(&'static str, String)> {
    let sites =
        read("point", "sites.csv", &format!("lon = \"x\"\nlat = \"y\"\nprecision = \"{precision}\"\n"));
    vec![
        ("zones", read("polygon", "zones.geojson", "")),
        ("routes", read("line", "routes.geojson", "")),
        ("secret_routes", read("line", "routes.geojson", "").replace("public", "confidential")),
        ("sites", sites.replace("level = \"public\"\n", "")),
        ("points", read("point", "points.csv", "latlon = \"c\"\n").replace("public", "strict")),
        ("stretches", STRETCHES.to_owned()),
        ("secret_stretches", STRETCHES.replace("\"routes\"", "\"secret_routes\"")),
    ]
}

fn with(precision: &str, more: &[(&str, String)]) -> String {
    let all = layers(precision);
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
        layers("town"),
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
    assert_snapshot!(with(
        "town",
        &[
            ("a", format!("{publish}{}", coverage("gaps", ""))),
            (
                "b",
                format!(
                    "{publish}{}",
                    read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n")
                        .replace("level = \"public\"\n", "")
                )
            ),
            ("c", format!("{publish}level = \"strict\"\n{STRETCHES}")),
            ("d", format!("{publish}[hotspot]\nzones = \"e\"\nfield = \"incidents\"\n")),
            ("e", "[counts]\npoints = \"points\"\nzones = \"zones\"\n".to_owned()),
            ("f", format!("{publish}{}{}", coverage("zones", ""), protect("public"))),
        ],
    ));
}

#[test]
fn the_gate_opens_as_far_as_the_workspace_allows() {
    let publish = format!("{TITLE}publish = true\n");
    let all = [layers("exact"), vec![("a", format!("{publish}{}", coverage("gaps", "")))]].concat();
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let main = format!("{MAIN}[publish]\nlevel = \"restricted\"\n");
    assert_eq!(problems(workspace(&main, &all).path()), "");
}

#[test]
fn only_protect_lowers() {
    assert_snapshot!(with(
        "town",
        &[
            ("a", format!("level = \"public\"\n{}", coverage("zones", ""))),
            ("b", format!("level = \"restricted\"\n{}{}", coverage("zones", ""), protect("public"))),
            ("c", format!("{}{}", coverage("zones", ""), protect("restricted"))),
            ("d", format!("{}{}", coverage("zones", ""), protect("strict"))),
            ("e", format!("{}[protect]\nto = \"public\"\nreason = {{}}\n", coverage("zones", ""))),
            ("f", format!("{}{}round_km = 0.5\n", coverage("zones", ""), protect("public"))),
            ("g", format!("{}[protect]\nto = \"public\"\n", coverage("zones", ""))),
        ],
    ));
}

#[test]
fn rows_are_not_protected_by_a_word() {
    assert_snapshot!(with(
        "town",
        &[
            (
                "a",
                format!("{}{}", read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n"), protect("public"))
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
        ],
    ));
}

#[test]
fn totals_and_ranks_of_sensitive_layers_may_be_lowered() {
    let totals = STRETCHES.replace("\"routes\"", "\"secret_routes\"") + "output = \"zones\"\n";
    let counts = "[counts]\npoints = \"points\"\nzones = \"zones\"\n";
    assert_eq!(
        with(
            "town",
            &[
                ("a", format!("{totals}{}", protect("public"))),
                ("b", format!("{counts}{}", protect("public"))),
                ("c", format!("[rollup]\nzones = \"d\"\nby = {{ prefix = 2 }}\n{}", protect("public"))),
                ("d", counts.to_owned()),
            ]
        ),
        ""
    );
}

#[test]
fn distances_to_exact_sites_stay_inside() {
    assert_snapshot!(with(
        "exact",
        &[
            ("a", format!("{}{}", coverage("zones", ""), protect("public"))),
            ("b", format!("{}{}", coverage("stretches", ""), protect("public"))),
            ("c", format!("{}{}", coverage("gaps", ""), protect("public"))),
            ("near", coverage("zones", "")),
            (
                "d",
                format!(
                    "[rollup]\nzones = \"near\"\nby = {{ prefix = 2 }}\nmax = [\"near_km\"]\n{}",
                    protect("public")
                )
            ),
            (
                "e",
                format!(
                    "[priority]\nzones = \"zones\"\n[[priority.component]]\nlayer = \"near\"\nfield = \"gap_km\"\n{}",
                    protect("public")
                ),
            ),
        ],
    ));
}
