//! Pena's distance DP2, as CONAPO weighs the index of marginalisation 2020.

use super::principal::correlation;
use super::scale::moments;
use crate::risk::RiskError;

/// Rounds of ordering and weighing (CONAPO 2021).
const ROUNDS: usize = 50;

/// A distance DP2.
#[derive(Clone, Debug, PartialEq)]
pub struct Dp2 {
    /// Distance of each row to the worst situation, in standard deviations; higher is better. `None` where a
    /// value lacks.
    pub distance: Vec<Option<f64>>,
    /// Columns in the order in which they enter.
    pub order: Vec<usize>,
    /// `1 - R2` of each column given those before it.
    pub correction: Vec<f64>,
    /// Standard deviation of each column (of the population).
    pub deviation: Vec<f64>,
    /// Worst value of each column: the greatest, as high values are bad.
    pub worst: Vec<f64>,
    /// Rounds until the order stood still.
    pub rounds: usize,
    /// Whether it did within 50 rounds.
    pub settled: bool,
}

/// `DP2_r = sum_i |x_ri - x*_i| / s_i (1 - R2_{i.i-1..1})` over columns in which high values are bad, with x*
/// the worst value observed (Pena 1977; Zarzosa 1996; CONAPO 2021).
///
/// R2 of the first column is 0; that of the others comes from regressing each on those before it, which is
/// the squared diagonal of the Cholesky factor of their correlations. All R2 start at 0; then the columns are
/// ordered by their correlation with the distance, whatever its sign, and weighed again, until the order
/// stands still or after 50 rounds. Ties keep the order given. O(rounds × rows × columns + columns³).
///
/// # Errors
/// [`RiskError::NoSpread`] for a column that does not vary, [`RiskError::FewRows`] with too few complete rows.
///
/// ```
/// use corredor::risk::composite::dp2;
/// // The second column says what the first said: it adds nothing.
/// let a = [Some(0.0), Some(1.0), Some(2.0), Some(3.0)];
/// let found = dp2(&[&a, &a], &["a", "b"])?;
/// assert_eq!(found.correction[0], 1.0);
/// assert!(found.correction[1].abs() < 1e-12);
/// assert_eq!(found.distance[3], Some(0.0));
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn dp2(columns: &[&[Option<f64>]], names: &[&str]) -> Result<Dp2, RiskError> {
    let (matrix, deviation) = correlation(columns, names)?;
    let worst: Vec<f64> =
        columns.iter().map(|c| c.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max)).collect();
    let (count, rows) = (columns.len(), columns.first().map_or(0, |column| column.len()));
    let mut found = Dp2 {
        distance: Vec::new(),
        order: (0..count).collect(),
        correction: vec![1.0; count],
        deviation,
        worst,
        rounds: 0,
        settled: false,
    };
    found.distance = distances(columns, rows, &found);
    while found.rounds < ROUNDS && !found.settled {
        found.rounds += 1;
        let near: Vec<f64> = columns.iter().map(|column| correlate(column, &found.distance).abs()).collect();
        let mut order: Vec<usize> = (0..count).collect();
        // The difference of equals may be rounding; then they stay as they are.
        order.sort_by(|&i, &j| match (near[i] - near[j]).abs() < 1e-13 {
            true => i.cmp(&j),
            false => near[j].total_cmp(&near[i]),
        });
        let correction = corrections(&matrix, &order);
        found.settled = found.rounds > 1 && order == found.order;
        (found.order, found.correction) = (order, correction);
        found.distance = distances(columns, rows, &found);
    }
    Ok(found)
}

/// The distance of each row under the corrections at hand.
fn distances(columns: &[&[Option<f64>]], rows: usize, found: &Dp2) -> Vec<Option<f64>> {
    let part = |row: usize, k: usize| {
        let value = columns[k][row]?;
        Some((found.worst[k] - value).abs() / found.deviation[k] * found.correction[k])
    };
    (0..rows).map(|row| (0..columns.len()).map(|k| part(row, k)).sum()).collect()
}

/// `1 - R2` of each column given those before it in the order: squared diagonal of the Cholesky factor.
fn corrections(matrix: &[Vec<f64>], order: &[usize]) -> Vec<f64> {
    let n = order.len();
    let mut factor = vec![vec![0.0; n]; n];
    let mut corrections = vec![0.0; n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            let rest = matrix[order[i]][order[j]] - known;
            factor[i][j] = match (i == j, factor[j][j] > 0.0) {
                // What is left of a column that the others tell is rounding.
                (true, _) => {
                    if rest > 1e-12 {
                        rest.sqrt()
                    } else {
                        0.0
                    }
                }
                (false, true) => rest / factor[j][j],
                (false, false) => 0.0,
            };
        }
        corrections[order[i]] = factor[i][i] * factor[i][i];
    }
    // The first explains itself.
    if let Some(&first) = order.first() {
        corrections[first] = 1.0;
    }
    corrections
}

/// Correlation of a column with the distance, over rows that have both.
fn correlate(column: &[Option<f64>], distance: &[Option<f64>]) -> f64 {
    let pairs: Vec<(f64, f64)> =
        column.iter().zip(distance).filter_map(|(x, y)| Some(((*x)?, (*y)?))).collect();
    let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let ((mean_x, dev_x), (mean_y, dev_y)) = (moments(&xs), moments(&ys));
    let product: f64 = pairs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    match dev_x > 0.0 && dev_y > 0.0 {
        true => product / pairs.len() as f64 / (dev_x * dev_y),
        false => 0.0,
    }
}
