//! Recipes: those of the workspace (`recipes/NAME.toml`) and those that ship with Corredor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::config::{LayerFile, Recipe};
use super::schema;
use crate::checked::{Parsed, Problem, SourceFile, parse};

/// Folder of a workspace's own recipes.
pub(crate) const RECIPES_FOLDER: &str = "recipes";

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../layers/recipes/", $name, ".toml")))),*]
    };
}

/// The recipes that ship with Corredor: name and text.
pub const SHIPPED: &[(&str, &str)] = shipped!(
    "conapo-dp2-2020",
    "inform-subnational",
    "ivti",
    "mx-vulnerability",
    "plain",
    "risk-on-the-way",
    "trafficking-ceidas-2010",
);

/// Every recipe that a layer may name, with its text.
#[derive(Default)]
pub(crate) struct Recipes {
    /// By name.
    pub(crate) known: BTreeMap<String, (Arc<Recipe>, Arc<str>)>,
    /// Those of the workspace, with their places.
    pub(crate) own: BTreeMap<String, Parsed<Recipe>>,
}

impl Recipes {
    /// The shipped recipes and the workspace's own, which are parsed and told their problems.
    pub(crate) fn new(files: BTreeMap<String, String>, problems: &mut Vec<Problem>) -> Self {
        let mut recipes = Self::default();
        for (name, text) in SHIPPED {
            // A test reads each of them.
            if let Ok(recipe) = toml::from_str(text) {
                recipes.known.insert((*name).to_owned(), (Arc::new(recipe), Arc::from(*text)));
            }
        }
        for (name, text) in files {
            let path = Path::new(RECIPES_FOLDER).join(format!("{name}.toml"));
            let source = Arc::new(SourceFile::new(&path, text.as_str().into()));
            if recipes.known.contains_key(&name) {
                let message = format!("recipe `{name}` ships with Corredor already");
                let help = "give yours another name, and its file too: scores must tell which one made them";
                problems.push(source.error(0..0, message).help(help));
                continue;
            }
            let parsed: Parsed<Recipe> = parse(source, schema::recipe_value(), problems);
            if let Some(recipe) = &parsed.content {
                recipes.known.insert(name.clone(), (Arc::new(recipe.clone()), text.into()));
            }
            recipes.own.insert(name, parsed);
        }
        recipes
    }

    /// Fills in the recipes that layers name.
    pub(crate) fn resolve(&self, layers: &mut BTreeMap<String, Parsed<LayerFile>>) {
        let goalposts =
            |parsed: &Parsed<LayerFile>| Some(parsed.content.as_ref()?.composite.as_ref()?.goalposts.clone());
        let moved: BTreeMap<String, _> =
            layers.iter().filter_map(|(name, parsed)| Some((name.clone(), goalposts(parsed)?))).collect();
        for parsed in layers.values_mut() {
            if let Some(composite) = parsed.content.as_mut().and_then(|file| file.composite.as_mut()) {
                // One that takes over the scale of another takes over the goalposts that were moved there.
                let like = composite.like.as_ref().and_then(|like| moved.get(like));
                if let (true, Some(like)) = (composite.goalposts.is_empty(), like) {
                    composite.goalposts.clone_from(like);
                }
                composite.resolved = self.known.get(&composite.recipe).map(|(recipe, _)| {
                    match composite.goalposts.is_empty() {
                        true => Arc::clone(recipe),
                        false => Arc::new(recipe.measured_against(&composite.goalposts)),
                    }
                });
            }
        }
    }

    /// The text of the recipe that a layer stands on, for its fingerprint.
    pub(crate) fn text_of(&self, file: &LayerFile) -> Option<&Arc<str>> {
        self.known.get(&file.composite.as_ref()?.recipe).map(|(_, text)| text)
    }
}
