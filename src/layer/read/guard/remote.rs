//! Names that are those of a server or a database: whoever writes them means it.

use super::endings;
use super::pass::Pass;

/// Beginnings of names of databases and services, and their drivers.
const SERVICES: [(&str, &str); 7] = [
    ("pg:", "PostgreSQL"),
    ("postgresql:", "PostgreSQL"),
    ("mysql:", "MySQL"),
    ("mssql:", "MSSQLSpatial"),
    ("wfs:", "WFS"),
    ("oapif:", "OAPIF"),
    ("ogcapi_features:", "OAPIF"),
];

/// Files of servers as GDAL names them.
const STORES: [&str; 8] =
    ["/vsicurl/", "/vsis3/", "/vsigs/", "/vsiaz/", "/vsiadls/", "/vsioss/", "/vsiswift/", "/vsiwebhdfs/"];

/// How GDAL may open such a name.
///
/// # Errors
/// What a name is that is none of them.
pub(super) fn pass(path: &str) -> Result<Pass, String> {
    let lower = path.to_ascii_lowercase();
    let done = |name: String, drivers: Vec<&'static str>| {
        Ok(Pass { name, drivers, remote: true, bytes: None, cut_off: false, beside: Vec::new() })
    };
    if let Some((_, driver)) = SERVICES.iter().find(|(scheme, _)| lower.starts_with(scheme)) {
        return done(path.to_owned(), vec![driver]);
    }
    let (zipped, inside) = match path.strip_prefix("/vsizip/") {
        Some(inside) => (true, format!("/{}", inside.trim_start_matches('/'))),
        None => (false, path.to_owned()),
    };
    let address = lower.starts_with("http://") || lower.starts_with("https://");
    if !address && !STORES.iter().any(|store| inside.starts_with(store)) {
        return Err("a name that GDAL takes for a description of other sources".to_owned());
    }
    let path_of = |name: &str| name.split(['?', '#']).next().unwrap_or(name).to_owned();
    let ending = endings::of(&path_of(&inside));
    let name = if address { format!("/vsicurl/{path}") } else { path.to_owned() };
    if ending == "zip" {
        // It cannot be looked into without being fetched: what archives hold as a rule.
        let name = if zipped { name } else { format!("/vsizip/{name}") };
        return done(name, vec!["ESRI Shapefile", "GPKG", "FlatGeobuf", "GeoJSON", "CSV", "OpenFileGDB"]);
    }
    match endings::format(&ending) {
        Some(format) => done(name, format.drivers.to_vec()),
        None => Err(format!("a name whose ending says no format that is read ({})", endings::listed())),
    }
}
