//! The GeoPackage of a run: every layer, and one default style each. Layers beyond their budget are drawn from it as
//! quickly as from their GeoJSON; the FlatGeobuf beside them has every vertex.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::simplify::{Fitted, rounded};
use super::style::{self, DEFAULT, Extra, Style};
use super::{Card, Dataset, PublishError, Run, table_schema};
use crate::lang::Lang;
use crate::layer::write::{Container, Format, WriteError, geometry_column, number_column};
use crate::text::qgis;

/// Name of the file, which the projects refer to.
pub(super) fn file_name(dataset: &Dataset) -> String {
    format!("{}.gpkg", dataset.file_stem())
}

/// Writes all layers into one file, with the geometry that their GeoJSON has; the table `layer_styles`, which QGIS
/// reads, holds the styles.
///
/// The style in Spanish is the default, as that of `NAME.qml` is; the one in English stands beside it, and the project
/// in English shows it.
///
/// `late` brings the layers of what changed, which are known only when the others are written; nothing comes where
/// there is no run before.
pub(super) fn write(
    run: &Run,
    dataset: &Dataset,
    cards: &[Card],
    fitted: &[Option<Fitted>],
    styles: &[Style],
    late: &Receiver<(Vec<Card>, Vec<Style>)>,
    now: jiff::Timestamp,
) -> Result<(), PublishError> {
    let path = run.folder().join(file_name(dataset));
    let name = path.display().to_string();
    let failed = |layer: &str| {
        let layer = layer.to_owned();
        move |error: WriteError| PublishError::Write { layer, error }
    };
    let mut file = Container::create(&path, Format::GeoPackage, now).map_err(failed(&name))?;
    let mut add = |card: &Card, fitted: Option<&Fitted>| {
        let layer = match fitted {
            Some(fitted) => Arc::clone(&fitted.layer),
            None => rounded(&card.layer).map_err(failed(&card.name))?,
        };
        let (title, text) = (card.title.pick(DEFAULT), card.description.pick(DEFAULT));
        // An identifier stands once in a file.
        let title = qgis(&format!("{title} ({})", card.name));
        file.add(&layer, &title, &qgis(text)).map_err(failed(&card.name))
    };
    cards.iter().zip(fitted).try_for_each(|(card, fitted)| add(card, fitted.as_ref()))?;
    let (more, more_styles) = late.recv().unwrap_or_default();
    more.iter().try_for_each(|card| add(card, None))?;
    file.execute(STYLES).map_err(failed(&name))?;
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let all = cards.iter().chain(&more).zip(styles.iter().chain(&more_styles));
    let all = all.filter(|(_, style)| style.geometry != "none");
    let looks = all.flat_map(|(card, style)| style.looks().zip(["", "2, "]).map(move |look| (card, look)));
    for (card, (style, second)) in looks {
        for lang in Lang::ALL {
            let text = style::qml_for(style, lang, Extra::Number(&number_column(&card.layer)));
            let values = [
                &card.name,
                &geometry_column(&card.layer),
                &format!("{} ({second}{})", card.name, lang.code()),
                &text,
                &qgis(card.description.pick(lang)),
                &stamp,
            ]
            .map(|value| format!("'{}'", value.replace('\'', "''")));
            let [table, column, name, qml, description, time] = values;
            let default = u8::from(lang == DEFAULT && second.is_empty());
            let sql = format!(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, \
                 styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) \
                 VALUES ('', '', {table}, {column}, {name}, {qml}, '', {default}, {description}, '', NULL, {time})"
            );
            file.execute(&sql).map_err(failed(&card.name))?;
        }
    }
    for sql in table_schema::TABLES {
        file.execute(sql).map_err(failed(&name))?;
    }
    let mut enumerations = BTreeSet::new();
    for (card, style) in cards.iter().chain(&more).zip(styles.iter().chain(&more_styles)) {
        for sql in table_schema::rows(card, style, &mut enumerations) {
            file.execute(&sql).map_err(failed(&card.name))?;
        }
    }
    let registered = format!(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) \
         VALUES ('layer_styles', 'attributes', 'layer_styles', '', '{stamp}')"
    );
    file.execute(&registered).map_err(failed(&name))?;
    file.finish().map_err(failed(&name))
}

/// The table as QGIS makes it.
const STYLES: &str = "CREATE TABLE layer_styles (\
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), \
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, \
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)";
