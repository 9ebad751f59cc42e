//! Text on its way out: addresses without what they keep secret, and signs that a sink would obey made visible.

mod address;
mod signs;

pub(crate) use address::starred;
pub use address::{host, redact, redact_address};
pub(crate) use signs::in_place;
pub use signs::{
    clean, find_hidden, html, is_hidden, json, one_line, plain, qgis, qgis_html, shown, xml, xml_of_qgis,
};
