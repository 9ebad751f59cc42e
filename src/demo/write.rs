//! The files of the invented country.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::country::{Country, INDICATORS, Position};
use super::frame::length_km;
use super::{DemoError, readme};

/// Writes the country into `dir`, which is made if it doesn't exist, and returns the files
/// in the order written. Each file is complete or absent: it is written beside its place
/// and renamed. All text is UTF-8.
///
/// | file | content |
/// |---|---|
/// | `municipalities.geojson` | `code`, `name`, `state_code`, `state`, `pop`; multipolygons, RFC 7946 |
/// | `states.csv` | `code`, `name` |
/// | `indicators.csv` | `code` and the fields of [`INDICATORS`]; empty is missing |
/// | `routes.geojson` | `id`, `name`, `mode`, `flow`, `km`; linestrings, RFC 7946 |
/// | `shelters.csv` | a row per shelter, with `lon` and `lat` |
/// | `incidents.csv` | a row per incident, with `coordinates` as "lat, lon" |
/// | `localities.csv` | `id`, `name`, `code`, `lon`, `lat`, `pop`: people finer than the municipalities |
/// | `work_centres.csv` | a row per work centre, with `lon` and `lat`; `certified` is 0 or 1 |
/// | `child_labour.csv` | `code`, children and modelled risk of child labour by sex; empty is missing |
/// | `supply_routes.geojson` | `id`, `name`, `product`, `tonnes`, `km`; linestrings, RFC 7946 |
/// | `planted_truth.csv` | `code`, `planted` (0 or 1), `cluster` (empty outside) |
/// | `planted_stretches.csv` | `route`, `from_km`, `to_km`: where the way is dangerous |
/// | `README.md` | says that all is invented, and what the fields mean |
///
/// # Errors
///
/// [`DemoError::Write`] names the file that could not be written.
///
/// ```
/// use corredor::demo::{Options, generate, write};
///
/// let folder = tempfile::tempdir()?;
/// let country = generate(&Options::sized(60))?;
/// let files = write(&country, folder.path())?;
/// assert!(files[0].ends_with("municipalities.geojson"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(country: &Country, dir: &Path) -> Result<Vec<PathBuf>, DemoError> {
    std::fs::create_dir_all(dir).map_err(|cause| DemoError::Write { path: dir.to_owned(), cause })?;
    let files = [
        ("municipalities.geojson", municipalities(country)),
        ("states.csv", states(country)),
        ("indicators.csv", indicators(country)),
        ("routes.geojson", routes(country)),
        ("shelters.csv", shelters(country)),
        ("incidents.csv", incidents(country)),
        ("localities.csv", localities(country)),
        ("work_centres.csv", work_centres(country)),
        ("child_labour.csv", child_labour(country)),
        ("supply_routes.geojson", supply_routes(country)),
        ("planted_truth.csv", truth(country)),
        ("planted_stretches.csv", stretches(country)),
        ("README.md", readme::text(country)),
    ];
    files
        .into_iter()
        .map(|(name, text)| {
            let path = dir.join(name);
            match put(dir, &path, &text) {
                Ok(()) => Ok(path),
                Err(cause) => Err(DemoError::Write { path, cause }),
            }
        })
        .collect()
}

fn put(dir: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".demo-").tempfile_in(dir)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        // Temporary files are private; these are meant to be read.
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

fn municipalities(country: &Country) -> String {
    let features = country.municipalities.iter().map(|zone| {
        let state = &country.states[zone.state];
        let mut text = format!(
            r#"{{"type":"Feature","id":{id},"properties":{{"code":{id},"name":{},"state_code":{},"state":{},"pop":{}}},"geometry":{{"type":"MultiPolygon","coordinates":["#,
            json(&zone.name),
            json(&state.code),
            json(&state.name),
            zone.population,
            id = json(&zone.code),
        );
        for (i, polygon) in zone.polygons.iter().enumerate() {
            text.push_str(if i == 0 { "[" } else { ",[" });
            for (j, ring) in polygon.iter().enumerate() {
                text.push_str(if j == 0 { "" } else { "," });
                push_line(&mut text, ring);
            }
            text.push(']');
        }
        text.push_str("]}}");
        text
    });
    collection("municipalities", features)
}

fn routes(country: &Country) -> String {
    let features = country.routes.iter().map(|route| {
        let facts = format!(r#""mode":{},"flow":{}"#, json(route.mode.as_str()), route.flow);
        line(&route.id, &route.name, &facts, &route.line)
    });
    collection("routes", features)
}

fn supply_routes(country: &Country) -> String {
    let features = country.supply_routes.iter().map(|route| {
        let facts = format!(r#""product":{},"tonnes":{}"#, json(route.product.name), route.tonnes);
        line(&route.id, &route.name, &facts, &route.line)
    });
    collection("supply_routes", features)
}

/// A feature of a line; `facts` are the properties between its name and its length.
fn line(id: &str, name: &str, facts: &str, positions: &[Position]) -> String {
    let mut text = format!(
        r#"{{"type":"Feature","id":{id},"properties":{{"id":{id},"name":{},{facts},"km":{:.1}}},"geometry":{{"type":"LineString","coordinates":"#,
        json(name),
        length_km(positions),
        id = json(id),
    );
    push_line(&mut text, positions);
    text.push_str("}}");
    text
}

/// A feature collection with one feature a line.
fn collection(name: &str, features: impl Iterator<Item = String>) -> String {
    let mut text = format!("{{\"type\":\"FeatureCollection\",\"name\":{},\"features\":[\n", json(name));
    for (i, feature) in features.enumerate() {
        text.push_str(if i == 0 { "" } else { ",\n" });
        text.push_str(&feature);
    }
    text.push_str("\n]}\n");
    text
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn push_line(text: &mut String, line: &[Position]) {
    text.push('[');
    for (i, &at) in line.iter().enumerate() {
        text.push_str(if i == 0 { "[" } else { ",[" });
        push_degrees(text, at.lon_e6);
        text.push(',');
        push_degrees(text, at.lat_e6);
        text.push(']');
    }
    text.push(']');
}

/// Degrees with exactly six decimals, from whole millionths.
fn push_degrees(text: &mut String, e6: i32) {
    let sign = if e6 < 0 { "-" } else { "" };
    let size = e6.unsigned_abs();
    // Writing to a string cannot fail.
    let _ = write!(text, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
}

fn degrees(at: Position) -> (String, String) {
    let (mut lon, mut lat) = (String::new(), String::new());
    push_degrees(&mut lon, at.lon_e6);
    push_degrees(&mut lat, at.lat_e6);
    (lon, lat)
}

/// A CSV table: quoted where needed, LF line ends.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = header.join(",");
    text.push('\n');
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            text.push_str(if i == 0 { "" } else { "," });
            if cell.contains([',', '"', '\n', '\r']) {
                let _ = write!(text, "\"{}\"", cell.replace('"', "\"\""));
            } else {
                text.push_str(cell);
            }
        }
        text.push('\n');
    }
    text
}

fn states(country: &Country) -> String {
    let rows = country.states.iter().map(|s| vec![s.code.clone(), s.name.clone()]);
    table(&["code", "name"], rows)
}

fn indicators(country: &Country) -> String {
    let header: Vec<&str> = std::iter::once("code").chain(INDICATORS.iter().map(|i| i.name)).collect();
    let rows = country.municipalities.iter().map(|zone| {
        let values = zone.indicators.iter().map(|v| v.map_or(String::new(), |v| format!("{v:.2}")));
        std::iter::once(zone.code.clone()).chain(values).collect()
    });
    table(&header, rows)
}

fn shelters(country: &Country) -> String {
    let header =
        ["id", "name", "town", "code", "lon", "lat", "services", "capacity", "certainty", "women_only"];
    let rows = country.shelters.iter().map(|s| {
        let (lon, lat) = degrees(s.position);
        let town = &country.municipalities[s.municipality];
        vec![
            s.id.clone(),
            s.name.clone(),
            town.name.clone(),
            town.code.clone(),
            lon,
            lat,
            s.services.join("|"),
            s.capacity.map_or(String::new(), |beds| beds.to_string()),
            s.certainty.to_owned(),
            u8::from(s.women_only).to_string(),
        ]
    });
    table(&header, rows)
}

fn incidents(country: &Country) -> String {
    let header = ["id", "date", "year", "month", "day", "kind", "persons", "female", "male", "coordinates"];
    let rows = country.incidents.iter().map(|i| {
        let (lon, lat) = degrees(i.position);
        vec![
            i.id.clone(),
            format!("{}-{:02}-{:02}", i.year, i.month, i.day),
            i.year.to_string(),
            i.month.to_string(),
            i.day.to_string(),
            i.kind.to_owned(),
            i.persons.to_string(),
            i.female.to_string(),
            i.male.to_string(),
            format!("{lat}, {lon}"),
        ]
    });
    table(&header, rows)
}

fn localities(country: &Country) -> String {
    let rows = country.localities.iter().map(|l| {
        let (lon, lat) = degrees(l.position);
        let code = country.municipalities[l.municipality].code.clone();
        vec![l.id.clone(), l.name.clone(), code, lon, lat, l.population.to_string()]
    });
    table(&["id", "name", "code", "lon", "lat", "pop"], rows)
}

fn work_centres(country: &Country) -> String {
    let header = ["id", "name", "code", "lon", "lat", "sector", "product", "workers", "certified"];
    let rows = country.work_centres.iter().map(|w| {
        let (lon, lat) = degrees(w.position);
        vec![
            w.id.clone(),
            w.name.clone(),
            country.municipalities[w.municipality].code.clone(),
            lon,
            lat,
            w.product.sector.to_owned(),
            w.product.name.to_owned(),
            w.workers.to_string(),
            u8::from(w.certified).to_string(),
        ]
    });
    table(&header, rows)
}

fn child_labour(country: &Country) -> String {
    let header =
        ["code", "girls", "boys", "girls_pct", "boys_pct", "girls_se", "boys_se", "girls_cl", "boys_cl"];
    let rows = country.municipalities.iter().zip(&country.children).map(|(zone, children)| {
        let mut row = vec![zone.code.clone(), children.girls.to_string(), children.boys.to_string()];
        match children.risk {
            Some(risk) => {
                let rates = [risk.girls_pct, risk.boys_pct, risk.girls_se, risk.boys_se];
                row.extend(rates.map(|rate| format!("{rate:.1}")));
                row.extend([(children.girls, risk.girls_pct), (children.boys, risk.boys_pct)].map(tens));
            }
            None => row.resize(header.len(), String::new()),
        }
        row
    });
    table(&header, rows)
}

/// A share of a number, in whole tens: a modelled number is no count, and a small one names nobody.
fn tens((all, share_pct): (u32, f64)) -> String {
    format!("{:.0}", (f64::from(all) * share_pct / 1_000.0).round() * 10.0)
}

fn truth(country: &Country) -> String {
    let rows = country.municipalities.iter().map(|zone| {
        vec![
            zone.code.clone(),
            u8::from(zone.cluster.is_some()).to_string(),
            zone.cluster.map_or(String::new(), |c| c.to_string()),
        ]
    });
    table(&["code", "planted", "cluster"], rows)
}

fn stretches(country: &Country) -> String {
    let rows = country.dangerous.iter().map(|stretch| {
        let km = [stretch.from_km, stretch.to_km].map(|km| format!("{km:.1}"));
        [vec![country.routes[stretch.route].id.clone()], km.to_vec()].concat()
    });
    table(&["route", "from_km", "to_km"], rows)
}
