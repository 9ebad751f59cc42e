//! The one function that decides what a viewer of a level may see.

use std::fmt;

use miette::Diagnostic;
use thiserror::Error;

use super::level::Level;

/// Declares [`Door`], its names and its list at once, so that none of them lacks a door.
macro_rules! doors {
    ($($(#[$doc:meta])* $door:ident = $name:literal, $leaves:literal;)*) => {
        /// A way by which something may reach a viewer. Each asks [`sight`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Door {
            $($(#[$doc])* $door,)*
        }

        impl Door {
            /// Every door.
            pub const ALL: &'static [Self] = &[$(Self::$door,)*];

            /// Its name in messages.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$door => $name,)*
                }
            }

            /// Whether what goes through it leaves the workspace, so that strict layers never do.
            pub fn leaves(self) -> bool {
                match self {
                    $(Self::$door => $leaves,)*
                }
            }
        }
    };
}

doors! {
    /// Published GeoJSON.
    Geojson = "GeoJSON", true;
    /// Published CSV.
    Csv = "CSV", true;
    /// The published GeoPackage.
    Geopackage = "GeoPackage", true;
    /// Published FlatGeobuf.
    Flatgeobuf = "FlatGeobuf", true;
    /// Published styles, legends among them.
    Qml = "QML", true;
    /// Published QGIS projects.
    Project = "project", true;
    /// The map page.
    Page = "page", true;
    /// Fact sheets.
    Ficha = "ficha", true;
    /// Pictures of layers.
    Render = "render", true;
    /// What `corredor diff` says of two runs.
    Diff = "diff", true;
    /// The published layers of what changed since the run before.
    Changes = "changes", true;
    /// What `corredor compare` says of two runs.
    Compare = "compare", true;
    /// What `corredor trends` says of the nights.
    Trends = "trends", true;
    /// The rows that are kept of past runs.
    History = "history", true;
    /// Layers in SQL.
    SqlLayer = "SQL layer", false;
    /// Files in SQL.
    SqlFile = "SQL file", false;
    /// Past runs in SQL.
    SqlRun = "SQL run", false;
    /// Tables in PostGIS.
    Postgis = "PostGIS", true;
    /// Metadata, catalogues and descriptions.
    Metadata = "metadata", true;
    /// The name of a run, and fingerprints that are published.
    RunName = "run name", true;
    /// Logs.
    Log = "log", true;
    /// Status and metrics.
    Status = "status", true;
    /// Commands and webhooks that are told of a build.
    Hook = "hook", true;
    /// Messages that may be sent elsewhere.
    Message = "message", true;
    /// The report of the audit.
    Audit = "audit", true;
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a viewer sees of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// Nothing of it: neither values nor counts, names, digests, or what depends on them.
    Withheld,
}

impl Sight {
    /// Whether all of it is seen.
    pub fn is_whole(self) -> bool {
        self == Self::Whole
    }

    /// Whether nothing of it is seen.
    pub fn is_withheld(self) -> bool {
        self == Self::Withheld
    }

    /// `value` where it is seen, else `None`.
    pub fn show<T>(self, value: T) -> Option<T> {
        self.is_whole().then_some(value)
    }
}

/// What a viewer of level `viewer` may see, through `door`, of something of level `level`.
///
/// What is at or under the viewer's level is seen whole, anything above it not at all; what is strict leaves by no
/// door, whoever looks. This is the only place where the level of a viewer is compared with that of a thing. The
/// viewer of a message that may be sent elsewhere is [`Level::Public`] unless it is stated otherwise.
///
/// ```
/// use corredor::sensitivity::{Door, Level, Sight, sight};
///
/// assert_eq!(sight(Door::Csv, Level::Public, Level::Public), Sight::Whole);
/// assert_eq!(sight(Door::Csv, Level::Public, Level::Restricted), Sight::Withheld);
/// assert_eq!(sight(Door::SqlLayer, Level::Strict, Level::Strict), Sight::Whole);
/// assert_eq!(sight(Door::Csv, Level::Strict, Level::Strict), Sight::Withheld);
/// ```
pub fn sight(door: Door, viewer: Level, level: Level) -> Sight {
    if level <= viewer && !(level == Level::Strict && door.leaves()) { Sight::Whole } else { Sight::Withheld }
}

/// Lets a thing through a door, or says why not. See [`sight`].
///
/// # Errors
///
/// A [`Refusal`] where the viewer may not see it.
pub fn admit(door: Door, viewer: Level, what: &str, level: Level) -> Result<(), Refusal> {
    match sight(door, viewer, level) {
        Sight::Whole => Ok(()),
        Sight::Withheld => Err(Refusal { door, viewer, what: what.to_owned(), level }),
    }
}

/// Something that a viewer may not see.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{what} is {}, and this {door} is for {}", level.name(), viewer.name())]
pub struct Refusal {
    /// The door it was to go through.
    pub door: Door,
    /// Level of the viewer.
    pub viewer: Level,
    /// What was refused, by a name that may be told.
    pub what: String,
    /// Its level.
    pub level: Level,
}

impl Refusal {
    /// What to do.
    pub fn advice(&self) -> &'static str {
        match self.level {
            Level::Strict if self.door.leaves() => {
                "what is strict never leaves the workspace; lower its level in its layer file if that is a mistake"
            }
            _ if self.door.leaves() => {
                "publish it in an edition of its level ([publish.edition.NAME] level = \"...\"), or derive a layer from \
                 it whose [protect] may lower the level"
            }
            _ => "state the level with --level if you may see it; the access is then written down",
        }
    }
}

impl Diagnostic for Refusal {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new(self.advice()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LEVELS: [Level; 4] = [Level::Public, Level::Restricted, Level::Confidential, Level::Strict];

    #[test]
    fn nothing_above_the_level_of_the_viewer_is_seen_by_any_door() {
        for &door in Door::ALL {
            for viewer in LEVELS {
                for level in LEVELS {
                    let seen = sight(door, viewer, level).is_whole();
                    assert!(!seen || level <= viewer, "{door} {viewer:?} {level:?}");
                    assert!(!seen || level != Level::Strict || !door.leaves(), "{door} {viewer:?} {level:?}");
                    assert_eq!(admit(door, viewer, "x", level).is_ok(), seen);
                }
                assert!(sight(door, viewer, Level::Public).is_whole());
            }
        }
    }

    #[test]
    fn doors_have_names_of_their_own() {
        let names: BTreeSet<&str> = Door::ALL.iter().map(|door| door.name()).collect();
        assert_eq!(names.len(), Door::ALL.len());
    }

    #[test]
    fn a_refusal_says_what_and_what_to_do() {
        let refusal = admit(Door::Postgis, Level::Public, "layer `shelters`", Level::Restricted).unwrap_err();
        assert_eq!(refusal.to_string(), "layer `shelters` is restricted, and this PostGIS is for public");
        assert!(refusal.advice().contains("edition"));
        let strict = admit(Door::Csv, Level::Strict, "layer `x`", Level::Strict).unwrap_err();
        assert!(strict.advice().contains("never leaves"));
        let sql = admit(Door::SqlLayer, Level::Public, "layer `x`", Level::Strict).unwrap_err();
        assert!(sql.advice().contains("--level"));
    }
}
