//! What may go wrong in a night, and what comes of it. A kind that is added here is met by `operator.rs`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::disks::Mount;
use super::ends;
use super::ground::{self, Ground};
use super::sources::Server;

/// Where the nights pass.
pub struct Stage {
    pub ground: Ground,
    /// Has the incidents.
    pub server: Server,
    /// Which night it is, from 1.
    pub night: usize,
}

/// What a mishap does to what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: tonight's data are published, or there is nothing new.
    None,
    /// Nothing is published, though there was something new.
    Stops,
    /// The build dies, so that the next one tells.
    Kills,
    /// What is published is not made from tonight's data alone, or is older.
    Changes,
    /// What is published is as it should be, and something around it is not.
    Leaves,
}

/// Takes a mishap away in the morning.
pub type Cure = Box<dyn FnOnce(&Stage)>;

/// One kind of mishap.
pub struct Mishap {
    pub name: &'static str,
    pub effect: Effect,
    /// What the line for Nagios must say.
    pub says: &'static str,
    /// Before the night's build; none where it cannot happen on this machine.
    pub strike: fn(&Stage) -> Option<Cure>,
    /// The night's build, where it is another than `corredor build`.
    pub build: fn(&Stage),
}

/// As the unit does it.
fn nightly(stage: &Stage) {
    stage.ground.run(&["build", "--quiet"]);
}

fn killed(stage: &Stage) {
    ends::kill(&stage.ground);
}

/// By a limit that the system sets.
fn limited(stage: &Stage) {
    let limited = format!("ulimit -f 64; exec {} build --quiet", env!("CARGO_BIN_EXE_corredor"));
    Command::new("sh").args(["-c", &limited]).current_dir(stage.ground.root()).output().unwrap();
}

fn while_another_works(stage: &Stage) {
    let lock = fs::File::create(stage.ground.path(".corredor.lock")).unwrap();
    lock.lock().unwrap();
    nightly(stage);
}

/// Nothing has to be taken away.
fn once(_: &Stage) -> Option<Cure> {
    Some(Box::new(|_| {}))
}

/// A file holds something else for a night.
fn instead(stage: &Stage, path: &'static str, text: &[u8]) -> Option<Cure> {
    let good = fs::read(stage.ground.path(path)).unwrap();
    fs::write(stage.ground.path(path), text).unwrap();
    Some(Box::new(move |stage| fs::write(stage.ground.path(path), good).unwrap()))
}

fn edited(stage: &Stage, path: &'static str, from: &str, to: &str) -> Option<Cure> {
    let text = stage.ground.text(path);
    assert!(text.contains(from), "{path} has no {from}");
    instead(stage, path, text.replace(from, to).as_bytes())
}

/// A file or folder is elsewhere for a night.
fn away(stage: &Stage, path: &'static str) -> Option<Cure> {
    let elsewhere = stage.ground.path("elsewhere");
    fs::rename(stage.ground.path(path), &elsewhere).unwrap();
    Some(Box::new(move |stage| {
        let path = stage.ground.path(path);
        // What the night put there instead.
        let _ = fs::remove_file(&path);
        fs::rename(elsewhere, path).unwrap();
    }))
}

/// The server is not as it should be for a night.
fn served(stage: &Stage, harm: fn(&mut super::sources::Behaviour)) -> Option<Cure> {
    serve(stage);
    stage.server.set(harm);
    Some(Box::new(serve))
}

/// The server has tonight's incidents.
pub fn serve(stage: &Stage) {
    let night = stage.night;
    let rows = (0..4).map(|n| format!("i{n},{}.5,{}.5\n", n, (n + night) % 4)).collect::<String>();
    stage.server.serve(&format!("id,lon,lat\n{rows}"), &format!("\"{night}\""));
}

fn mounted(arguments: &[&str], at: &Path) -> Option<Cure> {
    let mount = Mount::new(arguments, at)?;
    Some(Box::new(move |_| drop(mount)))
}

/// Damages a byte in the middle of every file of a folder.
fn flip(folder: &Path) {
    for (path, mut bytes) in ground::tree(folder) {
        if let Some(byte) = bytes.len().checked_div(2).and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1;
            fs::write(path, bytes).unwrap();
        }
    }
}

const fn mishap(
    name: &'static str,
    effect: Effect,
    says: &'static str,
    strike: fn(&Stage) -> Option<Cure>,
) -> Mishap {
    Mishap { name, effect, says, strike, build: nightly }
}

use Effect::{Changes, Kills, Leaves, None as Nothing, Stops};

/// All of them.
pub const MISHAPS: &[Mishap] = &[
    mishap("none", Nothing, "went well", once),
    mishap("nothing new", Nothing, "went well", |stage| {
        stage.ground.run(&["build", "--quiet"]);
        once(stage)
    }),
    mishap("a dead process's lock", Nothing, "went well", |stage| {
        stage.ground.put(".corredor.lock", "process 999999, since 2026-01-01 00:00:00 UTC\n");
        once(stage)
    }),
    mishap("a damaged cache", Nothing, "went well", |stage| {
        flip(&stage.ground.path(".corredor/cache-1"));
        once(stage)
    }),
    mishap("no cache", Nothing, "went well", |stage| {
        fs::remove_dir_all(stage.ground.path(".corredor/cache-1")).unwrap();
        once(stage)
    }),
    mishap("a cache of another version", Nothing, "went well", |stage| {
        fs::rename(stage.ground.path(".corredor/cache-1"), stage.ground.path(".corredor/cache-0")).unwrap();
        once(stage)
    }),
    mishap("a torn status", Nothing, "went well", |stage| {
        stage.ground.put(".corredor/status.json", "{\"work");
        once(stage)
    }),
    mishap("no journal", Nothing, "went well", |stage| {
        fs::remove_file(stage.ground.path(".corredor/journal.jsonl")).unwrap();
        once(stage)
    }),
    mishap("no memory of the last build", Nothing, "went well", |stage| {
        fs::remove_file(stage.ground.path(".corredor/last.json")).unwrap();
        once(stage)
    }),
    mishap("half a run", Nothing, "went well", |stage| {
        stage.ground.put("published/runs/20200101T000000Z-dead.partial/a.csv", "x");
        once(stage)
    }),
    mishap("a file of the current run is gone", Nothing, "went well", |stage| {
        fs::remove_file(stage.ground.path("published/current/gaps.csv")).unwrap();
        once(stage)
    }),
    mishap("rights that are too wide", Nothing, "went well", |stage| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(stage.ground.path(".corredor"), fs::Permissions::from_mode(0o777)).unwrap();
        once(stage)
    }),
    mishap("a partial build", Nothing, "went well", |stage| {
        assert!(stage.ground.run(&["build", "zones", "--quiet"]).status.success());
        once(stage)
    }),
    Mishap { build: killed, ..mishap("kill -9", Kills, "was cut off", once) },
    Mishap { build: limited, ..mishap("a limit of the system", Kills, "was cut off", once) },
    Mishap {
        build: while_another_works,
        ..mishap("another build that does not end", Stops, "another build is at work", once)
    },
    mishap("broken settings", Stops, "corredor.toml:1", |stage| {
        instead(stage, "corredor.toml", b"[workspace\n")
    }),
    mishap("empty settings", Stops, "corredor.toml:1", |stage| instead(stage, "corredor.toml", b"")),
    mishap("settings that are no text", Stops, "corredor.toml:1", |stage| {
        instead(stage, "corredor.toml", b"\xff\xfe")
    }),
    mishap("no settings", Stops, "there is no corredor.toml", |stage| away(stage, "corredor.toml")),
    mishap("a broken layer", Stops, "layers/gi.toml:2", |stage| {
        edited(stage, "layers/gi.toml", "zones = \"risk\"", "zones = 7")
    }),
    mishap("a layer that is gone", Stops, "not in order", |stage| away(stage, "layers/risk.toml")),
    mishap("no layers", Stops, "not in order", |stage| away(stage, "layers")),
    mishap("a source that is gone", Stops, "the source of `table` is not there", |stage| {
        away(stage, "data/table.csv")
    }),
    mishap("a disk that is not mounted", Stops, "the source of `zones` is not there", |stage| {
        away(stage, "data")
    }),
    mishap("a text among numbers", Stops, "much", |stage| {
        let table = ground::table(stage.night).replace("\n00,", "\n00,much");
        instead(stage, "data/table.csv", table.as_bytes())
    }),
    mishap("an empty source", Stops, "table.csv", |stage| instead(stage, "data/table.csv", b"")),
    mishap("a page of a server in the place of a source", Stops, "routes.geojson", |stage| {
        instead(stage, "data/routes.geojson", b"<!DOCTYPE html><html><body>503</body></html>")
    }),
    mishap("a key that comes twice", Stops, "table.csv", |stage| {
        let table = ground::table(stage.night) + "00,1,1\n";
        instead(stage, "data/table.csv", table.as_bytes())
    }),
    mishap("a column of another name", Stops, "`poor`", |stage| {
        let table = ground::table(stage.night).replace("code,poor", "code,poverty");
        instead(stage, "data/table.csv", table.as_bytes())
    }),
    mishap("a check that fails", Stops, "`hotspots`, rows: ", |stage| {
        let text = stage.ground.text("layers/hotspots.toml") + "[check]\nrows = { min = 17 }\n";
        instead(stage, "layers/hotspots.toml", text.as_bytes())
    }),
    mishap("no time", Stops, "max_minutes", |stage| {
        edited(stage, "corredor.toml", "[build]\n", "[build]\nmax_minutes = 0\n")
    }),
    mishap("something else that is called current", Stops, "current", |stage| {
        let current = stage.ground.path("published/current");
        let link = fs::read_link(&current).unwrap();
        fs::remove_file(&current).unwrap();
        fs::create_dir(&current).unwrap();
        Some(Box::new(move |_| {
            fs::remove_dir(&current).unwrap();
            std::os::unix::fs::symlink(link, current).unwrap();
        }))
    }),
    mishap("a damaged history", Stops, "history", |stage| {
        instead(stage, ".corredor/history.parquet", b"torn")
    }),
    mishap("a history that is gone", Stops, "history", |stage| away(stage, ".corredor/history.parquet")),
    mishap("work that lies elsewhere", Stops, "cannot be made this user's alone", |stage| {
        let (home, elsewhere) = (stage.ground.path(".corredor"), stage.ground.path("elsewhere"));
        fs::rename(&home, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &home).unwrap();
        Some(Box::new(move |_| {
            fs::remove_file(&home).unwrap();
            fs::rename(elsewhere, home).unwrap();
        }))
    }),
    mishap("a target that cannot be written", Stops, "Read-only", |stage| {
        let at = stage.ground.path("published");
        let text = at.to_string_lossy().into_owned();
        let cure = mounted(&["--bind", &text], &at)?;
        let ro = Command::new("mount").args(["-o", "remount,ro,bind", &text]).stderr(Stdio::null()).status();
        assert!(ro.unwrap().success());
        Some(cure)
    }),
    mishap("a server that is down", Changes, "`incidents` of ", |stage| {
        served(stage, |b| b.status = Some(503))
    }),
    mishap("a server that has it no more", Changes, "`incidents` of ", |stage| {
        served(stage, |b| b.status = Some(404))
    }),
    mishap("a server that hangs up", Changes, "`incidents` of ", |stage| served(stage, |b| b.cut = Some(20))),
    mishap("a server that does not answer", Changes, "`incidents` of ", |stage| {
        served(stage, |b| b.hang = true)
    }),
    mishap("a server that stops in the middle", Changes, "`incidents` of ", |stage| {
        served(stage, |b| b.stall = true)
    }),
    mishap("a server with another file", Changes, "`incidents` of ", |stage| {
        served(stage, |b| b.body = "<html>login</html>".to_owned())
    }),
    mishap("an earlier run made current", Changes, "rolled back", |stage| {
        // There is an earlier one, and nothing new after it.
        stage.ground.put("data/table.csv", &ground::table(50 + stage.night % 40));
        stage.ground.run(&["build", "--quiet"]);
        assert!(stage.ground.run(&["rollback", "previous"]).status.success());
        Some(Box::new(|stage| stage.ground.put("data/table.csv", &ground::table(stage.night))))
    }),
    mishap("an old run that cannot be removed", Leaves, "could not be removed", |stage| {
        let runs = corredor::publish::runs(&stage.ground.path("published")).unwrap();
        let old = runs.iter().find(|run| !run.current)?.folder.clone();
        mounted(&["--bind", &old.to_string_lossy()], &old)
    }),
    mishap("no place for the metrics", Leaves, "out.prom", |stage| {
        let metrics = stage.ground.path("out.prom");
        fs::remove_file(&metrics).unwrap();
        fs::create_dir(&metrics).unwrap();
        Some(Box::new(move |_| fs::remove_dir(metrics).unwrap()))
    }),
];
