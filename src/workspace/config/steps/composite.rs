//! `[composite]`: indicators to a score by a recipe, with intervals of score and rank, classes, and factors.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::config::Recipe;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[composite]`: indicators to a score by a recipe, with intervals of score and rank, classes, and factors.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Composite {
    /// Layer of zones.
    pub zones: String,
    /// Layer that holds the indicators, keyed like the zones; the zones' own fields if not given.
    pub table: Option<String>,
    /// The recipe: `recipes/NAME.toml` of the workspace, or one that ships with Corredor.
    pub recipe: String,
    /// Fields of the table where they are not named like the indicators: `indicator = "field"`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Goalposts of the recipe that are others here, where values of another country lie beyond them: `indicator = [low, high]`.
    /// They become part of the version that is published, so that scores on two scales are not compared.
    #[serde(default)]
    pub goalposts: BTreeMap<String, [f64; 2]>,
    /// Field that the score is written to, 7 characters at most; its interval is this with `_lo` and `_hi`, its median with `_md`.
    #[serde(default = "score")]
    pub field: String,
    /// Another composite of the same recipe, whose goalposts, weights and cut points are used instead of finding
    /// them anew: older years and other places then compare with it.
    pub like: Option<String>,
    /// Field of the zones that holds people, 0 or more: weighs the national means that factors are measured against, and
    /// the means of groups.
    pub weight: Option<String>,
    /// Groups the zones by the first characters of their key, such as states: the layer then holds the groups,
    /// each with the mean of its zones in every run, so that its intervals are right.
    #[schemars(range(min = 1))]
    pub group: Option<usize>,
    /// Rules for classes: the first gives `risk_class`, the others `class_2`, `class_3`.
    #[serde(default = "class")]
    #[schemars(length(min = 1, max = 3))]
    pub class: Vec<ClassSpec>,
    /// How the uncertainty is found.
    #[serde(default)]
    pub uncertainty: Uncertainty,
    /// Parts of the people, such as girls and boys, scored by their own fields on the scale of all.
    #[serde(default)]
    pub part: Vec<Part>,
    /// The recipe that `recipe` names; filled in when the workspace is opened.
    #[serde(skip)]
    #[schemars(skip)]
    pub resolved: Option<Arc<Recipe>>,
}

/// One rule for classes.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct ClassSpec {
    /// How cut points are found.
    pub rule: ClassRule,
    /// Names of the classes, lowest first; ASCII codes, translated in the styles.
    #[serde(default = "three")]
    #[schemars(length(min = 2, max = 20))]
    pub names: Vec<String>,
    /// Cut points, for `fixed` only: one less than names, in units of the score.
    #[serde(default)]
    pub cuts: Vec<f64>,
    /// Intervals of `dalenius`; the number that serves best where not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 10_000))]
    pub bins: Option<usize>,
}

/// How cut points are found.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ClassRule {
    /// As stated: a class keeps its meaning between years and places.
    Fixed,
    /// Equal widths between the least and greatest score.
    Equal,
    /// Equal widths between the least and greatest score of each state (the zones' field `state`): not
    /// comparable between states.
    Relative,
    /// Equal counts.
    Quantiles,
    /// The least squares within classes, exactly.
    Jenks,
    /// Dalenius and Hodges: equal cumulated root frequency.
    Dalenius,
    /// Means of what is above the mean; as many classes as names, at most.
    Headtail,
}

/// How the uncertainty of a composite is found: many runs that each do the recipe a little otherwise.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct Uncertainty {
    /// How many runs.
    #[schemars(range(min = 100, max = 100_000))]
    pub runs: usize,
    /// By how much weights vary up and down, %.
    #[schemars(range(min = 0.0, max = 90.0))]
    pub weights_pct: f64,
    /// Samples for Sobol's sensitivity indices, which cost so many times the number of inputs and two in runs;
    /// none where not given.
    #[schemars(range(min = 64, max = 100_000))]
    pub sobol: Option<usize>,
}

impl Default for Uncertainty {
    fn default() -> Self {
        Self { runs: 1000, weights_pct: 25.0, sobol: None }
    }
}

/// A part of the people, scored by its own fields.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Part {
    /// Field that its score is written to, 7 characters at most: `girls`. The gap is that of the first part less
    /// the second.
    pub name: String,
    /// Fields of the table that hold its indicators; others are as for all: `indicator = "field"`.
    pub fields: BTreeMap<String, String>,
}

fn score() -> String {
    "score".to_owned()
}

fn three() -> Vec<String> {
    ["low", "medium", "high"].map(str::to_owned).to_vec()
}

fn class() -> Vec<ClassSpec> {
    vec![ClassSpec { rule: ClassRule::Jenks, names: three(), cuts: Vec::new(), bins: None }]
}

impl Composite {
    /// Fields of the table that hold the indicators, in the recipe's order; `part` takes some of its own.
    pub fn columns<'a>(&'a self, recipe: &'a Recipe, part: Option<&'a Part>) -> Vec<&'a str> {
        recipe
            .indicators()
            .map(|indicator| {
                let own = part.and_then(|part| part.fields.get(&indicator.name));
                own.or_else(|| self.fields.get(&indicator.name)).unwrap_or(&indicator.name).as_str()
            })
            .collect()
    }

    /// Names of the fields of the classes and of the share of runs in them.
    pub fn class_fields(&self) -> Vec<(String, String)> {
        (1..=self.class.len())
            .map(|n| match n {
                1 => ("risk_class".to_owned(), "class_pct".to_owned()),
                n => (format!("class_{n}"), format!("cls_{n}_pct")),
            })
            .collect()
    }

    /// All fields that the step writes besides key, name and state.
    pub fn outputs(&self, recipe: &Recipe) -> Vec<String> {
        let with =
            |name: &str, ends: &[&str]| ends.iter().map(|end| format!("{name}{end}")).collect::<Vec<_>>();
        let mut fields = with(&self.field, &["", "_lo", "_md", "_hi"]);
        fields.extend(with("rank", &["", "_lo", "_md", "_hi"]));
        fields.extend(self.class_fields().into_iter().flat_map(|(class, share)| [class, share]));
        let told = if self.group.is_some() { &["zones", "unscored"][..] } else { &["ind_miss"] };
        fields.extend(told.iter().map(|&field| field.to_owned()));
        fields.extend(recipe.dimension.iter().map(|dimension| format!("d_{}", dimension.name)));
        for side in ["up", "down"] {
            fields.extend((1..=3).flat_map(|n| [format!("{side}_{n}"), format!("{side}_{n}_pts")]));
        }
        for part in &self.part {
            fields.extend(with(&part.name, &["", "_lo", "_hi"]));
        }
        if self.part.len() >= 2 {
            fields.extend(with("gap", &["", "_lo", "_hi"]));
        }
        fields.extend(recipe.indicators().map(|indicator| indicator.name.clone()));
        fields.extend(self.weight.clone());
        fields
    }
}

impl StepSpec for Composite {
    const DEFINITION: Definition = Definition {
        // 3: medians of the runs.
        version: 3,
        references: &[
            Reference::new(&["zones"], Role::Places),
            Reference::new(&["table"], Role::Table),
            Reference::new(&["like"], Role::Table),
        ],
        outputs: &[Output::new("composite")
            .theme("composite")
            .fields(
                "the score (`score` unless `field` says otherwise) and `rank`, each with `_lo`, `_md`, `_hi` (ends and median of the \
                 runs); `risk_class`, `class_pct`, and `class_2`, `cls_2_pct` for more rules; `ind_miss`; `d_` and each dimension; \
                 `up_1` to `up_3`, `down_1` to `down_3` (indicators) with `_pts`; each `part` and `gap` with `_lo`, `_hi`; the \
                 indicators; `weight`; by `group` also `code` (key), `zones`, `unscored`",
            )
            .rules(&[(Role::Places, Rule::Never(Why::RowByRow)), (Role::Table, Rule::Never(Why::RowByRow))])],
        words: &[
            ("score", "Índice de vulnerabilidad", "Vulnerability index", ""),
            ("score_lo", "Índice: desde (90 %)", "Index: from (90 %)", ""),
            ("score_md", "Índice: mediana de las corridas", "Index: median of the runs", ""),
            ("score_hi", "Índice: hasta (90 %)", "Index: to (90 %)", ""),
            ("rank", "Lugar por el índice, desde el más alto", "Rank by the index, from the highest", ""),
            ("rank_lo", "Lugar por el índice: desde (90 %)", "Rank by the index: from (90 %)", ""),
            ("rank_md", "Lugar por el índice: mediana de las corridas", "Rank by the index: median of the runs", ""),
            ("rank_hi", "Lugar por el índice: hasta (90 %)", "Rank by the index: to (90 %)", ""),
            ("class_pct", "Corridas en la misma clase", "Runs in the same class", "%"),
            ("class_2", "Clase por la segunda regla", "Class by the second rule", ""),
            ("cls_2_pct", "Corridas en la clase de la segunda regla", "Runs in the class of the second rule", "%"),
            ("class_3", "Clase por la tercera regla", "Class by the third rule", ""),
            ("cls_3_pct", "Corridas en la clase de la tercera regla", "Runs in the class of the third rule", "%"),
            ("unscored", "Zonas sin puntaje", "Zones without a score", ""),
            ("up_1", "Eleva el índice, 1.º", "Raises the index, no. 1", ""),
            ("up_1_pts", "Eleva el índice, 1.º: puntos", "Raises the index, no. 1: points", ""),
            ("up_2", "Eleva el índice, 2.º", "Raises the index, no. 2", ""),
            ("up_2_pts", "Eleva el índice, 2.º: puntos", "Raises the index, no. 2: points", ""),
            ("up_3", "Eleva el índice, 3.º", "Raises the index, no. 3", ""),
            ("up_3_pts", "Eleva el índice, 3.º: puntos", "Raises the index, no. 3: points", ""),
            ("down_1", "Reduce el índice, 1.º", "Lowers the index, no. 1", ""),
            ("down_1_pts", "Reduce el índice, 1.º: puntos", "Lowers the index, no. 1: points", ""),
            ("down_2", "Reduce el índice, 2.º", "Lowers the index, no. 2", ""),
            ("down_2_pts", "Reduce el índice, 2.º: puntos", "Lowers the index, no. 2: points", ""),
            ("down_3", "Reduce el índice, 3.º", "Lowers the index, no. 3", ""),
            ("down_3_pts", "Reduce el índice, 3.º: puntos", "Lowers the index, no. 3: points", ""),
            ("gap", "Brecha: primera parte menos segunda", "Gap: first part less second", ""),
            ("gap_lo", "Brecha: desde", "Gap: from", ""),
            ("gap_hi", "Brecha: hasta", "Gap: to", ""),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        // Indicators and people are published as they stand.
        std::iter::once(Input::rows(&self.zones, Role::Places))
            .chain(self.table.iter().map(|table| Input::rows(table, Role::Table)))
            .chain(self.like.iter().map(|like| Input::values(like, Role::Table)))
            .collect()
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        match self.group {
            Some(_) => Features::Groups(&self.zones),
            None => Features::Same(&self.zones),
        }
    }

    fn look(&self, look: &mut Look<'_>) {
        look.optional(&self.zones, self.weight.as_ref(), place!["composite", "weight"]);
        let Some(recipe) = &self.resolved else { return };
        let table = self.table.as_ref().unwrap_or(&self.zones);
        for (indicator, field) in recipe.indicators().zip(self.columns(recipe, None)) {
            match self.fields.contains_key(&indicator.name) {
                true => look.field(table, field, place!["composite", "fields", indicator.name.as_str()]),
                false => look.field(table, field, place!["composite", "recipe"]),
            }
        }
        for (at, part) in self.part.iter().enumerate() {
            for (indicator, field) in &part.fields {
                look.field(table, field, place!["composite", "part", at, "fields", indicator.as_str()]);
            }
        }
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        let own = self.resolved.as_ref().map(|recipe| self.outputs(recipe));
        let mut fields = match self.group {
            Some(_) => OutputFields::keyed("code", ["name"]),
            None => up.of(&self.zones).zonal([]),
        };
        if self.group.is_none() && self.table.as_ref().is_some_and(|table| up.of(table).may_have("state")) {
            fields.names.insert("state".to_owned());
        }
        fields.complete &= own.is_some();
        fields.names.extend(own.into_iter().flatten());
        fields
    }
}
