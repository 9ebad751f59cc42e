//! A page of SVG under construction; lengths in millimetres.

use std::fmt::Write as _;

use super::font::{Fonts, Weight};
use crate::publish::style::Rgb;

/// The page.
pub(super) struct Svg<'a> {
    pub fonts: &'a Fonts,
    body: String,
}

/// How a shape is drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Paint {
    pub fill: Option<Rgb>,
    pub stroke: Option<(Rgb, f64)>,
    /// Attributes as they stand.
    pub more: &'static str,
}

impl<'a> Svg<'a> {
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, body: String::new() }
    }

    /// Adds text that is SVG already.
    pub fn raw(&mut self, text: &str) {
        self.body.push_str(text);
        self.body.push('\n');
    }

    pub fn path(&mut self, data: &str, paint: &Paint) {
        if data.is_empty() {
            return;
        }
        let fill = paint.fill.map_or("none".to_owned(), Rgb::hex);
        // Writing to a string cannot fail.
        let _ = write!(self.body, "<path d=\"{data}\" fill=\"{fill}\"");
        if let Some((colour, width)) = paint.stroke {
            let _ = write!(self.body, " stroke=\"{}\" stroke-width=\"{width:.2}\"", colour.hex());
        }
        let _ = writeln!(self.body, "{}/>", paint.more);
    }

    pub fn rect(&mut self, [x, y, width, height]: [f64; 4], paint: &Paint) {
        self.path(&format!("M{x:.2} {y:.2}h{width:.2}v{height:.2}h-{width:.2}Z"), paint);
    }

    /// A text whose baseline begins here.
    pub fn text(&mut self, text: &str, place: (f64, f64), size: f64, weight: Weight, colour: Rgb) {
        let data = self.fonts.outlines(text, size, weight, place);
        self.path(&data, &Paint { fill: Some(colour), ..Paint::default() });
    }

    /// The same about its middle, with a rim, as names stand on a map.
    pub fn name(&mut self, text: &str, (x, y): (f64, f64), size: f64, colour: Rgb, rim: Rgb) {
        let left = x - self.fonts.width(text, size, Weight::Regular) / 2.0;
        let data = self.fonts.outlines(text, size, Weight::Regular, (left, y + size * 0.35));
        let more = " stroke-linejoin=\"round\" stroke-opacity=\"0.85\"";
        self.path(&data, &Paint { fill: Some(rim), stroke: Some((rim, size * 0.3)), more });
        self.path(&data, &Paint { fill: Some(colour), ..Paint::default() });
    }

    /// The whole document, with a title for readers of screens.
    pub fn finish(self, title: &str, width: f64, height: f64) -> String {
        let title = crate::text::xml(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{title}</title>\n{}</svg>\n",
            self.body
        )
    }
}
