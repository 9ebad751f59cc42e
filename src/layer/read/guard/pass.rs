//! How GDAL may open a source.

/// How GDAL may open a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::layer::read) struct Pass {
    /// The name that GDAL opens.
    pub name: String,
    /// Drivers that it may try.
    pub drivers: Vec<&'static str>,
    /// Whether the name is that of a server, so that there is a network.
    pub remote: bool,
    /// Bytes on this machine, where it is a file of it.
    pub bytes: Option<u64>,
    /// Whether it says that a server left features out.
    pub cut_off: bool,
    /// What else its archive holds that could be read.
    pub beside: Vec<String>,
}
