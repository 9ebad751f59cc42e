//! What those who operate it see: status, metrics, calls, units.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ground::{self, Ground};
use crate::fixtures::{Need, skip};

fn contrib() -> PathBuf {
    crate::fixtures::top().join("contrib")
}

#[test]
fn status_for_a_person_and_for_nagios() {
    let ground = Ground::new();
    let status = |arguments: &[&str]| {
        let output = ground.run(&[&["status"], arguments].concat());
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(status(&["--nagios"]), (3, "CORREDOR UNKNOWN - no build has ended here yet\n".into()));
    ground.build(&[]);
    let (code, line) = status(&["--nagios"]);
    assert!(
        code == 0
            && line.starts_with("CORREDOR OK - the last build that went well ended 0.0 hours ago | seconds="),
        "{line}"
    );
    assert!(status(&[]).1.starts_with("All is well: "));
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    assert!(!ground.run(&["build"]).status.success());
    let (code, line) = status(&["--nagios"]);
    assert!(
        code == 2 && line.contains("CORREDOR CRITICAL - the last build failed: ") && line.contains("much"),
        "{line}"
    );
    assert!(status(&["--lang", "es"]).1.starts_with("Hay que actuar: "));
    ground.put("data/table.csv", &ground::table(0));
    ground.build(&[]);
    // A build two days ago.
    let path = ground.path(".corredor/status.json");
    let mut kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    kept["last_success"] = (kept["last_success"].as_i64().unwrap() - 30 * 3600).into();
    fs::write(&path, kept.to_string()).unwrap();
    assert_eq!(status(&["--nagios"]).0, 1);
    let told = Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(["status", "--nagios", "-C", "/nonexistent"])
        .output()
        .unwrap();
    assert_eq!(told.status.code(), Some(3));
    assert!(String::from_utf8(told.stdout).unwrap().starts_with("CORREDOR UNKNOWN - "));
}

#[test]
fn metrics_are_left_of_every_build() {
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    ground.put("corredor.toml", &format!("{main}[operate]\nmetrics = \"out/corredor.prom\"\n"));
    ground.build(&[]);
    let value = |name: &str| {
        let text = ground.text("out/corredor.prom");
        let line = text.lines().find(|line| line.starts_with(&format!("corredor_{name}")));
        line.unwrap_or_else(|| panic!("no {name} in\n{text}"))
            .rsplit_once(' ')
            .unwrap()
            .1
            .parse::<f64>()
            .unwrap()
    };
    assert_eq!(value("last_run_success{workspace=\"t\"}"), 1.0);
    assert_eq!(value("features{workspace=\"t\",layer=\"hotspots\"}"), 16.0);
    assert!(value("step_seconds{workspace=\"t\",layer=\"gi\",step=\"hotspot\"}") >= 0.0);
    assert!(value("source_age_seconds{workspace=\"t\",layer=\"zones\"}") < 600.0);
    let success = value("last_success_timestamp_seconds");
    let good = ground.text("data/table.csv");
    ground.put("data/table.csv", "");
    assert!(!ground.run(&["build"]).status.success());
    assert_eq!(value("last_run_success{workspace=\"t\"}"), 0.0);
    assert_eq!(value("last_success_timestamp_seconds"), success);
    // What was built last still stands, and when the last build began is known after its end.
    let stands = || {
        assert_eq!(value("features{workspace=\"t\",layer=\"hotspots\"}"), 16.0);
        let (began, ended) = (value("last_run_began_timestamp_seconds"), value("last_run_timestamp_seconds"));
        assert!(began <= ended && ended - began < 600.0, "{began} {ended}");
    };
    stands();
    ground.put("data/table.csv", &good);
    ground.build(&[]);
    stands();
}

#[test]
fn those_who_asked_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut block = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("\"event\"") {
            let n = stream.read(&mut block).unwrap();
            request.extend_from_slice(&block[..n]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request).into_owned()
    });
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    ground.put(
        "corredor.toml",
        &format!(
            "{main}[operate]\non_failure = {{ command = [\"sh\", \"-c\", \"cat > failure.json\"] }}\n\
         on_hotspots = {{ command = [\"false\"], webhook = \"http://{address}/secret\" }}\n"
        ),
    );
    ground.put("data/table.csv", &flat());
    ground.build(&[]);
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    assert!(!ground.run(&["build"]).status.success());
    let failure: serde_json::Value = serde_json::from_str(&ground.text("failure.json")).unwrap();
    assert_eq!(failure["event"], "failure");
    assert!(failure["message"].as_str().unwrap().contains("much"));
    // A corner becomes poor: hot spots. The command fails; the build does not.
    ground.put("data/table.csv", &corner());
    let told = ground.told(&["build"]);
    assert!(told.starts_with("exit 0") && told.contains("warning: false: exit status: 1"), "{told}");
    let heard = heard.join().unwrap();
    assert!(
        heard.starts_with("POST /secret")
            && heard.contains("\"event\":\"hotspots\"")
            && heard.contains("\"key\":\"00\""),
        "{heard}"
    );
}

fn flat() -> String {
    table(|x, y| 40 + (x * 7 + y * 3) % 5)
}

fn corner() -> String {
    table(|x, y| if x < 2 && y < 2 { 100 } else { 10 + (x * 7 + y * 3) % 5 })
}

fn table(poor: impl Fn(usize, usize) -> usize) -> String {
    let rows = (0..16).map(|n| (n % 4, n / 4)).map(|(x, y)| format!("{y}{x},{0},{0}\n", poor(x, y)));
    "code,poor,far\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn systemd_accepts_the_units() {
    let units = ["corredor.service", "corredor-failed.service", "corredor.timer"]
        .map(|unit| contrib().join("systemd").join(unit));
    assert!(units.iter().all(|unit| unit.is_file()));
    let Ok(output) = Command::new("systemd-analyze").arg("verify").args(&units).output() else {
        return skip(Need::System, "no systemd-analyze");
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    // The program is not installed here; nothing else may be said.
    let other: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("corredor") && !line.contains("is not executable: No such file"))
        .collect();
    assert!(other.is_empty(), "{told}");
}

#[test]
fn the_cron_line_runs() {
    let line = fs::read_to_string(contrib().join("corredor.cron")).unwrap();
    let line = line.lines().find(|line| !line.starts_with('#') && line.contains(" build ")).unwrap();
    let ground = Ground::new();
    // Five fields of time, the user, then the command as cron hands it to the shell.
    let command: String = line.split_whitespace().skip(6).collect::<Vec<_>>().join(" ");
    let root = ground.root().to_string_lossy().into_owned();
    let command = command
        .replace("/usr/local/bin/corredor", env!("CARGO_BIN_EXE_corredor"))
        .replace("/srv/corredor", &root);
    // A percent sign would end the line for cron.
    assert!(!command.replace("\\%", "").contains('%'), "{command}");
    let run =
        || Command::new("sh").args(["-c", &command.replace("\\%", "%")]).current_dir("/").output().unwrap();
    for night in 0..3 {
        let output = run();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        // Nothing is said, so cron sends nothing.
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "night {night}: {output:?}");
    }
    assert!(ground.path("published/current").exists());
    // Of many logs the last stay.
    for n in 0..40 {
        ground.put(&format!("log/20200101T0000{n:02}Z.log"), "old\n");
    }
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    let output = run();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.code() == Some(1) && said.contains("ended with 1") && said.contains("much"),
        "{said}"
    );
    let logs = ground::names(&ground.path("log"));
    assert_eq!(logs.len(), 30, "{logs:?}");
    assert!(logs.iter().any(|log| ground.text(&format!("log/{log}")).contains("much")));
}

#[test]
fn the_unit_ends_what_hangs_and_tells_by_mail() {
    let text = fs::read_to_string(contrib().join("systemd/corredor.service")).unwrap();
    for line in ["TimeoutStartSec=6h", "OnFailure=corredor-failed.service"] {
        assert!(text.lines().any(|other| other == line), "{line}");
    }
}

#[test]
fn the_container_file_is_in_order() {
    let text = fs::read_to_string(contrib().join("Containerfile")).unwrap();
    let known = ["FROM", "RUN", "COPY", "WORKDIR", "USER", "ENTRYPOINT", "CMD", "VOLUME", "ENV", "LABEL"];
    let mut continued = false;
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        if !continued {
            let word = line.split_whitespace().next().unwrap();
            assert!(known.contains(&word), "{line}");
        }
        continued = line.ends_with('\\');
    }
    assert!(!continued && text.contains("USER ") && text.contains("ENTRYPOINT [\"corredor\"]"));
    // What the sources are made of is copied, and what it copies is there.
    let copied: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from"))
        .flat_map(|line| line.split_whitespace().skip(1))
        .collect();
    // Cargo wants every target that a manifest names, tests and benches too.
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "src",
        "crates",
        "tests",
        "benches",
        "layers",
        "queries",
        "web/src",
        "web/package.json",
    ] {
        assert!(copied.contains(&needed), "{needed} is not copied");
    }
    let mut sources = Vec::new();
    ["src", "crates"]
        .iter()
        .for_each(|folder| collect(&contrib().parent().unwrap().join(folder), &mut sources));
    for (path, included) in sources.iter().flat_map(|path| included(path)) {
        let inside = included.strip_prefix(contrib().parent().unwrap()).unwrap().to_owned();
        let first = inside.iter().next().unwrap().to_str().unwrap().to_owned();
        assert!(copied.contains(&first.as_str()), "{}: {first} is not copied", path.display());
    }
    for line in text.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for path in &words[..words.len() - 1] {
            assert!(contrib().parent().unwrap().join(path).exists(), "{path}");
        }
    }
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, sources),
            false if path.extension().is_some_and(|ending| ending == "rs") => sources.push(path),
            false => {}
        }
    }
}

/// The files outside of its folder that a source includes, as far as they are named by a text; tests are not built there.
fn included(source: &Path) -> Vec<(PathBuf, PathBuf)> {
    let text = fs::read_to_string(source).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for (at, word) in text.match_indices("include_") {
        let rest = &text[at + word.len()..];
        let Some(name) = rest.split('"').nth(1).filter(|name| name.starts_with("../")) else { continue };
        let mut path = source.parent().unwrap().to_owned();
        for part in Path::new(name) {
            match part.to_str().unwrap() {
                ".." => assert!(path.pop()),
                part => path.push(part),
            }
        }
        found.push((source.to_owned(), path));
    }
    found
}
