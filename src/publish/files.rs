//! The files of a run: each layer as GeoJSON and CSV with its styles, the metadata, what changed, then the switch.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, mpsc};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::diff::{Side, between, change_layers};
use super::metadata::{self, FileRecord, LayerRecord};
use super::run::act;
use super::runs::{SUMS_FILE, sum_up};
use super::simplify::Fitted;
use super::style::{self, Style, Words};
use super::withdraw::refuse_wider;
use super::{
    Card, Dataset, Diff, PublishError, Run, Set, describe, gate, geopackage, hxl, postgis, project, qmd,
    simplify,
};
use crate::lang::Lang;
use crate::layer::Geometry;
use crate::layer::read::sha256_file;
use crate::layer::write::{Container, Format, write_csv, write_csv_tagged, write_geojson};
use crate::workspace::config::{Level, Postgis};

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// The edition; none where there is one publication without a name.
    pub edition: Option<String>,
    /// Name of the run.
    pub run: String,
    /// Layers in it.
    pub layers: usize,
    /// Names of the QGIS projects, one a language; none where no layer can be drawn.
    pub project: Option<Words>,
    /// What changed since the run that was current before; none for the first.
    pub diff: Option<Diff>,
    /// What is old and could not be removed, and why.
    pub left: Vec<String>,
}

/// What is to be published for readers of one level.
#[derive(Clone, Debug)]
pub struct Work {
    /// What is said of the whole set.
    pub dataset: Dataset,
    /// The layers.
    pub cards: Vec<Card>,
}

/// A run that is written whole, and that nobody sees yet.
#[derive(Clone, Copy, Debug)]
pub struct Staged<'a> {
    /// What is said of the whole set: its edition and the level of its readers among it.
    pub dataset: &'a Dataset,
    /// The layers.
    pub cards: &'a [Card],
    /// The run; its files are in [`Run::folder`].
    pub run: &'a Run,
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
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    for card in cards {
        gate::check(card, dataset.allowed)?;
    }
    refuse_wider(root, dataset.allowed, None)?;
    let run = Run::begin_for(root, &stamp, &dataset.fingerprint, Some(dataset.allowed))?;
    let done = stage(&run, dataset, cards, now)?;
    before_switch(&run)?;
    let left = run.commit_and_tell(dataset.keep)?;
    Ok(Published { left, ..done })
}

/// Publishes for readers of several levels at once: all of it or nothing, by one switch. Where there is one work without
/// an edition's name, it is published under `root` itself, else each in the folder of its edition.
///
/// `before_switch` hears of all staged runs when they are written; where it fails, nothing is published. The name of the
/// runs is made from the time and the fingerprint of the first work, which is for those who may see least.
///
/// # Errors
/// A [`PublishError`]; what was current of every edition is then as it was.
pub fn publish_all(
    root: &Path,
    works: &[Work],
    now: jiff::Timestamp,
    before_switch: &mut dyn FnMut(&[Staged<'_>]) -> Result<(), PublishError>,
) -> Result<Vec<Published>, PublishError> {
    if let [Work { dataset, cards }] = works
        && dataset.edition.is_none()
    {
        let mut one = |run: &Run| before_switch(&[Staged { dataset, cards, run }]);
        return Ok(vec![publish(root, dataset, cards, now, &mut one)?]);
    }
    for Work { dataset, cards } in works {
        for card in cards {
            gate::check(card, dataset.allowed)?;
        }
    }
    // What stood there before there were editions is read by all.
    let lowest = works.iter().map(|work| work.dataset.allowed).min().unwrap_or(Level::Public);
    refuse_wider(root, lowest, None)?;
    for Work { dataset, .. } in works {
        let edition = dataset.edition.as_deref().unwrap_or_default();
        refuse_wider(&root.join(edition), dataset.allowed, Some(edition))?;
    }
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let editions: Vec<_> =
        works.iter().map(|w| (w.dataset.edition.as_deref().unwrap_or_default(), w.dataset.allowed)).collect();
    let digest = works.first().map_or("", |work| work.dataset.fingerprint.as_str());
    let set = Set::begin(root, &editions, &stamp, digest)?;
    let mut done = Vec::with_capacity(works.len());
    for (work, run) in works.iter().zip(set.runs()) {
        done.push(stage(run, &work.dataset, &work.cards, now)?);
    }
    let staged = works.iter().zip(set.runs());
    let staged: Vec<Staged<'_>> =
        staged.map(|(work, run)| Staged { dataset: &work.dataset, cards: &work.cards, run }).collect();
    before_switch(&staged)?;
    let keep: Vec<_> = works.iter().map(|work| work.dataset.keep).collect();
    let left = set.commit_and_tell(&keep)?;
    if let Some(first) = done.first_mut() {
        first.left = left;
    }
    Ok(done)
}

/// Fills the tables of a database with the layers of a run that is published as files: these do not wait for a database.
///
/// # Errors
/// A [`PublishError`]; the tables are then as they were.
pub(crate) fn publish_tables(
    target: &Postgis,
    allowed: Level,
    cards: &[Card],
    run: &str,
    now: jiff::Timestamp,
) -> Result<(), PublishError> {
    for card in cards {
        gate::check(card, allowed)?;
    }
    postgis::publish(target, cards, run, now)
}

/// Writes all files of a run.
fn stage(
    run: &Run,
    dataset: &Dataset,
    cards: &[Card],
    now: jiff::Timestamp,
) -> Result<Published, PublishError> {
    let mut styles = cards.iter().map(Card::drawn).collect::<Result<Vec<Style>, _>>()?;
    let fitted = simplify::fit(cards, &dataset.budget)?;
    let drawn = |(card, fitted): (&Card, &Option<Fitted>)| {
        Arc::clone(fitted.as_ref().map_or(&card.layer, |fitted| &fitted.layer))
    };
    let layers: Vec<_> = cards.iter().zip(&fitted).map(drawn).collect();
    // The package takes a thread of its own, and waits there for what changed, which is told by the written layers.
    let (package, written) = std::thread::scope(|scope| {
        let (tell, late) = mpsc::channel();
        let package = scope.spawn(|| {
            let late = late;
            geopackage::write(run, dataset, cards, &layers, &styles, &late, now)
        });
        let written = write_all(run, dataset, cards, &styles, &fitted, now);
        if let Ok(Written { news, .. }) = &written {
            // Nobody listens where the package has failed, which is told below.
            let _ = tell.send((news.cards.clone(), news.styles.clone()));
        }
        drop(tell);
        (package.join(), written)
    });
    // Collected before they are judged, so that the error told does not depend on the threads.
    let Written { mut records, news } = written?;
    package.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let base = cards;
    let cards: Vec<Card> = base.iter().cloned().chain(news.cards).collect();
    let cards = cards.as_slice();
    styles.extend(news.styles);
    records.extend(news.records);
    let mut whole = vec![record(run, &geopackage::file_name(dataset))?];
    let mut named = None;
    for lang in Lang::ALL {
        if let Some(bytes) = project::project(dataset, cards, &styles, lang, now) {
            named = Some(Words::new(
                project::file_name(dataset, Lang::Es),
                project::file_name(dataset, Lang::En),
            ));
            whole.push(put(run, &project::file_name(dataset, lang), &bytes)?);
        }
    }
    whole.push(put(run, "styles.json", export(cards, &styles).as_bytes())?);
    let described = describe::Run { dataset, cards, records: &records, whole: &whole, name: run.name(), now };
    let described = describe::files(&described);
    for (name, text) in described {
        whole.push(put(run, &name, text.as_bytes())?);
    }
    let metadata = metadata::metadata(dataset, cards, &styles, &records, &whole, run.name(), now);
    put(run, "metadata.json", metadata.as_bytes())?;
    for lang in Lang::ALL {
        let name = lang.pick("LEEME.md", "README.md");
        put(run, name, metadata::readme(dataset, cards, run.name(), lang).as_bytes())?;
    }
    let files = records.into_iter().flat_map(|record| record.files).chain(whole);
    let known = files.map(|file| (file.name, file.sha256)).collect::<BTreeMap<_, _>>();
    let sums = sum_up(&run.folder(), &known)?;
    put(run, SUMS_FILE, sums.as_bytes())?;
    Ok(Published {
        edition: dataset.edition.clone(),
        run: run.name().to_owned(),
        layers: base.len(),
        project: named,
        diff: news.diff,
        left: Vec::new(),
    })
}

/// The files of all layers, in the order of their cards, and what changed.
struct Written {
    records: Vec<LayerRecord>,
    news: News,
}

/// What changed since the run before: its data, and its layers with their files.
#[derive(Default)]
struct News {
    diff: Option<Diff>,
    cards: Vec<Card>,
    styles: Vec<Style>,
    records: Vec<LayerRecord>,
}

fn write_all(
    run: &Run,
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    fitted: &[Option<Fitted>],
    now: jiff::Timestamp,
) -> Result<Written, PublishError> {
    let one = |((card, style), fitted)| write_layer(run, dataset, card, style, fitted, now);
    let records: Vec<_> = cards.par_iter().zip(styles).zip(fitted).with_max_len(1).map(one).collect();
    let records = records.into_iter().collect::<Result<Vec<LayerRecord>, PublishError>>()?;
    let news = write_changes(run, dataset, cards, styles, &records, now)?;
    Ok(Written { records, news })
}

/// What changed since the run that is current: as data, and as map layers like all others. Nothing where that run
/// cannot be read, for a damaged old run must not keep a new one from being published.
fn write_changes(
    run: &Run,
    dataset: &Dataset,
    cards: &[Card],
    styles: &[Style],
    records: &[LayerRecord],
    now: jiff::Timestamp,
) -> Result<News, PublishError> {
    // What was for others is not compared with: a difference tells both sides.
    let comparable = |side: &Side| side.metadata()["level"] == dataset.allowed.name();
    let previous = run.previous().and_then(|folder| Side::open(folder).ok());
    let Some(previous) = previous.filter(comparable) else {
        return Ok(News::default());
    };
    // As it will stand in the file, but for the files of the whole set, which no comparison reads.
    let metadata = metadata::value(dataset, cards, styles, records, &[], run.name(), now);
    let staged = Side::staged(run.folder(), metadata);
    let Ok(diff) = between(&previous, &staged) else { return Ok(News::default()) };
    let layers = change_layers(&diff, &previous, &staged)?;
    // A `Diff` always serialises: its maps have text keys.
    let text = serde_json::to_string_pretty(&diff).unwrap_or_default() + "\n";
    put(run, "changes.json", text.as_bytes())?;
    let mut news = News { diff: Some(diff), ..News::default() };
    for changes in layers {
        // What is said of the layer holds for its changes; a layer of that name of the user's own keeps it.
        let name = changes.layer.name().to_owned();
        let Some(of) = cards.iter().find(|card| card.name == changes.of) else { continue };
        if cards.iter().any(|card| card.name == name) {
            continue;
        }
        let card = of.changes(changes, previous.run());
        gate::check(&card, dataset.allowed)?;
        let style = card.drawn()?;
        news.records.push(write_layer(run, dataset, &card, &style, &None, now)?);
        news.styles.push(style);
        news.cards.push(card);
    }
    Ok(news)
}

/// How every layer is drawn, for the map page and other programs; see [`style::export`].
fn export(cards: &[Card], styles: &[Style]) -> String {
    let layers: serde_json::Map<String, serde_json::Value> =
        cards.iter().zip(styles).map(|(card, style)| (card.name.clone(), style::export(style))).collect();
    let value = serde_json::json!({"colours": style::colours(), "layers": layers});
    // A `Value` always serialises.
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

fn write_layer(
    run: &Run,
    dataset: &Dataset,
    card: &Card,
    style: &Style,
    fitted: &Option<Fitted>,
    now: jiff::Timestamp,
) -> Result<LayerRecord, PublishError> {
    let failed = |error| PublishError::Write { layer: card.name.clone(), error };
    let mut files = Vec::new();
    let (mut written, mut simplified) = (None, None);
    if !matches!(**card.layer.geometry(), Geometry::None) {
        let name = format!("{}.geojson", card.name);
        let mut out = Hashing::create(run, &name)?;
        let layer = fitted.as_ref().map_or(&card.layer, |fitted| &fitted.layer);
        written = Some(write_geojson(layer, &mut out).map_err(failed)?);
        files.push(out.finish(run)?);
        if let Some(fitted) = fitted {
            simplified = Some(fitted.report.clone());
            // The twin with every vertex.
            let name = format!("{}.fgb", card.name);
            let path = run.folder().join(&name);
            let mut twin = Container::create(&path, Format::FlatGeobuf, now).map_err(failed)?;
            twin.add(&card.layer, "", "").map_err(failed)?;
            twin.finish().map_err(failed)?;
            files.push(record(run, &name)?);
        }
    }
    let name = format!("{}.csv", card.name);
    let mut out = Hashing::create(run, &name)?;
    match dataset.hxl {
        true => write_csv_tagged(&card.layer, &mut out, &|field| hxl::tag(&card.layer, field)),
        false => write_csv(&card.layer, &mut out),
    }
    .map_err(failed)?;
    files.push(out.finish(run)?);
    for (name, text) in style::print(style, &card.name) {
        files.push(put(run, &name, text.as_bytes())?);
    }
    // QGIS loads `NAME.qmd` by itself, as it does `NAME.qml`.
    let day = now.strftime("%Y-%m-%d").to_string();
    let languages = [("", style::DEFAULT), (".es", Lang::Es), (".en", Lang::En)];
    for (ending, lang) in languages {
        let text = qmd::qmd(dataset, card, lang, &day);
        files.push(put(run, &format!("{}{ending}.qmd", card.name), text.as_bytes())?);
    }
    Ok(LayerRecord { files, written, simplified })
}

/// What is known of a file that another program has written.
fn record(run: &Run, name: &str) -> Result<FileRecord, PublishError> {
    let path = run.folder().join(name);
    let sha256 = act(&path, "cannot be read", sha256_file(&path))?;
    let bytes = act(&path, "cannot be read", path.metadata())?.len();
    Ok(FileRecord { name: name.to_owned(), bytes, sha256 })
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
