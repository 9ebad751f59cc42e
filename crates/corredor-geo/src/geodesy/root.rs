//! A root finder that keeps its bracket.

/// Where `f` changes sign between `a` and `b`, to `tolerance` in the argument.
///
/// `fa` and `fb` are the values at the ends and must differ in sign (or be zero). Illinois
/// false position (Dowell and Jarratt 1971), with a bisection whenever two steps have not
/// halved the bracket, so it needs at most about three times the steps of bisection and
/// usually under ten.
pub(crate) fn bracketed_root(
    mut f: impl FnMut(f64) -> f64,
    (mut a, mut fa): (f64, f64),
    (mut b, mut fb): (f64, f64),
    tolerance: f64,
) -> f64 {
    let mut side = 0_i8;
    let mut width_before = f64::INFINITY;
    for step in 0..200 {
        if fa == 0.0 {
            return a;
        }
        if fb == 0.0 {
            return b;
        }
        let width = (b - a).abs();
        if width <= tolerance {
            break;
        }
        let false_position = a + (b - a) * (fa / (fa - fb));
        let bisect = step % 3 == 2 && width > 0.5 * width_before;
        let mut m = if bisect || !false_position.is_finite() { 0.5 * (a + b) } else { false_position };
        // A step of at least a third of the tolerance closes the bracket from both sides.
        let (low, high) = (a.min(b), a.max(b));
        let nudge = tolerance / 3.0;
        if width > 2.0 * nudge {
            m = m.clamp(low + nudge, high - nudge);
        }
        if step % 3 == 2 {
            width_before = width;
        }
        if m <= low || m >= high {
            break;
        }
        let fm = f(m);
        if (fm < 0.0) == (fa < 0.0) && fm != 0.0 {
            (a, fa) = (m, fm);
            if side == 1 && !bisect {
                fb *= 0.5;
            }
            side = 1;
        } else {
            (b, fb) = (m, fm);
            if side == -1 && !bisect {
                fa *= 0.5;
            }
            side = -1;
        }
    }
    0.5 * (a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_roots_of_smooth_and_of_step_functions() {
        let mut calls = 0;
        let cube = |x: f64| x * x * x - 0.3;
        let root = bracketed_root(
            |x| {
                calls += 1;
                cube(x)
            },
            (0.0, cube(0.0)),
            (1.0, cube(1.0)),
            1e-13,
        );
        assert!((root - 0.3_f64.cbrt()).abs() < 1e-13);
        assert!(calls < 20, "{calls}");
        let step = |x: f64| if x < 0.777 { -1.0 } else { 1e-6 };
        let root = bracketed_root(step, (0.0, -1.0), (1.0, 1e-6), 1e-12);
        assert!((root - 0.777).abs() < 1e-12);
    }

    #[test]
    fn an_end_may_be_the_root() {
        assert_eq!(bracketed_root(|x| x, (0.0, 0.0), (1.0, 1.0), 1e-12), 0.0);
        assert_eq!(bracketed_root(|x| x - 1.0, (0.0, -1.0), (1.0, 0.0), 1e-12), 1.0);
    }
}
