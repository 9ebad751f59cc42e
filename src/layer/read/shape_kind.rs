//! What a geometry is, as it was read.

use super::Kind;

/// What a geometry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeKind {
    /// No geometry at all.
    Missing,
    Point,
    MultiPoint,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
    /// A collection of several kinds, none of them that of the layer.
    Collection,
    /// A surface in space, by its name.
    Surface(&'static str),
    /// Bytes that are no geometry.
    Unreadable,
}

impl ShapeKind {
    /// Its name in the formats; none where there is no geometry.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Missing => return None,
            Self::Point => "Point",
            Self::MultiPoint => "MultiPoint",
            Self::LineString => "LineString",
            Self::MultiLineString => "MultiLineString",
            Self::Polygon => "Polygon",
            Self::MultiPolygon => "MultiPolygon",
            Self::Collection => "GeometryCollection",
            Self::Surface(name) => name,
            Self::Unreadable => "unreadable",
        })
    }

    /// Whether it belongs into a layer of this kind.
    pub fn is_of(self, kind: Option<Kind>) -> bool {
        kind.is_some_and(|kind| self.family() == Some(kind.word()))
    }

    /// The kind of layer that it belongs into.
    pub fn family(self) -> Option<&'static str> {
        Some(match self {
            Self::Missing => return None,
            Self::Point | Self::MultiPoint => "point",
            Self::LineString | Self::MultiLineString => "line",
            Self::Polygon | Self::MultiPolygon => "polygon",
            Self::Collection => "collection",
            Self::Surface(name) => name,
            Self::Unreadable => "unreadable",
        })
    }
}
