//! Words for what the shipped recipes name, read off their files: dimensions (`d_` and the name) and indicators.

use std::sync::LazyLock;

use crate::workspace::SHIPPED_RECIPES;
use crate::workspace::config::{FieldRow, Recipe, Text};

/// Field, its words, its unit.
type Named = (String, Text, String);

static NAMED: LazyLock<[Vec<Named>; 2]> = LazyLock::new(|| {
    let mut named: [Vec<Named>; 2] = Default::default();
    let mut add = |at: usize, name: String, title: &Text, unit: &str| {
        if named.iter().flatten().all(|known| known.0 != name) {
            named[at].push((name, title.clone(), unit.to_owned()));
        }
    };
    // A test reads each of them.
    let recipes = SHIPPED_RECIPES.iter().filter_map(|(_, text)| toml::from_str::<Recipe>(text).ok());
    for dimension in recipes.flat_map(|recipe| recipe.dimension) {
        add(0, format!("d_{}", dimension.name), &dimension.title, "");
        for indicator in &dimension.indicator {
            add(1, indicator.name.clone(), &indicator.title, &indicator.unit);
        }
    }
    named
});

fn rows(at: usize) -> impl Iterator<Item = FieldRow> {
    NAMED[at].iter().map(|(name, title, unit)| {
        let row: FieldRow = (name, &title.es, &title.en, unit);
        row
    })
}

/// Dimensions of the shipped recipes.
pub(super) fn dimensions() -> impl Iterator<Item = FieldRow> {
    rows(0)
}

/// Indicators of the shipped recipes.
pub(super) fn indicators() -> impl Iterator<Item = FieldRow> {
    rows(1)
}

/// Whether a field names a factor by the code of an indicator.
pub(super) fn names_factor(field: &str) -> bool {
    let number = field.strip_prefix("up_").or_else(|| field.strip_prefix("down_"));
    number.is_some_and(|number| matches!(number, "1" | "2" | "3"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn one_name_has_one_title_in_all_recipes() {
        let mut titles: BTreeMap<String, (Text, String)> = BTreeMap::new();
        for (recipe, text) in SHIPPED_RECIPES {
            let read: Recipe = toml::from_str(text).unwrap();
            let dimensions =
                read.dimension.iter().map(|d| (format!("d_{}", d.name), (d.title.clone(), String::new())));
            let indicators = read.indicators().map(|i| (i.name.clone(), (i.title.clone(), i.unit.clone())));
            for (name, words) in dimensions.chain(indicators) {
                let known = titles.entry(name.clone()).or_insert_with(|| words.clone());
                assert_eq!(*known, words, "{recipe}: {name}");
            }
        }
        assert!(titles.len() > 40);
    }
}
