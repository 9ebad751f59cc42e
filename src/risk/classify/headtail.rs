//! Head and tail: for values of which few are great and many small.

/// A head that holds more than this share of its values is no minority, and is not cut (Jiang 2013).
const HEAD: f64 = 0.4;

/// Cuts at the mean, then at the mean of the values at or above it, and so on while those are a minority
/// (40 % at most), up to `classes - 1` cuts (Jiang 2013, *The Professional Geographer* 65, 482-494). O(n).
///
/// ```
/// use corredor::risk::classify::head_tail;
/// assert_eq!(head_tail(&[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 20.0], 4), [4.0]);
/// ```
pub fn head_tail(sorted: &[f64], classes: usize) -> Vec<f64> {
    let mut cuts = Vec::new();
    let mut head = sorted;
    while cuts.len() + 1 < classes && head.first() < head.last() {
        let mean = head.iter().sum::<f64>() / head.len() as f64;
        let next = &head[head.partition_point(|&value| value < mean)..];
        // Rounding may put the mean of near equals at their greatest.
        if next.is_empty() || next.len() == head.len() {
            break;
        }
        let minority = next.len() as f64 <= HEAD * head.len() as f64;
        // The first cut is made whatever the share: without it there would be no classes.
        if !minority && !cuts.is_empty() {
            break;
        }
        cuts.push(mean);
        if !minority {
            break;
        }
        head = next;
    }
    cuts
}
