//! A workspace of sixteen zones with every kind of step, small enough to be built in a few milliseconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use corredor::build::{BuildError, BuildOptions, Outcome, Silent, build};
use corredor::workspace::Workspace;
use tempfile::TempDir;

/// Zones on a side.
pub const SIDE: usize = 4;

const MAIN: &str = "[workspace]\nname = \"t\"\ntitle = { es = \"Prueba\", en = \"Test\" }\n\
                    country = { es = \"País inventado\", en = \"Invented country\" }\ninvented = true\n\
                    [build]\nsettle_s = 0\n";

const LAYERS: &[(&str, &str)] = &[
    (
        "zones",
        "level = \"public\"\n[read]\npath = \"zones.geojson\"\ngeometry = \"polygon\"\nkey = \"code\"\nname = \"name\"\n",
    ),
    (
        "table",
        "level = \"public\"\n[read]\npath = \"table.csv\"\ngeometry = \"none\"\nkey = \"code\"\ntypes = { poor = \"number\", far = \"number\" }\n",
    ),
    ("routes", "level = \"public\"\n[read]\npath = \"routes.geojson\"\ngeometry = \"line\"\nkey = \"id\"\n"),
    (
        // Known to all, so that figures can be told by hand; `editions.rs` has them above the level of readers.
        "shelters",
        "level = \"public\"\n[read]\npath = \"shelters.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n[read.guard]\nfewer_pct = 100\n",
    ),
    (
        "incidents",
        "level = \"public\"\n[read]\npath = \"incidents.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n[read.guard]\nfewer_pct = 100\n",
    ),
    (
        "risk",
        "[score]\nzones = \"zones\"\ntable = \"table\"\nrecipe = \"r\"\nversion = \"1\"\n[[score.indicator]]\nfield = \"poor\"\ngoalposts = [0, 100]\n[[score.indicator]]\nfield = \"far\"\ngoalposts = [0, 100]\n",
    ),
    (
        "stretches",
        "title = { es = \"Tramos\", en = \"Stretches\" }\npublish = true\n[exposure]\nroutes = \"routes\"\nzones = \"risk\"\n",
    ),
    ("zone_exposure", "[exposure]\nroutes = \"routes\"\nzones = \"risk\"\noutput = \"zones\"\n"),
    ("zone_coverage", "[coverage]\nsites = \"shelters\"\nstretches = \"stretches\"\n"),
    (
        "gaps",
        "title = { es = \"Brechas\", en = \"Gaps\" }\npublish = true\n[coverage]\nsites = \"shelters\"\nstretches = \"stretches\"\noutput = \"gaps\"\n",
    ),
    ("zone_incidents", "[counts]\npoints = \"incidents\"\nzones = \"zones\"\n"),
    ("gi", "[hotspot]\nzones = \"risk\"\npermutations = 99\nfdr = false\n"),
    (
        "hotspots",
        "title = { es = \"Focos\", en = \"Hotspots\" }\npublish = true\n[priority]\nzones = \"risk\"\ncarry = [\n\
      { layer = \"risk\", fields = [\"risk\", \"risk_class\"] },\n{ layer = \"zone_exposure\", fields = [\"route_km\", \"expo_km\"] },\n\
      { layer = \"zone_coverage\", fields = [\"near_km\", \"gap_km\"] },\n{ layer = \"zone_incidents\", fields = [\"incidents\"] },\n\
      { layer = \"gi\", fields = [\"gi_z\", \"gi_bin\"] },\n]\n[[priority.component]]\nlayer = \"risk\"\nfield = \"risk\"\n\
      [[priority.component]]\nlayer = \"zone_coverage\"\nfield = \"gap_km\"\n",
    ),
    (
        "states",
        "title = { es = \"Estados\", en = \"States\" }\npublish = true\n[rollup]\nzones = \"hotspots\"\nby = { prefix = 1 }\nsum = [\"route_km\", \"incidents\"]\nmean = [\"risk\"]\n",
    ),
];

/// Shelters and incidents may come and go, in as many tests as do not look at that.
pub const LAX: &str = "[read.guard]\nfewer_pct = 100\n";

/// The workspace in a folder of its own.
pub struct Ground {
    root: PathBuf,
    /// Goes with the workspace; none where its folder is somebody else's.
    _dir: Option<TempDir>,
}

impl Ground {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let ground = Self::at(dir.path());
        Self { _dir: Some(dir), ..ground }
    }

    /// In a folder that is there.
    pub fn at(folder: &Path) -> Self {
        let ground = Self { root: folder.to_owned(), _dir: None };
        ground.put("corredor.toml", MAIN);
        for (name, text) in LAYERS {
            ground.put(&format!("layers/{name}.toml"), text);
        }
        ground.put("data/zones.geojson", &zones(0));
        ground.put("data/routes.geojson", &routes(0.0));
        ground.put("data/table.csv", &table(0));
        ground.put("data/shelters.csv", &shelters(0.5));
        ground.put("data/incidents.csv", "id,lon,lat\ni1,0.5,0.5\ni2,1.5,0.5\ni3,1.6,0.6\n");
        ground
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Replaces a text in a file, where it must stand.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.put(path, &text.replace(from, to));
    }

    /// The binary, ready to run in the workspace on one thread.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
        command
            .args(arguments)
            .current_dir(self.root())
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .env_remove("RUST_BACKTRACE")
            .env_remove("CORREDOR_LOG")
            .env_remove("SOURCE_DATE_EPOCH");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Builds, which must go well; the layers whose steps ran.
    pub fn build(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.run(&[&["build", "--json"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let outcome: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let layers = outcome["layers"].as_array().unwrap().iter();
        let built = layers.filter(|layer| layer["reused"] == false);
        built.map(|layer| layer["layer"].as_str().unwrap().to_owned()).collect()
    }

    /// Builds in this process, as if it were that many seconds after 1970.
    pub fn publish_at(&self, seconds: i64) -> Outcome {
        self.try_publish_at(seconds).unwrap()
    }

    /// The same, where it may fail.
    pub fn try_publish_at(&self, seconds: i64) -> Result<Outcome, BuildError> {
        let now = Some(jiff::Timestamp::from_second(seconds).unwrap());
        let workspace = Workspace::open(self.root()).unwrap();
        build(&workspace, &BuildOptions { now, ..BuildOptions::default() }, &mut Silent)
    }

    /// What a command says on stderr, its exit code first, the folder's path taken out.
    pub fn told(&self, arguments: &[&str]) -> String {
        crate::fixtures::told(self.root(), arguments)
    }

    /// The run that is current.
    pub fn current(&self) -> String {
        let link = fs::read_link(self.path("published/current")).unwrap();
        link.file_name().unwrap().to_str().unwrap().to_owned()
    }

    /// Every file of the current run with its bytes.
    pub fn published(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.path("published/current").canonicalize().unwrap())
    }
}

/// Every file of a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|e| (e.file_name().into_string().unwrap(), fs::read(e.path()).unwrap())).collect()
}

/// Names of what a folder holds, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// Squares of one degree; `shift` moves the north-eastern corner by thousandths.
pub fn zones(shift: usize) -> String {
    let mut features = Vec::new();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let top = if (x, y) == (SIDE - 1, SIDE - 1) { shift as f64 / 1000.0 } else { 0.0 };
            let (east, north) = ((x + 1) as f64 + top, (y + 1) as f64 + top);
            features.push(format!(
                r#"{{"type":"Feature","properties":{{"code":"{y}{x}","name":"Z{y}{x}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{0},{y}],[{east},{north}],[{x},{1}],[{x},{y}]]]}}}}"#,
                x + 1, y + 1,
            ));
        }
    }
    collection(&features)
}

/// Two routes; the second lies `north` degrees further up.
pub fn routes(north: f64) -> String {
    let line = |id: &str, lat: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"LineString","coordinates":[[0.1,{lat}],[3.9,{lat}]]}}}}"#
        )
    };
    collection(&[line("R1", 0.5), line("R2", 2.5 + north)])
}

/// Two indicators per zone.
pub fn table(change: usize) -> String {
    let mut text = "code,poor,far\n".to_owned();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let poor = (x * 23 + y * 7 + if (x, y) == (1, 1) { change } else { 0 }) % 101;
            text.push_str(&format!("{y}{x},{poor},{}\n", (x * 5 + y * 29) % 101));
        }
    }
    text
}

/// Two shelters on the first route, the first at a longitude.
pub fn shelters(lon: f64) -> String {
    format!("id,lon,lat\nS1,{lon},0.5\nS2,3.5,0.5\n")
}

/// Every file below a folder with its bytes, links left out.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        match (kind.is_dir(), kind.is_file()) {
            (true, _) => found.extend(tree(&entry.path())),
            (_, true) => drop(found.insert(entry.path(), fs::read(entry.path()).unwrap())),
            _ => {}
        }
    }
    found
}
