//! Pictures of published layers, for reports: map, legend, scale, north, sources, on a page A4 across.
//!
//! The page is SVG, written here; `raster` makes PNG and PDF of it. Letters are drawn as outlines of a font that is
//! built in, so that a picture is the same on every machine.

mod error;
mod font;
mod map;
mod page;
mod raster;
mod source;
mod svg;

use std::path::Path;

pub use error::RenderError;

use crate::lang::Lang;

/// What a picture is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Dots, 200 to the inch.
    Png,
    /// Vectors, for editing.
    Svg,
    /// Vectors, for printing.
    Pdf,
}

impl Picture {
    /// By the ending of a file name.
    ///
    /// # Errors
    /// [`RenderError::Ending`].
    pub fn of(path: &Path) -> Result<Self, RenderError> {
        match path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            Some("pdf") => Ok(Self::Pdf),
            _ => Err(RenderError::Ending { path: path.to_owned() }),
        }
    }
}

/// Draws a layer of a published run (a folder such as `published/current`), in one language.
///
/// With `by`, a layer that is drawn by two fields, such as a priority beside its hot spots, is drawn by that one. The same run
/// gives the same bytes.
///
/// # Errors
/// A [`RenderError`] where the run or the layer is not there or cannot be drawn.
pub fn render(
    folder: &Path,
    layer: &str,
    by: Option<&str>,
    lang: Lang,
    picture: Picture,
) -> Result<Vec<u8>, RenderError> {
    let source = source::Source::open(folder, layer, by)?;
    let svg = page::page(&source, lang)?;
    match picture {
        Picture::Svg => Ok(svg.into_bytes()),
        Picture::Png => raster::png(&svg),
        Picture::Pdf => raster::pdf(&svg),
    }
}
