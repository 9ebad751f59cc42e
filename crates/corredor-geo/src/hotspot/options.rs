//! What a caller may choose.

/// Levels of the bins ±1, ±2, ±3: the 90, 95 and 99 % of the map legend.
pub const GI_LEVELS: [f64; 3] = [0.10, 0.05, 0.01];

/// Which p-value is the published one and drives q and the bins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reference {
    /// Conditional permutation: needs no distribution, right for skewed rates and counts.
    Permutation,
    /// The normal approximation of Gi\*, which counts a zone's own value as well: right for bounded scores.
    #[default]
    Normal,
}

/// Choices for [`local_gi`](super::local_gi).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GiOptions {
    /// Number of permutations; `None` chooses it
    /// ([`choose_permutations`](super::choose_permutations)), 0 computes none.
    pub permutations: Option<usize>,
    /// Seed of the permutations.
    pub seed: u64,
    /// Whether bins come from q (Benjamini-Hochberg) or from p as it stands.
    pub fdr: bool,
    /// Which p-value is published.
    pub reference: Reference,
}

impl Default for GiOptions {
    /// Chosen permutations, seed 0, false discovery rate on, the analytic p classed (`docs/decisions/0004`).
    fn default() -> Self {
        Self { permutations: None, seed: 0, fdr: true, reference: Reference::default() }
    }
}

/// Choices for [`local_moran`](super::local_moran).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoranOptions {
    /// Number of permutations; `None` chooses it, 0 computes none.
    pub permutations: Option<usize>,
    /// Seed of the permutations.
    pub seed: u64,
}
