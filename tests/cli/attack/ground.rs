//! Workspaces to be attacked, night after night, and what is true in them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::globe::Place;
use super::published::{Published, Settlement};

/// Layers of the `mexico` template that have nothing to do with sites, and take long.
const APART: [&str; 4] = ["vulnerability", "vulnerability_states", "marginalisation", "states"];

/// A workspace with a list of sites that can be changed.
pub struct Ground {
    _dir: TempDir,
    home: PathBuf,
    folder: PathBuf,
    header: String,
    /// Lines of the list as it came.
    pub lines: Vec<String>,
    lon: usize,
    lat: usize,
    file: PathBuf,
}

impl Ground {
    /// The demo, its invented country of the default size.
    pub fn demo() -> Self {
        let (dir, home, folder) = Self::folders();
        said(&home, dir.path(), &["demo", "country"]);
        let file = folder.join("data/shelters.csv");
        Self::new(dir, home, folder, file)
    }

    /// The `mexico` template as `init` writes it; `lean` leaves out what sites have no part in.
    pub fn mexico(data: &Path, lean: bool) -> Self {
        let (dir, home, folder) = Self::folders();
        let data = data.canonicalize().unwrap();
        said(
            &home,
            dir.path(),
            &["init", "--template", "mexico", "--data", &data.to_string_lossy(), "country"],
        );
        put_key(&home, "mexico");
        let file = folder.join("shelters.csv");
        fs::copy(data.join("shelters.csv"), &file).unwrap();
        let layer = folder.join("layers/shelters.toml");
        let text = fs::read_to_string(&layer).unwrap();
        fs::write(&layer, text.replace("path = \"shelters.csv\"", &format!("path = \"{}\"", file.display())))
            .unwrap();
        if lean {
            for name in APART {
                fs::remove_file(folder.join(format!("layers/{name}.toml"))).unwrap();
            }
            for name in ["country", "stretches"] {
                let layer = folder.join(format!("layers/{name}.toml"));
                let text = fs::read_to_string(&layer).unwrap();
                fs::write(&layer, text.replace("publish = true", "publish = false")).unwrap();
            }
        }
        Self::new(dir, home, folder, file)
    }

    fn folders() -> (TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        fs::create_dir(&home).unwrap();
        let folder = dir.path().join("country");
        (dir, home, folder)
    }

    fn new(dir: TempDir, home: PathBuf, folder: PathBuf, file: PathBuf) -> Self {
        let text = fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().map(str::to_owned);
        let header = lines.next().unwrap();
        let place = |name: &str| header.split(',').position(|field| field == name).unwrap();
        let (lon, lat) = (place("lon"), place("lat"));
        Self { _dir: dir, home, folder, header, lines: lines.collect(), lon, lat, file }
    }

    /// Where the site of a line stands.
    pub fn place(&self, line: &str) -> Place {
        let cells = cells(line);
        Place::new(cells[self.lon].parse().unwrap(), cells[self.lat].parse().unwrap())
    }

    /// The line with its site somewhere else.
    pub fn moved(&self, line: &str, to: Place) -> String {
        let mut cells = cells(line);
        cells[self.lon] = format!("{:.6}", to.lon);
        cells[self.lat] = format!("{:.6}", to.lat);
        let quoted = |cell: &String| match cell.contains(',') {
            true => format!("\"{cell}\""),
            false => cell.clone(),
        };
        cells.iter().map(quoted).collect::<Vec<_>>().join(",")
    }

    /// Writes the list of sites and builds; gives what is current then.
    pub fn build(&self, lines: &[String]) -> PathBuf {
        self.put(lines);
        self.run(&["build"]);
        self.current()
    }

    /// The same, where the gate may refuse: then what was current stays. Says whether it was published.
    pub fn night(&self, lines: &[String]) -> (PathBuf, bool) {
        self.put(lines);
        let output = asked(&self.home, &self.folder, &["build"]);
        // Whatever else is wrong is no answer.
        let refused = String::from_utf8_lossy(&output.stderr).contains("audit");
        assert!(output.status.success() || refused, "{}", String::from_utf8_lossy(&output.stderr));
        (self.current(), output.status.success())
    }

    fn put(&self, lines: &[String]) {
        fs::write(&self.file, format!("{}\n{}\n", self.header, lines.join("\n"))).unwrap();
    }

    /// Writes the list of sites as it came and builds, as if it were that many seconds past 1970.
    pub fn build_at(&self, seconds: u64) {
        self.put(&self.lines);
        let mut command = command(&self.home, &self.folder, &["build"]);
        let output = command.env("SOURCE_DATE_EPOCH", seconds.to_string()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The layers that the workspace publishes, and whether they lie on the map.
    pub fn published_layers(&self) -> Vec<(String, bool)> {
        let text = |path: &Path| fs::read_to_string(path).unwrap();
        let mut layers: Vec<(String, bool)> = fs::read_dir(self.folder.join("layers"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
            .filter(|path| text(path).lines().any(|line| line == "publish = true"))
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, !text(&path).contains("geometry = \"none\""))
            })
            .collect();
        layers.sort();
        layers
    }

    /// Runs the program in the workspace.
    pub fn run(&self, arguments: &[&str]) -> Output {
        said(&self.home, &self.folder, arguments)
    }

    /// The settlements among which sites are hidden, which everybody can list: those of the census of the demo, else the
    /// zones, by their inner points.
    pub fn settlements(&self, run: &Published) -> Vec<Settlement> {
        let Ok(mut reader) = csv::Reader::from_path(self.folder.join("data/localities.csv")) else {
            let zone =
                |z: &super::published::Zone| Settlement { key: z.key.clone(), at: z.at, people: z.people };
            return run.zones.iter().map(zone).collect();
        };
        let header = reader.headers().unwrap().clone();
        let place = |name: &str| header.iter().position(|field| field == name).unwrap();
        let (id, lon, lat, people) = (place("id"), place("lon"), place("lat"), place("pop"));
        let settlement = |row: csv::StringRecord| Settlement {
            key: row[id].to_owned(),
            at: Place::new(row[lon].parse().unwrap(), row[lat].parse().unwrap()),
            people: row[people].parse().unwrap(),
        };
        let mut settlements: Vec<Settlement> = reader.records().map(|r| settlement(r.unwrap())).collect();
        settlements.sort_by(|a, b| a.key.cmp(&b.key));
        settlements
    }

    /// What is published now.
    pub fn current(&self) -> PathBuf {
        self.folder.join("published/current").canonicalize().unwrap()
    }

    /// The folder of the workspace.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A key that is always the same, in the place of the one that `init` made: so are the figures of the attack.
fn put_key(home: &Path, workspace: &str) {
    let keys = home.join("corredor/keys");
    fs::create_dir_all(&keys).unwrap();
    let file = keys.join(format!("{workspace}.key"));
    let _ = fs::remove_file(&file);
    fs::write(&file, format!("{}\n", "5a1e".repeat(16))).unwrap();
    for (path, mode) in [(home.join("corredor"), 0o700), (keys, 0o700), (file, 0o600)] {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
}

/// Cells of a line of CSV, quotes taken off.
fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect()
}

fn said(home: &Path, folder: &Path, arguments: &[&str]) -> Output {
    let output = asked(home, folder, arguments);
    assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn asked(home: &Path, folder: &Path, arguments: &[&str]) -> Output {
    command(home, folder, arguments).output().unwrap()
}

fn command(home: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env_remove("CORREDOR_KEY_FILE")
        .env_remove("CORREDOR_LOG");
    command
}
