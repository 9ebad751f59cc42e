//! Where person tables come from: pieces in the order of the file, each decoded on its own.

mod columns;
mod dbase;
mod parquet;
mod piece;
mod stata;
mod text;

use std::path::Path;

use super::MicrodataError;
use super::decode::Unit;
use super::plan::Plan;
use crate::locate::Packing;

pub(super) use piece::{Piece, Pieces};

/// A file, opened.
pub(super) struct Source {
    /// Names of its fields, in order.
    pub fields: Vec<String>,
    inner: Inner,
}

enum Inner {
    Text(text::Text),
    Parquet(parquet::Table),
    Stata(stata::Table),
    Dbase(dbase::Table),
}

/// How pieces are taken apart.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Cells of text.
    Text(text::Layout),
    /// Columns of the file that batches hold, ascending.
    Columns(Vec<usize>),
}

impl Source {
    /// Opens a file by the ending of its name.
    pub fn open(file: &str, encoding: Option<&str>) -> Result<Self, MicrodataError> {
        let name = file.to_ascii_lowercase();
        let (packing, inner) = Packing::of(&name);
        let extension = Path::new(inner).extension().and_then(|e| e.to_str()).unwrap_or_default();
        let refuse =
            |what: &str, help| MicrodataError::Format { file: file.to_owned(), what: what.to_owned(), help };
        let known = ["csv", "tsv", "txt", "parquet", "pq", "dta", "dbf"].contains(&extension);
        if known && !Path::new(file).is_file() {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(MicrodataError::Unreadable { file: file.to_owned(), error });
        }
        match (extension, packing) {
            ("csv" | "tsv" | "txt", packing) => {
                let (text, fields) = text::Text::open(file, packing, extension == "tsv", encoding)?;
                Ok(Self { fields, inner: Inner::Text(text) })
            }
            ("parquet" | "pq", Packing::None) => {
                let (table, fields) = parquet::Table::open(file)?;
                Ok(Self { fields, inner: Inner::Parquet(table) })
            }
            ("dta", Packing::None) => {
                let (table, fields) = stata::Table::open(file)?;
                Ok(Self { fields, inner: Inner::Stata(table) })
            }
            ("sav" | "zsav", _) => Err(refuse(
                "SPSS",
                "take the publisher's CSV or .dta; or convert it: in R haven::read_sav and haven::write_dta, \
                 in Python pyreadstat.read_sav and to_csv, in SPSS SAVE TRANSLATE /TYPE=CSV",
            )),
            ("dbf", Packing::None) => {
                let (table, fields) = dbase::Table::open(file, encoding)?;
                Ok(Self { fields, inner: Inner::Dbase(table) })
            }
            _ => Err(refuse("this kind of file", "give .csv, .tsv (also .gz, .zst), .parquet, .dta or .dbf")),
        }
    }

    /// What numbers its rows.
    pub fn numbered_by(&self) -> &'static str {
        match self.inner {
            Inner::Text(_) => "line",
            Inner::Parquet(_) | Inner::Stata(_) | Inner::Dbase(_) => "row",
        }
    }

    /// The pieces, of which columns are needed, and how to take them apart.
    pub fn pieces(self, columns: &[usize]) -> Result<(Pieces, Shape), MicrodataError> {
        match self.inner {
            Inner::Text(text) => {
                let layout = text.layout(self.fields.len());
                Ok((Box::new(text.blocks()), Shape::Text(layout)))
            }
            Inner::Parquet(table) => Ok((table.batches(columns)?, Shape::Columns(columns.to_vec()))),
            Inner::Stata(table) => Ok((table.batches(columns), Shape::Columns(columns.to_vec()))),
            Inner::Dbase(table) => Ok((table.batches(columns), Shape::Columns(columns.to_vec()))),
        }
    }
}

impl Shape {
    /// The persons of a piece.
    pub fn decode(&self, piece: Piece, plan: &Plan) -> Result<Unit, MicrodataError> {
        let mut unit = Unit::default();
        match (self, piece) {
            (Self::Text(layout), Piece::Block(block)) => layout.decode(&block, plan, &mut unit)?,
            (Self::Columns(columns), Piece::Batch(batch, first)) => {
                columns::decode(&batch, columns, first, plan, &mut unit);
            }
            // A shape is handed the pieces of its own source only.
            _ => {}
        }
        Ok(unit)
    }
}
