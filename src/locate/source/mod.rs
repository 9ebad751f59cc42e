//! Where points come from: units of work in the order of the input, each read on its own.
//!
//! `names` finds the columns; `parquet`, `delimited` and `gdal` cut an input into units and read them;
//! `blocks` cuts text between rows, `inflate` undoes compression and encodings; `table` takes places and
//! values from Arrow batches; `batch` is what comes out.

mod batch;
mod blocks;
mod delimited;
mod gdal;
mod geo;
mod inflate;
mod keep;
mod names;
mod options;
mod parquet;
mod rows;
mod table;
mod unit;

use std::path::Path;

pub(super) use batch::{Batch, Rows};
pub(crate) use blocks::{Block, Blocks};
pub(crate) use inflate::open as open_text;
pub(super) use keep::{Keep, Kept};
use options::options;
pub(super) use unit::{Unit, Units};

use super::LocateError;
use super::fault::BadRows;
use super::request::{Format, Packing, Request};
use super::watch::Length;
use crate::layer::Finding;
use crate::layer::read::{Written, check_there, written};

/// An input of points.
pub(super) enum Source {
    Parquet(parquet::Files),
    Text(delimited::Text),
    Gdal(gdal::Stream),
}

impl Source {
    /// Opens an input and finds its columns.
    pub fn open(request: &Request, format: Format) -> Result<Self, LocateError> {
        let keep = match (request.tags(), format) {
            (false, _) => Keep::Nothing,
            (true, Format::Csv(_)) => Keep::ForCsv,
            (true, _) => Keep::ForParquet,
        };
        let path = Path::new(&request.points);
        let name = request.points.to_ascii_lowercase();
        let (packing, inner) = Packing::of(&name);
        let extension = Path::new(inner).extension().and_then(|e| e.to_str()).unwrap_or_default();
        if matches!(written(inner), Written::Text) && !name.starts_with("/vsi") {
            check_there(&options(request))?;
            return Ok(Self::Text(delimited::Text::open(request, packing, extension, keep)?));
        }
        if let Some(files) = parquet::files(path, extension)? {
            check_there(&options(request))?;
            return Ok(Self::Parquet(parquet::Files::open(request, &files, keep)?));
        }
        Ok(Self::Gdal(gdal::Stream::open(request, keep)?))
    }

    /// How long the input is.
    pub fn length(&self) -> Length {
        match self {
            Self::Parquet(files) => Length::Rows(files.rows()),
            Self::Text(text) => text.length(),
            Self::Gdal(stream) => stream.length(),
        }
    }

    /// Where places come from, for a person: the names of columns.
    pub fn place(&self) -> String {
        match self {
            Self::Parquet(files) => files.place(),
            Self::Text(text) => text.place(),
            Self::Gdal(stream) => stream.place(),
        }
    }

    /// Whether rows are numbered by their line.
    pub fn has_lines(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// What was noticed when it was opened, and in what was read of it so far.
    pub fn findings(&self) -> Vec<Finding> {
        match self {
            Self::Parquet(_) => Vec::new(),
            Self::Text(text) => text.findings(),
            Self::Gdal(stream) => stream.findings().to_vec(),
        }
    }

    /// The columns of rows that are kept.
    pub fn kept(&self) -> Kept<'_> {
        match self {
            Self::Parquet(files) => files.kept(),
            Self::Text(text) => text.kept(),
            Self::Gdal(stream) => stream.kept(),
        }
    }

    /// The units; once.
    pub fn units(&self) -> Units<'_> {
        match self {
            Self::Parquet(files) => Box::new(files.slices().map(|slice| Ok(Unit::Rows(slice)))),
            Self::Text(text) => Box::new(text.blocks().map(|block| Ok(Unit::Block(block?)))),
            Self::Gdal(stream) => Box::new(stream.batches()),
        }
    }

    /// Reads a unit, batch by batch, each with at least one row.
    pub fn read(
        &self,
        unit: Unit,
        bad: &mut BadRows,
        each: &mut dyn FnMut(Batch) -> Result<(), LocateError>,
    ) -> Result<(), LocateError> {
        match (self, unit) {
            (Self::Parquet(files), Unit::Rows(slice)) => files.read(&slice, bad, each),
            (Self::Text(text), Unit::Block(block)) => each(text.read(block, bad)?),
            (Self::Gdal(stream), Unit::Batch(batch, before)) => each(stream.read(batch, before, bad)?),
            // A source is handed its own units only.
            _ => Ok(()),
        }
    }
}
