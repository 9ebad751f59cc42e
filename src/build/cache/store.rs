//! The cache itself: entries in, layers out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::ArrowError;

use super::entry::{Blob, Entry};
use super::{blobs, codec, sealed};
use crate::layer::{Column, Geometry, Layer};

/// Version of the files of the cache; a change of their meaning is a new one.
pub(super) const FORMAT: &str = "cache-1";

/// Something in the cache that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The layer.
    pub layer: String,
}

/// Layers of earlier builds in a folder.
#[derive(Debug)]
pub struct Cache {
    pub(super) folder: PathBuf,
    /// Geometry at hand with its blob, so that layers that share it are written and read once.
    known: Mutex<Vec<(Arc<Geometry>, Blob)>>,
}

impl Cache {
    /// The cache in a folder, which need not be there yet.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.join(FORMAT), known: Mutex::default() }
    }

    /// Where the stamps of source files lie.
    pub fn stamps(&self) -> PathBuf {
        self.folder.join("stamps.json")
    }

    fn entry_path(&self, fingerprint: &str) -> PathBuf {
        self.folder.join("layers").join(format!("{fingerprint}.json"))
    }

    pub(super) fn blob_folder(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    /// What is kept under a fingerprint. `Ok(None)` where nothing is.
    ///
    /// # Errors
    /// [`Damage`] where something is that cannot be used.
    pub fn entry(&self, layer: &str, fingerprint: &str) -> Result<Option<Entry>, Damage> {
        let path = self.entry_path(fingerprint);
        if !path.exists() {
            return Ok(None);
        }
        let damage = || Damage { layer: layer.to_owned() };
        let body = sealed::open(&path).ok_or_else(damage)?;
        let entry: Entry = serde_json::from_str(&body).map_err(|_| damage())?;
        let folder = self.blob_folder();
        let there =
            |blob: &Blob| blobs::path(&folder, blob).metadata().is_ok_and(|found| found.len() == blob.bytes);
        match entry.layer == layer && there(&entry.attributes) && entry.geometry.iter().all(there) {
            true => Ok(Some(entry)),
            false => Err(damage()),
        }
    }

    /// The layer that was built under a fingerprint, where it is kept and whole.
    pub fn kept(&self, layer: &str, fingerprint: &str) -> Option<Layer> {
        let entry = self.entry(layer, fingerprint).ok().flatten()?;
        self.load(&entry).ok()
    }

    /// The layer of an entry, every byte checked.
    ///
    /// # Errors
    /// [`Damage`].
    pub fn load(&self, entry: &Entry) -> Result<Layer, Damage> {
        let damage = || Damage { layer: entry.layer.clone() };
        let geometry = match &entry.geometry {
            None => Arc::new(Geometry::None),
            Some(blob) => self.geometry(blob, &entry.kind).ok_or_else(damage)?,
        };
        let bytes = blobs::read(&self.blob_folder(), &entry.attributes).ok_or_else(damage)?;
        let batch = codec::decode(bytes).map_err(|_| damage())?;
        let schema = batch.schema();
        let fields = schema.fields().iter().zip(batch.columns());
        let columns =
            fields.map(|(field, values)| Column { name: field.name().clone(), values: Arc::clone(values) });
        Layer::new(&entry.layer, &entry.key, columns.collect(), geometry, entry.provenance.clone())
            .map_err(|_| damage())
    }

    fn geometry(&self, blob: &Blob, kind: &str) -> Option<Arc<Geometry>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((geometry, _)) = known.iter().find(|(_, at_hand)| at_hand == blob) {
            return Some(Arc::clone(geometry));
        }
        let batch = codec::decode(blobs::read(&self.blob_folder(), blob)?).ok()?;
        let geometry = Arc::new(codec::geometry_of(&batch, kind).ok()?);
        known.push((Arc::clone(&geometry), blob.clone()));
        Some(geometry)
    }

    /// A digest of everything in a layer: equal layers have equal ones.
    ///
    /// # Errors
    /// What Arrow says.
    pub fn content(layer: &Layer) -> Result<String, ArrowError> {
        Ok(Self::described(layer)?.content())
    }

    /// A digest of the values and places in a layer, as [`Entry::values`].
    ///
    /// # Errors
    /// What Arrow says.
    pub fn values(layer: &Layer) -> Result<String, ArrowError> {
        Ok(Self::described(layer)?.values())
    }

    /// The entry that a layer would have.
    fn described(layer: &Layer) -> Result<Entry, ArrowError> {
        let blob = |bytes: Vec<u8>| Blob {
            blake3: blobs::digest(&bytes).to_hex().to_string(),
            bytes: bytes.len() as u64,
        };
        let geometry = codec::geometry_batch(layer.geometry())?;
        Ok(Entry {
            layer: layer.name().to_owned(),
            key: layer.key().to_owned(),
            features: layer.len(),
            kind: layer.geometry().kind().to_owned(),
            seconds: 0.0,
            attributes: blob(codec::encode(layer.attributes())?),
            geometry: geometry.map(|batch| codec::encode(&batch).map(blob)).transpose()?,
            provenance: layer.provenance.clone(),
        })
    }

    /// Keeps a layer under a fingerprint.
    ///
    /// # Errors
    /// What the system or Arrow says; nothing half-written stays.
    pub fn save(&self, fingerprint: &str, layer: &Layer, seconds: f64) -> io::Result<Entry> {
        let wrong = |error: ArrowError| io::Error::other(error);
        let geometry = self.keep_geometry(layer.geometry())?;
        let attributes = codec::encode(layer.attributes()).map_err(wrong)?;
        let entry = Entry {
            layer: layer.name().to_owned(),
            key: layer.key().to_owned(),
            features: layer.len(),
            kind: layer.geometry().kind().to_owned(),
            seconds,
            attributes: blobs::write(&self.blob_folder(), &attributes)?,
            geometry,
            provenance: layer.provenance.clone(),
        };
        let body = serde_json::to_string(&entry)?;
        // A number that JSON cannot hold would come back as another layer.
        if !serde_json::from_str::<Entry>(&body).is_ok_and(|again| again == entry) {
            return Err(io::Error::other("its record cannot be kept"));
        }
        sealed::put(&self.entry_path(fingerprint), sealed::seal(&body).as_bytes())?;
        Ok(entry)
    }

    fn keep_geometry(&self, geometry: &Arc<Geometry>) -> io::Result<Option<Blob>> {
        // Held while encoding, so that two layers of one geometry do not both do it.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |at_hand: &&(Arc<Geometry>, Blob)| Arc::ptr_eq(&at_hand.0, geometry);
        if let Some((_, blob)) = known.iter().find(same) {
            return Ok(Some(blob.clone()));
        }
        let Some(batch) = codec::geometry_batch(geometry).map_err(io::Error::other)? else { return Ok(None) };
        let bytes = codec::encode(&batch).map_err(io::Error::other)?;
        let blob = blobs::write(&self.blob_folder(), &bytes)?;
        known.push((Arc::clone(geometry), blob.clone()));
        Ok(Some(blob))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Finding, LinesBuilder, Provenance, ZonesBuilder, points};

    fn layer(geometry: Geometry) -> Layer {
        let columns = vec![
            Column::texts("code", vec![Some("01"), Some("02"), Some("03")]),
            Column::numbers("risk", vec![Some(-0.0), None, Some(0.1 + 0.2)]),
            Column::integers("n", vec![None, Some(i64::MIN), Some(7)]),
            Column::booleans("b", vec![Some(true), None, Some(false)]),
        ];
        let mut provenance = Provenance { step: "score".into(), ..Provenance::default() };
        provenance.findings.push(Finding::NoNeighbours { count: 1, of: 9, examples: vec!["01".into()] });
        provenance.parameters.insert("cut".into(), serde_json::json!([0.1, 1, 1.0, "ñ"]));
        Layer::new("t", "code", columns, Arc::new(geometry), provenance).unwrap()
    }

    fn geometries() -> Vec<Geometry> {
        let mut lines = LinesBuilder::default();
        let mut zones = ZonesBuilder::default();
        for n in 0..3 {
            for x in 0..n {
                lines.vertex(f64::from(x) / 3.0, -0.0);
            }
            lines.end_line().unwrap();
            for x in [0.0, 1.0, 1.0, 0.0] {
                zones.vertex(x, f64::from(n) / 7.0);
            }
            zones.end_ring().unwrap();
            zones.end_polygon().unwrap();
            zones.end_zone().unwrap();
        }
        let points = points(vec![0.1, f64::MIN_POSITIVE, 180.0], vec![-90.0, 0.3, 1e-300]).unwrap();
        vec![Geometry::None, points, lines.finish().unwrap(), zones.finish().unwrap()]
    }

    #[test]
    fn a_layer_comes_back_bit_for_bit() {
        let dir = tempfile::tempdir().unwrap();
        for geometry in geometries() {
            let before = layer(geometry);
            let entry = Cache::new(dir.path()).save("f", &before, 0.5).unwrap();
            let cache = Cache::new(dir.path());
            let found = cache.entry("t", "f").unwrap().unwrap();
            assert_eq!(found, entry);
            let after = cache.load(&found).unwrap();
            assert_eq!(after.attributes(), before.attributes());
            assert_eq!(after.provenance, before.provenance);
            assert_eq!((after.name(), after.key()), ("t", "code"));
            assert_eq!(format!("{:?}", after.geometry()), format!("{:?}", before.geometry()));
            let again = Cache::new(&dir.path().join("other")).save("g", &after, 0.1).unwrap();
            assert_eq!(again.content(), entry.content());
        }
    }

    #[test]
    fn a_flipped_bit_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let before = layer(geometries().remove(3));
        let entry = Cache::new(dir.path()).save("f", &before, 0.5).unwrap();
        let blobs = dir.path().join(FORMAT).join("blobs");
        for blob in std::fs::read_dir(blobs).unwrap() {
            let path = blob.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            for at in (0..bytes.len()).step_by(97) {
                let mut broken = bytes.clone();
                broken[at] ^= 4;
                std::fs::write(&path, broken).unwrap();
                let cache = Cache::new(dir.path());
                let entry = cache.entry("t", "f").unwrap().unwrap();
                assert_eq!(cache.load(&entry).unwrap_err(), Damage { layer: "t".into() }, "byte {at}");
            }
            std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            assert!(Cache::new(dir.path()).entry("t", "f").is_err(), "cut off");
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(Cache::new(dir.path()).load(&entry).is_ok());
        assert!(Cache::new(dir.path()).entry("other", "f").is_err(), "another layer's entry");
        assert!(Cache::new(dir.path()).entry("t", "g").unwrap().is_none());
    }

    #[test]
    fn layers_of_one_geometry_keep_it_once() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let one = layer(geometries().remove(3));
        let columns = vec![Column::texts("code", vec![Some("01"), Some("02"), Some("03")])];
        let other =
            Layer::new("u", "code", columns, Arc::clone(one.geometry()), Provenance::default()).unwrap();
        cache.save("f", &one, 0.1).unwrap();
        cache.save("g", &other, 0.1).unwrap();
        assert_eq!(std::fs::read_dir(cache.blob_folder()).unwrap().count(), 3);
        let cache = Cache::new(dir.path());
        let load =
            |layer, fingerprint| cache.load(&cache.entry(layer, fingerprint).unwrap().unwrap()).unwrap();
        assert!(Arc::ptr_eq(load("t", "f").geometry(), load("u", "g").geometry()));
    }
}
