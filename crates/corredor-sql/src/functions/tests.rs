//! The functions as queries call them, and their pages.

use std::path::{Path, PathBuf};

use arrow_cast::pretty::pretty_format_batches;

use super::DOCS;
use crate::{Answer, QueryError, Session, SessionOptions};

/// A session over files in a folder.
fn session(folder: &Path) -> Session {
    Session::open(SessionOptions { allow_paths: vec![folder.to_owned()], ..SessionOptions::default() })
        .unwrap()
}

fn shown(answer: Result<Answer, QueryError>) -> String {
    let batches = answer.and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match batches {
        Ok(batches) => pretty_format_batches(&batches).unwrap().to_string(),
        Err(error) => format!("{error}\n{}", error.help().unwrap_or_default()),
    }
}

/// The one value of a query.
fn value(session: &Session, sql: &str) -> String {
    let text = shown(session.run(sql, &[]));
    let cell = text.lines().nth(3).unwrap_or(&text);
    cell.trim_matches(['|', ' ']).to_owned()
}

/// Two squares that share the border at longitude 1, and three sites.
fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (zones, sites) = (dir.path().join("zones.geojson"), dir.path().join("sites.geojson"));
    std::fs::write(
        &zones,
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"code":"02"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
        {"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]}}]}"#,
    )
    .unwrap();
    std::fs::write(
        &sites,
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"a"},"geometry":{"type":"Point","coordinates":[0.5,0.5]}},
        {"type":"Feature","properties":{"id":"b"},"geometry":{"type":"Point","coordinates":[1.5,0.5]}}]}"#,
    )
    .unwrap();
    (dir, zones, sites)
}

#[test]
fn values_are_those_of_the_rooms() {
    let (dir, zones, sites) = folder();
    let session = session(dir.path());
    let (zones, sites) = (zones.display(), sites.display());
    let is = |sql: &str, expected: &str| assert_eq!(value(&session, sql), expected, "{sql}");
    is(&format!("SELECT locate(0.5, 0.5, '{zones}')"), "row-000001");
    is(&format!("SELECT locate(ST_Point(1.0, 0.5), '{zones}')"), "row-000001");
    is(&format!("SELECT locate(9, 0.5, '{zones}') IS NULL"), "true");
    is(&format!("SELECT locate(NULL, 0.5, '{zones}') IS NULL"), "true");
    is(&format!("SELECT nearest_id(0.9, 0.5, '{sites}')"), "row-000001");
    is(&format!("SELECT nearest_id(ST_Point(1.1, 0.5), '{sites}')"), "row-000002");
    let km = corredor::geodesy::distance_km(0.9, 0.5, 0.5, 0.5);
    is(&format!("SELECT nearest_km(0.9, 0.5, '{sites}')"), &km.to_string());
    is("SELECT geodesic_km(ST_Point(0.9, 0.5), 'POINT(0.5 0.5)')", &km.to_string());
    is("SELECT geodesic_km(ST_Point(0.9, 0.5), NULL) IS NULL", "true");
    is(&format!("SELECT within_km(ST_Point(0.9, 0.5), ST_Point(0.5, 0.5), {km})"), "true");
    is(&format!("SELECT within_km(ST_Point(0.9, 0.5), ST_Point(0.5, 0.5), {})", km - 1e-9), "false");
    let length = corredor::geodesy::length_km(&[0.0, 1.0, 1.0], &[0.0, 0.0, 1.0]);
    is("SELECT geodesic_length_km('LINESTRING(0 0, 1 0, 1 1)')", &length.to_string());
    is("SELECT area_km2('POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))')", "12308.778361469453");
    is("SELECT area_km2(NULL) IS NULL", "true");
    let along = corredor::geodesy::distance_km(0.0, 0.0, 0.5, 0.0);
    let told: f64 =
        value(&session, "SELECT along_km('LINESTRING(0 0, 1 0)', ST_Point(0.5, 0.1))").parse().unwrap();
    assert!((told - along).abs() < 1e-6, "{told} {along}");
    // The example in the README of h3-js.
    is("SELECT h3(ST_Point(-122.0553238, 37.3615593), 7)", "87283472bffffff");
    let disc: f64 = value(&session, "SELECT area_km2(buffer_km(ST_Point(-99.0, 19.0), 10))").parse().unwrap();
    assert!((disc / (std::f64::consts::PI * 100.0) - 1.0).abs() < 0.005, "{disc}");
}

#[test]
fn faults_are_told() {
    let (dir, zones, sites) = folder();
    let session = session(dir.path());
    let (zones, sites) = (zones.display().to_string(), sites.display().to_string());
    let told = |sql: &str| {
        let sql = sql.replace("ZONES", &zones).replace("SITES", &sites);
        shown(session.run(&sql, &[])).replace(&dir.path().display().to_string(), "")
    };
    let all = [
        "SELECT locate(14.9, -92.3, 'SITES')",
        "SELECT locate(14.9, -92.3, 'ZONES')",
        "SELECT locate(14.9, -99.3, 'ZONES')",
        "SELECT geodesic_km(ST_Point(14.9, -99.3), ST_Point(0.0, 0.0))",
        "SELECT geodesic_km(geom, geom) FROM 'ZONES'",
        "SELECT geodesic_km(1, 2)",
        "SELECT area_km2(geom) FROM 'SITES'",
        "SELECT geodesic_length_km(geom) FROM 'SITES'",
        "SELECT h3(ST_Point(0.0, 0.0), 16)",
        "SELECT buffer_km(ST_Point(0.0, 89.9), 10)",
        "SELECT st_distance(geom, geom) FROM 'ZONES'",
        "SELECT * FROM gaps('ZONES', 'SITES', 10)",
        "SELECT * FROM hotspots('ZONES')",
        "SELECT * FROM neighbours('ZONES', 'bishop')",
        "SELECT ST_Within(1, 2)",
        "SELECT nearest_km(geom, code) FROM 'ZONES'",
    ]
    .map(told);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn tables_of_functions() {
    let (dir, zones, sites) = folder();
    let session = session(dir.path());
    let routes = dir.path().join("routes.geojson");
    std::fs::write(
        &routes,
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"R"},
        "geometry":{"type":"LineString","coordinates":[[-1,0.5],[3,0.5]]}}]}"#,
    )
    .unwrap();
    let (zones, sites, routes) = (zones.display(), sites.display(), routes.display());
    let all = [
        format!("SELECT stretch_id, zone, round(from_km, 3) AS from_km, round(km, 3) AS km FROM stretches('{routes}', '{zones}')"),
        format!("SELECT gap_id, round(from_km, 3) AS from_km, round(km, 3) AS km, site_before, site_after FROM gaps('{routes}', '{sites}', 30)"),
        format!("SELECT * FROM neighbours('{zones}', 'rook')"),
        format!("SELECT row, code, gi_bin FROM hotspots('{zones}', 'code', 'queen', 99)"),
    ]
    .map(|sql| shown(session.run(&sql, &[])));
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn functions_of_geodatafusion_take_nulls() {
    let (dir, ..) = folder();
    let session = session(dir.path());
    let points = dir.path().join("points.csv");
    std::fs::write(&points, "id,x\na,0.5\nb,\nc,7\n").unwrap();
    let sql = format!(
        "SELECT id, ST_X(ST_Point(x, 0.5)) AS x, ST_Within(ST_Point(x, 0.5), 'POLYGON((0 0,1 0,1 1,0 1,0 0))') AS within
         FROM '{}' ORDER BY id",
        points.display()
    );
    insta::assert_snapshot!(shown(session.run(&sql, &[])));
    assert_eq!(value(&session, "SELECT ST_Intersects(NULL, 'POINT(0 0)') IS NULL"), "true");
}

/// The pages of the functions are made of their documentation; `CORREDOR_BLESS=1` writes them.
#[test]
fn pages_are_those_of_the_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/functions");
    let bless = std::env::var_os("CORREDOR_BLESS").is_some_and(|bless| bless == "1");
    if bless {
        std::fs::create_dir_all(&folder).unwrap();
    }
    for doc in DOCS {
        let path = folder.join(format!("{}.md", doc.name));
        if bless {
            std::fs::write(&path, doc.page()).unwrap();
        }
        let told = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            told,
            doc.page(),
            "{}: CORREDOR_BLESS=1 cargo test -p corredor-sql functions",
            path.display()
        );
        assert!(doc.related.iter().all(|name| DOCS.iter().any(|other| other.name == *name)), "{}", doc.name);
    }
    let pages = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(pages, DOCS.len(), "a page of a function that is not there any more");
}
