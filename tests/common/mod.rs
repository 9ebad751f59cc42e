//! What the tests against real data share.
#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where its ground is missing")]

use std::path::{Path, PathBuf};

use corredor::layer::{LineView, ZoneView};
use gdal::Dataset;
use gdal::vector::{Geometry, LayerAccess, OGRwkbGeometryType as Kind};

/// The folder of the real data, or `None`, said aloud, where it is not at hand.
pub fn mexico() -> Option<PathBuf> {
    let root = std::env::var_os("CORREDOR_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"));
    let dir = root.join("mexico");
    if dir.is_dir() {
        Some(dir)
    } else {
        eprintln!("skipped: no real data at {} (set CORREDOR_DATA)", dir.display());
        None
    }
}

/// Rows of a reference table, by field order.
pub fn rows(path: PathBuf) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Zones in memory, with their keys.
#[derive(Default)]
pub struct Zones {
    pub keys: Vec<String>,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    pub rings: Vec<i32>,
    pub polygons: Vec<i32>,
    pub zones: Vec<i32>,
}

impl Zones {
    pub fn new() -> Self {
        Self { rings: vec![0], polygons: vec![0], zones: vec![0], ..Self::default() }
    }

    pub fn view(&self) -> ZoneView<'_> {
        ZoneView {
            lon: &self.lon,
            lat: &self.lat,
            rings: &self.rings,
            polygons: &self.polygons,
            zones: &self.zones,
        }
    }

    pub fn push_ring(&mut self, ring: impl IntoIterator<Item = (f64, f64)>) {
        for (x, y) in ring {
            self.lon.push(x);
            self.lat.push(y);
        }
        self.rings.push(self.lon.len() as i32);
    }

    pub fn end_polygon(&mut self) {
        self.polygons.push(self.rings.len() as i32 - 1);
    }

    pub fn end_zone(&mut self, key: impl Into<String>) {
        self.zones.push(self.polygons.len() as i32 - 1);
        self.keys.push(key.into());
    }

    /// Reads polygons by plain feature iteration.
    pub fn read(path: PathBuf, key: &str) -> Self {
        let dataset = Dataset::open(path).unwrap();
        let mut layer = dataset.layer(0).unwrap();
        let mut zones = Self::new();
        for feature in layer.features() {
            let index = feature.field_index(key).unwrap();
            let key = feature.field_as_string(index).unwrap().unwrap();
            zones.push_geometry(feature.geometry().unwrap());
            zones.end_zone(key);
        }
        zones
    }

    fn push_geometry(&mut self, geometry: &Geometry) {
        if geometry.geometry_type() == Kind::wkbPolygon {
            for i in 0..geometry.geometry_count() {
                self.push_ring(vertices(&geometry.get_geometry(i)));
            }
            self.end_polygon();
        } else {
            for i in 0..geometry.geometry_count() {
                self.push_geometry(&geometry.get_geometry(i));
            }
        }
    }
}

/// Lines in memory, with their keys.
#[derive(Default)]
pub struct Lines {
    pub keys: Vec<String>,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
    pub lines: Vec<i32>,
}

impl Lines {
    pub fn view(&self) -> LineView<'_> {
        LineView { lon: &self.lon, lat: &self.lat, lines: &self.lines }
    }

    pub fn push(&mut self, key: impl Into<String>, line: impl IntoIterator<Item = (f64, f64)>) {
        if self.lines.is_empty() {
            self.lines.push(0);
        }
        for (x, y) in line {
            self.lon.push(x);
            self.lat.push(y);
        }
        self.lines.push(self.lon.len() as i32);
        self.keys.push(key.into());
    }

    /// Reads lines by plain feature iteration; parts of a multiline keep its key.
    pub fn read(path: PathBuf, key: &str) -> Self {
        let dataset = Dataset::open(path).unwrap();
        let mut layer = dataset.layer(0).unwrap();
        let mut lines = Self::default();
        for feature in layer.features() {
            let index = feature.field_index(key).unwrap();
            let key = feature.field_as_string(index).unwrap().unwrap();
            let geometry = feature.geometry().unwrap();
            if geometry.geometry_count() == 0 {
                lines.push(key, vertices(geometry));
            } else {
                for i in 0..geometry.geometry_count() {
                    lines.push(key.clone(), vertices(&geometry.get_geometry(i)));
                }
            }
        }
        lines
    }
}

fn vertices(geometry: &Geometry) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    geometry.get_points(&mut points);
    points.into_iter().map(|(x, y, _)| (x, y)).collect()
}

/// A folder of settings for programs that are run, with keys that are the same in every run; nothing is read from or
/// written to that of the user who tests.
pub fn config_home() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config");
    let keys = home.join("corredor/keys");
    std::fs::create_dir_all(&keys).expect("folder");
    let key = keys.join("mexico.key");
    if !key.exists() {
        // A temporary file is for its owner alone, and is there whole once it has its name.
        let mut file = tempfile::NamedTempFile::new_in(&keys).expect("file");
        std::io::Write::write_all(&mut file, "01".repeat(32).as_bytes()).expect("file");
        file.persist(&key).expect("file");
    }
    home
}

/// Runs the real binary in a folder; English, no colours, no environment of the caller's.
pub fn corredor(dir: &Path, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_corredor"))
        .args(arguments)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1")
        .env("XDG_CONFIG_HOME", config_home())
        .env_remove("CORREDOR_KEY_FILE")
        .env_remove("RUST_BACKTRACE")
        .env_remove("RUST_LOG")
        .env_remove("CORREDOR_LOG")
        .output()
        .expect("the binary runs")
}

/// What the binary said on stderr, with the exit code first and the folder's path taken out.
pub fn told(dir: &Path, arguments: &[&str]) -> String {
    let output = corredor(dir, arguments);
    let text = String::from_utf8_lossy(&output.stderr).replace(&*dir.to_string_lossy(), "DIR");
    let real = dir.canonicalize().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default();
    let text = if real.is_empty() { text } else { text.replace(&real, "DIR") };
    format!("exit {}\n{}", output.status.code().unwrap_or(-1), text)
}

/// A workspace of one read layer, whose `[read]` table is given.
pub fn one_layer(dir: &Path, read: &str) {
    let workspace = "[workspace]\nname = \"t\"\ntitle = { es = \"t\", en = \"t\" }\ncountry = { es = \"t\", en = \"t\" }\n";
    std::fs::create_dir_all(dir.join("layers")).expect("folder");
    std::fs::create_dir_all(dir.join("data")).expect("folder");
    std::fs::write(dir.join("corredor.toml"), workspace).expect("file");
    std::fs::write(dir.join("layers/x.toml"), format!("[read]\n{read}")).expect("file");
}

/// A zip archive, not compressed.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (size, offset) = (bytes.len() as u32, out.len() as u32);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for number in [crc.sum(), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}
