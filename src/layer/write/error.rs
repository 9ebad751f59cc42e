//! What can go wrong while writing a layer.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::layer::LayerError;

/// A layer that cannot be written as it stands.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A workbook that its library refuses to write.
    #[error("the workbook cannot be written: {why}")]
    Workbook {
        /// What the library says.
        why: String,
    },
    /// A table where a map format needs geometry.
    #[error("layer `{layer}` has no geometry, which GeoJSON needs")]
    NoGeometry {
        /// The layer.
        layer: String,
    },
    /// NaN or an infinite number among the attributes.
    #[error(
        "layer `{layer}`, feature `{feature}`: field `{field}` holds {value}, which is not a finite number"
    )]
    NotFinite {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// The field.
        field: String,
        /// What it holds.
        value: f64,
    },
    /// A vertex off the globe.
    #[error(
        "layer `{layer}`, feature `{feature}`: position {lon}, {lat} is outside longitude -180..180, latitude -90..90"
    )]
    OutOfRange {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
    },
    /// A polygon that rounding broke and that neither repair nor snap rounding could mend.
    #[error("layer `{layer}`, feature `{feature}`: not valid after rounding to {decimals} decimals: {reason}", decimals = super::DECIMALS)]
    Unrepairable {
        /// The layer.
        layer: String,
        /// Key of the feature.
        feature: String,
        /// What GEOS said.
        reason: String,
    },
    /// A column of a type that layers do not hold.
    #[error(
        "layer `{layer}`: field `{field}` is of type {found}; text, integer, number or boolean is needed"
    )]
    FieldType {
        /// The layer.
        layer: String,
        /// The field.
        field: String,
        /// Its Arrow type.
        found: String,
    },
    /// GDAL could not write a file.
    #[error("{} cannot be written: {reason}", .path.display())]
    Gdal {
        /// The file.
        path: PathBuf,
        /// What GDAL said.
        reason: String,
    },
    /// The layer does not hold together.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The bytes could not be written.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoGeometry { .. } => "publish a table as CSV, or join it to zones first",
            Self::NotFinite { .. } => "a missing value is null: make the step write null instead",
            Self::OutOfRange { .. } => {
                "check that longitude and latitude are not swapped and the CRS is stated"
            }
            Self::Unrepairable { .. } => "repair or simplify the feature in the source",
            Self::FieldType { .. } => "cast the column before it becomes part of the layer",
            Self::Layer(error) => return error.help(),
            Self::Workbook { .. } => "report it with the layer: Corredor should have fitted it to the format",
            Self::Gdal { .. } | Self::Io(_) => "check free space and permissions of the published folder",
        };
        Some(text.to_owned())
    }
}
