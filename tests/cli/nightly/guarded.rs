//! What is more than its readers may see, however it came among what they see.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use corredor::build::{BuildError, TracedBack};
use serde_json::Value;

use super::editions::{current, one, two};
use super::faults::FIRST;
use super::ground::Ground;

const NIGHT: i64 = 86_400;

/// Rows that a query finds in a file, or why none.
fn rows(ground: &Ground, file: &str, arguments: &[&str]) -> Result<String, String> {
    let sql = format!("SELECT count(*) AS n FROM '{file}'");
    let output = ground.run(&[&["query", "-e", &sql, "--format", "csv"], arguments].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    }
}

#[test]
fn what_is_laid_among_published_files_is_not_published() {
    let ground = two();
    ground.publish_at(FIRST);
    let folder = format!("published/public/runs/{}", current(&ground, "public"));
    let file = |name: &str| format!("{folder}/{name}");
    assert!(rows(&ground, &file("hotspots.csv"), &[]).is_ok());
    fs::copy(ground.path("data/shelters.csv"), ground.path(&file("extra.csv"))).unwrap();
    let told = rows(&ground, &file("extra.csv"), &[]).unwrap_err();
    assert!(told.contains("--level restricted"), "{told}");
    assert!(rows(&ground, &file("extra.csv"), &["--level", "restricted"]).is_ok());
    // Nor is one with other bytes than were published.
    fs::copy(ground.path("data/shelters.csv"), ground.path(&file("hotspots.csv"))).unwrap();
    assert!(rows(&ground, &file("hotspots.csv"), &[]).is_err());
    fs::create_dir(ground.path(&file("deeper"))).unwrap();
    fs::copy(ground.path("data/shelters.csv"), ground.path(&file("deeper/gaps.csv"))).unwrap();
    assert!(rows(&ground, &file("deeper/gaps.csv"), &[]).is_err());
}

#[test]
fn what_is_made_of_the_partners_run_is_for_its_owner_and_written_down() {
    let ground = two();
    ground.publish_at(FIRST);
    ground.put("data/table.csv", &super::ground::table(5));
    ground.publish_at(FIRST + NIGHT);
    let lines = || -> Vec<Value> {
        let text = fs::read_to_string(ground.path("audit.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let mode = |name: &str| fs::metadata(ground.path(name)).unwrap().permissions().mode() & 0o777;
    for arguments in [["render", "hotspots", "-o", "p.svg"].as_slice(), &["diff", "-o", "changes"]] {
        let output = ground.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(lines().is_empty(), "what is for everybody is nothing to write down");
    for (arguments, file, layer) in [
        (["render", "hotspots", "-o", "q.svg"].as_slice(), "q.svg", "hotspots"),
        (&["diff", "-o", "news"], "news/changes.json", "*"),
    ] {
        let before = lines().len();
        let output = ground.run(&[arguments, &["--edition", "partners"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(mode(file), 0o600, "{file}");
        let lines = lines();
        assert!(lines.len() > before, "{arguments:?}");
        let last = lines.last().unwrap();
        assert_eq!(last["command"], arguments[0]);
        assert_eq!(
            (&last["layers"][0]["layer"], &last["layers"][0]["level"]),
            (&layer.into(), &"restricted".into())
        );
        assert_eq!(last["layers"][0]["run"], current(&ground, "partners"));
    }
    // Where it cannot be written down nothing is given.
    fs::remove_file(ground.path("audit.jsonl")).unwrap();
    fs::create_dir(ground.path("audit.jsonl")).unwrap();
    let told = ground.told(&["render", "hotspots", "-o", "r.svg", "--edition", "partners"]);
    assert!(told.starts_with("exit 2") && !ground.path("r.svg").exists(), "{told}");
}

#[test]
fn a_site_far_from_everything_and_an_edition_of_a_wrong_name_are_told() {
    let ground = one();
    ground.put("data/shelters.csv", "id,lon,lat\nS1,0.5,0.5\nS2,33.5,0.5\n");
    let told = ground.told(&["build"]);
    assert!(told.contains("1 of the sites of `shelters` stand more than 50 km"), "{told}");
    assert!(!told.contains("33.5") && !told.contains("S2"), "{told}");
    let ground = two();
    assert!(!ground.told(&["build"]).contains("edition `public`"));
    ground.edit(
        "corredor.toml",
        "[publish.edition.public]\n",
        "[publish.edition.public]\nlevel = \"restricted\"\n",
    );
    let told = ground.told(&["build"]);
    assert!(told.contains("edition `public` is for readers of level \"restricted\""), "{told}");
}

#[test]
fn a_copy_of_the_list_under_a_lower_level_is_refused() {
    let ground = one();
    let sites = "S1,0.6,0.6\nS2,3.5,0.5\nS3,2.5,2.5\nS4,1.5,3.5\n";
    ground.put("data/shelters.csv", &format!("id,lon,lat\n{sites}"));
    // Edited, so that it is not the same file, and packed among others.
    let copy = "nr,x,y\n1,0.60001,0.6\n2,3.5,0.50001\n3,2.5,2.5\n4,0.1,0.1\n5,0.2,0.2\n";
    ground.put("data/refuges.csv", copy);
    ground.put(
        "layers/refuges.toml",
        "title = { es = \"Casas\", en = \"Houses\" }\nlevel = \"public\"\npublish = true\n[read]\npath = \"refuges.csv\"\n\
         geometry = \"point\"\nkey = \"nr\"\nlon = \"x\"\nlat = \"y\"\n[read.guard]\nfewer_pct = 100\n",
    );
    let error = ground.try_publish_at(FIRST).unwrap_err();
    let BuildError::TracedBack(TracedBack { faults, .. }) = &error else { panic!("{error:?}") };
    assert!(faults.iter().any(|fault| fault.contains("`refuges`")), "{faults:?}");
    // Measured from, it would explain all distances.
    ground.edit("layers/refuges.toml", "publish = true\n", "");
    ground.publish_at(FIRST);
    ground.put(
        "layers/near.toml",
        "title = { es = \"Cerca\", en = \"Near\" }\npublish = true\n[coverage]\nsites = \"refuges\"\nstretches = \"stretches\"\n",
    );
    let error = ground.try_publish_at(FIRST + NIGHT).unwrap_err();
    assert!(matches!(error, BuildError::TracedBack(TracedBack { .. })), "{error:?}");
    // One in the same house is told, and stays a clinic.
    ground.put("data/refuges.csv", "nr,x,y\n1,0.60001,0.6\n4,0.1,0.1\n5,0.2,0.2\n");
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 0") && told.contains("`refuges`"), "{told}");
    let page = String::from_utf8(ground.run(&["audit", "--lang", "en"]).stdout).unwrap();
    assert!(page.contains("`refuges` has 3 points in sight"), "{page}");
    // Nor is a layer of all settlements one, where the list has each site at its settlement.
    let all: Vec<(usize, usize)> = (0..16).map(|i| (i % 4, i / 4)).collect();
    let towns: Vec<String> = all.iter().map(|(x, y)| format!("T{x}{y},{x}.4,{y}.4\n")).collect();
    ground.put("data/refuges.csv", &format!("nr,x,y\n{}", towns.join("")));
    ground.put("data/shelters.csv", "id,lon,lat\nS1,0.4,0.4\nS2,3.4,0.4\nS3,2.4,2.4\nS4,1.4,3.4\n");
    ground.edit("corredor.toml", "[protect]\n", "[protect]\ngazetteer = \"refuges\"\n");
    fs::remove_file(ground.path("layers/near.toml")).unwrap();
    ground.edit("layers/refuges.toml", "level = \"public\"\n", "level = \"public\"\npublish = true\n");
    for run in super::ground::names(&ground.path("published/runs")) {
        ground.run(&["withdraw", "--leave-none", &run]);
    }
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 0") && !told.contains("does it hold them"), "{told}");
}
