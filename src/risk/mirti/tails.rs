//! Tails of the normal, Student's t and chi-square distributions.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Terms after which a continued fraction has settled for any argument used here.
const TERMS: usize = 10_000;

/// Smallest number that a continued fraction may divide by (Lentz's method).
const TINY: f64 = 1e-300;

/// The standard normal distribution function.
pub fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The standard normal density.
pub fn normal_density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt()
}

/// The two-sided p-value of `t` with `df` degrees of freedom.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    beta_share(df / 2.0, 0.5, df / (df + t * t))
}

/// The `t` that leaves `p` in both tails together.
///
/// By bisection: monotone, and it is asked for once a model.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while t_two_sided(high, df) > p && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if t_two_sided(middle, df) > p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The upper tail of chi-square with `df` degrees of freedom.
pub fn chi_square_above(x: f64, df: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let (a, x) = (df / 2.0, x / 2.0);
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for k in 1..TERMS {
            term *= x / (a + k as f64);
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        return 1.0 - front * sum;
    }
    let (mut b, mut c) = (x + 1.0 - a, 1.0 / TINY);
    let mut d = 1.0 / b;
    let mut fraction = d;
    for k in 1..TERMS {
        let an = -(k as f64) * (k as f64 - a);
        b += 2.0;
        d = 1.0 / nonzero(an * d + b);
        c = nonzero(b + an / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    front * fraction
}

/// The regularised incomplete beta function (continued fraction, NIST DLMF 8.17.22).
fn beta_share(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let front = libm::exp(
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x),
    );
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let step = d * c;
        fraction *= step;
        if (step - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From R 4.2: `pnorm`, `2 * pt(-t, df)`, `qt(0.975, df)`, `pchisq(x, df, lower = FALSE)`. Log gammas of
    /// thousands of degrees of freedom cancel, which leaves ten digits.
    #[test]
    fn as_r_has_them() {
        let near =
            |found: f64, wanted: f64| assert!((found / wanted - 1.0).abs() < 1e-10, "{found} {wanted}");
        near(normal_below(-1.5), 0.066_807_201_268_858_07);
        near(normal_below(3.0), 0.998_650_101_968_369_9);
        near(normal_density(0.7), 0.312_253_933_366_761_27);
        near(t_two_sided(2.0, 3.0), 0.139_325_968_558_843_13);
        near(t_two_sided(-5.5, 140.0), 1.749_762_489_398_045e-7);
        near(t_two_sided(1.2, 59_990.0), 0.230_144_079_351_723_85);
        near(t_quantile(0.05, 7.0), 2.364_624_251_592_784_4);
        near(t_quantile(0.05, 59_990.0), 1.960_003_529_768_933);
        near(chi_square_above(3.2, 8.0), 0.921_186_512_770_281_1);
        near(chi_square_above(25.0, 8.0), 0.001_554_557_843_011_067_2);
        assert_eq!(chi_square_above(0.0, 8.0), 1.0);
    }
}
