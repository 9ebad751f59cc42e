//! Why a text is not read here.

/// Why a text is left to GDAL.
pub(in crate::layer::read) type Declined = String;

/// Declined, and not left to GDAL: more fields than are read.
pub(in crate::layer::read) const TOO_WIDE: &str = "too many fields";
