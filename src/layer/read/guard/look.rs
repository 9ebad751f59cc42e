//! One look at one source: its format, what it holds, what lies beside it.

use std::cell::Cell;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::bounds::{HEAD, LONGEST_TEXT};
use super::endings::{Begins, Format};
use super::fault::Fault;
use crate::layer::text::Lines;

use super::{Options, ReadError, archive, content, endings, json, ods, sqlite, xml};

/// One look at one source.
pub(super) struct Look {
    pub file: String,
    /// What the source is called in a layer file.
    pub path: String,
    /// Whether rows are numbered, so that attributes are not needed.
    pub number_rows: bool,
    /// Changes that stand beside a database.
    pub log: Vec<u8>,
    /// Whether a text says that a server left features out.
    pub cut_off: Cell<bool>,
}

impl Look {
    pub fn of(options: &Options) -> Self {
        Self {
            file: options.file(),
            path: options.path.clone(),
            number_rows: options.number_rows,
            log: Vec::new(),
            cut_off: Cell::new(false),
        }
    }

    pub fn io(&self, error: std::io::Error) -> ReadError {
        ReadError::Io { file: self.file.clone(), error }
    }

    pub fn fault(&self, fault: Fault) -> ReadError {
        let file = self.file.clone();
        match fault {
            Fault::Leads(what) => ReadError::LeadsElsewhere { file, what },
            Fault::TooMuch(what) => ReadError::TooMuch { file, what },
            Fault::Damaged(detail) => ReadError::Damaged { file, detail },
        }
    }

    pub fn leads(&self, what: impl Into<String>) -> ReadError {
        self.fault(Fault::Leads(what.into()))
    }

    /// The format of an ending.
    pub fn format(&self, ending: &str, name: &str) -> Result<&'static Format, ReadError> {
        match ending {
            "vrt" => Err(self.leads("a GDAL virtual dataset (VRT), which stands for other sources")),
            ending => endings::format(ending).ok_or_else(|| ReadError::UnknownEnding {
                file: self.file.clone(),
                name: name.rsplit('/').next().unwrap_or(name).to_owned(),
            }),
        }
    }

    /// Whether what a file holds is what its ending says, and leads nowhere else.
    pub fn contents<R: Read + Seek>(
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
                    self.check_places(&text)?;
                }
                Ok(())
            }
            Begins::Json => {
                let text = self.whole(input, bytes)?;
                json::check(&text).map_err(|what| self.leads(what))?;
                self.cut_off.set(self.cut_off.get() || json::is_cut_off(&text));
                match json::curves(&text) {
                    Some((at, name)) => Err(self.bad_line(
                        &text,
                        at,
                        format!("curves of ESRI JSON (`{name}`), which are not read"),
                        "ask the server for lines instead (`returnTrueCurves=false`)",
                    )),
                    None => Ok(()),
                }
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

    /// Refuses a KML with a place that is none.
    fn check_places(&self, text: &[u8]) -> Result<(), ReadError> {
        match xml::misplaced(text) {
            Some((at, reason)) => Err(self.bad_line(
                text,
                at,
                reason,
                "write points before decimals, and commas between longitude, latitude and height, in the source",
            )),
            None => Ok(()),
        }
    }

    /// What to say of a byte of a text.
    fn bad_line(&self, text: &[u8], at: usize, reason: String, help: &str) -> ReadError {
        let line = Lines::of(text).of_byte(at);
        ReadError::BadRow { file: self.file.clone(), word: "line", line, reason, help: help.to_owned() }
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
    pub fn sidecars(&self, path: &Path, there: impl Fn(&str) -> bool) -> Result<(), ReadError> {
        // Geometry alone has no need of attributes.
        let wanted = if self.number_rows { &["shx"][..] } else { &["shx", "dbf"] };
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
        for entry in entries.iter().filter(|entry| ending == "ods" && entry.name == "content.xml") {
            let content = archive::member(input, entry, None).map_err(|fault| self.fault(fault))?;
            if ods::repeats_too_much(content.get_ref()) {
                let what = "its sheets repeat cells more often than is read: save it as CSV";
                return Err(self.fault(Fault::TooMuch(what.to_owned())));
            }
        }
        Ok(())
    }

    /// Looks at an entry of an archive.
    pub fn member<R: Read + Seek>(
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
                if ending == "ods" {
                    return self.container(&mut member, bytes, ending);
                }
                let inner = archive::entries(&mut member, bytes).map_err(|fault| self.fault(fault))?;
                let kml = inner.iter().filter(|e| ending == "kmz" && endings::of(&e.name) == "kml");
                for entry in kml {
                    let text =
                        archive::member(&mut member, entry, None).map_err(|fault| self.fault(fault))?;
                    xml::check(text.get_ref())
                        .and_then(|()| xml::check_links(text.get_ref()))
                        .map_err(|what| self.leads(what))?;
                    self.check_places(text.get_ref())?;
                }
                Ok(())
            }
            _ => self.contents(&mut member, bytes, format, ending),
        }
    }
}
