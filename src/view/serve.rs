//! A server of the page on loopback: what it may answer with is in memory, so no path leads anywhere else.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::output::files;
use super::{Assets, Page, ViewError};

/// A request line and headers longer than this are refused.
const LONGEST_REQUEST: u64 = 16_384;

/// A client that says nothing for so long is left.
const PATIENCE: Duration = Duration::from_secs(10);

/// The page on a port of this machine that no other machine reaches.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    files: BTreeMap<String, Vec<u8>>,
}

impl Server {
    /// Listens on 127.0.0.1; port 0 takes any that is free.
    ///
    /// # Errors
    /// [`ViewError::Port`].
    pub fn bind(page: &Page, assets: &Assets, port: u16) -> Result<Self, ViewError> {
        let failed = |error| ViewError::Port { port, error };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
        Ok(Self { listener, files: files(page, assets) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// [`ViewError::Port`] where the system does not say.
    pub fn address(&self) -> Result<SocketAddr, ViewError> {
        self.listener.local_addr().map_err(|error| ViewError::Port { port: 0, error })
    }

    /// Answers until the process ends; a client that goes away or talks nonsense stops nobody else.
    pub fn run(&self) {
        std::thread::scope(|scope| {
            for client in self.listener.incoming().flatten() {
                scope.spawn(move || drop(self.answer(client)));
            }
        });
    }

    fn answer(&self, client: TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(PATIENCE))?;
        client.set_write_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(Read::take(&client, LONGEST_REQUEST)).lines();
        let request = lines.next().transpose()?.unwrap_or_default();
        let mut host = None;
        for line in lines {
            let line = line?;
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("host") => {
                    host = Some(value.trim().to_owned())
                }
                _ if line.is_empty() => break,
                _ => {}
            }
        }
        reply(&self.files, &request, host.as_deref()).send(&client)
    }
}

/// What is sent back.
#[derive(Debug, PartialEq, Eq)]
struct Reply<'a> {
    status: &'static str,
    kind: &'static str,
    body: &'a [u8],
    /// `HEAD`: everything but the body.
    silent: bool,
}

/// The reply to a request line, `GET /data/page.js HTTP/1.1`, and its `Host`.
fn reply<'a>(files: &'a BTreeMap<String, Vec<u8>>, request: &str, host: Option<&str>) -> Reply<'a> {
    let refusal = |status| Reply { status, kind: "text/plain", body: b"", silent: false };
    let mut words = request.split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return refusal("400 Bad Request") };
    if !matches!(method, "GET" | "HEAD") {
        return refusal("405 Method Not Allowed");
    }
    // A page from elsewhere that calls this machine by a name of its own gets nothing.
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    if !matches!(name, Some("127.0.0.1" | "localhost")) {
        return refusal("421 Misdirected Request");
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let name = match path.strip_prefix('/') {
        Some("") => "index.html",
        Some(name) => name,
        None => return refusal("400 Bad Request"),
    };
    let Some(body) = files.get(name) else { return refusal("404 Not Found") };
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };
    Reply { status: "200 OK", kind, body, silent: method == "HEAD" }
}

impl Reply<'_> {
    fn send(&self, mut client: &TcpStream) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
             X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nConnection: close\r\n\r\n",
            self.status,
            self.kind,
            self.body.len()
        );
        client.write_all(head.as_bytes())?;
        if !self.silent {
            client.write_all(self.body)?;
        }
        client.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_is_answered_with() {
        let files = BTreeMap::from([
            ("index.html".to_owned(), b"page".to_vec()),
            ("data/page.js".to_owned(), b"data".to_vec()),
        ]);
        let status = |request: &str, host: &str| reply(&files, request, Some(host)).status;
        let here = "127.0.0.1:8087";
        assert_eq!(reply(&files, "GET / HTTP/1.1", Some(here)).body, b"page");
        assert_eq!(reply(&files, "GET /data/page.js?x HTTP/1.1", Some("localhost:1")).body, b"data");
        assert!(reply(&files, "HEAD / HTTP/1.1", Some(here)).silent);
        for path in ["/../Cargo.toml", "/data/../index.html", "//index.html", "/%2e%2e/x", "/data", "/data/"]
        {
            assert_eq!(status(&format!("GET {path} HTTP/1.1"), here), "404 Not Found", "{path}");
        }
        assert_eq!(status("GET index.html HTTP/1.1", here), "400 Bad Request");
        assert_eq!(status("GET", here), "400 Bad Request");
        assert_eq!(status("", here), "400 Bad Request");
        assert_eq!(status("POST / HTTP/1.1", here), "405 Method Not Allowed");
        assert_eq!(status("GET / HTTP/1.1", "evil.example"), "421 Misdirected Request");
        assert_eq!(reply(&files, "GET / HTTP/1.1", None).status, "421 Misdirected Request");
    }
}
