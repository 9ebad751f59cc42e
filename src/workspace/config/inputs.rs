//! What a layer file refers to and what it makes, read off its step.

use super::{
    CorridorOutput, CoverageOutput, ExposureOutput, GeometryKind, LayerFile, RollupBy, Step, StepKind,
};

/// What a referenced layer is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Zones: polygons that carry scores.
    Zones,
    /// A table keyed like the zones.
    Table,
    /// Routes: lines that people travel.
    Routes,
    /// Stretches: an exposure layer with `output = "stretches"`, or lixels.
    Stretches,
    /// Lixels: pieces of routes of nearly equal length.
    Lixels,
    /// Places that are scored, tested or ranked among themselves: zones, or lixels.
    Places,
    /// Sites: points of service.
    Sites,
    /// Points that are counted.
    Points,
}

impl Role {
    /// The geometry kinds that fit the role, beside lixels where it takes these.
    pub fn geometries(self) -> &'static [GeometryKind] {
        match self {
            Self::Zones => &[GeometryKind::Polygon],
            Self::Table => &[GeometryKind::None, GeometryKind::Polygon],
            Self::Routes | Self::Stretches | Self::Lixels => &[GeometryKind::Line],
            Self::Places => &[GeometryKind::Polygon],
            Self::Sites | Self::Points => &[GeometryKind::Point],
        }
    }
}

/// One reference of a step to another layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input<'a> {
    /// Name of the layer referred to.
    pub name: &'a str,
    /// What it is used for.
    pub role: Role,
    /// Whether its rows (geometry, or fields as they stand) reach the output.
    pub rows: bool,
}

impl StepKind {
    /// All steps, in the order in which data flows.
    pub const ALL: [Self; 15] = [
        Self::Read,
        Self::Score,
        Self::Composite,
        Self::Crosswalk,
        Self::Difference,
        Self::Exposure,
        Self::Corridor,
        Self::Lixels,
        Self::Coverage,
        Self::Counts,
        Self::Rates,
        Self::Zonal,
        Self::Hotspot,
        Self::Priority,
        Self::Rollup,
    ];

    /// Name of the step's table in a layer file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Score => "score",
            Self::Composite => "composite",
            Self::Crosswalk => "crosswalk",
            Self::Difference => "difference",
            Self::Exposure => "exposure",
            Self::Corridor => "corridor",
            Self::Lixels => "lixels",
            Self::Coverage => "coverage",
            Self::Counts => "counts",
            Self::Rates => "rates",
            Self::Zonal => "zonal",
            Self::Hotspot => "hotspot",
            Self::Priority => "priority",
            Self::Rollup => "rollup",
        }
    }

    /// The step whose table has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl std::fmt::Display for StepKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl<'a> Step<'a> {
    /// The name of the step's table.
    pub fn kind(self) -> StepKind {
        match self {
            Self::Read(_) => StepKind::Read,
            Self::Score(_) => StepKind::Score,
            Self::Composite(_) => StepKind::Composite,
            Self::Crosswalk(_) => StepKind::Crosswalk,
            Self::Difference(_) => StepKind::Difference,
            Self::Exposure(_) => StepKind::Exposure,
            Self::Corridor(_) => StepKind::Corridor,
            Self::Lixels(_) => StepKind::Lixels,
            Self::Coverage(_) => StepKind::Coverage,
            Self::Counts(_) => StepKind::Counts,
            Self::Rates(_) => StepKind::Rates,
            Self::Zonal(_) => StepKind::Zonal,
            Self::Hotspot(_) => StepKind::Hotspot,
            Self::Priority(_) => StepKind::Priority,
            Self::Rollup(_) => StepKind::Rollup,
        }
    }

    /// The layers that the step refers to, in the order of the file's settings. A layer that is
    /// used twice comes twice.
    pub fn inputs(self) -> Vec<Input<'a>> {
        let input = |name: &'a String, role, rows| Input { name, role, rows };
        match self {
            Self::Read(_) => Vec::new(),
            Self::Score(s) => std::iter::once(input(&s.zones, Role::Zones, true))
                .chain(s.table.iter().map(|table| input(table, Role::Table, false)))
                .collect(),
            // Indicators and people are published as they stand.
            Self::Composite(c) => std::iter::once(input(&c.zones, Role::Places, true))
                .chain(c.table.iter().map(|table| input(table, Role::Table, true)))
                .chain(c.like.iter().map(|like| input(like, Role::Table, false)))
                .collect(),
            Self::Crosswalk(c) => [input(&c.table, Role::Table, true), input(&c.zones, Role::Zones, true)]
                .into_iter()
                .chain(c.links.iter().map(|links| input(links, Role::Table, false)))
                .chain(c.old_zones.iter().map(|old| input(old, Role::Zones, false)))
                .collect(),
            Self::Difference(d) => {
                vec![input(&d.zones, Role::Zones, true), input(&d.table, Role::Table, true)]
            }
            Self::Exposure(e) => vec![
                input(&e.routes, Role::Routes, e.output != ExposureOutput::Zones),
                input(&e.zones, Role::Zones, e.output != ExposureOutput::Routes),
            ],
            Self::Corridor(c) => {
                let of_zones = c.output == CorridorOutput::Zones;
                let people = c.people.iter().map(|people| input(people, Role::Points, false));
                [input(&c.routes, Role::Routes, !of_zones), input(&c.zones, Role::Zones, of_zones)]
                    .into_iter()
                    .chain(people)
                    .collect()
            }
            Self::Lixels(l) => std::iter::once(input(&l.routes, Role::Routes, true))
                .chain(l.zones.iter().map(|zones| input(zones, Role::Zones, true)))
                .chain(l.carry.iter().map(|c| input(&c.layer, Role::Table, true)))
                .collect(),
            Self::Rates(r) => {
                vec![input(&r.lixels, Role::Lixels, true), input(&r.points, Role::Points, false)]
            }
            Self::Zonal(z) => {
                vec![input(&z.lixels, Role::Lixels, false), input(&z.zones, Role::Zones, true)]
            }
            Self::Coverage(c) => {
                vec![input(&c.sites, Role::Sites, false), input(&c.stretches, Role::Stretches, true)]
            }
            Self::Counts(c) => {
                vec![input(&c.points, Role::Points, false), input(&c.zones, Role::Zones, true)]
            }
            Self::Hotspot(h) => vec![input(&h.zones, Role::Places, true)],
            Self::Priority(p) => std::iter::once(input(&p.zones, Role::Places, true))
                .chain(p.component.iter().map(|c| input(&c.layer, Role::Places, false)))
                .chain(p.among.iter().map(|among| input(&among.layer, Role::Places, false)))
                .chain(p.carry.iter().map(|c| input(&c.layer, Role::Places, true)))
                .collect(),
            Self::Rollup(r) => {
                let table = match &r.by {
                    RollupBy::Table { table, .. } => Some(input(table, Role::Table, false)),
                    RollupBy::Prefix { .. } => None,
                };
                std::iter::once(input(&r.zones, Role::Zones, false)).chain(table).collect()
            }
        }
    }

    /// The kind of geometry that the step makes; that of [`Step::places`] where it has those.
    pub fn geometry(self) -> GeometryKind {
        match self {
            Self::Read(read) => read.geometry,
            Self::Exposure(e) if e.output != ExposureOutput::Zones => GeometryKind::Line,
            Self::Coverage(c) if c.output != CoverageOutput::Zones => GeometryKind::Line,
            Self::Lixels(_) | Self::Rates(_) => GeometryKind::Line,
            _ => GeometryKind::Polygon,
        }
    }

    /// The layer whose features and geometry the step hands on, where these may be zones or lixels; see [`Role::Places`].
    pub fn places(self) -> Option<&'a str> {
        match self {
            Self::Composite(composite) if composite.group.is_none() => Some(&composite.zones),
            Self::Hotspot(hotspot) => Some(&hotspot.zones),
            Self::Priority(priority) => Some(&priority.zones),
            _ => None,
        }
    }
}

impl LayerFile {
    /// The step of the file; `None` unless there is exactly one.
    ///
    /// ```
    /// use corredor::workspace::config::{LayerFile, StepKind};
    ///
    /// let mut file = LayerFile::default();
    /// assert!(file.step().is_none());
    /// file.hotspot = Some(toml::from_str("zones = 'risk'")?);
    /// assert_eq!(file.step().map(|step| step.kind()), Some(StepKind::Hotspot));
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    pub fn step(&self) -> Option<Step<'_>> {
        let mut steps = [
            self.read.as_ref().map(Step::Read),
            self.score.as_ref().map(Step::Score),
            self.composite.as_ref().map(Step::Composite),
            self.crosswalk.as_ref().map(Step::Crosswalk),
            self.difference.as_ref().map(Step::Difference),
            self.exposure.as_ref().map(Step::Exposure),
            self.corridor.as_ref().map(Step::Corridor),
            self.lixels.as_ref().map(Step::Lixels),
            self.coverage.as_ref().map(Step::Coverage),
            self.counts.as_ref().map(Step::Counts),
            self.rates.as_ref().map(Step::Rates),
            self.zonal.as_ref().map(Step::Zonal),
            self.hotspot.as_ref().map(Step::Hotspot),
            self.priority.as_ref().map(Step::Priority),
            self.rollup.as_ref().map(Step::Rollup),
        ]
        .into_iter()
        .flatten();
        let step = steps.next()?;
        steps.next().is_none().then_some(step)
    }

    /// The layer of routes, and that of zones, that stretches or lixels were cut from; `None` for other layers.
    pub fn cut_from(&self) -> Option<(&str, Option<&str>)> {
        let exposure = self.exposure.as_ref().map(|e| (e.routes.as_str(), Some(e.zones.as_str())));
        exposure.or_else(|| self.lixels.as_ref().map(|l| (l.routes.as_str(), l.zones.as_deref())))
    }

    /// The layers that the file's step refers to; see [`Step::inputs`].
    pub fn inputs(&self) -> Vec<Input<'_>> {
        self.step().map(Step::inputs).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_know_their_names() {
        for kind in StepKind::ALL {
            assert_eq!(StepKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(StepKind::from_name("scores"), None);
    }

    #[test]
    fn two_steps_are_none() {
        let two = "[hotspot]\nzones = 'a'\n[rollup]\nzones = 'a'\nby = { prefix = 2 }";
        let file: LayerFile = toml::from_str(two).unwrap();
        assert!(file.step().is_none() && file.inputs().is_empty());
    }

    #[test]
    fn the_readme_lists_every_derived_step() {
        let readme = include_str!("../../../README.md");
        let rows = |line: &&str| line.starts_with("| `");
        let listed: Vec<&str> = readme.lines().filter(rows).filter_map(|row| row.split('`').nth(1)).collect();
        let derived = StepKind::ALL.iter().filter(|kind| **kind != StepKind::Read).map(|kind| kind.name());
        assert_eq!(listed, derived.collect::<Vec<_>>());
    }

    #[test]
    fn inputs_say_whose_rows_come_along() {
        let inputs = |text: &str| -> Vec<(String, Role, bool)> {
            let file: LayerFile = toml::from_str(text).unwrap();
            file.inputs().into_iter().map(|i| (i.name.to_owned(), i.role, i.rows)).collect()
        };
        let exposure = |output: &str| format!("[exposure]\nroutes = 'r'\nzones = 'z'\noutput = '{output}'");
        let rows = |output: &str| inputs(&exposure(output)).into_iter().map(|i| i.2).collect::<Vec<_>>();
        assert_eq!(rows("stretches"), [true, true]);
        assert_eq!(rows("zones"), [false, true]);
        assert_eq!(rows("routes"), [true, false]);
        assert_eq!(
            inputs("[rollup]\nzones = 'z'\nby = { table = 't', field = 'f' }"),
            [("z".to_owned(), Role::Zones, false), ("t".to_owned(), Role::Table, false)]
        );
    }
}
