//! What the definition of a step says: settings that name layers, what it hands out, and the fields that it reads and writes.

use super::geometry_kind::GeometryKind;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

pub(super) use super::lowering::{Rule, Why};
pub(super) use super::role::{Input, Role};

/// A field with its words: name, Spanish, English, unit.
pub(crate) type FieldRow = (&'static str, &'static str, &'static str, &'static str);

/// What holds of a step whatever its settings.
pub(crate) struct Definition {
    /// Raised in the change that makes its result differ for the same inputs, so that no layer kept from before it is used.
    pub version: u32,
    /// Settings that name other layers, in the order of the file.
    pub references: &'static [Reference],
    /// What it may hand out; which of them, [`StepSpec::output`] says.
    pub outputs: &'static [Output],
    /// Words for the fields that it is the first to write.
    pub words: &'static [FieldRow],
}

/// A setting that names another layer.
pub(crate) struct Reference {
    /// Keys below the step's table; one below a list is looked for in each item.
    pub path: &'static [&'static str],
    /// What the layer is used for.
    pub role: Role,
}

impl Reference {
    pub(super) const fn new(path: &'static [&'static str], role: Role) -> Self {
        Self { path, role }
    }
}

/// One of the things that a step may hand out.
#[derive(Debug)]
pub(crate) struct Output {
    /// As the reference pages name it.
    pub name: &'static str,
    /// Ready style.
    pub theme: &'static str,
    /// Ready style where its features are lixels.
    pub segments: &'static str,
    /// What a layer of it holds, for messages; found from the geometry where it is empty.
    pub holds: &'static str,
    /// The fields that it writes, in Markdown; empty where only the source knows.
    pub fields: &'static str,
    /// Which levels `[protect]` may lower past, by what a layer is used for. What has no rule is never lowered.
    pub rules: &'static [(Role, Rule)],
}

impl Output {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, theme: "plain", segments: "segments", holds: "", fields: "", rules: &[] }
    }

    pub(super) const fn theme(self, theme: &'static str) -> Self {
        Self { theme, ..self }
    }

    pub(super) const fn segments(self, segments: &'static str) -> Self {
        Self { segments, ..self }
    }

    pub(super) const fn holds(self, holds: &'static str) -> Self {
        Self { holds, ..self }
    }

    pub(super) const fn fields(self, fields: &'static str) -> Self {
        Self { fields, ..self }
    }

    pub(super) const fn rules(self, rules: &'static [(Role, Rule)]) -> Self {
        Self { rules, ..self }
    }

    /// The rule for a layer that is used so and stands above the new level.
    pub fn rule(&self, role: Role) -> Rule {
        let found = self.rules.iter().find(|(known, _)| *known == role);
        found.map_or(Rule::Never(Why::Rows), |(_, rule)| *rule)
    }
}

/// Whose keys and geometry the features of a layer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Features<'a> {
    /// None but its own.
    Own,
    /// Those of this layer.
    Of(&'a str),
    /// Those of this layer, zones and lixels alike.
    Same(&'a str),
    /// Those of the zones that this layer of stretches was cut by.
    ZonesOf(&'a str),
    /// Groups of those of this layer.
    Groups(&'a str),
}

/// Definition of a step: all that other rooms know of it but for its computation, which `build::steps` has under the same
/// name.
pub(crate) trait StepSpec {
    /// What holds of it whatever its settings.
    const DEFINITION: Definition;

    /// Which of its outputs it makes.
    fn output(&self) -> usize {
        0
    }

    /// The layers that it refers to, in the order of the file's settings; one that is used twice comes twice.
    fn inputs(&self) -> Vec<Input<'_>>;

    /// The kind of geometry that it makes; that of the layer where its features are [`Features::Same`].
    fn geometry(&self) -> GeometryKind;

    /// Whose features it hands on.
    fn features(&self) -> Features<'_>;

    /// The layer of routes, and that of zones, that it cuts; `None` where it cuts none.
    fn cut_from(&self) -> Option<(&str, Option<&str>)> {
        None
    }

    /// Looks for the fields that it reads.
    fn look(&self, _look: &mut Look<'_>) {}

    /// The fields that it writes, given those of the layers that it uses.
    fn writes(&self, upstream: &Upstream<'_>) -> OutputFields;
}

/// The weight of what none is stated for.
pub(super) fn one() -> f64 {
    1.0
}
