//! Which fields a layer has, as far as the files alone tell.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{
    Corridor, CorridorOutput, Coverage, CoverageOutput, Exposure, ExposureOutput, LIXEL_FIELDS, LIXEL_KEY,
    LayerFile, Read, Step,
};

/// The fields of a layer as the files tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputFields {
    /// The key field, where known.
    pub key: Option<String>,
    /// The fields that are known, the key among them.
    pub names: BTreeSet<String>,
    /// Whether these are all: a source that is read whole may hold more.
    pub complete: bool,
}

impl OutputFields {
    /// Whether the layer may have the field.
    pub fn may_have(&self, field: &str) -> bool {
        !self.complete || self.names.contains(field)
    }

    /// The fields of every layer. A layer whose file is not known, or that stands in a circle, is
    /// incomplete. Each round settles the layers whose inputs are settled.
    pub(crate) fn all(files: &BTreeMap<String, Option<LayerFile>>) -> BTreeMap<&str, Self> {
        let mut settled: BTreeMap<&str, Self> = BTreeMap::new();
        loop {
            let open = |name: &str| files.contains_key(name) && !settled.contains_key(name);
            let ready: Vec<(&str, Self)> = files
                .iter()
                .filter(|(name, _)| open(name))
                .filter_map(|(name, file)| {
                    let step = file.as_ref().and_then(LayerFile::step);
                    let waits = step.is_some_and(|step| step.inputs().iter().any(|input| open(input.name)));
                    let fields =
                        step.map(|step| Self::of(step, lowered(file), files, &settled)).unwrap_or_default();
                    (!waits).then_some((name.as_str(), fields))
                })
                .collect();
            if ready.is_empty() {
                break;
            }
            settled.extend(ready);
        }
        for name in files.keys() {
            settled.entry(name).or_default();
        }
        settled
    }

    fn of(
        step: Step<'_>,
        lowered: bool,
        files: &BTreeMap<String, Option<LayerFile>>,
        settled: &BTreeMap<&str, Self>,
    ) -> Self {
        let of = |name: &str| settled.get(name).cloned().unwrap_or_default();
        match step {
            Step::Read(read) => Self::read(read),
            Step::Score(score) => {
                let zones = of(&score.zones);
                let mut fields = zones.zonal([score.field.as_str(), "risk_class", "ind_miss"]);
                if score.table.as_ref().is_some_and(|table| of(table).may_have("state")) {
                    fields.names.insert("state".to_owned());
                }
                fields
            }
            Step::Composite(composite) => {
                let own = composite.resolved.as_ref().map(|recipe| composite.outputs(recipe));
                let zones = of(&composite.zones);
                let mut fields = match composite.group {
                    Some(_) => Self::keyed("code", ["name"]),
                    None => zones.zonal([]),
                };
                if composite.group.is_none()
                    && composite.table.as_ref().is_some_and(|table| of(table).may_have("state"))
                {
                    fields.names.insert("state".to_owned());
                }
                fields.complete &= own.is_some();
                fields.names.extend(own.into_iter().flatten());
                fields
            }
            Step::Crosswalk(crosswalk) => {
                let carried = crosswalk.sum.iter().chain(&crosswalk.mean).map(String::as_str);
                of(&crosswalk.zones).zonal(carried.chain(["old_n"]))
            }
            Step::Difference(d) => {
                let ends = ["", "_lo", "_hi", "_p"].map(|end| format!("{}{end}", d.field));
                let own = [&d.a, &d.b].into_iter().chain(&ends).map(String::as_str);
                of(&d.zones).zonal(own)
            }
            Step::Exposure(exposure) => Self::exposure(exposure, &of(&exposure.zones), &of(&exposure.routes)),
            Step::Corridor(corridor) => Self::corridor(corridor, &of(&corridor.zones), &of(&corridor.routes)),
            Step::Coverage(coverage) => Self::coverage(coverage, files, &of),
            Step::Counts(counts) => {
                let mut fields = of(&counts.zones).zonal([counts.field.as_str()]);
                if counts.weight.is_some() {
                    fields.names.insert(counts.weight_field.clone());
                }
                if counts.population.is_some() {
                    fields.names.insert(counts.rate_field.clone());
                }
                fields
            }
            Step::Lixels(lixels) => {
                let zone = lixels.zones.as_ref().map(|_| "zone");
                let carried = lixels.carry.iter().flat_map(|carry| carry.fields.iter().map(String::as_str));
                let own = ["route", "route_name", "from_km", "to_km", "km"].into_iter().chain(zone);
                Self::keyed(LIXEL_KEY, own.chain(carried))
            }
            Step::Rates(rates) => {
                let mut fields = of(&rates.lixels);
                fields.names.insert(rates.field.clone());
                // What is lowered hands out neither how many events there were nor intervals, which tell it.
                if !lowered {
                    let ends = ["_lo", "_hi"].map(|end| format!("{}{end}", rates.field));
                    fields.names.extend(ends.into_iter().chain(["inc_n".to_owned()]));
                }
                fields
            }
            Step::Zonal(zonal) => {
                of(&zonal.zones).zonal(zonal.mean.iter().chain(&zonal.max).map(String::as_str))
            }
            Step::Hotspot(hotspot) => {
                of(&hotspot.zones).zonal(["gi_z", "gi_p", "gi_p_sim", "gi_q", "gi_bin"])
            }
            Step::Priority(priority) => {
                let carried = priority.carry.iter().flat_map(|carry| carry.fields.iter().map(String::as_str));
                of(&priority.zones).zonal(carried.chain(["priority", "prio_rank"]))
            }
            Step::Rollup(rollup) => {
                let named = [&rollup.sum, &rollup.mean, &rollup.max].into_iter().flatten().cloned();
                let counted = rollup.count.iter().map(|count| count.name.clone());
                let name = rollup.name.as_ref().map(|_| "name".to_owned());
                let own = ["code", "zones"].map(str::to_owned).into_iter().chain(name);
                let names = named.chain(counted).chain(own).collect();
                Self { key: Some("code".to_owned()), names, complete: true }
            }
        }
    }

    fn read(read: &Read) -> Self {
        let renamed = |old: &String| read.rename.get(old).unwrap_or(old).clone();
        let key = renamed(&read.key);
        let mut names: BTreeSet<String> = read.fields.iter().flatten().map(renamed).collect();
        names.insert(key.clone());
        names.extend(read.rename.values().cloned());
        if let Some(name) = &read.name {
            names.extend([renamed(name), "name".to_owned()]);
        }
        names.extend([&read.lon, &read.lat, &read.latlon].into_iter().flatten().map(renamed));
        Self { key: Some(key), names, complete: read.fields.is_some() }
    }

    fn exposure(exposure: &Exposure, zones: &Self, routes: &Self) -> Self {
        let flow = exposure.flow.is_some();
        let totals = ["route_km", "expo_km", "high_km"].into_iter().chain(flow.then_some("person_km"));
        let direct = routes.may_have("straight_km").then_some("direct_km");
        match exposure.output {
            ExposureOutput::Zones => zones.zonal(totals),
            ExposureOutput::Routes => {
                let brought = ["mode", "flow"].into_iter().filter(|field| routes.may_have(field));
                routes.zonal(totals.chain(["out_km", "unsc_km"]).chain(direct).chain(brought))
            }
            ExposureOutput::Stretches => {
                let of_zone =
                    ["name", "state", "risk_class"].into_iter().filter(|field| zones.may_have(field));
                let route_name = routes.may_have("name").then_some("route_name");
                let people = flow.then_some(["flow", "person_km"]).into_iter().flatten();
                let own = ["route", "zone", "from_km", "to_km", "km", exposure.risk.as_str(), "expo_km"];
                Self::keyed(
                    "stretch_id",
                    own.into_iter().chain(direct).chain(of_zone).chain(route_name).chain(people),
                )
            }
        }
    }

    fn corridor(corridor: &Corridor, zones: &Self, routes: &Self) -> Self {
        match corridor.output {
            CorridorOutput::Zones => {
                let people = corridor.people.is_some().then_some(["people", "corr_ppl", "ppl_pct"]);
                zones.zonal(["km2", "corr_km2", "corr_pct"].into_iter().chain(people.into_iter().flatten()))
            }
            CorridorOutput::Corridors => routes.zonal(["km2"]),
        }
    }

    fn coverage(
        coverage: &Coverage,
        files: &BTreeMap<String, Option<LayerFile>>,
        of: &impl Fn(&str) -> Self,
    ) -> Self {
        let distances = ["near_km", "gap_km"];
        match coverage.output {
            CoverageOutput::Gaps => {
                let own = ["route", "route_name", "from_km", "to_km", "km", "risk", "expo_km"];
                Self::keyed("gap_id", own)
            }
            CoverageOutput::Stretches => {
                let mut fields = of(&coverage.stretches);
                fields.names.extend(distances.map(str::to_owned));
                fields
            }
            CoverageOutput::Zones => {
                let stretches = files.get(&coverage.stretches).and_then(Option::as_ref);
                match stretches.and_then(|file| file.cut_from()?.1) {
                    Some(zones) => of(zones).zonal(distances),
                    None => Self::default(),
                }
            }
        }
    }

    /// Fields of a layer made per feature of this one: its key, `name` and `state`, then `own`.
    fn zonal<'a>(&self, own: impl IntoIterator<Item = &'a str>) -> Self {
        let of_lixels = if self.key.as_deref() == Some(LIXEL_KEY) { LIXEL_FIELDS.as_slice() } else { &[] };
        let brought = ["name", "state"].iter().chain(of_lixels).copied().filter(|field| self.may_have(field));
        let names = brought.chain(own).map(str::to_owned).chain(self.key.clone()).collect();
        // Without its key the list has a hole.
        Self { key: self.key.clone(), names, complete: self.key.is_some() }
    }

    fn keyed<'a>(key: &'a str, own: impl IntoIterator<Item = &'a str>) -> Self {
        let names = own.into_iter().chain([key]).map(str::to_owned).collect();
        Self { key: Some(key.to_owned()), names, complete: true }
    }
}

/// Whether a layer's file lowers its level.
fn lowered(file: &Option<LayerFile>) -> bool {
    file.as_ref().is_some_and(|file| file.protect.is_some())
}
