//! What the layers are used for that a step refers to.

use super::geometry_kind::GeometryKind;

/// What a referenced layer is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Zones: polygons that carry scores.
    Zones,
    /// A table keyed like the zones.
    Table,
    /// Routes: lines that people travel.
    Routes,
    /// Stretches: an exposure layer with `output = "stretches"`, or lixels.
    Stretches,
    /// Lixels: pieces of routes of nearly equal length.
    Lixels,
    /// Places that are scored, tested or ranked among themselves: zones, or lixels.
    Places,
    /// Sites: points of service.
    Sites,
    /// Points that are counted.
    Points,
}

impl Role {
    /// The geometry kinds that fit the role, beside lixels where it takes these.
    pub fn geometries(self) -> &'static [GeometryKind] {
        match self {
            Self::Zones => &[GeometryKind::Polygon],
            Self::Table => &[GeometryKind::None, GeometryKind::Polygon],
            Self::Routes | Self::Stretches | Self::Lixels => &[GeometryKind::Line],
            Self::Places => &[GeometryKind::Polygon],
            Self::Sites | Self::Points => &[GeometryKind::Point],
        }
    }
}

/// One reference of a step to another layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input<'a> {
    /// Name of the layer referred to.
    pub name: &'a str,
    /// What it is used for.
    pub role: Role,
    /// Whether its rows (geometry, or fields as they stand) reach the output.
    pub rows: bool,
}

impl<'a> Input<'a> {
    /// A layer whose rows reach the output.
    pub(super) fn rows(name: &'a str, role: Role) -> Self {
        Self { name, role, rows: true }
    }

    /// A layer of which only values reach the output that are computed from its rows.
    pub(super) fn values(name: &'a str, role: Role) -> Self {
        Self { name, role, rows: false }
    }
}
