//! Flat, borrowed views of a layer's coordinates, as the joins read them.
//!
//! Coordinates are degrees on WGS84, longitude first. Offsets follow GeoArrow: entry `i`
//! spans `offsets[i]..offsets[i + 1]` of the next level.

/// One closed ring: first and last position are equal.
#[derive(Clone, Copy, Debug)]
pub struct Ring<'a> {
    /// Longitudes, degrees.
    pub lon: &'a [f64],
    /// Latitudes, degrees.
    pub lat: &'a [f64],
    /// Whether this ring is the outer ring of its polygon.
    pub exterior: bool,
}

/// Zones as flat multipolygons.
#[derive(Clone, Copy, Debug)]
pub struct ZoneView<'a> {
    /// Longitudes of all vertices, degrees.
    pub lon: &'a [f64],
    /// Latitudes of all vertices, degrees.
    pub lat: &'a [f64],
    /// Ring offsets into the coordinates.
    pub rings: &'a [i32],
    /// Polygon offsets into the rings; the first ring of a polygon is its exterior.
    pub polygons: &'a [i32],
    /// Zone offsets into the polygons.
    pub zones: &'a [i32],
}

impl<'a> ZoneView<'a> {
    /// Number of zones.
    pub fn len(&self) -> usize {
        self.zones.len().saturating_sub(1)
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The polygons of one zone, each as the range of its rings (see [`ZoneView::ring`]).
    pub fn polygons_of(&self, zone: usize) -> impl Iterator<Item = std::ops::Range<usize>> + use<'a> {
        let polygons = self.polygons;
        (self.zones[zone] as usize..self.zones[zone + 1] as usize)
            .map(move |p| polygons[p] as usize..polygons[p + 1] as usize)
    }

    /// Ring number `ring` of the whole layer.
    pub fn ring(&self, ring: usize, exterior: bool) -> Ring<'a> {
        let span = self.rings[ring] as usize..self.rings[ring + 1] as usize;
        Ring { lon: &self.lon[span.clone()], lat: &self.lat[span], exterior }
    }

    /// All rings of one zone, exteriors flagged, in stored order.
    pub fn rings_of(&self, zone: usize) -> impl Iterator<Item = Ring<'a>> + use<'a> {
        let view = *self;
        self.polygons_of(zone)
            .flat_map(move |rings| rings.clone().map(move |r| view.ring(r, r == rings.start)))
    }
}

/// Lines as flat linestrings.
#[derive(Clone, Copy, Debug)]
pub struct LineView<'a> {
    /// Longitudes of all vertices, degrees.
    pub lon: &'a [f64],
    /// Latitudes of all vertices, degrees.
    pub lat: &'a [f64],
    /// Line offsets into the coordinates.
    pub lines: &'a [i32],
}

impl<'a> LineView<'a> {
    /// Number of lines.
    pub fn len(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Longitudes and latitudes of one line.
    pub fn line(&self, line: usize) -> (&'a [f64], &'a [f64]) {
        let span = self.lines[line] as usize..self.lines[line + 1] as usize;
        (&self.lon[span.clone()], &self.lat[span])
    }
}

/// Points as two slices of equal length.
#[derive(Clone, Copy, Debug)]
pub struct PointView<'a> {
    /// Longitudes, degrees.
    pub lon: &'a [f64],
    /// Latitudes, degrees.
    pub lat: &'a [f64],
}

impl PointView<'_> {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.lon.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.lon.is_empty()
    }
}
