//! HXL: a row of hashtags below the header of a CSV, on request.
//!
//! The Humanitarian Exchange Language standard 1.1: `#tag+attribute`. What zones are (an administrative level, a census
//! area) differs between workspaces, so keys and names are `#loc`.

use crate::layer::Layer;

/// The hashtag of a field.
pub(super) fn tag(layer: &Layer, field: &str) -> String {
    let numeric = layer.column(field).is_ok_and(|column| column.data_type().is_numeric());
    match field {
        "lon" => "#geo+lon".to_owned(),
        "lat" => "#geo+lat".to_owned(),
        "name" => "#loc+name".to_owned(),
        "state" => "#adm1+name".to_owned(),
        "pop" | "people" => "#population+total".to_owned(),
        "girls" => "#population+f+children".to_owned(),
        "boys" => "#population+m+children".to_owned(),
        "incidents" => "#event+num".to_owned(),
        _ if field == layer.key() => "#loc+code".to_owned(),
        _ if numeric => format!("#indicator+num+{field}"),
        _ => format!("#meta+{field}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::layer::{Column, Geometry, Provenance};

    #[test]
    fn tags_are_what_hxl_allows() {
        let columns = vec![
            Column::texts("code", vec![Some("01")]),
            Column::texts("name", vec![Some("a")]),
            Column::numbers("gi_z", vec![Some(1.0)]),
            Column::texts("route", vec![Some("b")]),
        ];
        let layer =
            Layer::new("t", "code", columns, Arc::new(Geometry::None), Provenance::default()).unwrap();
        let tags: Vec<String> = layer.fields().iter().map(|field| tag(&layer, field)).collect();
        assert_eq!(tags, ["#loc+code", "#loc+name", "#indicator+num+gi_z", "#meta+route"]);
    }
}
