//! `[crosswalk]`: a table keyed by old zones, carried over to new ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[crosswalk]`: a table keyed by old zones, carried over to new ones.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Crosswalk {
    /// Layer keyed by old zones: what is carried over.
    pub table: String,
    /// Layer of the new zones.
    pub zones: String,
    /// Table of old code, new code and share; old zones that are not in it keep their code.
    pub links: Option<String>,
    /// Layer of the old zones, instead of `links`: shares of their area are measured.
    pub old_zones: Option<String>,
    /// Field of `links` with the old code.
    #[serde(default = "old")]
    pub old: String,
    /// Field of `links` with the new code.
    #[serde(default = "new")]
    pub new: String,
    /// Field of `links` with the share of the old zone that goes to the new one, 0..1; those of an old zone add
    /// up to 1.
    #[serde(default = "share")]
    pub share: String,
    /// Fields that are shared out: people, cases. Their totals stay as they are.
    #[serde(default)]
    pub sum: Vec<String>,
    /// Fields that are averaged: shares, rates.
    #[serde(default)]
    pub mean: Vec<String>,
    /// Field of the table that weighs the means, such as people.
    pub weight: Option<String>,
}

fn old() -> String {
    "old".to_owned()
}

fn new() -> String {
    "new".to_owned()
}

fn share() -> String {
    "share".to_owned()
}

impl StepSpec for Crosswalk {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[
            Reference::new(&["table"], Role::Table),
            Reference::new(&["zones"], Role::Zones),
            Reference::new(&["links"], Role::Table),
            Reference::new(&["old_zones"], Role::Zones),
        ],
        outputs: &[Output::new("crosswalk")
            .fields("the fields of `sum` and `mean`, `old_n` (how many old zones)")
            .rules(&[(Role::Zones, Rule::Never(Why::RowByRow)), (Role::Table, Rule::Never(Why::RowByRow))])],
        words: &[("old_n", "Zonas antiguas que la forman", "Old zones that make it up", "")],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        [Input::rows(&self.table, Role::Table), Input::rows(&self.zones, Role::Zones)]
            .into_iter()
            .chain(self.links.iter().map(|links| Input::values(links, Role::Table)))
            .chain(self.old_zones.iter().map(|old| Input::values(old, Role::Zones)))
            .collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Of(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        for (setting, fields) in [("sum", &self.sum), ("mean", &self.mean)] {
            for (at, field) in fields.iter().enumerate() {
                look.field(&self.table, field, place!["crosswalk", setting, at]);
            }
        }
        look.optional(&self.table, self.weight.as_ref(), place!["crosswalk", "weight"]);
        if let Some(links) = &self.links {
            for (setting, field) in [("old", &self.old), ("new", &self.new), ("share", &self.share)] {
                look.field(links, field, place!["crosswalk", setting]);
            }
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let carried = self.sum.iter().chain(&self.mean).map(String::as_str);
        up.of(&self.zones).zonal(carried.chain(["old_n"]))
    }
}
