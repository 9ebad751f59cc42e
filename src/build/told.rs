//! What of a build may be told elsewhere: in calls, status, metrics and logs, which are sent on or read by others.
//!
//! Messages quote keys, cells and coordinates of the layers that they are about. The person who builds is told all of it;
//! others hear of a layer above their level, or of one that is made from such a layer, only that there is something to see,
//! and where.

use std::collections::BTreeMap;

use super::{BuildError, Note};
use crate::lang::Lang;
use crate::layer::Finding;
use crate::protect::{Door, sight};
use crate::publish::PublishError;
use crate::text::redact;
use crate::workspace::config::{Level, Text};
use crate::workspace::{Plan, Problem, Severity, WorkspaceError};

/// File in `.corredor/` that holds the whole message of the last build that failed.
pub const FAILURE_FILE: &str = "failure.txt";

/// So many places of a workspace that is not in order are named.
const MOST_PLACES: usize = 3;

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
    /// The same in Spanish, where there is such a text.
    pub es: Option<String>,
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
        let whole = || Told {
            message: redact(&self.to_string()),
            es: self.spanish().map(|text| redact(&text)),
            help: self.help().map(|help| redact(&help)),
        };
        let about = |layer: &str, es: &str, en: &str| match audience.hears(door, layer) {
            true => whole(),
            false => {
                let of = |what: &str| what.replace("{}", &format!("`{layer}`"));
                general(of(es), of(en))
            }
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
            | Self::Network { layer, .. }
            | Self::NoEvents { layer, .. }
            | Self::NoYears { layer, .. }
            | Self::Validate { layer, .. }
            | Self::Hotspot { layer, .. }
            | Self::Dissolve { layer, .. } => {
                about(layer, "la capa {} no se puede construir", "layer {} cannot be built")
            }
            Self::Read { layer, .. } if !layer.is_empty() => {
                about(layer, "un valor de la capa {} no se puede leer", "a value of layer {} cannot be read")
            }
            Self::Read { .. } => {
                general("una fuente no se puede leer".to_owned(), "a source cannot be read".to_owned())
            }
            Self::Source { layer, .. } => about(
                layer,
                "la fuente de la capa {} no se puede traer",
                "the source of layer {} cannot be fetched",
            ),
            Self::Column { layer, error, help } => {
                let told = error.told(audience, door);
                let whole = told.message == redact(&error.to_string()) && audience.hears(door, layer);
                Told { help: if whole { Some(redact(help)) } else { told.help }, ..told }
            }
            Self::Checks { failures } => {
                match failures.iter().all(|failure| audience.hears(door, &failure.layer)) {
                    true => whole(),
                    false => {
                        let mut layers: Vec<String> =
                            failures.iter().map(|failure| format!("`{}`", failure.layer)).collect();
                        layers.dedup();
                        let layers = layers.join(", ");
                        general(
                            format!("fallaron comprobaciones de {layers}; no se publicó nada"),
                            format!("checks of {layers} failed, so nothing was published"),
                        )
                    }
                }
            }
            Self::Moving { layer, .. } => about(
                layer,
                "la fuente de la capa {} todavía se está escribiendo",
                "the source of layer {} is still being written",
            ),
            Self::Secret { layer, .. } => about(
                layer,
                "el secreto de la fuente de la capa {} no sirve",
                "the secret for the source of layer {} cannot be used",
            ),
            Self::Tables { run, .. } => general(
                format!("{run} está publicada en archivos, y la base de datos rechaza las tablas"),
                format!("{run} is published as files, and the database refuses the tables"),
            ),
            Self::Publish(PublishError::Write { layer, .. }) => {
                about(layer, "la capa {} no se puede escribir", "layer {} cannot be written")
            }
            Self::Publish(
                PublishError::AboveLevel { .. }
                | PublishError::LayerName { .. }
                | PublishError::Io { .. }
                | PublishError::History { .. }
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
            | Self::OtherUser { .. }
            | Self::Overdue { .. }
            | Self::Interrupted
            | Self::Exposed { .. }
            | Self::NoKey { .. }
            | Self::Strict { .. } => whole(),
            Self::Hide { layer, .. } => general(
                format!("los sitios detrás de la capa `{layer}` no se pueden desplazar"),
                format!("the sites behind layer `{layer}` cannot be displaced"),
            ),
            Self::Key(_) => general(
                "la clave con que se desplazan los sitios no se puede usar".to_owned(),
                "the key by which sites are displaced cannot be used".to_owned(),
            ),
            Self::TracedBack(_) | Self::Audit(_) | Self::Publish(_) => {
                general("no se pudo publicar nada".to_owned(), "nothing could be published".to_owned())
            }
            Self::Workspace(error) => {
                let Text { es, en } = disorder(error);
                general(es, en)
            }
            Self::Io { error, .. } => general(
                format!("un archivo no se puede abrir: {error}"),
                format!("a file cannot be opened: {error}"),
            ),
            // Whatever may be added: what is not known to be harmless is not told.
            _ => general("la construcción falló".to_owned(), "the build failed".to_owned()),
        }
    }
}

/// What is wrong with a workspace: in which files and where, and which sources are not there, but nothing of what stands
/// there.
pub(super) fn disorder(error: &WorkspaceError) -> Text {
    let [es, en] = match error {
        WorkspaceError::NotFound { .. } => {
            ["no hay corredor.toml".to_owned(), "there is no corredor.toml".to_owned()]
        }
        WorkspaceError::Unreadable { path, cause } => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            [format!("{name} no se puede leer: {cause}"), format!("{name} cannot be read: {cause}")]
        }
        WorkspaceError::Invalid(problems) => {
            let errors = || problems.problems().iter().filter(|problem| problem.severity == Severity::Error);
            let (sources, others): (Vec<_>, Vec<_>) = errors().partition(|p| p.source_fault.is_some());
            let place = |problem: &&Problem| format!("{}:{}", problem.file.display(), problem.line);
            let [mut es, mut en] = [Vec::new(), Vec::new()];
            for problem in &sources {
                let layer = problem.file.file_stem().unwrap_or_default().to_string_lossy();
                let fault = problem.source_fault.unwrap_or_default();
                es.push(format!("la fuente de `{layer}` {}", spanish_fault(fault)));
                en.push(format!("the source of `{layer}` {fault}"));
            }
            if !others.is_empty() {
                let places = others.iter().take(MOST_PLACES).map(place).collect::<Vec<_>>().join(", ");
                let more = others.len().saturating_sub(MOST_PLACES);
                let more = if more > 0 { format!(", +{more}") } else { String::new() };
                es.push(format!("el espacio de trabajo no está en orden: {places}{more}"));
                en.push(format!("the workspace is not in order: {places}{more}"));
            }
            [es.join("; "), en.join("; ")]
        }
    };
    Text { es, en }
}

fn spanish_fault(fault: &str) -> &'static str {
    match fault {
        "is not there" => "no está",
        _ => "no la puede ver este usuario",
    }
}

impl BuildError {
    /// The whole message in Spanish, of the ends that those who operate builds meet most; data are quoted as they are.
    fn spanish(&self) -> Option<String> {
        Some(match self {
            Self::Locked { workspace, holder } => {
                let holder = if holder.is_empty() { String::new() } else { format!(" ({holder})") };
                format!("otra construcción trabaja en {}{holder}", workspace.display())
            }
            Self::OtherUser { workspace, owner, user } => format!(
                "{} es del usuario {owner}, y este es {user}: con lo que escribiera, {owner} no podría seguir",
                workspace.display()
            ),
            Self::Overdue { minutes } => format!(
                "la construcción tardó más de {minutes} minutos (`max_minutes` de [build]) y se terminó: no se publicó nada"
            ),
            Self::Interrupted => "se pidió parar la construcción: no se publicó nada".to_owned(),
            Self::Strict { warnings } => {
                let word = if *warnings == 1 { "aviso" } else { "avisos" };
                format!("{warnings} {word}, y se pidió --strict: no se publicó nada")
            }
            Self::Source { layer, url, reason, .. } => {
                format!("capa `{layer}`: {url} no se puede traer: {reason}")
            }
            Self::Checks { failures } => {
                let all: String = failures.iter().map(|failure| format!("\n  {failure}")).collect();
                match failures.len() {
                    1 => format!("falló 1 comprobación; no se publicó nada:{all}"),
                    count => format!("fallaron {count} comprobaciones; no se publicó nada:{all}"),
                }
            }
            Self::Exposed { folder, error } => {
                format!("{} no se puede cerrar a otros usuarios: {error}", folder.display())
            }
            Self::Publish(PublishError::Io { path, error, .. }) => {
                format!("{} no se puede escribir: {error}", path.display())
            }
            Self::Publish(PublishError::History { path, error, .. }) => {
                format!("{}: el historial no se puede leer: {error}", path.display())
            }
            Self::Step { layer, error } => format!("la capa `{layer}` no se puede construir: {error}"),
            Self::Column { error, .. } => return error.spanish(),
            _ => return None,
        })
    }
}

fn general(es: String, message: String) -> Told {
    let help = format!(
        "run `corredor build` at a terminal, or see .corredor/{FAILURE_FILE} there: they tell the details"
    );
    Told { message, es: Some(es), help: Some(help) }
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
