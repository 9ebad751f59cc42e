//! Styles: what a partner sees on opening a published layer, in Spanish or English.
//!
//! `definition` holds the one definition, `layers/styles/*.toml`; `themes` makes of it what a layer shows, as plain
//! data ([`Style`]); `qml` prints that data as QGIS reads it, `export` as the map page does; `fields` holds the words
//! for every field we publish, `terms` the table of terms and of the words that they retire.

mod classes;
mod definition;
mod export;
mod fields;
mod model;
pub(super) mod qml;
mod recipe_fields;
mod terms;
mod themes;
#[cfg(test)]
mod vision;
mod words;
pub(super) mod xml;

use crate::lang::Lang;
use crate::layer::{Layer, LayerError};

pub use definition::{COLOURS, Lines, Palettes, Swatch};
pub use export::{colours, export};
pub use fields::{FieldWords, Told, beyond, field_words, values as value_words, words_of};
pub use model::{
    Class, Dashed, Fact, Label, NEWS, Numbered, Pattern, Renderer, Rgb, Second, Style, Symbol, Unsure, Value,
};
pub(super) use qml::{Extra, FONTS, families, qml_for};
pub use terms::{TERMS, Term, glossary, retired_in};
pub use themes::{GAPS, class_colour, class_place, quantities, style, styled, unsure_class};
pub use words::Words;

/// Language of `NAME.qml`, which QGIS loads by itself.
pub const DEFAULT: Lang = Lang::Es;

/// The style files of a layer: `NAME.qml` (Spanish), `NAME.es.qml`, `NAME.en.qml`, each with its text.
///
/// `theme` is one of `hotspots`, `risk`, `stretches`, `gaps`, `states`, `routes`, `composite`, `difference`; a layer that lacks the
/// theme's fields, or any other word, gets the nearest plainer style. A table has no style. `title` is the
/// layer's title in Spanish and English; it heads the map tip.
///
/// The format is that of QGIS 3.22, which later versions read too.
///
/// # Errors
/// [`LayerError::NotNumeric`] where a field that the theme classes by number holds text.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use corredor::layer::{Column, Layer, Provenance, points};
/// use corredor::publish::style::files;
///
/// let columns = vec![Column::texts("code", vec![Some("01")])];
/// let layer = Layer::new("sites", "code", columns, Arc::new(points(vec![-92.3], vec![14.9])?), Provenance::default())?;
/// let files = files(&layer, "sites", "plain", ("Sitios", "Sites"))?;
/// let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["sites.qml", "sites.es.qml", "sites.en.qml"]);
/// assert_eq!(files[0].1, files[1].1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn files(
    layer: &Layer,
    name: &str,
    theme: &str,
    title: (&str, &str),
) -> Result<Vec<(String, String)>, LayerError> {
    Ok(print(&style(layer, theme, title)?, name))
}

/// The style files of a layer, see [`files`].
pub fn print(style: &Style, name: &str) -> Vec<(String, String)> {
    if style.geometry == "none" {
        return Vec::new();
    }
    let text = |lang: Lang| qml::qml(style, lang);
    let mut files = vec![(format!("{name}.qml"), text(DEFAULT))];
    files.extend(Lang::ALL.map(|lang| (format!("{name}.{}.qml", lang.code()), text(lang))));
    files
}
