//! Index joins against the same joins as loops, and where they are planned.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arrow_cast::display::{ArrayFormatter, FormatOptions};
use proptest::prelude::*;

use crate::{Session, SessionOptions};

fn session(folder: &Path) -> Session {
    Session::open(SessionOptions { allow_paths: vec![folder.to_owned()], ..SessionOptions::default() })
        .unwrap()
}

/// The zones of [`ground`] and the points of [`grid`] as files, and a session that may read them.
struct Ground {
    dir: tempfile::TempDir,
    zones: PathBuf,
    points: PathBuf,
    session: Session,
}

impl Ground {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (zones, points) = (dir.path().join("zones.geojson"), dir.path().join("points.csv"));
        polygons(&zones, &ground());
        places(&points, &grid());
        let session = session(dir.path());
        Self { dir, zones, points, session }
    }
}

/// The rows of an answer as texts, in their order.
fn rows(session: &Session, sql: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in session.run(sql, &[]).unwrap_or_else(|error| panic!("{error}: {sql}")) {
        let batch = batch.unwrap_or_else(|error| panic!("{error}: {sql}"));
        let options = FormatOptions::default().with_null("-");
        let columns: Vec<ArrayFormatter<'_>> =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|"));
        }
    }
    rows
}

fn plan(session: &Session, sql: &str) -> String {
    rows(session, &format!("EXPLAIN {sql}")).join("\n")
}

fn polygons(path: &Path, zones: &[Vec<Vec<(f64, f64)>>]) {
    let mut text = r#"{"type":"FeatureCollection","features":["#.to_owned();
    for (at, rings) in zones.iter().enumerate() {
        let rings: Vec<String> = rings
            .iter()
            .map(|ring| {
                let closed = ring.iter().chain(ring.first());
                format!("[{}]", closed.map(|(x, y)| format!("[{x},{y}]")).collect::<Vec<_>>().join(","))
            })
            .collect();
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}{{"type":"Feature","properties":{{"z":{at}}},"geometry":{{"type":"Polygon","coordinates":[{}]}}}}"#,
            rings.join(",")
        );
    }
    std::fs::write(path, text + "]}").unwrap();
}

fn places(path: &Path, points: &[(f64, f64)]) {
    let mut text = "p,x,y\n".to_owned();
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = writeln!(text, "{at},{x},{y}");
    }
    // A point without a place.
    std::fs::write(path, text + "none,,\n").unwrap();
}

/// A square with a hole, one that fills the hole, two that overlap, and one that shares borders and a corner.
fn ground() -> Vec<Vec<Vec<(f64, f64)>>> {
    let square = |x: f64, y: f64, d: f64| vec![(x, y), (x + d, y), (x + d, y + d), (x, y + d)];
    vec![
        vec![square(0.0, 0.0, 4.0), square(1.0, 1.0, 2.0)],
        vec![square(1.0, 1.0, 2.0)],
        vec![square(4.0, 0.0, 4.0)],
        vec![square(6.0, 2.0, 4.0)],
        vec![square(4.0, 4.0, 2.0)],
    ]
}

/// Every quarter degree around the ground: corners, borders, interiors and outsides.
fn grid() -> Vec<(f64, f64)> {
    (0..46).flat_map(|x| (0..30).map(move |y| (f64::from(x) / 4.0 - 0.5, f64::from(y) / 4.0 - 0.5))).collect()
}

const CONDITIONS: [&str; 9] = [
    "ST_Within(ST_Point(p.x, p.y), z.geom)",
    "ST_Contains(z.geom, ST_Point(p.x, p.y))",
    "ST_Intersects(ST_Point(p.x, p.y), z.geom)",
    "ST_Intersects(z.geom, ST_Point(p.x, p.y))",
    "ST_Covers(z.geom, ST_Point(p.x, p.y))",
    "ST_CoveredBy(ST_Point(p.x, p.y), z.geom)",
    "ST_Touches(ST_Point(p.x, p.y), z.geom)",
    "ST_Within(ST_Point(p.x, p.y), z.geom) AND p.x + z.z > 3",
    "ST_Within(ST_GeomFromText('POINT(' || p.x || ' ' || p.y || ')'), z.geom)",
];

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

#[test]
fn joins_give_what_their_conditions_say() {
    let Ground { dir: _dir, zones, points, session } = Ground::new();
    let from = |a: &str, join: &str, b: &str, condition: &str| {
        format!("SELECT p.p, z.z FROM {a} {join} JOIN {b} ON {condition}")
    };
    let (p, z) = (format!("'{}' p", points.display()), format!("'{}' z", zones.display()));
    for condition in CONDITIONS {
        for join in ["", "LEFT", "RIGHT", "FULL"] {
            for (a, b) in [(&p, &z), (&z, &p)] {
                let fast = from(a, join, b, condition);
                assert!(plan(&session, &fast).contains("IndexJoinExec"), "{fast}\n{}", plan(&session, &fast));
                // What stands in a CASE is out of reach for the index.
                let slow = from(a, join, b, &format!("(CASE WHEN {condition} THEN 1 ELSE 0 END) = 1"));
                assert!(!plan(&session, &slow).contains("IndexJoinExec"), "{slow}");
                assert_eq!(sorted(rows(&session, &fast)), sorted(rows(&session, &slow)), "{fast}");
            }
        }
        let filter = format!("SELECT p.p, z.z FROM {p}, {z} WHERE {condition}");
        let fast = from(&p, "", &z, condition);
        assert_eq!(sorted(rows(&session, &filter)), sorted(rows(&session, &fast)), "{condition}");
        for not in ["", "NOT "] {
            let exists =
                format!("SELECT p.p FROM {p} WHERE {not}EXISTS (SELECT 1 FROM {z} WHERE {condition})");
            let found: BTreeSet<String> =
                rows(&session, &format!("SELECT DISTINCT p.p FROM {p}, {z} WHERE {condition}"))
                    .into_iter()
                    .collect();
            let there = rows(&session, &exists);
            assert!(there.iter().all(|row| found.contains(row) == not.is_empty()), "{exists}");
            let all = rows(&session, &format!("SELECT p.p FROM {p}")).len();
            let expected = if not.is_empty() { found.len() } else { all - found.len() };
            assert_eq!(there.len(), expected, "{exists}");
        }
    }
}

#[test]
fn points_near_points() {
    let dir = tempfile::tempdir().unwrap();
    let points = dir.path().join("points.csv");
    places(&points, &grid());
    let session = session(dir.path());
    let p = points.display();
    for km in ["27.8", "0", "-1", "111.3"] {
        let on = format!("within_km(ST_Point(a.x, a.y), ST_Point(b.x, b.y), {km})");
        let from = format!("FROM '{p}' a LEFT JOIN (SELECT * FROM '{p}' WHERE x < 1) b ON");
        let fast = format!("SELECT a.p, b.p {from} {on}");
        assert!(plan(&session, &fast).contains("index=sites"), "{}", plan(&session, &fast));
        let slow = format!("SELECT a.p, b.p {from} (CASE WHEN {on} THEN 1 ELSE 0 END) = 1");
        assert_eq!(sorted(rows(&session, &fast)), sorted(rows(&session, &slow)), "{km}");
    }
}

#[test]
fn other_geometry_is_joined_by_boxes() {
    let dir = tempfile::tempdir().unwrap();
    let zones = dir.path().join("zones.geojson");
    polygons(&zones, &ground());
    let session = session(dir.path());
    let z = zones.display();
    for function in ["ST_Intersects", "ST_Touches", "ST_Overlaps", "ST_Within"] {
        let on = format!("{function}(a.geom, b.geom)");
        let from = format!("FROM '{z}' a JOIN '{z}' b ON");
        let fast = format!("SELECT a.z, b.z {from} {on}");
        assert!(plan(&session, &fast).contains("IndexJoinExec"), "{}", plan(&session, &fast));
        let slow = format!("SELECT a.z, b.z {from} (CASE WHEN {on} THEN 1 ELSE 0 END) = 1");
        let found = rows(&session, &fast);
        assert!(!found.is_empty(), "{function}");
        assert_eq!(sorted(found), sorted(rows(&session, &slow)), "{function}");
    }
}

#[test]
fn plans_show_the_index_and_what_is_beyond_it_stays_a_loop() {
    let Ground { dir, zones, points, session } = Ground::new();
    let (p, z) = (format!("'{}' p", points.display()), format!("'{}' z", zones.display()));
    let shown = |sql: String| {
        let plan = plan(&session, &sql);
        let physical = plan.split("physical_plan|").nth(1).unwrap_or_default().to_owned();
        physical.replace(&dir.path().display().to_string(), "")
    };
    let all = [
        shown(format!(
            "SELECT z.z, count(*) FROM {p} JOIN {z} ON ST_Within(ST_Point(p.x, p.y), z.geom) GROUP BY z.z"
        )),
        shown(format!(
            "SELECT p.p FROM {p}, {z} WHERE ST_Intersects(z.geom, ST_Point(p.x, p.y)) AND z.z > 1"
        )),
        shown(format!("SELECT 1 FROM {p} JOIN {z} ON ST_Disjoint(ST_Point(p.x, p.y), z.geom)")),
        shown(format!(
            "SELECT 1 FROM {p} JOIN {p2} ON within_km(ST_Point(p.x, p.y), ST_Point(q.x, q.y), p.x)",
            p2 = p.replace(" p", " q")
        )),
        shown(format!("SELECT 1 FROM {p} JOIN {z} ON p.x = z.z AND ST_Within(ST_Point(p.x, p.y), z.geom)")),
    ];
    insta::assert_snapshot!(all.join("\n---\n"));
}

#[test]
fn pairs_are_counted_without_being_written_down() {
    let Ground { dir: _dir, zones, points, session } = Ground::new();
    let (p, z) = (format!("'{}' p", points.display()), format!("'{}' z", zones.display()));
    // Zones by themselves, in groups of which some have a null, and all together.
    let few = format!("(SELECT z % 2 AS half, CASE WHEN z < 3 THEN 'low' END AS low, z, geom FROM {z}) z");
    for condition in CONDITIONS {
        for (fields, group) in
            [("z.z", "GROUP BY z.z"), ("z.half, z.low", "GROUP BY z.half, z.low"), ("'all'", "")]
        {
            let sql = |condition: &str| {
                format!("SELECT {fields}, count(*), count(1) AS n FROM {p}, {few} WHERE {condition} {group}")
            };
            let (fast, slow) =
                (sql(condition), sql(&format!("(CASE WHEN {condition} THEN 1 ELSE 0 END) = 1")));
            assert!(plan(&session, &fast).contains("IndexCountExec"), "{}", plan(&session, &fast));
            assert_eq!(sorted(rows(&session, &fast)), sorted(rows(&session, &slow)), "{fast}");
        }
    }
    // Nothing found: no group, and one row of all.
    let nowhere = format!("FROM {p}, {z} WHERE ST_Within(ST_Point(p.x + 90, p.y), z.geom)");
    assert!(rows(&session, &format!("SELECT z.z, count(*) {nowhere} GROUP BY z.z")).is_empty());
    assert_eq!(rows(&session, &format!("SELECT count(*) {nowhere}")), ["0"]);
    // What is more than a count of pairs by zone stays as it is.
    let on = "ON ST_Within(ST_Point(p.x, p.y), z.geom)";
    for (kept, join) in [
        ("z.z, sum(p.x) {} GROUP BY z.z", "JOIN"),
        ("z.z, count(DISTINCT p.x) {} GROUP BY z.z", "JOIN"),
        ("z.z, count(p.x) {} GROUP BY z.z", "JOIN"),
        ("z.z, count(*) FILTER (WHERE p.x > 1) {} GROUP BY z.z", "JOIN"),
        ("p.x, count(*) {} GROUP BY p.x", "JOIN"),
        ("z.z, count(*) {} GROUP BY z.z", "RIGHT JOIN"),
    ] {
        let sql = format!("SELECT {}", kept.replace("{}", &format!("FROM {p} {join} {z} {on}")));
        let plan = plan(&session, &sql);
        assert!(plan.contains("IndexJoinExec") && !plan.contains("IndexCountExec"), "{sql}\n{plan}");
    }
}

#[test]
fn empty_sides() {
    let Ground { dir: _dir, zones, points, session } = Ground::new();
    let p = format!("(SELECT * FROM '{}' WHERE x > 99) p", points.display());
    let z = format!("(SELECT * FROM '{}' WHERE z > 99) z", zones.display());
    let (all_p, all_z) = (format!("'{}' p", points.display()), format!("'{}' z", zones.display()));
    let count = |a: &str, join: &str, b: &str| {
        let sql =
            format!("SELECT count(*) FROM {a} {join} JOIN {b} ON ST_Within(ST_Point(p.x, p.y), z.geom)");
        rows(&session, &sql).join("")
    };
    assert_eq!([count(&p, "", &all_z), count(&all_p, "", &z), count(&p, "FULL", &z)], ["0", "0", "0"]);
    assert_eq!(count(&p, "FULL", &all_z), "5");
    assert_eq!(count(&all_p, "FULL", &z), (grid().len() + 1).to_string());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Boxes anywhere, many of them over one another, and points on their borders.
    #[test]
    fn any_boxes(boxes in prop::collection::vec((0..12_u8, 0..12_u8, 1..6_u8, 1..6_u8), 1..12)) {
        let dir = tempfile::tempdir().unwrap();
        let (zones, points) = (dir.path().join("zones.geojson"), dir.path().join("points.csv"));
        let ring = |&(x, y, w, h): &(u8, u8, u8, u8)| {
            let (x, y, w, h) = (f64::from(x), f64::from(y), f64::from(w), f64::from(h));
            vec![vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)]]
        };
        polygons(&zones, &boxes.iter().map(ring).collect::<Vec<_>>());
        places(&points, &(0..340).map(|i| (f64::from(i % 18), f64::from(i / 18))).collect::<Vec<_>>());
        let session = session(dir.path());
        for condition in [CONDITIONS[0], CONDITIONS[2], CONDITIONS[6]] {
            let from = format!("SELECT p.p, z.z FROM '{}' p JOIN '{}' z ON", points.display(), zones.display());
            let fast = rows(&session, &format!("{from} {condition}"));
            let slow = rows(&session, &format!("{from} (CASE WHEN {condition} THEN 1 ELSE 0 END) = 1"));
            prop_assert_eq!(sorted(fast), sorted(slow));
        }
    }
}
