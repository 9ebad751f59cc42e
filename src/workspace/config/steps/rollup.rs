//! `[rollup]`: totals per state or for the country, with dissolved borders.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[rollup]`: totals per state or for the country, with dissolved borders.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Rollup {
    /// Layer of zones.
    pub zones: String,
    /// How zones are grouped.
    pub by: RollupBy,
    /// Fields that are summed, over the zones that have a value; null where none has.
    #[serde(default)]
    pub sum: Vec<String>,
    /// Fields that are averaged, weighted by `weight` if given.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Fields of which the greatest is kept.
    #[serde(default)]
    pub max: Vec<String>,
    /// Numbers of zones at or above a value.
    #[serde(default)]
    pub count: Vec<CountOf>,
    /// Field that weights the means, 0 or more; zones without it count in none.
    pub weight: Option<String>,
    /// Field with the group's name for people.
    pub name: Option<String>,
    /// Gaps between the zones of a group up to so wide are closed, m; at 0 only those under 0.05 km2. For zones that were
    /// simplified one by one.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub tolerance_m: f64,
}

/// A number of zones: those whose `field` is at least `at_least`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct CountOf {
    /// Field that the number is written to.
    pub name: String,
    /// Field that is compared.
    pub field: String,
    /// Least value that counts.
    pub at_least: f64,
}

/// How zones are grouped.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RollupBy {
    /// The first characters of the key; 0 makes one group, the country. Keys of unequal length are refused.
    Prefix {
        /// How many.
        prefix: usize,
    },
    /// A table that maps each key to its group.
    Table {
        /// Layer keyed like the zones.
        table: String,
        /// Its field that names the group.
        field: String,
    },
}

impl StepSpec for Rollup {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["zones"], Role::Zones), Reference::new(&["by", "table"], Role::Table)],
        outputs: &[Output::new("rollup")
            .theme("states")
            .fields("`code` (key), `zones` (how many), and the fields of `sum`, `mean`, `max`, `count`")
            .rules(&[(Role::Zones, Rule::Groups), (Role::Table, Rule::Never(Why::Names))])],
        words: &[
            ("zones", "Zonas", "Zones", ""),
            ("hot_zones", "Zonas en punto caliente", "Zones in a hot spot", ""),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        let table = match &self.by {
            RollupBy::Table { table, .. } => Some(Input::values(table, Role::Table)),
            RollupBy::Prefix { .. } => None,
        };
        std::iter::once(Input::values(&self.zones, Role::Zones)).chain(table).collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Groups(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        let lists = [("sum", &self.sum), ("mean", &self.mean), ("max", &self.max)];
        let mut taken: BTreeSet<&str> = BTreeSet::from(["code", "zones", "name"]);
        for (setting, names) in lists {
            for (at, field) in names.iter().enumerate() {
                let place = place!["rollup", setting, at];
                look.field(&self.zones, field, place);
                let help =
                    "name it in one of `sum`, `mean`, `max`; `code`, `zones` and `name` are the rollup's own";
                look.once(taken.insert(field), field, place, help);
            }
        }
        for (at, count) in self.count.iter().enumerate() {
            look.field(&self.zones, &count.field, place!["rollup", "count", at, "field"]);
            let place = place!["rollup", "count", at, "name"];
            look.once(taken.insert(&count.name), &count.name, place, "give the number another name");
        }
        look.optional(&self.zones, self.weight.as_ref(), place!["rollup", "weight"]);
        look.optional(&self.zones, self.name.as_ref(), place!["rollup", "name"]);
        if let RollupBy::Table { table, field } = &self.by {
            look.field(table, field, place!["rollup", "by", "field"]);
        }
    }

    fn writes(&self, _: &Upstream<'_>) -> OutputFields {
        let named = [&self.sum, &self.mean, &self.max].into_iter().flatten().cloned();
        let counted = self.count.iter().map(|count| count.name.clone());
        let name = self.name.as_ref().map(|_| "name".to_owned());
        let own = ["code", "zones"].map(str::to_owned).into_iter().chain(name);
        let names = named.chain(counted).chain(own).collect();
        OutputFields { key: Some("code".to_owned()), names, complete: true }
    }
}
