//! `[composite.goalposts]`: the scale of a recipe moved to a country.

use super::support::{COMPOSITE, built, country, numbers, parameters};

fn moved(goalposts: &str) -> String {
    format!("{COMPOSITE}[composite.goalposts]\n{goalposts}\n")
}

#[test]
fn a_moved_scale_is_named_and_taken_over_by_what_follows_it() {
    let states = COMPOSITE.replace("recipe = \"two\"", "recipe = \"two\"\ngroup = 2\nlike = \"index\"");
    let dir = country(&[("layers/index.toml", &moved("poor = [20, 60]")), ("layers/states.toml", &states)]);
    built(dir.path()).unwrap();
    // 80, 60, 40, 30 and 10 of a hundred, from 20 to 60.
    let found = numbers(dir.path(), "index", "d_poverty");
    assert_eq!(found[..5], [Some(100.0), Some(100.0), Some(50.0), Some(25.0), Some(0.0)]);
    for layer in ["index", "states"] {
        assert_eq!(parameters(dir.path(), layer)["version"], "1 (poor 20–60)", "{layer}");
    }
    // Whoever opens the set reads it, in every file that has words of the layer.
    let published = |dir: &std::path::Path, file: &str| {
        std::fs::read_to_string(dir.join("published/current").join(file)).unwrap()
    };
    let caveat = "measured here against other goalposts than its recipe's (Poor people, from 20 to 60)";
    for file in ["README.md", "index.en.qmd", "states.en.qmd", "metadata.json"] {
        assert!(published(dir.path(), file).contains(caveat), "{file}");
    }
    // Those of the recipe are no others.
    let same = country(&[("layers/index.toml", &moved("poor = [0, 100]"))]);
    built(same.path()).unwrap();
    assert_eq!(parameters(same.path(), "index")["version"], "1");
    assert!(!published(same.path(), "README.md").contains("other goalposts"));
}

#[test]
fn a_scale_that_tells_no_places_apart_is_told() {
    let dir = country(&[("layers/index.toml", &moved("poor = [90, 95]"))]);
    built(dir.path()).unwrap();
    let metadata = std::fs::read_to_string(dir.path().join("published/current/metadata.json")).unwrap();
    assert!(metadata.contains("`poor`: 5 of 5 values reach goalpost 90 or lie beyond it"), "{metadata}");
}

#[test]
fn goalposts_that_cannot_be_are_refused() {
    for (goalposts, why) in [
        ("poor = [60, 20]", "goalposts of `poor` do not rise"),
        ("poor = [20, 20]", "goalposts of `poor` do not rise"),
        ("por = [20, 60]", "did you mean `poor`?"),
    ] {
        let said = built(country(&[("layers/index.toml", &moved(goalposts))]).path()).unwrap_err();
        assert!(said.contains(why), "{goalposts}: {said}");
    }
}
