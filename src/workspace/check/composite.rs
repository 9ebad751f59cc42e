//! What must hold within the files of composites and of the steps beside them.

use std::collections::BTreeSet;

use super::files::Files;
use crate::checked::{Document, Problem, Seg, did_you_mean, place};
use crate::workspace::config::{
    ClassRule, Composite, Crosswalk, Difference, FIELD_NAME_MAX, LayerFile, Recipe, is_field_name,
};

/// What an interval adds to the name of its field.
const INTERVAL: usize = "_lo".len();

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    for (name, parsed) in &files.recipes.own {
        if let Some(recipe) = &parsed.content {
            super::recipe::check(name, recipe, &parsed.document, problems);
        }
    }
    for (_, file, document) in files.readable() {
        let mut look = Look { files, document, problems };
        look.file(file);
    }
}

struct Look<'a> {
    files: &'a Files<'a>,
    document: &'a Document,
    problems: &'a mut Vec<Problem>,
}

impl Look<'_> {
    fn tell(&mut self, place: &[Seg<'_>], message: String, help: impl Into<String>) {
        self.problems.push(self.document.error(place, message).help(help));
    }

    fn file(&mut self, file: &LayerFile) {
        if let Some(composite) = &file.composite {
            self.composite(composite);
        }
        if let Some(crosswalk) = &file.crosswalk {
            self.crosswalk(crosswalk);
        }
        if let Some(difference) = &file.difference {
            self.difference(difference);
        }
    }

    fn composite(&mut self, composite: &Composite) {
        let Some(recipe) = &composite.resolved else {
            let unreadable = self.files.recipes.own.contains_key(&composite.recipe);
            if !unreadable {
                let known = self.files.recipes.known.keys().map(String::as_str);
                let help = did_you_mean(&composite.recipe, known, "the recipes are");
                let message = format!("there is no recipe `{}`", composite.recipe);
                let place = place!["composite", "recipe"];
                self.problems.push(self.document.error(place, message).maybe_help(help));
            }
            return;
        };
        self.known(recipe, composite.fields.keys(), &["composite", "fields"].map(Seg::from));
        self.known(recipe, composite.goalposts.keys(), &["composite", "goalposts"].map(Seg::from));
        for indicator in recipe.indicators() {
            let Some(&[low, high]) = composite.goalposts.get(&indicator.name) else { continue };
            let place = place!["composite", "goalposts", indicator.name.as_str()];
            if !(low < high && (high - low).is_finite()) {
                let message = format!(
                    "goalposts of `{}` do not rise, or lie too far apart: {low:e}, {high:e}",
                    indicator.name
                );
                self.tell(place, message, "write the lower one first; the recipe states the direction");
            } else if indicator.log && low <= 0.0 {
                let message =
                    format!("goalposts of `{}` start at {low}, which has no logarithm", indicator.name);
                self.tell(place, message, "start above 0: the recipe takes the logarithm");
            }
        }
        self.short(&composite.field, place!["composite", "field"]);
        for (at, part) in composite.part.iter().enumerate() {
            self.short(&part.name, place!["composite", "part", at, "name"]);
            let place = ["composite".into(), "part".into(), at.into(), "fields".into()];
            self.known(recipe, part.fields.keys(), &place);
            if part.fields.is_empty() {
                let message = format!("part `{}` has no field of its own", part.name);
                self.tell(
                    place!["composite", "part", at, "fields"],
                    message,
                    "it would be scored as all are",
                );
            }
        }
        if composite.group.is_some() && !composite.part.is_empty() {
            let message = "parts are scored by zone, not by group".to_owned();
            self.tell(place!["composite", "part"], message, "leave `group` out, or take the parts out");
        }
        self.classes(composite, recipe);
        self.twice(composite, recipe);
        self.like(composite, recipe);
    }

    /// Indicators that settings name, and the recipe has.
    fn known<'n>(&mut self, recipe: &Recipe, names: impl Iterator<Item = &'n String>, place: &[Seg<'_>]) {
        for name in names {
            if !recipe.indicators().any(|indicator| indicator.name == *name) {
                let all = recipe.indicators().map(|indicator| indicator.name.as_str());
                let help = did_you_mean(name, all, "its indicators are");
                let message = format!("recipe `{}` has no indicator `{name}`", recipe.name);
                let place: Vec<Seg<'_>> = place.iter().copied().chain([name.into()]).collect();
                let span = self.document.key_span(&place);
                self.problems.push(self.document.source.error(span, message).maybe_help(help));
            }
        }
    }

    fn short(&mut self, name: &str, place: &[Seg<'_>]) {
        let longest = FIELD_NAME_MAX - INTERVAL;
        if !is_field_name(name) || name.len() > longest {
            let message = format!(
                "`{name}` must be lower-case ASCII letters, digits and `_`, a letter first, {longest} at most"
            );
            self.tell(place, message, "`_lo` and `_hi` are added to it for the interval");
        }
    }

    fn classes(&mut self, composite: &Composite, recipe: &Recipe) {
        for (at, class) in composite.class.iter().enumerate() {
            let place = |key: &'static str| [Seg::from("composite"), "class".into(), at.into(), key.into()];
            let fixed = class.rule == ClassRule::Fixed;
            if fixed && class.cuts.len() + 1 != class.names.len() {
                let (cuts, names) = (class.cuts.len(), class.names.len());
                let message = format!("{cuts} cuts make {} classes, but there are {names} names", cuts + 1);
                self.tell(&place("cuts"), message, "name one class more than there are cuts, lowest first");
            }
            if !fixed && !class.cuts.is_empty() {
                let message = "`cuts` does nothing with this rule: it finds its own".to_owned();
                self.tell(&place("cuts"), message, "take it out, or set rule = \"fixed\"");
            }
            let scale = f64::from(recipe.scale);
            if let Some(cut) = class.cuts.iter().find(|cut| !(0.0 < **cut && **cut < scale)) {
                let message = format!("cut {cut} leaves a class empty: scores run from 0 to {scale}");
                self.tell(&place("cuts"), message, format!("cut between 0 and {scale}"));
            }
            if class.cuts.windows(2).any(|pair| pair[0] >= pair[1]) {
                self.tell(&place("cuts"), "cuts must ascend".to_owned(), "sort them, each once");
            }
            if class.bins.is_some() && class.rule != ClassRule::Dalenius {
                let message = "`bins` does nothing without rule = \"dalenius\"".to_owned();
                self.tell(&place("bins"), message, "take it out");
            }
            if class.bins.is_some_and(|bins| bins < class.names.len()) {
                let message = format!("fewer `bins` than the {} classes", class.names.len());
                self.tell(&place("bins"), message, "state more, or leave it out to have them searched");
            }
            if composite.group.is_some() && class.rule == ClassRule::Relative {
                let message = "a group has no intervals of its own".to_owned();
                self.tell(&place("rule"), message, "`relative` is for zones; choose another rule");
            }
            let mut seen = BTreeSet::new();
            for name in &class.names {
                if !is_code(name) {
                    let message = format!(
                        "class \"{name}\" must be a code of lower-case ASCII letters, digits and `_`"
                    );
                    self.tell(&place("names"), message, "styles translate the codes for people");
                }
                if !seen.insert(name) {
                    self.tell(&place("names"), format!("class `{name}` comes twice"), "rename one");
                }
            }
        }
    }

    fn twice(&mut self, composite: &Composite, recipe: &Recipe) {
        let mut seen: BTreeSet<String> = ["name", "state", "code"].map(str::to_owned).into();
        if let Some(field) = composite.outputs(recipe).into_iter().find(|field| !seen.insert(field.clone())) {
            let message = format!("field `{field}` would come twice into the layer");
            let help = "indicators, dimensions, parts and the score are fields each; rename one of them";
            self.tell(place!["composite", "recipe"], message, help);
        }
    }

    fn like(&mut self, composite: &Composite, recipe: &Recipe) {
        let Some(like) = &composite.like else { return };
        let Some(file) = self.files.layers.get(like).and_then(|parsed| parsed.content.as_ref()) else {
            return;
        };
        let place = place!["composite", "like"];
        let Some(other) = &file.composite else {
            let message = format!("`{like}` is no composite");
            return self.tell(place, message, "name a layer with [composite], of the same recipe");
        };
        let of =
            |other: &Composite| other.resolved.as_ref().map_or_else(String::new, |own| own.version.clone());
        let same = other
            .resolved
            .as_ref()
            .is_none_or(|other| (&other.name, &other.version) == (&recipe.name, &recipe.version));
        if !same {
            let message = format!(
                "`{like}` is made by recipe `{}` version {}, this layer by `{}` version {}",
                other.recipe,
                of(other),
                recipe.name,
                recipe.version
            );
            self.tell(
                place,
                message,
                "scores compare within one recipe and one set of goalposts only: state the same in both",
            );
        } else if other.class.len() < composite.class.len() {
            let message = format!("`{like}` has fewer rules for classes than this layer");
            self.tell(place, message, "its cut points are used: state the same rules in both");
        }
    }

    fn crosswalk(&mut self, crosswalk: &Crosswalk) {
        match (&crosswalk.links, &crosswalk.old_zones) {
            (Some(_), Some(_)) => {
                let message = "both `links` and `old_zones` say how old zones become new ones".to_owned();
                self.tell(place!["crosswalk", "old_zones"], message, "keep one of them");
            }
            (None, None) => {
                let message = "nothing says how old zones become new ones".to_owned();
                let help = "name a table in `links`, or the layer of the old zones in `old_zones`";
                self.tell(place!["crosswalk"], message, help);
            }
            _ => {}
        }
        if crosswalk.sum.is_empty() && crosswalk.mean.is_empty() {
            let message = "no field is carried over".to_owned();
            self.tell(place!["crosswalk"], message, "name fields in `sum` (people) or `mean` (shares)");
        }
        if let Some(field) = crosswalk.sum.iter().find(|field| crosswalk.mean.contains(field)) {
            let message = format!("field `{field}` would come twice into the layer");
            self.tell(place!["crosswalk", "mean"], message, "name it in one of `sum`, `mean`");
        }
        if crosswalk.weight.is_some() && crosswalk.mean.is_empty() {
            let message = "`weight` weighs the means, and `mean` names no field".to_owned();
            self.tell(place!["crosswalk", "weight"], message, "name fields in `mean`, or take it out");
        }
    }

    fn difference(&mut self, difference: &Difference) {
        self.short(&difference.field, place!["difference", "field"]);
        if difference.a == difference.b {
            let message = format!("`{}` less itself is 0", difference.a);
            self.tell(place!["difference", "b"], message, "name another field");
        }
    }
}

fn is_code(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
