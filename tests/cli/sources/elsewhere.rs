//! What a file names elsewhere: other files, servers, entities.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use corredor::layer::read::{Kind, Options, ReadError, inspect, read};

use super::{SECRET, fixtures, fixtures::zip, ground, put, refused};

/// A server that counts who asks.
pub fn listener() -> (String, Arc<AtomicUsize>) {
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

pub fn vrt(dir: &Path) -> String {
    format!(
        "<OGRVRTDataSource><OGRVRTLayer name=\"shelters\"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        dir.join("shelters.csv").display()
    )
}

pub const GEOJSON: &str = r#"{"type":"FeatureCollection",CRS"features":[{"type":"Feature","properties":{"id":"1"},"geometry":{"type":"Point","coordinates":[-99,19]}}]}"#;

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
    let told = fixtures::told(
        dir.path(),
        &["locate", "points.geojson", "zones.geojson", "--key", "id", "--out", "o.csv"],
    );
    assert!(told.contains("virtual dataset") || told.contains("holds point geometry"), "{told}");
    let told = fixtures::told(dir.path(), &["inspect", "points.geojson"]);
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
