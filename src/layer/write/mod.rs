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

pub use cells::{Cells, push_json_text};
pub use container::{Container, Format, geometry_column, number_column};
pub use csv::{CsvReport, is_formula, write_csv, write_csv_tagged};
pub use error::WriteError;
pub use fixed::DECIMALS;
pub(crate) use geojson::{Settled, settle};
pub use geojson::{WriteReport, write_geojson, write_geojson_rows};
pub use postgis::{GEOMETRY_COLUMN, TableColumn, TableError, fill_table, table_columns};
pub use staged::Staged;
pub use table::csv_cell;
pub(crate) use table::{csv_header, csv_rows};
pub(in crate::layer) use valid::make_valid;
