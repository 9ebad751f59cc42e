//! The files of a run: each layer as GeoJSON and CSV with its styles, the metadata, what changed, then the switch.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::mpsc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::diff::{CHANGES, Side, between, change_layers};
use super::folder::act;
use super::metadata::{self, WrittenLayer};
use super::record::{FileRecord, RECORD_FILE, RunRecord};
use super::runs::{self, SUMS_FILE, sum_up};
use super::simplify::Fitted;
use super::style::{self, Style, Words};
use super::withdraw::{Reach, refuse_wider};
use super::{
    Card, Dataset, Diff, PublishError, Run, Set, describe, gate, geopackage, hxl, postgis, project, qmd,
    simplify, table_schema, workbook,
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
    /// Whether it says what the run that was current says, so that there is no new one.
    pub unchanged: bool,
}

/// What was published of all editions.
#[derive(Clone, Debug)]
pub struct AllPublished {
    /// Name of the run, or of the set; none where every edition says what it said before.
    pub run: Option<String>,
    /// Each edition, in the order of the works.
    pub editions: Vec<Published>,
}

/// What is to be published for readers of one level.
#[derive(Clone, Debug)]
pub struct Work {
    /// What is said of the whole set.
    pub dataset: Dataset,
    /// The layers.
    pub cards: Vec<Card>,
    /// Whether there is a new run even where it says what the current one says.
    pub anew: bool,
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
    /// The current run, where it says the same and stays, so that this one goes.
    pub stays: Option<&'a str>,
}

impl Staged<'_> {
    /// The run that its readers are to see.
    pub fn seen(&self) -> &str {
        self.stays.unwrap_or_else(|| self.run.name())
    }
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
    let work = Work { dataset: dataset.clone(), cards: cards.to_vec(), anew: true };
    let mut before = |staged: &[Staged<'_>]| staged.iter().try_for_each(|staged| before_switch(staged.run));
    publish_one(root, &work, now, &mut before)
}

/// Hears of staged runs before the switch; what it refuses is an error of its own.
type BeforeSwitch<'a, E> = dyn FnMut(&[Staged<'_>]) -> Result<(), E> + 'a;

/// Publishes under `root` itself.
fn publish_one<E: From<PublishError>>(
    root: &Path,
    work: &Work,
    now: jiff::Timestamp,
    before_switch: &mut BeforeSwitch<'_, E>,
) -> Result<Published, E> {
    let Work { dataset, cards, .. } = work;
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    for card in cards {
        gate::check(card, dataset.allowed)?;
    }
    refuse_wider(root, dataset.allowed, Reach::Below)?;
    let run = Run::begin_for(root, &stamp, &dataset.fingerprint, Some(dataset.allowed))?;
    let mut done = stage(&run, dataset, cards, now)?;
    let stays = stays(&run, work);
    before_switch(&[Staged { dataset, cards, run: &run, stays: stays.as_deref() }])?;
    let left = match stays {
        Some(stays) => {
            done.stay(stays);
            run.left().to_vec()
        }
        None => run.commit_and_tell(dataset.keep)?,
    };
    Ok(Published { left, ..done })
}

/// Publishes for readers of several levels at once: all of it or nothing, by one switch. Where there is one work without
/// an edition's name, it is published under `root` itself, else each in the folder of its edition.
///
/// An edition that would say what its current run says stays with that run: that a source was edited which its readers
/// may not see is not told by a new one.
///
/// `before_switch` hears of all staged runs when they are written; where it fails, nothing is published. The name of the
/// runs is made from the time and the fingerprint of the first work, which is for those who may see least.
///
/// # Errors
/// A [`PublishError`], or what `before_switch` says; what was current of every edition is then as it was.
pub fn publish_all<E: From<PublishError>>(
    root: &Path,
    works: &[Work],
    now: jiff::Timestamp,
    before_switch: &mut BeforeSwitch<'_, E>,
) -> Result<AllPublished, E> {
    if let [work] = works
        && work.dataset.edition.is_none()
    {
        let one = publish_one(root, work, now, before_switch)?;
        return Ok(AllPublished { run: (!one.unchanged).then(|| one.run.clone()), editions: vec![one] });
    }
    for Work { dataset, cards, .. } in works {
        for card in cards {
            gate::check(card, dataset.allowed)?;
        }
    }
    // What stood there before there were editions is read by all.
    let lowest = works.iter().map(|work| work.dataset.allowed).min().unwrap_or(Level::Public);
    refuse_wider(root, lowest, Reach::Own)?;
    for Work { dataset, .. } in works {
        let edition = dataset.edition.as_deref().unwrap_or_default();
        refuse_wider(&root.join(edition), dataset.allowed, Reach::Own)?;
    }
    let stamp = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let editions: Vec<_> =
        works.iter().map(|w| (w.dataset.edition.as_deref().unwrap_or_default(), w.dataset.allowed)).collect();
    let digest = works.first().map_or("", |work| work.dataset.fingerprint.as_str());
    let mut set = Set::begin(root, &editions, &stamp, digest)?;
    let (mut done, mut stay) = (Vec::with_capacity(works.len()), Vec::with_capacity(works.len()));
    for (work, run) in works.iter().zip(set.runs()) {
        done.push(stage(run, &work.dataset, &work.cards, now)?);
        stay.push(stays(run, work));
    }
    let staged: Vec<Staged<'_>> = works
        .iter()
        .zip(set.runs())
        .zip(&stay)
        .map(|((work, run), stays)| Staged {
            dataset: &work.dataset,
            cards: &work.cards,
            run,
            stays: stays.as_deref(),
        })
        .collect();
    before_switch(&staged)?;
    let name = stay.iter().any(Option::is_none).then(|| set.name().to_owned());
    for (at, stays) in stay.into_iter().enumerate() {
        if let Some(stays) = stays {
            done[at].stay(stays.clone());
            set.stay(at, stays);
        }
    }
    let left = match name {
        Some(_) => {
            let keep: Vec<_> = works.iter().map(|work| work.dataset.keep).collect();
            set.commit_and_tell(&keep)?
        }
        None => set.left().to_vec(),
    };
    if let Some(first) = done.first_mut() {
        first.left = left;
    }
    Ok(AllPublished { run: name, editions: done })
}

impl Published {
    /// Its readers stay with a run that says the same.
    fn stay(&mut self, run: String) {
        self.run = run;
        self.diff = None;
        self.unchanged = true;
    }
}

/// The current run, where it is whole and says what a staged one says.
fn stays(run: &Run, work: &Work) -> Option<String> {
    let current = run.previous().filter(|_| !work.anew)?;
    let own = runs::record(current);
    let fits = own.edition == work.dataset.edition && own.level == Some(work.dataset.allowed);
    let same = fits && said(current)? == said(&run.folder())? && runs::verify(current).ok()?.is_empty();
    same.then_some(own.run)
}

/// All that a run says but for its name, its day, and what changed since the run before: its record, which names the
/// digest of every file of a layer. One of before there was a schema says the same as one that states it.
fn said(folder: &Path) -> Option<serde_json::Value> {
    let mut said = RunRecord::open(folder).ok()?;
    said.layers.retain(|layer| layer.theme != CHANGES);
    for layer in &mut said.layers {
        // Descriptions for QGIS bear the day.
        layer.files.retain(|file| !file.name.ends_with(".qmd"));
    }
    let own =
        RunRecord { schema: 0, run: String::new(), published: String::new(), files: Vec::new(), ..said };
    serde_json::to_value(own).ok()
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
    // The package takes a thread of its own, and waits there for what changed, which is told by the written layers.
    let (package, written) = std::thread::scope(|scope| {
        let (tell, late) = mpsc::channel();
        let package = scope.spawn(|| {
            let late = late;
            geopackage::write(run, dataset, cards, &fitted, &styles, &late, now)
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
    for lang in Lang::ALL {
        let book = workbook::workbook(dataset, cards, &styles, lang, now)
            .map_err(|(layer, error)| PublishError::Write { layer, error })?;
        whole.push(put(run, &workbook::file_name(dataset, lang), &book)?);
    }
    whole.push(put(run, "styles.json", export(cards, &styles).as_bytes())?);
    let described = describe::Run { dataset, cards, records: &records, whole: &whole, name: run.name(), now };
    let described = describe::files(&described);
    for (name, text) in described {
        whole.push(put(run, &name, text.as_bytes())?);
    }
    let record = metadata::record(dataset, cards, &styles, &records, &whole, run.name(), now);
    put(run, RECORD_FILE, record.text().as_bytes())?;
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
        unchanged: false,
    })
}

/// The files of all layers, in the order of their cards, and what changed.
struct Written {
    records: Vec<WrittenLayer>,
    news: News,
}

/// What changed since the run before: its data, and its layers with their files.
#[derive(Default)]
struct News {
    diff: Option<Diff>,
    cards: Vec<Card>,
    styles: Vec<Style>,
    records: Vec<WrittenLayer>,
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
    let records = records.into_iter().collect::<Result<Vec<WrittenLayer>, PublishError>>()?;
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
    records: &[WrittenLayer],
    now: jiff::Timestamp,
) -> Result<News, PublishError> {
    // What was for others is not compared with: a difference tells both sides.
    let comparable = |side: &Side| side.record().level == Some(dataset.allowed);
    let previous = run.previous().and_then(|folder| Side::open(folder).ok());
    let Some(previous) = previous.filter(comparable) else {
        return Ok(News::default());
    };
    // As it will stand in the file, but for the files of the whole set, which no comparison reads.
    let record = metadata::record(dataset, cards, styles, records, &[], run.name(), now);
    let staged = Side::staged(run.folder(), record);
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
) -> Result<WrittenLayer, PublishError> {
    let failed = |error| PublishError::Write { layer: card.name.clone(), error };
    let mut files = Vec::new();
    let (mut written, mut simplified) = (None, None);
    if !matches!(**card.layer.geometry(), Geometry::None) {
        let name = format!("{}.geojson", card.name);
        let mut out = Hashing::create(run, &name)?;
        let layer = fitted.as_ref().map_or(&card.layer, |fitted| &fitted.layer);
        let mut report = write_geojson(layer, &mut out).map_err(failed)?;
        files.push(out.finish(run)?);
        if let Some(fitted) = fitted {
            fitted.tell(&mut report);
            simplified = Some(fitted.report.clone());
            // The twin with every vertex.
            let name = format!("{}.fgb", card.name);
            let path = run.folder().join(&name);
            let mut twin = Container::create(&path, Format::FlatGeobuf, now).map_err(failed)?;
            twin.add(&card.layer, "", "").map_err(failed)?;
            twin.finish().map_err(failed)?;
            files.push(record(run, &name)?);
        }
        written = Some(report);
    }
    let name = format!("{}.csv", card.name);
    let mut out = Hashing::create(run, &name)?;
    match dataset.hxl {
        true => write_csv_tagged(&card.layer, &mut out, &|field| hxl::tag(&card.layer, field)),
        false => write_csv(&card.layer, &mut out),
    }
    .map_err(failed)?;
    files.push(out.finish(run)?);
    let fields = table_schema::sidecar(card, style);
    files.push(put(run, &table_schema::file_name(card), fields.as_bytes())?);
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
    Ok(WrittenLayer { files, written, simplified })
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
