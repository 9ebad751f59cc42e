//! `[hotspot]`: Getis-Ord Gi* over contiguous zones, or over lixels that meet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::geometry_kind::GeometryKind;
use super::score::risk;
use super::spec::{Definition, Features, Input, Output, Reference, Role, Rule, StepSpec, Why};
use crate::checked::place;
use crate::workspace::look::Look;
use crate::workspace::outputs::{OutputFields, Upstream};

/// `[hotspot]`: Getis-Ord Gi* over contiguous zones, or over lixels that meet.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub struct Hotspot {
    /// Layer of zones, or of lixels.
    pub zones: String,
    /// Field whose high values are looked for.
    #[serde(default = "risk")]
    pub field: String,
    /// What zones must share to be neighbours; lixels must meet.
    #[serde(default)]
    pub contiguity: ContiguityBy,
    /// How far apart borders may be and still count as shared, m; at 0 they are compared bit for bit.
    /// For zones that were simplified one by one. Lixels meet where they come as near as this; 1,000 m if it is 0.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10_000.0))]
    pub tolerance_m: f64,
    /// Conditional permutations; chosen from the number of zones if not given.
    #[schemars(range(min = 99))]
    pub permutations: Option<usize>,
    /// Which p-value `gi_q` and `gi_bin` stand on; both are published.
    #[serde(default)]
    pub p: HotspotP,
    /// Whether `gi_bin` stands on q-values (false discovery rate) rather than on raw p.
    #[serde(default = "yes")]
    pub fdr: bool,
}

/// What zones must share to be neighbours.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ContiguityBy {
    /// A corner is enough.
    #[default]
    Queen,
    /// A part of an edge.
    Rook,
}

/// Which p-value of Gi* is corrected and classed.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum HotspotP {
    /// Of the analytic z, as GIS programs do: the zone's own value counts. Right for bounded scores.
    #[default]
    Normal,
    /// By conditional permutation, as PySAL does: given the zone's own value, only its neighbours count.
    /// Right for skewed counts and rates; more cautious at the edge of a cluster.
    Permutation,
}

fn yes() -> bool {
    true
}

impl StepSpec for Hotspot {
    const DEFINITION: Definition = Definition {
        version: 2,
        references: &[Reference::new(&["zones"], Role::Places)],
        outputs: &[Output::new("hotspot")
            .theme("hotspots")
            .segments("hot_segments")
            .fields("`gi_z`, `gi_p`, `gi_p_sim`, `gi_q`, `gi_bin`")
            .rules(&[(Role::Places, Rule::Never(Why::RowByRow))])],
        words: &[
            ("gi_z", "Gi*: puntuación z", "Gi*: z-score", ""),
            ("gi_p", "Gi*: p analítico", "Gi*: analytic p", "0–1"),
            ("gi_p_sim", "Gi*: p por permutación", "Gi*: permutation p", "0–1"),
            ("gi_q", "Gi*: q (tasa de falsos hallazgos)", "Gi*: q (false discovery rate)", "0–1"),
            ("gi_bin", "Punto caliente o frío (Gi*)", "Hot or cold spot (Gi*)", ""),
        ],
    };

    fn inputs(&self) -> Vec<Input<'_>> {
        vec![Input::rows(&self.zones, Role::Places)]
    }

    fn geometry(&self) -> GeometryKind {
        GeometryKind::Polygon
    }

    fn features(&self) -> Features<'_> {
        Features::Same(&self.zones)
    }

    fn look(&self, look: &mut Look<'_>) {
        look.field(&self.zones, &self.field, place!["hotspot", "field"]);
    }

    fn writes(&self, up: &Upstream<'_>) -> OutputFields {
        up.of(&self.zones).zonal(["gi_z", "gi_p", "gi_p_sim", "gi_q", "gi_bin"])
    }
}
