//! The fields of all layers of a workspace, each from those that it is made from.

use std::collections::BTreeMap;

use super::config::LayerFile;
use super::outputs::{OutputFields, Upstream};

/// The fields of every layer. A layer whose file is not known, or that stands in a circle, is
/// incomplete. Each round settles the layers whose inputs are settled.
pub(crate) fn all(files: &BTreeMap<String, Option<LayerFile>>) -> BTreeMap<&str, OutputFields> {
    let zones = |file: &LayerFile| file.step()?.cut_from()?.1.map(str::to_owned);
    let cut_by: BTreeMap<&str, String> =
        files.iter().filter_map(|(name, file)| Some((name.as_str(), zones(file.as_ref()?)?))).collect();
    let cut_by: BTreeMap<&str, &str> = cut_by.iter().map(|(name, zones)| (*name, zones.as_str())).collect();
    let mut settled: BTreeMap<&str, OutputFields> = BTreeMap::new();
    loop {
        let open = |name: &str| files.contains_key(name) && !settled.contains_key(name);
        let ready: Vec<(&str, OutputFields)> = files
            .iter()
            .filter(|(name, _)| open(name))
            .filter_map(|(name, file)| {
                let step = file.as_ref().and_then(LayerFile::step);
                let waits = step.is_some_and(|step| step.inputs().iter().any(|input| open(input.name)));
                let lowered = file.as_ref().is_some_and(|file| file.protect.is_some());
                let upstream = Upstream { settled: &settled, cut_by: &cut_by, lowered };
                let fields = step.map(|step| step.writes(&upstream)).unwrap_or_default();
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
