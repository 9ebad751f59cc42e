//! GDAL without a network, and without the drivers that stand for other sources.

use std::sync::Once;

use gdal::DriverManager;
use gdal::config::{clear_thread_local_config_option, set_config_option, set_thread_local_config_option};

/// Drivers that nothing here needs, and that open what a file or an answer names: other files, servers, programs.
const UNWANTED: [&str; 26] = [
    "OGR_VRT",
    "VRT",
    "HTTP",
    "GMLAS",
    "NAS",
    "GPSBabel",
    "ODBC",
    "PGeo",
    "OGR_OGDI",
    "EEDA",
    "EEDAI",
    "OGCAPI",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "PLSCENES",
    "CSW",
    "NGW",
    "DAAS",
    "WMS",
    "WMTS",
    "WCS",
    "STACTA",
    "STACIT",
    "GTI",
    "MVT",
];

/// Settings of a thread that reads a file of this machine.
const OFF: [(&str, &str); 6] = [
    // A proxy of a kind that does not exist: every request fails before it is made.
    ("GDAL_HTTP_PROXY", "none://network"),
    ("GDAL_HTTPS_PROXY", "none://network"),
    ("GDAL_HTTP_TIMEOUT", "1"),
    ("GDAL_HTTP_CONNECTTIMEOUT", "1"),
    ("GDAL_HTTP_MAX_RETRY", "0"),
    ("CPL_VSIL_CURL_ALLOWED_FILENAME", "/none"),
];

/// Settings of a thread that reads anything.
const CAREFUL: [(&str, &str); 7] = [
    ("GML_SKIP_RESOLVE_ELEMS", "ALL"),
    ("GML_DOWNLOAD_SCHEMA", "NO"),
    ("GML_DOWNLOAD_WFS_SCHEMA", "NO"),
    ("LIBKML_RESOLVE_STYLE", "NO"),
    ("OGR_SQLITE_LIST_VIRTUAL_OGR", "NO"),
    ("OGR_SQLITE_LOAD_EXTENSIONS", ""),
    // Views may use no function or table that reads files.
    ("OGR_SQLITE_PRAGMA", "trusted_schema=0"),
];

static PREPARED: Once = Once::new();
static SETTLED: Once = Once::new();

/// Says once for the process what GDAL may do at all, before it looks.
pub(in crate::layer::read) fn prepare() {
    PREPARED.call_once(|| {
        // A failure would be that of a name with a zero byte.
        let _ = set_config_option("GDAL_SKIP", &UNWANTED.join(","));
        let _ = set_config_option("OGR_SKIP", "");
        let _ = set_config_option("OGR_SQLITE_STATIC_VIRTUAL_OGR", "NO");
    });
}

/// Takes away the drivers that someone has registered before.
pub(in crate::layer::read) fn settle() {
    prepare();
    SETTLED.call_once(|| {
        for name in UNWANTED {
            if let Ok(driver) = DriverManager::get_driver_by_name(name) {
                DriverManager::deregister_driver(&driver);
            }
        }
    });
}

/// This thread's GDAL as careful as it can be, until it is dropped.
#[derive(Debug)]
pub(in crate::layer::read) struct Network {
    set: Vec<&'static str>,
}

impl Network {
    /// Without a network, unless the source is one of a server.
    pub fn of(remote: bool) -> Self {
        let off = if remote { &[][..] } else { &OFF };
        let mut set = Vec::new();
        for (key, value) in CAREFUL.iter().chain(off) {
            // A failure would be that of a name with a zero byte.
            let _ = set_thread_local_config_option(key, value);
            set.push(*key);
        }
        Self { set }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for key in &self.set {
            let _ = clear_thread_local_config_option(key);
        }
    }
}
