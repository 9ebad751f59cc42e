//! What the parts of a project are made from.

use crate::geodesy::MapPlane;
use crate::lang::Lang;
use crate::publish::style::{Style, Words};
use crate::publish::{Card, Dataset};

/// A layer of a project.
pub(super) struct Sheet<'a> {
    pub(super) card: &'a Card,
    pub(super) style: &'a Style,
    /// Its name within the project.
    pub(super) id: String,
    pub(super) bounds: Option<[f64; 4]>,
    /// Shown when the project is opened.
    pub(super) shown: bool,
}

/// A layer as the tree and the pages refer to it.
pub(super) struct Drawn<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) source: String,
}

/// Everything that the parts of a project need.
pub(super) struct Project<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) sheets: Vec<Sheet<'a>>,
    /// What only gives the context, from the top of the map to its bottom.
    pub(super) backdrops: Vec<Backdrop>,
    pub(super) lang: Lang,
    pub(super) plane: MapPlane,
    /// What the map shows at first, on the plane, m.
    pub(super) view_m: [f64; 4],
    /// Day of publication.
    pub(super) day: String,
    /// The GeoPackage, beside the project.
    pub(super) source: String,
}

/// A layer that only gives the context.
pub(super) struct Backdrop {
    pub id: String,
    pub title: Words,
    /// The table, and which of its rows.
    pub source: String,
    pub kind: Kind,
    /// Shown from this scale on: one in so many.
    pub scale: u32,
    pub label: String,
    pub key: String,
    pub bounds: [f64; 4],
}

/// What a backdrop shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A border and a name.
    Border,
    /// A point inside and a name.
    Place,
}
