//! A model fitted to a survey: coefficients with what the design says of them.

use super::MirtiError;
use super::dense::{Square, dot};
use super::design::{self, DesignCounts, Lonely};
use super::diagnose;
use super::frame::Frame;
use super::glm::{self, Glm};
use super::intercept::{self, Intercept};
use super::link::Link;
use super::quality::{HosmerLemeshow, auc, hosmer_lemeshow};
use super::tails::{t_quantile, t_two_sided};

/// What to fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The link.
    pub link: Link,
    /// What strata of a single cluster add to variances.
    pub lonely: Lonely,
    /// Whether zones get an intercept of their own.
    pub random: bool,
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// Coefficients without zone intercepts.
    pub glm: Glm,
    /// Zone intercepts, and the coefficients beside them.
    pub intercept: Option<Intercept>,
    /// Covariance of the coefficients used: by the design, or with zone intercepts by the likelihood.
    pub covariance: Square,
    /// Counts of the design.
    pub design: DesignCounts,
    /// Degrees of freedom: clusters less strata less coefficients besides the intercept.
    pub df: f64,
    /// McFadden's pseudo R², `1 - l / l_0`, without zone intercepts.
    pub pseudo_r2: f64,
    /// Weighted area under the curve, without zone intercepts.
    pub auc: f64,
    /// The Hosmer-Lemeshow test, without zone intercepts.
    pub hosmer_lemeshow: Option<HosmerLemeshow>,
}

/// One coefficient as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_value: f64,
    /// 95 % interval.
    pub lo: f64,
    /// 95 % interval.
    pub hi: f64,
}

impl Estimate {
    /// The coefficients used.
    pub fn beta(&self) -> &[f64] {
        self.intercept.as_ref().map_or(&self.glm.beta, |i| &i.beta)
    }

    /// Each coefficient with its Wald test and interval.
    pub fn coefficients(&self) -> Vec<Coefficient> {
        let quantile = t_quantile(0.05, self.df);
        let each = self.beta().iter().enumerate().map(|(k, &value)| {
            let se = self.covariance.at(k, k).sqrt();
            let t = value / se;
            let p_value = t_two_sided(t, self.df);
            Coefficient { value, se, t, p_value, lo: value - quantile * se, hi: value + quantile * se }
        });
        each.collect()
    }
}

/// Fits a model to a survey.
///
/// Standard errors are linearised (Binder 1983), as those of R's `survey::svyglm`: the covariance of the sum of
/// weighted scores by the design, between two inverses of the expected information.
///
/// # Errors
/// What [`diagnose::check`] refuses, fits that do not settle, and designs without degrees of freedom.
pub fn estimate(frame: &Frame, options: Options) -> Result<Estimate, MirtiError> {
    if options.random && options.link != Link::Logit {
        return Err(MirtiError::RandomProbit);
    }
    diagnose::check(frame)?;
    let counts = design::counts(frame);
    let df = counts.clusters as f64 - counts.strata as f64 + 1.0 - frame.width() as f64;
    if df < 1.0 {
        let DesignCounts { strata, clusters, .. } = counts;
        return Err(MirtiError::NoFreedom { clusters, strata, terms: frame.width() });
    }
    let glm = glm::fit(frame, options.link)?;
    let p = frame.width();
    let mut scores = vec![0.0; frame.len() * p];
    let mut fitted = Vec::with_capacity(frame.len());
    for (i, score) in scores.chunks_exact_mut(p).enumerate() {
        let x = frame.row(i);
        let eta = dot(x, &glm.beta);
        fitted.push(options.link.probability(eta));
        let factor = frame.weight[i] / glm.mean_weight * options.link.step(eta, frame.y[i]).score;
        score.iter_mut().zip(x).for_each(|(s, x)| *s = factor * x);
    }
    let middle = design::covariance(frame, &scores, p, options.lonely)?;
    let intercept = options.random.then(|| intercept::fit(frame, &glm)).transpose()?;
    let covariance = match &intercept {
        Some(intercept) => intercept.covariance.clone(),
        None => glm.inverse.around(&middle),
    };
    Ok(Estimate {
        pseudo_r2: 1.0 - glm.log_lik / glm.null_log_lik,
        auc: auc(&fitted, &frame.y, &frame.weight),
        hosmer_lemeshow: hosmer_lemeshow(&fitted, &frame.y, &frame.weight),
        glm,
        intercept,
        covariance,
        design: counts,
        df,
    })
}

/// A share that the survey gives without a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direct {
    /// The weighted share with the outcome.
    pub share: f64,
    /// Its linearised standard error.
    pub se: f64,
    /// Children.
    pub children: u64,
}

/// The weighted share with the outcome among the rows that `inside` takes, with its linearised standard error as
/// a ratio of sums over the whole design. `None` where it takes none.
///
/// # Errors
/// Strata with a single cluster under a rule that refuses them.
pub fn direct(
    frame: &Frame,
    lonely: Lonely,
    inside: impl Fn(usize) -> bool,
) -> Result<Option<Direct>, MirtiError> {
    let rows: Vec<bool> = (0..frame.len()).map(inside).collect();
    let sum = |value: &dyn Fn(usize) -> f64| (0..frame.len()).filter(|&i| rows[i]).map(value).sum::<f64>();
    let total = sum(&|i| frame.weight[i]);
    if total == 0.0 {
        return Ok(None);
    }
    let share = sum(&|i| if frame.y[i] { frame.weight[i] } else { 0.0 }) / total;
    let z: Vec<f64> = (0..frame.len())
        .map(|i| {
            let y = f64::from(u8::from(frame.y[i]));
            if rows[i] { frame.weight[i] * (y - share) / total } else { 0.0 }
        })
        .collect();
    let variance = design::covariance(frame, &z, 1, lonely)?.at(0, 0);
    let children = rows.iter().filter(|r| **r).count() as u64;
    Ok(Some(Direct { share, se: variance.sqrt(), children }))
}
