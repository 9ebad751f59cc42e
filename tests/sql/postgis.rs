//! The same SQL in PostGIS and here gives the same rows. Skipped where PostGIS is not installed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where its ground is missing")]

use crate::fixtures::postgres;

use std::fmt::Write as _;
use std::path::Path;

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use corredor_sql::{QueryError, Session, SessionOptions};
use postgres::Server;

/// Zones with a hole, one that fills it, two that overlap, and some that share borders and corners.
const ZONES: [(&str, &str); 7] = [
    ("01", "MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1)))"),
    ("02", "MULTIPOLYGON(((1 1,3 1,3 3,1 3,1 1)))"),
    ("03", "MULTIPOLYGON(((4 0,8 0,8 4,4 4,4 0)))"),
    ("04", "MULTIPOLYGON(((6 2,10 2,10 6,6 6,6 2)))"),
    ("05", "MULTIPOLYGON(((4 4,6 4,6 6,4 6,4 4)))"),
    ("06", "MULTIPOLYGON(((12 0,14 0,13 2,12 0)),((12 3,14 3,13 5,12 3)))"),
    ("07", "MULTIPOLYGON(((-3 -1,-1 -2.5,0 0,-3 -1)))"),
];

const ROUTES: [(&str, &str); 4] = [
    ("R1", "LINESTRING(-2 2,2 2,5 5,13 1)"),
    ("R2", "LINESTRING(0 0,4 0,8 0)"),
    ("R3", "LINESTRING(5 -1,5 7)"),
    ("R4", "LINESTRING(20 20,21 21,20 21,20 20)"),
];

/// Every half degree around the zones: corners, borders, interiors and outsides.
fn points() -> Vec<(String, f64, f64)> {
    let grid =
        (0..36).flat_map(|x| (0..20).map(move |y| (f64::from(x) / 2.0 - 3.0, f64::from(y) / 2.0 - 2.5)));
    grid.enumerate().map(|(at, (x, y))| (format!("p{at:03}"), x, y)).collect()
}

/// Expressions over one table, and joins: the same text for both.
const QUERIES: &[&str] = &[
    "SELECT id, ST_X(geom), ST_Y(geom) FROM points",
    "SELECT code, ST_XMin(geom), ST_XMax(geom), ST_YMin(geom), ST_YMax(geom) FROM zones",
    "SELECT code, ST_NPoints(geom) FROM zones",
    "SELECT id, ST_NPoints(geom) FROM routes",
    "SELECT code, ST_IsValid(geom) FROM zones",
    "SELECT ST_IsValid(ST_GeomFromText('POLYGON((0 0,1 1,1 0,0 1,0 0))'))",
    "SELECT code, ST_IsEmpty(geom) FROM zones",
    "SELECT code, ST_GeometryType(geom) FROM zones",
    "SELECT id, ST_GeometryType(geom) FROM routes",
    "SELECT code, ST_CoordDim(geom) FROM zones",
    "SELECT code, ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)) FROM zones",
    "SELECT id, ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)) FROM routes",
    "SELECT id, ST_X(ST_StartPoint(geom)), ST_Y(ST_EndPoint(geom)) FROM routes",
    "SELECT id, ST_X(ST_PointN(geom, 2)) FROM routes",
    "SELECT id, ST_NumPoints(geom) FROM routes",
    "SELECT id, ST_IsClosed(geom) FROM routes",
    "SELECT id, ST_AsText(geom) FROM points",
    "SELECT id, ST_AsText(geom) FROM routes",
    "SELECT code, ST_AsText(geom) FROM zones",
    "SELECT code, ST_XMin(ST_Envelope(geom)), ST_YMax(ST_Envelope(geom)) FROM zones",
    "SELECT code, ST_XMax(ST_ConvexHull(geom)), ST_NPoints(ST_ConvexHull(geom)) FROM zones",
    "SELECT code, ST_Within(ST_PointOnSurface(geom), geom) FROM zones",
    "SELECT ST_NumInteriorRings(ST_GeomFromText('POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 2,2 2,1 1))'))",
    "SELECT ST_X(ST_Point(1.5, -2)), ST_Y(ST_MakePoint(1.5, -2))",
    "SELECT id, ST_Within(geom, ST_GeomFromText('POLYGON((0 0,9 0,9 9,0 9,0 0))')) FROM routes",
    "SELECT id, ST_Intersects(geom, ST_GeomFromText('POINT(4 4)')) FROM points",
    "SELECT ST_Within(ST_Point(0, 0), NULL), ST_Intersects(NULL, ST_Point(0, 0))",
    "SELECT p.id, z.code FROM points p JOIN zones z ON ST_Within(p.geom, z.geom)",
    "SELECT p.id, z.code FROM points p JOIN zones z ON ST_Contains(z.geom, p.geom)",
    "SELECT p.id, z.code FROM points p JOIN zones z ON ST_Intersects(p.geom, z.geom)",
    "SELECT p.id, z.code FROM zones z JOIN points p ON ST_Covers(z.geom, p.geom)",
    "SELECT p.id, z.code FROM zones z JOIN points p ON ST_CoveredBy(p.geom, z.geom)",
    "SELECT p.id, z.code FROM points p JOIN zones z ON ST_Touches(p.geom, z.geom)",
    "SELECT p.id, z.code FROM points p JOIN zones z ON ST_Disjoint(p.geom, z.geom) WHERE z.code = '01'",
    "SELECT p.id, z.code FROM points p LEFT JOIN zones z ON ST_Within(p.geom, z.geom) AND z.code > '02'",
    "SELECT z.code, count(p.id) FROM zones z LEFT JOIN points p ON ST_Within(p.geom, z.geom) GROUP BY z.code",
    "SELECT p.id FROM points p WHERE EXISTS (SELECT 1 FROM zones z WHERE ST_Touches(z.geom, p.geom))",
    "SELECT p.id FROM points p WHERE NOT EXISTS (SELECT 1 FROM zones z WHERE ST_Intersects(z.geom, p.geom))",
    "SELECT p.id, z.code FROM points p, zones z WHERE ST_Within(p.geom, z.geom) AND ST_X(p.geom) > 6",
    "SELECT a.code, b.code FROM zones a JOIN zones b ON ST_Intersects(a.geom, b.geom)",
    "SELECT a.code, b.code FROM zones a JOIN zones b ON ST_Touches(a.geom, b.geom)",
    "SELECT a.code, b.code FROM zones a JOIN zones b ON ST_Overlaps(a.geom, b.geom)",
    "SELECT a.code, b.code FROM zones a JOIN zones b ON ST_Equals(a.geom, b.geom)",
    "SELECT a.code, b.code FROM zones a JOIN zones b ON ST_Covers(a.geom, b.geom)",
    "SELECT r.id, z.code FROM routes r JOIN zones z ON ST_Intersects(r.geom, z.geom)",
    "SELECT r.id, z.code FROM routes r JOIN zones z ON ST_Crosses(r.geom, z.geom)",
    "SELECT r.id, z.code FROM routes r JOIN zones z ON ST_Touches(r.geom, z.geom)",
    "SELECT a.id, b.id FROM routes a JOIN routes b ON ST_Crosses(a.geom, b.geom)",
    "SELECT p.id, r.id FROM points p JOIN routes r ON ST_Intersects(p.geom, r.geom)",
];

/// What differs, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "SELECT ST_Distance(ST_Point(0, 0), ST_Point(1, 0))",
        "degrees are never taken for a length: geodesic_km",
    ),
    ("SELECT id, ST_Length(geom) FROM routes", "degrees are never taken for a length: geodesic_length_km"),
    ("SELECT code, ST_Area(geom) FROM zones", "degrees are never taken for an area: area_km2"),
    (
        "SELECT ST_DWithin(ST_Point(0, 0), ST_Point(1, 0), 2)",
        "degrees are never taken for a length: within_km",
    ),
    ("SELECT ST_NPoints(ST_Union(geom)) FROM zones", "geodatafusion has no unions"),
];

fn session(folder: &Path) -> Session {
    let feature = |key: &str, value: &str, geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{{"{key}":"{value}"}},"geometry":{geometry}}}"#)
    };
    let collection = |features: Vec<String>| {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"))
    };
    // "1 2,3 4" as "[1,2],[3,4]".
    let positions = |text: &str| -> String {
        let position = |pair: &str| format!("[{}]", pair.trim().replace(' ', ","));
        text.split(',').map(position).collect::<Vec<_>>().join(",")
    };
    let line = |wkt: &str| {
        let inner = wkt.trim_start_matches("LINESTRING(").trim_end_matches(')');
        format!(r#"{{"type":"LineString","coordinates":[{}]}}"#, positions(inner))
    };
    let zone = |wkt: &str| {
        let inner = wkt.trim_start_matches("MULTIPOLYGON(((").trim_end_matches(")))");
        let polygon = |text: &str| {
            let rings: Vec<String> = text.split("),(").map(|ring| format!("[{}]", positions(ring))).collect();
            format!("[{}]", rings.join(","))
        };
        let polygons: Vec<String> = inner.split(")),((").map(polygon).collect();
        format!(r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#, polygons.join(","))
    };
    let point = |x: f64, y: f64| format!(r#"{{"type":"Point","coordinates":[{x},{y}]}}"#);
    let files = [
        (
            "zones",
            "code",
            "polygon",
            collection(ZONES.iter().map(|(k, g)| feature("code", k, &zone(g))).collect()),
        ),
        (
            "routes",
            "id",
            "line",
            collection(ROUTES.iter().map(|(k, g)| feature("id", k, &line(g))).collect()),
        ),
        (
            "points",
            "id",
            "point",
            collection(points().iter().map(|(k, x, y)| feature("id", k, &point(*x, *y))).collect()),
        ),
    ];
    std::fs::create_dir_all(folder.join("layers")).unwrap();
    std::fs::create_dir_all(folder.join("data")).unwrap();
    let text = "[workspace]\nname = \"x\"\ntitle = { es = \"x\", en = \"x\" }\ncountry = { es = \"x\", en = \"x\" }\n";
    std::fs::write(folder.join("corredor.toml"), text).unwrap();
    for (name, key, kind, json) in files {
        std::fs::write(folder.join(format!("data/{name}.geojson")), json).unwrap();
        let layer = format!(
            "title = {{ es = \"x\", en = \"x\" }}\nlevel = \"public\"\n[read]\npath = \"{name}.geojson\"\ngeometry = \"{kind}\"\nkey = \"{key}\"\n"
        );
        std::fs::write(folder.join(format!("layers/{name}.toml")), layer).unwrap();
    }
    Session::open(SessionOptions { workspace: Some(folder.to_owned()), ..SessionOptions::default() }).unwrap()
}

fn fill(server: &Server) {
    let mut sql =
        "CREATE TABLE zones (code text, geom geometry); CREATE TABLE routes (id text, geom geometry);\
        CREATE TABLE points (id text, geom geometry);"
            .to_owned();
    for (table, rows) in [("zones", &ZONES[..]), ("routes", &ROUTES[..])] {
        for (key, wkt) in rows {
            let _ = write!(sql, "INSERT INTO {table} VALUES ('{key}', ST_GeomFromText('{wkt}'));");
        }
    }
    for (key, x, y) in points() {
        let _ = write!(sql, "INSERT INTO points VALUES ('{key}', ST_MakePoint({x}, {y}));");
    }
    server.sql(&sql);
}

/// Rows as `psql` prints them, sorted; or what is wrong.
fn ours(session: &Session, sql: &str) -> Result<Vec<String>, QueryError> {
    let mut rows = Vec::new();
    for batch in session.run(sql, &[])? {
        let batch = batch?;
        let options = FormatOptions::default();
        let columns: Vec<ArrayFormatter<'_>> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|column| plain(&column.value(row).to_string()));
            rows.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    rows.sort();
    Ok(rows)
}

fn theirs(server: &Server, sql: &str) -> Vec<String> {
    let text = server.sql(sql);
    let mut rows: Vec<String> =
        text.lines().map(|line| line.split('|').map(plain).collect::<Vec<_>>().join("|")).collect();
    rows.sort();
    rows
}

/// A cell in one spelling: booleans in full, numbers to twelve digits.
fn plain(cell: &str) -> String {
    match cell {
        "t" => "true".to_owned(),
        "f" => "false".to_owned(),
        cell => match cell.parse::<f64>() {
            Ok(number) => format!("{:.12}", number + 0.0),
            Err(_) => cell.to_owned(),
        },
    }
}

#[test]
fn the_same_rows_as_postgis() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let session = session(dir.path());
    fill(&server);
    let mut wrong = String::new();
    for sql in QUERIES {
        let there = theirs(&server, sql);
        let here = match ours(&session, sql) {
            Ok(here) => here,
            Err(error) => {
                let _ = writeln!(wrong, "{sql}\n  {error}");
                continue;
            }
        };
        if here != there {
            let only = |a: &[String], b: &[String]| -> Vec<String> {
                a.iter().filter(|row| !b.contains(row)).take(3).cloned().collect()
            };
            let _ = writeln!(
                wrong,
                "{sql}\n  only here: {:?}\n  only there: {:?}",
                only(&here, &there),
                only(&there, &here)
            );
        }
    }
    for (sql, reason) in DIFFERENCES {
        assert_ne!(
            ours(&session, sql).ok(),
            Some(theirs(&server, sql)),
            "no difference any more ({reason}): {sql}"
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(QUERIES.len() >= 30);
}
