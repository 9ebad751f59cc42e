//! Files that web servers have: each fetched when the server has a newer one, checked, and only then put in the place
//! of the last copy.
//!
//! ```text
//! .corredor/sources/ADDRESS/copy.json        address, validators, times, digest, features of the copy
//! .corredor/sources/ADDRESS/DIGEST/a.zip     the copy
//! ```
//!
//! `http` asks the server, `secret` is what it wants to see, `redirect` judges where it sends us, `copy` keeps what it
//! sent.

mod copy;
mod http;
mod redirect;
mod secret;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::cache::Cache;
use super::guard::{self, Good};
use super::{Accept, BuildError, Note};
use crate::layer::Layer;
use crate::text::{redact, redact_address};
use crate::workspace::config::{Fetch, Read};
use crate::workspace::{Plan, PlannedLayer, Source, Workspace};

use copy::Copy;
pub(super) use http::post;
use secret::Ticket;

/// Seconds in a day.
const DAY_S: f64 = 86_400.0;

/// A source whose copy of an earlier time is used.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaleSource {
    /// The layer that is read from it.
    pub layer: String,
    /// Its address.
    pub source: String,
    /// How long ago the server last confirmed the copy, days.
    pub age_days: f64,
    /// Why there is no newer one.
    pub reason: String,
}

impl StaleSource {
    /// A source that fails, and was last confirmed at so many seconds after 1970.
    pub(super) fn new(
        layer: &str,
        source: &str,
        confirmed: i64,
        now: jiff::Timestamp,
        reason: String,
    ) -> Self {
        // A clock that was set back makes nothing younger than now.
        let age_days = now.as_second().saturating_sub(confirmed).max(0) as f64 / DAY_S;
        let (source, reason) = (redact_address(source), redact(&reason));
        Self { layer: layer.to_owned(), source, age_days, reason }
    }

    /// The error where nothing earlier is there.
    pub(super) fn failed(self) -> BuildError {
        let Self { layer, source: url, reason, .. } = self;
        BuildError::Source { layer, url, reason, help: "no copy of an earlier time is there" }
    }

    /// The error where what is there is too old.
    pub(super) fn too_old(self, max_age_days: f64) -> BuildError {
        let Self { layer, source: url, age_days, reason } = self;
        let reason =
            format!("{reason}; the copy is {age_days:.1} days old, at most {max_age_days} are allowed");
        let help = "raise `max_age_days` in [read.fetch] if the copy may serve longer";
        BuildError::Source { layer, url, reason, help }
    }

    /// The warning for a person.
    pub fn note(&self) -> Note {
        let Self { layer, source, age_days, reason } = self;
        Note::warning(
            format!("`{layer}` usa la copia de hace {age_days:.1} días de {source}: {reason}"),
            format!("`{layer}` uses the copy of {age_days:.1} days ago of {source}: {reason}"),
        )
        .of_source(layer)
    }
}

/// The copies that a build works on.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    /// By the path that the layer file states.
    pub copies: BTreeMap<String, PathBuf>,
    /// Those of an earlier time.
    pub stale: Vec<StaleSource>,
}

/// What a source that comes from elsewhere is held against.
pub(super) struct Measure<'a> {
    /// What the sources held in the run that is published.
    pub good: &'a Good<'a>,
    /// Where the layers of that run are kept.
    pub cache: &'a Cache,
    /// What is accepted for this run.
    pub accept: &'a Accept,
}

impl Measure<'_> {
    /// What is wrong with a layer that was just read of a source, from `file` if it is a copy; `last` is how many features
    /// were read of it last, where no run is published that says so.
    pub fn fault(
        &self,
        planned: &PlannedLayer,
        read: &Read,
        file: Option<&Path>,
        layer: &Layer,
        last: Option<usize>,
    ) -> Option<String> {
        let before = self.good.shape(Some(self.cache), planned);
        let features = before.as_ref().map(|shape| shape.features).or(last).unwrap_or(layer.len());
        let change_pct = read.fetch.clone().unwrap_or_default().change_pct;
        let accepted = |check: &str| self.accept.holds(&planned.name, check);
        let rows = if layer.len() < features { "fewer_rows" } else { "more_rows" };
        if let Some(reason) = too_different(features, layer.len(), change_pct).filter(|_| !accepted(rows)) {
            return Some(reason);
        }
        let found = guard::of_copy(planned, read, file, layer, before.as_ref());
        let found = found.into_iter().find(|(check, _)| !accepted(check));
        found.map(|(check, message)| format!("{check}: {message}"))
    }
}

/// Fetches what the layers of a plan are read from, one after the other: servers are asked politely.
///
/// # Errors
/// [`BuildError::Source`] where neither the server nor a copy that is fresh enough has the file; [`BuildError::Secret`].
pub(super) fn fetch(
    workspace: &Workspace,
    plan: &Plan,
    home: &Path,
    measure: &Measure<'_>,
    now: jiff::Timestamp,
) -> Result<Fetched, BuildError> {
    let mut fetched = Fetched::default();
    for planned in plan.layers() {
        let Some(read) = &planned.file.read else { continue };
        let source = workspace.source(read);
        let Source::Web { url, .. } = &source else { continue };
        if fetched.copies.contains_key(&read.path) {
            continue;
        }
        let settings = read.fetch.clone().unwrap_or_default();
        let ticket = settings.secret.as_ref().map(|secret| Ticket::load(secret, workspace.root()));
        let ticket = ticket.transpose().map_err(|reason| BuildError::Secret {
            layer: planned.name.clone(),
            url: redact_address(url),
            reason,
        })?;
        let ticket = ticket.unwrap_or_default();
        let request = Request { planned, read, source: &source, url, settings: &settings, ticket, measure };
        let (copy, stale) = one(&request, &home.join("sources"), now)?;
        fetched.copies.insert(read.path.clone(), copy);
        fetched.stale.extend(stale);
    }
    Ok(fetched)
}

/// The copies that stand, without asking any server.
pub(super) fn standing(workspace: &Workspace, plan: &Plan, home: &Path) -> BTreeMap<String, PathBuf> {
    let reads = plan.layers().iter().filter_map(|planned| planned.file.read.as_ref());
    let copy = |read: &Read| {
        let Source::Web { url, .. } = workspace.source(read) else { return None };
        Some((read.path.clone(), Copy::standing(&home.join("sources"), &url)?.file))
    };
    reads.filter_map(copy).collect()
}

/// One file to be fetched.
struct Request<'a> {
    planned: &'a PlannedLayer,
    read: &'a Read,
    source: &'a Source,
    url: &'a str,
    settings: &'a Fetch,
    ticket: Ticket,
    measure: &'a Measure<'a>,
}

fn one(
    request: &Request<'_>,
    folder: &Path,
    now: jiff::Timestamp,
) -> Result<(PathBuf, Option<StaleSource>), BuildError> {
    let Request { planned, url, settings, ticket, .. } = request;
    let layer = &planned.name;
    let last = Copy::load(folder, url);
    let validators = last.as_ref().map(|copy| &copy.record.validators);
    let patience = http::Patience::new(settings.timeout_s, settings.total_s);
    let staging = copy::staging(folder, url);
    let reason = match http::get(url, ticket, validators, patience, &staging) {
        Ok(http::Answer::Unchanged) => match last {
            Some(copy) => return confirmed(copy, folder, url, now).map(|file| (file, None)),
            None => "the server says that nothing changed, and there is no copy".to_owned(),
        },
        Ok(http::Answer::New(new)) => match check(request, &new, last.as_ref(), patience) {
            Ok(features) => match copy::keep(folder, url, new, features, now) {
                Ok(file) => return Ok((file, None)),
                Err(error) => format!("the copy cannot be kept: {error}"),
            },
            Err(reason) => reason,
        },
        Err(reason) => reason,
    };
    let confirmed = last.as_ref().map_or(i64::MIN / 2, |copy| copy.record.confirmed);
    let stale = StaleSource::new(layer, url, confirmed, now, reason);
    let Some(copy) = last else { return Err(stale.failed()) };
    match stale.age_days > settings.max_age_days {
        true => Err(stale.too_old(settings.max_age_days)),
        false => Ok((copy.file, Some(stale))),
    }
}

fn confirmed(mut copy: Copy, folder: &Path, url: &str, now: jiff::Timestamp) -> Result<PathBuf, BuildError> {
    copy.record.confirmed = now.as_second();
    let saved = copy.save(folder, url);
    saved.map_err(|error| BuildError::Io { path: copy.file.clone(), error })?;
    Ok(copy.file)
}

/// Looks at a new file before it takes the place of the last: how many features it has, or what is wrong with it.
fn check(
    request: &Request<'_>,
    new: &http::New,
    last: Option<&Copy>,
    patience: http::Patience,
) -> Result<usize, String> {
    let Request { planned, read, source, url, settings, ticket, measure } = request;
    let layer = &planned.name;
    if let Some(address) = &settings.sha256_url {
        let text = http::text(address, ticket, url, patience)
            .map_err(|reason| format!("its checksum at {address} cannot be fetched: {reason}"))?;
        let expected = published_sum(&text, &new.name)
            .ok_or_else(|| format!("{address} holds no SHA-256 of {}", new.name))?;
        if expected != new.sha256 {
            return Err(format!("its SHA-256 is {}, and {address} says {expected}", new.sha256));
        }
    }
    // Opening it is the only way to know that it opens, and has the fields that are asked for.
    let options = super::steps::read_options(read, &source.in_copy(&new.file), Some(new.sha256.clone()));
    let found =
        crate::layer::read::read(layer, &options).map_err(|error| format!("it cannot be used: {error}"))?;
    let lacking: Vec<&str> = read
        .fields
        .iter()
        .flatten()
        .map(|field| read.rename.get(field).unwrap_or(field).as_str())
        .filter(|field| !found.has(field))
        .collect();
    let coordinates = [&read.lon, &read.lat, &read.latlon];
    let lacking: Vec<&str> = lacking
        .into_iter()
        .filter(|field| !coordinates.iter().any(|c| c.as_deref() == Some(field)))
        .collect();
    if !lacking.is_empty() {
        return Err(format!("it has no field {}", lacking.join(", ")));
    }
    let before = last.map(|copy| copy.record.features);
    match measure.fault(planned, read, Some(&new.file), &found, before) {
        Some(reason) => Err(reason),
        None => Ok(found.len()),
    }
}

/// What is wrong with a number of features, beside the number of before.
fn too_different(before: usize, now: usize, change_pct: f64) -> Option<String> {
    let change = 100.0 * (now as f64 - before as f64).abs() / before.max(1) as f64;
    (change > change_pct)
        .then(|| format!("it has {now} features, and the last had {before}: more than {change_pct} % apart"))
}

/// A source as it is told to whoever operates the build.
pub(super) fn shown(path: &str) -> String {
    redact_address(path)
}

/// The SHA-256 in a text as `sha256sum` prints it: of the file if it is named, else the only one.
fn published_sum(text: &str, name: &str) -> Option<String> {
    let is_sum = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| {
            let sum = line.split_whitespace().next().filter(is_sum)?;
            let rest = line.trim_start()[sum.len()..].trim().trim_start_matches('*');
            Some((sum, rest.rsplit('/').next().unwrap_or(rest)))
        })
        .collect();
    let of_name = lines.iter().find(|(_, file)| *file == name);
    let only = if let [one] = lines.as_slice() { Some(one) } else { None };
    of_name.or(only).map(|(sum, _)| sum.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_sums_as_they_come() {
        let (a, b) = ("a".repeat(64), "B".repeat(64));
        assert_eq!(published_sum(&format!("{a}\n"), "x.zip"), Some(a.clone()));
        assert_eq!(published_sum(&format!("{a}  other.zip\n"), "x.zip"), Some(a.clone()), "the only one");
        let several = format!("{a}  other.zip\n{b} *dir/x.zip\n");
        assert_eq!(published_sum(&several, "x.zip"), Some(b.to_lowercase()));
        assert_eq!(published_sum(&several, "y.zip"), None);
        assert_eq!(published_sum("<html>404</html>", "x.zip"), None);
    }
}
