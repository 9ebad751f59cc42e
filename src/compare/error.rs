//! Why scores do not compare.

use thiserror::Error;

use crate::layer::LayerError;
use crate::publish::CatalogueError;

/// Scores that do not compare, or cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompareError {
    /// A published set cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A layer lacks what a score writes.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A set without a score.
    #[error("`{of}` holds no score that was made by a recipe")]
    NoScore {
        /// The set or layer.
        of: String,
    },
    /// Two sets for readers of two levels.
    #[error("`{a}` is for {level_a} and `{b}` for {level_b}: nothing is compared across levels")]
    Levels {
        /// The first layer.
        a: String,
        /// The second layer.
        b: String,
        /// Level of the first.
        level_a: String,
        /// Level of the second.
        level_b: String,
    },
    /// Two recipes, or two versions of one.
    #[error(
        "`{a}` and `{b}` do not compare: recipe `{recipe_a}` version {version_a}, and `{recipe_b}` version {version_b}"
    )]
    Recipes {
        /// The first layer.
        a: String,
        /// The second layer.
        b: String,
        /// Recipe of the first.
        recipe_a: String,
        /// Its version.
        version_a: String,
        /// Recipe of the second.
        recipe_b: String,
        /// Its version.
        version_b: String,
    },
    /// One recipe whose goalposts or weights were found on different data.
    #[error("`{a}` and `{b}` do not compare: recipe `{recipe}` takes {what} from the data, and they differ")]
    FromData {
        /// The first layer.
        a: String,
        /// The second layer.
        b: String,
        /// The recipe.
        recipe: String,
        /// What differs.
        what: String,
    },
    /// No zone is in both.
    #[error("`{a}` and `{b}` have no zone with a score in common")]
    NoZones {
        /// The first layer.
        a: String,
        /// The second layer.
        b: String,
    },
}

impl CompareError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Catalogue(error) => error.help(),
            Self::Layer(error) => error.help(),
            Self::NoScore { .. } => {
                Some("name a layer made by [composite] or [score] with --layer".to_owned())
            }
            Self::Levels { .. } => Some("name two runs of one level".to_owned()),
            Self::Recipes { .. } => Some(
                "score both years with one recipe: a table of the older year and the newer recipe in a \
                 [composite] of its own"
                    .to_owned(),
            ),
            Self::FromData { .. } => Some(
                "state fixed goalposts and weights in the recipe, or score one layer with like = \"the other\""
                    .to_owned(),
            ),
            Self::NoZones { .. } => {
                Some("carry the older codes over to the newer with [crosswalk]".to_owned())
            }
        }
    }
}
