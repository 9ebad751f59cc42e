//! "lat, lon": a text is a pair of finite numbers or none; a column of them gives each row a place or counts it.
#![no_main]

use corredor::layer::read::fuzzing::{parse_pair, read_table};
use corredor::layer::read::{Kind, Options, ReadError};
use corredor::text::clean;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((lat, lon)) = numbers(data) {
        for text in [format!("{lat}, {lon}"), format!("{lat};{lon}"), format!("  {lat:?}  {lon:?} ")] {
            let finite = lat.is_finite() && lon.is_finite();
            assert_eq!(parse_pair(&text), finite.then_some((lon, lat)), "{text:?}");
        }
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rows: Vec<&str> = text.split('\n').collect();
    for row in &rows {
        let pair = parse_pair(row);
        assert!(pair.is_none_or(|(lon, lat)| lon.is_finite() && lat.is_finite()));
        assert_eq!(parse_pair(&format!(" {row}\t")), pair, "{row:?}");
        if let Some((lon, lat)) = pair {
            assert_eq!(parse_pair(&format!("{lat}, {lon}")), pair);
        }
    }
    column(&rows);
});

/// The first sixteen bytes as two numbers.
fn numbers(data: &[u8]) -> Option<(f64, f64)> {
    let number = |at: usize| Some(f64::from_le_bytes(data.get(at..at + 8)?.try_into().ok()?));
    number(0).zip(number(8))
}

fn column(rows: &[&str]) {
    // No text has a byte of value 0: such a file is refused.
    if rows.iter().any(|row| row.contains('\0')) {
        return;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "place"]).unwrap();
    for (row, text) in rows.iter().enumerate() {
        writer.write_record([format!("k{row:06}").as_str(), text]).unwrap();
    }
    let mut options = Options::new("t.csv", Kind::Point, "id");
    options.latlon = Some("place".to_owned());
    // A column of numbers alone is none of pairs, however it is printed.
    let pairs: Vec<_> = rows.iter().filter_map(|row| parse_pair(&clean(row))).collect();
    match read_table(&writer.into_inner().unwrap(), &options) {
        Ok(layer) => {
            let points = layer.points().unwrap();
            let places: Vec<_> = points.lon.iter().copied().zip(points.lat.iter().copied()).collect();
            assert_eq!(places, pairs);
            let source = layer.provenance.source.as_ref().unwrap();
            assert_eq!((source.read, source.dropped), (rows.len(), rows.len() - pairs.len()));
        }
        Err(ReadError::OutOfRange { lon, lat, .. }) => {
            assert!(pairs.contains(&(lon, lat)) && (lon.abs() > 180.0 || lat.abs() > 90.0));
        }
        Err(ReadError::NotCoordinate { value, .. }) => {
            assert_eq!(parse_pair(&value), None);
            assert!(pairs.len() * 2 < rows.len());
        }
        Err(ReadError::Empty { .. }) => assert!(pairs.is_empty()),
        // What begins as a description of another source is none of a table.
        Err(ReadError::LeadsElsewhere { .. } | ReadError::NotAsNamed { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}
