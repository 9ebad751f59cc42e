//! Every end of a build is heard: by `status`, in the metrics, and by those who asked to be told.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use super::disks::Mount;
use super::ground::{self, Ground};
use crate::fixtures::{Need, skip};

/// A hook that keeps every event, a line each.
const KEEP: &str = "[operate]\nmetrics = \"out.prom\"\non_failure = { command = [\"sh\", \"-c\", \"cat >> events; echo >> events\"] }\n";

/// The ground, with somebody who wants to be told.
pub fn watched() -> Ground {
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    ground.put("corredor.toml", &format!("{main}{KEEP}"));
    ground
}

/// What was heard since the last look.
pub fn events(ground: &Ground) -> Vec<Value> {
    let text = fs::read_to_string(ground.path("events")).unwrap_or_default();
    let _ = fs::remove_file(ground.path("events"));
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The exit code and the line of `status --nagios`.
pub fn nagios(ground: &Ground) -> (i32, String) {
    let output = ground.run(&["status", "--nagios"]);
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// A figure of the metrics; none where it is not told.
pub fn figure(ground: &Ground, name: &str) -> Option<f64> {
    let text = fs::read_to_string(ground.path("out.prom")).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(&format!("corredor_{name}{{")))?;
    line.rsplit_once(' ')?.1.parse().ok()
}

/// Kills a build in its middle.
pub fn kill(ground: &Ground) {
    // It asks a server that never answers, and has begun by then.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let path = format!("path = \"http://{}/slow.csv\"", server.local_addr().unwrap());
    let layer = format!("level = \"public\"\n[read]\n{path}\ngeometry = \"none\"\nkey = \"id\"\n");
    ground.put("layers/slow.toml", &layer);
    let command = &mut ground.command(&["build", "--quiet"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let asked = server.accept().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    drop(asked);
    fs::remove_file(ground.path("layers/slow.toml")).unwrap();
}

#[test]
fn a_build_that_was_killed_is_found_by_status_and_told_by_the_next() {
    let ground = watched();
    ground.build(&[]);
    assert_eq!(nagios(&ground).0, 0);
    kill(&ground);
    let (code, line) = nagios(&ground);
    assert!(
        code == 2 && line.contains("CRITICAL - the build that began at ") && line.contains("was cut off"),
        "{line}"
    );
    let spanish = ground.run(&["status", "--lang", "es"]);
    assert!(String::from_utf8(spanish.stdout).unwrap().contains("se cortó"));
    // Who reads the metrics sees a build that began and did not end.
    assert!(
        figure(&ground, "last_run_began_timestamp_seconds") >= figure(&ground, "last_run_timestamp_seconds")
    );
    ground.build(&[]);
    let heard = events(&ground);
    assert_eq!((heard.len(), &heard[0]["how"]), (1, &"cut_off".into()));
    assert!(heard[0]["text"].as_str().unwrap().contains("was cut off"), "{heard:?}");
    assert_eq!((nagios(&ground).0, figure(&ground, "last_run_success")), (0, Some(1.0)));
    assert!(figure(&ground, "last_cut_off_timestamp_seconds").is_some());
    // The first build of all, too.
    let first = watched();
    kill(&first);
    assert_eq!(nagios(&first).0, 2);
}

#[test]
fn a_build_that_the_system_ends_is_an_end_like_others() {
    let ground = watched();
    ground.build(&[]);
    let program = env!("CARGO_BIN_EXE_corredor");
    let limited = format!("ulimit -f 64; exec {program} build --force --quiet");
    let output =
        std::process::Command::new("sh").args(["-c", &limited]).current_dir(ground.root()).output().unwrap();
    assert!(!output.status.success());
    let (code, line) = nagios(&ground);
    assert!(code == 2, "{line} after {:?}", output.status);
    ground.build(&[]);
    assert_eq!(events(&ground).len(), 1);
    assert_eq!(nagios(&ground).0, 0);
}

/// What breaks a workspace.
type Break<'a> = &'a dyn Fn(&Ground);

#[test]
fn a_workspace_that_cannot_be_opened_is_an_end() {
    let broken: [(&str, Break<'_>, &str); 5] = [
        ("settings", &|g| g.put("corredor.toml", "[workspace\n"), "corredor.toml:1"),
        ("no settings", &|g| fs::remove_file(g.path("corredor.toml")).unwrap(), "there is no corredor.toml"),
        ("layer", &|g| g.put("layers/gi.toml", "[hotspot]\nzones = 7\n"), "layers/gi.toml:2"),
        (
            "source",
            &|g| fs::remove_file(g.path("data/table.csv")).unwrap(),
            "the source of `table` is not there",
        ),
        (
            "disk",
            &|g| fs::rename(g.path("data"), g.path("away")).unwrap(),
            "the source of `zones` is not there",
        ),
    ];
    for (what, harm, said) in broken {
        let ground = watched();
        ground.build(&[]);
        let good = ground::tree(ground.root());
        let current = ground.current();
        harm(&ground);
        // It is seen before the night.
        let (code, line) = nagios(&ground);
        assert!(code == 1 && line.contains(said), "{what}: {line}");
        assert!(!ground.run(&["build"]).status.success());
        let (code, line) = nagios(&ground);
        assert!(code == 2 && line.contains(said), "{what}: {line}");
        assert_eq!(figure(&ground, "last_run_success"), Some(0.0), "{what}");
        let heard = events(&ground);
        assert!(heard.len() == 1 && heard[0]["text"].as_str().unwrap().contains(said), "{what}: {heard:?}");
        assert_eq!(ground.current(), current);
        for (path, bytes) in &good {
            let inside = path.strip_prefix(ground.root()).unwrap();
            if !inside.starts_with(".corredor") && !inside.starts_with("published") {
                ground.put(inside.to_str().unwrap(), &String::from_utf8(bytes.clone()).unwrap());
            }
        }
        ground.build(&[]);
        assert_eq!(nagios(&ground).0, 0, "{what}");
    }
}

#[test]
fn a_build_that_waited_in_vain_is_an_end() {
    let ground = watched();
    ground.build(&[]);
    let lock = fs::File::create(ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    let told = ground.told(&["build", "--wait", "1", "--quiet"]);
    assert!(told.starts_with("exit 2") && told.contains("another build is at work"), "{told}");
    let (code, line) = nagios(&ground);
    assert!(code == 1 && line.contains("could not begin: another build is at work"), "{line}");
    assert_eq!(figure(&ground, "last_run_success"), Some(0.0));
    assert_eq!(events(&ground)[0]["how"], "turned_away");
    drop(lock);
    // What failed before is graver, and stays.
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    assert!(!ground.run(&["build"]).status.success());
    let lock = fs::File::create(ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    assert!(!ground.run(&["build"]).status.success());
    drop(lock);
    assert!(nagios(&ground).1.contains("CRITICAL - the last build failed: "));
    // Some layers that can be built do not make it well either.
    assert!(ground.run(&["build", "zones"]).status.success());
    assert_eq!(nagios(&ground).0, 2);
}

#[test]
fn a_failed_check_names_itself_its_layer_and_its_figures() {
    let ground = watched();
    let hotspots = ground.text("layers/hotspots.toml");
    ground.put("layers/hotspots.toml", &format!("{hotspots}[check]\nrows = {{ min = 17 }}\n"));
    assert!(!ground.run(&["build"]).status.success());
    let (code, line) = nagios(&ground);
    let words = ["`hotspots`, rows: ", "16", "17"];
    assert!(code == 2 && words.iter().all(|word| line.contains(word)), "{line}");
    let text = events(&ground)[0]["text"].as_str().unwrap().to_owned();
    assert!(words.iter().all(|word| text.contains(word)) && !text.contains('\n'), "{text}");
    let spanish = String::from_utf8(ground.run(&["status", "--lang", "es"]).stdout).unwrap();
    assert!(spanish.contains("falló 1 comprobación"), "{spanish}");
}

#[test]
fn a_publication_that_stands_is_one_whatever_old_could_not_be_removed() {
    let ground = watched();
    ground.edit(
        "corredor.toml",
        "invented = true\n",
        "invented = true\n[publish]\nkeep = 1\nkeep_months = 0\n",
    );
    ground.build(&[]);
    let first = ground.current();
    let stuck = ground.path("published/runs").join(&first);
    // Nobody removes what is mounted.
    let mounted = std::process::Command::new("mount")
        .args(["--bind"])
        .arg(&stuck)
        .arg(&stuck)
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        return skip(Need::System, "this user may not mount");
    }
    ground.put("data/table.csv", &ground::table(9));
    let told = ground.told(&["build"]);
    let (code, line) = nagios(&ground);
    let figures = ["last_run_success", "operation_warnings"].map(|name| figure(&ground, name));
    let current = ground.current();
    ground.put("data/table.csv", &ground::table(10));
    let again = ground.told(&["build"]);
    std::process::Command::new("umount").arg("--lazy").arg(&stuck).status().unwrap();
    assert!(told.starts_with("exit 0") && told.contains("something old could not be removed"), "{told}");
    assert!(again.starts_with("exit 0"), "{again}");
    assert!(current != first && code == 1 && line.contains("could not be removed"), "{line}");
    assert_eq!(figures, [Some(1.0), Some(1.0)]);
    assert_eq!(events(&ground), [] as [Value; 0]);
    // It goes with the next publication.
    ground.put("data/table.csv", &ground::table(11));
    ground.build(&[]);
    assert_eq!((nagios(&ground).0, ground::names(&ground.path("published/runs")).len()), (0, 1));
}

#[test]
fn a_call_that_fails_is_made_once_more_and_then_told() {
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    let hook = |script: &str| {
        let operate = format!(
            "[operate]\nmetrics = \"out.prom\"\non_failure = {{ command = [\"sh\", \"-c\", \"{script}\"] }}\n"
        );
        ground.put("corredor.toml", &format!("{main}{operate}"));
    };
    hook("cat > event; echo x >> calls; test $(wc -l < calls) = 2");
    ground.build(&[]);
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    let told = ground.told(&["build"]);
    assert!(!told.contains("warning: sh"), "the second call went well: {told}");
    assert_eq!(ground.text("calls").lines().count(), 2);
    assert!(!nagios(&ground).1.contains("sh: exit"));
    hook("echo x >> calls; exit 7");
    assert!(ground.told(&["build"]).contains("sh: exit status: 7 (tried twice)"));
    assert_eq!(ground.text("calls").lines().count(), 4);
    let (code, line) = nagios(&ground);
    assert!(code == 2 && line.contains("sh: exit status: 7 (tried twice)"), "{line}");
    assert_eq!(figure(&ground, "operation_warnings"), Some(1.0));
}

#[test]
fn a_chat_shows_the_text_and_its_address_is_one() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut block = [0; 4096];
        while !request.ends_with(b"}") {
            let n = stream.read(&mut block).unwrap();
            request.extend_from_slice(&block[..n]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request).into_owned()
    });
    let ground = Ground::new();
    let main = ground.text("corredor.toml");
    let operate = |address: &str| format!("{main}[operate]\non_failure = {{ webhook = \"{address}\" }}\n");
    for wrong in ["chat.example.org/zqsecret", "ftp://h/zqsecret", "https:///zqsecret"] {
        ground.put("corredor.toml", &operate(wrong));
        let told = ground.told(&["check"]);
        assert!(told.starts_with("exit 1") && told.contains("no address that can be posted to"), "{told}");
        assert!(!told.contains("zqsecret"), "{told}");
    }
    ground.put("corredor.toml", &operate(&format!("http://{address}/x")));
    ground.put("data/table.csv", "code,poor,far\n00,much,1\n");
    assert!(!ground.run(&["build", "--lang", "es"]).status.success());
    let heard = heard.join().unwrap();
    let body: Value = serde_json::from_str(&heard[heard.find("\r\n\r\n").unwrap()..]).unwrap();
    assert!(body["text"].as_str().unwrap().starts_with("Corredor, t: "), "{body}");
}

#[test]
fn an_earlier_run_that_is_current_is_a_warning_until_it_is_not() {
    let ground = watched();
    ground.build(&[]);
    let first = ground.current();
    ground.put("data/table.csv", &ground::table(9));
    ground.build(&[]);
    let second = ground.current();
    assert_eq!(figure(&ground, "rolled_back"), Some(0.0));
    assert!(ground.run(&["rollback", "previous"]).status.success());
    assert_eq!(figure(&ground, "rolled_back"), Some(1.0));
    // A night without anything new changes nothing about it.
    let told = ground.told(&["build"]);
    assert!(told.contains(&format!("{first} is current, by `corredor rollback`")), "{told}");
    let (code, line) = nagios(&ground);
    assert!(code == 1 && line.contains(&first) && line.contains(&second), "{line}");
    assert_eq!(figure(&ground, "rolled_back"), Some(1.0));
    ground.put("data/table.csv", &ground::table(10));
    ground.build(&[]);
    assert_eq!((nagios(&ground).0, figure(&ground, "rolled_back")), (0, Some(0.0)));
}

#[test]
fn a_build_ends_when_its_time_is_over() {
    let ground = watched();
    ground.build(&[]);
    let current = ground.current();
    let good = ground.text("corredor.toml");
    ground.edit("corredor.toml", "[build]\n", "[build]\nmax_minutes = 0\n");
    let told = ground.told(&["build", "--force", "--quiet"]);
    assert!(told.starts_with("exit 2") && told.contains("took longer than 0 minutes"), "{told}");
    assert_eq!((nagios(&ground).0, ground.current()), (2, current));
    assert!(events(&ground)[0]["text"].as_str().unwrap().contains("max_minutes"));
    ground.put("corredor.toml", &good);
    ground.build(&["--force"]);
    assert_eq!(nagios(&ground).0, 0);
}

/// A user who is not the one who runs the tests; none where that one may not be another.
fn other_user() -> Option<u32> {
    let own = fs::metadata("/proc/self").ok()?.uid();
    if own != 0 {
        skip(Need::System, "only root can be another user");
    }
    (own == 0).then_some(12_345)
}

/// The program where another user may start it; none where nothing can be mounted.
fn program() -> Option<(tempfile::TempDir, Mount)> {
    let dir = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    fs::write(dir.path().join("corredor"), "").unwrap();
    let mount = Mount::new(&["--bind", env!("CARGO_BIN_EXE_corredor")], &dir.path().join("corredor"))?;
    Some((dir, mount))
}

/// Runs as another user, who may go as far as the folder.
fn told_as(ground: &Ground, program: &Path, user: u32, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(program);
    command.args(arguments).current_dir(ground.root()).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    let output = command.uid(user).gid(user).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    format!("exit {}\n{}", output.status.code().unwrap(), String::from_utf8_lossy(&said))
}

fn give(path: &Path, user: u32) {
    chown(path, Some(user), Some(user)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_symlink() {
                give(&path, user);
            }
        }
    }
}

#[test]
fn another_user_than_the_owner_does_not_build() {
    let Some(user) = other_user() else { return };
    let ground = watched();
    give(ground.root(), user);
    // Before anything was built the folder says whose it is.
    let told = ground.told(&["build", "--quiet"]);
    assert!(
        told.starts_with("exit 2") && told.contains("belongs to the user #12345, and this is root"),
        "{told}"
    );
    assert!(told.contains("sudo -u '#12345'") && told.contains("--any-user"), "{told}");
    assert!(!ground.path(".corredor").exists() && !ground.path(".corredor.lock").exists());
    ground.build(&["--any-user"]);
    let left = ground::tree(ground.root());
    // Then what was built does.
    give(ground.root(), user);
    for command in [&["build"][..], &["rollback", "previous"], &["withdraw", "current"]] {
        let told = ground.told(command);
        assert!(told.starts_with("exit 2") && told.contains("belongs to the user"), "{told}");
    }
    assert_eq!(ground::tree(ground.root()).keys().collect::<Vec<_>>(), left.keys().collect::<Vec<_>>());
    assert_eq!(events(&ground).len(), 0);
}

#[test]
fn what_a_user_may_not_read_is_told_as_that() {
    let Some(user) = other_user() else { return };
    let Some((program, _mount)) = program() else { return };
    let program = program.path().join("corredor");
    let told_as = |ground: &Ground, user, arguments: &[&str]| told_as(ground, &program, user, arguments);
    let ground = watched();
    fs::set_permissions(ground.root(), fs::Permissions::from_mode(0o755)).unwrap();
    ground.build(&[]);
    // Somebody who watches and may not read `.corredor`.
    let told = told_as(&ground, user, &["status", "--nagios"]);
    assert!(told.starts_with("exit 3\nCORREDOR UNKNOWN") && told.contains("ermission denied"), "{told}");
    assert!(!told.contains("no build has ended"), "{told}");
    // Who may not even look into the folder is not told that there is no workspace.
    fs::set_permissions(ground.root(), fs::Permissions::from_mode(0o750)).unwrap();
    let named = ground.root().to_string_lossy().into_owned();
    let mut command = std::process::Command::new(&program);
    let command =
        command.args(["status", "--nagios", "-C", &named]).current_dir("/").env("LC_ALL", "C.UTF-8");
    let output = command.uid(user).gid(user).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("UNKNOWN") && told.contains("ermission denied"), "{told}");
    assert!(!told.contains("any folder above"), "{told}");
    fs::set_permissions(ground.root(), fs::Permissions::from_mode(0o755)).unwrap();
    let run = ground.path("published/current").canonicalize().unwrap();
    assert!(told_as(&ground, user, &["verify"]).starts_with("exit 0"), "the history is not his to look at");
    for path in ["gaps.csv", "SHA256SUMS"] {
        fs::set_permissions(run.join(path), fs::Permissions::from_mode(0o600)).unwrap();
        let told = told_as(&ground, user, &["verify"]);
        assert!(told.starts_with("exit 2") && told.contains("may not be read by this user"), "{told}");
        assert!(!told.contains("damaged"), "{told}");
        fs::set_permissions(run.join(path), fs::Permissions::from_mode(0o644)).unwrap();
    }
    fs::set_permissions(ground.path("published"), fs::Permissions::from_mode(0o700)).unwrap();
    for command in [&["runs"][..], &["verify"], &["diff"]] {
        let told = told_as(&ground, user, command);
        assert!(told.starts_with("exit 2") && told.contains("ermission denied"), "{command:?}: {told}");
        assert!(!told.to_lowercase().contains("nothing is published"), "{told}");
    }
}

#[test]
fn a_source_that_may_not_be_read_is_told_as_that() {
    let Some(user) = other_user() else { return };
    let Some((program, _mount)) = program() else { return };
    let program = program.path().join("corredor");
    for source in ["table.csv", "zones.geojson", "."] {
        let ground = watched();
        give(ground.root(), user);
        let path = ground.path("data").join(source);
        chown(&path, Some(0), Some(0)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let told = told_as(&ground, &program, user, &["build"]);
        assert!(!told.starts_with("exit 0") && told.contains("ermission denied"), "{source}: {told}");
        let others = ["damaged", "truncated", "no such file", "is not there"];
        assert!(others.iter().all(|other| !told.contains(other)), "{source}: {told}");
        let inspected = told_as(&ground, &program, user, &["inspect", "data/table.csv"]);
        assert!(source == "zones.geojson" || inspected.contains("ermission denied"), "{source}: {inspected}");
        assert!(others.iter().all(|other| !inspected.contains(other)), "{source}: {inspected}");
    }
}

#[test]
fn the_history_is_never_begun_anew_and_verify_looks_at_it() {
    let ground = watched();
    ground.build(&[]);
    ground.put("data/table.csv", &ground::table(9));
    ground.build(&[]);
    let (path, current) = (ground.path(".corredor/history.parquet"), ground.current());
    assert!(ground.told(&["verify"]).starts_with("exit 0"));
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let told = ground.told(&["verify"]);
    assert!(
        told.starts_with("exit 2") && told.contains("the history of past nights cannot be read"),
        "{told}"
    );
    assert!(ground.told(&["trends"]).starts_with("exit 2"));
    // On a night on which nothing has changed, too.
    let told = ground.told(&["build", "--quiet"]);
    assert!(told.starts_with("exit 2") && told.contains("cannot be read"), "{told}");
    assert_eq!(nagios(&ground).0, 2);
    ground.put("data/table.csv", &ground::table(10));
    let told = ground.told(&["build", "--quiet"]);
    assert!(
        told.starts_with("exit 2") && told.contains("the history of past nights cannot be read"),
        "{told}"
    );
    assert_eq!((fs::read(&path).unwrap().len(), ground.current()), (whole.len() / 2, current));
    assert!(nagios(&ground).1.contains("history"));
    // The way that it names.
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("put the last one back: `cp"), "{told}");
    fs::copy(ground.path(".corredor/history.parquet.1"), &path).unwrap();
    ground.build(&[]);
    assert!(ground.told(&["verify"]).starts_with("exit 0"));
}

#[test]
fn modes_are_as_documented_whatever_the_umask() {
    let program = env!("CARGO_BIN_EXE_corredor");
    for (umask, file, folder) in [("022", 0o644, 0o755), ("027", 0o640, 0o750), ("077", 0o600, 0o700)] {
        let ground = watched();
        let build = format!("umask {umask}; exec {program} build --quiet");
        let output =
            std::process::Command::new("sh").args(["-c", &build]).current_dir(ground.root()).output();
        assert!(output.unwrap().status.success());
        let mode = |path: &Path| path.symlink_metadata().unwrap().mode() & 0o777;
        for path in ground::tree(&ground.path("published")).keys() {
            assert_eq!(mode(path), file, "umask {umask}: {}", path.display());
            assert_eq!(mode(path.parent().unwrap()), folder, "umask {umask}");
        }
        for path in ground::tree(&ground.path(".corredor")).keys() {
            assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700), "{}", path.display());
        }
        assert_eq!(mode(&ground.path("out.prom")), 0o644);
    }
}

#[test]
fn a_renamed_column_is_looked_for_among_those_that_are_new() {
    let ground = watched();
    // The zones have other columns of such names, and one of them is in use.
    let table = |poor: &str| {
        let text = ground::table(0).replace("code,poor,far", &format!("code,{poor},far"));
        let mut lines = text.lines();
        let mut out = format!("{},pour,note\n", lines.next().unwrap());
        lines.for_each(|line| out.push_str(&format!("{line},1,x\n")));
        out
    };
    ground.put("data/table.csv", &table("poor"));
    ground.build(&[]);
    ground.put("data/table.csv", &table("poverty_share"));
    ground.edit(
        "layers/table.toml",
        "types = { poor = \"number\", far = \"number\" }",
        "types = { far = \"number\" }",
    );
    let told = ground.told(&["build", "--quiet"]);
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.starts_with("exit 1") && flat.contains("has no field `poor`"), "{told}");
    assert!(flat.contains("new in it: `poverty_share`; if"), "{told}");
    assert!(!flat.contains("did you mean `pour`") && !flat.contains("`note`"), "{told}");
    assert!(flat.contains("rename = { poverty_share = \"poor\" }"), "{told}");
}
