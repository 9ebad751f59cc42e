//! Why a layer is built again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Parts, SourceFingerprint};
use crate::build::cache::{open_sealed, put_whole, seal};
use crate::build::guard::Shape;
use crate::lang::Lang;
use crate::workspace::config::Level;

/// What every layer depended on when it was built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct State {
    /// The run it was published as; none where it was not.
    pub run: Option<String>,
    /// Fingerprint of the whole.
    pub whole: String,
    /// The level of those for whom `layers` are; empty where that is not known.
    pub viewer: String,
    /// Fingerprint and parts of each layer.
    pub layers: BTreeMap<String, (String, Parts)>,
    /// The same for those who may see more, by their level: where it differs.
    pub views: BTreeMap<String, BTreeMap<String, (String, Parts)>>,
    /// When each source that only reading can tell was last read, seconds since 1970, by layer.
    pub read: BTreeMap<String, i64>,
    /// What each source held, by layer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub shapes: BTreeMap<String, Shape>,
}

impl State {
    /// A state that was kept; nothing where it is not there, or not whole.
    pub fn load(path: &Path) -> Option<Self> {
        serde_json::from_str(&open_sealed(path)?).ok()
    }

    /// Fingerprint and parts of a layer as those who may see up to a level had it; nothing where they had none.
    pub fn layer(&self, viewer: Level, layer: &str) -> Option<&(String, Parts)> {
        if let Some(view) = self.views.get(viewer.name()) {
            return view.get(layer).or_else(|| self.layers.get(layer));
        }
        (self.viewer == viewer.name() || self.viewer.is_empty()).then(|| self.layers.get(layer)).flatten()
    }

    /// Every fingerprint.
    pub fn fingerprints(&self) -> BTreeSet<String> {
        let views = self.views.values().flat_map(BTreeMap::values);
        self.layers.values().chain(views).map(|(fingerprint, _)| fingerprint.clone()).collect()
    }

    /// Takes over what an earlier state knows of layers that this one does not.
    pub fn keep_others(&mut self, before: Self) {
        self.whole = before.whole;
        if before.viewer != self.viewer {
            return;
        }
        let missing = |known: &BTreeMap<String, (String, Parts)>, (name, _): &(String, (String, Parts))| {
            !known.contains_key(name)
        };
        let others: Vec<_> = before.layers.into_iter().filter(|one| missing(&self.layers, one)).collect();
        self.layers.extend(others);
        for (viewer, layers) in before.views {
            let own = self.views.entry(viewer).or_default();
            let others: Vec<_> = layers.into_iter().filter(|one| missing(own, one)).collect();
            own.extend(others);
        }
    }

    /// Keeps a state.
    ///
    /// # Errors
    /// What the system says.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        put_whole(path, seal(&serde_json::to_string(self)?).as_bytes())
    }
}

/// One reason to build a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// It was never built here.
    New,
    /// `--force`, `--only` or `--since` asks for it.
    Asked,
    /// Its step's settings changed.
    Definition,
    /// The program or the step's code is of another version.
    Code,
    /// The workspace's seed changed.
    Seed,
    /// The key, or the rules by which its sites are displaced, changed.
    Displaced,
    /// Files of its source changed, came or went.
    Source {
        /// Their names.
        files: Vec<String>,
    },
    /// Its source cannot be told unchanged without reading it.
    Unknown,
    /// Layers that it is made from changed.
    Inputs {
        /// Their names.
        layers: Vec<String>,
    },
    /// Nothing changed, but what was kept of it is gone or damaged.
    Lost,
}

impl Reason {
    /// A few words for a person.
    pub fn text(&self, lang: Lang) -> String {
        let names = |names: &[String]| names.join(", ");
        match self {
            Self::New => lang.pick("nunca se construyó aquí", "never built here").to_owned(),
            Self::Asked => lang.pick("se pidió", "asked for").to_owned(),
            Self::Definition => lang.pick("cambió su definición", "its definition changed").to_owned(),
            Self::Code => lang.pick("otra versión del programa", "another version of the program").to_owned(),
            Self::Seed => lang.pick("cambió la semilla", "the seed changed").to_owned(),
            Self::Displaced => lang
                .pick("sus sitios se desplazan de otra manera", "its sites are displaced in another way")
                .to_owned(),
            Self::Source { files } => {
                format!("{} {}", lang.pick("cambió la fuente:", "its source changed:"), names(files))
            }
            Self::Unknown => {
                lang.pick("hay que leer la fuente", "its source must be read to know").to_owned()
            }
            Self::Inputs { layers } => {
                format!("{} {}", lang.pick("cambiaron sus entradas:", "its inputs changed:"), names(layers))
            }
            Self::Lost => lang
                .pick("lo guardado se perdió o está dañado", "what was kept is lost or damaged")
                .to_owned(),
        }
    }
}

/// What changed between two states of a layer; empty where nothing did.
pub fn reasons(before: Option<&Parts>, now: &Parts) -> Vec<Reason> {
    let Some(before) = before else { return vec![Reason::New] };
    let mut reasons = Vec::new();
    if before.definition != now.definition {
        reasons.push(Reason::Definition);
    }
    if before.code != now.code {
        reasons.push(Reason::Code);
    }
    if before.seed != now.seed {
        reasons.push(Reason::Seed);
    }
    if before.displaced != now.displaced {
        reasons.push(Reason::Displaced);
    }
    if before.source != now.source {
        reasons.push(Reason::Source { files: changed_files(before.source.as_ref(), now.source.as_ref()) });
    }
    let changed = differing(&before.inputs, &now.inputs);
    // A layer that has other inputs has another definition, too, which says it.
    if !changed.is_empty() {
        reasons.push(Reason::Inputs { layers: changed });
    }
    reasons
}

fn changed_files(before: Option<&SourceFingerprint>, now: Option<&SourceFingerprint>) -> Vec<String> {
    match (before, now) {
        (Some(SourceFingerprint::Files(before)), Some(SourceFingerprint::Files(now))) => {
            differing(before, now)
        }
        (_, Some(SourceFingerprint::Files(now))) => now.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

/// Names whose values differ, or that stand on one side only.
fn differing(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let mut names: Vec<String> = before.keys().chain(now.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| before.get(name) != now.get(name));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Option<SourceFingerprint> {
        let pairs = pairs.iter().map(|(name, digest)| ((*name).to_owned(), (*digest).to_owned()));
        Some(SourceFingerprint::Files(pairs.collect()))
    }

    #[test]
    fn every_part_has_its_reason() {
        let base = Parts { source: files(&[("a.shp", "1"), ("a.dbf", "2")]), ..Parts::default() };
        assert_eq!(reasons(None, &base), [Reason::New]);
        assert_eq!(reasons(Some(&base), &base), []);
        let changed = Parts { source: files(&[("a.shp", "1"), ("a.cpg", "3")]), ..base.clone() };
        let names = vec!["a.cpg".to_owned(), "a.dbf".to_owned()];
        assert_eq!(reasons(Some(&base), &changed), [Reason::Source { files: names }]);
        let inputs = BTreeMap::from([("zones".to_owned(), "9".to_owned())]);
        let changed =
            Parts { definition: "x".into(), code: "2".into(), seed: Some(1), inputs, ..base.clone() };
        let expected = [
            Reason::Definition,
            Reason::Code,
            Reason::Seed,
            Reason::Inputs { layers: vec!["zones".to_owned()] },
        ];
        assert_eq!(reasons(Some(&base), &changed), expected);
    }
}
