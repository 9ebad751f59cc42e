//! A level on the command line.

use clap::ValueEnum;

use corredor::workspace::config::Level;

/// A level on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LevelArg {
    /// May be published to anyone
    Public,
    /// For partners under an agreement
    Restricted,
    /// For named persons
    Confidential,
    /// Never leaves the workspace
    Strict,
}

impl LevelArg {
    /// The level.
    pub fn level(self) -> Level {
        match self {
            Self::Public => Level::Public,
            Self::Restricted => Level::Restricted,
            Self::Confidential => Level::Confidential,
            Self::Strict => Level::Strict,
        }
    }
}
