//! What geometry a layer holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The one kind of geometry a layer holds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum GeometryKind {
    /// Points: sites, incidents.
    Point,
    /// Lines: routes, stretches, gaps.
    Line,
    /// Polygons: zones.
    Polygon,
    /// A table without geometry.
    None,
}
