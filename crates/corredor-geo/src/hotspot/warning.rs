//! What a reader of the result must know.

use std::fmt;

/// Something that limits a result without making it wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Rows without a value were left out first, and are null in the result.
    MissingValues {
        /// Number of rows left out.
        count: usize,
    },
    /// Rows without a neighbour that has a value: class `no_neighbours`, null statistics.
    Islands {
        /// Number of such rows.
        count: usize,
    },
    /// All values are equal (or there is one, or none): every statistic is null.
    ZeroVariance {
        /// Number of values present.
        n: usize,
    },
    /// Rows that neighbour every other row: their Gi\* has no variance and is null.
    NeighbourOfAll {
        /// Number of such rows.
        count: usize,
    },
    /// Even the smallest possible p-value, shared by 1 % of the zones, would not pass the
    /// correction at this level.
    SignificanceImpossible {
        /// Number of permutations used.
        permutations: usize,
        /// Number of zones tested.
        n: usize,
        /// Level of the false discovery rate, 0..1.
        alpha: f64,
        /// Number of permutations that would do.
        needed: usize,
    },
    /// Fewer values than local statistics can be trusted with.
    FewObservations {
        /// Number of values present.
        n: usize,
    },
    /// Rows whose own value and whose neighbours disagree (Gi\* above its mean, neighbours
    /// in the lower tail, or the reverse): outliers, put in bin 0.
    OppositeTail {
        /// Number of such rows that were significant at 10 %.
        count: usize,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingValues { count } => write!(f, "zones without a value, left out: {count}"),
            Self::Islands { count } => {
                write!(f, "zones without a neighbour that has a value, class no_neighbours: {count}")
            }
            Self::ZeroVariance { n: 0 } => {
                write!(f, "no zone has a value to compare, so there is no statistic")
            }
            Self::ZeroVariance { n } => {
                write!(f, "the values do not vary ({n} of them), so there is no statistic")
            }
            Self::NeighbourOfAll { count } => {
                write!(f, "zones that neighbour every other zone, so that Gi* is undefined: {count}")
            }
            Self::SignificanceImpossible { permutations, n, alpha, needed } => write!(
                f,
                "with {permutations} permutations over {n} zones hardly any zone can be significant at {:.0} % after the correction; use at least {needed}",
                alpha * 100.0
            ),
            Self::FewObservations { n } => {
                write!(f, "zones with a value: {n}; local statistics are unreliable below {MIN_OBSERVATIONS}")
            }
            Self::OppositeTail { count } => write!(
                f,
                "zones that differ from their neighbours rather than resemble them, in no hot or cold class: {count}"
            ),
        }
    }
}

/// Below this many values a warning is given: the usual rule of thumb of the field.
pub(super) const MIN_OBSERVATIONS: usize = 30;
