//! The gate: what may leave the workspace, checked once more just before it does.

use super::{Card, PublishError};
use crate::protect::{Door, sight};
pub use crate::workspace::config::FIELD_NAME_MAX;
use crate::workspace::config::{Level, is_field_name};

/// The doors that a published layer goes through; rows of the history, and trends, are of published layers too.
const DOORS: [Door; 11] = [
    Door::Geojson,
    Door::Csv,
    Door::Geopackage,
    Door::Flatgeobuf,
    Door::Qml,
    Door::Project,
    Door::Postgis,
    Door::RunName,
    Door::History,
    Door::Trends,
    Door::Audit,
];

/// Lets a layer pass, or says why not.
///
/// # Errors
/// [`PublishError::AboveLevel`] above the allowed level, [`PublishError::FieldName`] and
/// [`PublishError::LayerName`] for names that other programs would cut or mangle.
pub fn check(card: &Card, allowed: Level) -> Result<(), PublishError> {
    if DOORS.iter().any(|&door| sight(door, allowed, card.level).is_withheld()) {
        return Err(PublishError::AboveLevel {
            layer: card.name.clone(),
            level: card.level.name(),
            allowed: allowed.name(),
            from: card.level_from.clone(),
        });
    }
    if !is_name(&card.name, 63) {
        return Err(PublishError::LayerName { layer: card.name.clone() });
    }
    match card.layer.fields().into_iter().find(|field| !is_name(field, FIELD_NAME_MAX)) {
        Some(field) => Err(PublishError::FieldName { layer: card.name.clone(), field }),
        None => Ok(()),
    }
}

/// ASCII lower-case letters, digits and `_`, starting with a letter.
fn is_name(name: &str, longest: usize) -> bool {
    is_field_name(name) && name.len() <= longest
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_survive_every_format() {
        for good in ["code", "gi_p_norm", "route_name", "a1"] {
            assert!(is_name(good, 10), "{good}");
        }
        for bad in ["", "Code", "1a", "población", "too_long_name", "a-b", "_a"] {
            assert!(!is_name(bad, 10), "{bad}");
        }
    }
}
