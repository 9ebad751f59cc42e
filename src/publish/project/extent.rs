//! Extents, and the system that they are in, as QGIS writes them.

use crate::publish::style::xml::Xml;

/// WGS 84, longitude and latitude.
pub(in crate::publish) fn wgs84(xml: &mut Xml) {
    xml.begin("spatialrefsys", &[]);
    xml.text("proj4", "+proj=longlat +datum=WGS84 +no_defs");
    xml.text("srid", "4326");
    xml.text("authid", "EPSG:4326");
    xml.text("description", "WGS 84");
    xml.text("projectionacronym", "longlat");
    xml.text("ellipsoidacronym", "EPSG:7030");
    xml.text("geographicflag", "true");
    xml.end();
}

pub(super) fn extent(xml: &mut Xml, bounds: [f64; 4]) {
    xml.begin("extent", &[]);
    for (name, value) in ["xmin", "ymin", "xmax", "ymax"].into_iter().zip(bounds) {
        xml.text(name, &value.to_string());
    }
    xml.end();
}

/// Bounds with a margin, as a share of the longer side.
pub(super) fn widened([west, south, east, north]: [f64; 4], share: f64) -> [f64; 4] {
    let margin = (east - west).max(north - south) * share;
    [west - margin, south - margin, east + margin, north + margin]
}
