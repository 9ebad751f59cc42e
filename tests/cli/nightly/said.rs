//! What is said of a build, and to whom: nothing that follows from what is above the level that is published.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ground::{self, Ground};

/// A text that stands nowhere but in a source above the level.
const TOKEN: &str = "zqx7token";

/// A workspace whose shelters are above the level that is published.
fn guarded() -> Ground {
    let ground = Ground::new();
    ground.edit("layers/shelters.toml", "level = \"public\"", "level = \"restricted\"");
    for layer in ["zone_coverage", "gaps"] {
        let path = format!("layers/{layer}.toml");
        let text = ground.text(&path);
        if !text.contains("[protect]") {
            let protect =
                "[protect]\nto = \"public\"\nround_km = 1\nreason = { es = \"prueba\", en = \"test\" }\n";
            ground.put(&path, &(text + protect));
        }
    }
    ground.edit("corredor.toml", "invented = true\n", "invented = true\n[protect]\nk = { public = 3 }\n");
    ground
}

/// Every file below a folder, links not followed.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = path.symlink_metadata().unwrap().file_type();
        if kind.is_dir() {
            walk(&path, found);
        }
        if !kind.is_symlink() {
            found.push(path);
        }
    }
}

/// The files below a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    walk(folder, &mut all);
    let holds = |path: &PathBuf| {
        path.is_file() && fs::read(path).unwrap().windows(text.len()).any(|found| found == text.as_bytes())
    };
    all.into_iter().filter(holds).collect()
}

#[test]
fn nothing_of_a_source_above_the_level_stands_in_a_run() {
    let ground = guarded();
    // 4,711 sites outside of everything, so that their number is told wherever a number is.
    let outside: String = (0..4709).map(|n| format!("{TOKEN}{n},90.{n:04},45.5\n")).collect();
    let shelters = format!("id,lon,lat,{TOKEN}field\n{TOKEN}a,0.5,0.5,1\n{TOKEN}b,3.5,0.5,1\n{outside}");
    let shelters = shelters.replace(",45.5\n", ",45.5,1\n");
    ground.put(&format!("data/{TOKEN}shelters.csv"), &shelters);
    ground.edit("layers/shelters.toml", "shelters.csv", &format!("{TOKEN}shelters.csv"));
    ground.build(&[]);
    // Another night, so that what changed is told, too.
    let moved = shelters.replace(&format!("{TOKEN}a,0.5,0.5"), &format!("{TOKEN}a,2.5,0.5"));
    ground.put(&format!("data/{TOKEN}shelters.csv"), &moved);
    ground.build(&[]);
    let published = ground.path("published");
    assert_eq!(holding(&published, TOKEN), [] as [PathBuf; 0]);
    for text in [&shelters, &moved] {
        let sha256: String = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(holding(&published, &sha256), [] as [PathBuf; 0]);
    }
    for number in ["4711", "4709"] {
        let number_alone = |path: &PathBuf| {
            let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
            text.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word == number)
        };
        let told: Vec<PathBuf> = holding(&published, number).into_iter().filter(number_alone).collect();
        let words = ["json", "md", "qmd", "cff"];
        let told: Vec<_> =
            told.iter().filter(|p| words.iter().any(|w| p.extension() == Some(w.as_ref()))).collect();
        assert_eq!(told, [] as [&PathBuf; 0], "{number}");
    }
    let metadata: serde_json::Value =
        serde_json::from_str(&ground.text("published/current/metadata.json")).unwrap();
    let ancestry = metadata["layers"][1]["ancestry"].as_array().unwrap();
    let shelters = ancestry.iter().find(|ancestor| ancestor["layer"] == "shelters").unwrap();
    assert_eq!(shelters, &serde_json::json!({"layer": "shelters", "level": "restricted", "withheld": true}));
    assert_eq!(ancestry.last().unwrap()["provenance"]["parameters"]["round_km"], 1.0);
}

#[test]
fn what_others_could_read_of_the_work_they_can_no_more() {
    let ground = Ground::new();
    let home = ground.path(".corredor");
    fs::create_dir_all(home.join("runs")).unwrap();
    for (folder, file) in [(home.clone(), "kept.txt"), (home.join("runs"), "old.json")] {
        fs::write(folder.join(file), "x").unwrap();
        fs::set_permissions(folder.join(file), fs::Permissions::from_mode(0o644)).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // New files are nobody else's either, whatever the umask.
    let program = env!("CARGO_BIN_EXE_corredor");
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("umask 0; exec {program} build")])
        .current_dir(ground.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut all = vec![home.clone()];
    walk(&home, &mut all);
    assert!(all.len() > 20, "{all:?}");
    let open: Vec<_> = all.iter().filter(|path| path.metadata().unwrap().mode() & 0o077 != 0).collect();
    assert_eq!(open, [] as [&PathBuf; 0]);
    // It is refused where it cannot be closed: here it is a link to somewhere else.
    let elsewhere = ground.path("elsewhere");
    fs::rename(&home, &elsewhere).unwrap();
    symlink(&elsewhere, &home).unwrap();
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 2") && told.contains("cannot be made this user's alone"), "{told}");
}

#[test]
fn what_opens_an_address_is_told_nowhere() {
    let server = ground_server(&ground::table(0));
    let ground = Ground::new();
    ground.edit("layers/table.toml", "table.csv", &format!("http://{server}/t.csv?token={TOKEN}&x={TOKEN}"));
    ground.build(&[]);
    let mut told = ground.told(&["build", "--force", "-vv"]);
    told += &ground.told(&["plan"]);
    told += &String::from_utf8(ground.run(&["build", "--force", "--json"]).stdout).unwrap();
    told += &String::from_utf8(ground.run(&["plan", "--json"]).stdout).unwrap();
    // The server is gone; the copy serves, with a warning.
    ground.edit("layers/table.toml", &server, "127.0.0.1:9");
    let failed = ground.told(&["build"]);
    assert!(failed.contains("http://127.0.0.1:9/t.csv?token=***"), "{failed}");
    told += &failed;
    for form in ["human", "json"] {
        told += &ground.told(&["build", "--log", form]);
    }
    // A file that is wrong is quoted around what is wrong.
    ground.edit("layers/table.toml", "key = \"code\"", "kee = \"code\"");
    let wrong = ground.told(&["check"]);
    assert!(wrong.contains("kee"), "{wrong}");
    told += &wrong;
    assert!(!told.contains(TOKEN), "{told}");
    for folder in ["published", ".corredor"] {
        assert_eq!(holding(&ground.path(folder), TOKEN), [] as [PathBuf; 0]);
    }
}

/// A server that answers every request with a text.
fn ground_server(body: &str) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let body = body.to_owned();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                request.push(byte[0]);
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    address
}

#[test]
fn others_hear_of_a_layer_above_the_level_only_that_there_is_something_to_see() {
    let ground = guarded();
    let main = ground.text("corredor.toml");
    ground.put(
        "corredor.toml",
        &format!(
            "{main}[operate]\nmetrics = \"out.prom\"\non_failure = {{ command = [\"sh\", \"-c\", \"cat > failure.json\"] }}\n"
        ),
    );
    // Two of three lie outside of everything, and one has no place: findings.
    let text = format!("id,lon,lat\n{TOKEN},90.5,0.5\n{TOKEN}b,91.5,0.5\n{TOKEN}c,,\n{TOKEN}d,0.5,0.5\n");
    ground.put("data/shelters.csv", &text);
    let log = |arguments: &[&str]| ground.told(&[&["build", "--force"], arguments].concat());
    assert!(log(&[]).contains(TOKEN), "the person who builds is told all");
    for form in ["json", "human"] {
        let said = log(&["--log", form, "-v"]);
        assert!(
            !said.contains(TOKEN) && said.contains("something to see about the data of `shelters`"),
            "{said}"
        );
    }
    let metrics = ground.text("out.prom");
    assert!(!metrics.contains("layer=\"shelters\"} "), "{metrics}");
    assert!(metrics.contains("corredor_features{workspace=\"t\",layer=\"hotspots\"} 16"), "{metrics}");
    // A cell that is no coordinate.
    ground.put("data/shelters.csv", &format!("id,lon,lat\ns1,{TOKEN},0.5\n"));
    assert!(log(&[]).contains(TOKEN));
    let failure = ground.text("failure.json");
    assert!(failure.contains("a value of layer `shelters` cannot be read"), "{failure}");
    for form in ["json", "human"] {
        let said = log(&["--log", form]);
        assert!(!said.contains(TOKEN) && said.contains("`shelters`"), "{said}");
    }
    for said in [failure, ground.text("out.prom"), ground.text(".corredor/status.json")] {
        assert!(!said.contains(TOKEN), "{said}");
    }
    let nagios = String::from_utf8(ground.run(&["status", "--nagios"]).stdout).unwrap();
    assert!(!nagios.contains(TOKEN) && nagios.contains("shelters"), "{nagios}");
    assert!(ground.text(".corredor/failure.txt").contains(TOKEN));
    assert_eq!(ground.path(".corredor/failure.txt").metadata().unwrap().mode() & 0o777, 0o600);
    ground.put("data/shelters.csv", &ground::shelters(0.5));
    ground.build(&[]);
    assert!(!ground.path(".corredor/failure.txt").exists());
}

/// Text of data that a terminal, a browser or QGIS would obey.
const HOSTILE: &str = "A\u{1b}[31mB\u{202e}C\u{200b}D\u{7}E";

#[test]
fn signs_that_are_not_seen_reach_nobody() {
    let ground = Ground::new();
    let zones = ground.text("data/zones.geojson");
    let name = serde_json::to_string(HOSTILE).unwrap();
    ground.put("data/zones.geojson", &zones.replace("\"Z00\"", &name));
    let told = ground.told(&["build"]);
    assert!(told.contains("held signs that are not seen"), "{told}");
    let quiet = |text: &str| corredor::text::find_hidden(&text.replace(['\r', '\u{2060}'], "")).is_none();
    assert!(quiet(&told), "{told:?}");
    let mut all = Vec::new();
    walk(&ground.path("published"), &mut all);
    let texts = ["geojson", "csv", "json", "qml", "qmd", "md", "cff"];
    let mut seen = 0;
    for path in all.iter().filter(|path| texts.iter().any(|text| path.extension() == Some(text.as_ref()))) {
        let text = fs::read_to_string(path).unwrap();
        assert!(quiet(&text), "{}", path.display());
        seen += usize::from(text.contains("A\u{fffd}[31mBCD\u{fffd}E"));
    }
    assert!(seen >= 2, "the name is there");
    // A key of nothing else is none.
    ground.put("data/zones.geojson", &zones.replacen("\"code\":\"00\"", "\"code\":\"\u{200b} \u{feff}\"", 1));
    let told = ground.told(&["build"]);
    assert!(told.contains("the key `code` is empty"), "{told}");
    // A workspace that holds some is refused, and quoted without.
    ground.put("data/zones.geojson", &zones);
    ground.edit("layers/gaps.toml", "Brechas", "Brechas\\u001b[31m \u{202e}x");
    let told = ground.told(&["check"]);
    assert!(told.starts_with("exit 1") && told.contains("U+001B") && quiet(&told), "{told:?}");
    assert!(ground.told(&["build", "--log", "human"]).contains("U+001B"));
    // So is one whose syntax is wrong there.
    ground.edit("layers/gaps.toml", "title", "\u{1b}[31mtitle");
    let told = ground.told(&["check"]);
    assert!(told.starts_with("exit 1") && quiet(&told), "{told:?}");
}

#[test]
fn qgis_evaluates_nothing_that_people_wrote() {
    let ground = Ground::new();
    let bait = "[% env('HOME') %]";
    for (layer, word) in [("gaps", "Gaps"), ("hotspots", "Hotspots")] {
        ground.edit(&format!("layers/{layer}.toml"), word, &format!("{word} {bait}"));
    }
    ground.edit(
        "corredor.toml",
        "name = \"t\"",
        &format!("name = \"t\"\ncontact = \"{bait}\"\nlicence = \"{bait}\""),
    );
    ground.edit("corredor.toml", "Prueba", &format!("Prueba {bait} $CURRENT_DATE"));
    ground.edit(
        "layers/gaps.toml",
        "publish",
        &format!("caveats = {{ es = \"{bait}\", en = \"{bait}\" }}\nsource = \"{bait}\"\npublish"),
    );
    ground.build(&[]);
    let current = ground.path("published/current");
    let mut seen = 0;
    for entry in fs::read_dir(current).unwrap() {
        let path = entry.unwrap().path();
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("qml" | "qmd") => fs::read_to_string(&path).unwrap(),
            Some("qgz") => unzipped(&path),
            Some("gpkg") => String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            _ => continue,
        };
        // What stands between the signs is ours: a field, never what somebody wrote.
        for (at, _) in text.match_indices("[%") {
            let inside: String = text[at..].chars().take(60).collect();
            let ours = ["[% replace(coalesce(", "[% &quot;code&quot; %]"];
            assert!(ours.iter().any(|ours| inside.starts_with(ours)), "{}: {inside}", path.display());
        }
        assert!(!text.contains("$CURRENT_DATE"), "{}", path.display());
        seen += text.matches("env('HOME')").count() + text.matches("env(&#39;HOME&#39;)").count();
    }
    assert!(seen > 20, "{seen}");
}

/// The texts of an archive.
fn unzipped(path: &Path) -> String {
    let path = path.display().to_string();
    let program = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(''.join(z.read(n).decode('utf-8', 'replace') for n in z.namelist()))";
    let output = std::process::Command::new("python3").args(["-c", program, &path]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_run_with_a_blank_key_does_not_keep_the_others_from_being_looked_at() {
    let ground = Ground::new();
    ground.build(&[]);
    let first = ground.path("published/current").canonicalize().unwrap();
    ground.put("data/table.csv", &ground::table(9));
    ground.build(&[]);
    ground.put("page/page.js", "start()");
    ground.put("page/page.css", "body{}");
    // As an earlier version could publish it, and as anybody can write it who may write there.
    let path = first.join("states.geojson");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"code\":\"0\""), "{text}");
    fs::write(&path, text.replace("\"code\":\"0\"", "\"code\":\"  \"")).unwrap();
    // A name that leads out of the run's folder is none.
    ground.put("data/outside.csv", &format!("code,name\n00,{TOKEN}\n"));
    let metadata = fs::read_to_string(first.join("metadata.json")).unwrap();
    let stretches = "\"layer\": \"stretches\"";
    assert!(metadata.contains(stretches));
    let outside = metadata.replace(stretches, "\"layer\": \"../../../data/outside\"");
    fs::write(first.join("metadata.json"), outside).unwrap();
    let told = ground.told(&["view", "--page", "page"]);
    assert!(told.starts_with("exit 0") && told.contains("Left out of the page"), "{told}");
    assert!(told.contains("../../../data/outside: no such file"), "{told}");
    assert!(ground.path("map/index.html").is_file());
    for arguments in [&["runs"][..], &["diff"], &["build", "--force"]] {
        assert!(ground.told(arguments).starts_with("exit 0"), "{}", ground.told(arguments));
    }
}
