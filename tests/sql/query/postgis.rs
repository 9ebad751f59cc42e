//! The spatial ones of the shipped queries against PostGIS, which runs the same question on the same data.

use std::collections::BTreeMap;
use std::path::Path;

use super::ground::{demo, done, query};
use crate::fixtures::postgres::Server;

/// Copies a layer into the database.
fn load(server: &Server, dir: &Path, layer: &str, columns: &str, definition: &str) {
    let path = dir.join(format!("{layer}.csv"));
    let sql = format!("SELECT {columns}, geom FROM {layer}");
    done(&query(demo(), &["--level", "restricted", "-e", &sql, "--out", &path.to_string_lossy()]));
    server.sql(&format!("CREATE TABLE {layer} ({definition}, geom geometry)"));
    let copy = format!("\\copy {layer} FROM '{}' CSV HEADER", path.display());
    let output = server.client("gis", &copy).output().unwrap();
    assert!(output.status.success(), "{layer}: {}", String::from_utf8_lossy(&output.stderr));
    server.sql(&format!("UPDATE {layer} SET geom = ST_SetSRID(geom, 4326)"));
}

/// Some columns of a shipped query's answer, by the first of them.
fn ours(name: &str, columns: &[&str]) -> BTreeMap<String, Vec<String>> {
    let text = done(&query(demo(), &[name, "--level", "restricted"]));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let places: Vec<usize> = {
        let header = reader.headers().unwrap();
        columns.iter().map(|column| header.iter().position(|name| name == *column).unwrap()).collect()
    };
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let cells: Vec<String> = places.iter().map(|&place| row[place].to_owned()).collect();
        (cells[0].clone(), cells[1..].to_vec())
    });
    rows.collect()
}

fn theirs(server: &Server, sql: &str) -> BTreeMap<String, Vec<String>> {
    let text = server.sql(sql);
    let rows = text.lines().map(|line| {
        let mut cells = line.split('|').map(str::to_owned);
        (cells.next().unwrap(), cells.collect())
    });
    rows.collect()
}

#[test]
fn the_spatial_queries_agree_with_postgis() {
    let Some(server) = Server::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    load(
        &server,
        dir.path(),
        "hotspots",
        "code, pop, risk, gi_bin",
        "code text, pop bigint, risk float8, gi_bin int",
    );
    load(&server, dir.path(), "zones", "code", "code text");
    load(&server, dir.path(), "shelters", "id", "id text");
    load(&server, dir.path(), "routes", "id", "id text");
    load(&server, dir.path(), "incidents", "id, persons", "id text, persons bigint");
    load(&server, dir.path(), "work_centres", "id, certified", "id text, certified int");

    let served = ours("shelters_served", &["id", "zones", "people"]);
    let expected = theirs(
        &server,
        "SELECT s.id, count(c.code), coalesce(sum(c.pop), 0) FROM shelters s LEFT JOIN hotspots c \
         ON ST_Distance(ST_Centroid(c.geom)::geography, s.geom::geography) <= 30000 GROUP BY s.id",
    );
    assert!(served.values().any(|row| row[0] != "0"));
    assert_eq!(served, expected, "shelters_served");

    // `buffer_km` is right to 0.5 % in width: no incident of the demo lies so near to the edge.
    let edge = "SELECT count(*) FROM routes r, incidents i WHERE \
        abs(ST_Distance(r.geom::geography, i.geom::geography) - 10000) <= 50";
    let near_the_edge: usize = server.sql(edge).parse().unwrap();
    let corridors = ours("incidents_by_corridor", &["route", "incidents"]);
    let expected = theirs(
        &server,
        "SELECT r.id, count(i.id) FROM routes r LEFT JOIN incidents i \
         ON ST_Distance(r.geom::geography, i.geom::geography) <= 10000 GROUP BY r.id",
    );
    let counts = |all: &BTreeMap<String, Vec<String>>| -> Vec<usize> {
        all.values().map(|row| row[0].parse().unwrap()).collect()
    };
    let apart: usize = counts(&corridors).iter().zip(counts(&expected)).map(|(a, b)| a.abs_diff(b)).sum();
    assert_eq!(corridors.len(), expected.len());
    assert!(counts(&corridors).iter().sum::<usize>() > 100);
    assert!(apart <= near_the_edge, "{apart} of {near_the_edge} at the edge: {corridors:?} {expected:?}");

    let beside = ours("next_to_hotspots", &["code", "hot_neighbours"]);
    let expected = theirs(
        &server,
        "SELECT z.code, count(*) FROM hotspots z JOIN hotspots h ON ST_Intersects(z.geom, h.geom) \
         AND h.code <> z.code WHERE h.gi_bin >= 2 AND coalesce(z.gi_bin, 0) < 2 GROUP BY z.code",
    );
    assert!(!beside.is_empty());
    assert_eq!(beside, expected, "next_to_hotspots");

    let uncertified = ours("uncertified_beside_risk", &["code", "centres_here", "centres_beside"]);
    let expected = theirs(
        &server,
        "WITH here AS (SELECT z.code, z.geom, count(w.id) AS n FROM zones z LEFT JOIN work_centres w \
         ON ST_Intersects(w.geom, z.geom) AND w.certified = 0 GROUP BY z.code, z.geom) \
         SELECT a.code, a.n, coalesce(sum(b.n), 0) FROM here a LEFT JOIN here b \
         ON ST_Intersects(a.geom, b.geom) AND a.code <> b.code GROUP BY a.code, a.n",
    );
    assert!(!uncertified.is_empty());
    for (code, row) in &uncertified {
        assert_eq!(Some(row), expected.get(code), "uncertified_beside_risk: {code}");
    }
}
