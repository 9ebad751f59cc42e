//! What of an archive is meant and opened.

use std::io::{Read, Seek};
use std::path::Path;

use super::endings::Begins;
use super::look::Look;
use super::{ReadError, archive, endings, local_path};

impl Look {
    /// What of an archive is opened: the entry that is asked for, else the one that can be meant, else the archive as a
    /// folder.
    pub fn archive<R: Read + Seek>(
        &self,
        input: &mut R,
        bytes: u64,
        entry: &str,
    ) -> Result<Inside, ReadError> {
        let all = archive::entries(input, bytes).map_err(|fault| self.fault(fault))?;
        let entries: Vec<&archive::Entry> = all.iter().filter(|found| found.is_within(entry)).collect();
        let unpacked = entries.iter().map(|found| found.size).fold(0, u64::saturating_add);
        let of = |drivers: &[&'static str], entry: &str, beside: Vec<String>| {
            Ok(Inside { drivers: drivers.to_vec(), entry: entry.to_owned(), unpacked, beside })
        };
        if let Some(one) = only(&entries) {
            let (ending, folder) = endings::in_archive(&one.name);
            let beside = beside(&entries, folder.unwrap_or(&one.name));
            if let Some(folder) = folder {
                return of(&["OpenFileGDB"], folder, beside);
            }
            let format = self.format(&ending, &one.name)?;
            if ending == "shp" {
                let path = Path::new(&one.name);
                self.sidecars(path, |ending| {
                    let beside = path.with_extension(ending);
                    all.iter().any(|entry| {
                        beside.to_str().is_some_and(|name| entry.name.eq_ignore_ascii_case(name))
                    })
                })?;
            }
            self.member(input, one, &ending)?;
            return of(format.drivers, &one.name, beside);
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
            false => of(&drivers, &folder, Vec::new()),
        }
    }

    /// Several could be meant.
    fn which_entry(&self, entries: &[&archive::Entry]) -> ReadError {
        let layers = entries.iter().filter(|found| is_layer(found));
        let archive = local_path::local_file(&self.path).unwrap_or(&self.path).to_owned();
        let name = archive.rsplit('/').next().unwrap_or_default().to_owned();
        let entries = layers.take(20).map(|found| found.name.clone()).collect();
        ReadError::WhichEntry { file: self.file.clone(), archive: name, entries }
    }
}

/// Whether an entry could be what is meant, and is no part of another or a note beside it.
fn is_layer(entry: &archive::Entry) -> bool {
    let beside = ["dbf", "xml", "txt"];
    own(entry)
        && endings::format(&endings::in_archive(&entry.name).0).is_some()
        && !beside.contains(&endings::of(&entry.name).as_str())
}

/// Whether an entry was put there by people, and not by the program that packed it.
fn own(entry: &archive::Entry) -> bool {
    let name = entry.name.rsplit('/').next().unwrap_or_default();
    !entry.name.starts_with("__MACOSX/") && !name.starts_with("._")
}

/// What else could be meant where one entry, or the folder of a geodatabase, is taken.
pub(super) fn beside(entries: &[&archive::Entry], taken: &str) -> Vec<String> {
    let others = entries.iter().filter(|entry| is_layer(entry) && !entry.is_within(taken));
    others.map(|entry| entry.name.clone()).collect()
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
pub(super) struct Inside {
    /// Drivers that may try it.
    pub drivers: Vec<&'static str>,
    /// The entry; empty for the archive as a folder.
    pub entry: String,
    /// Bytes unpacked, as the archive says.
    pub unpacked: u64,
    /// What else could be meant.
    pub beside: Vec<String>,
}

/// The only entry that can be meant: the only one at all, the only shapefile, else the only geodatabase, else the only one
/// of a format that is no table or note beside others, else the only table.
pub(super) fn only<'a>(entries: &[&'a archive::Entry]) -> Option<&'a archive::Entry> {
    let entries: Vec<&archive::Entry> = entries.iter().filter(|entry| own(entry)).copied().collect();
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
