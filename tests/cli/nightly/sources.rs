//! What web servers have: fetched when it changed, checked before it is used, and done without for a while.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use corredor::build::{BuildError, Outcome};

use super::ground::{self, Ground};

const FIRST: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

/// How the server behaves.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    pub body: String,
    pub etag: Option<String>,
    /// Status instead of 200.
    pub status: Option<u16>,
    /// Does not say how long it is, and hangs up at the end.
    endless: bool,
    /// What it must be asked with, else it answers 401.
    pub wants: Option<String>,
    /// Where it sends those who ask.
    pub location: Option<String>,
    /// Sends so much and hangs up, though it said more.
    pub cut: Option<usize>,
    /// Never answers.
    pub hang: bool,
    /// Sends a part and then nothing.
    pub stall: bool,
    /// What it sends under `/sum`.
    sum: String,
}

/// A server on this machine; it serves one request a connection.
pub struct Server {
    pub address: String,
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            behaviour: Arc::default(),
            asked: Arc::default(),
        };
        let (behaviour, asked) = (Arc::clone(&server.behaviour), Arc::clone(&server.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (behaviour, asked) = (behaviour.lock().unwrap().clone(), Arc::clone(&asked));
                std::thread::spawn(move || answer(stream, &behaviour, &asked));
            }
        });
        server
    }

    pub fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    /// Sends this from now on, and nothing is wrong with it.
    pub fn serve(&self, body: &str, etag: &str) {
        let sum = self.behaviour.lock().unwrap().sum.clone();
        *self.behaviour.lock().unwrap() =
            Behaviour { body: body.to_owned(), etag: Some(etag.to_owned()), sum, ..Behaviour::default() };
    }

    /// Requests since the last look.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn answer(mut stream: TcpStream, behaviour: &Behaviour, asked: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        request.push(byte[0]);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    asked.lock().unwrap().push(request.clone());
    if behaviour.hang {
        std::thread::sleep(Duration::from_secs(5));
        return;
    }
    let lower = request.to_lowercase();
    let known = behaviour.etag.as_ref().is_some_and(|etag| lower.contains(&format!("if-none-match: {etag}")));
    let (status, body) = match behaviour.status {
        Some(status) => (status, "sorry"),
        None if behaviour.wants.as_ref().is_some_and(|wants| !request.contains(wants)) => (401, "who?"),
        None if behaviour.location.is_some() => (302, ""),
        None if lower.starts_with("get /sum") => (200, behaviour.sum.as_str()),
        None if known => (304, ""),
        None => (200, behaviour.body.as_str()),
    };
    let etag = behaviour.etag.as_ref().map(|etag| format!("ETag: {etag}\r\n")).unwrap_or_default();
    let length = format!("Content-Length: {}\r\n", body.len());
    let length = if behaviour.endless { "" } else { &length };
    let location = behaviour.location.as_ref().map(|to| format!("Location: {to}\r\n")).unwrap_or_default();
    let head = format!("HTTP/1.1 {status} Said\r\n{length}{location}{etag}Connection: close\r\n\r\n");
    let sent = behaviour.cut.map_or(body.len(), |cut| cut.min(body.len()));
    let sent = if behaviour.stall { body.len() / 2 } else { sent };
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body.as_bytes()[..sent]));
    let _ = stream.flush();
    if behaviour.stall {
        std::thread::sleep(Duration::from_secs(5));
    }
}

/// The ground with its table on a server.
pub fn on_server(server: &Server, fetch: &str) -> Ground {
    let ground = Ground::new();
    let path = format!("path = \"{}/table.csv?night=1\"", server.address);
    ground.edit("layers/table.toml", "path = \"table.csv\"", &path);
    let text = ground.text("layers/table.toml");
    ground.put("layers/table.toml", &format!("{text}[read.fetch]\ntimeout_s = 1\n{fetch}"));
    ground
}

pub fn night(ground: &Ground, night: i64) -> Result<Outcome, BuildError> {
    ground.try_publish_at(FIRST + night * DAY)
}

#[test]
fn a_file_is_fetched_when_it_changed() {
    let server = Server::new();
    let ground = on_server(&server, "");
    server.serve(&ground::table(0), "\"one\"");
    night(&ground, 0).unwrap();
    assert_eq!(server.asked().len(), 1);
    assert!(night(&ground, 1).unwrap().unchanged);
    assert!(server.asked()[0].to_lowercase().contains("if-none-match: \"one\""));
    server.serve(&ground::table(40), "\"two\"");
    let outcome = night(&ground, 2).unwrap();
    assert!(outcome.layers.iter().any(|layer| layer.layer == "table" && !layer.reused));
    // Only the newest copy stays.
    let copies = ground::tree(&ground.path(".corredor/sources"));
    assert_eq!(copies.keys().filter(|path| path.ends_with("table.csv")).count(), 1);
    // What is published is what the local file gives.
    let local = Ground::new();
    local.put("data/table.csv", &ground::table(40));
    local.publish_at(FIRST);
    assert!(local.published()["hotspots.geojson"] == ground.published()["hotspots.geojson"]);
    // The plan asks nobody.
    server.asked();
    assert!(ground.told(&["plan"]).starts_with("exit 0") && server.asked().is_empty());
}

#[test]
fn a_source_that_fails_is_done_without_for_a_while() {
    let server = Server::new();
    let ground = on_server(&server, "max_age_days = 3\nchange_pct = 20\n");
    server.serve(&ground::table(0), "\"one\"");
    night(&ground, 0).unwrap();
    let hotspots = ground.published().remove("hotspots.geojson").unwrap();
    let table = ground::table(40);
    type Fault = (&'static str, fn(&mut Behaviour), &'static str);
    let faults: &[Fault] = &[
        ("answers 500", |b| b.status = Some(500), "the server answered 500"),
        ("answers 404", |b| b.status = Some(404), "the server answered 404"),
        ("hangs", |b| b.hang = true, "did not answer in time"),
        ("stalls", |b| b.stall = true, "cut off"),
        ("cuts off", |b| b.cut = Some(50), "cut off"),
        ("sends nothing", |b| b.body = String::new(), "it is empty"),
        ("sends a page", |b| b.body = "<html>maintenance</html>".into(), "it cannot be used"),
        ("sends other fields", |b| b.body = "id,poor\n1,2\n".into(), "it cannot be used"),
        (
            "sends half",
            |b| b.body = b.body.lines().take(9).map(|line| format!("{line}\n")).collect(),
            "features, and the last had 16",
        ),
        ("repeats a key", |b| b.body.push_str("00,1,1\n"), "it cannot be used"),
    ];
    for (what, fault, reason) in faults {
        server.serve(&table, "\"two\"");
        server.set(fault);
        let outcome = night(&ground, 2).unwrap();
        assert_eq!(outcome.stale.len(), 1, "{what}");
        let stale = &outcome.stale[0];
        assert!(stale.reason.contains(reason), "{what}: {}", stale.reason);
        assert!((stale.age_days - 2.0).abs() < 1e-9, "{what}: {}", stale.age_days);
        assert_eq!(outcome.warnings(), 1, "{what}");
        assert!(ground.published()["hotspots.geojson"] == hotspots, "{what}");
    }
    // Longer than may be.
    server.set(|b| b.status = Some(503));
    let error = night(&ground, 4).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("the server answered 503") && told.contains("4.0 days old") && told.contains("`table`"),
        "{told}"
    );
    assert!(error.help().unwrap().contains("max_age_days"));
    assert!(ground.published()["hotspots.geojson"] == hotspots);
    // And well again.
    server.serve(&table, "\"two\"");
    let outcome = night(&ground, 5).unwrap();
    assert!(outcome.stale.is_empty() && outcome.run.is_some());
}

#[test]
fn a_body_whose_length_nobody_said_is_measured_by_the_last() {
    let server = Server::new();
    let ground = on_server(&server, "");
    let table = ground::table(0);
    // Cut off in the middle of a line, on the first night: there is nothing else to measure it by.
    server.serve(&table, "\"one\"");
    server.set(|b| (b.endless, b.cut) = (true, Some(table.len() - 4)));
    let told = night(&ground, 0).unwrap_err().to_string();
    assert!(told.contains("cut_line") && told.contains("was cut off"), "{told}");
    assert!(!ground.path("published").exists());
    server.set(|b| b.cut = None);
    night(&ground, 0).unwrap();
    let hotspots = ground.published().remove("hotspots.geojson").unwrap();
    let other = ground::table(40);
    let at_line = other.lines().take(12).map(|line| line.len() + 1).sum();
    for (cut, reason) in [
        (other.len() - 4, "cut_line"),
        (other.len() - 1, "had one in the run that is published"),
        (at_line, "fewer_rows: 16 features became 11"),
    ] {
        server.serve(&other, "\"two\"");
        server.set(|b| (b.endless, b.cut) = (true, Some(cut)));
        let outcome = night(&ground, 1).unwrap();
        assert!(outcome.stale[0].reason.contains(reason), "{cut}: {:?}", outcome.stale);
        assert!(ground.published()["hotspots.geojson"] == hotspots);
    }
    // Who knows that it is so many says so.
    let told = ground.told(&["build", "--accept", "table.fewer_rows", "--reason", "they left five out"]);
    assert!(told.starts_with("exit 0") && told.contains("they left five out"), "{told}");
    assert!(ground.published()["hotspots.geojson"] != hotspots);
}

#[test]
fn a_copy_that_was_never_published_is_no_measure() {
    let server = Server::new();
    let ground = on_server(&server, "change_pct = 50\n[read.guard]\nfewer_pct = 60\n");
    let text = ground.text("layers/risk.toml");
    ground.put(
        "layers/risk.toml",
        &format!("{text}[check]\ncoverage = {{ zones = \"zones\", field = \"risk\" }}\n"),
    );
    server.serve(&ground::table(0), "\"one\"");
    night(&ground, 0).unwrap();
    let current = ground.current();
    // Nine of sixteen pass as a source, and not as a layer; the way back is more than half more.
    let nine: String = ground::table(0).lines().take(10).map(|line| format!("{line}\n")).collect();
    server.serve(&nine, "\"two\"");
    assert!(night(&ground, 1).unwrap_err().to_string().contains("coverage"));
    server.serve(&ground::table(0), "\"three\"");
    let outcome = night(&ground, 2).unwrap();
    assert!(outcome.stale.is_empty() && ground.current() == current, "{:?}", outcome.stale);
}

#[test]
fn a_source_that_never_answered() {
    let server = Server::new();
    let ground = on_server(&server, "");
    server.set(|b| b.status = Some(500));
    let error = night(&ground, 0).unwrap_err();
    assert_eq!(error.help().unwrap(), "no copy of an earlier time is there");
    assert!(!ground.path("published").exists());
    // Nobody listens there any more.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    ground.edit("layers/table.toml", &server.address, &format!("http://{free}"));
    assert!(night(&ground, 0).unwrap_err().to_string().contains("cannot be reached"));
}

#[test]
fn a_checksum_is_held_against_the_file() {
    let server = Server::new();
    let ground = on_server(&server, &format!("sha256_url = \"{}/sum\"\n", server.address));
    let sum = |text: &str| {
        use sha2::Digest;
        let sum: String =
            sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{sum}  table.csv\n")
    };
    server.serve(&ground::table(0), "\"one\"");
    server.set(|b| b.sum = sum(&ground::table(0)));
    night(&ground, 0).unwrap();
    server.serve(&ground::table(40), "\"two\"");
    let outcome = night(&ground, 1).unwrap();
    assert!(outcome.stale[0].reason.contains("its SHA-256 is"), "{:?}", outcome.stale);
    server.set(|b| b.sum = "nothing".into());
    assert!(night(&ground, 1).unwrap().stale[0].reason.contains("holds no SHA-256 of table.csv"));
    server.set(|b| b.sum = sum(&ground::table(40)));
    assert!(night(&ground, 1).unwrap().run.is_some());
}

#[test]
fn a_copy_that_was_damaged_is_fetched_again() {
    let server = Server::new();
    let ground = on_server(&server, "");
    server.serve(&ground::table(0), "\"one\"");
    night(&ground, 0).unwrap();
    let copies = ground::tree(&ground.path(".corredor/sources"));
    let copy = copies.keys().find(|path| path.ends_with("table.csv")).unwrap();
    std::fs::write(copy, "code,poor,far\n00,1,1\n").unwrap();
    server.asked();
    let outcome = night(&ground, 1).unwrap();
    assert!(outcome.unchanged && outcome.stale.is_empty());
    assert!(!server.asked()[0].to_lowercase().contains("if-none-match"), "it asks for the whole file");
}

#[test]
fn what_can_only_be_read_is_done_without_for_a_while_too() {
    let ground = Ground::new();
    // Packed, so that only GDAL reads it.
    let file = ground.path("data/zones.geojson.gz");
    let pack = |ground: &Ground, text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(ground.path("data/zones.geojson.gz"), &packed).unwrap();
        // Nights are processes of their own; in this one, GDAL remembers the last packed file that it read.
        let other = ground.path("data/other.geojson.gz");
        std::fs::write(&other, packed).unwrap();
        drop(gdal::Dataset::open(format!("/vsigzip/{}", other.display())));
    };
    pack(&ground, &ground.text("data/zones.geojson"));
    let path = format!("path = \"/vsigzip/{}\"", file.display());
    ground.edit("layers/zones.toml", "path = \"zones.geojson\"", &path);
    let text = ground.text("layers/zones.toml");
    ground.put("layers/zones.toml", &format!("{text}[read.fetch]\nmax_age_days = 3\nchange_pct = 20\n"));
    night(&ground, 0).unwrap();
    // It is read every night, and nothing follows where it is the same.
    assert!(night(&ground, 1).unwrap().unchanged);
    let plan = ground.run(&["plan", "--json"]);
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let of = |layer: &str| {
        plan.as_array().unwrap().iter().find(|l| l["layer"] == layer).unwrap()["action"].clone()
    };
    assert_eq!([of("zones"), of("risk"), of("shelters")], ["maybe", "maybe", "keep"]);
    pack(&ground, &ground::zones(2));
    let built: Vec<String> =
        night(&ground, 2).unwrap().layers.into_iter().filter(|l| !l.reused).map(|l| l.layer).collect();
    assert!(built.contains(&"zones".to_owned()) && !built.contains(&"shelters".to_owned()), "{built:?}");
    let (current, good) = (ground.current(), ground::zones(2));
    // It goes away, and then comes back with a few features only.
    std::fs::remove_file(&file).unwrap();
    let outcome = night(&ground, 4).unwrap();
    assert!(outcome.unchanged && (outcome.stale[0].age_days - 2.0).abs() < 1e-9, "{:?}", outcome.stale);
    let few = good.split("{\"type\":\"Feature\",").take(5).collect::<Vec<_>>().join("{\"type\":\"Feature\",");
    pack(&ground, &format!("{}]}}", few.trim_end_matches(',')));
    let outcome = night(&ground, 4).unwrap();
    assert!(
        outcome.stale[0].reason.contains("it has 4 features, and the last had 16"),
        "{:?}",
        outcome.stale
    );
    assert_eq!(ground.current(), current);
    let told = night(&ground, 6).unwrap_err().to_string();
    assert!(told.contains("`zones`") && told.contains("4.0 days old"), "{told}");
    pack(&ground, &good);
    assert!(night(&ground, 6).unwrap().unchanged);
}

#[test]
fn fetch_without_an_address() {
    let ground = Ground::new();
    let text = ground.text("layers/table.toml");
    ground.put("layers/table.toml", &format!("{text}[read.fetch]\nmax_age_days = 3\n"));
    insta::assert_snapshot!(ground.told(&["check"]));
}
