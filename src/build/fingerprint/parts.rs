//! What the fingerprint of a layer is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SourceFingerprint;
use crate::build::{protect, steps};
use crate::text::redact;
use crate::workspace::config::{BuildSection, LayerFile, OperateSection, Text, WorkspaceFile};
use crate::workspace::{Plan, PlannedLayer, Workspace};

/// Everything that a layer depends on. Words for people (titles, caveats) are no part of it: they change what is
/// published, not what is computed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Parts {
    /// The step's settings as the file states them, defaults filled in.
    pub definition: String,
    /// Version of the program and of the step's code.
    pub code: String,
    /// Seed of random draws; none for a layer that is read.
    pub seed: Option<u64>,
    /// What the source holds; none for a derived layer.
    pub source: Option<SourceFingerprint>,
    /// Fingerprints of the inputs.
    pub inputs: BTreeMap<String, String>,
    /// How its sites are displaced, and by which key; none where they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub displaced: Option<String>,
}

/// Version of the way in which sites are displaced, to be raised with any change that makes it differ.
const DISPLACED: u32 = 1;

/// The parts of a planned layer, but for its source.
pub fn layer_parts(
    planned: &PlannedLayer,
    seed: u64,
    inputs: BTreeMap<String, String>,
    key: Option<&str>,
) -> Parts {
    // Everything of the file that only words or publication know is taken out; what is left, a step may look at.
    let mut bare = LayerFile {
        title: Text::default(),
        description: Text::default(),
        caveats: Text::default(),
        source: String::new(),
        date: String::new(),
        licence: String::new(),
        level: None,
        publish: false,
        check: None,
        style: None,
        ..planned.file.clone()
    };
    // How a file comes here does not change what it holds.
    if let Some(read) = &mut bare.read {
        read.fetch = None;
        read.guard = None;
        read.path = address(&read.path);
    }
    let kind = planned.file.step().map(|step| step.kind());
    let lowered = planned.file.protect.as_ref().map(|_| format!(", protect {}", protect::VERSION));
    Parts {
        // A layer file always serialises: its maps have text keys.
        definition: serde_json::to_string(&bare).unwrap_or_default(),
        code: format!(
            "{} {}{}",
            env!("CARGO_PKG_VERSION"),
            kind.map_or_else(String::new, steps::code_version),
            lowered.unwrap_or_default()
        ),
        seed: planned.file.read.is_none().then_some(seed),
        source: None,
        inputs,
        displaced: planned.displaced.as_ref().map(|rule| {
            let rule = serde_json::to_string(rule).unwrap_or_default();
            format!("{DISPLACED} key {} {rule}", key.unwrap_or("none"))
        }),
    }
}

/// An address without what opens it, and a digest in its place: another one may lead to something else.
fn address(path: &str) -> String {
    let told = redact(path);
    match told == path {
        true => told,
        false => format!("{told} {}", &blake3::hash(path.as_bytes()).to_hex()[..16]),
    }
}

/// The fingerprint of a layer, with its parts.
pub fn layer_fingerprint(
    planned: &PlannedLayer,
    seed: u64,
    inputs: BTreeMap<String, String>,
    source: Option<SourceFingerprint>,
    key: Option<&str>,
) -> (String, Parts) {
    let parts = Parts { source, ..layer_parts(planned, seed, inputs, key) };
    let mut hasher = blake3::Hasher::new();
    // The name is part of the layer.
    hasher.update(planned.name.as_bytes()).update(b"\n");
    hasher.update(serde_json::to_string(&parts).unwrap_or_default().as_bytes());
    (hasher.finalize().to_hex().to_string(), parts)
}

/// The fingerprint of all that is published: every file of the workspace, every layer as each reader gets it, the
/// version. It depends on what no reader may know, so it stays in the workspace.
pub fn whole_fingerprint<'a>(
    workspace: &Workspace,
    plan: &Plan,
    views: impl Iterator<Item = &'a BTreeMap<String, String>>,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    // Who is told of a build, and what is kept, change nothing that is published.
    let file = WorkspaceFile {
        build: BuildSection::default(),
        operate: OperateSection::default(),
        acknowledge: Vec::new(),
        ..workspace.file().clone()
    };
    add(&serde_json::to_string(&file).unwrap_or_default());
    for layer in plan.layers() {
        add(&layer.name);
        add(&layer.definition_text);
    }
    for fingerprints in views {
        add("view");
        for (layer, fingerprint) in fingerprints {
            add(layer);
            add(fingerprint);
        }
    }
    hasher.finalize().to_hex().to_string()
}
