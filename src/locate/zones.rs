//! The zones of a run: read as a layer, or the index that was saved of them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::LocateError;
use super::saved::Saved;
use crate::index::{CellIndex, SavedIndex};
use crate::join::{in_key_order, overlaps};
use crate::layer::read::{Options, read};
use crate::layer::{Finding, Layer};

/// Points that a saved index is built for: more than any run of now, so that it serves all.
const MANY: u64 = u64::MAX;

/// Files that make up one Shapefile, besides the one that is named.
const BESIDE_SHP: [&str; 4] = ["shx", "dbf", "prj", "cpg"];

/// The zones of a run.
///
/// ```
/// use corredor::layer::read::{Kind, Options};
/// use corredor::locate::{Saved, Zones};
///
/// let dir = tempfile::tempdir()?;
/// let path = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
/// std::fs::write(path("zones.geojson"), r#"{"type":"FeatureCollection","features":[
///   {"type":"Feature","properties":{"code":"01"},"geometry":{"type":"Polygon",
///    "coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}"#)?;
/// let options = Options::new(path("zones.geojson"), Kind::Polygon, "code");
/// let index = dir.path().join("zones.index");
/// assert_eq!(Zones::with_index(&options, &index, false)?.saved(), Some(Saved::Written));
/// assert_eq!(Zones::with_index(&options, &index, false)?.saved(), Some(Saved::Mapped));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Zones {
    key: String,
    keys: Vec<String>,
    layer: Option<Layer>,
    index: Option<CellIndex>,
    saved: Option<Saved>,
    index_seconds: f64,
}

impl From<Layer> for Zones {
    fn from(layer: Layer) -> Self {
        let keys = layer.keys().into_iter().map(str::to_owned).collect();
        let key = layer.key().to_owned();
        Self { key, keys, layer: Some(layer), index: None, saved: None, index_seconds: 0.0 }
    }
}

impl Zones {
    /// Zones with an index that is mapped from a file or, where there is none yet, built and
    /// written there. A mapped index stands for the zones, which are then read for their
    /// `geometry` only.
    ///
    /// The file is used for the very bytes and the key that it was built from, by the same
    /// version of Corredor.
    ///
    /// # Errors
    /// Where the zones cannot be read, are not one local file, or the index is damaged, of
    /// another format or of other zones; the file is then left as it is.
    pub fn with_index(options: &Options, index: &Path, geometry: bool) -> Result<Self, LocateError> {
        let start = Instant::now();
        let mark = mark(options)?;
        if index.exists() {
            let SavedIndex { index, keys } = CellIndex::open(index, Some(&mark))?;
            let index_seconds = start.elapsed().as_secs_f64();
            let layer = match geometry {
                true => Some(read("zones", options).map_err(LocateError::ReadZones)?),
                false => None,
            };
            let (key, saved) = (options.key.clone(), Some(Saved::Mapped));
            return Ok(Self { key, keys, layer, index: Some(index), saved, index_seconds });
        }
        let layer = read("zones", options).map_err(LocateError::ReadZones)?;
        let start = Instant::now();
        let keys = layer.keys();
        let cells = CellIndex::new(&layer.zones()?, &in_key_order(&keys), MANY)
            .map_err(crate::join::JoinError::from)?;
        cells.save(index, &keys, &mark)?;
        let index_seconds = start.elapsed().as_secs_f64();
        Ok(Self { index: Some(cells), saved: Some(Saved::Written), index_seconds, ..Self::from(layer) })
    }

    /// Name of the key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The keys, in their order.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The zones themselves; none where an index stands for them.
    pub fn layer(&self) -> Option<&Layer> {
        self.layer.as_ref()
    }

    /// What became of the file of the index; none without one.
    pub fn saved(&self) -> Option<Saved> {
        self.saved
    }

    /// What was noticed of the zones: when they were read, and whether they overlap. Nothing
    /// where an index stands for them.
    ///
    /// # Errors
    /// Where areas come out that cannot be.
    pub fn findings(&self) -> Result<Vec<Finding>, LocateError> {
        let Some(layer) = &self.layer else { return Ok(Vec::new()) };
        let overlapping = Finding::of_overlaps(&overlaps(&layer.zones()?)?, &self.keys);
        Ok(layer.provenance.findings.iter().cloned().chain(overlapping).collect())
    }

    pub(super) fn index(&self) -> Option<&CellIndex> {
        self.index.as_ref()
    }

    pub(super) fn index_seconds(&self) -> f64 {
        self.index_seconds
    }

    /// The layer, where a run needs what an index does not hold.
    pub(super) fn needed(&self) -> Result<&Layer, LocateError> {
        self.layer.as_ref().ok_or(LocateError::NoGeometry)
    }
}

/// What an index is built from, as one number: the version, the key, the layer and the bytes.
fn mark(options: &Options) -> Result<[u8; 32], LocateError> {
    let path = PathBuf::from(&options.path);
    if !path.is_file() {
        return Err(LocateError::IndexSource { zones: options.path.clone() });
    }
    let mut hasher = blake3::Hasher::new();
    for text in [env!("CARGO_PKG_VERSION"), &options.key, options.layer.as_deref().unwrap_or_default()] {
        hasher.update(text.as_bytes()).update(b"\0");
    }
    let mut files = vec![path.clone()];
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp")) {
        files.extend(BESIDE_SHP.iter().map(|ending| path.with_extension(ending)).filter(|p| p.is_file()));
    }
    for file in files {
        hash(&mut hasher, &file).map_err(|error| LocateError::Zones { path: file, error })?;
    }
    Ok(*hasher.finalize().as_bytes())
}

fn hash(hasher: &mut blake3::Hasher, path: &Path) -> io::Result<()> {
    // Blocks of this size keep all threads of the hash busy.
    let mut block = vec![0; 1 << 23];
    let mut file = File::open(path)?;
    loop {
        match file.read(&mut block)? {
            0 => return Ok(()),
            n => hasher.update_rayon(&block[..n]),
        };
    }
}
