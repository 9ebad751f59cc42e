//! What `[protect]` may lower: one rule for every step and every layer that it uses.
//!
//! A step that is added has no rule until one is written here: nothing is allowed by default. `docs/workspace.md` has
//! the same table, made from this one.

use crate::workspace::config::{CoverageOutput, ExposureOutput, Role, Step};

/// A step with what it hands out, as far as its rule depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Makes {
    Read,
    Score,
    Composite,
    Crosswalk,
    Difference,
    Stretches,
    ExposedZones,
    ExposedRoutes,
    Corridor,
    Lixels,
    Coverage,
    Gaps,
    Counts,
    Rates,
    Zonal,
    Hotspot,
    Priority,
    Rollup,
}

/// Whether a level may be lowered past that of a layer that a step uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Never.
    Never(Why),
    /// Where nobody below the level of the sites gets distances to their true places, and no distance unrounded.
    Displaced,
    /// Where what is handed out is that of a group of zones, none of which stands out.
    Groups,
    /// Where only a number of points remains, of zones that are large or populous.
    Areas,
    /// Where only a rate remains that is smoothed over kilometres of route.
    Smoothed,
}

/// Why never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The rows of what is read are its rows.
    Source,
    /// Its geometry or its fields stand in the rows of the result.
    Rows,
    /// Each row of the result is computed from one row of it, or leads back to it.
    RowByRow,
    /// A result may come from one of its rows alone.
    Alone,
    /// A border drawn at will cuts off as few of its rows as one likes.
    Border,
    /// Its values are the names of groups.
    Names,
}

impl Makes {
    pub(crate) const ALL: [Self; 18] = [
        Self::Read,
        Self::Score,
        Self::Composite,
        Self::Crosswalk,
        Self::Difference,
        Self::Stretches,
        Self::ExposedZones,
        Self::ExposedRoutes,
        Self::Corridor,
        Self::Lixels,
        Self::Coverage,
        Self::Gaps,
        Self::Counts,
        Self::Rates,
        Self::Zonal,
        Self::Hotspot,
        Self::Priority,
        Self::Rollup,
    ];

    pub(crate) fn of(step: Step<'_>) -> Self {
        match step {
            Step::Read(_) => Self::Read,
            Step::Score(_) => Self::Score,
            Step::Composite(_) => Self::Composite,
            Step::Crosswalk(_) => Self::Crosswalk,
            Step::Difference(_) => Self::Difference,
            Step::Exposure(exposure) => match exposure.output {
                ExposureOutput::Stretches => Self::Stretches,
                ExposureOutput::Zones => Self::ExposedZones,
                ExposureOutput::Routes => Self::ExposedRoutes,
            },
            Step::Corridor(_) => Self::Corridor,
            Step::Coverage(coverage) => match coverage.output {
                CoverageOutput::Zones | CoverageOutput::Stretches => Self::Coverage,
                CoverageOutput::Gaps => Self::Gaps,
            },
            Step::Lixels(_) => Self::Lixels,
            Step::Counts(_) => Self::Counts,
            Step::Rates(_) => Self::Rates,
            Step::Zonal(_) => Self::Zonal,
            Step::Hotspot(_) => Self::Hotspot,
            Step::Priority(_) => Self::Priority,
            Step::Rollup(_) => Self::Rollup,
        }
    }

    /// The step, as the reference names it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Score => "score",
            Self::Composite => "composite",
            Self::Crosswalk => "crosswalk",
            Self::Difference => "difference",
            Self::Stretches => "exposure, stretches",
            Self::ExposedZones => "exposure, zones",
            Self::ExposedRoutes => "exposure, routes",
            Self::Corridor => "corridor",
            Self::Coverage => "coverage, zones and stretches",
            Self::Gaps => "coverage, gaps",
            Self::Lixels => "lixels",
            Self::Counts => "counts",
            Self::Rates => "rates",
            Self::Zonal => "zonal",
            Self::Hotspot => "hotspot",
            Self::Priority => "priority",
            Self::Rollup => "rollup",
        }
    }

    /// What the step uses other layers for.
    pub(crate) fn roles(self) -> &'static [Role] {
        match self {
            Self::Read => &[],
            Self::Score | Self::Crosswalk | Self::Difference | Self::Rollup => &[Role::Zones, Role::Table],
            Self::Composite => &[Role::Places, Role::Table],
            Self::Lixels => &[Role::Routes, Role::Zones, Role::Table],
            Self::Rates => &[Role::Lixels, Role::Points],
            Self::Zonal => &[Role::Lixels, Role::Zones],
            Self::Stretches | Self::ExposedZones | Self::ExposedRoutes => &[Role::Routes, Role::Zones],
            Self::Corridor => &[Role::Routes, Role::Zones, Role::Points],
            Self::Coverage | Self::Gaps => &[Role::Sites, Role::Stretches],
            Self::Counts => &[Role::Points, Role::Zones],
            Self::Hotspot | Self::Priority => &[Role::Places],
        }
    }
}

/// The rule for a layer that a step uses in this role and that stands above the new level.
pub(crate) fn rule(makes: Makes, role: Role) -> Rule {
    match (makes, role) {
        (Makes::Read, _) => Rule::Never(Why::Source),
        (
            Makes::Score
            | Makes::Composite
            | Makes::Crosswalk
            | Makes::Difference
            | Makes::Hotspot
            | Makes::Priority,
            _,
        ) => Rule::Never(Why::RowByRow),
        (Makes::Stretches, _) => Rule::Never(Why::Rows),
        (Makes::ExposedZones, Role::Routes) => Rule::Never(Why::Alone),
        (Makes::ExposedZones, _) => Rule::Never(Why::Rows),
        (Makes::ExposedRoutes, Role::Zones) => Rule::Never(Why::Alone),
        (Makes::ExposedRoutes, _) => Rule::Never(Why::Rows),
        (Makes::Corridor, _) => Rule::Never(Why::Border),
        (Makes::Coverage | Makes::Gaps, Role::Sites) => Rule::Displaced,
        (Makes::Coverage | Makes::Gaps, _) => Rule::Never(Why::Rows),
        (Makes::Lixels, _) => Rule::Never(Why::Rows),
        (Makes::Rates, Role::Points) => Rule::Smoothed,
        (Makes::Rates, _) => Rule::Never(Why::Rows),
        (Makes::Zonal, Role::Lixels) => Rule::Never(Why::Alone),
        (Makes::Zonal, _) => Rule::Never(Why::Rows),
        (Makes::Counts, Role::Points) => Rule::Areas,
        (Makes::Counts, _) => Rule::Never(Why::Rows),
        (Makes::Rollup, Role::Zones) => Rule::Groups,
        (Makes::Rollup, _) => Rule::Never(Why::Names),
    }
}

impl Rule {
    /// The rule in words, for the reference.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Never(why) => why.words(),
            Self::Displaced => {
                "yes: who may not see the sites gets distances to displaced ones, each rounded to `round_km`; the step \
                 itself must carry [protect], not one that follows"
            }
            Self::Groups => {
                "where each group has `min_zones` zones with a value, and none of them gives more than `max_share_pct` \
                 of a sum or mean; no `max`, one `count` a field; borders of the zones, and distances to sites on the \
                 way, must be lowered by themselves"
            }
            Self::Smoothed => {
                "where lixels are 5 km long or longer and `bandwidth_km` is 5 or more, once for the same points; rates are then \
                 coarse, without intervals and numbers of events; not the sites of a coverage"
            }
            Self::Areas => {
                "where each zone has `min_km2`, or `min_people` in the field `population`; no `weight`; not the sites \
                 of a coverage; not over two sets of zones"
            }
        }
    }
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Self::Source => "never: its rows would pass as they are",
            Self::Rows => "never: its rows come along",
            Self::RowByRow => "never: each row follows from one row of it",
            Self::Alone => "never: a result may come from one of its rows alone",
            Self::Border => "never: a border drawn at will cuts off as few of its rows as one likes",
            Self::Names => "never: its values name the groups",
        }
    }
}

/// The rules as a table in Markdown.
pub(crate) fn table() -> String {
    let role_words = |role: Role| match role {
        Role::Zones => "zones",
        Role::Table => "table",
        Role::Routes => "routes",
        Role::Stretches => "stretches",
        Role::Lixels => "lixels",
        Role::Places => "zones",
        Role::Sites => "sites",
        Role::Points => "points",
    };
    let mut text = String::from("| step | above the new level | lowered |\n|---|---|---|\n");
    for makes in Makes::ALL {
        let mut rows: Vec<(Rule, Vec<&str>)> = Vec::new();
        if makes == Makes::Read {
            rows.push((Rule::Never(Why::Source), vec!["itself"]));
        }
        for &role in makes.roles() {
            let rule = rule(makes, role);
            match rows.iter_mut().find(|(known, _)| *known == rule) {
                Some((_, roles)) => roles.push(role_words(role)),
                None => rows.push((rule, vec![role_words(role)])),
            }
        }
        for (rule, roles) in rows {
            text.push_str(&format!("| {} | {} | {} |\n", makes.words(), roles.join(", "), rule.words()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::workspace::config::{LayerFile, StepKind};

    /// Every step, with every output and every layer that it may use.
    const STEPS: [&str; 22] = [
        "[read]\npath = 'a.csv'\ngeometry = 'none'\nkey = 'k'",
        "[score]\nzones = 'z'\ntable = 't'\nrecipe = 'r'\nversion = '1'\nindicator = []",
        "[composite]\nzones = 'z'\ntable = 't'\nrecipe = 'r'\nlike = 'l'",
        "[crosswalk]\ntable = 't'\nzones = 'z'\nlinks = 'l'\nold_zones = 'o'",
        "[difference]\nzones = 'z'\ntable = 't'\na = 'a'\na_se = 'a'\nb = 'b'\nb_se = 'b'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'stretches'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'zones'",
        "[exposure]\nroutes = 'r'\nzones = 'z'\noutput = 'routes'",
        "[corridor]\nroutes = 'r'\nzones = 'z'\nwidth_km = 1\npeople = 'p'\noutput = 'zones'",
        "[corridor]\nroutes = 'r'\nzones = 'z'\nwidth_km = 1\noutput = 'corridors'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'zones'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'stretches'",
        "[coverage]\nsites = 's'\nstretches = 't'\noutput = 'gaps'",
        "[lixels]\nroutes = 'r'\nzones = 'z'\ncarry = [{ layer = 't', fields = [] }]",
        "[counts]\npoints = 'p'\nzones = 'z'",
        "[rates]\nlixels = 'l'\npoints = 'p'",
        "[zonal]\nlixels = 'l'\nzones = 'z'",
        "[hotspot]\nzones = 'z'",
        "[priority]\nzones = 'z'\ncomponent = [{ layer = 'a', field = 'f' }]\ncarry = [{ layer = 'b', fields = [] }]",
        "[rollup]\nzones = 'z'\nby = { prefix = 2 }",
        "[rollup]\nzones = 'z'\nby = { table = 't', field = 'f' }",
        "[rollup]\nzones = 'z'\nby = { prefix = 0 }",
    ];

    #[test]
    fn every_layer_that_a_step_uses_has_its_row() {
        let mut kinds = BTreeSet::new();
        let mut made = Vec::new();
        for text in STEPS {
            let file: LayerFile = toml::from_str(text).unwrap();
            let step = file.step().unwrap();
            let makes = Makes::of(step);
            kinds.insert(step.kind().name());
            made.push(makes);
            for input in step.inputs() {
                assert!(makes.roles().contains(&input.role), "{makes:?} uses {:?}", input.role);
                // Rows that come along are lowered by nothing.
                let never = matches!(rule(makes, input.role), Rule::Never(_));
                assert!(never || !input.rows, "{makes:?} lets rows of {:?} pass", input.role);
            }
        }
        assert_eq!(kinds.len(), StepKind::ALL.len());
        assert!(Makes::ALL.iter().all(|makes| made.contains(makes)));
    }

    #[test]
    fn only_four_steps_lower_anything() {
        let lowers =
            |makes: &Makes| makes.roles().iter().any(|&role| !matches!(rule(*makes, role), Rule::Never(_)));
        let lowering: Vec<Makes> = Makes::ALL.into_iter().filter(|makes| lowers(makes)).collect();
        assert_eq!(lowering, [Makes::Coverage, Makes::Gaps, Makes::Counts, Makes::Rates, Makes::Rollup]);
    }
}
