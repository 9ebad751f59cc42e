//! `[protect]` of `corredor.toml`: among how many settlements a protected site is hidden, and by which key.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sensitivity::Level;

/// `[protect]`: how sites above the level of a reader are displaced before anything is derived from them.
///
/// Each site stands for its settlement, and is seen at another one: chosen by a secret key, the same every night, among
/// enough settlements around it that nobody can tell which it was.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema, PartialEq)]
pub struct Hiding {
    /// Layer of the settlements among which sites are hidden: points, or zones whose inner points count. If not given,
    /// the zones that the first coverage of the sites measures.
    pub gazetteer: Option<String>,
    /// Its field of people; then every group of settlements has `min_people` too.
    pub people: Option<String>,
    /// File of the key, outside the workspace, relative to it; `~` is the home folder. If not given,
    /// `~/.config/corredor/keys/NAME.key`; `CORREDOR_KEY_FILE` wins over both.
    pub key_file: Option<String>,
    /// How many settlements a site may have come from, by the level of the reader.
    #[serde(default)]
    pub k: HidingK,
    /// A site is seen at least so far from its settlement, km.
    #[serde(default = "ten_km")]
    #[schemars(range(min = 1.0, max = 500.0))]
    pub min_km: f64,
    /// People in the settlements of a group, where they are known.
    #[serde(default = "many_people")]
    #[schemars(range(min = 0))]
    pub min_people: u64,
}

/// `protect.k`: settlements that a site may have come from, by the level of the reader.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
pub struct HidingK {
    /// For readers of what is public.
    #[serde(default = "ten")]
    #[schemars(range(min = 2, max = 1000))]
    pub public: usize,
    /// For partners under agreement.
    #[serde(default = "five")]
    #[schemars(range(min = 2, max = 1000))]
    pub restricted: usize,
    /// For named persons.
    #[serde(default = "five")]
    #[schemars(range(min = 2, max = 1000))]
    pub confidential: usize,
}

impl HidingK {
    /// The number for readers of a level. Above those of `strict` nothing is hidden.
    pub fn of(self, level: Level) -> usize {
        match level {
            Level::Public => self.public,
            Level::Restricted => self.restricted,
            Level::Confidential | Level::Strict => self.confidential,
        }
    }
}

impl Default for HidingK {
    fn default() -> Self {
        Self { public: ten(), restricted: five(), confidential: five() }
    }
}

impl Default for Hiding {
    fn default() -> Self {
        Self {
            gazetteer: None,
            people: None,
            key_file: None,
            k: HidingK::default(),
            min_km: ten_km(),
            min_people: many_people(),
        }
    }
}

fn ten() -> usize {
    10
}

fn five() -> usize {
    5
}

fn ten_km() -> f64 {
    10.0
}

fn many_people() -> u64 {
    20_000
}
