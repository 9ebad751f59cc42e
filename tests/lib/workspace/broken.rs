//! Broken workspaces: each kind of problem, several at once, with their places.

use insta::assert_snapshot;

use super::support::{MAIN, problems, problems_of, read, workspace};

/// Zones, routes, stretches and the rest, without fault.
fn sound() -> Vec<(&'static str, String)> {
    vec![
        ("zones", read("polygon", "zones.geojson", "name = \"n\"\nfields = [\"pop\"]\n")),
        ("table", read("none", "table.csv", "fields = [\"poverty\", \"water\"]\n")),
        ("routes", read("line", "routes.geojson", "")),
        ("sites", read("point", "sites.csv", "lon = \"x\"\nlat = \"y\"\n")),
        ("points", read("point", "points.csv", "latlon = \"c\"\nfields = [\"dead\"]\n")),
        ("risk", score("")),
        ("stretches", "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\n".to_owned()),
        (
            "zone_exposure",
            "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\noutput = \"zones\"\n".to_owned(),
        ),
    ]
}

fn score(more: &str) -> String {
    format!(
        "[score]\nzones = \"zones\"\ntable = \"table\"\nrecipe = \"r\"\nversion = \"1\"\n{more}\
         [[score.indicator]]\nfield = \"poverty\"\ngoalposts = [0, 100]\n"
    )
}

/// The problems of the sound workspace with some files put in place of others or beside them.
fn with(files: &[(&str, &str)]) -> String {
    let mut all: Vec<(String, String)> =
        sound().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    for (name, text) in files {
        all.retain(|(other, _)| other != name);
        all.push(((*name).to_owned(), (*text).to_owned()));
    }
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    problems_of(&all)
}

#[test]
fn the_sound_workspace_is_sound() {
    assert_eq!(with(&[]), "");
}

#[test]
fn several_files_at_once() {
    let main = "[workspace]\nname = \"über\"\ntitel = { es = \"a\", en = \"b\" }\ncountry = \"México\"\nseed = -1\n\
                [publish]\nlevel = \"pubilc\"\nkeep = 0\n";
    let dir = workspace(
        main,
        &[
            ("zones", &read("polygone", "zone.geojson", "nmae = \"n\"\n")),
            ("risk", &score("mean = \"geometrical\"\nmax_missing = \"2\"\npublish = true\n")),
            ("b", "[hotspot]\nzones = \"zonse\"\nfdr = \"yes\"\npermutations = 50\n"),
            ("a", "title = \"T\"\n[hotspot]\n[counts]\npoints = \"zones\"\nzones = \"rsik\"\n"),
        ],
    );
    assert_snapshot!(problems(dir.path()));
}

#[test]
fn syntax() {
    assert_snapshot!(with(&[
        ("a", "title = hello\n[hotspot]\nzones = \"risk\nfield = \"x\"\n"),
        ("b", "[hotspot]\nzones = \"risk\"\nzones = \"risk\"\n[hotspot]\n"),
        ("c", "[score]\nindicator = [1, 2\nzones = 'x'\n"),
        ("d", "= 1\n"),
        ("e", "[rollup]\r\nzones = 'ñandú' x\r\n"),
    ]));
}

#[test]
fn not_utf8() {
    let dir = workspace(MAIN, &[("a", "")]);
    std::fs::write(dir.path().join("layers/a.toml"), b"# M\xe9xico\n[hotspot]\nzones = 1\n").unwrap();
    assert_snapshot!(problems(dir.path()));
}

#[test]
fn empty_and_absent() {
    let nothing = workspace("", &[]);
    let empty_layer = workspace(MAIN, &[("a", "")]);
    let no_main = tempfile::tempdir().unwrap();
    let said = [&nothing, &empty_layer, &no_main].map(|dir| problems(dir.path()));
    assert_snapshot!(said.join("\n--\n"));
}

#[test]
fn types_of_values() {
    assert_snapshot!(with(&[
        (
            "a",
            "date = 2020-01-01\nlicence = 4\npublish = \"true\"\n[hotspot]\nzones = [\"risk\"]\npermutations = 999.5\n"
        ),
        ("b", "hotspot = \"risk\"\n"),
        ("c", "[rollup]\nzones = \"risk\"\nby = 2\nsum = \"km\"\n"),
        ("d", "[rollup]\nzones = \"risk\"\nby = { perfix = 2 }\n"),
        ("e", "[rollup]\nzones = \"risk\"\nby = { prefix = \"2\" }\n"),
        ("f", "[rollup]\nzones = \"risk\"\nby = { table = \"table\", feild = \"x\" }\n"),
        ("g", "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\nhigh = nan\noutput = 3\n"),
        ("h", "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\nhigh = 1.5\n"),
        ("i", "[coverage]\nsites = \"sites\"\nstretches = \"stretches\"\nreach_km = 0\n"),
        ("j", "[hotspot]\nzones = \"risk\"\npermutations = 99999999999999999999\n"),
        ("k", &score("").replace("[0, 100]", "[0, 50, 100]")),
        ("l", &score("").replace("[0, 100]", "\"observd\"")),
        ("m", &score("").replace("[0, 100]", "0.5")),
        ("n", "[score]\nzones = \"zones\"\nrecipe = \"r\"\nversion = 1.0\nindicator = []\n"),
        ("o", "[[hotspot]]\nzones = \"risk\"\n"),
        ("p", &read("line", "routes.geojson", "types = { a = \"float\" }\nrename = { b = 1 }\n")),
    ]));
}

#[test]
fn keys_under_the_wrong_header() {
    assert_snapshot!(with(&[(
        "a",
        "[hotspot]\nzones = \"risk\"\npublish = true\ntitle = { es = \"a\", en = \"b\" }\nxyz = 1\n"
    )]));
}

#[test]
fn steps_and_names() {
    let none = "level = \"public\"\n";
    let two = "[hotspot]\nzones = \"risk\"\n[rollup]\nzones = \"risk\"\nby = { prefix = 2 }\n";
    let long = "a".repeat(64);
    assert_snapshot!(with(&[
        ("none", none),
        ("two", two),
        ("Zones", &read("polygon", "zones.geojson", "")),
        ("2020_años", &read("polygon", "zones.geojson", "")),
        ("con espacio", &read("polygon", "zones.geojson", "")),
        (&long, &read("polygon", "zones.geojson", "")),
        ("_x", &read("polygon", "zones.geojson", "")),
    ]));
}

#[test]
fn references() {
    assert_snapshot!(with(&[
        ("a", "[exposure]\nroutes = \"zones\"\nzones = \"routes\"\n"),
        ("b", "[coverage]\nsites = \"routes\"\nstretches = \"zone_exposure\"\n"),
        ("c", "[counts]\npoints = \"zones\"\nzones = \"table\"\n"),
        (
            "d",
            "[score]\nzones = \"sites\"\ntable = \"routes\"\nrecipe = \"r\"\nversion = \"1\"\n[[score.indicator]]\nfield = \"q\"\ngoalposts = \"observed\"\n"
        ),
        (
            "e",
            "[priority]\nzones = \"risk\"\ncarry = [{ layer = \"stretches\", fields = [] }]\n[[priority.component]]\nlayer = \"sites\"\nfield = \"n\"\n[[priority.component]]\nlayer = \"completely_other\"\nfield = \"n\"\n"
        ),
        ("f", "[rollup]\nzones = \"risks\"\nby = { table = \"tables\", field = \"x\" }\n"),
        ("g", "[coverage]\nsites = \"sites\"\nstretches = \"routes\"\n"),
    ]));
}

#[test]
fn fields() {
    assert_snapshot!(with(&[
        ("a", &score("").replace("poverty", "povrety")),
        ("b", "[exposure]\nroutes = \"routes\"\nzones = \"zones\"\n"),
        ("c", "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\nrisk = \"rsk\"\nflow = \"any\"\n"),
        (
            "d",
            "[counts]\npoints = \"points\"\nzones = \"zones\"\nweight = \"deaths\"\npopulation = \"people\"\n"
        ),
        ("e", "[hotspot]\nzones = \"zone_exposure\"\nfield = \"exposure\"\n"),
        (
            "f",
            "[priority]\nzones = \"risk\"\ncarry = [{ layer = \"risk\", fields = [\"risk\", \"name\"] }, { layer = \"zone_exposure\", fields = [\"risk\", \"expo\"] }]\n[[priority.component]]\nlayer = \"risk\"\nfield = \"risc\"\n"
        ),
        (
            "g",
            "[rollup]\nzones = \"zone_exposure\"\nby = { table = \"table\", field = \"state\" }\nsum = [\"km\", \"expo_km\"]\nmax = [\"expo_km\"]\nweight = \"pop\"\nname = \"nom\"\n"
        ),
    ]));
}

/// Fields of layers in a circle cannot be told, however many layers there are and however often each
/// refers to itself: the time must not double with each.
#[test]
fn many_circles_take_no_time() {
    let names: Vec<String> = (0..60).map(|at| format!("s{at}")).collect();
    let layers: Vec<(String, String)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let next = &names[(at + 1) % names.len()];
            let text = score("")
                .replace("\"zones\"", &format!("\"{name}\""))
                .replace("\"table\"", &format!("\"{next}\""));
            (name.clone(), text)
        })
        .collect();
    let layers: Vec<(&str, &str)> = layers.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let said = problems_of(&layers);
    assert_eq!(said.matches("needs itself").count(), 60);
}

#[test]
fn circles() {
    let hotspot = |zones: &str| format!("[hotspot]\nzones = \"{zones}\"\n");
    assert_snapshot!(with(&[
        ("a", &hotspot("b")),
        ("b", &hotspot("c")),
        ("c", &hotspot("a")),
        ("d", &hotspot("d")),
        ("e", &hotspot("a")),
        ("x", "[priority]\nzones = \"risk\"\n[[priority.component]]\nlayer = \"y\"\nfield = \"gi_z\"\n"),
        ("y", &hotspot("x")),
    ]));
}

#[test]
fn files_that_are_not_there() {
    assert_snapshot!(with(&[
        ("a", &read("polygon", "zone.geojson", "")),
        ("b", &read("polygon", "nowhere/deep/zones.geojson", "")),
        ("c", &read("polygon", "/vsizip/zones.zip/zones.shp", "")),
        ("d", &read("polygon", "PG:dbname=gis", "layer = \"zones\"\n")),
        ("e", &read("polygon", "https://example.org/zones.geojson", "")),
        ("f", &read("polygon", "", "")),
        ("g", &read("none", "qqqqqqqq.xlsx", "")),
        ("h", &read("none", "/vsicurl/https://example.org/t.csv", "")),
    ]));
}

#[test]
fn no_file_is_called_missing_when_the_data_folder_is_unknown() {
    let main = MAIN.replace("[workspace]", "[workspace]\ndata = 3");
    let dir = workspace(&main, &[("a", &read("polygon", "not_there.geojson", ""))]);
    assert_snapshot!(problems(dir.path()), @"corredor.toml:3:8: `data` must be text in quotes, not a whole number; write it in quotes: \"3\"");
}

#[test]
fn values() {
    let class =
        |cuts: &str, names: &str| format!("{}[score.classes]\ncuts = {cuts}\nnames = {names}\n", score(""));
    assert_snapshot!(with(&[
        ("a", &class("[0.5, 0.2, 0.2]", "[\"a\", \"b\"]")),
        ("b", &class("[0.0, 1.0]", "[\"alto\", \"Más alto\", \"alto\"]")),
        ("c", &score("").replace("[0, 100]", "[7, 7]")),
        ("d", &score("").replace("[0, 100]", "[100, 0]")),
        ("e", &score("").replace("[0, 100]", "[0, 100]\nweight = 0")),
        ("f", &score("").replace("[0, 100]", "[0, 100]\nweight = -1")),
        ("g", &score("").replace("[0, 100]", "[0, inf]")),
        ("h", &score("max_missing = 1\n")),
        ("i", &format!("{}[[score.indicator]]\nfield = \"poverty\"\ngoalposts = \"observed\"\n", score(""))),
        (
            "j",
            "[priority]\nzones = \"risk\"\n[[priority.component]]\nlayer = \"risk\"\nfield = \"risk\"\nweight = 0\n[[priority.component]]\nlayer = \"risk\"\nfield = \"risk\"\nweight = 0\n"
        ),
        ("k", "[counts]\npoints = \"points\"\nzones = \"zones\"\nweight_field = \"w\"\nrate_per = 0\n"),
        ("l", "[counts]\npoints = \"points\"\nzones = \"zones\"\nweight_field = \"w\"\nrate_field = \"r\"\n"),
        ("m", "[rollup]\nzones = \"risk\"\nby = { prefix = 2 }\nweight = \"risk\"\n"),
    ]));
}

#[test]
fn read_settings() {
    assert_snapshot!(with(&[
        ("a", &read("point", "points.csv", "lon = \"x\"\n")),
        ("b", &read("point", "points.csv", "lat = \"x\"\n")),
        ("c", &read("point", "points.csv", "lon = \"x\"\nlat = \"y\"\nlatlon = \"c\"\n")),
        ("d", &read("point", "points.csv", "lon = \"x\"\nlat = \"x\"\n")),
        ("e", &read("polygon", "zones.geojson", "lon = \"x\"\nlatlon = \"c\"\n")),
        (
            "f",
            &read(
                "none",
                "table.csv",
                "fields = [\"aa\", \"aa\"]\nrename = { aa = \"b\", bb = \"b\" }\ntypes = { cc = \"text\", id = \"text\" }\n"
            )
        ),
        ("g", &read("none", "table.csv", "rename = { aa = \"\" }\n").replace("\"id\"", "\"\"")),
    ]));
}

#[test]
fn a_published_layer_has_a_title() {
    let routes = read("line", "routes.geojson", "");
    assert_snapshot!(with(&[
        ("a", &format!("publish = true\n{routes}")),
        ("b", &format!("publish = true\ntitle = {{ es = \"Rutas\" }}\n{routes}")),
    ]));
}

#[test]
fn a_broken_file_does_not_hide_the_others() {
    // `risk` cannot be read: what depends on it is still checked as far as it goes.
    assert_snapshot!(with(&[
        ("risk", &score("mean = 1\n")),
        (
            "a",
            "publish = true\ntitle = { es = \"a\", en = \"b\" }\n[hotspot]\nzones = \"risk\"\nfield = \"anything\"\n"
        ),
        ("b", "[hotspot]\nzones = \"zonez\"\nfdr = 3\n"),
    ]));
}

#[test]
fn the_pretty_form_quotes_the_files() {
    use corredor::workspace::{Workspace, WorkspaceError};
    let dir = workspace(MAIN, &[("año", "[hotspot]\nzones = \"ñandú\" # ¿sí?\nfeild = 'x'\n")]);
    let Err(WorkspaceError::Invalid(problems)) = Workspace::open(dir.path()) else {
        panic!("it has problems")
    };
    let mut text = String::new();
    miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .render_report(&mut text, &problems)
        .unwrap();
    assert_snapshot!(text);
}

#[test]
fn contiguity() {
    let gi = |more: &str| format!("[hotspot]\nzones = \"risk\"\n{more}");
    assert_snapshot!(with(&[
        ("a", &gi("contiguity = \"bishop\"\n")),
        ("b", &gi("tolerance_m = -1\n")),
        ("c", &gi("tolerance_m = 10001\n")),
        ("d", &gi("tolerance_km = 0.1\n")),
        ("e", &gi("contiguity = \"rook\"\ntolerance_m = 10\n")),
    ]));
}
