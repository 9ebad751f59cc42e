//! Why there is no map page.

use std::path::PathBuf;

use thiserror::Error;

use crate::layer::LayerError;
use crate::layer::read::ReadError;
use crate::publish::PublishError;
use crate::publish::record::RecordError;

/// A page that could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ViewError {
    /// This program was built without the page.
    #[error("this corredor was built without the map page")]
    NoPage,
    /// A folder that does not hold a built page.
    #[error("{} does not hold the built page (page.js and page.css)", .folder.display())]
    NotAPage {
        /// The folder.
        folder: PathBuf,
    },
    /// An address that a background map cannot come from.
    #[error("no background map comes from `{url}`: {problem}")]
    Basemap {
        /// The address.
        url: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Nothing has been published.
    #[error("nothing is published under {}", .folder.display())]
    NoRuns {
        /// Where runs would be.
        folder: PathBuf,
    },
    /// Nothing has been published that these readers may see.
    #[error("nothing is published for {level}: {runs} of {runs} runs are for readers of a wider level")]
    OnlyWider {
        /// The level of the readers.
        level: &'static str,
        /// Runs of a wider one.
        runs: usize,
    },
    /// The record of a run that cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Runs none of whose layers can be read.
    #[error("no layer of any run can be read; of {run}, `{layer}`: {reason}")]
    NothingReadable {
        /// The newest run.
        run: String,
        /// Its first layer.
        layer: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// Runs that cannot be listed.
    #[error(transparent)]
    Runs(#[from] PublishError),
    /// A published layer that cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A layer that the styles cannot work with.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A folder that holds something else.
    #[error("{} is not empty and was not made by `corredor view`", .folder.display())]
    FolderTaken {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder that the system refuses.
    #[error("{} {action}: {error}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What failed.
        action: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
    /// Data that cannot be packed.
    #[error("the page's data cannot be packed: {0}")]
    Pack(std::io::Error),
    /// A port that cannot be listened on.
    #[error("cannot listen on 127.0.0.1:{port}: {error}")]
    Port {
        /// The port.
        port: u16,
        /// What the system said.
        error: std::io::Error,
    },
}

impl ViewError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoPage | Self::NotAPage { .. } => {
                "with Node 18 or later: `cd web && npm ci && npm run build`, then `cargo build --release`, or name \
                 the built page: `corredor view --page web/dist`"
                    .to_owned()
            }
            Self::Basemap { .. } => {
                "name raster tiles by a template: `--basemap 'https://HOST/{z}/{x}/{y}.png'`".to_owned()
            }
            Self::NothingReadable { .. } => "publish anew: `corredor build --force`".to_owned(),
            Self::OnlyWider { level, .. } => format!(
                "take them away with `corredor withdraw --above {level} --leave-none`, then publish: `corredor build`"
            ),
            Self::NoRuns { .. } => "publish first: `corredor build`".to_owned(),
            Self::Record(error) => error.help(),
            Self::Runs(error) => return error.help(),
            Self::Read(error) => return error.help(),
            Self::Layer(error) => return error.help(),
            Self::FolderTaken { .. } => "name another folder, or empty this one yourself".to_owned(),
            Self::Io { .. } | Self::Pack(_) => "check the free space and that this user may write there".to_owned(),
            Self::Port { .. } => "choose another one: `--port N`, or 0 for any that is free".to_owned(),
        })
    }
}
