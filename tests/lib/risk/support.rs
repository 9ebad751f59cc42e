//! A small country of two states and six zones, made up.

use std::path::Path;

use corredor::build::{BuildOptions, Silent, build};
use corredor::workspace::{Workspace, WorkspaceError};
use tempfile::TempDir;

const MAIN: &str = "[workspace]\nname = \"t\"\ntitle = { es = \"P\", en = \"T\" }\n\
country = { es = \"Inventado\", en = \"Invented\" }\ninvented = true\nseed = 7\n";

/// Zones `0101` to `0103` and `0201` to `0203`: squares in two rows; `0203` lacks all indicators.
pub const TABLE: &str = "id,state,poor,school,girls_out,boys_out\n0101,Norte,80,6,12,8\n0102,Norte,60,8,7,7\n\
0103,Norte,40,10,2,4\n0201,Sur,30,9,6,1\n0202,Sur,10,12,0,0\n0203,Sur,,,,\n";

/// A recipe of two dimensions with fixed goalposts.
pub const RECIPE: &str = r#"name = "two"
version = "1"
title = { es = "Dos", en = "Two" }
source = "made up"
scale = 100

[[dimension]]
name = "poverty"
title = { es = "Pobreza", en = "Poverty" }

[[dimension.indicator]]
name = "poor"
title = { es = "Personas pobres", en = "Poor people" }
unit = "%"
goalposts = [0, 100]

[[dimension]]
name = "school"
title = { es = "Escuela", en = "School" }

[[dimension.indicator]]
name = "school"
title = { es = "Años de escuela", en = "Years of school" }
direction = "down"
goalposts = [0, 15]
"#;

/// A composite of the recipe.
pub const COMPOSITE: &str = r#"title = { es = "Índice", en = "Index" }
publish = true
[composite]
zones = "zones"
table = "table"
recipe = "two"
[composite.uncertainty]
runs = 200
"#;

pub const ZONES: &str = "level = \"public\"\n[read]\npath = \"zones.geojson\"\ngeometry = \"polygon\"\nkey = \"id\"\n\
name = \"n\"\nfields = [\"pop\"]\ntypes = { pop = \"integer\" }\n";

pub fn table(path: &str, fields: &[&str]) -> String {
    let types: Vec<String> = fields.iter().map(|field| format!("{field} = \"number\"")).collect();
    format!(
        "level = \"public\"\n[read]\npath = \"{path}\"\ngeometry = \"none\"\nkey = \"id\"\nfields = {:?}\n[read.types]\n{}\n",
        [&["state"], fields].concat(),
        types.join("\n")
    )
}

/// The zones as GeoJSON.
pub fn squares() -> String {
    let one = |row: usize, column: usize| {
        let (x, y) = (column as f64, row as f64);
        let key = format!("0{}0{}", row + 1, column + 1);
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{key}\",\"n\":\"Zona {key}\",\"pop\":{}}},\"geometry\":\
             {{\"type\":\"Polygon\",\"coordinates\":[[[{x},{y}],[{},{y}],[{},{}],[{x},{}],[{x},{y}]]]}}}}",
            100 * (row + 1) * (column + 1),
            x + 1.0,
            x + 1.0,
            y + 1.0,
            y + 1.0
        )
    };
    let all: Vec<String> = (0..2).flat_map(|row| (0..3).map(move |column| one(row, column))).collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", all.join(","))
}

/// Writes files of a workspace over the small country.
pub fn country(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let zones = squares();
    let table = table("table.csv", &["poor", "school", "girls_out", "boys_out"]);
    let own = [
        ("corredor.toml", MAIN),
        ("data/zones.geojson", &zones),
        ("data/table.csv", TABLE),
        ("layers/zones.toml", ZONES),
        ("layers/table.toml", &table),
        ("layers/index.toml", COMPOSITE),
        ("recipes/two.toml", RECIPE),
    ];
    for (path, text) in own.iter().chain(files) {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

/// Builds and publishes; the error as a person reads it, with its advice.
pub fn built(dir: &Path) -> Result<(), String> {
    let workspace = match Workspace::open(dir) {
        Ok(workspace) => workspace,
        Err(WorkspaceError::Invalid(problems)) => {
            return Err(problems.lines().collect::<Vec<_>>().join("\n"));
        }
        Err(other) => return Err(other.to_string()),
    };
    let outcome = build(&workspace, &BuildOptions::default(), &mut Silent);
    outcome.map(|_| ()).map_err(|error| format!("{error}\n{}", error.help().unwrap_or_default()))
}

/// One column of a published layer, as text.
pub fn column(dir: &Path, layer: &str, field: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(dir.join(format!("published/current/{layer}.csv"))).unwrap();
    let at = reader.headers().unwrap().iter().position(|name| name == field);
    let at = at.unwrap_or_else(|| panic!("{layer} has no {field}"));
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

/// One column of a published layer, as numbers.
pub fn numbers(dir: &Path, layer: &str, field: &str) -> Vec<Option<f64>> {
    column(dir, layer, field).iter().map(|text| text.parse().ok()).collect()
}

/// The parameters of a published layer.
pub fn parameters(dir: &Path, layer: &str) -> serde_json::Value {
    let text = std::fs::read(dir.join("published/current/metadata.json")).unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let layers = metadata["layers"].as_array().unwrap();
    let found = layers.iter().find(|one| one["layer"] == layer).unwrap();
    found["ancestry"].as_array().unwrap().last().unwrap()["provenance"]["parameters"].clone()
}
