//! The recipes that ship: each is a recipe without a fault, and a model for others.

use corredor::workspace::SHIPPED_RECIPES;

use super::support::{RECIPE, built, country};

/// A copy of a shipped recipe under a name of one's own passes every check of a workspace's recipe.
#[test]
fn shipped_recipes_have_no_fault() {
    assert_eq!(SHIPPED_RECIPES.len(), 7);
    let folder = crate::fixtures::top().join("layers/recipes");
    let mut on_disk: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().trim_end_matches(".toml").to_owned())
        .collect();
    on_disk.sort();
    assert_eq!(on_disk, SHIPPED_RECIPES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, text) in SHIPPED_RECIPES {
        let own = text.replace(&format!("name = \"{name}\""), "name = \"mine\"");
        let dir = country(&[("recipes/mine.toml", &own)]);
        assert_eq!(built(dir.path()), Ok(()), "{name}");
    }
}

#[test]
fn a_name_that_ships_is_taken() {
    let dir = country(&[("recipes/plain.toml", RECIPE)]);
    insta::assert_snapshot!(built(dir.path()).unwrap_err());
}
