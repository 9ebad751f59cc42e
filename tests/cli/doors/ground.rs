//! Both templates on invented files, of which everything above a level can be told apart.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::tokens::Tokens;

/// Which template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    Demo,
    Mexico,
}

/// Sites of the list.
const SITES: usize = 23;
/// Incidents, of which a third lie outside all zones.
const INCIDENTS: usize = 1_237;
/// Municipalities.
const SIZE: &str = "160";

/// Bytes that files above the level have at least, empty lines at their end.
const FILLED: usize = 234_567;

/// A zone: its code, name and people, and a place in it.
struct Zone {
    code: String,
    name: String,
    people: i64,
    at: (f64, f64),
}

/// A workspace, all that must not be found of it, and where to look.
pub struct Ground {
    dir: TempDir,
    template: Template,
    /// Texts of the zones' file, kept to place sites.
    zones: Vec<Zone>,
    /// What only those may see who may see what is restricted.
    pub restricted: Tokens,
    /// What nobody may see in any edition.
    pub confidential: Tokens,
    /// What stands nowhere but where it was put: keys, passwords, tokens of addresses.
    pub secrets: Tokens,
    /// Of the database.
    pub password: Option<String>,
}

impl Ground {
    /// Writes the workspace, with an edition for all and one for partners where `editions`.
    pub fn new(template: Template, editions: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        let mut ground = Self {
            dir,
            template,
            zones: Vec::new(),
            restricted: Tokens::default(),
            confidential: Tokens::default(),
            secrets: Tokens::default(),
            password: None,
        };
        let made = ground.root().join("made");
        let country = ground.root().join("country");
        match template {
            Template::Demo => {
                ground.ok(&ground.root(), &["init", "--size", SIZE, "country"]);
                ground.zones = zones(&country.join("data/municipalities.geojson"));
            }
            Template::Mexico => {
                ground.ok(&ground.root(), &["init", "--size", SIZE, "made"]);
                ground.zones = zones(&made.join("data/municipalities.geojson"));
                let data = ground.root().join("data");
                fs::create_dir(&data).unwrap();
                mexico(&made.join("data"), &data, &ground.zones);
                let data = data.to_string_lossy().into_owned();
                ground.write_sites(0);
                ground.put_key("mexico");
                ground.ok(&ground.root(), &["init", "--template", "mexico", "--data", &data, "country"]);
                let zones = country.join("layers/zones.toml");
                let text = fs::read_to_string(&zones).unwrap();
                fs::write(&zones, text.replace("municipalities_full.fgb", "municipalities.geojson")).unwrap();
            }
        }
        ground.write_sites(0);
        ground.write_incidents(0);
        ground.write_complaints();
        ground.point_layers();
        if editions {
            let main = ground.text("corredor.toml");
            let more = "\n[publish.edition.public]\n\n[publish.edition.partners]\nlevel = \"restricted\"\n";
            ground.put("corredor.toml", &(main + more));
        }
        ground
    }

    /// The folder of everything.
    pub fn root(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// The workspace.
    pub fn folder(&self) -> PathBuf {
        self.root().join("country")
    }

    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder().join(path)).unwrap()
    }

    pub fn put(&self, path: &str, text: &str) {
        fs::write(self.folder().join(path), text).unwrap();
    }

    /// Runs the program in the workspace.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(&self.folder(), arguments).output().unwrap()
    }

    /// Runs the program, which must go well.
    pub fn ok(&self, folder: &Path, arguments: &[&str]) -> Output {
        let output = self.command(folder, arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let home = self.root().join("home");
        let mut command = Command::new(env!("CARGO_BIN_EXE_corredor"));
        command
            .args(arguments)
            .current_dir(folder)
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env_remove("CORREDOR_KEY_FILE")
            .env_remove("CORREDOR_LOG")
            .env_remove("RUST_BACKTRACE")
            .envs(self.password.iter().map(|password| ("PGPASSWORD", password)));
        command
    }

    /// A key where `init` would make one: it is found, and kept.
    fn put_key(&mut self, workspace: &str) {
        let keys = self.root().join("home/corredor/keys");
        fs::create_dir_all(&keys).unwrap();
        let (file, key) = (keys.join(format!("{workspace}.key")), "0dd5".repeat(16));
        fs::write(&file, format!("{key}\n")).unwrap();
        for (path, mode) in [(keys.parent().unwrap(), 0o700), (&keys, 0o700), (&file, 0o600)] {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        self.secrets.text(&key[..16], "key");
    }

    fn data(&self) -> PathBuf {
        match self.template {
            Template::Demo => self.folder().join("data"),
            Template::Mexico => self.root().join("data"),
        }
    }

    /// Writes the list of sites of a night: some are opened, closed and moved from one to the next.
    pub fn write_sites(&mut self, night: usize) {
        let mut text =
            "id,name,town,code,cvegeo,lon,lat,services,capacity,certainty,women_only,zzrcolumn\n".to_owned();
        for i in 0..SITES + night {
            if night > 0 && i == 3 {
                continue;
            }
            let moved = if night > 0 && i == 7 { 100 } else { 0 };
            let zone = &self.zones[(i * 37 + 11 + moved) % self.zones.len()];
            let (lon, lat) = (unusual(zone.at.0, 1 + i + moved), unusual(zone.at.1, 501 + i + moved));
            let capacity = 700_001 + 7_919 * (i as i64);
            let word = |kind: &str| format!("zzr{kind}{i}q");
            text += &format!(
                "{},{},{},{code},{code},{lon:.9},{lat:.9},{},{capacity},{},0,{}\n",
                word("key"),
                word("name"),
                word("town"),
                word("serv"),
                word("cert"),
                word("cell"),
                code = zone.code,
            );
            let tokens = &mut self.restricted;
            ["key", "name", "town", "serv", "cert", "cell"]
                .iter()
                .for_each(|kind| tokens.text(&word(kind), kind));
            tokens.number(capacity, "capacity");
            tokens.degrees(lon, "longitude of a site");
            tokens.degrees(lat, "latitude of a site");
        }
        self.restricted.text("zzrcolumn", "column");
        self.write("zzrsites.csv", &text);
    }

    /// Writes the incidents of a night; each is above the level, and so is how many there are.
    pub fn write_incidents(&mut self, night: usize) {
        let mut text = "id,date,kind,persons,coordinates,cause,year,dead_missing,lon,lat\n".to_owned();
        for i in 0..INCIDENTS + night {
            let zone = &self.zones[(i * 53) % self.zones.len()];
            let away = if i % 3 == 0 { 40.0 } else { 0.0 };
            let (lon, lat) = (unusual(zone.at.0 + away, 1_001 + i), unusual(zone.at.1, 5_001 + i));
            let (key, kind) = (format!("zzrinc{i}q"), format!("zzrkind{i}q"));
            // Years on both sides of those that make a score, in either template.
            let (year, date) = (2_015 + i % 5, 2_021 + i % 5);
            text += &format!(
                "{key},{date}-zzrdate{i}q,{kind},3,\"{lat:.9}, {lon:.9}\",{kind},{year},3,{lon:.9},{lat:.9}\n"
            );
            if i % 50 == 0 {
                self.restricted.text(&key, "key of an incident");
                self.restricted.text(&kind, "kind of an incident");
                self.restricted.degrees(lon, "longitude of an incident");
            }
        }
        self.restricted.number((INCIDENTS + night) as i64, "number of incidents");
        self.write("zzrincidents.csv", &text);
    }

    /// A layer above every edition, of which only counts may leave.
    fn write_complaints(&mut self) {
        let mut text = "id,lon,lat,zzccolumn\n".to_owned();
        for i in 0..911 {
            let zone = &self.zones[(i * 29) % self.zones.len()];
            let (lon, lat) = (unusual(zone.at.0, 9_001 + i), unusual(zone.at.1, 12_001 + i));
            text += &format!("zzckey{i}q,{lon:.9},{lat:.9},zzccell{i}q\n");
            if i % 30 == 0 {
                self.confidential.text(&format!("zzckey{i}q"), "key of a complaint");
                self.confidential.text(&format!("zzccell{i}q"), "text of a complaint");
                self.confidential.degrees(lon, "longitude of a complaint");
            }
        }
        self.confidential.text("zzccolumn", "column of complaints");
        let path = self.data().join("zzccomplaints.csv");
        fs::write(path, &text).unwrap();
        self.confidential.file("zzccomplaints.csv", text.as_bytes());
        let layer = "level = \"confidential\"\ntitle = { es = \"Quejas\", en = \"Complaints\" }\n[read]\n\
                     path = \"zzccomplaints.csv\"\ngeometry = \"point\"\nkey = \"id\"\nlon = \"lon\"\nlat = \"lat\"\n";
        self.put("layers/complaints.toml", layer);
    }

    fn write(&mut self, name: &str, text: &str) {
        // A size of six digits is told from other numbers.
        let text = &format!("{text}{}", "\n".repeat(FILLED.saturating_sub(text.len())));
        fs::write(self.data().join(name), text).unwrap();
        self.restricted.file(name, text.as_bytes());
    }

    /// The file of the sites.
    pub fn sites(&self) -> PathBuf {
        self.data().join("zzrsites.csv")
    }

    /// Puts something in the place of a source, which is kept beside it.
    pub fn break_source(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        fs::rename(&path, path.with_extension("kept")).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts the source back.
    pub fn mend_source(&self, name: &str) {
        let path = self.data().join(name);
        fs::rename(path.with_extension("kept"), path).unwrap();
    }

    /// Points the template's layers to the files of ours.
    fn point_layers(&self) {
        let incidents = match self.template {
            Template::Demo => "incidents.csv",
            Template::Mexico => "../americas/missing_migrants_2014_2023.csv",
        };
        for (layer, file, ours) in
            [("shelters", "shelters.csv", "zzrsites.csv"), ("incidents", incidents, "zzrincidents.csv")]
        {
            let path = format!("layers/{layer}.toml");
            let text = self.text(&path);
            let put = text.replace(&format!("path = \"{file}\""), &format!("path = \"{ours}\""));
            assert_ne!(put, text, "{layer} reads {file}");
            self.put(&path, &put);
        }
    }
}

/// A coordinate near another, with digits that nothing else has, and that do not change when it is rounded.
fn unusual(near: f64, n: usize) -> f64 {
    let hash = (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    let digits = (hash % 89_999 + 10_000) as f64;
    let sign = near.signum();
    let base = (near.abs() * 100.0).trunc() / 100.0;
    sign * (base + digits * 1e-7 + 2.1e-8)
}

fn zones(path: &Path) -> Vec<Zone> {
    let value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let zone = |feature: &Value| {
        let text = |field: &str| feature["properties"][field].as_str().unwrap().to_owned();
        let geometry = &feature["geometry"];
        let polygon = match geometry["type"].as_str() {
            Some("Polygon") => &geometry["coordinates"],
            _ => &geometry["coordinates"][0],
        };
        let ring = polygon[0].as_array().unwrap();
        let mean =
            |axis: usize| ring.iter().map(|p| p[axis].as_f64().unwrap()).sum::<f64>() / ring.len() as f64;
        Zone {
            code: text("code"),
            name: text("name"),
            people: feature["properties"]["pop"].as_i64().unwrap(),
            at: (mean(0), mean(1)),
        }
    };
    value["features"].as_array().unwrap().iter().map(zone).collect()
}

/// Files as the `mexico` template wants them, from those of the demo.
fn mexico(from: &Path, to: &Path, zones: &[Zone]) {
    let mut value: Value =
        serde_json::from_slice(&fs::read(from.join("municipalities.geojson")).unwrap()).unwrap();
    for (feature, zone) in value["features"].as_array_mut().unwrap().iter_mut().zip(zones) {
        feature["properties"] = json!({"cvegeo": zone.code, "nom_mun": zone.name, "pob": zone.people});
    }
    fs::write(to.join("municipalities.geojson"), value.to_string()).unwrap();
    // `init` looks for the file that the template names; it is not read.
    fs::write(to.join("municipalities_full.fgb"), "").unwrap();
    let mut value: Value = serde_json::from_slice(&fs::read(from.join("routes.geojson")).unwrap()).unwrap();
    for (i, feature) in value["features"].as_array_mut().unwrap().iter_mut().enumerate() {
        feature["properties"] = json!({"route_id": format!("R{i}"), "name": format!("Ruta {i}"), "mode": "road", "straight_km": 0.0});
    }
    fs::write(to.join("routes.geojson"), value.to_string()).unwrap();
    let columns = [
        "remesas_pc_usd",
        "lp_ingreso_ext_pct",
        "ing_2sm_pct",
        "analf_pct",
        "sin_basica_pct",
        "sin_drenaje_pct",
        "sin_electr_pct",
        "hacinam_pct",
        "piso_tierra_pct",
        "sin_agua_pct",
        "car_segsoc_pct",
        "empleo_precario_pct",
        "pct_primario",
        "loc_peq_pct",
        "tasa_100k",
    ];
    let mut text = format!("cvegeo,nom_ent,{}\n", columns.join(","));
    for (row, zone) in zones.iter().enumerate() {
        let value = |column: usize| 20.0 + ((row * 7 + column * 13 + row * column) % 61) as f64;
        let values: Vec<String> = (0..columns.len()).map(|c| format!("{:.1}", value(c))).collect();
        text += &format!("{},Estado {},{}\n", zone.code, &zone.code[..2], values.join(","));
    }
    fs::write(to.join("municipal_indicators_2020.csv"), text).unwrap();
    fs::create_dir_all(to.join("../americas")).unwrap();
    for name in ["shelters.csv", "../americas/missing_migrants_2014_2023.csv"] {
        fs::write(to.join(name), "").unwrap();
    }
}
