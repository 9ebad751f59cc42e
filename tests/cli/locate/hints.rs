//! Hints of `locate`: in the words of its options, and of points that lie outside.

use std::fs;

use super::ground;
use crate::fixtures::told;

fn locate(dir: &std::path::Path, points: &str, more: &[&str]) -> String {
    let fixed = ["locate", points, "zones.geojson", "--key", "code", "--out", "o.csv"];
    told(dir, &[&fixed[..], more].concat())
}

fn folder(points: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    ground::zones(dir.path());
    fs::write(dir.path().join("p.csv"), points).unwrap();
    dir
}

#[test]
fn settings_are_told_as_options() {
    let dir = folder("lon;lat\n-99,5;18,5\n-98,5;18,5\n");
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.contains("`--decimal ,`") && !told.contains("[read]"), "{told}");
    let dir = folder("lon,lat,n\n-99.5,18.5,1 200\n-99.5,18.5,3 400\n");
    let told = locate(dir.path(), "p.csv", &["--sum", "n"]);
    assert!(told.contains("`--thousands \" \"`") && !told.contains("[read]"), "{told}");
}

/// `1.234` is a thousand and more in many countries; whoever says how numbers are written is not asked again.
#[test]
fn sums_whose_points_may_stand_between_thousands_are_told() {
    let dir = folder("lon,lat,n,m\n-99.5,18.5,1.234,1.234\n-98.5,18.5,850,0.5\n");
    let told = locate(dir.path(), "p.csv", &["--sum", "n", "--sum", "m"]);
    assert!(told.starts_with("exit 0") && told.contains("`n`: every number has three decimals"), "{told}");
    assert!(told.contains("`--thousands .`") && !told.contains("`m`: every"), "{told}");
    let strict = locate(dir.path(), "p.csv", &["--sum", "n", "--strict"]);
    assert!(!strict.starts_with("exit 0"), "{strict}");
    let told = locate(dir.path(), "p.csv", &["--sum", "n", "--decimal", "."]);
    assert!(told.starts_with("exit 0") && !told.contains("three decimals"), "{told}");
    let dir = folder("lon,lat,n\n\"-99,5\",\"18,5\",1.234\n\"-98,5\",\"18,5\",850\n");
    let told = locate(dir.path(), "p.csv", &["--sum", "n", "--thousands", "."]);
    assert!(told.starts_with("exit 0") && !told.contains("three decimals"), "{told}");
    assert!(fs::read_to_string(dir.path().join("o.csv")).unwrap().contains("1234"));
}

#[test]
fn what_cannot_be_read_is_told_as_options() {
    let dir = folder("");
    let wide: Vec<u8> = "lon,lat\r\n-99.5,18.5\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(dir.path().join("p.csv"), wide).unwrap();
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.starts_with("exit 1") && told.contains("state `--encoding UTF-16LE`"), "{told}");
    assert!(locate(dir.path(), "p.csv", &["--encoding", "UTF-16LE"]).contains("1 in zones"));
    let zipped = crate::fixtures::zip(&[("p.csv", b"titulo\nlon,lat\n-99.5,18.5\n-98.5,18.5\n")]);
    fs::write(dir.path().join("p.zip"), zipped).unwrap();
    let told = locate(dir.path(), "p.zip", &[]);
    assert!(
        told.contains("(`--delimiter`)") && told.contains("(`--skip`)") && !told.contains("[read]"),
        "{told}"
    );
    let folder = "<Folder><name>F</name><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>";
    let kml = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{folder}{folder}</Document></kml>"
    );
    fs::write(dir.path().join("z.kml"), kml).unwrap();
    let told = told_of_zones(dir.path());
    assert!(told.starts_with("exit 1") && told.contains("state `--zones-layer`"), "{told}");
}

/// What is said where the zones have several layers.
fn told_of_zones(dir: &std::path::Path) -> String {
    fs::write(dir.join("p.csv"), "lon,lat\n0.5,0.4\n").unwrap();
    told(dir, &["locate", "p.csv", "z.kml", "--key", "Name", "--out", "o.csv"])
}

#[test]
fn a_header_below_titles_is_found() {
    let dir = folder("Eventos 2024\n\nlon,lat\n-99.5,18.5\n");
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.contains("line 1: is no header") && told.contains("line 3: give --skip 2"), "{told}");
    assert!(locate(dir.path(), "p.csv", &["--skip", "2"]).starts_with("exit 0"));
    let dir = folder("Eventos, 2024\nwest,north,kind\n-99.5,18.5,a\n");
    let told = locate(dir.path(), "p.csv", &["--lon", "west", "--lat", "north", "--by", "kind"]);
    assert!(told.contains("no column `west`") && told.contains("give --skip 1"), "{told}");
    let dir = folder("a,b\n-99.5,18.5\n");
    assert!(locate(dir.path(), "p.csv", &[]).contains("name them with --lon and --lat"));
}

#[test]
fn points_outside_are_told_with_what_brings_them_in() {
    let rows = |lon: f64, lat: f64| format!("lon,lat\n{lon},{lat}\n{},{lat}\n", lon + 0.1);
    // Latitudes of -99 are none.
    let dir = folder(&rows(18.5, -99.5));
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.starts_with("exit 1") && told.contains("exchange --lon and --lat"), "{told}");
    let dir = folder(&rows(99.5, 18.5));
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.contains("2 would be inside with the other sign of the longitude"), "{told}");
    let spanish = locate(dir.path(), "p.csv", &["--lang", "es"]);
    assert!(spanish.contains("2 estarían dentro con el otro signo en la longitud"), "{spanish}");
    let dir = folder(&rows(2.0, 41.0));
    let told = locate(dir.path(), "p.csv", &[]);
    assert!(told.contains("they lie in 2..3°, 41..41°") && told.contains("another --crs?"), "{told}");
    let dir = folder(&rows(-99.5, 18.5));
    assert!(!locate(dir.path(), "p.csv", &[]).contains("outside every zone"));
}

#[test]
fn what_is_noticed_in_a_streamed_source_is_told() {
    let dir = folder("");
    let answer = r#"{"exceededTransferLimit":true,"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-99.5,18.5]}}]}"#;
    fs::write(dir.path().join("p.geojson"), answer).unwrap();
    let told = locate(dir.path(), "p.geojson", &[]);
    assert!(
        told.starts_with("exit 0") && told.contains("warning: points: the server cut its answer off"),
        "{told}"
    );
    fs::remove_file(dir.path().join("o.csv")).unwrap();
    let told = locate(dir.path(), "p.geojson", &["--strict"]);
    assert!(told.starts_with("exit 3") && told.contains("1 warning, and --strict"), "{told}");
    assert!(!dir.path().join("o.csv").exists(), "nothing is written");
    let folder = "<Folder><name>Albergues</name><Placemark><name>a</name><Point><coordinates>-99.5,18.5</coordinates></Point></Placemark></Folder>";
    let kml = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{folder}{folder}</Document></kml>"
    );
    fs::write(dir.path().join("p.kml"), kml).unwrap();
    let told = locate(dir.path(), "p.kml", &["--layer", "Albergues"]);
    assert!(told.contains("there are more layers of the name of `Albergues`"), "{told}");
}

#[test]
fn columns_without_a_name_have_one_in_parquet() {
    let dir = folder("lon,lat,,,n\n-99.5,18.5,a,b,1\n");
    let told = told(
        dir.path(),
        &["locate", "p.csv", "zones.geojson", "--key", "code", "--tag", "--out", "o.parquet"],
    );
    assert!(told.starts_with("exit 0"), "{told}");
    let file = fs::File::open(dir.path().join("o.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let names: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["lon", "lat", "column_3", "column_4", "n", "code"]);
    fs::write(dir.path().join("p.csv"), "lon,lat,,column_3\n-99.5,18.5,a,b\n").unwrap();
    let twice = crate::fixtures::told(
        dir.path(),
        &["locate", "p.csv", "zones.geojson", "--key", "code", "--tag", "--out", "o.parquet"],
    );
    assert!(twice.starts_with("exit 1") && twice.contains("`column_3` stands twice"), "{twice}");
}
