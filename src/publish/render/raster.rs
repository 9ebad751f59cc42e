//! SVG to dots and to a document for printing.

use resvg::{tiny_skia, usvg};

use super::RenderError;

/// Dots to the millimetre: 200 to the inch, enough to print.
const DOTS_PER_MM: f32 = 200.0 / 25.4;

/// Dots of CSS to the millimetre, in which sizes are told.
const CSS_PER_MM: f32 = 96.0 / 25.4;

fn tree(svg: &str) -> Result<usvg::Tree, RenderError> {
    usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|error| RenderError::Draw { reason: error.to_string() })
}

/// As PNG.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, RenderError> {
    let tree = tree(svg)?;
    let scale = DOTS_PER_MM / CSS_PER_MM;
    let size = tree.size();
    // A page is some thousands of dots wide.
    let (width, height) = ((size.width() * scale).round() as u32, (size.height() * scale).round() as u32);
    let mut dots = tiny_skia::Pixmap::new(width, height)
        .ok_or_else(|| RenderError::Draw { reason: format!("{width} x {height} dots are too many") })?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut dots.as_mut());
    dots.encode_png().map_err(|error| RenderError::Draw { reason: error.to_string() })
}

/// As PDF, in the size of the page.
pub(super) fn pdf(svg: &str) -> Result<Vec<u8>, RenderError> {
    let tree = tree(svg)?;
    let page = svg2pdf::PageOptions { dpi: 96.0 };
    svg2pdf::to_pdf(&tree, svg2pdf::ConversionOptions::default(), page)
        .map_err(|error| RenderError::Draw { reason: error.to_string() })
}
