//! Hotspot statistics against PySAL: a lattice always, Mexico when its data is at hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::collections::HashMap;
use std::path::Path;

use corredor::hotspot::{
    Contiguity, GiOptions, MoranOptions, Reference, gi_star, global_moran, local_gi, local_moran, queen,
};
use corredor::layer::ZoneView;

use crate::fixtures::mexico;

/// Asserts equality within 1e-9 relative.
fn assert_close(got: f64, wanted: f64, what: &str) {
    let scale = wanted.abs().max(1e-12);
    assert!((got - wanted).abs() <= 1e-9 * scale, "{what}: {got} is not {wanted}");
}

/// Rows of a CSV file as maps from column to text.
fn rows(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn number(row: &HashMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A square lattice of zones, neighbours by edge or corner, numbered row by row.
fn lattice(side: i32) -> Contiguity {
    let mut pairs = Vec::new();
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        for (dx, dy) in [(1, 0), (-1, 1), (0, 1), (1, 1)] {
            let (to_x, to_y) = (x + dx, y + dy);
            if (0..side).contains(&to_x) && to_y < side {
                pairs.push(((y * side + x) as u32, (to_y * side + to_x) as u32));
            }
        }
    }
    Contiguity::from_pairs((side * side) as usize, &pairs).unwrap()
}

#[test]
fn lattice_as_pysal() {
    let folder = crate::fixtures::top().join("tests/oracles");
    let wanted = rows(&folder.join("lattice.csv"));
    let values: Vec<_> = wanted.iter().map(|row| Some(number(row, "x"))).collect();
    let queen = lattice(5);
    let z = gi_star(&values, &queen).unwrap();
    let moran = local_moran(&values, &queen, &MoranOptions::default()).unwrap();
    assert_eq!(wanted.len(), 25);
    for (i, row) in wanted.iter().enumerate() {
        assert_close(z[i].unwrap(), number(row, "gi_z"), "z");
        assert_close(moran.i[i].unwrap(), number(row, "moran_i"), "I");
        assert_eq!(moran.quadrant[i].unwrap().code(), row["quadrant"]);
    }
    let whole = global_moran(&values, &queen).unwrap();
    let wanted = &json(&folder.join("lattice.json"))["moran"];
    let wanted = |key: &str| wanted[key].as_f64().unwrap();
    assert_close(whole.i, wanted("i"), "global I");
    assert_close(whole.expected, wanted("expected"), "expectation");
    assert_close(whole.variance_normal, wanted("variance_normal"), "variance");
    assert_close(whole.z_normal.unwrap(), wanted("z_normal"), "global z");
}

/// Zones as flat arrays, as a layer holds them.
#[derive(Default)]
struct Flat {
    lon: Vec<f64>,
    lat: Vec<f64>,
    rings: Vec<i32>,
    polygons: Vec<i32>,
    zones: Vec<i32>,
}

impl Flat {
    fn view(&self) -> ZoneView<'_> {
        ZoneView {
            lon: &self.lon,
            lat: &self.lat,
            rings: &self.rings,
            polygons: &self.polygons,
            zones: &self.zones,
        }
    }

    fn close(&mut self, ring: &[geojson::Position]) {
        self.lon.extend(ring.iter().map(|p| p[0]));
        self.lat.extend(ring.iter().map(|p| p[1]));
        self.rings.push(self.lon.len() as i32);
    }

    fn add(&mut self, geometry: &geojson::GeometryValue) {
        let polygons = match geometry {
            geojson::GeometryValue::Polygon { coordinates } => std::slice::from_ref(coordinates),
            geojson::GeometryValue::MultiPolygon { coordinates } => coordinates,
            other => panic!("a zone is a polygon, not {other:?}"),
        };
        for polygon in polygons {
            polygon.iter().for_each(|ring| self.close(ring));
            self.polygons.push(self.rings.len() as i32 - 1);
        }
        self.zones.push(self.polygons.len() as i32 - 1);
    }
}

/// Municipalities sorted by key, and their keys.
fn municipalities(path: &Path) -> (Vec<String>, Flat) {
    let text = std::fs::read_to_string(path).unwrap();
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    let mut zones: Vec<_> = collection
        .features
        .into_iter()
        .map(|feature| {
            let key = feature.property("cvegeo").unwrap().as_str().unwrap().to_owned();
            (key, feature.geometry.unwrap())
        })
        .collect();
    zones.sort_by(|a, b| a.0.cmp(&b.0));
    let mut flat = Flat { rings: vec![0], polygons: vec![0], zones: vec![0], ..Flat::default() };
    zones.iter().for_each(|(_, geometry)| flat.add(&geometry.value));
    (zones.into_iter().map(|(key, _)| key).collect(), flat)
}

#[test]
fn mexico_as_pysal() {
    let Some(folder) = mexico() else { return };
    let (keys, flat) = municipalities(&folder.join("municipalities.geojson"));
    let table = rows(&folder.join("municipal_indicators_2020.csv"));
    let by_key: HashMap<&str, Option<f64>> =
        table.iter().map(|row| (row["cvegeo"].as_str(), row["lp_ingreso_ext_pct"].parse().ok())).collect();
    let values: Vec<_> = keys.iter().map(|key| by_key[key.as_str()]).collect();

    let contiguity = queen(&flat.view()).unwrap();
    let options = GiOptions { reference: Reference::Permutation, ..GiOptions::default() };
    let gi = local_gi(&values, &contiguity, &options).unwrap();
    let moran = local_moran(&values, &contiguity, &MoranOptions::default()).unwrap();
    let whole = global_moran(&values, &contiguity).unwrap();

    let wanted = json(&folder.join("reference/local_stats.json"));
    let keep: Vec<_> = values.iter().map(Option::is_some).collect();
    let (present, kept) = contiguity.subset(&keep).unwrap();
    // The reference counts each pair of neighbours in both directions.
    assert_eq!(wanted["edges"], 2 * present.edges());
    assert_eq!(wanted["islands"], serde_json::json!(present.islands()));
    assert_eq!(wanted["n"], kept.len());
    assert_eq!((keys.len(), gi.missing.len(), gi.islands.len()), (2_469, 3, 5));
    assert_close(whole.i, wanted["moran_global"].as_f64().unwrap(), "global I");
    assert_close(whole.expected, wanted["moran_expected"].as_f64().unwrap(), "expectation");
    assert_close(whole.z_normal.unwrap(), wanted["moran_z_norm"].as_f64().unwrap(), "global z");

    let (mut same, mut islands, mut worst) = (0, 0, 0.0_f64);
    for row in rows(&folder.join("reference/local_stats.csv")) {
        let i = keys.binary_search(&row["cvegeo"]).unwrap();
        if row["neighbours"] == "0" {
            assert_eq!((gi.z[i], moran.i[i]), (None, None), "{}", keys[i]);
            islands += 1;
            continue;
        }
        assert_close(gi.z[i].unwrap(), number(&row, "gi_z"), &keys[i]);
        assert_close(moran.i[i].unwrap(), number(&row, "moran_i"), &keys[i]);
        let quadrant = match row["moran_q"].as_str() {
            "1" => "HH",
            "2" => "LH",
            "3" => "LL",
            _ => "HL",
        };
        assert_eq!(moran.quadrant[i].unwrap().code(), quadrant, "{}", keys[i]);
        // esda's own p is that of one tail, from 9,999 draws of its own.
        let (p, q) = (gi.p_sim[i].unwrap() / 2.0, number(&row, "gi_p_sim_esda"));
        let error = (p * (1.0 - p) * (1.0 / 20_999.0 + 1.0 / 9_999.0)).sqrt();
        worst = worst.max((p - q).abs() / error);
        same += 1;
    }
    assert_eq!((same, islands), (2_461, 5));
    assert!(worst < 6.0, "{worst} standard errors from esda");
    // A few hang on the draws, which are the same each time.
    let hot = gi.bin.iter().flatten().filter(|&&bin| bin > 0).count();
    let cold = gi.bin.iter().flatten().filter(|&&bin| bin < 0).count();
    assert_eq!((hot, cold), (259, 399));
    assert_eq!((gi.permutations, gi.warnings.len()), (20_999, 2));
}
