//! A logit with a normal intercept for each zone, by Laplace's approximation.

use rayon::prelude::*;

use super::MirtiError;
use super::dense::{Square, dot};
use super::frame::Frame;
use super::glm::Glm;
use super::link::Link;
use super::quadrature::gauss_hermite;

/// Zones whose sums are added one after the other; see [`Frame`].
const CHUNK: usize = 64;

/// Nodes of the quadrature for the mean and spread of a zone's intercept.
const NODES: usize = 15;

/// A standard deviation between zones below this is none.
const LEAST_SD: f64 = 1e-3;

/// Where the search for the standard deviation begins.
const FIRST_SD: f64 = 0.5;

/// Steps of the search; a well-posed one takes about thirty.
const MOST_STEPS: usize = 300;

/// What another step of BFGS would still add to the log likelihood where Newton's method takes over: parameters
/// are then within 1e-4 of their standard errors, and each of its steps squares that.
const RISE: f64 = 1e-8;

/// Step of the differences that give the curvature, in units of the parameters' own scale.
const DIFFERENCE: f64 = 1e-4;

/// What the survey says of a zone's intercept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneEffect {
    /// Mean given the survey.
    pub mean: f64,
    /// Standard deviation given the survey.
    pub sd: f64,
    /// Children of the zone in the survey.
    pub children: u32,
}

/// A fitted model with zone intercepts.
#[derive(Clone, Debug)]
pub struct Intercept {
    /// Coefficients.
    pub beta: Vec<f64>,
    /// Their covariance, from the curvature of the likelihood.
    pub covariance: Square,
    /// Standard deviation of the intercepts between zones.
    pub sd: f64,
    /// Standard error of its logarithm.
    pub log_sd_se: f64,
    /// Log likelihood by Laplace's approximation.
    pub log_lik: f64,
    /// Intercepts of the zones, in the order of their numbers.
    pub effects: Vec<ZoneEffect>,
}

/// One zone at one set of parameters.
struct Mode {
    log_lik: f64,
    gradient: Vec<f64>,
    u: f64,
    /// Information of the zone's children on its intercept.
    information: f64,
}

struct Model<'a> {
    frame: &'a Frame,
    /// Rows by zone, and where each zone's begin.
    rows: Vec<u32>,
    starts: Vec<usize>,
    /// Weights that add up to the number of children in each zone.
    weight: Vec<f64>,
}

/// Fits `logit p = x'b + u_d` with `u_d ~ N(0, s²)`, from where the model without intercepts stands.
///
/// Weights are scaled to add up to the number of children of each zone (Pfeffermann and others 1998, method 2).
/// With weights of 1 this is `lme4::glmer(..., nAGQ = 1)`. O(n p) a step.
///
/// # Errors
/// Fewer than two zones, no variance between zones, or a search that does not settle.
pub fn fit(frame: &Frame, start: &Glm) -> Result<Intercept, MirtiError> {
    if start.link != Link::Logit {
        return Err(MirtiError::RandomProbit);
    }
    let model = Model::new(frame);
    if model.zones() < 2 {
        return Err(MirtiError::TooFewZones { zones: model.zones() });
    }
    let p = frame.width();
    let mut at: Vec<f64> = start.beta.iter().copied().chain([libm::log(FIRST_SD)]).collect();
    let mut inverse = Square::zero(p + 1);
    for i in 0..p {
        for j in 0..p {
            inverse.set(i, j, start.inverse.at(i, j));
        }
    }
    inverse.set(p, p, 1.0 / model.zones() as f64);
    climb(&model, &mut at, inverse)?;

    // The curvature gives the covariance, and a last step of Newton's method that BFGS leaves undone.
    let mut curvature = model.curvature(&at);
    for _ in 0..2 {
        let (_, gradient) = model.log_lik(&at);
        let Ok(lower) = curvature.cholesky() else {
            return Err(MirtiError::NotSettled { iterations: MOST_STEPS });
        };
        let step = lower.solve(&gradient);
        at.iter_mut().zip(&step).for_each(|(a, s)| *a += s);
        if step.iter().all(|s| s.abs() < 1e-9) {
            break;
        }
        curvature = model.curvature(&at);
    }
    let sd = libm::exp(at[p]);
    if sd < LEAST_SD {
        return Err(MirtiError::NoZoneVariance);
    }
    let Ok(lower) = curvature.cholesky() else {
        return Err(MirtiError::NotSettled { iterations: MOST_STEPS });
    };
    let whole = lower.inverse();
    let mut covariance = Square::zero(p);
    for i in 0..p {
        for j in 0..p {
            covariance.set(i, j, whole.at(i, j));
        }
    }
    let (log_lik, _) = model.log_lik(&at);
    let effects = model.effects(&at[..p], sd);
    Ok(Intercept {
        covariance,
        sd,
        log_sd_se: whole.at(p, p).sqrt(),
        log_lik,
        effects,
        beta: at[..p].to_vec(),
    })
}

/// Climbs to the top by BFGS with halving.
fn climb(model: &Model<'_>, at: &mut Vec<f64>, mut inverse: Square) -> Result<(), MirtiError> {
    let (mut value, mut gradient) = model.log_lik(at);
    for _ in 0..MOST_STEPS {
        let direction = inverse.times(&gradient);
        let rise = dot(&direction, &gradient);
        if rise < RISE {
            return Ok(());
        }
        let mut scale = 1.0;
        let (next, next_value, next_gradient) = loop {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(a, d)| a + scale * d).collect();
            if next[next.len() - 1] < libm::log(LEAST_SD * 0.1) {
                return Err(MirtiError::NoZoneVariance);
            }
            let (v, g) = model.log_lik(&next);
            if v >= value + 1e-4 * scale * rise {
                break (next, v, g);
            }
            scale *= 0.5;
            if scale < 1e-9 {
                // No step is up any more: this is the top to the last digits.
                return Ok(());
            }
        };
        let step: Vec<f64> = next.iter().zip(at.iter()).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = gradient.iter().zip(&next_gradient).map(|(a, b)| a - b).collect();
        update(&mut inverse, &step, &change);
        (*at, value, gradient) = (next, next_value, next_gradient);
    }
    Err(MirtiError::NotSettled { iterations: MOST_STEPS })
}

/// The BFGS update of the inverse of the (negative) curvature.
fn update(inverse: &mut Square, step: &[f64], change: &[f64]) {
    let along = dot(step, change);
    if along <= 1e-14 {
        return;
    }
    let bent = inverse.times(change);
    let factor = (1.0 + dot(change, &bent) / along) / along;
    for i in 0..step.len() {
        for j in 0..step.len() {
            let value = inverse.at(i, j) + factor * step[i] * step[j]
                - (bent[i] * step[j] + step[i] * bent[j]) / along;
            inverse.set(i, j, value);
        }
    }
}

impl<'a> Model<'a> {
    fn new(frame: &'a Frame) -> Self {
        let zones = frame.zone.iter().max().map_or(0, |&z| z as usize + 1);
        let mut starts = vec![0; zones + 1];
        let mut sums = vec![0.0; zones];
        for i in 0..frame.len() {
            starts[frame.zone[i] as usize + 1] += 1;
            sums[frame.zone[i] as usize] += frame.weight[i];
        }
        for zone in 0..zones {
            starts[zone + 1] += starts[zone];
        }
        let mut rows = vec![0_u32; frame.len()];
        let mut next = starts.clone();
        for i in 0..frame.len() {
            let slot = &mut next[frame.zone[i] as usize];
            rows[*slot] = i as u32;
            *slot += 1;
        }
        let weight = (0..frame.len())
            .map(|i| {
                let zone = frame.zone[i] as usize;
                frame.weight[i] * (starts[zone + 1] - starts[zone]) as f64 / sums[zone]
            })
            .collect();
        Self { frame, rows, starts, weight }
    }

    fn zones(&self) -> usize {
        self.starts.len() - 1
    }

    fn rows_of(&self, zone: usize) -> &[u32] {
        &self.rows[self.starts[zone]..self.starts[zone + 1]]
    }

    /// The log likelihood and its gradient.
    fn log_lik(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let zones: Vec<usize> = (0..self.zones()).collect();
        let chunks: Vec<(f64, Vec<f64>)> = zones
            .par_chunks(CHUNK)
            .map(|chunk| {
                let (mut value, mut gradient) = (0.0, vec![0.0; at.len()]);
                for &zone in chunk {
                    let mode = self.mode(zone, at);
                    value += mode.log_lik;
                    gradient.iter_mut().zip(&mode.gradient).for_each(|(g, m)| *g += m);
                }
                (value, gradient)
            })
            .collect();
        let (mut value, mut gradient) = (0.0, vec![0.0; at.len()]);
        for (v, g) in chunks {
            value += v;
            gradient.iter_mut().zip(&g).for_each(|(all, one)| *all += one);
        }
        (value, gradient)
    }

    /// The most likely intercept of a zone, and Laplace's approximation there:
    /// `l(u) - u²/2s² - log(1 + s² H)/2`, with its derivatives by `b` and `log s`.
    fn mode(&self, zone: usize, at: &[f64]) -> Mode {
        let p = self.frame.width();
        let (beta, precision) = (&at[..p], libm::exp(-2.0 * at[p]));
        let rows = self.rows_of(zone);
        let eta: Vec<f64> = rows.iter().map(|&i| dot(self.frame.row(i as usize), beta)).collect();
        let u = self.solve(rows, &eta, precision);
        let (mut log_lik, mut information, mut skew) = (0.0, 0.0, 0.0);
        let mut score = vec![0.0; p];
        let mut pulled = vec![0.0; p];
        let mut bent = vec![0.0; p];
        for (&row, &eta) in rows.iter().zip(&eta) {
            let i = row as usize;
            let (w, x) = (self.weight[i], self.frame.row(i));
            let step = Link::Logit.step(eta + u, self.frame.y[i]);
            let probability = Link::Logit.probability(eta + u);
            let weight = w * step.information;
            let third = weight * (1.0 - 2.0 * probability);
            log_lik += w * step.log_lik;
            information += weight;
            skew += third;
            for (k, &value) in x.iter().enumerate() {
                score[k] += w * step.score * value;
                pulled[k] += weight * value;
                bent[k] += third * value;
            }
        }
        let curvature = information + precision;
        let mut gradient = score;
        for k in 0..p {
            // How the information moves with b: directly, and through the mode.
            let moved = bent[k] - skew * pulled[k] / curvature;
            gradient[k] -= 0.5 * moved / curvature;
        }
        let moved = skew * 2.0 * u * precision / curvature;
        gradient.push(u * u * precision - 0.5 * (2.0 * information + moved) / curvature);
        log_lik -= 0.5 * u * u * precision + 0.5 * libm::log(curvature / precision);
        Mode { log_lik, gradient, u, information }
    }

    /// The most likely intercept: the root of a falling function, by Newton's method held between bounds.
    fn solve(&self, rows: &[u32], eta: &[f64], precision: f64) -> f64 {
        let (mut u, mut low, mut high) = (0.0, f64::NEG_INFINITY, f64::INFINITY);
        for _ in 0..200 {
            let (mut slope, mut curvature) = (-u * precision, precision);
            for (&row, &eta) in rows.iter().zip(eta) {
                let i = row as usize;
                let probability = Link::Logit.probability(eta + u);
                slope += self.weight[i] * (f64::from(u8::from(self.frame.y[i])) - probability);
                curvature += self.weight[i] * probability * (1.0 - probability);
            }
            if slope > 0.0 {
                low = u
            } else {
                high = u
            }
            let mut next = u + slope / curvature;
            if !(next > low && next < high) && low.is_finite() && high.is_finite() {
                next = 0.5 * (low + high);
            }
            let step = next - u;
            u = next;
            if step.abs() < 1e-13 * (1.0 + u.abs()) {
                break;
            }
        }
        u
    }

    /// The negative curvature of the log likelihood, by central differences of its gradient.
    fn curvature(&self, at: &[f64]) -> Square {
        let n = at.len();
        let mut curvature = Square::zero(n);
        for k in 0..n {
            let sides = [1.0, -1.0].map(|side| {
                let mut moved = at.to_vec();
                moved[k] += side * DIFFERENCE;
                self.log_lik(&moved).1
            });
            for (i, (up, down)) in sides[0].iter().zip(&sides[1]).enumerate() {
                curvature.set(i, k, (down - up) / (2.0 * DIFFERENCE));
            }
        }
        for i in 0..n {
            for j in 0..i {
                let mean = 0.5 * (curvature.at(i, j) + curvature.at(j, i));
                curvature.set(i, j, mean);
                curvature.set(j, i, mean);
            }
        }
        curvature
    }

    /// Mean and standard deviation of each zone's intercept given the survey, by adaptive Gauss-Hermite
    /// quadrature about its mode: the mode itself lies off the mean where outcomes are rare.
    fn effects(&self, beta: &[f64], sd: f64) -> Vec<ZoneEffect> {
        let rule = gauss_hermite(NODES);
        let at: Vec<f64> = beta.iter().copied().chain([libm::log(sd)]).collect();
        (0..self.zones())
            .into_par_iter()
            .map(|zone| {
                let mode = self.mode(zone, &at);
                let spread = (2.0 / (mode.information + 1.0 / (sd * sd))).sqrt();
                let rows = self.rows_of(zone);
                let eta: Vec<f64> = rows.iter().map(|&i| dot(self.frame.row(i as usize), beta)).collect();
                let height = |u: f64| {
                    let sum: f64 = rows
                        .iter()
                        .zip(&eta)
                        .map(|(&i, eta)| {
                            self.weight[i as usize]
                                * Link::Logit.step(eta + u, self.frame.y[i as usize]).log_lik
                        })
                        .sum();
                    sum - 0.5 * u * u / (sd * sd)
                };
                let top = height(mode.u);
                let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
                for &(x, w) in &rule {
                    let off = spread * x;
                    let share = w * libm::exp(x * x + height(mode.u + off) - top);
                    mass += share;
                    first += share * off;
                    second += share * off * off;
                }
                let (first, second) = (first / mass, second / mass);
                let sd = (second - first * first).max(0.0).sqrt();
                ZoneEffect { mean: mode.u + first, sd, children: rows.len() as u32 }
            })
            .collect()
    }
}
