//! Writing: a [`Layer`](super::Layer) into files that other programs open.
//!
//! `fixed` holds coordinates as whole units of the seventh decimal; `rounded` makes rings of them, oriented
//! and without duplicates; `valid` checks what rounding left; `geojson` and `csv` print; `postgis` fills a table;
//! `staged` is the file that appears whole.

mod cells;
mod container;
mod csv;
mod error;
mod fixed;
mod geojson;
mod postgis;
mod rounded;
mod snap;
mod staged;
mod stream;
mod table;
mod valid;

pub(crate) use cells::{Cells, push_json_text};
pub use container::{Container, Format, geometry_column, number_column};
pub(crate) use csv::is_formula;
pub use csv::{CsvReport, write_csv, write_csv_tagged};
pub use error::WriteError;
pub use fixed::DECIMALS;
pub(crate) use geojson::{Settled, settle};
pub use geojson::{WriteReport, write_geojson, write_geojson_rows};
pub use postgis::{GEOMETRY_COLUMN, TableColumn, TableError, fill_table, table_columns};
pub(crate) use staged::Staged;
pub(crate) use table::{csv_cell, csv_header, csv_rows};
pub(in crate::layer) use valid::make_valid;
