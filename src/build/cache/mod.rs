//! Layers kept between builds, each under the fingerprint of all that it depends on.
//!
//! ```text
//! .corredor/
//!   cache-1/                     1: the version of this format; others are removed
//!     stamps.json                size, times and digests of source files
//!     layers/FINGERPRINT.json    a checksum, then key, counts, provenance, and the names of two blobs
//!     blobs/BLAKE3.arrow         attributes or geometry, Arrow IPC; equal geometry is kept once
//!   last.json                    what each layer depended on when it was built last
//! ```
//!
//! Nothing here is ever needed: what is missing, cut off or changed is told apart by its checksum and built again.

mod blobs;
mod codec;
mod entry;
mod sealed;
mod stamps;
mod store;
mod sweep;

pub use entry::Entry;
pub(super) use sealed::{open as open_sealed, put as put_whole, seal};
pub(super) use stamps::{FileDigest, Stamps};
pub use store::{Cache, Damage};
