//! Fact sheets: one page on a state or a municipality, from what was published and nothing else.
//!
//! - [`gather`]: the facts of a place, as plain data ([`Sheet`])
//! - [`total`]: the totals of a group of a rollup, which has no score ([`TotalSheet`])
//! - [`html`], [`total_html`]: one page that needs no other file and prints on one sheet
//!
//! The map is drawn here as SVG from the layer's own geometry.

mod composite;
mod corridor;
mod corridor_box;
mod error;
mod gather;
mod html;
mod map;
mod page;
mod scale;
mod sheet;
#[cfg(test)]
mod tests;
mod total;
mod words;

pub use error::FichaError;
pub use gather::gather;
pub use html::html;
pub use sheet::{Band, Bar, Classed, Corridor, Factor, Figure, Gap, MapShape, Place, Ranked, Sheet};
pub use total::{TotalFigure, TotalSheet, total, total_html};
