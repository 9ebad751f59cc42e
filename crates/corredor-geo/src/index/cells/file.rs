//! Saving an index and mapping it back.
//!
//! Head, little-endian: magic, version, byte-order mark, grid (four floats, two counts),
//! number of zones, bytes of the four sections, mark of the source, BLAKE3 checksum of the
//! whole file with the checksum's own bytes zero.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::CellIndex;
use super::check;
use super::grid::Grid;
use super::mapping::map;
use super::store::{ALIGN, HEAD, Sizes, Store};

const MAGIC: &[u8; 8] = b"CORRCELL";

/// Raised whenever the layout or the meaning of the arrays changes.
const VERSION: u32 = 1;

/// Reads wrongly on a machine of the other byte order.
const ORDER: u32 = 0x0102_0304;

const CHECKSUM: std::ops::Range<usize> = 128..160;

/// Why an index file is not used.
#[derive(Debug, Error)]
pub enum IndexFileError {
    /// The file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It is something else.
    #[error("{} is not an index of Corredor; give another file name", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Another version of Corredor, or a machine of another byte order, wrote it.
    #[error("{} is an index of format {found}, this is format {VERSION}; delete it and build it anew", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The format it has.
        found: u32,
    },
    /// It is cut off or has changed since it was written.
    #[error("{} is damaged: {what}; delete it and build it anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: &'static str,
    },
    /// It was built from other zones.
    #[error("{} was built from other zones than these, with another key, or by another version; delete it and build it anew", path.display())]
    OtherZones {
        /// The file.
        path: PathBuf,
    },
}

/// An index from a file, with the keys of its zones.
#[derive(Debug)]
pub struct SavedIndex {
    /// The index.
    pub index: CellIndex,
    /// The key of each zone, in the order of the zones.
    pub keys: Vec<String>,
}

impl CellIndex {
    /// Writes the index with the keys of its zones, in a file of its own that replaces `path`
    /// in one step. `source` marks what it was built from, such as the BLAKE3 hash of the zone
    /// file and the name of the key.
    ///
    /// # Errors
    ///
    /// [`IndexFileError::Io`].
    pub fn save<K: AsRef<str>>(
        &self,
        path: &Path,
        keys: &[K],
        source: &[u8; 32],
    ) -> Result<(), IndexFileError> {
        let io = |error| IndexFileError::Io { path: path.to_path_buf(), error };
        let text: Vec<u8> = keys.iter().flat_map(|key| [key.as_ref().as_bytes(), b"\0"].concat()).collect();
        let sizes = Sizes { keys: text.len(), ..self.store.sizes };
        let mut head = head(self, sizes, source);
        let parts = self.store.parts();
        let sections: [&[u8]; 4] = [
            &text,
            bytemuck::cast_slice(parts.tiles),
            bytemuck::cast_slice(parts.nodes),
            bytemuck::cast_slice(parts.blob),
        ];
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        for section in sections {
            hasher.update_rayon(section).update(padding(section.len()));
        }
        head[CHECKSUM].copy_from_slice(hasher.finalize().as_bytes());

        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        file.write_all(&head).map_err(io)?;
        for section in sections {
            file.write_all(section).and_then(|()| file.write_all(padding(section.len()))).map_err(io)?;
        }
        file.as_file().sync_all().map_err(io)?;
        file.persist(path).map_err(|refused| io(refused.error))?;
        Ok(())
    }

    /// Maps an index file, after checking all of it. `source` must be the mark that
    /// [`CellIndex::save`] was given, where it is stated.
    ///
    /// The checksum finds damage; it does not prove who wrote the file. Whoever did, what is opened holds together:
    /// looking up in it never leaves it, and names zones of it only. Whether they are the right ones is as sure as
    /// whoever may write the file.
    ///
    /// # Errors
    ///
    /// [`IndexFileError`] says why the file is refused and what to do.
    pub fn open(path: &Path, source: Option<&[u8; 32]>) -> Result<SavedIndex, IndexFileError> {
        let io = |error| IndexFileError::Io { path: path.to_path_buf(), error };
        let damaged = |what| IndexFileError::Damaged { path: path.to_path_buf(), what };
        let foreign = || IndexFileError::Foreign { path: path.to_path_buf() };
        // A pipe would wait for who writes into it.
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            return Err(foreign());
        }
        let file = File::open(path).map_err(io)?;
        // An empty file cannot be mapped.
        if file.metadata().map_err(io)?.len() < HEAD as u64 {
            return Err(foreign());
        }
        let bytes = map(&file).map_err(io)?;
        let head = &bytes[..HEAD];
        if &head[..8] != MAGIC {
            return Err(foreign());
        }
        let found = u32_at(head, 8);
        if found != VERSION || u32_at(head, 12) != ORDER {
            return Err(IndexFileError::Version { path: path.to_path_buf(), found });
        }
        let sizes = Sizes {
            keys: size_at(head, 64),
            tiles: size_at(head, 72),
            nodes: size_at(head, 80),
            blob: size_at(head, 88),
        };
        if sizes.total() != Some(bytes.len()) {
            return Err(damaged("its length is not what its head says"));
        }
        let mut unsigned = [0_u8; HEAD];
        unsigned.copy_from_slice(head);
        unsigned[CHECKSUM].fill(0);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&unsigned).update_rayon(&bytes[HEAD..]);
        if hasher.finalize().as_bytes() != &head[CHECKSUM] {
            return Err(damaged("its checksum does not fit its contents"));
        }
        if source.is_some_and(|source| source != &head[96..128]) {
            return Err(IndexFileError::OtherZones { path: path.to_path_buf() });
        }
        let zones = u32_at(head, 56) as usize;
        let text = std::str::from_utf8(&bytes[sizes.keys()]).map_err(|_| damaged("its keys are not text"))?;
        let keys: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
        if keys.len() != zones {
            return Err(damaged("it has not one key per zone"));
        }
        let float = |at: usize| f64::from_bits(u64_at(head, at));
        let grid = Grid {
            west: float(16),
            south: float(24),
            columns_per_deg: float(32),
            rows_per_deg: float(40),
            tiles_x: u32_at(head, 48),
            tiles_y: u32_at(head, 52),
        };
        if !check::grid(&grid) || !check::sizes(&grid, sizes.tiles, sizes.nodes, sizes.blob) {
            return Err(damaged("its cells are not those of a grid"));
        }
        let store = Store::mapped(bytes, sizes, grid);
        check::arrays(&store.parts(), zones).map_err(damaged)?;
        Ok(SavedIndex { index: Self { store, zones }, keys })
    }
}

fn head(index: &CellIndex, sizes: Sizes, source: &[u8; 32]) -> [u8; HEAD] {
    let Grid { west, south, columns_per_deg, rows_per_deg, tiles_x, tiles_y } = index.store.grid;
    let mut head = [0_u8; HEAD];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, MAGIC);
    put(8, &VERSION.to_le_bytes());
    put(12, &ORDER.to_le_bytes());
    for (i, value) in [west, south, columns_per_deg, rows_per_deg].into_iter().enumerate() {
        put(16 + 8 * i, &value.to_le_bytes());
    }
    put(48, &tiles_x.to_le_bytes());
    put(52, &tiles_y.to_le_bytes());
    put(56, &(index.zones as u32).to_le_bytes());
    for (i, size) in [sizes.keys, sizes.tiles, sizes.nodes, sizes.blob].into_iter().enumerate() {
        put(64 + 8 * i, &(size as u64).to_le_bytes());
    }
    put(96, source);
    head
}

/// The zeros after a section.
fn padding(size: usize) -> &'static [u8] {
    const ZEROS: [u8; ALIGN] = [0; ALIGN];
    &ZEROS[..size.next_multiple_of(ALIGN) - size]
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u64_at(bytes, at) as u32
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

fn size_at(bytes: &[u8], at: usize) -> usize {
    usize::try_from(u64_at(bytes, at)).unwrap_or(usize::MAX)
}
