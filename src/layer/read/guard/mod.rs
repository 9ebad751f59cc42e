//! What a source may be, checked before GDAL sees it: a source reaches no further than its name.
//!
//! A name's ending decides which drivers GDAL may try (`endings`), the contents must be what the ending says and lead to no
//! other file or server (`content`, `xml`, `json`, `sqlite`), archives are looked into and bounded (`archive`), files are
//! files (`regular`), and GDAL has no network unless the name itself is that of a server (`network`, `remote`). `budget`
//! bounds what comes out, `watch` how long it takes. `docs/reading.md` tells it to people.

pub(super) mod archive;
mod bounds;
mod budget;
mod content;
mod endings;
mod fault;
mod inside;
mod json;
mod look;
mod network;
mod ods;
mod pass;
mod regular;
mod remote;
mod sqlite;
mod watch;
mod xml;

use std::fs::File;
use std::path::Path;

pub(super) use budget::Budget;
pub(super) use endings::{SHEETS, TABLES};
pub(crate) use endings::{Written, listed, written};
pub(super) use network::{Network, prepare, settle};
pub(super) use pass::Pass;
pub use regular::irregular;
pub(super) use watch::{Patience, Pulse, watched};

use super::{Options, ReadError, local_path};
use bounds::HEAD;
use endings::Begins;
use inside::{Inside, only};
use look::Look;

/// A table of text, or a workbook, that was packed.
pub(super) struct Unpacked {
    /// Its own name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What else its archive holds that could be read.
    pub beside: Vec<String>,
}

/// What bytes are that are called a table of text and are none.
pub(super) fn other(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    // A column may be called as a format begins.
    let binary = head.contains(&0);
    content::what(head).map(|found| found.name).filter(|name| binary || !name.contains("FlatGeobuf"))
}

/// Bytes at the start of a table of text that are looked at.
const LOOKED_AT: usize = 256;

/// The table of text or workbook that an archive holds, or the text of a packed file, where that is what is meant.
///
/// # Errors
/// As [`check`].
pub(super) fn table(options: &Options) -> Result<Option<Unpacked>, ReadError> {
    let look = Look::of(options);
    let Some(local) = local_path::local_file(&options.path) else { return Ok(None) };
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
        return Ok(Some(Unpacked { name, bytes, beside: Vec::new() }));
    }
    let bytes = file.metadata().map_err(|error| look.io(error))?.len();
    let entries = archive::entries(&mut file, bytes).map_err(|fault| look.fault(fault))?;
    let entry = local_path::entry(&options.path).trim_matches('/');
    let within: Vec<&archive::Entry> = entries.iter().filter(|found| found.is_within(entry)).collect();
    let is_table = |one: &&archive::Entry| matches!(written(&one.name), Written::Text | Written::Sheet);
    let Some(one) = only(&within).filter(is_table) else {
        return Ok(None);
    };
    if written(&one.name) == Written::Sheet {
        look.member(&mut file, one, &endings::of(&one.name))?;
    }
    let bytes = archive::member(&mut file, one, None).map_err(|fault| look.fault(fault))?.into_inner();
    Ok(Some(Unpacked { name: one.name.clone(), bytes, beside: inside::beside(&within, &one.name) }))
}

/// Looks at a source as its name and its contents are.
///
/// # Errors
/// [`ReadError::UnknownEnding`], [`ReadError::NotAsNamed`], [`ReadError::LeadsElsewhere`], [`ReadError::TooMuch`] and
/// [`ReadError::NotRegular`].
pub(super) fn check(options: &Options) -> Result<Pass, ReadError> {
    let mut look = Look::of(options);
    let Some(local) = local_path::local_file(&options.path) else {
        return remote::pass(&options.path).map_err(|what| look.leads(what));
    };
    let path = Path::new(local);
    let beside = regular::check(path, &look.file)?;
    let ending = endings::of(local);
    if path.is_dir() {
        let drivers = endings::of_folder(&ending).to_vec();
        let name = options.path.clone();
        return Ok(Pass { name, drivers, remote: false, bytes: None, cut_off: false, beside: Vec::new() });
    }
    let mut file = File::open(path).map_err(|error| look.io(error))?;
    let bytes = file.metadata().map_err(|error| look.io(error))?.len();
    if options.path.starts_with("/vsizip/") || ending == "zip" {
        let entry = local_path::entry(&options.path).trim_matches('/');
        let inside = look.archive(&mut file, bytes, entry)?;
        let archive = if ending == "zip" { local.to_owned() } else { format!("{{{local}}}") };
        let slash = if inside.entry.is_empty() { "" } else { "/" };
        let name = format!("/vsizip/{archive}{slash}{}", inside.entry);
        let bytes = Some(bytes.max(inside.unpacked));
        let cut_off = look.cut_off.get();
        let Inside { drivers, beside, .. } = inside;
        return Ok(Pass { name, drivers, remote: false, bytes, cut_off, beside });
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
        let drivers = format.drivers.to_vec();
        return Ok(Pass { name, drivers, remote: false, bytes, cut_off, beside: Vec::new() });
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
        look.sidecars(path, |ending| {
            [ending.to_owned(), ending.to_ascii_uppercase()].iter().any(|e| path.with_extension(e).exists())
        })?;
        // Its driver takes what it may not read for what is not there: no attributes, no CRS.
        for beside in ["shx", "dbf", "prj", "cpg"].map(|ending| path.with_extension(ending)) {
            match File::open(&beside) {
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    let file = beside.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    return Err(ReadError::Io { file, error });
                }
                _ => {}
            }
        }
    }
    let drivers = format.drivers.to_vec();
    let bytes = Some(bytes.saturating_add(beside));
    let (name, cut_off) = (local.to_owned(), look.cut_off.get());
    Ok(Pass { name, drivers, remote: false, bytes, cut_off, beside: Vec::new() })
}
