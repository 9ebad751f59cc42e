//! The capture curve: which share of the events lies in the first kilometres by a score.

use super::ValidateError;

/// A score, and what came after it, piece by piece.
///
/// Pieces are lixels or zones; `km` is how much there is to search in each, `events` what was found there later.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'a> {
    score: &'a [Option<f64>],
    km: &'a [f64],
    events: &'a [f64],
    /// Pieces by falling score, those without one last.
    order: Vec<u32>,
}

/// The capture curve of a score: share of the events over share of the kilometres, the highest score first.
///
/// Pieces of equal score count as one, their events spread evenly over their kilometres, so that no order among them is
/// made up; those without a score come last, together.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// Shares of the kilometres and of the events at the ends of each group of equal scores, from (0, 0) to (1, 1).
    points: Vec<(f64, f64)>,
}

impl<'a> Judged<'a> {
    /// Sets a score beside the events that came later. O(n log n).
    ///
    /// # Errors
    /// [`ValidateError::Count`] unless the three are equally long; [`ValidateError::NotAmount`];
    /// [`ValidateError::NoLength`]; [`ValidateError::NoEvents`].
    pub fn new(score: &'a [Option<f64>], km: &'a [f64], events: &'a [f64]) -> Result<Self, ValidateError> {
        for (what, values) in [("km", km), ("events", events)] {
            if values.len() != score.len() {
                return Err(ValidateError::Count { what, values: values.len(), pieces: score.len() });
            }
            if let Some(piece) = values.iter().position(|value| !value.is_finite() || *value < 0.0) {
                return Err(ValidateError::NotAmount { what, piece, value: values[piece] });
            }
        }
        if km.iter().sum::<f64>() <= 0.0 {
            return Err(ValidateError::NoLength);
        }
        if events.iter().sum::<f64>() <= 0.0 {
            return Err(ValidateError::NoEvents);
        }
        let mut order: Vec<u32> = (0..score.len() as u32).collect();
        let of = |piece: u32| score[piece as usize].unwrap_or(f64::NEG_INFINITY);
        order.sort_by(|&a, &b| of(b).total_cmp(&of(a)).then(a.cmp(&b)));
        Ok(Self { score, km, events, order })
    }

    /// Number of pieces.
    pub fn len(&self) -> usize {
        self.score.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.score.is_empty()
    }

    /// The capture curve.
    ///
    /// ```
    /// use corredor::validate::Judged;
    ///
    /// let judged = Judged::new(&[Some(3.0), Some(1.0), Some(2.0)], &[5.0, 5.0, 10.0], &[6.0, 1.0, 3.0])?;
    /// let capture = judged.capture();
    /// // The first quarter of the kilometres holds 6 of 10 events.
    /// assert_eq!(capture.at(0.25), 0.6);
    /// // Half of the next piece: 7.5 of 10.
    /// assert_eq!(capture.at(0.5), 0.75);
    /// # Ok::<(), corredor::validate::ValidateError>(())
    /// ```
    pub fn capture(&self) -> Capture {
        // Without weights the sums are above zero: `new` saw to it.
        self.weighted(|_| 1.0)
            .map_or(Capture { points: vec![(0.0, 0.0), (1.0, 1.0)] }, |(capture, _)| capture)
    }

    /// The area under the curve of true over false finds: how likely the piece of an event stands above a kilometre taken
    /// at random, ties half. 0.5 is chance, 1 perfect.
    pub fn auc(&self) -> f64 {
        self.weighted(|_| 1.0).map_or(0.5, |(_, auc)| auc)
    }

    /// Curve and area with each piece counted so many times; `None` where nothing is left.
    pub(super) fn weighted(&self, weight: impl Fn(usize) -> f64) -> Option<(Capture, f64)> {
        let (mut km, mut events) = (0.0, 0.0);
        let mut points = vec![(0.0, 0.0)];
        let mut last = None;
        for &piece in &self.order {
            let piece = piece as usize;
            if last.is_some_and(|last| last != self.score[piece]) {
                points.push((km, events));
            }
            last = Some(self.score[piece]);
            km += weight(piece) * self.km[piece];
            events += weight(piece) * self.events[piece];
        }
        points.push((km, events));
        if km <= 0.0 || events <= 0.0 {
            return None;
        }
        points.iter_mut().for_each(|point| *point = (point.0 / km, point.1 / events));
        // Events above a kilometre, and half of those beside it: trapezoids under the curve, seen from the events.
        let auc = points.windows(2).map(|ab| (ab[1].1 - ab[0].1) * (1.0 - (ab[0].0 + ab[1].0) / 2.0)).sum();
        Some((Capture { points }, auc))
    }
}

impl Capture {
    /// The share of the events in the first `share` of the kilometres, 0..1.
    pub fn at(&self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        let after = self.points.partition_point(|&(km, _)| km < share);
        match (after.checked_sub(1).and_then(|before| self.points.get(before)), self.points.get(after)) {
            (Some(&(km, events)), Some(&(next_km, next_events))) if next_km > km => {
                events + (next_events - events) * (share - km) / (next_km - km)
            }
            (_, Some(&(_, events))) => events,
            _ => 1.0,
        }
    }

    /// The predictive accuracy index (Chainey et al. 2008): how many times more events the first `share` of the kilometres
    /// holds than as much road taken at random.
    pub fn accuracy_index(&self, share: f64) -> f64 {
        self.at(share) / share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KM: [f64; 4] = [10.0, 10.0, 10.0, 10.0];
    const EVENTS: [f64; 4] = [8.0, 1.0, 1.0, 0.0];

    #[test]
    fn equal_scores_share_their_events_evenly() {
        let even = Judged::new(&[Some(1.0); 4], &KM, &EVENTS).unwrap();
        assert!((even.capture().at(0.1) - 0.1).abs() < 1e-15 && (even.auc() - 0.5).abs() < 1e-15);
        let judged = Judged::new(&[Some(2.0), Some(2.0), Some(1.0), None], &KM, &EVENTS).unwrap();
        let capture = judged.capture();
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|share| capture.at(share)), [0.0, 0.45, 0.9, 1.0, 1.0]);
        assert_eq!(capture.accuracy_index(0.25), 1.8);
    }

    #[test]
    fn the_area_is_the_chance_to_stand_above_a_kilometre() {
        let perfect =
            Judged::new(&[Some(3.0), Some(2.0), Some(1.0), None], &KM, &[5.0, 0.0, 0.0, 0.0]).unwrap();
        // Above three quarters of the road, and half of its own.
        assert_eq!(perfect.auc(), 0.875);
        let scores = [Some(1.0), Some(2.0), Some(3.0), Some(4.0)];
        let reverse = Judged::new(&scores, &KM, &[5.0, 0.0, 0.0, 0.0]).unwrap();
        assert_eq!(reverse.auc(), 0.125);
    }

    #[test]
    fn what_judges_nothing_is_refused() {
        let judged =
            |km: &[f64], events: &[f64]| Judged::new(&[Some(1.0); 2], km, events).map(|_| ()).unwrap_err();
        assert!(matches!(judged(&[1.0], &[1.0, 1.0]), ValidateError::Count { what: "km", .. }));
        assert!(matches!(judged(&[1.0, f64::NAN], &[1.0, 1.0]), ValidateError::NotAmount { piece: 1, .. }));
        assert_eq!(judged(&[0.0, 0.0], &[1.0, 1.0]), ValidateError::NoLength);
        assert_eq!(judged(&[1.0, 1.0], &[0.0, 0.0]), ValidateError::NoEvents);
    }
}
