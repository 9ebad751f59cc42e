//! Recipes and composites that say something wrong: every fault with its place, and the nearest name.

use super::support::{COMPOSITE, RECIPE, TABLE, built, country};

/// What a workspace with these files says.
fn told(files: &[(&str, &str)]) -> String {
    built(country(files).path()).unwrap_err()
}

#[test]
fn recipes() {
    let wrong = RECIPE
        .replace("name = \"two\"", "name = \"tow\"")
        .replace("scale = 100", "scale = 50\nmax_missing = 2")
        .replace("goalposts = [0, 100]", "goalposts = [100, 0]\nweight = 2")
        .replace(
            "goalposts = [0, 15]",
            "log = true\ncap = [0.9, 0.1]\ngoalposts = [0, 15]\ncomponent = \"c\"",
        )
        .replace(
            "name = \"poverty\"",
            "name = \"poverty_long\"\nweights = \"equal\"\naggregation = \"inform\"",
        );
    insta::assert_snapshot!("a_recipe_with_many_faults", told(&[("recipes/two.toml", &wrong)]));
    let typos = RECIPE.replace("direction", "directon").replace("version = \"1\"", "version = \"\"");
    insta::assert_snapshot!("a_recipe_with_slips", told(&[("recipes/two.toml", &typos)]));
    let dp2 = RECIPE.replace(
        "name = \"school\"\ntitle = { es = \"Escuela\"",
        "name = \"school\"\nweights = \"dp2\"\naggregation = \"geometric\"\ntitle = { es = \"Escuela\"",
    );
    insta::assert_snapshot!("weights_from_one_indicator", told(&[("recipes/two.toml", &dp2)]));
    let bare = RECIPE.replace("goalposts = [0, 100]\n", "");
    insta::assert_snapshot!("an_indicator_without_goalposts", told(&[("recipes/two.toml", &bare)]));
}

#[test]
fn composites() {
    let of = |from: &str, to: &str| told(&[("layers/index.toml", &COMPOSITE.replace(from, to))]);
    insta::assert_snapshot!(
        [
            of("recipe = \"two\"", "recipe = \"tow\""),
            of("recipe = \"two\"", "recipe = \"two\"\nfields = { pooor = \"poor\" }"),
            of("recipe = \"two\"", "recipe = \"two\"\nfields = { poor = \"scool\" }"),
            of("recipe = \"two\"", "recipe = \"two\"\nfield = \"vulnerability\""),
            of("recipe = \"two\"", "recipe = \"two\"\nlike = \"table\""),
            of(
                "[composite.uncertainty]",
                "[[composite.class]]\nrule = \"fixed\"\ncuts = [0.5]\n[composite.uncertainty]"
            ),
            of(
                "[composite.uncertainty]",
                "[[composite.class]]\nrule = \"jenks\"\ncuts = [50]\nbins = 9\n[composite.uncertainty]"
            ),
            of("runs = 200", "runs = 20"),
        ]
        .join("\n")
    );
}

/// What only the data can tell.
#[test]
fn data() {
    let observed = RECIPE.replace("goalposts = [0, 100]", "goalposts = \"observed\"");
    let constant = TABLE
        .replace(",80,6", ",60,6")
        .replace(",40,10", ",60,10")
        .replace(",30,9", ",60,9")
        .replace(",10,12", ",60,12");
    let log = RECIPE.replace("goalposts = [0, 100]", "log = true\ngoalposts = [1, 100]");
    let zero = TABLE.replace(",10,12", ",0,12");
    let few = COMPOSITE.replace(
        "[composite.uncertainty]",
        "[[composite.class]]\nrule = \"jenks\"\nnames = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]\n[composite.uncertainty]",
    );
    let components = RECIPE.replace("scale = 100", "scale = 100\nweights = \"principal\"");
    let two_rows = "id,state,poor,school,girls_out,boys_out\n0101,N,80,6,1,1\n0102,N,60,8,1,1\n";
    insta::assert_snapshot!(
        [
            told(&[("recipes/two.toml", &observed), ("data/table.csv", &constant)]),
            told(&[("recipes/two.toml", &log), ("data/table.csv", &zero)]),
            told(&[("layers/index.toml", &few)]),
            told(&[("recipes/two.toml", &components), ("data/table.csv", two_rows)]),
        ]
        .join("\n")
    );
}
