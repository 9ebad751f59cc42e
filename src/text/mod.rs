//! Text on its way out: addresses without what they keep secret, signs that a sink would obey made visible, numbers as
//! people read them.

mod address;
mod number;
pub mod postgres;
mod signs;

pub(crate) use address::starred;
pub use address::{host, redact, redact_address};
pub(crate) use number::two_digits;
pub use number::{brief, counted, number};
pub(crate) use signs::in_place;
pub use signs::{
    clean, find_hidden, html, is_blank, is_hidden, json, one_line, plain, qgis, qgis_html, shown, xml,
    xml_of_qgis,
};
