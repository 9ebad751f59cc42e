//! What a source may be, checked before GDAL sees it: a source reaches no further than its name.
//!
//! A name's ending decides which drivers GDAL may try (`endings`), the contents must be what the ending says and lead to no
//! other file or server (`content`, `xml`, `json`, `sqlite`), archives are looked into and bounded (`archive`), files are
//! files (`regular`), and GDAL has no network unless the name itself is that of a server (`network`, `remote`). `budget`
//! bounds what comes out, `watch` how long it takes. `docs/reading.md` tells it to people.

mod archive;
mod budget;
mod content;
mod endings;
mod json;
mod network;
mod regular;
mod remote;
mod sqlite;
mod watch;
mod xml;

use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

pub(super) use budget::Budget;
pub(crate) use endings::listed;
pub(super) use network::{Network, prepare, settle};
pub(crate) use regular::irregular;
pub(super) use watch::{Patience, Pulse, watched};

use super::{Options, ReadError, raw};
use endings::{Begins, Format};

/// Bytes of a file that are looked at to tell what it is.
const HEAD: u64 = 1 << 16;

/// The longest text of a format whose text is looked through: longer ones belong into a format without links.
const LONGEST_TEXT: u64 = 4 << 30;

/// What is wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// It stands for something else: what.
    Leads(String),
    /// It is more than is read: of what.
    TooMuch(String),
    /// It is not whole: how that was seen.
    Damaged(String),
}

/// How GDAL may open a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pass {
    /// The name that GDAL opens.
    pub name: String,
    /// Drivers that it may try.
    pub drivers: Vec<&'static str>,
    /// Whether the name is that of a server, so that there is a network.
    pub remote: bool,
    /// Bytes on this machine, where it is a file of it.
    pub bytes: Option<u64>,
    /// Whether it says that a server left features out.
    pub cut_off: bool,
}

/// A table of text that was packed.
pub(super) struct Unpacked {
    /// Its own name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Endings of text that our own reader takes.
const TABLES: [&str; 2] = ["csv", "tsv"];

/// The table of text that an archive or a packed file holds, where that is what is meant.
///
/// # Errors
/// As [`check`].
pub(super) fn table(options: &Options) -> Result<Option<Unpacked>, ReadError> {
    let look = Look::of(options);
    let Some(local) = raw::local_file(&options.path) else { return Ok(None) };
    let path = Path::new(local);
    let ending = endings::of(local);
    let zipped = options.path.starts_with("/vsizip/") || ending == "zip";
    if !path.is_file() || !(zipped || ending == "gz") {
        return Ok(None);
    }
    let mut file = File::open(path).map_err(|error| look.io(error))?;
    if !zipped {
        let name = local[..local.len() - ".gz".len()].to_owned();
        if !TABLES.contains(&endings::of(&name).as_str()) {
            return Ok(None);
        }
        let bytes = archive::unzipped(file, None).map_err(|fault| look.fault(fault))?.into_inner();
        return Ok(Some(Unpacked { name, bytes }));
    }
    let bytes = file.metadata().map_err(|error| look.io(error))?.len();
    let entries = archive::entries(&mut file, bytes).map_err(|fault| look.fault(fault))?;
    let entry = raw::entry(&options.path).trim_matches('/');
    let within: Vec<&archive::Entry> = entries.iter().filter(|found| found.is_within(entry)).collect();
    let Some(one) = only(&within).filter(|one| TABLES.contains(&endings::of(&one.name).as_str())) else {
        return Ok(None);
    };
    let bytes = archive::member(&mut file, one, None).map_err(|fault| look.fault(fault))?.into_inner();
    Ok(Some(Unpacked { name: one.name.clone(), bytes }))
}

/// Looks at a source as its name and its contents are.
///
/// # Errors
/// [`ReadError::UnknownEnding`], [`ReadError::NotAsNamed`], [`ReadError::LeadsElsewhere`], [`ReadError::TooMuch`] and
/// [`ReadError::NotRegular`].
pub(super) fn check(options: &Options) -> Result<Pass, ReadError> {
    let mut look = Look::of(options);
    let Some(local) = raw::local_file(&options.path) else {
        return remote::pass(&options.path).map_err(|what| look.leads(what));
    };
    let path = Path::new(local);
    let beside = regular::check(path, &look.file)?;
    let ending = endings::of(local);
    if path.is_dir() {
        let drivers = endings::of_folder(&ending).to_vec();
        return Ok(Pass { name: options.path.clone(), drivers, remote: false, bytes: None, cut_off: false });
    }
    let mut file = File::open(path).map_err(|error| look.io(error))?;
    let bytes = file.metadata().map_err(|error| look.io(error))?.len();
    if options.path.starts_with("/vsizip/") || ending == "zip" {
        let entry = raw::entry(&options.path).trim_matches('/');
        let inside = look.archive(&mut file, bytes, entry)?;
        let archive = if ending == "zip" { local.to_owned() } else { format!("{{{local}}}") };
        let slash = if inside.entry.is_empty() { "" } else { "/" };
        let name = format!("/vsizip/{archive}{slash}{}", inside.entry);
        let bytes = Some(bytes.max(inside.unpacked));
        let cut_off = look.cut_off.get();
        return Ok(Pass { name, drivers: inside.drivers, remote: false, bytes, cut_off });
    }
    if ending == "gz" {
        let ending = endings::of(&local[..local.len() - ".gz".len()]);
        let format = look.format(&ending, local)?;
        let mut text = archive::unzipped(file, (!format.is_looked_through()).then_some(HEAD))
            .map_err(|fault| look.fault(fault))?;
        let length = text.get_ref().len() as u64;
        look.contents(&mut text, length, format, &ending)?;
        let name = format!("/vsigzip/{local}");
        let bytes = Some(bytes.saturating_mul(archive::GREATEST_RATIO));
        let cut_off = look.cut_off.get();
        return Ok(Pass { name, drivers: format.drivers.to_vec(), remote: false, bytes, cut_off });
    }
    let format = look.format(&ending, local)?;
    if format.begins == Begins::Bytes(&[endings::SQLITE]) {
        look.log = sqlite::log(path).map_err(|fault| look.fault(fault))?;
        if let Some(beside) = sqlite::hot_journal(path) {
            return Err(ReadError::Unsettled { file: look.file, beside });
        }
    }
    look.contents(&mut file, bytes, format, &ending)?;
    if ending == "shp" {
        look.sidecars(path, options)?;
    }
    let drivers = format.drivers.to_vec();
    let bytes = Some(bytes.saturating_add(beside));
    Ok(Pass { name: local.to_owned(), drivers, remote: false, bytes, cut_off: look.cut_off.get() })
}

/// One look at one source.
struct Look {
    file: String,
    /// What the source is called in a layer file.
    path: String,
    /// Changes that stand beside a database.
    log: Vec<u8>,
    /// Whether a text says that a server left features out.
    cut_off: Cell<bool>,
}

impl Look {
    fn of(options: &Options) -> Self {
        Self { file: options.file(), path: options.path.clone(), log: Vec::new(), cut_off: Cell::new(false) }
    }

    fn io(&self, error: std::io::Error) -> ReadError {
        ReadError::Io { file: self.file.clone(), error }
    }

    fn fault(&self, fault: Fault) -> ReadError {
        let file = self.file.clone();
        match fault {
            Fault::Leads(what) => ReadError::LeadsElsewhere { file, what },
            Fault::TooMuch(what) => ReadError::TooMuch { file, what },
            Fault::Damaged(detail) => ReadError::Damaged { file, detail },
        }
    }

    fn leads(&self, what: impl Into<String>) -> ReadError {
        self.fault(Fault::Leads(what.into()))
    }

    /// The format of an ending.
    fn format(&self, ending: &str, name: &str) -> Result<&'static Format, ReadError> {
        match ending {
            "vrt" => Err(self.leads("a GDAL virtual dataset (VRT), which stands for other sources")),
            ending => endings::format(ending).ok_or_else(|| ReadError::UnknownEnding {
                file: self.file.clone(),
                name: name.rsplit('/').next().unwrap_or(name).to_owned(),
            }),
        }
    }

    /// Whether what a file holds is what its ending says, and leads nowhere else.
    fn contents<R: Read + Seek>(
        &self,
        input: &mut R,
        bytes: u64,
        format: &Format,
        ending: &str,
    ) -> Result<(), ReadError> {
        let mut head = Vec::new();
        input.take(HEAD).read_to_end(&mut head).map_err(|error| self.io(error))?;
        let found = content::what(&head);
        if let Some(found) = found.filter(|found| found.leads) {
            return Err(self.leads(found.name));
        }
        let is = match format.begins {
            Begins::Anything => true,
            Begins::Bytes(begins) => begins.iter().any(|begin| head.starts_with(begin)),
            Begins::Json => content::looks_like_json(&head),
            Begins::Xml => content::looks_like_xml(&head),
        };
        match found {
            Some(found) if !is => {
                return Err(ReadError::NotAsNamed {
                    file: self.file.clone(),
                    ending: ending.to_owned(),
                    found: found.name.to_owned(),
                });
            }
            // What nobody knows is left to the driver, which says what is wrong with it.
            _ if !is => return Ok(()),
            _ => {}
        }
        input.seek(SeekFrom::Start(0)).map_err(|error| self.io(error))?;
        match format.begins {
            Begins::Xml => {
                let preamble = self.text(input, xml::LONGEST_PREAMBLE)?;
                xml::check(&preamble).map_err(|what| self.leads(what))?;
                if ending == "kml" {
                    input.seek(SeekFrom::Start(0)).map_err(|error| self.io(error))?;
                    let text = self.whole(input, bytes)?;
                    xml::check_links(&text).map_err(|what| self.leads(what))?;
                }
                Ok(())
            }
            Begins::Json => {
                let text = self.whole(input, bytes)?;
                json::check(&text).map_err(|what| self.leads(what))?;
                self.cut_off.set(self.cut_off.get() || json::is_cut_off(&text));
                Ok(())
            }
            Begins::Bytes([endings::ZIP]) => self.container(input, bytes, ending),
            Begins::Bytes([endings::SQLITE]) => {
                sqlite::check(input, bytes, &self.log).map_err(|fault| self.fault(fault))
            }
            Begins::Anything if ending == "tab" => {
                let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
                let leads = text.contains("open table") || text.contains("create view");
                let what = "a MapInfo view, which stands for other tables";
                if leads { Err(self.leads(what)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    fn text(&self, input: &mut impl Read, most: u64) -> Result<Vec<u8>, ReadError> {
        let mut text = Vec::new();
        input.take(most).read_to_end(&mut text).map_err(|error| self.io(error))?;
        Ok(text)
    }

    fn whole(&self, input: &mut impl Read, bytes: u64) -> Result<Vec<u8>, ReadError> {
        if bytes > LONGEST_TEXT {
            let what = format!("it is a text of {bytes} bytes; at most {LONGEST_TEXT} are read");
            return Err(self.fault(Fault::TooMuch(what)));
        }
        self.text(input, LONGEST_TEXT)
    }

    /// The files without which a shapefile is none, beside it.
    fn sidecars(&self, path: &Path, options: &Options) -> Result<(), ReadError> {
        let there = |ending: &str| {
            [ending.to_owned(), ending.to_ascii_uppercase()].iter().any(|e| path.with_extension(e).exists())
        };
        // Geometry alone has no need of attributes.
        let wanted = if options.number_rows { &["shx"][..] } else { &["shx", "dbf"] };
        match wanted.iter().find(|ending| !there(ending)) {
            Some(ending) => {
                let name = path.with_extension(ending);
                let name =
                    name.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                Err(ReadError::MissingBeside { file: self.file.clone(), beside: name })
            }
            None => Ok(()),
        }
    }

    /// A format that is an archive itself: bounded, the rest is the affair of its driver; KML in it leads nowhere.
    fn container<R: Read + Seek>(&self, input: &mut R, bytes: u64, ending: &str) -> Result<(), ReadError> {
        let entries = archive::entries(input, bytes).map_err(|fault| self.fault(fault))?;
        for entry in entries.iter().filter(|entry| ending == "kmz" && endings::of(&entry.name) == "kml") {
            self.member(input, entry, "kml")?;
        }
        Ok(())
    }

    /// Looks at an entry of an archive.
    fn member<R: Read + Seek>(
        &self,
        input: &mut R,
        entry: &archive::Entry,
        ending: &str,
    ) -> Result<(), ReadError> {
        let format = self.format(ending, &entry.name)?;
        let most = (!format.is_looked_through()).then_some(HEAD);
        let mut member = archive::member(input, entry, most).map_err(|fault| self.fault(fault))?;
        let bytes = member.get_ref().len() as u64;
        match format.begins {
            // An archive in an archive in an archive would go on so.
            Begins::Bytes([endings::ZIP]) => {
                let inner = archive::entries(&mut member, bytes).map_err(|fault| self.fault(fault))?;
                let kml = inner.iter().filter(|e| ending == "kmz" && endings::of(&e.name) == "kml");
                for entry in kml {
                    let text =
                        archive::member(&mut member, entry, None).map_err(|fault| self.fault(fault))?;
                    xml::check(text.get_ref())
                        .and_then(|()| xml::check_links(text.get_ref()))
                        .map_err(|what| self.leads(what))?;
                }
                Ok(())
            }
            _ => self.contents(&mut member, bytes, format, ending),
        }
    }

    /// What of an archive is opened: the entry that is asked for, else the one that can be meant, else the archive as a
    /// folder.
    fn archive<R: Read + Seek>(&self, input: &mut R, bytes: u64, entry: &str) -> Result<Inside, ReadError> {
        let entries = archive::entries(input, bytes).map_err(|fault| self.fault(fault))?;
        let entries: Vec<&archive::Entry> = entries.iter().filter(|found| found.is_within(entry)).collect();
        let unpacked = entries.iter().map(|found| found.size).fold(0, u64::saturating_add);
        let of = |drivers: &[&'static str], entry: &str| {
            Ok(Inside { drivers: drivers.to_vec(), entry: entry.to_owned(), unpacked })
        };
        if let Some(one) = only(&entries) {
            let (ending, folder) = endings::in_archive(&one.name);
            if let Some(folder) = folder {
                return of(&["OpenFileGDB"], folder);
            }
            let format = self.format(&ending, &one.name)?;
            self.member(input, one, &ending)?;
            return of(format.drivers, &one.name);
        }
        // As a folder, which these drivers open; the one that holds them all.
        let folder = match folders(&entries).as_slice() {
            [folder] => folder.clone(),
            [] => entry.to_owned(),
            _ => return Err(self.which_entry(&entries)),
        };
        let mut drivers: Vec<&'static str> = Vec::new();
        for found in &entries {
            let (ending, _) = endings::in_archive(&found.name);
            let Some(format) = endings::format(&ending).filter(|format| format.is_of_folders()) else {
                continue;
            };
            if format.begins != Begins::Anything || ending == "tab" {
                self.member(input, found, &ending)?;
            }
            drivers.extend(
                format.drivers.iter().filter(|driver| !drivers.contains(driver)).copied().collect::<Vec<_>>(),
            );
        }
        match drivers.is_empty() {
            true => Err(ReadError::UnknownEnding {
                file: self.file.clone(),
                name: entries.first().map_or_else(|| entry.to_owned(), |found| found.name.clone()),
            }),
            false => of(&drivers, &folder),
        }
    }

    /// Several could be meant.
    fn which_entry(&self, entries: &[&archive::Entry]) -> ReadError {
        let layers =
            entries.iter().filter(|found| endings::format(&endings::in_archive(&found.name).0).is_some());
        let beside = ["dbf", "xml", "txt"];
        let layers = layers.filter(|found| !beside.contains(&endings::of(&found.name).as_str()));
        let archive = raw::local_file(&self.path).unwrap_or(&self.path).to_owned();
        let name = archive.rsplit('/').next().unwrap_or_default().to_owned();
        let entries = layers.take(20).map(|found| found.name.clone()).collect();
        ReadError::WhichEntry { file: self.file.clone(), archive: name, entries }
    }
}

/// The folders of an archive in which the files lie that can be meant.
fn folders(entries: &[&archive::Entry]) -> Vec<String> {
    let ending = |entry: &archive::Entry| endings::of(&entry.name);
    let has_shapes = entries.iter().any(|entry| ending(entry) == "shp");
    let meant = entries.iter().filter(|entry| match has_shapes {
        true => ending(entry) == "shp",
        false => ["csv", "tsv", "psv", "dbf", "tab", "mif"].contains(&ending(entry).as_str()),
    });
    let folder =
        |entry: &&&archive::Entry| entry.name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut folders: Vec<String> = meant.map(|entry| folder(&entry)).collect();
    folders.sort();
    folders.dedup();
    folders
}

/// What of an archive is opened.
struct Inside {
    drivers: Vec<&'static str>,
    entry: String,
    unpacked: u64,
}

/// The only entry that can be meant: the only one at all, the only shapefile, else the only geodatabase, else the only one
/// of a format that is no table or note beside others, else the only table.
fn only<'a>(entries: &[&'a archive::Entry]) -> Option<&'a archive::Entry> {
    let own = |entry: &&&'a archive::Entry| {
        let name = entry.name.rsplit('/').next().unwrap_or_default();
        !entry.name.starts_with("__MACOSX/") && !name.starts_with("._")
    };
    let entries: Vec<&archive::Entry> = entries.iter().filter(own).copied().collect();
    if let [one] = entries.as_slice() {
        return Some(one);
    }
    let ending = |entry: &archive::Entry| endings::in_archive(&entry.name).0;
    let only_of = |wanted: &dyn Fn(&str) -> bool| {
        let mut found = entries.iter().filter(|entry| wanted(&ending(entry)));
        (found.next().copied(), found.next().is_some())
    };
    if let (Some(shape), more) = only_of(&|ending| ending == "shp") {
        return (!more).then_some(shape);
    }
    let mut folders: Vec<&str> =
        entries.iter().filter_map(|entry| endings::in_archive(&entry.name).1).collect();
    folders.dedup();
    if let [folder] = folders.as_slice() {
        return entries.iter().find(|entry| entry.name.starts_with(folder)).copied();
    }
    let (tables, beside) = (["csv", "tsv", "psv"], ["xml", "txt", "dbf"]);
    let main = |ending: &str| {
        endings::format(ending).is_some() && !tables.contains(&ending) && !beside.contains(&ending)
    };
    match only_of(&main) {
        (Some(one), more) => (!more).then_some(one),
        (None, _) => match only_of(&|ending| tables.contains(&ending)) {
            (table, false) => table,
            _ => None,
        },
    }
}
