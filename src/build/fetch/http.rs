//! One request to a web server, told in words where it fails.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ureq::tls::{RootCerts, TlsConfig};

use super::redirect;
use super::secret::Ticket;
use crate::build::home;

/// How often a request is made before the server counts as down: a fault of a moment should not cost a night.
const ATTEMPTS: u32 = 2;

/// Between attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// The largest file that is fetched, bytes: a server that never ends must not fill the disk.
const LARGEST: u64 = 8 << 30;

/// How often a server may send us elsewhere.
const MOST_REDIRECTS: usize = 5;

/// The longest text that is taken for a checksum.
const LONGEST_TEXT: u64 = 1 << 20;

/// What a server said of a file, so that it can be asked for a newer one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub enum Answer {
    /// The last copy is the newest.
    Unchanged,
    /// A file.
    New(New),
}

/// A file that was fetched, in a folder that goes with this value.
#[derive(Debug)]
pub struct New {
    /// Its name on the server.
    pub name: String,
    /// Where it lies.
    pub file: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What the server said of it.
    pub validators: Validators,
    /// Holds the file until it is kept.
    pub _folder: tempfile::TempDir,
}

/// How long a server may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For each answer.
    answer: Duration,
    /// When all of it must be done: every attempt, everywhere that it sends us, to the last byte.
    until: Instant,
    /// How long that was, seconds.
    total_s: f64,
}

impl Patience {
    /// Begins now.
    pub fn new(timeout_s: f64, total_s: f64) -> Self {
        let total = Duration::from_secs_f64(total_s);
        Self { answer: Duration::from_secs_f64(timeout_s), until: Instant::now() + total, total_s }
    }

    fn left(self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// What is said once it has ended.
    fn ended(self) -> Failure {
        Failure::Final(format!("the server took longer than {} s in all", self.total_s))
    }
}

/// What asks a server.
fn agent(patience: Patience) -> ureq::Agent {
    let wait = patience.answer;
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        // Followed by ourselves, after a look at where they lead.
        .max_redirects(0)
        .user_agent(concat!("corredor/", env!("CARGO_PKG_VERSION")))
        .timeout_resolve(Some(wait))
        .timeout_connect(Some(wait))
        .timeout_recv_response(Some(wait))
        .timeout_per_read(Some(wait))
        .timeout_global(Some(patience.left()))
        .build()
        .new_agent()
}

/// Asks for a file; what it sends is written below `staging`.
pub fn get(
    url: &str,
    ticket: &Ticket,
    known: Option<&Validators>,
    patience: Patience,
    staging: &Path,
) -> Result<Answer, String> {
    let mut reason = String::new();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            if patience.left() <= PAUSE {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        match try_get(url, ticket, known, patience, staging) {
            Ok(answer) => return Ok(answer),
            Err(Failure::Final(text)) => return Err(ticket.scrub(&text)),
            Err(Failure::Passing(text)) => reason = text,
        }
    }
    Err(ticket.scrub(&reason))
}

/// Whether it helps to ask again.
enum Failure {
    Passing(String),
    Final(String),
}

/// Asks for an address, and for where its server sends us.
fn ask(
    url: &str,
    ticket: &Ticket,
    known: Option<&Validators>,
    patience: Patience,
) -> Result<ureq::http::Response<ureq::Body>, Failure> {
    let mut address = url.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        let mut request = agent(patience).get(ticket.address(url, &address));
        if let Some((name, value)) = ticket.header(url, &address) {
            request = request.header(name, value);
        }
        if let Some(known) = known {
            if let Some(etag) = &known.etag {
                request = request.header("If-None-Match", etag);
            }
            if let Some(time) = &known.last_modified {
                request = request.header("If-Modified-Since", time);
            }
        }
        let response = request.call().map_err(|error| failure(&error, patience))?;
        if ![301, 302, 303, 307, 308].contains(&response.status().as_u16()) {
            return Ok(response);
        }
        let to = response.headers().get("location").and_then(|to| to.to_str().ok());
        let to =
            to.ok_or_else(|| Failure::Final("the server sends us elsewhere and does not say where".into()))?;
        address = redirect::target(url, &address, to).map_err(Failure::Final)?;
    }
    Err(Failure::Final(format!("the server sends us elsewhere more than {MOST_REDIRECTS} times")))
}

fn try_get(
    url: &str,
    ticket: &Ticket,
    known: Option<&Validators>,
    patience: Patience,
    staging: &Path,
) -> Result<Answer, Failure> {
    let mut response = ask(url, ticket, known, patience)?;
    let status = response.status().as_u16();
    match status {
        304 => return Ok(Answer::Unchanged),
        200..=299 => {}
        500..=599 | 408 | 429 => return Err(Failure::Passing(format!("the server answered {status}"))),
        401 | 403 => {
            return Err(Failure::Final(format!("the server answered {status}: it wants another secret")));
        }
        _ => return Err(Failure::Final(format!("the server answered {status}"))),
    }
    let header = |name: &str| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let validators = Validators { etag: header("etag"), last_modified: header("last-modified") };
    let expected = header("content-length").and_then(|length| length.parse::<u64>().ok());
    let too_large = || Failure::Final(format!("it has more than {LARGEST} bytes"));
    if expected.is_some_and(|expected| expected > LARGEST) {
        return Err(too_large());
    }
    let local = |error: std::io::Error| Failure::Final(format!("it cannot be written: {error}"));
    home::create_folders(staging).map_err(local)?;
    let folder = tempfile::Builder::new().prefix(".new-").tempdir_in(staging).map_err(local)?;
    let name = file_name(url);
    let path = folder.path().join(&name);
    let mut file = home::create_new(&path).map_err(local)?;
    let (mut hasher, mut bytes, mut block) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
    let mut body = response.body_mut().as_reader();
    loop {
        let n = body.read(&mut block).map_err(|error| match patience.left().is_zero() {
            true => patience.ended(),
            false => Failure::Passing(format!("it was cut off after {bytes} bytes: {error}")),
        })?;
        // One that sends a little now and then never keeps us waiting, and never ends.
        if n > 0 && patience.left().is_zero() {
            return Err(patience.ended());
        }
        if n == 0 {
            break;
        }
        file.write_all(&block[..n]).map_err(local)?;
        hasher.update(&block[..n]);
        bytes += n as u64;
        if bytes > LARGEST {
            return Err(too_large());
        }
    }
    if let Some(expected) = expected.filter(|&expected| expected != bytes) {
        return Err(Failure::Passing(format!("it was cut off after {bytes} of {expected} bytes")));
    }
    if bytes == 0 {
        return Err(Failure::Final("it is empty".to_owned()));
    }
    file.sync_all().map_err(local)?;
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Answer::New(New { name, file: path, sha256, validators, _folder: folder }))
}

fn failure(error: &ureq::Error, patience: Patience) -> Failure {
    match error {
        ureq::Error::Timeout(_) if patience.left().is_zero() => patience.ended(),
        ureq::Error::Timeout(_) => Failure::Passing("the server did not answer in time".to_owned()),
        ureq::Error::HostNotFound => Failure::Passing("there is no such server".to_owned()),
        ureq::Error::BadUri(_) => Failure::Final("the address is not one".to_owned()),
        error => Failure::Passing(format!("the server cannot be reached: {error}")),
    }
}

/// A short text; the ticket is for the server that `of` names.
pub fn text(url: &str, ticket: &Ticket, of: &str, patience: Patience) -> Result<String, String> {
    let said = |failure| match failure {
        Failure::Passing(text) | Failure::Final(text) => ticket.scrub(&text),
    };
    let none = Ticket::default();
    let shown = if redirect::same_server(of, url) { ticket } else { &none };
    let mut response = ask(url, shown, None, patience).map_err(said)?;
    match response.status().as_u16() {
        200..=299 => {}
        status => return Err(format!("the server answered {status}")),
    }
    let body = response.body_mut().with_config().limit(LONGEST_TEXT).read_to_string();
    body.map_err(|error| error.to_string())
}

/// Sends a short JSON text.
pub fn post(url: &str, body: &str, timeout_s: f64) -> Result<(), String> {
    let request =
        agent(Patience::new(timeout_s, timeout_s)).post(url).header("Content-Type", "application/json");
    let response = request.send(body).map_err(|error| error.to_string())?;
    match response.status().as_u16() {
        200..=299 => Ok(()),
        status => Err(format!("the server answered {status}")),
    }
}

/// The last part of an address's path, as a name that any file system takes; GDAL goes by its ending.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let path = path.split_once("//").map_or(path, |(_, rest)| rest);
    let name = path.split_once('/').map_or("", |(_, path)| path.rsplit('/').next().unwrap_or(""));
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).take(100).collect();
    match name.trim_matches('.').is_empty() {
        true => "source".to_owned(),
        false => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each request with the next of these.
    fn server(answers: Vec<String>) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (answer, stream) in answers.into_iter().zip(listener.incoming()) {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 2048]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn to(location: &str) -> String {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    }

    fn told_of(url: &str) -> String {
        text(url, &Ticket::default(), url, Patience::new(5.0, 150.0)).unwrap_err()
    }

    #[test]
    fn a_server_sends_us_to_servers_only_and_not_forever() {
        let good = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\na,b\n".to_owned();
        let url = format!("{}/a", server(vec![to("/b"), to("c?d"), good]));
        let patience = Patience::new(5.0, 150.0);
        assert_eq!(text(&url, &Ticket::default(), &url, patience).unwrap(), "a,b\n");
        for location in ["file:///etc/passwd", "ftp://example.org/a", "gopher://x", "http://"] {
            let told = told_of(&server(vec![to(location)]));
            assert!(told.contains("sends us to"), "{told}");
        }
        let told = told_of(&server(vec![to("/a"); 9]));
        assert!(told.contains("more than 5 times"), "{told}");
    }

    #[test]
    fn a_file_that_is_too_large_is_not_begun() {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\na", LARGEST + 1);
        let folder = tempfile::tempdir().unwrap();
        let address = format!("{}/a.csv", server(vec![head]));
        let patience = Patience::new(5.0, 150.0);
        let told = get(&address, &Ticket::default(), None, patience, folder.path()).unwrap_err();
        assert!(told.contains("it has more than"), "{told}");
    }

    #[test]
    fn a_server_that_sends_a_little_now_and_then_is_not_waited_for() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/a.csv", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 2048]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while stream.write_all(b"a,b\n").is_ok() {
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let told =
            get(&address, &Ticket::default(), None, Patience::new(5.0, 1.0), folder.path()).unwrap_err();
        assert_eq!(told, "the server took longer than 1 s in all");
    }

    #[test]
    fn names_keep_their_endings_and_stay_in_their_folder() {
        assert_eq!(file_name("https://example.org/a/b.zip?x=/c.csv#y"), "b.zip");
        assert_eq!(file_name("https://example.org"), "source");
        assert_eq!(file_name("https://example.org/a/.."), "source");
        assert_eq!(file_name("https://example.org/a/%2e%2e%2fb.csv"), "_2e_2e_2fb.csv");
    }
}
