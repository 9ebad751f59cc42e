//! What can go wrong while building.

use std::path::PathBuf;

use thiserror::Error;

use super::TracedBack;
use crate::audit::AuditError;
use crate::coverage::CoverageError;
use crate::exposure::CorridorError;
use crate::geodesy::BufferError;
use crate::hotspot::HotspotError;
use crate::join::JoinError;
use crate::lang::Lang;
use crate::layer::read::ReadError;
use crate::layer::{Astray, KeyFit, LayerError, astray};
use crate::network::NetworkError;
use crate::protect::{KeyError, ProtectError};
use crate::publish::PublishError;
use crate::risk::RiskError;
use crate::validate::ValidateError;
use crate::workspace::WorkspaceError;
use crate::workspace::config::Level;

/// A build that did not come to its end; `current` is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The workspace is not in order.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// A source cannot be read.
    #[error("{error}")]
    Read {
        /// The layer that is read; empty where that is not known.
        layer: String,
        /// What is wrong.
        error: ReadError,
    },
    /// A layer does not hold what is needed of it.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A layer does not hold what the step of another needs.
    #[error("layer `{layer}` cannot be built: {error}")]
    Step {
        /// The layer whose step it is.
        layer: String,
        /// What is wrong.
        error: LayerError,
    },
    /// A score cannot be computed.
    #[error("layer `{layer}`: {error}")]
    Risk {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: RiskError,
    },
    /// A composite to be scored like another, whose record does not hold what is needed.
    #[error("layer `{layer}`: `{like}` holds no goalposts and weights that it could be scored like")]
    Like {
        /// The layer.
        layer: String,
        /// The other.
        like: String,
    },
    /// A crosswalk whose shares of an old zone do not add up to one.
    #[error("layer `{layer}`: the shares of old zone `{zone}` in `{links}` add up to {sum}, not to 1")]
    Shares {
        /// The layer.
        layer: String,
        /// The table of links.
        links: String,
        /// The old zone.
        zone: String,
        /// What its shares add up to.
        sum: f64,
    },
    /// A crosswalk that leads to a zone that is not there, or carries no share.
    #[error("layer `{layer}`: row `{row}` of `{links}`: {reason}")]
    Link {
        /// The layer.
        layer: String,
        /// The table of links.
        links: String,
        /// Key of the row.
        row: String,
        /// What is wrong.
        reason: String,
    },
    /// Two layers that are joined by key, of which no key matches.
    #[error("layer `{layer}`: no key of `{right}` (`{}`, ...) is one of `{left}` (`{}`, ...)", .examples[1], .examples[0])]
    NoKeyMatches {
        /// The layer that is made.
        layer: String,
        /// The layer joined to.
        left: String,
        /// The layer that is joined.
        right: String,
        /// A key of each.
        examples: [String; 2],
        /// What would make them match.
        fit: Option<KeyFit>,
    },
    /// Points of which none lies in any zone.
    #[error("layer `{layer}`: all {of} points of `{points}` lie outside every zone of `{zones}`")]
    AllOutside {
        /// The layer that is made.
        layer: String,
        /// The points.
        points: String,
        /// The zones.
        zones: String,
        /// How many points.
        of: usize,
        /// Why, where it can be told.
        why: Option<Astray>,
    },
    /// A standard error below zero.
    #[error("layer `{layer}`, zone `{zone}`: the standard error `{field}` is {value}")]
    StandardError {
        /// The layer.
        layer: String,
        /// Key of the zone.
        zone: String,
        /// Its field.
        field: String,
        /// Its value.
        value: f64,
    },
    /// An indicator whose logarithm is to be taken, in a zone where it has none.
    #[error("layer `{layer}`, zone `{zone}`: `{field}` is {value}, which has no logarithm")]
    NoLogarithm {
        /// The layer.
        layer: String,
        /// Key of the zone.
        zone: String,
        /// Field of the indicator.
        field: String,
        /// Its value.
        value: f64,
    },
    /// The key by which sites are displaced cannot be used.
    #[error(transparent)]
    Key(KeyError),
    /// A layer is derived from sites that must be displaced, and there is no key.
    #[error(
        "layer `{layer}` is derived from sites above the level of its readers, and there is no key to displace them by"
    )]
    NoKey {
        /// The layer.
        layer: String,
    },
    /// Sites cannot be hidden among the places of the gazetteer.
    #[error("layer `{layer}`: the sites of `{sites}` cannot be displaced: {error}")]
    Hide {
        /// The layer.
        layer: String,
        /// The sites.
        sites: String,
        /// What is wrong.
        error: ProtectError,
    },
    /// A spatial join cannot be done.
    #[error("layer `{layer}`: {error}")]
    Join {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: JoinError,
    },
    /// Exposure cannot be counted.
    #[error("layer `{layer}`: {error}")]
    Corridor {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: CorridorError,
    },
    /// A route has no corridor.
    #[error("layer `{layer}`: route {route}: {error}")]
    Buffer {
        /// The layer.
        layer: String,
        /// Key of the route.
        route: String,
        /// What is wrong.
        error: BufferError,
    },
    /// Coverage cannot be measured.
    #[error("layer `{layer}`: {error}")]
    Coverage {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: CoverageError,
    },
    /// Lixels or rates cannot be computed.
    #[error("layer `{layer}`: {error}")]
    Network {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: NetworkError,
    },
    /// A route of one place, of which no lixel has kilometres.
    #[error("layer `{layer}`, route `{route}` has no length: it begins and ends in one place")]
    RouteWithoutLength {
        /// The layer of routes.
        layer: String,
        /// Key of the route.
        route: String,
    },
    /// No event is near enough to a route, in the years that are counted.
    #[error("layer `{layer}`: none of the {of} points of `{points}`{} lies within {within_km} km of a route", of_years(*years))]
    NoEvents {
        /// The layer that is made.
        layer: String,
        /// The points.
        points: String,
        /// How many there are.
        of: usize,
        /// How near they must lie, km.
        within_km: f64,
        /// First and last year, where stated.
        years: Option<[i32; 2]>,
    },
    /// No event says of which year it is.
    #[error("layer `{layer}`: `{field}` of `{points}` holds no year in any row, but for example `{value}`")]
    NoYears {
        /// The layer that is made.
        layer: String,
        /// The points.
        points: String,
        /// The field.
        field: String,
        /// Its first value.
        value: String,
    },
    /// A score cannot be judged by later events.
    #[error("layer `{layer}`, [validate]: {error}")]
    Validate {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: ValidateError,
    },
    /// A statistic cannot be computed.
    #[error("layer `{layer}`: {error}")]
    Hotspot {
        /// The layer.
        layer: String,
        /// What is wrong.
        error: HotspotError,
    },
    /// Borders that cannot be dissolved.
    #[error("layer `{layer}`, group `{group}`: {reason}")]
    Dissolve {
        /// The layer.
        layer: String,
        /// The group.
        group: String,
        /// What is wrong.
        reason: String,
    },
    /// A layer that is to stand below what it is made from, and whose data do not hold what that asks.
    #[error("layer `{layer}`: [protect] cannot lower to \"{to}\": {why}")]
    Protect {
        /// The layer.
        layer: String,
        /// The new level.
        to: Level,
        /// The condition that is not met, with zones or groups that do not meet it.
        why: String,
        /// What to do.
        help: String,
    },
    /// What is to be published leads back to hidden sites.
    #[error(transparent)]
    TracedBack(#[from] TracedBack),
    /// What is published cannot be attacked, so nothing is known of what it says.
    #[error("the audit cannot be made: {0}")]
    Audit(#[from] AuditError),
    /// Publication was refused or failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// A layer that a step asks for and the plan has not built; the checks of a workspace keep this from happening.
    #[error("layer `{layer}` is needed before it is built")]
    NotBuilt {
        /// The layer.
        layer: String,
    },
    /// A layer that is asked for and not there, with the nearest that is.
    #[error("there is no layer `{layer}` in this workspace")]
    NoLayer {
        /// The layer.
        layer: String,
        /// The nearest.
        nearest: Option<String>,
        /// All there are.
        layers: Vec<String>,
    },
    /// A layer that is to stay as it was built last, and never was.
    #[error("`{layer}` is to stay as it was built last, and nothing of it is kept")]
    NeverBuilt {
        /// The layer.
        layer: String,
    },
    /// A run of which it is not known what it was built from.
    #[error("it is not known what the run `{run}` was built from")]
    NoState {
        /// The run.
        run: String,
        /// Those of which it is.
        runs: Vec<String>,
    },
    /// Another user than the workspace's owner.
    #[error("{} belongs to the user {owner}, and this is {user}: what it wrote, {owner} could not go on with", .workspace.display())]
    OtherUser {
        /// The workspace.
        workspace: PathBuf,
        /// Its owner.
        owner: String,
        /// The user who asks.
        user: String,
    },
    /// The build took longer than it may.
    #[error(
        "the build took longer than {minutes} minutes (`max_minutes` of [build]) and was ended: nothing was published"
    )]
    Overdue {
        /// How long it may take.
        minutes: f64,
    },
    /// A column that is not there any more.
    #[error("{error}")]
    Column {
        /// The layer that had it.
        layer: String,
        /// What is wrong.
        error: Box<Self>,
        /// Which columns are new.
        help: String,
    },
    /// Another build is at work in this workspace.
    #[error("another build is at work in {}{}", .workspace.display(), if .holder.is_empty() { String::new() } else { format!(" ({holder})") })]
    Locked {
        /// The workspace.
        workspace: PathBuf,
        /// The process, and since when.
        holder: String,
    },
    /// A file that neither its server has nor a copy that is fresh enough.
    #[error("layer `{layer}`: {url} cannot be fetched: {reason}")]
    Source {
        /// The layer.
        layer: String,
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// Data tests that failed.
    #[error("{} check{} failed, so nothing was published:{}", failures.len(), if failures.len() == 1 { "" } else { "s" }, failures.iter().map(|failure| format!("\n  {failure}")).collect::<String>())]
    Checks {
        /// All of them.
        failures: Vec<super::CheckFailure>,
    },
    /// A check that is to be accepted, and that there is not.
    #[error("there is no check `{check}` to accept")]
    NoCheck {
        /// What was named.
        check: String,
        /// The nearest that is.
        nearest: Option<String>,
        /// All there are.
        checks: Vec<String>,
    },
    /// A source that changed while it was read.
    #[error("layer `{layer}`: {} changed while the build was at work: it is still being written", .path.display())]
    Moving {
        /// The layer that is read from it.
        layer: String,
        /// The file.
        path: PathBuf,
    },
    /// A token for the server of a source that cannot be had.
    #[error("layer `{layer}`: the secret for {url} cannot be used: {reason}")]
    Secret {
        /// The layer.
        layer: String,
        /// The address.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A database that refused what was published as files.
    #[error("{run} is published as files, and the tables are not: {error}")]
    Tables {
        /// The run.
        run: String,
        /// What the database said.
        error: PublishError,
    },
    /// The build was asked to stop.
    #[error("the build was asked to stop: nothing was published")]
    Interrupted,
    /// A file could not be read or written.
    #[error("cannot open {}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// What is kept between builds cannot be kept from others.
    #[error("{} cannot be made this user's alone: {error}", .folder.display())]
    Exposed {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// Warnings that nobody has acknowledged, and `--strict`.
    #[error("{warnings} new warning{}, and --strict was asked for: nothing was published", if *.warnings == 1 { "" } else { "s" })]
    Strict {
        /// How many.
        warnings: usize,
    },
}

impl From<ReadError> for BuildError {
    fn from(error: ReadError) -> Self {
        Self::Read { layer: String::new(), error }
    }
}

impl BuildError {
    /// Whether the machine is at fault and not the data: its disk, its rights, another build.
    pub fn is_of_machine(&self) -> bool {
        match self {
            Self::Io { .. }
            | Self::Exposed { .. }
            | Self::Locked { .. }
            | Self::OtherUser { .. }
            | Self::Overdue { .. }
            | Self::NotBuilt { .. }
            | Self::Tables { .. }
            | Self::Workspace(WorkspaceError::Unreadable { .. })
            | Self::Read { error: ReadError::Io { .. }, .. } => true,
            Self::Publish(error) => error.is_of_machine(),
            Self::Column { error, .. } => error.is_of_machine(),
            _ => false,
        }
    }

    /// Names the layer whose step met the error, where the error does not.
    pub(super) fn in_step(self, layer: &str) -> Self {
        match self {
            Self::Layer(error) => Self::Step { layer: layer.to_owned(), error },
            Self::Read { layer: known, error } if known.is_empty() => {
                Self::Read { layer: layer.to_owned(), error }
            }
            other => other,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => miette::Diagnostic::help(error).map(|help| help.to_string()),
            Self::Read { error, .. } => error.help(),
            Self::Layer(error) | Self::Step { error, .. } => error.help(),
            Self::TracedBack(error) => Some(error.help()),
            Self::Audit(error) => error.help(),
            Self::Publish(error) => error.help(),
            Self::Key(error) => miette::Diagnostic::help(error).map(|help| help.to_string()),
            Self::NoKey { .. } => Some("`corredor key` says where it is looked for".to_owned()),
            Self::Hide { error, .. } => miette::Diagnostic::help(error).map(|help| help.to_string()),
            Self::NoLogarithm { field, value, .. } => Some(format!(
                "set log = false for `{field}`, or, if {value} means missing, add it to `missing` in the [read] of its table"
            )),
            Self::Like { like, .. } => Some(format!(
                "`{like}` must be a composite of the same recipe, built by this version of Corredor"
            )),
            Self::Shares { .. } => Some(
                "correct them, or add the row that lacks: what is not shared out would be lost".to_owned(),
            ),
            Self::Link { .. } => Some("correct the row, or take it out".to_owned()),
            Self::NoKeyMatches { left, right, fit: Some(fit), .. } => Some(fit.text(left, right, Lang::En)),
            Self::NoKeyMatches { left, right, .. } => Some(format!(
                "name as `key` of `{right}` the field that holds the codes of `{left}`, or correct the source"
            )),
            Self::AllOutside { points, why: Some(why), .. } => Some(astray::text(why, points, Lang::En)),
            Self::AllOutside { points, zones, .. } => Some(format!(
                "see whether `lon`, `lat` and `crs` of `{points}` are stated rightly, and whether `{zones}` are the zones of these points"
            )),
            Self::StandardError { .. } => Some("give it as missing, or correct it".to_owned()),
            Self::Dissolve { .. } => Some("repair the borders of these zones in the source".to_owned()),
            Self::Protect { help, .. } => Some(help.clone()),
            Self::NotBuilt { .. } => Some(
                "this is a fault of Corredor: `corredor check` should have told you; please report it"
                    .to_owned(),
            ),
            Self::NoLayer { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoLayer { layers, .. } => Some(format!("it has: {}", layers.join(", "))),
            Self::NeverBuilt { .. } => Some("run `corredor build` once without --only".to_owned()),
            Self::NoState { runs, .. } if runs.is_empty() => Some("build once without --since".to_owned()),
            Self::NoState { runs, .. } => Some(format!("it is of: {}", runs.join(", "))),
            Self::Locked { .. } => {
                Some("wait until it ends (--wait does); the lock goes with its process".to_owned())
            }
            Self::Source { help, .. } => Some((*help).to_owned()),
            Self::Checks { failures } => {
                let mut names: Vec<String> =
                    failures.iter().map(|failure| format!("--accept {}", failure.name())).collect();
                names.dedup();
                Some(format!(
                    "look at the sources; if the data are right, say so for this run: `corredor build {} --reason \"...\"`, or change the [check] or [read.guard] of the layer for good",
                    names.join(" ")
                ))
            }
            Self::NoCheck { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::NoCheck { checks, .. } => Some(format!("name CHECK or LAYER.CHECK; the checks are {}", checks.join(", "))),
            Self::Moving { .. } => Some(
                "build again when it is whole; who writes it under another name and renames it is never met half-way"
                    .to_owned(),
            ),
            Self::Secret { .. } => Some(
                "set the variable that [read.fetch.secret] names where the build runs, or write the file that it names with mode 600"
                    .to_owned(),
            ),
            Self::Tables { error, .. } => error.help().map(|help| {
                format!("{help}; the next build fills the tables, whether anything has changed or not")
            }),
            Self::Interrupted => Some("the next run carries on with the layers that stand".to_owned()),
            Self::OtherUser { owner, .. } => Some(format!(
                "run it as the owner: `sudo -u '{owner}' corredor ...`; a build takes --any-user where this one is to go on with the workspace"
            )),
            Self::Overdue { .. } => Some(
                "look which step took so long (`corredor_step_seconds`, or the log), or raise `max_minutes`; the next run carries on with the layers that stand"
                    .to_owned(),
            ),
            Self::Column { help, .. } => Some(help.clone()),
            Self::Io { error, .. } if error.kind() == std::io::ErrorKind::PermissionDenied => {
                Some("this user may not read or write it: build as the owner of the workspace".to_owned())
            }
            Self::Io { .. } => {
                Some("check that it is a file and that this user may read and write it".to_owned())
            }
            Self::Exposed { .. } => Some(
                "layers that are not published lie in it: make it a folder of the user who builds (`chown -R`), or move it away"
                    .to_owned(),
            ),
            Self::Strict { .. } => {
                Some("look at the warnings above (--quiet hides them); acknowledge those that may stand with [[acknowledge]] in corredor.toml, or build without --strict".to_owned())
            }
            // Their messages say it.
            Self::Risk { .. }
            | Self::Join { .. }
            | Self::Corridor { .. }
            | Self::Buffer { .. }
            | Self::Coverage { .. }
            | Self::Network { .. }
            | Self::Hotspot { .. } => None,
            Self::RouteWithoutLength { .. } => {
                Some("mend its line in the source, or take it out of it".to_owned())
            }
            Self::NoEvents { points, .. } => Some(format!(
                "see whether `date` names the field of `{points}` that holds the year, and whether `lon`, `lat` and `crs` are stated rightly"
            )),
            Self::NoYears { .. } => Some(
                "a year is a whole number of four digits, or a text that begins with one: 2019, 2019-03-05".to_owned(),
            ),
            Self::Validate { .. } => {
                Some("see whether `until` leaves events after it, near the places that are judged".to_owned())
            }
        }
    }
}

/// ` of 2014 to 2018`, where years are stated.
fn of_years(years: Option<[i32; 2]>) -> String {
    years.map(|[first, last]| format!(" of {first} to {last}")).unwrap_or_default()
}
