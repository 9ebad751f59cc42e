//! `[read.fetch.secret]`: one place that it comes from, one way in which it is sent, and never in the clear.

use std::path::Path;

use crate::checked::{Document, Problem, place};
use crate::workspace::Source;
use crate::workspace::config::{Read, Secret};

pub(super) fn check(read: &Read, document: &Document, problems: &mut Vec<Problem>) {
    let Some(secret) = read.fetch.as_ref().and_then(|fetch| fetch.secret.as_ref()) else { return };
    let mut say = |key: Option<&'static str>, message: &str, help: &str| {
        let span = match key {
            Some(key) => document.key_span(place!["read", "fetch", "secret", key]),
            None => document.key_span(place!["read", "fetch", "secret"]),
        };
        problems.push(document.source.error(span, message.to_owned()).help(help.to_owned()));
    };
    let Secret { env, file, header, prefix, query } = secret;
    match (env, file) {
        (None, None) => {
            say(None, "nothing says where the secret is", "name a variable (`env`) or a file (`file`)")
        }
        (Some(_), Some(_)) => say(Some("file"), "the secret has two places", "name either `env` or `file`"),
        _ => {}
    }
    if query.is_some() && (header.is_some() || prefix.is_some()) {
        say(Some("query"), "the secret is sent in two ways", "state either `header` or `query`");
    }
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if header.as_ref().is_some_and(|name| name.is_empty() || !name.chars().all(is_sign)) {
        say(Some("header"), "it cannot be the name of a header", "name one such as `Authorization`");
    }
    if prefix.as_ref().is_some_and(|prefix| !prefix.chars().all(|c| c.is_ascii_graphic() || c == ' ')) {
        say(Some("prefix"), "it cannot stand in a header", "state a word such as `Bearer `");
    }
    match Source::resolve(Path::new(""), &read.path) {
        Source::Web { url, .. } if in_clear(&url) => {
            say(None, "the secret would be sent in the clear", "state an address that begins with https://")
        }
        Source::Web { .. } => {}
        _ => say(
            None,
            "a secret goes to a web server only",
            "state an address in `path`; passwords of databases come from PGPASSWORD or ~/.pgpass",
        ),
    }
}

/// Whether everybody on the way could read what is sent; what stays on this machine, nobody can.
fn in_clear(url: &str) -> bool {
    let host = crate::text::host(url);
    let host = host.strip_prefix('[').map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |rest| rest.split(']').next().unwrap_or_default(),
    );
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !url.starts_with("https://") && !here
}
