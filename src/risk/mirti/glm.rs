//! A weighted binary regression by iteratively reweighted least squares.

use super::MirtiError;
use super::dense::{Square, dot};
use super::frame::Frame;
use super::link::Link;

/// Iterations that every well-posed fit is done in long before.
const MOST_ITERATIONS: usize = 60;

/// The step, in standard errors of one observation's scale, at which a fit has settled.
const SETTLED: f64 = 1e-13;

/// Times a step is halved before the fit is given up.
const MOST_HALVINGS: usize = 40;

/// A linear predictor that leaves nothing open (`p < 1e-11`): on the way to it, coefficients run away.
const RUNAWAY: f64 = 25.0;

/// Maximum pseudo-likelihood estimates.
#[derive(Clone, Debug)]
pub struct Glm {
    /// The link.
    pub link: Link,
    /// Coefficients, in the order of the terms.
    pub beta: Vec<f64>,
    /// Inverse of the expected information, weights divided by their mean.
    pub inverse: Square,
    /// Log likelihood, weights divided by their mean.
    pub log_lik: f64,
    /// That of the intercept alone.
    pub null_log_lik: f64,
    /// Mean of the weights.
    pub mean_weight: f64,
    /// Iterations.
    pub iterations: usize,
}

/// Sums of one iteration.
struct Sums {
    score: Vec<f64>,
    information: Square,
    log_lik: f64,
}

/// Fits a frame that [`check`](super::diagnose::check) has passed.
///
/// The estimates solve `sum_i w_i s_i(b) x_i = 0` with `s` the derivative of the log likelihood (Binder 1983);
/// with weights of 1 they are the maximum likelihood estimates. O(n p²) an iteration.
///
/// # Errors
/// Separation that only shows as coefficients run away, or information without an inverse.
pub fn fit(frame: &Frame, link: Link) -> Result<Glm, MirtiError> {
    let mean_weight = frame.weight_sum() / frame.len() as f64;
    let sums = |beta: &[f64]| {
        let mut sums = frame.sum(
            || Sums { score: vec![0.0; beta.len()], information: Square::zero(beta.len()), log_lik: 0.0 },
            |sums, i| {
                let x = frame.row(i);
                let weight = frame.weight[i] / mean_weight;
                let step = link.step(dot(x, beta), frame.y[i]);
                for (sum, value) in sums.score.iter_mut().zip(x) {
                    *sum += weight * step.score * value;
                }
                sums.information.add_outer(weight * step.information, x);
                sums.log_lik += weight * step.log_lik;
            },
            |all, chunk| {
                for (sum, value) in all.score.iter_mut().zip(&chunk.score) {
                    *sum += value;
                }
                all.information.add(&chunk.information, 1.0);
                all.log_lik += chunk.log_lik;
            },
        );
        sums.information.mirror();
        sums
    };
    let share: f64 = frame.weight.iter().zip(&frame.y).filter(|(_, y)| **y).map(|(w, _)| w).sum();
    let share = share / frame.weight_sum();
    let null_log_lik =
        frame.len() as f64 * (share * libm::log(share) + (1.0 - share) * libm::log(1.0 - share));

    let mut beta = vec![0.0; frame.width()];
    let mut now = sums(&beta);
    for iterations in 1..=MOST_ITERATIONS {
        let Ok(lower) = now.information.cholesky() else {
            return Err(runaway(frame, &beta));
        };
        let step = lower.solve(&now.score);
        // The decrement, per observation, of Newton's method: free of units.
        let decrement = dot(&step, &now.score) / frame.len() as f64;
        if decrement < SETTLED * SETTLED {
            return Ok(Glm {
                link,
                beta,
                inverse: lower.inverse(),
                log_lik: now.log_lik,
                null_log_lik,
                mean_weight,
                iterations,
            });
        }
        let mut scale = 1.0;
        let mut halvings = 0;
        let (next_beta, next) = loop {
            let next_beta: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + scale * s).collect();
            let next = sums(&next_beta);
            // Near the top the log likelihood no longer tells steps apart.
            let slack = 1e-12 * now.log_lik.abs();
            if next.log_lik >= now.log_lik - slack || halvings == MOST_HALVINGS {
                break (next_beta, next);
            }
            scale *= 0.5;
            halvings += 1;
        };
        let stuck = next_beta == beta;
        (beta, now) = (next_beta, next);
        if stuck || furthest(frame, &beta).1 > RUNAWAY * 4.0 {
            return Err(runaway(frame, &beta));
        }
    }
    Err(runaway(frame, &beta))
}

/// The term that moves the linear predictor most, and by how much over its range.
fn furthest(frame: &Frame, beta: &[f64]) -> (usize, f64) {
    let mut range = vec![(f64::INFINITY, f64::NEG_INFINITY); beta.len()];
    for i in 0..frame.len() {
        for ((low, high), &value) in range.iter_mut().zip(frame.row(i)) {
            *low = low.min(value);
            *high = high.max(value);
        }
    }
    let mut most = (0, 0.0);
    for (term, ((low, high), b)) in range.iter().zip(beta).enumerate().skip(1) {
        let moved = (high - low) * b.abs();
        if moved > most.1 {
            most = (term, moved);
        }
    }
    most
}

fn runaway(frame: &Frame, beta: &[f64]) -> MirtiError {
    let (term, moved) = furthest(frame, beta);
    if moved > RUNAWAY {
        MirtiError::Separation { term: frame.terms[term].to_string(), how: super::Separated::Together }
    } else {
        MirtiError::NotSettled { iterations: MOST_ITERATIONS }
    }
}
