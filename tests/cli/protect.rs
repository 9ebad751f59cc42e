//! The key of protected sites by the command line; groups of settlements on real ones, and how long many take.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

use crate::fixtures;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use corredor::protect::{Candidates, DisplacementKm, GroupRules, Groups, Key, displace};
use corredor::workspace::template::Template;

/// The municipalities with their people.
fn municipalities() -> Option<Candidates> {
    let data = fixtures::mexico()?;
    let zones = fixtures::Zones::read(data.join("municipalities.geojson"), "cvegeo");
    let mut reader = csv::Reader::from_path(data.join("municipal_indicators_2020.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (code, people) = (at("cvegeo"), at("pob_tot"));
    let people: HashMap<String, f64> = reader
        .records()
        .map(Result::unwrap)
        .filter_map(|row| Some((row[code].to_owned(), row[people].parse().ok()?)))
        .collect();
    let people: Vec<f64> = zones.keys.iter().map(|key| people.get(key).copied().unwrap_or(0.0)).collect();
    Some(Candidates::from_zones(&zones.view(), &zones.keys, Some(&people)).unwrap())
}

#[test]
fn municipalities_hide_each_other() {
    let Some(candidates) = municipalities() else { return };
    for k in [5, 10, 20] {
        let rules = GroupRules { k, ..GroupRules::default() };
        let groups = Groups::new(&candidates, &rules).unwrap();
        let mut sizes: Vec<usize> = (0..groups.len()).map(|group| groups.members(group).len()).collect();
        let mut counts = groups.preimage_counts();
        sizes.sort_unstable();
        counts.sort_unstable();
        let km = DisplacementKm::of(&candidates, &groups);
        let middle = |sorted: &[usize]| (sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
        println!(
            "k {k}: {} settlements in {} groups of (least, median, most) {:?}; settlements a place stands for {:?}; \
             displaced by {:.0} km (median), {:.0} (95 %), {:.0} (most)",
            candidates.len(),
            groups.len(),
            middle(&sizes),
            middle(&counts),
            km.quantile(0.5),
            km.quantile(0.95),
            km.quantile(1.0),
        );
        assert!(counts[0] >= k);
        assert!(k != 10 || (km.quantile(0.5) > 20.0 && km.quantile(0.95) < 400.0));
    }
}

/// The binary with a folder of settings below `dir`: exit code, stdout, stderr.
fn corredor(dir: &Path, arguments: &[&str], key_file: Option<&Path>) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
    command.args(arguments).current_dir(dir).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    command.env("XDG_CONFIG_HOME", dir.join("config")).env_remove("CORREDOR_KEY_FILE");
    if let Some(file) = key_file {
        command.env("CORREDOR_KEY_FILE", file);
    }
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// `corredor init` of Mexico on empty files; what it says.
fn init(dir: &Path, folder: &str) -> String {
    let data = dir.join("data");
    for file in Template::Mexico.data_files() {
        let file = data.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    let (code, _, told) = corredor(dir, &["init", "--template", "mexico", "--data", "data", folder], None);
    assert_eq!(code, 0, "{told}");
    told
}

fn key_of_mexico(dir: &Path) -> PathBuf {
    dir.join("config/corredor/keys/mexico.key")
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn init_makes_a_key_once_and_says_where() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let told = init(dir.path(), "work");
    let path = key_of_mexico(dir.path());
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(told.contains(&format!("Key of protected sites: {}", path.display())), "{told}");
    let again = init(dir.path(), "work2");
    assert!(again.contains("was at"), "{again}");
    assert_eq!(fs::read_to_string(&path).unwrap(), key, "never overwritten");

    let work = dir.path().join("work");
    let (code, said, _) = corredor(dir.path(), &["key", "-C", "work"], None);
    let fingerprint = Key::parse(&key).unwrap().fingerprint();
    assert_eq!((code, said), (0, format!("{}\nfingerprint {fingerprint}\n", path.display())));
    let (_, said, _) = corredor(dir.path(), &["key", "-C", "work", "--json"], None);
    assert!(said.contains(&fingerprint) && said.contains("\"new\": false"), "{said}");
    let (code, _, error) = corredor(dir.path(), &["key", "-C", "work", "--new"], None);
    assert!(code == 1 && error.contains("there is a key at"), "{error}");
    for text in [told, again, error] {
        assert!(!text.contains(key.trim()), "a key is never shown");
    }
    let inside = work.join("k");
    let (code, _, error) = corredor(dir.path(), &["key", "-C", "work", "--new"], Some(&inside));
    assert!(code == 1 && error.contains("lies inside the workspace") && !inside.exists(), "{error}");
}

#[cfg(unix)]
#[test]
fn a_key_that_does_not_serve_is_told_with_the_way() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path(), "work");
    let path = key_of_mexico(dir.path());
    let said = |key_file: Option<&Path>| {
        let (code, out, error) = corredor(dir.path(), &["key", "-C", "work"], key_file);
        assert!(code == 1 && out.is_empty(), "{out}");
        error
    };
    set_mode(&path, 0o644);
    let open = said(None);
    assert!(
        open.contains("may be read or changed by others (mode 644)") && open.contains("chmod 600"),
        "{open}"
    );
    fs::remove_file(&path).unwrap();
    let absent = said(None);
    assert!(absent.contains("there is no key at") && absent.contains("corredor key --new"), "{absent}");
    let other = dir.path().join("other");
    fs::write(&other, "no key\n").unwrap();
    set_mode(&other, 0o600);
    assert!(said(Some(&other)).contains("holds no key"));
    let (code, _, _) = corredor(dir.path(), &["key", "-C", "work", "--new"], None);
    assert_eq!(code, 0);
    assert_eq!(corredor(dir.path(), &["key", "-C", "work"], None).0, 0);
}

#[test]
fn an_invented_country_has_a_key_without_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, told) = corredor(dir.path(), &["init", "--size", "60", "demo"], None);
    assert!(code == 0 && !told.contains("Key"), "{told}");
    let (code, said, _) = corredor(dir.path(), &["key", "-C", "demo"], None);
    let fingerprint = Key::invented(87).fingerprint();
    assert_eq!(code, 0);
    assert_eq!(said, format!("the seed of the invented country; no secret\nfingerprint {fingerprint}\n"));
    assert!(!dir.path().join("config").exists());
}

/// 200,000 settlements in clumps, as localities of a country are.
#[test]
fn many_settlements_are_grouped_in_seconds() {
    let count = 200_000_u64;
    let share = |i: u64, salt: u64| {
        let mixed = (i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ (salt << 17)).rotate_left(31);
        (mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let place = |i: u64| {
        let town = i % 2_000;
        let spread = if i.is_multiple_of(3) { 20.0 } else { 0.3 };
        (
            -105.0 + 15.0 * share(town, 1) + spread * (share(i, 3) - 0.5),
            18.0 + 10.0 * share(town, 2) + 0.5 * spread * (share(i, 4) - 0.5),
        )
    };
    let (lon, lat): (Vec<f64>, Vec<f64>) = (0..count).map(place).unzip();
    let ids: Vec<String> = (0..count).map(|i| format!("{i:06}")).collect();
    let candidates = Candidates::new(&ids, &lon, &lat, None).unwrap();
    let start = Instant::now();
    let groups = Groups::new(&candidates, &GroupRules::default()).unwrap();
    let grouped = start.elapsed();
    let km = DisplacementKm::of(&candidates, &groups);
    let there = displace(&Key::invented(1), &candidates, &groups, &lon[..1000], &lat[..1000]).unwrap();
    println!(
        "{} groups in {grouped:.1?}, all in {:.1?}; displaced by {:.0} km (median)",
        groups.len(),
        start.elapsed(),
        km.quantile(0.5)
    );
    assert_eq!(there.at.len(), 1000);
    assert!(groups.preimage_counts().into_iter().all(|count| count >= 10));
    assert!(grouped.as_secs() < 60, "{grouped:?}");
}
