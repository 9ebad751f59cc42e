//! How sensitive something is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sensitive a layer is (OCHA Data Responsibility Guidelines 2021). Order: least to most.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// May be published to anyone.
    Public,
    /// For partners under an agreement.
    #[default]
    Restricted,
    /// For named persons.
    Confidential,
    /// Never leaves the workspace.
    Strict,
}

impl Level {
    /// The level's word in the files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Restricted => "restricted",
            Self::Confidential => "confidential",
            Self::Strict => "strict",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
