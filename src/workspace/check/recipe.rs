//! What must hold within a recipe.

use std::collections::BTreeSet;

use crate::checked::{Document, Problem, Seg, place};
use crate::risk::composite::{Aggregation, Normalisation, Weighting};
use crate::workspace::config::{
    FIELD_NAME_MAX, Recipe, RecipeCap, RecipeDimension, RecipeIndicator, RecipePosts, is_field_name,
};

/// What the field of a dimension begins with.
const DIMENSION_PREFIX: &str = "d_";

/// Judges a recipe of the file `name`.
pub(crate) fn check(name: &str, recipe: &Recipe, document: &Document, problems: &mut Vec<Problem>) {
    let mut look = Look { document, problems };
    look.recipe(name, recipe);
}

struct Look<'a> {
    document: &'a Document,
    problems: &'a mut Vec<Problem>,
}

impl Look<'_> {
    fn tell(&mut self, place: &[Seg<'_>], message: String, help: impl Into<String>) {
        self.problems.push(self.document.error(place, message).help(help));
    }

    fn recipe(&mut self, name: &str, recipe: &Recipe) {
        if recipe.name != name {
            let message = format!("recipe `{}` stands in a file called `{name}`", recipe.name);
            self.tell(place!["name"], message, format!("write name = \"{name}\", or rename the file"));
        }
        if recipe.version.trim().is_empty() {
            let message = "the version is empty".to_owned();
            self.tell(place!["version"], message, "write version = \"1\", and raise it with every change");
        }
        if ![1, 10, 100].contains(&recipe.scale) {
            let message = format!("scale {} is none of 1, 10, 100", recipe.scale);
            self.tell(place!["scale"], message, "choose one: scores run from 0 to it");
        }
        let dimensions = recipe.dimension.len();
        if recipe.max_missing >= dimensions {
            let message = format!("`max_missing` is {}, of {dimensions} dimensions", recipe.max_missing);
            let help = format!("at most {}: one must be there", dimensions.saturating_sub(1));
            self.tell(place!["max_missing"], message, help);
        }
        self.weighting(
            recipe.weights,
            recipe.dimension.iter().map(|d| d.weight).collect(),
            dimensions,
            &|at| vec!["dimension".into(), at.into(), "weight".into()],
            place!["weights"],
        );
        let mut seen = BTreeSet::new();
        let mut named = BTreeSet::new();
        for (at, dimension) in recipe.dimension.iter().enumerate() {
            let place = place!["dimension", at, "name"];
            let longest = FIELD_NAME_MAX - DIMENSION_PREFIX.len();
            self.field_name(&dimension.name, longest, "dimension", place);
            if !named.insert(&dimension.name) {
                self.tell(place, format!("dimension `{}` comes twice", dimension.name), "rename one");
            }
            self.dimension(recipe, at, dimension);
            for (item, indicator) in dimension.indicator.iter().enumerate() {
                let place = place!["dimension", at, "indicator", item, "name"];
                if !seen.insert(&indicator.name) {
                    let message = format!("indicator `{}` comes twice", indicator.name);
                    self.tell(
                        place,
                        message,
                        "raise its `weight` instead; within one dimension and component",
                    );
                }
            }
        }
    }

    fn dimension(&mut self, recipe: &Recipe, at: usize, dimension: &RecipeDimension) {
        let count = dimension.indicator.len();
        if dimension.max_missing >= count {
            let message = format!("`max_missing` is {}, of {count} indicators", dimension.max_missing);
            let help = format!("at most {}: one must be there", count.saturating_sub(1));
            self.tell(place!["dimension", at, "max_missing"], message, help);
        }
        let weights = dimension.indicator.iter().map(|indicator| indicator.weight).collect();
        let of = |item: usize| {
            vec!["dimension".into(), at.into(), "indicator".into(), item.into(), "weight".into()]
        };
        self.weighting(dimension.weights, weights, count, &of, place!["dimension", at, "weights"]);
        if let Some(RecipePosts::Fixed(posts)) = dimension.goalposts {
            self.rise(posts, &dimension.name, None, place!["dimension", at, "goalposts"]);
        }
        let sorted = dimension.indicator.iter().filter(|i| i.category.is_some()).count();
        if sorted != 0 && sorted != count {
            let message =
                format!("{sorted} of {count} indicators of dimension `{}` have a category", dimension.name);
            self.tell(place!["dimension", at], message, "give one to each, or to none");
        }
        let grouped = dimension.indicator.iter().any(|i| i.category.is_some() || i.component.is_some());
        if grouped && matches!(dimension.weights, Weighting::Principal | Weighting::Dp2) {
            let message = "weights from the data leave no room for categories and components".to_owned();
            self.tell(place!["dimension", at, "weights"], message, "take the categories and components out");
        }
        if dimension.weights == Weighting::Dp2 {
            let place = place!["dimension", at, "weights"];
            if dimension.aggregation != Aggregation::Arithmetic {
                let message = "DP2 adds distances up: its aggregation is arithmetic".to_owned();
                self.tell(place, message, "take `aggregation` out");
            }
            if dimension.max_missing > 0 {
                let message = "a zone that lacks an indicator has no distance DP2".to_owned();
                self.tell(place, message, "take `max_missing` out");
            }
        }
        for (item, indicator) in dimension.indicator.iter().enumerate() {
            self.indicator(recipe, (at, item), indicator);
        }
    }

    fn indicator(&mut self, recipe: &Recipe, (at, item): (usize, usize), indicator: &RecipeIndicator) {
        let name = &indicator.name;
        let place = |key: &'static str| {
            [Seg::from("dimension"), at.into(), "indicator".into(), item.into(), key.into()]
        };
        self.field_name(name, FIELD_NAME_MAX, "indicator", &place("name"));
        if indicator.component.is_some() && indicator.category.is_none() {
            let message = format!("`{name}` has a component, but no category that it belongs to");
            self.tell(&place("component"), message, "name its `category` too");
        }
        match indicator.goalposts {
            None if recipe.normalisation == Normalisation::Goalposts => {
                let message = format!("`{name}` has no goalposts");
                let help =
                    "state goalposts = [low, high], or a `normalisation` of the recipe: \"minmax\", \"z\"";
                self.tell(&place("name"), message, help);
            }
            Some(RecipePosts::Fixed(posts)) => {
                self.rise(posts, name, Some(indicator.direction), &place("goalposts"));
                if indicator.log && posts[0] <= 0.0 && posts[0] < posts[1] {
                    let message =
                        format!("goalposts of `{name}` start at {}, which has no logarithm", posts[0]);
                    self.tell(&place("goalposts"), message, "start above 0, or set log = false");
                }
            }
            _ => {}
        }
        if let Some(RecipeCap::Quantiles([low, high])) = indicator.cap
            && !(0.0 <= low && low < high && high <= 1.0)
        {
            let message = format!("cap of `{name}` is [{low}, {high}]");
            self.tell(&place("cap"), message, "two quantiles that rise, from 0 to 1: [0.025, 0.975]");
        }
    }

    fn rise(
        &mut self,
        [low, high]: [f64; 2],
        name: &str,
        direction: Option<crate::workspace::config::Direction>,
        place: &[Seg<'_>],
    ) {
        use crate::workspace::config::Direction;
        if low == high {
            let message = format!("goalposts of `{name}` are equal: {low}");
            self.tell(place, message, "the first becomes 0, the second 1: they must differ");
        } else if low > high || !(high - low).is_finite() {
            let message = format!("goalposts of `{name}` descend: {low}, {high}");
            let help = match direction {
                Some(Direction::Up) => format!("write [{high}, {low}] and direction = \"down\""),
                Some(Direction::Down) => format!("write [{high}, {low}] and direction = \"up\""),
                None => format!("write [{high}, {low}]"),
            };
            self.tell(place, message, help);
        }
    }

    /// Weights that would do nothing, or cannot be found.
    fn weighting(
        &mut self,
        weighting: Weighting,
        stated: Vec<Option<f64>>,
        count: usize,
        of: &dyn Fn(usize) -> Vec<Seg<'static>>,
        place: &[Seg<'_>],
    ) {
        let word = match weighting {
            Weighting::Stated => return,
            Weighting::Equal => "equal",
            Weighting::Principal => "principal",
            Weighting::Dp2 => "dp2",
        };
        if let Some(at) = stated.iter().position(Option::is_some) {
            let message = format!("`weight` does nothing with weights = \"{word}\"");
            self.tell(&of(at), message, "take it out, or set weights = \"stated\"");
        }
        if weighting != Weighting::Equal && count < 2 {
            let message = format!("weights = \"{word}\" needs at least two to weigh; there is {count}");
            self.tell(place, message, "take it out");
        }
    }

    fn field_name(&mut self, name: &str, longest: usize, what: &str, place: &[Seg<'_>]) {
        if !is_field_name(name) || name.len() > longest {
            let message = format!(
                "{what} `{name}` must be lower-case ASCII letters, digits and `_`, a letter first, {longest} at most"
            );
            let help = match what {
                "indicator" => {
                    "it is published under this name; [composite] fields says where it is read from"
                }
                _ => "it is published as a field",
            };
            self.tell(place, message, help);
        }
    }
}
