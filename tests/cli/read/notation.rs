//! Notations that a layer states, in the steps that come after.

use super::{ZONES, fixtures, one_layer, put};

#[test]
fn steps_read_texts_by_the_notation_of_their_layer() {
    let dir = tempfile::tempdir().unwrap();
    // A mark that is not declared leaves the field a text; the step reads its numbers as the layer says.
    one_layer(
        dir.path(),
        "path = \"t.csv\"\ngeometry = \"none\"\nkey = \"code\"\ndecimal = \",\"\nthousands = \".\"\ntypes = { pct = \"text\" }\n",
    );
    put(dir.path(), "data/t.csv", "code;pct\n01001;12,5\n01002;40,25\n02001;7\n02002;1.000,5\n");
    put(dir.path(), "data/zones.geojson", ZONES);
    put(
        dir.path(),
        "layers/zones.toml",
        "level = \"public\"\n[read]\npath = \"zones.geojson\"\ngeometry = \"polygon\"\nkey = \"code\"\n",
    );
    put(
        dir.path(),
        "layers/score.toml",
        "title = { es = \"S\", en = \"S\" }\n[score]\nzones = \"zones\"\ntable = \"x\"\nrecipe = \"case\"\nversion = \"1\"\n[[score.indicator]]\nfield = \"pct\"\ngoalposts = [0, 2000]\n",
    );
    let told = fixtures::told(dir.path(), &["build", "score"]);
    assert!(told.starts_with("exit 0"), "{told}");
    let answer = fixtures::corredor(
        dir.path(),
        &["query", "--format", "csv", "-e", "SELECT code, risk FROM score ORDER BY code"],
    );
    let rows = String::from_utf8(answer.stdout).unwrap();
    let risks: Vec<f64> =
        rows.lines().skip(1).map(|row| row.split(',').nth(1).unwrap().parse().unwrap()).collect();
    let expected = [0.00625, 0.020125, 0.0035, 0.50025];
    assert!(risks.len() == 4 && risks.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{rows}");
}
