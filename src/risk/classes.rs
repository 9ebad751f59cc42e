//! A score to classes by fixed cuts.

use super::RiskError;

/// Classes of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Class of each row, from 0, the lowest; `None` without a score.
    pub class: Vec<Option<u8>>,
    /// Number of rows in each class, one more than there are cuts.
    pub counts: Vec<usize>,
    /// Rows without a score.
    pub missing: usize,
}

/// Classes by fixed cuts, intervals closed on the left and open on the right: with cuts a
/// and b the classes are below a, `[a, b)`, and b or more. Fixed cuts, unlike quantiles,
/// keep the meaning of a class between years and places. O(rows log cuts).
///
/// # Errors
/// Cuts that do not rise strictly or are not finite, more than 255 of them, or a score
/// that is not a number.
///
/// ```
/// use corredor::risk::classify;
/// let thirds = classify(&[Some(0.1), Some(0.4), None, Some(0.7), Some(1.0)], &[0.4, 0.7])?;
/// assert_eq!(thirds.class, [Some(0), Some(1), None, Some(2), Some(2)]);
/// assert_eq!((thirds.counts.as_slice(), thirds.missing), (&[1, 1, 2][..], 1));
/// # Ok::<(), corredor::risk::RiskError>(())
/// ```
pub fn classify(score: &[Option<f64>], cuts: &[f64]) -> Result<Classes, RiskError> {
    let limit = usize::from(u8::MAX);
    if cuts.len() > limit {
        let cuts = cuts.len();
        return Err(RiskError::TooManyCuts { cuts, limit });
    }
    let rises = |i: usize| i == 0 || cuts[i - 1] < cuts[i];
    if let Some(index) = (0..cuts.len()).find(|&i| !(cuts[i].is_finite() && rises(i))) {
        let cut = cuts[index];
        return Err(RiskError::Cuts { index, cut });
    }
    let mut classes =
        Classes { class: Vec::with_capacity(score.len()), counts: vec![0; cuts.len() + 1], missing: 0 };
    for (row, value) in score.iter().enumerate() {
        let Some(value) = *value else {
            classes.class.push(None);
            classes.missing += 1;
            continue;
        };
        if value.is_nan() {
            let field = "score".to_owned();
            return Err(RiskError::NotFinite { field, row, value });
        }
        let class = cuts.partition_point(|&cut| cut <= value);
        classes.counts[class] += 1;
        classes.class.push(Some(class as u8));
    }
    Ok(classes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rows_and_no_cuts() {
        assert_eq!(classify(&[], &[0.5]).unwrap().counts, [0, 0]);
        let one = classify(&[Some(0.2), None], &[]).unwrap();
        assert_eq!((one.class, one.counts, one.missing), (vec![Some(0), None], vec![1], 1));
    }

    #[test]
    fn a_cut_belongs_to_the_class_above() {
        let below = f64::from_bits(0.5_f64.to_bits() - 1);
        let classes = classify(&[Some(below), Some(0.5)], &[0.5]).unwrap();
        assert_eq!(classes.class, [Some(0), Some(1)]);
    }

    #[test]
    fn wrong_cuts_are_named() {
        for (cuts, index) in
            [(&[0.5, 0.5][..], 1), (&[0.5, 0.2][..], 1), (&[f64::NAN][..], 0), (&[0.1, f64::INFINITY][..], 1)]
        {
            let error = classify(&[], cuts).unwrap_err();
            assert!(matches!(error, RiskError::Cuts { index: at, .. } if at == index), "{cuts:?}");
        }
        assert!(classify(&[], &vec![0.0; 256]).is_err());
        assert!(classify(&[Some(f64::NAN)], &[0.5]).is_err());
    }
}
