//! What the attacker reads: a published folder, and nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use corredor::coverage::representative_point;
use serde_json::Value;

use super::globe::Place;
use crate::fixtures::{Lines, Zones};

/// A zone as it is published.
#[derive(Clone, Debug)]
pub struct Zone {
    pub key: String,
    /// Its inner point, by the rule that the program's source tells everybody.
    pub at: Place,
    pub people: f64,
    pub near_km: Option<f64>,
}

/// A settlement of the public list among which sites are hidden.
#[derive(Clone, Debug)]
pub struct Settlement {
    pub key: String,
    pub at: Place,
    pub people: f64,
}

/// A gap as it is published.
#[derive(Clone, Debug)]
pub struct Gap {
    pub line: Vec<Place>,
    /// Whether it begins where a reach ends, and not with its route.
    pub begins: bool,
    pub ends: bool,
}

/// A run of which everything was read that says something about sites.
#[derive(Clone, Debug, Default)]
pub struct Published {
    pub zones: Vec<Zone>,
    pub gaps: Vec<Gap>,
    pub reach_km: f64,
}

/// Where the zones are: read once, as borders do not change from night to night.
#[derive(Default)]
pub struct Places {
    inner: BTreeMap<String, Place>,
    zones: Zones,
}

impl Places {
    /// From the layer with the most vertices that is published.
    pub fn read(current: &Path) -> Self {
        let exact = current.join("hotspots.fgb");
        let file = if exact.is_file() { exact } else { current.join("hotspots.geojson") };
        let zones = Zones::read(file, &key_of(current));
        let view = zones.view();
        let at = |(zone, key): (usize, &String)| {
            representative_point(&view, zone).map(|(lon, lat)| (key.clone(), Place::new(lon, lat)))
        };
        let inner = zones.keys.iter().enumerate().filter_map(at).collect();
        Self { inner, zones }
    }

    /// The zone that a place lies in: an even number of borders to the east of it is outside.
    pub fn zone_of(&self, place: &Place) -> Option<&str> {
        let view = self.zones.view();
        let crosses = |lon: &[f64], lat: &[f64]| {
            let pairs = lon.windows(2).zip(lat.windows(2));
            let east =
                |x: &[f64], y: &[f64]| x[0] + (x[1] - x[0]) * (place.lat - y[0]) / (y[1] - y[0]) > place.lon;
            pairs.filter(|(x, y)| (y[0] > place.lat) != (y[1] > place.lat) && east(x, y)).count()
        };
        let inside = |zone: usize| view.rings_of(zone).map(|r| crosses(r.lon, r.lat)).sum::<usize>() % 2 == 1;
        (0..view.len()).find(|&zone| inside(zone)).map(|zone| self.zones.keys[zone].as_str())
    }
}

impl Published {
    pub fn read(current: &Path, places: &Places) -> Self {
        let (key, mut zones) = (key_of(current), Vec::new());
        for row in table(&current.join("hotspots.csv")) {
            let number = |field: &str| row.get(field).and_then(|text| text.parse::<f64>().ok());
            let Some(&at) = places.inner.get(&row[&key]) else { continue };
            let people = number("pop").unwrap_or(0.0);
            zones.push(Zone { key: row[&key].clone(), at, people, near_km: number("near_km") });
        }
        let lengths: BTreeMap<String, f64> = table(&current.join("route_exposure.csv"))
            .into_iter()
            .filter_map(|row| Some((row.get("route_id")?.clone(), row.get("route_km")?.parse().ok()?)))
            .collect();
        let path = current.join("gaps.geojson");
        let lines = if path.is_file() { Lines::read(path, "gap_id") } else { Lines::default() };
        let drawn: BTreeMap<&str, Vec<Place>> = lines
            .keys
            .iter()
            .enumerate()
            .map(|(line, key)| {
                let range = lines.lines[line] as usize..lines.lines[line + 1] as usize;
                (key.as_str(), range.map(|i| Place::new(lines.lon[i], lines.lat[i])).collect())
            })
            .collect();
        let gaps = table(&current.join("gaps.csv")).into_iter().filter_map(|row| {
            let number = |field: &str| row.get(field).and_then(|text| text.parse::<f64>().ok());
            let end = lengths.get(row.get("route")?).copied();
            Some(Gap {
                line: drawn.get(row.get("gap_id")?.as_str())?.clone(),
                begins: number("from_km")? > 1e-6,
                ends: end.is_none_or(|end| number("to_km").is_some_and(|to| to < end - 1e-6)),
            })
        });
        Self { zones, gaps: gaps.collect(), reach_km: reach(current) }
    }

    /// By how much published distances are rounded: the coarsest step that all of them are multiples of.
    pub fn step_km(&self) -> f64 {
        let all = |step: &f64| {
            let whole = |km: f64| (km / step - (km / step).round()).abs() < 1e-6;
            self.zones.iter().filter_map(|z| z.near_km).all(whole)
        };
        [50.0, 25.0, 20.0, 10.0, 5.0, 2.0, 1.0].into_iter().find(all).unwrap_or(0.02)
    }
}

/// The key of the zones, first in every table.
fn key_of(current: &Path) -> String {
    let mut reader = csv::Reader::from_path(current.join("hotspots.csv")).unwrap();
    reader.headers().unwrap()[0].to_owned()
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let Ok(mut reader) = csv::Reader::from_path(path) else { return Vec::new() };
    let header = reader.headers().unwrap().clone();
    let row =
        |r: csv::StringRecord| header.iter().map(str::to_owned).zip(r.iter().map(str::to_owned)).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// The reach that the gaps were made with, from the metadata; a day on foot where they do not say.
fn reach(current: &Path) -> f64 {
    fn find(value: &Value) -> Option<f64> {
        match value {
            Value::Object(map) => {
                map.get("reach_km").and_then(Value::as_f64).or_else(|| map.values().find_map(find))
            }
            Value::Array(list) => list.iter().find_map(find),
            _ => None,
        }
    }
    let text = std::fs::read(current.join("metadata.json")).unwrap_or_default();
    serde_json::from_slice(&text).ok().and_then(|value| find(&value)).unwrap_or(30.0)
}
