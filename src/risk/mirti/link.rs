//! From a linear predictor to a probability.

use serde::{Deserialize, Serialize};

use super::tails::{normal_below, normal_density};

/// What joins the linear predictor and the probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// `p = 1 / (1 + exp(-eta))`.
    #[default]
    Logit,
    /// `p = Phi(eta)`.
    Probit,
}

/// What one observation gives to the normal equations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Derivative of the log likelihood by the linear predictor.
    pub score: f64,
    /// Expected information of the linear predictor.
    pub information: f64,
    /// The log likelihood.
    pub log_lik: f64,
}

impl Link {
    /// The probability.
    pub fn probability(self, eta: f64) -> f64 {
        match self {
            // Of two forms the one that cannot overflow.
            Self::Logit if eta >= 0.0 => 1.0 / (1.0 + libm::exp(-eta)),
            Self::Logit => {
                let odds = libm::exp(eta);
                odds / (1.0 + odds)
            }
            Self::Probit => normal_below(eta),
        }
    }

    /// The derivative of the probability by the linear predictor.
    pub fn slope(self, eta: f64) -> f64 {
        match self {
            Self::Logit => self.probability(eta) * self.probability(-eta),
            Self::Probit => normal_density(eta),
        }
    }

    /// Score, information and log likelihood of one observation.
    pub(super) fn step(self, eta: f64, positive: bool) -> Step {
        // Both links are symmetric: an outcome of 0 at eta is one of 1 at -eta.
        let sign = if positive { 1.0 } else { -1.0 };
        let (p, q) = (self.probability(eta), self.probability(-eta));
        match self {
            Self::Logit => {
                let log_lik = -libm::log1p(libm::exp(-(sign * eta).abs())) + (sign * eta).min(0.0);
                Step { score: if positive { q } else { -p }, information: p * q, log_lik }
            }
            Self::Probit => {
                let density = normal_density(eta);
                let own = if positive { p } else { q };
                let ratio = |by: f64| if by > 0.0 { density / by } else { eta.abs() };
                Step {
                    score: sign * ratio(own),
                    information: density * ratio(p * q).min(f64::MAX),
                    log_lik: libm::log(own.max(f64::MIN_POSITIVE)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_derivatives() {
        for link in [Link::Logit, Link::Probit] {
            for eta in [-3.0, -0.4, 0.0, 1.1, 4.0] {
                for positive in [true, false] {
                    let h = 1e-6;
                    let slope = (link.step(eta + h, positive).log_lik - link.step(eta - h, positive).log_lik)
                        / (2.0 * h);
                    let found = link.step(eta, positive).score;
                    assert!((slope - found).abs() < 1e-7, "{link:?} {eta} {positive}: {slope} {found}");
                }
                let (yes, no) = (link.step(eta, true), link.step(eta, false));
                let p = link.probability(eta);
                // Information is the mean of the squared score.
                let mean = p * yes.score * yes.score + (1.0 - p) * no.score * no.score;
                assert!((mean - yes.information).abs() < 1e-12);
                assert!(
                    (link.slope(eta) - (link.probability(eta + 1e-6) - link.probability(eta - 1e-6)) / 2e-6)
                        .abs()
                        < 1e-8
                );
            }
        }
        assert_eq!(Link::Logit.probability(-800.0), 0.0);
        assert!(Link::Logit.step(800.0, false).log_lik == -800.0);
    }
}
