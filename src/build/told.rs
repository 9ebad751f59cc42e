//! What of a build may be told elsewhere: in calls, status, metrics and logs, which are sent on or read by others.
//!
//! Messages quote keys, cells and coordinates of the layers that they are about. The person who builds is told all of it;
//! others hear of a layer above their level, or of one that is made from such a layer, only that there is something to see,
//! and where.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{BuildError, LayerReport, Note};
use crate::lang::Lang;
use crate::layer::Finding;
use crate::protect::{Door, sight};
use crate::publish::PublishError;
use crate::text::redact;
use crate::workspace::Plan;
use crate::workspace::config::Level;

/// File in `.corredor/` that holds the whole message of the last build that failed.
pub const FAILURE_FILE: &str = "failure.txt";

/// Who hears what leaves the machine or is read by others, and what they may hear: nothing, where no plan is known.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// Of each layer its own level, and the strictest of all that it is made from.
    levels: BTreeMap<String, [Level; 2]>,
}

/// A message as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Audience {
    /// The public, which hears of a plan's layers.
    pub fn of(plan: &Plan) -> Self {
        let mut levels: BTreeMap<String, [Level; 2]> = BTreeMap::new();
        // Each comes after its inputs.
        for layer in plan.layers() {
            let inputs = layer.inputs.iter().filter_map(|input| Some(levels.get(input)?[1]));
            let strictest = inputs.fold(layer.level, Level::max);
            levels.insert(layer.name.clone(), [layer.level, strictest]);
        }
        Self { levels }
    }

    /// Whether keys, values and counts of a layer, and of all that it is made from, may be told.
    pub fn hears(&self, door: Door, layer: &str) -> bool {
        self.levels.get(layer).is_some_and(|[_, strictest]| sight(door, Level::Public, *strictest).is_whole())
    }

    /// Whether what is published of a layer may be told, whatever it is made from.
    pub fn sees(&self, door: Door, layer: &str) -> bool {
        self.levels.get(layer).is_some_and(|[own, _]| sight(door, Level::Public, *own).is_whole())
    }
}

impl BuildError {
    /// The message as an audience may hear it: whole, where it quotes nothing that it may not hear.
    pub fn told(&self, audience: &Audience, door: Door) -> Told {
        let whole =
            || Told { message: redact(&self.to_string()), help: self.help().map(|help| redact(&help)) };
        let about = |layer: &str, what: &str| match audience.hears(door, layer) {
            true => whole(),
            false => general(what.replace("{}", &format!("`{layer}`"))),
        };
        match self {
            Self::Step { layer, .. }
            | Self::Risk { layer, .. }
            | Self::Like { layer, .. }
            | Self::Shares { layer, .. }
            | Self::Link { layer, .. }
            | Self::NoKeyMatches { layer, .. }
            | Self::AllOutside { layer, .. }
            | Self::StandardError { layer, .. }
            | Self::NoLogarithm { layer, .. }
            | Self::Join { layer, .. }
            | Self::Corridor { layer, .. }
            | Self::Buffer { layer, .. }
            | Self::Coverage { layer, .. }
            | Self::Hotspot { layer, .. }
            | Self::Dissolve { layer, .. } => about(layer, "layer {} cannot be built"),
            Self::Read { layer, .. } if !layer.is_empty() => {
                about(layer, "a value of layer {} cannot be read")
            }
            Self::Read { .. } => general("a source cannot be read".to_owned()),
            Self::Source { layer, .. } => about(layer, "the source of layer {} cannot be fetched"),
            Self::Checks { failures } => {
                match failures.iter().all(|failure| audience.hears(door, &failure.layer)) {
                    true => whole(),
                    false => {
                        let mut layers: Vec<String> =
                            failures.iter().map(|failure| format!("`{}`", failure.layer)).collect();
                        layers.dedup();
                        general(format!("checks of {} failed, so nothing was published", layers.join(", ")))
                    }
                }
            }
            Self::Moving { layer, .. } => about(layer, "the source of layer {} is still being written"),
            Self::Secret { layer, .. } => {
                about(layer, "the secret for the source of layer {} cannot be used")
            }
            Self::Tables { run, .. } => {
                general(format!("{run} is published as files, and the database refuses the tables"))
            }
            Self::Publish(PublishError::Write { layer, .. }) => about(layer, "layer {} cannot be written"),
            Self::Publish(
                PublishError::AboveLevel { .. }
                | PublishError::LayerName { .. }
                | PublishError::Io { .. }
                | PublishError::NoRun { .. }
                | PublishError::SeveralRuns { .. }
                | PublishError::Damaged { .. }
                | PublishError::CurrentTaken { .. }
                | PublishError::TableTaken { .. },
            )
            | Self::NotBuilt { .. }
            | Self::NoLayer { .. }
            | Self::NeverBuilt { .. }
            | Self::NoState { .. }
            | Self::NoCheck { .. }
            | Self::Locked { .. }
            | Self::Interrupted
            | Self::Exposed { .. }
            | Self::NoKey { .. }
            | Self::Strict { .. } => whole(),
            Self::Hide { layer, .. } => {
                general(format!("the sites behind layer `{layer}` cannot be displaced"))
            }
            Self::Key(_) => general("the key by which sites are displaced cannot be used".to_owned()),
            Self::Publish(_) => general("nothing could be published".to_owned()),
            Self::Workspace(_) => general("the workspace is not in order".to_owned()),
            Self::Io { error, .. } => general(format!("a file cannot be opened: {error}")),
            // Whatever may be added: what is not known to be harmless is not told.
            _ => general("the build failed".to_owned()),
        }
    }
}

fn general(message: String) -> Told {
    let help = format!(
        "run `corredor build` at a terminal, or see .corredor/{FAILURE_FILE} there: they tell the details"
    );
    Told { message, help: Some(help) }
}

impl LayerReport {
    /// The report as JSON, without the counts and findings that an audience may not hear.
    pub fn told(&self, audience: &Audience, door: Door) -> Value {
        let mut value = json!(self);
        if !audience.hears(door, &self.layer)
            && let Some(fields) = value.as_object_mut()
        {
            fields.retain(|name, _| name != "features" && name != "findings");
            fields.insert("withheld".to_owned(), true.into());
        }
        value
    }
}

impl Note {
    /// The words as an audience may hear them.
    pub fn told(&self, audience: &Audience, door: Door, lang: Lang) -> String {
        match &self.layer {
            Some(layer) if !audience.hears(door, layer) => match lang {
                Lang::Es => format!("hay algo que ver en la fuente de `{layer}`"),
                Lang::En => format!("there is something to see about the source of `{layer}`"),
            },
            _ => redact(self.words(lang)),
        }
    }
}

/// What was noticed of a layer, as an audience may hear it.
pub fn finding_told(finding: &Finding, layer: &str, audience: &Audience, door: Door, lang: Lang) -> String {
    match (audience.hears(door, layer), lang) {
        (true, _) => finding.text(lang),
        (false, Lang::Es) => format!("hay algo que ver en los datos de `{layer}`"),
        (false, Lang::En) => format!("there is something to see about the data of `{layer}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::LayerError;
    use crate::layer::read::ReadError;

    fn audience() -> Audience {
        let level = |name: &str, own, strictest| (name.to_owned(), [own, strictest]);
        Audience {
            levels: BTreeMap::from([
                level("zones", Level::Public, Level::Public),
                level("shelters", Level::Restricted, Level::Restricted),
                level("coverage", Level::Public, Level::Restricted),
            ]),
        }
    }

    fn step(layer: &str) -> BuildError {
        let error = LayerError::NotNumeric {
            layer: layer.to_owned(),
            feature: "SECRET".into(),
            field: "SECRET".into(),
            value: "SECRET".into(),
        };
        BuildError::Step { layer: layer.to_owned(), error }
    }

    #[test]
    fn what_quotes_a_layer_above_the_level_is_told_in_general_words() {
        let told = |error: BuildError| error.told(&audience(), Door::Hook);
        assert!(told(step("zones")).message.contains("SECRET"), "nothing is secret of what is public");
        let read = |layer: &str| BuildError::Read {
            layer: layer.to_owned(),
            error: ReadError::MissingFile { file: "SECRET".into(), nearest: Some("SECRET".into()) },
        };
        let failures = ["zones", "shelters"].map(|layer| crate::build::CheckFailure {
            layer: layer.to_owned(),
            check: "unique",
            message: "SECRET".to_owned(),
        });
        let source = BuildError::Source {
            layer: "shelters".into(),
            url: "https://h/SECRET".into(),
            reason: "SECRET".into(),
            help: "",
        };
        for error in [
            step("shelters"),
            step("coverage"),
            step("unknown"),
            read("shelters"),
            read(""),
            source,
            BuildError::Checks { failures: failures.to_vec() },
            BuildError::Io { path: "/data/SECRET".into(), error: std::io::ErrorKind::NotFound.into() },
            BuildError::Layer(LayerError::RepeatedField { layer: "shelters".into(), field: "SECRET".into() }),
        ] {
            let told = told(error);
            assert!(!format!("{told:?}").contains("SECRET"), "{told:?}");
            assert!(told.help.unwrap().contains(FAILURE_FILE));
        }
        assert_eq!(told(step("coverage")).message, "layer `coverage` cannot be built");
        assert_eq!(told(BuildError::Interrupted).message, BuildError::Interrupted.to_string());
    }

    #[test]
    fn who_knows_no_plan_hears_of_no_layer() {
        assert!(!step("zones").told(&Audience::default(), Door::Log).message.contains("SECRET"));
        assert!(audience().sees(Door::Status, "coverage") && !audience().hears(Door::Status, "coverage"));
    }
}
