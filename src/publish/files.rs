//! The files of a run: each layer as GeoJSON and CSV with its styles, then the metadata, then the switch.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::metadata::{self, FileRecord, LayerRecord};
use super::run::act;
use super::{Card, Dataset, PublishError, Run, gate, postgis, style};
use crate::layer::Geometry;
use crate::layer::write::{write_csv, write_geojson};

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Name of the run.
    pub run: String,
    /// Layers in it.
    pub layers: usize,
}

/// Publishes a set of layers as one run under `root`: all of them or none.
///
/// `now` is the time of publication; with the same time and the same layers, every byte is the same.
///
/// # Errors
/// A [`PublishError`]; `current` is then as it was.
pub fn publish(
    root: &Path,
    dataset: &Dataset,
    cards: &[Card],
    now: jiff::Timestamp,
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
    // The files are whole by now; what is left to do to them fails less often than a database.
    if let Some(target) = &dataset.postgis {
        postgis::publish(target, cards, run.name(), now)?;
    }
    Ok(Published { run: run.commit(dataset.keep)?, layers: cards.len() })
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
    for (name, text) in style::files(&card.layer, &card.name, card.theme, title)? {
        files.push(put(run, &name, text.as_bytes())?);
    }
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
