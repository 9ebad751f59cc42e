//! The files of a run: each layer as GeoJSON and CSV with its styles, the metadata, what changed, then the switch.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::diff::{Side, between, change_layers};
use super::metadata::{self, FileRecord, LayerRecord};
use super::run::act;
use super::runs::{SUMS_FILE, sum_up};
use super::{Card, Dataset, Diff, PublishError, Run, gate, postgis, style};
use crate::layer::write::{write_csv, write_geojson};
use crate::layer::{Geometry, Layer};

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Name of the run.
    pub run: String,
    /// Layers in it.
    pub layers: usize,
    /// What changed since the run that was current before; none for the first.
    pub diff: Option<Diff>,
}

/// Publishes a set of layers as one run under `root`: all of them or none.
///
/// `before_switch` hears of the staged run, its place in the order and its folder, when all of it is written; where it fails, nothing is published.
/// `now` is the time of publication; with the same time and the same layers, every byte is the same.
///
/// # Errors
/// A [`PublishError`]; `current` is then as it was.
pub fn publish(
    root: &Path,
    dataset: &Dataset,
    cards: &[Card],
    now: jiff::Timestamp,
    before_switch: &mut dyn FnMut(&Run) -> Result<(), PublishError>,
) -> Result<Published, PublishError> {
    for card in cards {
        gate::check(card, dataset.allowed)?;
    }
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let run = Run::begin(root, &stamp, &dataset.fingerprint)?;
    // Collected before they are judged, so that the error told does not depend on the threads.
    let records: Vec<_> = cards.par_iter().with_max_len(1).map(|card| write_layer(&run, card)).collect();
    let records = records.into_iter().collect::<Result<Vec<LayerRecord>, PublishError>>()?;
    let metadata = metadata::metadata(dataset, cards, &records, run.name(), now);
    put(&run, "metadata.json", metadata.as_bytes())?;
    put(&run, "LEEME.md", metadata::readme(dataset, cards, run.name(), crate::lang::Lang::Es).as_bytes())?;
    put(&run, "README.md", metadata::readme(dataset, cards, run.name(), crate::lang::Lang::En).as_bytes())?;
    let diff = write_changes(&run)?;
    let known = records.into_iter().flat_map(|record| record.files).map(|file| (file.name, file.sha256));
    let sums = sum_up(&run.folder(), &known.collect::<BTreeMap<_, _>>())?;
    put(&run, SUMS_FILE, sums.as_bytes())?;
    // The files are whole by now; what is left to do to them fails less often than a database.
    before_switch(&run)?;
    if let Some(target) = &dataset.postgis {
        postgis::publish(target, cards, run.name(), now)?;
    }
    Ok(Published { run: run.commit(dataset.keep)?, layers: cards.len(), diff })
}

/// What changed since the run that is current: as data, and as map layers with their styles. None where that run
/// cannot be read, for a damaged old run must not keep a new one from being published.
fn write_changes(run: &Run) -> Result<Option<Diff>, PublishError> {
    let Some(previous) = run.previous().and_then(|folder| Side::open(folder).ok()) else { return Ok(None) };
    let staged = Side::open(&run.folder())?;
    let Ok(diff) = between(&previous, &staged) else { return Ok(None) };
    let layers = change_layers(&diff, &previous, &staged)?;
    // A `Diff` always serialises: its maps have text keys.
    let text = serde_json::to_string_pretty(&diff).unwrap_or_default() + "\n";
    put(run, "changes.json", text.as_bytes())?;
    for changes in layers {
        let name = changes.layer.name();
        let mut out = Hashing::create(run, &format!("{name}.geojson"))?;
        write_geojson(&changes.layer, &mut out)
            .map_err(|error| PublishError::Write { layer: name.to_owned(), error })?;
        out.finish(run)?;
        write_styles(run, &changes.layer, "changes", changes.title)?;
    }
    Ok(Some(diff))
}

fn write_styles(
    run: &Run,
    layer: &Layer,
    theme: &str,
    title: (&str, &str),
) -> Result<Vec<FileRecord>, PublishError> {
    let files = style::files(layer, layer.name(), theme, title)?;
    files.into_iter().map(|(name, text)| put(run, &name, text.as_bytes())).collect()
}

fn write_layer(run: &Run, card: &Card) -> Result<LayerRecord, PublishError> {
    let failed = |error| PublishError::Write { layer: card.name.clone(), error };
    let mut files = Vec::new();
    let mut written = None;
    if !matches!(**card.layer.geometry(), Geometry::None) {
        let name = format!("{}.geojson", card.name);
        let mut out = Hashing::create(run, &name)?;
        written = Some(write_geojson(&card.layer, &mut out).map_err(failed)?);
        files.push(out.finish(run)?);
    }
    let name = format!("{}.csv", card.name);
    let mut out = Hashing::create(run, &name)?;
    write_csv(&card.layer, &mut out).map_err(failed)?;
    files.push(out.finish(run)?);
    let title = (card.title.es.as_str(), card.title.en.as_str());
    files.extend(write_styles(run, &card.layer, card.theme, title)?);
    Ok(LayerRecord { files, written })
}

fn put(run: &Run, name: &str, bytes: &[u8]) -> Result<FileRecord, PublishError> {
    let mut out = Hashing::create(run, name)?;
    let path = run.folder().join(name);
    act(&path, "cannot be written", out.write_all(bytes))?;
    out.finish(run)
}

/// Files of so many bytes are synced while others are still being written.
const LARGE: u64 = 1 << 20;

/// A file that knows its length and SHA-256.
struct Hashing {
    out: BufWriter<File>,
    hasher: Sha256,
    bytes: u64,
    name: String,
    path: std::path::PathBuf,
}

impl Hashing {
    fn create(run: &Run, name: &str) -> Result<Self, PublishError> {
        let path = run.folder().join(name);
        let file = act(&path, "cannot be made", File::create_new(&path))?;
        // Blocks of a layer are larger and pass by; what is small is gathered.
        let out = BufWriter::with_capacity(1 << 16, file);
        Ok(Self { out, hasher: Sha256::new(), bytes: 0, name: name.to_owned(), path })
    }

    fn finish(self, run: &Run) -> Result<FileRecord, PublishError> {
        let file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error);
        let file = act(&self.path, "cannot be written", file)?;
        if self.bytes >= LARGE {
            run.sync_meanwhile(self.path, file);
        }
        let sha256 = self.hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(FileRecord { name: self.name, bytes: self.bytes, sha256 })
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
