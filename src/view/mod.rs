//! The map page: published runs as a folder, or one file, that a browser opens without any network.
//!
//! `runs` reads what was published, `record` how a layer was made, `page` makes the page's data of it, `shell` the HTML around them, `output` the
//! folder or the file, `serve` a server on loopback. The program that runs in the browser lives in `web/`.

mod assets;
mod base64;
mod basemap;
mod error;
mod legend;
mod manifest;
mod output;
mod page;
mod record;
mod runs;
mod serve;
mod shapes;
mod shell;
mod table;
#[cfg(test)]
mod tests;
pub mod tiles;

pub use assets::Assets;
pub use basemap::Basemap;
pub use error::ViewError;
pub use output::{single, to_file, to_folder, to_private_file, to_private_folder};
pub use page::{LeftOut, Options, Page, TILE_BUDGET};
pub use runs::{Kept, Run, kept};
pub use serve::Server;
