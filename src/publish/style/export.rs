//! A style as the map page and other programs read it.

use serde_json::{Value, json};

use super::fields::{values, words_of};
use super::{COLOURS, Style};

/// A style as JSON, `styles.json` of a run:
///
/// - `title`, `group` (`answer`, `news`, `overview`, `why`, `routes`, `ground`), `geometry` (`point`, `line`, `polygon`), `key`,
///   `heading` (the field that names a feature);
/// - `renderer`: `kind` (`single`, `categorized`, `graduated`), `field`, and `classes` from the highest to the lowest:
///   `value` (`{"is": "3"}`, `{"range": [low, high]}` where a value on a bound belongs to the first class that holds
///   it, or `"missing"`), `label` in `es` and `en`, `symbol` (`kind` `fill` with `colour` and `pattern`, `line` with
///   `colour`, `width_mm`, `casing`, or `marker` with `colour`); a single one has `label` and `symbol`;
/// - `second`: `title`, `renderer` and `unsure` of the same layer drawn by another field; left out where there is none;
/// - `unsure`: features to hatch (`field`, `below` or `at_least`, `label`), or null;
/// - `dashed`: lines to dash, those with more than half of `of` in `field`, and their `label`; left out where there are none;
/// - `label`: what is written beside a feature (`field`, `decimals`, `unit`, from 1 : `scale` on), or null;
/// - `tip`: the few facts (`field`, `decimals`);
/// - `fields`: for each field its `name`, words (`es`, `en`, `unit`) where we have them, and the words of its codes
///   (`values`: `value`, `es`, `en`).
///
/// A table without geometry has them too, for its words.
pub fn export(style: &Style) -> Value {
    let fields: Vec<Value> = style
        .fields
        .iter()
        .map(|name| {
            let codes: Vec<Value> = values(name)
                .into_iter()
                .map(|(value, words)| json!({"value": value, "es": words.es, "en": words.en}))
                .collect();
            match words_of(style.told(), name) {
                Some(words) => {
                    json!({"name": name, "es": words.es, "en": words.en, "unit": words.unit, "values": codes})
                }
                None => json!({"name": name, "values": codes}),
            }
        })
        .collect();
    let mut value = json!(style);
    value["fields"] = json!(fields);
    value
}

/// The colours that are no layer's own: ground, borders, hatching.
pub fn colours() -> Value {
    json!(COLOURS.colours)
}
