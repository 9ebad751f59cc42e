//! What keeps a model from being fitted, named before it is tried.

use super::MirtiError;
use super::frame::Frame;
use super::separation::Separated;

/// What may be left of a column's squared length once the columns before it are taken out; below it the column
/// is a combination of them.
const COLLINEAR: f64 = 1e-10;

/// Coefficients of a combination below this are rounding.
const PART: f64 = 1e-6;

/// Refuses a frame whose model has no finite, unique estimate, with the variable at fault.
///
/// # Errors
/// No observations, weights that are not above 0, an outcome of one class, a term that does not vary or is
/// a combination of others, or one that separates the outcome.
pub fn check(frame: &Frame) -> Result<(), MirtiError> {
    if frame.is_empty() {
        return Err(MirtiError::NoChildren);
    }
    if let Some(row) = frame.weight.iter().position(|w| !(*w > 0.0 && w.is_finite())) {
        return Err(MirtiError::Weight { row, weight: frame.weight[row] });
    }
    let positive = frame.y.iter().filter(|y| **y).count();
    if positive == 0 || positive == frame.len() {
        return Err(MirtiError::OneClass { positive: positive > 0, children: frame.len() });
    }
    if frame.len() <= frame.width() {
        return Err(MirtiError::TooFewChildren { children: frame.len(), terms: frame.width() });
    }
    let cross = frame.cross(|_| 1.0);
    if let Some((term, parts)) = cross.dependent(COLLINEAR) {
        let others: Vec<String> = parts
            .iter()
            .enumerate()
            .filter(|(_, c)| c.abs() > PART)
            .map(|(j, _)| frame.terms[j].to_string())
            .collect();
        return Err(match others.is_empty() || others == ["(intercept)"] {
            true => MirtiError::Constant { term: frame.terms[term].to_string() },
            false => MirtiError::Collinear { term: frame.terms[term].to_string(), others },
        });
    }
    for term in 1..frame.width() {
        if let Some(how) = separates(frame, term) {
            return Err(MirtiError::Separation { term: frame.terms[term].to_string(), how });
        }
    }
    Ok(())
}

/// Whether one column alone separates the outcome.
fn separates(frame: &Frame, term: usize) -> Option<Separated> {
    if frame.terms[term].level.is_some() {
        let inside = |y: bool| (0..frame.len()).any(|i| frame.row(i)[term] != 0.0 && frame.y[i] == y);
        return match (inside(true), inside(false)) {
            (false, _) => Some(Separated::LevelWithout),
            (_, false) => Some(Separated::LevelOnly),
            _ => None,
        };
    }
    let range = |y: bool| {
        (0..frame.len()).filter(|&i| frame.y[i] == y).fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(low, high), i| {
                let value = frame.row(i)[term];
                (low.min(value), high.max(value))
            },
        )
    };
    let (with, without) = (range(true), range(false));
    (with.0 >= without.1 || without.0 >= with.1).then_some(Separated::Threshold)
}
