//! Letters as outlines: Noto Sans, reduced to Latin letters (SIL Open Font License 1.1, see `fonts/OFL.txt`).

use std::fmt::Write as _;

use ttf_parser::{Face, OutlineBuilder};

use super::RenderError;

const REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular-Latin.ttf");
const BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold-Latin.ttf");

/// The two faces.
pub(super) struct Fonts {
    regular: Face<'static>,
    bold: Face<'static>,
}

/// A weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

impl Fonts {
    pub fn new() -> Result<Self, RenderError> {
        let face = |bytes| {
            Face::parse(bytes, 0).map_err(|error| RenderError::Draw { reason: format!("font: {error}") })
        };
        Ok(Self { regular: face(REGULAR)?, bold: face(BOLD)? })
    }

    fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Width of a text in the unit of its size.
    pub fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let face = self.face(weight);
        let scale = size / f64::from(face.units_per_em());
        text.chars().map(|c| f64::from(advance(face, c)) * scale).sum()
    }

    /// The outlines of a text whose baseline begins at a place, as the data of an SVG path. A letter that the font
    /// lacks is its empty box.
    pub fn outlines(&self, text: &str, size: f64, weight: Weight, (x, y): (f64, f64)) -> String {
        let face = self.face(weight);
        let scale = size / f64::from(face.units_per_em());
        let mut pen = Pen { data: String::new(), x, y, scale };
        for c in text.chars() {
            let glyph = face.glyph_index(c).unwrap_or_default();
            face.outline_glyph(glyph, &mut pen);
            pen.x += f64::from(advance(face, c)) * scale;
        }
        pen.data
    }

    /// A text in lines no wider than this; at most so many, the last with an ellipsis where something is left out.
    pub fn wrapped(&self, text: &str, size: f64, weight: Weight, width: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size, weight) > width && !line.is_empty() {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                while self.width(&format!("{last} …"), size, weight) > width && last.pop().is_some() {}
                last.push_str(" …");
            }
        }
        lines
    }
}

fn advance(face: &Face<'_>, c: char) -> u16 {
    face.glyph_hor_advance(face.glyph_index(c).unwrap_or_default()).unwrap_or_default()
}

/// Turns an outline into the data of an SVG path.
struct Pen {
    data: String,
    x: f64,
    y: f64,
    scale: f64,
}

impl Pen {
    fn push(&mut self, letter: char, places: &[(f32, f32)]) {
        self.data.push(letter);
        for (at, (x, y)) in places.iter().enumerate() {
            let (x, y) = (self.x + f64::from(*x) * self.scale, self.y - f64::from(*y) * self.scale);
            // Writing to a string cannot fail.
            let _ = write!(self.data, "{}{x:.3} {y:.3}", if at == 0 { "" } else { " " });
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.push('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.push('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_both_languages_are_there() {
        let fonts = Fonts::new().unwrap();
        for c in "áéíóúüñÁÉÍÓÚÜÑ¿¡ºª°²–—…%<>&āēīōū".chars() {
            for weight in [Weight::Regular, Weight::Bold] {
                assert!(fonts.face(weight).glyph_index(c).is_some(), "{c}");
            }
        }
        assert!(fonts.width("WW", 10.0, Weight::Bold) > fonts.width("WW", 10.0, Weight::Regular));
    }

    #[test]
    fn lines_are_no_wider_than_asked() {
        let fonts = Fonts::new().unwrap();
        let text = "Kilómetros de ruta, de exposición y de brecha, incidentes y riesgo medio por estado";
        let lines = fonts.wrapped(text, 3.0, Weight::Regular, 40.0, 9);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| fonts.width(line, 3.0, Weight::Regular) <= 40.0));
        let cut = fonts.wrapped(text, 3.0, Weight::Regular, 40.0, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
    }
}
