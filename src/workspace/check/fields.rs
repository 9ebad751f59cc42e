//! Fields that steps name exist, wherever the files alone tell.

use std::collections::{BTreeMap, BTreeSet};

use super::Files;
use crate::workspace::OutputFields;
use crate::workspace::config::{
    Carry, Composite, Crosswalk, LIXEL_FIELDS, LayerFile, Priority, Rollup, RollupBy, Step, Zonal,
};
use crate::workspace::parse::{Document, Seg, place};
use crate::workspace::problem::Problem;
use crate::workspace::suggest::did_you_mean;

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let contents: BTreeMap<String, Option<LayerFile>> = files
        .layers
        .iter()
        .map(|(name, parsed)| (name.clone(), parsed.content.clone().filter(|file| file.step().is_some())))
        .collect();
    let fields = OutputFields::all(&contents);
    for (name, file, document) in files.readable() {
        let Some(step) = file.step() else { continue };
        if let Some(validate) = &file.validate {
            super::validate::check(files, name, validate, &fields, document, problems);
        }
        let mut look = Look { fields: &fields, document, problems };
        look.step(step);
    }
}

struct Look<'a> {
    fields: &'a BTreeMap<&'a str, OutputFields>,
    document: &'a Document,
    problems: &'a mut Vec<Problem>,
}

impl Look<'_> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Read(_) => {}
            Step::Score(score) => {
                let table = score.table.as_ref().unwrap_or(&score.zones);
                for (at, indicator) in score.indicator.iter().enumerate() {
                    self.field(table, &indicator.field, place!["score", "indicator", at, "field"]);
                }
            }
            Step::Composite(composite) => self.composite(composite),
            Step::Crosswalk(crosswalk) => self.crosswalk(crosswalk),
            Step::Difference(d) => {
                for (setting, field) in [("a", &d.a), ("a_se", &d.a_se), ("b", &d.b), ("b_se", &d.b_se)] {
                    self.field(&d.table, field, place!["difference", setting]);
                }
            }
            Step::Exposure(exposure) => {
                self.field(&exposure.zones, &exposure.risk, place!["exposure", "risk"]);
                self.optional(&exposure.routes, exposure.flow.as_ref(), place!["exposure", "flow"]);
            }
            Step::Corridor(corridor) => {
                if let Some(people) = &corridor.people {
                    self.optional(people, corridor.people_field.as_ref(), place!["corridor", "people_field"]);
                }
            }
            Step::Coverage(_) => {}
            Step::Counts(counts) => {
                self.optional(&counts.points, counts.weight.as_ref(), place!["counts", "weight"]);
                self.optional(&counts.zones, counts.population.as_ref(), place!["counts", "population"]);
            }
            Step::Lixels(lixels) => {
                self.carried(&lixels.carry, "lixels", BTreeSet::from(LIXEL_FIELDS.map(str::to_owned)));
                if let (None, false) = (&lixels.zones, lixels.carry.is_empty()) {
                    let problem = self
                        .document
                        .error(place!["lixels", "carry"], "`carry` does nothing without `zones`");
                    self.problems.push(problem.help("name the layer of zones in `zones`, or take it out"));
                }
            }
            Step::Rates(rates) => {
                self.field(&rates.points, &rates.date, place!["rates", "date"]);
                self.optional(&rates.lixels, rates.flow.as_ref(), place!["rates", "flow"]);
                if let Some([first, last]) = rates.years.filter(|[first, last]| first > last) {
                    let message = format!("`years` ends in {last}, before it begins in {first}");
                    let problem = self.document.error(place!["rates", "years"], message);
                    self.problems.push(problem.help("state the first year and the last"));
                }
            }
            Step::Zonal(zonal) => self.zonal(zonal),
            Step::Hotspot(hotspot) => {
                self.field(&hotspot.zones, &hotspot.field, place!["hotspot", "field"]);
            }
            Step::Priority(priority) => self.priority(priority),
            Step::Rollup(rollup) => self.rollup(rollup),
        }
    }

    fn composite(&mut self, composite: &Composite) {
        self.optional(&composite.zones, composite.weight.as_ref(), place!["composite", "weight"]);
        let Some(recipe) = &composite.resolved else { return };
        let table = composite.table.as_ref().unwrap_or(&composite.zones);
        for (indicator, field) in recipe.indicators().zip(composite.columns(recipe, None)) {
            match composite.fields.contains_key(&indicator.name) {
                true => self.field(table, field, place!["composite", "fields", indicator.name.as_str()]),
                false => self.field(table, field, place!["composite", "recipe"]),
            }
        }
        for (at, part) in composite.part.iter().enumerate() {
            for (indicator, field) in &part.fields {
                self.field(table, field, place!["composite", "part", at, "fields", indicator.as_str()]);
            }
        }
    }

    fn crosswalk(&mut self, crosswalk: &Crosswalk) {
        for (setting, fields) in [("sum", &crosswalk.sum), ("mean", &crosswalk.mean)] {
            for (at, field) in fields.iter().enumerate() {
                self.field(&crosswalk.table, field, place!["crosswalk", setting, at]);
            }
        }
        self.optional(&crosswalk.table, crosswalk.weight.as_ref(), place!["crosswalk", "weight"]);
        if let Some(links) = &crosswalk.links {
            for (setting, field) in
                [("old", &crosswalk.old), ("new", &crosswalk.new), ("share", &crosswalk.share)]
            {
                self.field(links, field, place!["crosswalk", setting]);
            }
        }
    }

    fn priority(&mut self, priority: &Priority) {
        for (at, component) in priority.component.iter().enumerate() {
            self.field(&component.layer, &component.field, place!["priority", "component", at, "field"]);
        }
        if let Some(among) = &priority.among {
            self.field(&among.layer, &among.field, place!["priority", "among", "field"]);
        }
        let key = self.fields.get(priority.zones.as_str()).and_then(|fields| fields.key.clone());
        let taken = ["priority", "prio_rank", "name", "state"].map(str::to_owned).into_iter().chain(key);
        self.carried(&priority.carry, "priority", taken.collect());
    }

    fn zonal(&mut self, zonal: &Zonal) {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for (setting, names) in [("mean", &zonal.mean), ("max", &zonal.max)] {
            for (at, field) in names.iter().enumerate() {
                let place = place!["zonal", setting, at];
                self.field(&zonal.lixels, field, place);
                let help = "name it in one of `mean` and `max`; for both, make two layers";
                self.once(taken.insert(field), field, place, help);
            }
        }
    }

    /// Fields that are brought along, none of them twice.
    fn carried(&mut self, carry: &[Carry], step: &str, mut taken: BTreeSet<String>) {
        for (at, carry) in carry.iter().enumerate() {
            for (item, field) in carry.fields.iter().enumerate() {
                let place = place![step, "carry", at, "fields", item];
                self.field(&carry.layer, field, place);
                let help = "the key, `name` and `state` come by themselves; carry each other field once";
                self.once(taken.insert(field.clone()), field, place, help);
            }
        }
    }

    fn rollup(&mut self, rollup: &Rollup) {
        let lists = [("sum", &rollup.sum), ("mean", &rollup.mean), ("max", &rollup.max)];
        let mut taken: BTreeSet<&str> = BTreeSet::from(["code", "zones", "name"]);
        for (setting, names) in lists {
            for (at, field) in names.iter().enumerate() {
                let place = place!["rollup", setting, at];
                self.field(&rollup.zones, field, place);
                let help =
                    "name it in one of `sum`, `mean`, `max`; `code`, `zones` and `name` are the rollup's own";
                self.once(taken.insert(field), field, place, help);
            }
        }
        for (at, count) in rollup.count.iter().enumerate() {
            self.field(&rollup.zones, &count.field, place!["rollup", "count", at, "field"]);
            let place = place!["rollup", "count", at, "name"];
            self.once(taken.insert(&count.name), &count.name, place, "give the number another name");
        }
        self.optional(&rollup.zones, rollup.weight.as_ref(), place!["rollup", "weight"]);
        self.optional(&rollup.zones, rollup.name.as_ref(), place!["rollup", "name"]);
        if let RollupBy::Table { table, field } = &rollup.by {
            self.field(table, field, place!["rollup", "by", "field"]);
        }
    }

    /// Tells of a field that is not the first of its name in the layer.
    fn once(&mut self, is_first: bool, field: &str, place: &[Seg<'_>], help: &str) {
        if !is_first {
            let message = format!("field `{field}` would come twice into the layer");
            self.problems.push(self.document.error(place, message).help(help));
        }
    }

    fn optional(&mut self, layer: &str, field: Option<&String>, place: &[Seg<'_>]) {
        if let Some(field) = field {
            self.field(layer, field, place);
        }
    }

    fn field(&mut self, layer: &str, field: &str, place: &[Seg<'_>]) {
        let Some(fields) = self.fields.get(layer) else {
            return;
        };
        if !fields.may_have(field) {
            let message = format!("layer `{layer}` has no field `{field}`");
            let help = did_you_mean(field, fields.names.iter().map(String::as_str), "it has");
            self.problems.push(self.document.error(place, message).maybe_help(help));
        }
    }
}
