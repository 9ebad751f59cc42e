//! Hotspots: where high or low values lie together more than chance would put them.
//!
//! Methods, sources and every automatic choice: `docs/methods/hotspot.md`.
//!
//! - [`Contiguity`], [`contiguity`], [`queen`]: who is a neighbour of whom
//! - [`local_gi`]: Getis-Ord Gi\*, analytic and by permutation, bins −3..3
//! - [`local_moran`], [`global_moran`]: Moran's I, per zone and for the whole layer
//! - [`conditional_permutation`]: two-sided pseudo p-values, the same for any thread count
//! - [`benjamini_hochberg`], [`choose_permutations`], [`significance_possible`]: many
//!   tests at once
//! - [`gi_bin`]: the classes of the map

mod contiguity;
mod error;
mod fdr;
mod gi;
mod local;
mod moran;
mod observations;
mod options;
mod permutation;
#[cfg(test)]
mod tests;
mod warning;
mod weights;

pub use contiguity::{ContiguityOptions, ContiguityRule, MAX_TOLERANCE_M, contiguity, queen};
pub use error::HotspotError;
pub use fdr::{
    MAX_PERMUTATIONS, MIN_PERMUTATIONS, benjamini_hochberg, choose_permutations, significance_possible,
};
pub use gi::{GiResult, gi_bin, gi_star, local_gi};
pub use moran::{GlobalMoran, MoranResult, Quadrant, global_moran, local_moran, local_moran_i};
pub use options::{GI_LEVELS, GiOptions, MoranOptions, Reference};
pub use permutation::{PseudoP, Tail, conditional_permutation};
pub use warning::Warning;
pub use weights::Contiguity;
