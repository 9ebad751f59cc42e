//! Real zones, against keys found with shapely.

use crate::fixtures::{corredor, mexico, rows};

#[test]
fn tags_are_those_of_the_reference() {
    let Some(data) = mexico() else { return };
    let dir = tempfile::tempdir().unwrap();
    let points = data.join("reference/locate.csv");
    for (zones, column) in [("municipalities_full.fgb", 2), ("municipalities.geojson", 3)] {
        let (points, zones) = (points.to_string_lossy(), data.join(zones));
        let zones = zones.to_string_lossy();
        let arguments =
            ["locate", &points, &zones, "--key", "cvegeo", "--tag", "--as", "found", "--out", "out.csv"];
        let output = corredor(dir.path(), &arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found = rows(dir.path().join("out.csv"));
        let wrong: Vec<_> = found.iter().filter(|row| row.last() != Some(&row[column])).collect();
        assert!(wrong.is_empty() && found.len() > 1000, "{} wrong: {:?}", wrong.len(), wrong.first());
    }
}
