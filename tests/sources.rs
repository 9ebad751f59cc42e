//! Sources reach no further than their name: whatever a file holds, nothing but the file is read, and it ends.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use corredor::layer::read::{Kind, Options, ReadError, inspect, read, read_whole};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRwkbGeometryType, sql::Dialect};
use gdal::{DriverManager, spatial_ref::SpatialRef};

const SECRET: &str = "id,lon,lat\nrefuge-7,-92.5,14.9\n";

/// A folder with a file that nobody named.
fn ground() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("shelters.csv"), SECRET).unwrap();
    dir
}

/// What every way of reading says of a source; none may read it.
fn refused(path: &str) -> ReadError {
    let mut options = Options::new(path, Kind::None, "id");
    let seen = read("x", &options);
    assert!(seen.is_err(), "{path}: {seen:?}");
    options.number_rows = true;
    assert!(read("x", &options).is_err(), "{path}");
    assert!(read_whole("x", path, path).is_err(), "{path}");
    let seen = inspect(path, None, None);
    assert!(seen.is_err(), "{path}: {seen:?}");
    seen.unwrap_err()
}

fn put(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_string_lossy().into_owned()
}

/// A zip archive, not compressed.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (size, offset) = (bytes.len() as u32, out.len() as u32);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for number in [crc.sum(), size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A server that counts who asks.
fn listener() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 512]);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nEPSG:6372");
        }
    });
    (address, asked)
}

fn vrt(dir: &Path) -> String {
    format!(
        "<OGRVRTDataSource><OGRVRTLayer name=\"shelters\"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        dir.join("shelters.csv").display()
    )
}

const GEOJSON: &str = r#"{"type":"FeatureCollection",CRS"features":[{"type":"Feature","properties":{"id":"1"},"geometry":{"type":"Point","coordinates":[-99,19]}}]}"#;

#[test]
fn a_virtual_dataset_is_none_by_whatever_name() {
    let dir = ground();
    let text = vrt(dir.path());
    let marked = format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- schools -->\n{text}");
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for ending in [
        "geojson", "json", "gml", "xml", "gpkg", "sqlite", "shp", "dbf", "fgb", "kml", "kmz", "gpx", "xlsx",
        "vrt", "tab",
    ] {
        for bytes in [text.as_bytes(), marked.as_bytes(), &[b"\xff\xfe", wide.as_slice()].concat()] {
            let path = put(dir.path(), &format!("schools.{ending}"), bytes);
            let error = refused(&path);
            assert!(matches!(error, ReadError::LeadsElsewhere { .. }), "{ending}: {error}");
            assert!(error.to_string().contains("virtual dataset"), "{error}");
        }
    }
    let named = |name: &str| put(dir.path(), "schools.zip", &zip(&[(name, text.as_bytes())]));
    for name in ["schools.geojson", "in/schools.gpkg", "schools.vrt", "schools.kml"] {
        let path = named(name);
        for path in [path.clone(), format!("/vsizip/{path}"), format!("/vsizip/{path}/{name}")] {
            assert!(matches!(refused(&path), ReadError::LeadsElsewhere { .. }), "{path}");
        }
    }
    let path = put(dir.path(), "a.zip", &zip(&[("schools.vrt", text.as_bytes()), ("readme.md", b"x")]));
    refused(&format!("/vsizip/{path}/schools.vrt"));
    refused(&path);
    // As `locate` reads points.
    put(dir.path(), "points.geojson", text.as_bytes());
    put(dir.path(), "zones.geojson", GEOJSON.replace("CRS", "").as_bytes());
    let told = common::told(
        dir.path(),
        &["locate", "points.geojson", "zones.geojson", "--key", "id", "--out", "o.csv"],
    );
    assert!(told.contains("virtual dataset") || told.contains("holds point geometry"), "{told}");
    let told = common::told(dir.path(), &["inspect", "points.geojson"]);
    assert!(told.starts_with("exit 1") && told.contains("virtual dataset"), "{told}");
}

#[test]
fn names_that_gdal_takes_for_more_are_none_of_files() {
    let dir = ground();
    let shelters = dir.path().join("shelters.csv");
    let shelters = shelters.display();
    for path in [
        format!("/vsisubfile/0,{shelters}"),
        format!("CSV:{shelters}"),
        format!("GPSBabel:csv:{shelters}"),
        format!("/vsigzip//vsisubfile/0,{shelters}"),
        format!("/vsisparse/{shelters}"),
        format!("/vsicached?file={shelters}"),
        vrt(dir.path()),
    ] {
        refused(&path);
    }
}

#[test]
fn no_file_asks_a_server() {
    let dir = ground();
    let (address, asked) = listener();
    let link = |kind: &str, member: &str| {
        format!(r#""crs":{{"type":"{kind}","properties":{{"{member}":"{address}/crs","type":"proj4"}}}},"#)
    };
    for (name, crs) in [
        ("a.geojson", link("link", "href")),
        ("b.geojson", link("Link", "HREF")),
        ("c.json", link("url", "url")),
        ("d.json", link("name", "name")),
        ("e.json", link("link", "href").replace("\"crs\"", "\"\\u0063rs\"")),
        ("f.json", link("link", "href").replace("\"crs\"", "\"CRS\"")),
        ("g.json", link("link", "href").replace("\"crs\"", "'crs'")),
    ] {
        let text = GEOJSON.replace("CRS", &crs);
        let error = refused(&put(dir.path(), name, text.as_bytes()));
        assert!(matches!(error, ReadError::LeadsElsewhere { .. }), "{name}: {error}");
        let zipped = put(dir.path(), &format!("{name}.zip"), &zip(&[(name, text.as_bytes())]));
        assert!(matches!(refused(&zipped), ReadError::LeadsElsewhere { .. }), "{name}");
    }
    // The old name of what RFC 7946 says anyway, and a name that has nothing to do with it.
    for crs in [
        r#""crs":{"type":"name","properties":{"name":"http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},"#,
        r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4326"}},"#,
        r#""note":"crs","x":{"type":"link"},"#,
    ] {
        let path = put(dir.path(), "ok.geojson", GEOJSON.replace("CRS", crs).as_bytes());
        assert_eq!(inspect(&path, None, None).unwrap().features, 1, "{crs}");
    }
    let wfs = format!("<OGRWFSDataSource><URL>{address}/wfs</URL></OGRWFSDataSource>");
    for name in ["w.gml", "w.xml", "w.geojson", "w.kml", "w.gpkg"] {
        refused(&put(dir.path(), name, wfs.as_bytes()));
    }
    // A schema that stands on a server is not asked for; the features are read without it.
    let gml = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://ogr.maptools.org/ {address}/wfs?request=DescribeFeatureType" xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><ogr:a fid="1"><ogr:geom><gml:Point srsName="EPSG:4326"><gml:coordinates>-99,19</gml:coordinates></gml:Point></ogr:geom><ogr:id>1</ogr:id></ogr:a></gml:featureMember></ogr:FeatureCollection>"#
    );
    let path = put(dir.path(), "schema.gml", gml.as_bytes());
    assert_eq!(inspect(&path, None, None).unwrap().features, 1);
    let kml = format!(
        r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{address}/a.kml</href></Link></NetworkLink><Placemark><name>x</name><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>"#
    );
    let error = refused(&put(dir.path(), "links.kml", kml.as_bytes()));
    assert!(error.to_string().contains("NetworkLink"), "{error}");
    refused(&put(dir.path(), "links.kmz", &zip(&[("doc.kml", kml.as_bytes())])));
    let (before, after) = (kml.find("<NetworkLink>").unwrap(), kml.find("<Placemark>").unwrap());
    let plain = format!("{}{}", &kml[..before], &kml[after..]);
    let path = put(dir.path(), "plain.kmz", &zip(&[("doc.kml", plain.as_bytes())]));
    assert_eq!(inspect(&path, None, None).unwrap().features, 1);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn a_crs_that_a_file_states_asks_no_server() {
    let dir = ground();
    let (address, asked) = listener();
    let mut options = Options::new(put(dir.path(), "a.csv", SECRET.as_bytes()), Kind::Point, "id");
    (options.lon, options.lat) = (Some("lon".to_owned()), Some("lat".to_owned()));
    for crs in [format!("{address}/crs"), dir.path().join("shelters.csv").display().to_string()] {
        options.crs = Some(crs);
        let error = read("x", &options).unwrap_err();
        assert!(matches!(error, ReadError::BadCrs { .. }), "{error}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[test]
fn entities_bring_nothing_in() {
    let dir = ground();
    let of = |encoding: &str, doctype: &str, root: &str| {
        let shelters = dir.path().join("shelters.csv");
        let doctype = doctype.replace("FILE", &shelters.to_string_lossy());
        let gml = r#"<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><ogr:a fid="1"><ogr:geom><gml:Point srsName="EPSG:4326"><gml:coordinates>1,2</gml:coordinates></gml:Point></ogr:geom><ogr:id>&s;</ogr:id></ogr:a></gml:featureMember></ogr:FeatureCollection>"#;
        let kml = r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>&s;</name><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>"#;
        let gpx = r#"<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="1" lon="2"><name>&s;</name></wpt></gpx>"#;
        let body = match root {
            "gml" => gml,
            "kml" => kml,
            _ => gpx,
        };
        format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{doctype}{body}")
    };
    let outside = "<!DOCTYPE x [<!ENTITY s SYSTEM \"file://FILE\">]>";
    let laughs =
        "<!-- - --><!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY s \"&b;&b;&b;&b;\">]>";
    for root in ["gml", "kml", "gpx"] {
        for encoding in ["windows-1252", "UTF-8", "iso-8859-1"] {
            for doctype in [outside, laughs] {
                let path = put(dir.path(), &format!("x.{root}"), of(encoding, doctype, root).as_bytes());
                let error = refused(&path);
                assert!(error.to_string().contains("DOCTYPE"), "{error}");
            }
        }
        let path = put(dir.path(), &format!("x.{root}"), of("UTF-7", "", root).as_bytes());
        assert!(refused(&path).to_string().contains("encoding"), "{root}");
    }
}

/// A GeoPackage of one point, and what `sql` makes of it.
fn package(path: &Path, sql: &[&str]) {
    let driver = DriverManager::get_driver_by_name("GPKG").unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    {
        let layer = dataset
            .create_layer(LayerOptions {
                name: "schools",
                srs: Some(&srs),
                ty: OGRwkbGeometryType::wkbPoint,
                options: None,
            })
            .unwrap();
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(Geometry::from_wkt("POINT (-99 19)").unwrap()).unwrap();
        feature.create(&layer).unwrap();
    }
    for sql in sql {
        dataset.execute_sql(sql, None, Dialect::DEFAULT).unwrap();
    }
    dataset.close().unwrap();
}

#[test]
fn tables_of_a_database_stand_in_it() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    let name = path.to_string_lossy().into_owned();
    package(&path, &[]);
    assert_eq!(inspect(&name, None, None).unwrap().features, 1, "with the R-tree that GDAL makes");
    let many: Vec<String> =
        (0..300).map(|i| format!("CREATE TABLE t{i} (a TEXT /* {} */)", "x".repeat(40 * i))).collect();
    for create in [
        "CREATE VIRTUAL TABLE s USING VirtualText(''FILE'', ''UTF-8'', 1, COMMA, DOUBLEQUOTE, '','')",
        "create/* */virtual table s using \"VirtualOGR\"(''FILE'')",
        "CREATE VIRTUAL TABLE \"using rtree(\" -- using rtree\nUSING [VirtualShape](''FILE'', ''UTF-8'', 4326)",
    ] {
        fs::remove_file(&path).unwrap();
        let create = create.replace("FILE", &dir.path().join("shelters.csv").to_string_lossy());
        let insert = format!("INSERT INTO sqlite_master VALUES ('table', 's', 's', 0, '{create}')");
        // Behind so many others that the schema has pages below pages, and statements longer than a page.
        let mut sql: Vec<&str> = many.iter().map(String::as_str).collect();
        sql.extend(["PRAGMA writable_schema = 1", &insert]);
        package(&path, &sql);
        let error = refused(&name);
        assert!(error.to_string().contains("a table that stands elsewhere"), "{error}");
        let zipped = put(dir.path(), "a.zip", &zip(&[("a.gpkg", &fs::read(&path).unwrap())]));
        assert!(refused(&zipped).to_string().contains("a table that stands elsewhere"));
    }
    fs::remove_file(&path).unwrap();
    let sql: Vec<&str> = many.iter().map(String::as_str).collect();
    package(&path, &sql);
    assert_eq!(inspect(&name, Some("schools"), None).unwrap().features, 1);
    // A journal must be rolled back by whoever may write.
    fs::write(dir.path().join("a.gpkg-journal"), [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0])
        .unwrap();
    assert!(matches!(refused(&name), ReadError::Unsettled { .. }));
    fs::write(dir.path().join("a.gpkg-journal"), [0; 40]).unwrap();
    assert_eq!(inspect(&name, Some("schools"), None).unwrap().features, 1);
}

#[test]
fn changes_beside_a_database_count() {
    let dir = ground();
    let (path, held) = (dir.path().join("a.gpkg"), dir.path().join("b.gpkg"));
    package(&path, &[]);
    let open = || {
        let options = gdal::DatasetOptions {
            open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR | gdal::GdalOpenFlags::GDAL_OF_UPDATE,
            ..gdal::DatasetOptions::default()
        };
        gdal::Dataset::open_ex(&path, options).unwrap()
    };
    let dataset = open();
    let run = |sql: &str| drop(dataset.execute_sql(sql, None, Dialect::DEFAULT).unwrap());
    run("PRAGMA journal_mode = WAL");
    run("CREATE TABLE more (a TEXT)");
    // As it lies while another program holds it open.
    let copy = || {
        for ending in ["", "-wal"] {
            let of = |path: &Path| format!("{}{ending}", path.display());
            fs::copy(of(&path), of(&held)).unwrap();
        }
    };
    copy();
    assert!(fs::metadata(dir.path().join("b.gpkg-wal")).unwrap().len() > 0);
    let held_name = held.to_string_lossy().into_owned();
    assert_eq!(inspect(&held_name, Some("schools"), None).unwrap().features, 1);
    run("PRAGMA writable_schema = 1");
    run(
        "INSERT INTO sqlite_master VALUES ('table', 's', 's', 0, 'CREATE VIRTUAL TABLE s USING VirtualText(''x'')')",
    );
    fs::remove_file(&held).unwrap();
    copy();
    assert!(refused(&held_name).to_string().contains("a table that stands elsewhere"));
}

#[test]
fn a_schema_that_is_damaged_never_panics() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    package(&path, &["CREATE TABLE t (a TEXT)"]);
    let whole = fs::read(&path).unwrap();
    let name = path.to_string_lossy().into_owned();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            let at = next(4_096);
            bytes[at] = next(256) as u8;
        }
        fs::write(&path, bytes).unwrap();
        let _ = inspect(&name, Some("schools"), None);
    }
}

#[test]
fn only_files_are_files() {
    let dir = ground();
    for path in ["/dev/zero", "/dev/null", "/dev/urandom"] {
        assert!(matches!(refused(path), ReadError::NotRegular { .. }), "{path}");
    }
    let pipe = |name: &str| {
        let path = dir.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path.to_string_lossy().into_owned()
    };
    for name in ["a.csv", "a.geojson", "a.zip"] {
        assert!(matches!(refused(&pipe(name)), ReadError::NotRegular { .. }), "{name}");
    }
    // Beside a file that a driver opens with it, and in a folder.
    pipe("b.dbf");
    let shp = put(dir.path(), "b.shp", b"\0\0\x27\x0a");
    assert!(matches!(refused(&shp), ReadError::NotRegular { .. }));
    std::os::unix::fs::symlink("/dev/zero", dir.path().join("link.csv")).unwrap();
    let link = dir.path().join("link.csv").to_string_lossy().into_owned();
    assert!(matches!(refused(&link), ReadError::NotRegular { .. }));
    let table =
        common::told(dir.path(), &["locate", "link.csv", "link.csv", "--key", "id", "--out", "o.csv"]);
    assert!(table.contains("is a device"), "{table}");
}

#[test]
fn another_format_than_its_ending_says_is_told() {
    let dir = ground();
    let zones = GEOJSON.replace("CRS", "");
    for (name, bytes, told) in [
        ("a.shp", zones.as_bytes(), "it is JSON"),
        ("a.gpkg", b"PK\x03\x04....".as_slice(), "it is a zip archive"),
        ("a.geojson", b"<!DOCTYPE html><html>404</html>", "it is a web page (HTML)"),
        ("b.geojson", b"version https://git-lfs.github.com/spec/v1\n", "it is a pointer of Git LFS"),
        ("a.fgb", b"\x1f\x8b\x08\0", "it is compressed by gzip"),
    ] {
        let error = refused(&put(dir.path(), name, bytes));
        assert!(matches!(error, ReadError::NotAsNamed { .. }) && error.to_string().contains(told), "{error}");
    }
    let error = refused(&put(dir.path(), "a.docx", b"x"));
    assert!(matches!(error, ReadError::UnknownEnding { .. }), "{error}");
}

#[test]
fn archives_hold_what_is_meant_and_end() {
    let dir = ground();
    let zones = GEOJSON.replace("CRS", "");
    let notes: &[(&str, &[u8])] = &[
        ("in/zones.geojson", zones.as_bytes()),
        ("in/readme.txt", b"hola"),
        ("in/meta.xml", b"<!DOCTYPE x><x/>"),
        ("__MACOSX/in/._zones.geojson", b"\0\x05\x16\x07"),
    ];
    let path = put(dir.path(), "zones.zip", &zip(notes));
    assert_eq!(inspect(&path, None, None).unwrap().features, 1);
    // The same bytes as two files: the second lies over the first.
    let mut twice = zip(&[("a.geojson", zones.as_bytes()), ("b.geojson", &b" ".repeat(zones.len())[..])]);
    let second = twice.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    twice[second + 20..second + 24].copy_from_slice(&2_000_000_u32.to_le_bytes());
    assert!(matches!(refused(&put(dir.path(), "twice.zip", &twice)), ReadError::TooMuch { .. }));
    // Zeros that unpack to a thousand times their size.
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..320 {
        packed.write_all(&vec![b'0'; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let mut bomb = zip(&[("a.csv", &packed)]);
    let directory = bomb.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    for head in [4, directory + 6] {
        bomb[head + 4] = 8;
        bomb[head + 18..head + 22].copy_from_slice(&(320_u32 << 20).to_le_bytes());
    }
    let error = refused(&put(dir.path(), "bomb.zip", &bomb));
    assert!(matches!(error, ReadError::TooMuch { .. }), "{error}");
    // Every cut and every flip is refused or read.
    let whole = zip(notes);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        let path = put(dir.path(), "flip.zip", if at % 2 == 0 { &bytes } else { &whole[..at] });
        let _ = inspect(&path, None, None);
    }
}

/// A ring of so many vertices, anywhere in the unit square.
fn tangle(vertices: usize) -> String {
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64
    };
    let mut ring: Vec<String> = (0..vertices).map(|_| format!("[{},{}]", next(), next())).collect();
    ring.push(ring[0].clone());
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"07001"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}]}}"#,
        ring.join(",")
    )
}

#[test]
fn a_border_that_is_a_tangle_is_named() {
    let dir = ground();
    let read_ring = |vertices| {
        let path = put(dir.path(), "ring.geojson", tangle(vertices).as_bytes());
        read("zones", &Options::new(path, Kind::Polygon, "code"))
    };
    let start = std::time::Instant::now();
    let error = read_ring(600).unwrap_err();
    assert!(matches!(error, ReadError::BadGeometry { .. }), "{error}");
    assert!(
        error.to_string().ends_with("feature `07001`: its border crosses itself more than 1006 times"),
        "{error}"
    );
    assert!(start.elapsed().as_secs() < 10);
    // What people draw is repaired.
    assert_eq!(read_ring(30).unwrap().provenance.source.unwrap().repaired, 1);
}

#[test]
fn tables_are_as_wide_as_sheets() {
    let dir = ground();
    let names = |count: usize| (0..count).map(|i| format!("c{i}")).collect::<Vec<_>>();
    let csv = |count: usize| format!("{}\n{}\n", names(count).join(","), vec!["1"; count].join(","));
    let json = |count: usize| {
        let properties: Vec<String> = names(count).iter().map(|name| format!("\"{name}\":1")).collect();
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{{}}},"geometry":{{"type":"Point","coordinates":[1,2]}}}}]}}"#,
            properties.join(",")
        )
    };
    let start = std::time::Instant::now();
    for (name, text) in [("a.csv", csv(100_000)), ("a.geojson", json(100_000))] {
        let error = refused(&put(dir.path(), name, text.as_bytes()));
        assert!(matches!(error, ReadError::TooMuch { .. }) && error.to_string().contains("16384"), "{error}");
    }
    for (name, text) in [("b.csv", csv(16_384)), ("b.geojson", json(16_384))] {
        let path = put(dir.path(), name, text.as_bytes());
        assert_eq!(inspect(&path, None, None).unwrap().fields.len(), 16_384, "{name}");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let header = names(100_000).join(",");
    put(dir.path(), "p.csv", format!("lon,lat,{header}\n").as_bytes());
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let told = common::told(dir.path(), &["locate", "p.csv", "z.geojson", "--key", "code", "--out", "o.csv"]);
    assert!(told.starts_with("exit 1") && told.contains("at most 16384"), "{told}");
}

#[test]
fn a_row_without_an_end_is_told() {
    let dir = ground();
    let mut text = b"id,name\n1,\"".to_vec();
    text.resize(text.len() + (70 << 20), b'x');
    let error = refused(&put(dir.path(), "a.csv", &text));
    assert!(error.to_string().contains("is never closed"), "{error}");
}

#[test]
fn a_source_that_keeps_silent_is_given_up() {
    let dir = ground();
    let path = dir.path().join("a.gpkg");
    package(
        &path,
        &[
            "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('endless', 'attributes', 'endless', 4326)",
        ],
    );
    let told = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_corredor"))
            .current_dir(dir.path())
            .args(arguments)
            .env("CORREDOR_READ_SECONDS", "2")
            .env("COLUMNS", "200")
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let start = std::time::Instant::now();
    let (code, said) = told(&["inspect", "a.gpkg", "--layer", "endless"]);
    assert!(code == Some(1) && said.contains("nothing has come of it for 2 seconds"), "{said}");
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let locate = ["locate", "a.gpkg", "z.geojson", "--key", "code", "--layer", "endless", "--out", "o.csv"];
    let (code, said) = told(&locate);
    assert!(code != Some(0), "{said}");
    // A database that takes the call and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let (code, said) = told(&["inspect", &format!("PG:host=127.0.0.1 port={port} dbname=x")]);
    assert!(code == Some(1), "{said}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn bytes_are_text_or_an_error() {
    let dir = ground();
    let shapefile = |name: &str, page: Option<&str>| {
        let path = dir.path().join(format!("{name}.shp"));
        let driver = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap();
        let mut dataset = driver.create_vector_only(&path).unwrap();
        let srs = SpatialRef::from_epsg(4326).unwrap();
        {
            let layer = dataset
                .create_layer(LayerOptions {
                    name,
                    srs: Some(&srs),
                    ty: OGRwkbGeometryType::wkbPoint,
                    options: Some(&["ENCODING=ISO-8859-1"]),
                })
                .unwrap();
            layer.create_defn_fields(&[("id", gdal::vector::OGRFieldType::OFTString)]).unwrap();
            layer.create_defn_fields(&[("place", gdal::vector::OGRFieldType::OFTString)]).unwrap();
            for (id, place) in [("1", "Monclova"), ("2", "M\u{e9}xico")] {
                let mut feature = Feature::new(layer.defn()).unwrap();
                feature.set_field_string(0, id).unwrap();
                feature.set_field_string(1, place).unwrap();
                feature.set_geometry(Geometry::from_wkt("POINT (-99 19)").unwrap()).unwrap();
                feature.create(&layer).unwrap();
            }
        }
        dataset.close().unwrap();
        match page {
            Some(page) => fs::write(path.with_extension("cpg"), page).unwrap(),
            None => fs::remove_file(path.with_extension("cpg")).unwrap(),
        }
        path.to_string_lossy().into_owned()
    };
    let lying = shapefile("a", Some("UTF-8"));
    let mut options = Options::new(&lying, Kind::Point, "id");
    let error = read("a", &options).unwrap_err();
    let told = "a.shp: layer `a`, feature 2, field `place`: the bytes are not UTF-8: `M\u{fffd}xico`";
    assert!(error.to_string().ends_with(told), "{error}");
    assert!(error.help().unwrap().contains("encoding"));
    assert!(matches!(inspect(&lying, None, None), Err(ReadError::NotText { .. })));
    options.encoding = Some("ISO-8859-1".to_owned());
    let places = |options: &Options| {
        let layer = read("a", options).unwrap();
        layer.texts("place").unwrap().into_iter().flatten().collect::<Vec<_>>()
    };
    assert_eq!(places(&options), ["Monclova", "M\u{e9}xico"]);
    let honest = shapefile("b", Some("ISO-8859-1"));
    assert_eq!(places(&Options::new(honest, Kind::Point, "id")), ["Monclova", "M\u{e9}xico"]);
    // As `locate` streams it.
    put(dir.path(), "z.geojson", tangle(3).as_bytes());
    let told = common::told(
        dir.path(),
        &["locate", "a.shp", "z.geojson", "--key", "code", "--tag", "--out", "o.csv"],
    );
    assert!(told.starts_with("exit 1") && told.contains("are not UTF-8"), "{told}");
    // SQLite keeps what it is given.
    let path = dir.path().join("c.gpkg");
    package(
        &path,
        &[
            "ALTER TABLE schools ADD COLUMN place TEXT",
            "UPDATE schools SET place = CAST(x'4de97869636f' AS TEXT)",
        ],
    );
    let name = path.to_string_lossy().into_owned();
    assert!(matches!(inspect(&name, None, None), Err(ReadError::NotText { .. })));
}

/// A layer of two fields and three points, in a format.
fn points(path: &Path, driver: &str, options: &[&str]) {
    // A sheet has no geometry.
    let placed = driver != "XLSX";
    let driver = DriverManager::get_driver_by_name(driver).unwrap();
    let mut dataset = driver.create_vector_only(path).unwrap();
    let srs = SpatialRef::from_epsg(4326).unwrap();
    {
        let layer = dataset
            .create_layer(LayerOptions {
                name: "points",
                srs: Some(&srs),
                ty: OGRwkbGeometryType::wkbPoint,
                options: Some(options),
            })
            .unwrap();
        use gdal::vector::OGRFieldType::{OFTInteger64, OFTString};
        layer.create_defn_fields(&[("id", OFTString), ("beds", OFTInteger64)]).unwrap();
        for row in 0..3 {
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_field_string(0, &format!("site {row}")).unwrap();
            feature.set_field_integer64(1, i64::from(row)).unwrap();
            if placed {
                feature.set_geometry(Geometry::from_wkt(&format!("POINT ({row} 19)")).unwrap()).unwrap();
            }
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
}

#[test]
fn lengths_and_counts_that_a_file_states_are_not_believed() {
    let dir = ground();
    let mut state = 23_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for (name, driver, files) in [
        ("a.fgb", "FlatGeobuf", &["a.fgb"][..]),
        ("b.shp", "ESRI Shapefile", &["b.shp", "b.shx", "b.dbf"]),
        ("c.gpkg", "GPKG", &["c.gpkg"]),
        ("d.geojson", "GeoJSON", &["d.geojson"]),
        ("e.kml", "KML", &["e.kml"]),
        ("f.xlsx", "XLSX", &["f.xlsx"]),
    ] {
        points(&dir.path().join(name), driver, &[]);
        let path = dir.path().join(name).to_string_lossy().into_owned();
        assert!(inspect(&path, None, None).is_ok(), "{name}");
        let whole: Vec<Vec<u8>> = files.iter().map(|file| fs::read(dir.path().join(file)).unwrap()).collect();
        for _ in 0..60 {
            let (file, whole) = (next(files.len()), &whole);
            let mut bytes = whole[file].clone();
            for _ in 0..1 + next(4) {
                // What is stated stands near the beginning; lengths become huge by their high bytes.
                let at = next(bytes.len().min(2_000));
                bytes[at] = [0xff, 0x7f, 0, next(256) as u8][next(4)];
            }
            fs::write(dir.path().join(files[file]), bytes).unwrap();
            if let Err(error) = inspect(&path, None, None) {
                assert!(!error.to_string().contains("thread"), "{name}: {error}");
            }
            fs::write(dir.path().join(files[file]), &whole[file]).unwrap();
        }
    }
    // A list in a list in a list, in JSON.
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"a":{deep}}},"geometry":{{"type":"Polygon","coordinates":{deep}}}}}]}}"#
    );
    let path = put(dir.path(), "deep.geojson", text.as_bytes());
    let _ = inspect(&path, None, None);
    let path = put(dir.path(), "deep2.json", deep.as_bytes());
    let _ = inspect(&path, None, None);
}
