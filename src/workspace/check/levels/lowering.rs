//! `[protect]`: whether a layer may stand below the layers that it is made from.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{borders, frame, read_above, under};
use super::one_file::Content;
use super::standing::{Standing, inherited, origin};
use crate::checked::{Document, Problem, place};
use crate::workspace::check::files::Files;
use crate::workspace::config::{
    Counts, Input, LayerFile, Level, Protect, Rates, Rollup, RollupBy, Rule, Step, Why,
};

/// Rates smoothed over less than so many kilometres of route show single places.
const LEAST_BANDWIDTH_KM: f64 = 5.0;

/// Segments shorter than so many kilometres are places.
const LEAST_LENGTH_KM: f64 = 5.0;

/// What lowering is judged by.
pub(super) struct Judge<'a> {
    pub(super) files: &'a Files<'a>,
    pub(super) standings: &'a BTreeMap<String, Standing>,
    pub(super) contents: &'a BTreeMap<String, Content>,
}

/// A layer that lowers.
#[derive(Clone, Copy)]
pub(super) struct Lowered<'a> {
    pub(super) name: &'a str,
    pub(super) step: Step<'a>,
    pub(super) protect: &'a Protect,
    pub(super) document: &'a Document,
}

impl Lowered<'_> {
    fn refusal(&self, why: &str) -> Problem {
        let message = format!("[protect] cannot lower to \"{}\": {why}", self.protect.to);
        self.document.error(place!["protect", "to"], message)
    }
}

impl Judge<'_> {
    pub(super) fn judge(&self, layer: Lowered<'_>, problems: &mut Vec<Problem>) {
        let Lowered { step, protect, document, .. } = layer;
        if let Step::Read(_) = step {
            let span = document.key_span(place!["protect"]);
            let message = "[protect] cannot stand on a layer that is read: its rows would pass as they are";
            let help = "state the true `level` of the source, and protect the layers derived from it";
            problems.push(document.source.error(span, message).help(help));
            return;
        }
        if protect.reason.es.trim().is_empty() && protect.reason.en.trim().is_empty() {
            let problem = document.error(place!["protect", "reason"], "[protect] needs a reason");
            problems
                .push(problem.help("say why the layer is safe at that level; it is kept in the metadata"));
        }
        self.direction(layer, problems);
        idle(layer, problems);
        let mut judged = BTreeSet::new();
        for input in step.inputs() {
            let Some(standing) = self.standings.get(input.name).filter(|s| s.level > protect.to) else {
                continue;
            };
            let rule = step.output().rule(input.role);
            // A layer that is used twice in one way has one problem.
            if judged.insert((input.name, format!("{rule:?}"))) {
                self.input(layer, input, standing, rule, problems);
            }
        }
        self.distances(layer, problems);
    }

    /// Says where nothing is lowered.
    fn direction(&self, layer: Lowered<'_>, problems: &mut Vec<Problem>) {
        let Lowered { step, protect, document, .. } = layer;
        let (to, place) = (protect.to, place!["protect", "to"]);
        let Some((level, from)) = inherited(step, self.standings) else { return };
        if to > level {
            let message =
                format!("[protect] lowers, but \"{to}\" is above the level \"{level}\" of the inputs");
            problems
                .push(document.error(place, message).help(format!("to raise it, state level = \"{to}\"")));
        } else if to == level {
            let message = format!("[protect] lowers nothing: the inputs are \"{level}\" already (`{from}`)");
            problems.push(document.warning(place, message).help("take it out"));
        }
    }

    /// Judges one layer that the step uses and that stands above the new level.
    fn input(
        &self,
        layer: Lowered<'_>,
        input: Input<'_>,
        standing: &Standing,
        rule: Rule,
        problems: &mut Vec<Problem>,
    ) {
        match rule {
            Rule::Never(why) => problems.push(never(layer, input.name, standing, why)),
            // No distance to a true place is handed to who may not see it.
            Rule::Displaced => {}
            Rule::Areas => {
                if let Step::Counts(counts) = layer.step {
                    self.counts(layer, counts, problems);
                }
            }
            Rule::Smoothed => {
                if let Step::Rates(rates) = layer.step {
                    self.rates(layer, rates, problems);
                }
            }
            Rule::Groups => {
                if let Step::Rollup(rollup) = layer.step {
                    self.rollup(layer, rollup, problems);
                }
            }
        }
    }

    fn counts(&self, layer: Lowered<'_>, counts: &Counts, problems: &mut Vec<Problem>) {
        let points = &counts.points;
        if counts.weight.is_some() {
            let why = format!("where a zone holds one point of `{points}`, `weight` would tell its value");
            let help = "take `weight` out: only the number of points may be lowered; or roll this layer up, and lower \
                        that";
            problems.push(layer.refusal(&why).help(help));
        }
        if let Some(coverage) = self.coverage_of(points) {
            let why = format!(
                "`{points}` are the sites of `{coverage}`, and their number per zone names the zones that hold them"
            );
            problems.push(layer.refusal(&why).help("roll this layer up, and lower that"));
        }
        // Zones that overlap those of another layer cut each other into places.
        let own = frame(self.files, &counts.zones);
        let other = self.lowered().find(|other| match other.step {
            Step::Counts(others) if other.name < layer.name => {
                self.same(&others.points, points) && frame(self.files, &others.zones) != own
            }
            _ => false,
        });
        if let Some(other) = other {
            let why = format!(
                "`{}` counts the same points over other zones, and where those overlap, the difference is a place",
                other.name
            );
            problems.push(layer.refusal(&why).help("count over one set of zones, and roll that up"));
        }
    }

    fn rates(&self, layer: Lowered<'_>, rates: &Rates, problems: &mut Vec<Problem>) {
        let points = &rates.points;
        if rates.bandwidth_km < LEAST_BANDWIDTH_KM {
            let why =
                format!("over {} km of route a rate is that of one place of `{points}`", rates.bandwidth_km);
            let help = format!("raise `bandwidth_km` to {LEAST_BANDWIDTH_KM} or more");
            problems.push(layer.refusal(&why).help(help));
        }
        let lixels = frame(self.files, &rates.lixels).and_then(|name| self.files.file(name)?.lixels.as_ref());
        if let Some(lixels) = lixels.filter(|lixels| lixels.length_km < LEAST_LENGTH_KM) {
            let why =
                format!("a rate of {} km of route shows where on them `{points}` lie", lixels.length_km);
            let help = format!("raise `length_km` of the lixels to {LEAST_LENGTH_KM} or more");
            problems.push(layer.refusal(&why).help(help));
        }
        let other = self.lowered().find(|other| match other.step {
            Step::Rates(others) => other.name < layer.name && self.same(&others.points, points),
            _ => false,
        });
        if let Some(other) = other {
            let why = format!(
                "`{}` has rates of the same points, and what one counts and the other does not is told by their difference",
                other.name
            );
            problems.push(layer.refusal(&why).help("lower one of them only"));
        }
        if let Some(coverage) = self.coverage_of(points) {
            let why = format!(
                "`{points}` are the sites of `{coverage}`, and their rate along a route shows where they are"
            );
            problems.push(layer.refusal(&why).help("leave the level"));
        }
    }

    fn rollup(&self, layer: Lowered<'_>, rollup: &Rollup, problems: &mut Vec<Problem>) {
        let to = layer.protect.to;
        if let Some((level, from)) =
            borders(self.files, self.standings, &rollup.zones).filter(|(level, _)| *level > to)
        {
            let why = format!("its borders and codes are those of `{from}`, which are \"{level}\"");
            let help = format!(
                "roll up values that are joined to zones at \"{to}\": read the borders as a layer of their own, and \
                 the values as a table"
            );
            problems.push(layer.refusal(&why).help(help));
        }
        if let Some(field) = rollup.max.first() {
            let why = format!("the greatest `{field}` of a group is that of one zone");
            problems.push(layer.refusal(&why).help("take `max` out; `sum`, `mean` and `count` may stay"));
        }
        let mut fields = BTreeSet::new();
        if let Some(twice) = rollup.count.iter().find(|count| !fields.insert(&count.field)) {
            let why = format!("several counts of `{}` add up to the values of single zones", twice.field);
            problems.push(layer.refusal(&why).help("keep one `count` for each field"));
        }
        self.flows(layer, rollup, problems);
        self.groupings(layer, rollup, problems);
    }

    /// People on routes: summed over the zones of a group, those of a single route stay what they were.
    fn flows(&self, layer: Lowered<'_>, rollup: &Rollup, problems: &mut Vec<Problem>) {
        let to = layer.protect.to;
        let open = |name: &str| self.standings.get(name).is_some_and(|standing| standing.level > to);
        for name in under(self.files, &rollup.zones, open) {
            let exposure = self.files.file(&name).and_then(|file| file.exposure.as_ref());
            let Some(exposure) = exposure.filter(|e| e.flow.is_some() && open(&e.routes)) else { continue };
            let why = format!(
                "`{name}` has the people on `{}`, and those on a single route are the same in every zone",
                exposure.routes
            );
            problems.push(layer.refusal(&why).help(format!("take `flow` out of `{name}`")));
        }
    }

    /// Two ways to group the same zones: what one group has more than another is told by their difference.
    fn groupings(&self, layer: Lowered<'_>, rollup: &Rollup, problems: &mut Vec<Problem>) {
        let to = layer.protect.to;
        let (own, root) = (read_above(self.files, self.standings, layer.name, to), self.root(&rollup.zones));
        let other = self.lowered().find(|other| match other.step {
            Step::Rollup(others) if other.name < layer.name => {
                let shared = || {
                    let theirs = read_above(self.files, self.standings, other.name, other.protect.to);
                    own.iter().any(|one| theirs.iter().any(|other| self.same(one, other)))
                };
                !nest(&others.by, &rollup.by) && self.root(&others.zones) == root && shared()
            }
            _ => false,
        });
        if let Some(other) = other {
            let why = format!(
                "`{}` groups the same zones in another way, and what a group of one has more than a group of the \
                 other is told by their difference",
                other.name
            );
            problems.push(layer.refusal(&why).help("group both in one way, or lower one of them only"));
        }
    }

    /// The layer that is read whose borders a layer has, through all rollups.
    fn root<'b>(&'b self, layer: &'b str) -> Option<&'b str> {
        borders(self.files, self.standings, layer).map(|(_, root)| root)
    }

    /// The layers that stand below what they are made from.
    fn lowered(&self) -> impl Iterator<Item = Lowered<'_>> {
        self.files.readable().filter_map(|(name, file, document)| {
            let (step, protect) = (file.step()?, file.protect.as_ref()?);
            let (level, _) = inherited(step, self.standings)?;
            (level > protect.to).then_some(Lowered { name, step, protect, document })
        })
    }

    /// Whether two layers read the same file, or are one.
    fn same(&self, one: &str, other: &str) -> bool {
        let content = |name: &str| self.contents.get(name);
        one == other || content(one).zip(content(other)).is_some_and(|(one, other)| one.meets(other))
    }

    /// A coverage of these sites, or of others in the same file.
    fn coverage_of(&self, points: &str) -> Option<&str> {
        let covers = |file: &LayerFile| file.coverage.as_ref().is_some_and(|c| self.same(&c.sites, points));
        self.files.readable().find(|(_, file, _)| covers(file)).map(|(name, ..)| name.as_str())
    }

    /// Refuses distances to sites above the new level that no `[protect]` of their own has rounded.
    fn distances(&self, layer: Lowered<'_>, problems: &mut Vec<Problem>) {
        let to = layer.protect.to;
        let open = |name: &str| self.standings.get(name).is_some_and(|standing| standing.level > to);
        for name in under(self.files, layer.name, open) {
            let Some(file) = self.files.file(&name).filter(|file| file.protect.is_none()) else { continue };
            let Some(coverage) = file.coverage.as_ref().filter(|coverage| open(&coverage.sites)) else {
                continue;
            };
            let why = format!(
                "the distances to `{}` in `{name}` are neither rounded nor to displaced sites, as that layer has no \
                 [protect]",
                coverage.sites
            );
            let help =
                format!("move this [protect] to `{name}`: what is derived from it is then lowered with it");
            problems.push(layer.refusal(&why).help(help));
        }
    }
}

/// Whether one grouping divides the other, as far as the files tell.
fn nest(one: &RollupBy, other: &RollupBy) -> bool {
    match (one, other) {
        (RollupBy::Prefix { .. }, RollupBy::Prefix { .. }) => true,
        (RollupBy::Prefix { prefix }, RollupBy::Table { .. })
        | (RollupBy::Table { .. }, RollupBy::Prefix { prefix }) => *prefix == 0,
        (RollupBy::Table { table, field }, RollupBy::Table { table: other_table, field: other_field }) => {
            (table, field) == (other_table, other_field)
        }
    }
}

/// Why a layer may not be used for this one, and what to do.
fn never(layer: Lowered<'_>, input: &str, standing: &Standing, why: Why) -> Problem {
    let to: Level = layer.protect.to;
    let level = format!("\"{}\"{}", standing.level, origin(standing.from.as_deref()));
    let first = format!("protect `{input}` first, or use a layer at \"{to}\" in its place");
    let roll = "roll this layer up, and lower that";
    let (why, help) = match why {
        Why::Source | Why::Rows => {
            (format!("the rows of `{input}` would come along, and they are {level}"), first)
        }
        Why::RowByRow => (
            format!("each of its rows follows from one row of `{input}`, and that is {level}"),
            format!("{first}; or {roll}"),
        ),
        Why::Alone => (
            format!("where one row of `{input}` stands alone, it would come out as it is, and it is {level}"),
            format!("{roll}; or use a layer at \"{to}\" in its place"),
        ),
        Why::Border => (
            format!(
                "a border drawn at will cuts off as little of `{input}` as one likes, and that is {level}"
            ),
            format!("{roll}; or use a layer at \"{to}\" in its place"),
        ),
        Why::Names => (
            format!("the values of `{input}` would name the groups, and they are {level}"),
            format!("group by a table at \"{to}\", or by the beginning of the key"),
        ),
    };
    layer.refusal(&why).help(help)
}

/// Settings that do nothing for the step.
fn idle(layer: Lowered<'_>, problems: &mut Vec<Problem>) {
    let Lowered { step, document, .. } = layer;
    let Some(table) = document.root.get("protect").and_then(|entry| entry.node.table()) else { return };
    let populated = matches!(step, Step::Counts(counts) if counts.population.is_some());
    let settings = [
        ("min_zones", matches!(step, Step::Rollup(_)), "[rollup]"),
        ("max_share_pct", matches!(step, Step::Rollup(_)), "[rollup]"),
        ("min_km2", matches!(step, Step::Counts(_)), "[counts]"),
        ("min_people", populated, "[counts] with `population`"),
    ];
    for (setting, used, with) in settings {
        if table.contains_key(setting) && !used {
            let span = document.key_span(place!["protect", setting]);
            let message = format!("`{setting}` does nothing without {with}");
            problems.push(document.source.error(span, message).help("take it out"));
        }
    }
}
