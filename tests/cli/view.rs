//! The map page as the command writes it; what it does in a browser, `tests/page/` tries.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::LazyLock;

use corredor::build::{BuildOptions, Silent, build};
use corredor::demo::{Options as DemoOptions, generate, write};
use corredor::publish::Shelf;
use corredor::view::{
    Assets, Basemap, Options, Page, Server, kept, single, to_file, to_folder, to_private_file,
    to_private_folder,
};
use corredor::workspace::Workspace;
use corredor::workspace::config::{Component, Level};
use corredor::workspace::template::{self, Template};
use fixtures::told;
use gdal::vector::LayerAccess;

/// A workspace of the invented country with two runs.
static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("demo");
    template::write(Template::Demo, &root, None).unwrap();
    write(&generate(&DemoOptions::sized(60)).unwrap(), &root.join("data")).unwrap();
    let workspace = Workspace::open(&root).unwrap();
    for _ in 0..2 {
        let options = BuildOptions { force: true, ..BuildOptions::default() };
        build(&workspace, &options, &mut Silent).unwrap();
    }
    dir
});

/// What a workspace publishes.
fn shelf(root: &Path) -> Shelf {
    Shelf { root: root.join("published"), level: Level::Public }
}

fn page(budget: usize) -> Page {
    let runs = kept(&shelf(&DEMO.path().join("demo"))).unwrap().runs;
    assert_eq!(runs.len(), 2);
    Page::new(&runs, &Options { tile_budget: budget, ..Options::default() }).unwrap()
}

/// A stand-in for the built page, so that these tests need no Node.
fn assets(dir: &Path) -> Assets {
    fs::write(dir.join("page.js"), "start()").unwrap();
    fs::write(dir.join("page.css"), "body{}").unwrap();
    Assets::find(Some(dir)).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    for sub in ["", "data"] {
        for entry in fs::read_dir(folder.join(sub)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                out.insert(name, fs::read(path).unwrap());
            }
        }
    }
    out
}

#[test]
fn same_runs_same_bytes_and_a_page_replaces_a_page() {
    let dir = tempfile::tempdir().unwrap();
    let assets = assets(dir.path());
    let with = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| page(50_000))
    };
    let out = dir.path().join("map");
    to_folder(&with(1), &assets, &out).unwrap();
    let first = files(&out);
    fs::write(out.join("data/old.js"), "").unwrap();
    to_folder(&with(4), &assets, &out).unwrap();
    assert_eq!(files(&out), first);
    assert!(first.contains_key("index.html") && first.contains_key("data/page.js"));
    // Both runs are alike, so their tables and shapes are kept once: fourteen layers, one page.
    let tables = first.keys().filter(|name| name.starts_with("data/table-")).count();
    assert_eq!(tables, 14, "{:?}", first.keys());
    // Nothing else is left beside it.
    let beside = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(beside, 3);
}

#[test]
fn a_folder_with_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let assets = assets(dir.path());
    let out = dir.path().join("map");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("index.html"), "<p>mine").unwrap();
    let error = to_folder(&page(50_000), &assets, &out).unwrap_err();
    assert!(error.to_string().contains("was not made by `corredor view`"), "{error}");
    assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "<p>mine");
}

#[test]
fn one_file_holds_everything() {
    let dir = tempfile::tempdir().unwrap();
    let assets = assets(dir.path());
    let page = page(50_000);
    let file = dir.path().join("map.html");
    to_file(&page, &assets, &file).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, single(&page, &assets));
    // What is not for everybody is for its owner alone.
    let (own, folder) = (dir.path().join("own.html"), dir.path().join("own"));
    to_private_file(&page, &assets, &own).unwrap();
    to_private_folder(&page, &assets, &folder).unwrap();
    let mode =
        |path: &Path| std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions());
    assert_eq!((mode(&own) & 0o777, mode(&folder) & 0o777), (0o600, 0o700));
    assert_eq!(fs::read_to_string(&own).unwrap(), text);
    assert!(text.contains("<script>start()</script>") && text.contains("<style>body{}</style>"));
    for block in ["page", "shape-1", "table-1"] {
        assert!(text.contains(&format!("id=\"data-{block}\">H4sI")), "{block}");
    }
    assert!(!text.contains("src=") && !text.contains("href=") && !text.contains("http:"));
}

/// What the page is told of a layer of the newest run.
fn layer_told(name: &str) -> serde_json::Value {
    let dir = tempfile::tempdir().unwrap();
    let text = single(&page(50_000), &assets(dir.path()));
    let block = text.split("id=\"data-page\">").nth(1).unwrap().split('<').next().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&gunzip(&decode(block))).unwrap();
    let layers = told["runs"][1]["layers"].as_array().unwrap();
    layers.iter().find(|layer| layer["layer"] == name).unwrap().clone()
}

#[test]
fn the_page_is_told_how_a_score_was_judged() {
    let judged = &layer_told("way_risk")["validation"];
    assert_eq!((judged["judged"].as_str(), judged["share"].as_f64()), (Some("way"), Some(0.1)), "{judged}");
    let [low, high] = [0, 1].map(|at| judged["interval"][at].as_f64().unwrap());
    let figure = |name: &str| judged[name].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&low) && low <= high && (figure("level") - 0.9).abs() < 1e-9, "{judged}");
    assert!(figure("capture") > figure("chance") && figure("events") > 0.0, "{judged}");
    assert!(layer_told("stretches")["validation"].is_null());
}

#[test]
fn the_page_is_told_what_priority_is_made_of() {
    let demo = Workspace::open(&DEMO.path().join("demo")).unwrap();
    let recipe = demo.plan().get("hotspots").unwrap().file.priority.clone().unwrap();
    let part = |c: &Component| serde_json::json!({"field": c.field, "weight": c.weight});
    let parts: Vec<serde_json::Value> = recipe.component.iter().map(part).collect();
    assert_eq!(layer_told("hotspots")["priority_of"], serde_json::json!(parts));
    assert_eq!(layer_told("stretches")["priority_of"], serde_json::json!([]));
}

#[test]
fn the_page_is_told_how_far_from_sites_gaps_most_likely_lie() {
    let demo = Workspace::open(&DEMO.path().join("demo")).unwrap();
    let reach_km = demo.plan().get("gaps").unwrap().file.coverage.as_ref().unwrap().reach_km;
    let said = &layer_told("gaps")["beyond"];
    assert_eq!(
        said["en"],
        format!("probably more than {reach_km} km from every site of the list (sites moved on purpose)")
    );
    assert!(said["es"].as_str().unwrap().starts_with(&format!("probablemente a más de {reach_km} km")));
    assert!(layer_told("stretches")["beyond"].is_null());
}

#[test]
fn only_a_named_background_map_opens_the_page_to_a_network() {
    let dir = tempfile::tempdir().unwrap();
    let assets = assets(dir.path());
    let policy = |html: &str| {
        html.split("Content-Security-Policy\" content=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let closed = policy(&single(&page(50_000), &assets));
    assert!(closed.starts_with("default-src 'none';"), "{closed}");
    assert!(!closed.contains("connect-src") && !closed.contains("http"), "{closed}");
    let runs = kept(&shelf(&DEMO.path().join("demo"))).unwrap().runs;
    let basemap = Some(Basemap::new("https://tiles.example.org/{z}/{x}/{y}.png", "<b>Example").unwrap());
    let open = Page::new(&runs, &Options { tile_budget: 50_000, basemap }).unwrap();
    // One host, for tiles alone; everything else stays as it was.
    let added = policy(&single(&open, &assets));
    assert_eq!(added.replace("connect-src https://tiles.example.org; ", ""), closed);
    let out = dir.path().join("map");
    to_folder(&open, &assets, &out).unwrap();
    let html = fs::read_to_string(out.join("index.html")).unwrap();
    assert_eq!(policy(&html).matches("https:").count(), 1);
    assert!(told(dir.path(), &["view", "--attribution", "x"]).contains("--basemap <URL>"));
    fixtures::one_layer(&dir.path().join("one"), "");
    let refused =
        told(&dir.path().join("one"), &["view", "--page", "..", "--basemap", "http://t.org/{z}/{x}/{y}.png"]);
    assert!(refused.contains("it does not begin with https://"), "{refused}");
}

#[test]
fn the_command_warns_of_a_background_map() {
    let demo = DEMO.path().join("demo");
    let dir = tempfile::tempdir().unwrap();
    assets(dir.path());
    let (page, out) = (dir.path().to_str().unwrap(), dir.path().join("map"));
    let plain = ["--lang", "en", "view", "--page", page, "--out", out.to_str().unwrap()];
    let said = |arguments: &[&str]| {
        let output = fixtures::corredor(&demo, arguments);
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap())
    };
    let [result, warning] = said(&plain);
    assert!(result.contains("no network needed") && warning.is_empty(), "{result}{warning}");
    let [result, warning] =
        said(&[&plain[..], &["--basemap", "https://tiles.example.org/{z}/{x}/{y}.png"]].concat());
    assert!(
        warning.contains("Privacy warning: whoever opens this page tells tiles.example.org"),
        "{warning}"
    );
    assert!(!result.contains("no network needed"), "{result}");
}

/// A copy of the demo's runs whose files a test may change.
fn copied(to: &Path) -> std::path::PathBuf {
    let runs = to.join("published/runs");
    for run in fs::read_dir(DEMO.path().join("demo/published/runs")).unwrap() {
        let run = run.unwrap().path();
        let folder = runs.join(run.file_name().unwrap());
        fs::create_dir_all(&folder).unwrap();
        for file in fs::read_dir(&run).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    runs
}

#[test]
fn runs_follow_their_sequence_and_not_their_clock() {
    let dir = tempfile::tempdir().unwrap();
    let runs = copied(dir.path());
    let order = || -> Vec<String> {
        kept(&shelf(dir.path())).unwrap().runs.iter().map(|run| run.name().to_owned()).collect()
    };
    let before = order();
    // The clock is set back: the newest run tells an earlier time.
    let file = runs.join(&before[1]).join("metadata.json");
    let mut told: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    told["published"] = "2001-01-01T00:00:00Z".into();
    fs::write(&file, told.to_string()).unwrap();
    assert_eq!(order(), before);
    // It is the number that counts.
    let file = runs.join(&before[1]).join("run.json");
    let mut record: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(record["sequence"], 2);
    record["sequence"] = 0.into();
    fs::write(&file, record.to_string()).unwrap();
    assert_eq!(order(), [before[1].clone(), before[0].clone()]);
}

#[test]
fn a_row_of_hashtags_is_no_data() {
    let dir = tempfile::tempdir().unwrap();
    let runs = copied(dir.path());
    let without = Page::new(&kept(&shelf(dir.path())).unwrap().runs, &Options::default()).unwrap();
    let mut tagged = 0;
    for run in fs::read_dir(&runs).unwrap() {
        for file in fs::read_dir(run.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "csv") {
                let text = fs::read_to_string(&file).unwrap();
                let (header, rest) = text.split_once('\n').unwrap();
                let tags = vec!["#adm2+code"; header.split(',').count() - 1].join(",");
                fs::write(&file, format!("{header}\n{tags},\r\n{rest}")).unwrap();
                tagged += 1;
            }
        }
    }
    assert!(tagged > 2);
    let with = Page::new(&kept(&shelf(dir.path())).unwrap().runs, &Options::default()).unwrap();
    let assets = assets(dir.path());
    assert_eq!(single(&with, &assets), single(&without, &assets));
}

#[test]
fn gdal_reads_the_tiles() {
    let dir = tempfile::tempdir().unwrap();
    let assets = assets(dir.path());
    let out = dir.path().join("map");
    to_folder(&page(400_000), &assets, &out).unwrap();
    let mut read = 0;
    for (name, bytes) in files(&out).into_iter().filter(|(name, _)| name.ends_with("/tiles.js")) {
        let text = String::from_utf8(bytes).unwrap();
        let archive = decode(text.split('"').nth(3).unwrap());
        let word = |at: usize| u64::from_le_bytes(archive[at..at + 8].try_into().unwrap()) as usize;
        // The root directory of the header tells where the first tile, 0/0/0, lies: it is the first of the data.
        let (root, data) = (gunzip(&archive[word(8)..word(8) + word(16)]), word(56));
        let entries = root_entries(&root);
        let tile = gunzip(&archive[data..data + entries.2[0] as usize]);
        assert_eq!(entries.0[0], 0);
        let file = dir.path().join(format!("{}.pbf", name.replace('/', "-")));
        fs::write(&file, tile).unwrap();
        // By another process: in this one, drivers that look beyond their file are switched off.
        let packed = file.with_extension("gpkg");
        let made = std::process::Command::new("ogr2ogr")
            .args(["-f", "GPKG"])
            .arg(&packed)
            .arg(&file)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let dataset = gdal::Dataset::open(&packed).unwrap();
        // Lines for any reader; zones name them in a way that only the page reads.
        let mut layer = dataset.layer_by_name("borders").unwrap();
        for feature in layer.features() {
            let geometry = feature.geometry().unwrap();
            assert!(geometry.is_valid());
            for part in 0..geometry.geometry_count() {
                assert!(geometry.get_geometry(part).length() > 0.0, "{name}: {part}");
                read += 1;
            }
        }
    }
    // Sixty municipalities have more borders than that, but each is there once; at zoom 0 the smallest may be below
    // a unit.
    assert_eq!(read, 177);
}

/// Numbers, runs and lengths of a directory.
fn root_entries(bytes: &[u8]) -> (Vec<u64>, Vec<u64>, Vec<u64>) {
    let mut at = 0;
    let mut next = || {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes[at];
            at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    };
    let count = next();
    let mut id = 0;
    let ids = (0..count)
        .map(|_| {
            id += next();
            id
        })
        .collect();
    (ids, (0..count).map(|_| next()).collect(), (0..count).map(|_| next()).collect())
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

fn decode(text: &str) -> Vec<u8> {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values: Vec<u32> = text.chars().filter_map(|c| digits.find(c)).map(|v| v as u32).collect();
    let three = |chunk: &[u32]| {
        let bits = chunk.iter().enumerate().fold(0, |bits, (i, v)| bits | (v << (18 - 6 * i)));
        bits.to_be_bytes()[1..chunk.len()].to_vec()
    };
    values.chunks(4).flat_map(three).collect()
}

#[test]
fn the_server_gives_the_page_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::bind(&page(50_000), &assets(dir.path()), 0).unwrap();
    let address = server.address().unwrap();
    assert!(address.ip().is_loopback());
    // The server runs until the process ends.
    std::thread::spawn(move || server.run());
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let page = ask(&format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("corredor view"), "{page}");
    let outside = ask(&format!("GET /../../etc/passwd HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    assert!(outside.starts_with("HTTP/1.1 404"), "{outside}");
    let other = ask("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
    assert!(other.starts_with("HTTP/1.1 421"), "{other}");
    assert!(ask("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

#[test]
fn errors_of_view() {
    let dir = tempfile::tempdir().unwrap();
    fixtures::one_layer(dir.path(), "");
    fs::create_dir(dir.path().join("page")).unwrap();
    insta::assert_snapshot!(told(dir.path(), &["view", "--page", "page"]));
    assets(&dir.path().join("page"));
    insta::assert_snapshot!(told(dir.path(), &["view", "--page", "page"]));
    fs::create_dir_all(dir.path().join("published/runs/one")).unwrap();
    fs::write(dir.path().join("published/runs/one/metadata.json"), "{\"run\": 1}").unwrap();
    insta::assert_snapshot!(told(dir.path(), &["view", "--page", "page"]));
    insta::assert_snapshot!(told(dir.path(), &["view", "--single"]));
}
