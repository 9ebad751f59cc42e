//! Weights of the first principal component.

use super::scale::moments;
use crate::risk::RiskError;

/// The first principal component of some columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// Weight of each column: its squared loading, which add up to 1.
    pub weights: Vec<f64>,
    /// Loading of each column on the component, turned so that their sum is positive.
    pub loadings: Vec<f64>,
    /// Share of all variance that the component explains.
    pub explained: f64,
    /// Columns whose loading is negative: they run against the others.
    pub against: Vec<usize>,
}

/// Sweeps of Jacobi's method; it converges in fewer than ten for matrices of this size.
const SWEEPS: usize = 60;

/// Weights from the first principal component of the correlation matrix, over rows without a missing value:
/// squared loadings (OECD and JRC handbook 2008, step 6). O(rows × columns² + columns³).
///
/// # Errors
/// [`RiskError::NoSpread`] for a column that does not vary, [`RiskError::FewRows`] with fewer complete rows
/// than columns and two.
///
/// ```
/// use corredor::risk::composite::principal;
/// let a = [Some(1.0), Some(2.0), Some(3.0), Some(4.0)];
/// let found = principal(&[&a, &a], &["a", "b"])?;
/// assert!((found.weights[0] - 0.5).abs() < 1e-12 && (found.explained - 1.0).abs() < 1e-12);
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn principal(columns: &[&[Option<f64>]], names: &[&str]) -> Result<Principal, RiskError> {
    let (matrix, _) = correlation(columns, names)?;
    let (values, vectors) = eigen(&matrix);
    let total: f64 = values.iter().sum();
    let mut loadings: Vec<f64> = vectors.iter().map(|row| row[0]).collect();
    if loadings.iter().sum::<f64>() < 0.0 {
        loadings.iter_mut().for_each(|loading| *loading = -*loading);
    }
    // The vector has length 1, but for rounding.
    let length: f64 = loadings.iter().map(|loading| loading * loading).sum();
    Ok(Principal {
        weights: loadings.iter().map(|loading| loading * loading / length).collect(),
        // Below this a loading is rounding.
        against: (0..loadings.len()).filter(|&k| loadings[k] < -1e-12).collect(),
        explained: values.first().copied().unwrap_or(0.0) / total,
        loadings,
    })
}

/// Correlation matrix over complete rows, and the standard deviations.
pub(super) fn correlation(
    columns: &[&[Option<f64>]],
    names: &[&str],
) -> Result<(Vec<Vec<f64>>, Vec<f64>), RiskError> {
    let rows = columns.first().map_or(0, |column| column.len());
    let complete: Vec<usize> =
        (0..rows).filter(|&row| columns.iter().all(|column| column[row].is_some())).collect();
    let needed = columns.len() + 2;
    if complete.len() < needed {
        return Err(RiskError::FewRows { rows: complete.len(), needed });
    }
    let mut standard = Vec::with_capacity(columns.len());
    let mut deviations = Vec::with_capacity(columns.len());
    for (column, name) in columns.iter().zip(names) {
        let values: Vec<f64> = complete.iter().filter_map(|&row| column[row]).collect();
        let (mean, deviation) = moments(&values);
        // A column of one value may keep a deviation of rounding.
        if deviation <= mean.abs() * 1e-14 {
            return Err(RiskError::NoSpread { field: (*name).to_owned(), value: mean });
        }
        standard.push(values.iter().map(|value| (value - mean) / deviation).collect::<Vec<f64>>());
        deviations.push(deviation);
    }
    let n = complete.len() as f64;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / n;
    let matrix = standard.iter().map(|a| standard.iter().map(|b| product(a, b)).collect()).collect();
    Ok((matrix, deviations))
}

/// Eigenvalues, greatest first, and eigenvectors (column k belongs to value k) of a symmetric matrix, by
/// Jacobi's rotations (Golub and Van Loan 2013, 8.5). O(n³) a sweep; for the tens of columns of a recipe.
pub fn eigen(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..SWEEPS {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j].powi(2)).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q] == 0.0 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                let turn = |x: f64, y: f64| (c * x - s * y, s * x + c * y);
                for row in a.iter_mut().chain(&mut v) {
                    (row[p], row[q]) = turn(row[p], row[q]);
                }
                let (above, below) = a.split_at_mut(q);
                for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                    (*x, *y) = turn(*x, *y);
                }
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[j][j].total_cmp(&a[i][i]));
    let values = order.iter().map(|&k| a[k][k]).collect();
    let vectors = v.iter().map(|row| order.iter().map(|&k| row[k]).collect()).collect();
    (values, vectors)
}
