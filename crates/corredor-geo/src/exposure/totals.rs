//! Exposure: route kilometres weighted by the risk of the zones they cross.

use super::CorridorError;
use crate::join::Stretch;

/// Kilometres of a set of stretches, by what is known of the zones they cross.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exposure {
    /// All kilometres, scored or not, inside zones or not.
    pub route_km: f64,
    /// Kilometres times risk, over the stretches whose zone has a risk value.
    pub expo_km: f64,
    /// Kilometres in zones whose risk reaches the cut.
    pub high_km: f64,
    /// Kilometres in zones without a risk value; not part of `expo_km`.
    pub unscored_km: f64,
    /// Kilometres outside all zones; not part of `expo_km`, nor of `unscored_km`.
    pub outside_km: f64,
    /// Kilometres times flow (people), over the lines whose flow is known; `None` when none
    /// of the lines has one.
    pub person_km: Option<f64>,
    /// Kilometres times flow times risk, over the same stretches as `expo_km`; `None` as
    /// `person_km`.
    pub person_expo_km: Option<f64>,
    /// Kilometres of lines without a known flow; not part of `person_km`.
    pub unknown_flow_km: f64,
}

impl Exposure {
    /// Whether anything is known of the risk: false where all kilometres are in zones without a value, or outside.
    pub fn is_scored(&self) -> bool {
        // Sums in another order may differ by rounding.
        let scored_km = self.route_km - self.unscored_km - self.outside_km;
        self.route_km == 0.0 || scored_km > 1e-9 * self.route_km
    }

    fn add(&mut self, km: f64, place: Place, flow: Option<f64>) {
        self.route_km += km;
        let mut expo_km = 0.0;
        match place {
            Place::Outside => self.outside_km += km,
            Place::Unscored => self.unscored_km += km,
            Place::Scored { risk, high } => {
                expo_km = km * risk;
                self.expo_km += expo_km;
                if high {
                    self.high_km += km;
                }
            }
        }
        match flow {
            Some(flow) => {
                *self.person_km.get_or_insert(0.0) += km * flow;
                *self.person_expo_km.get_or_insert(0.0) += expo_km * flow;
            }
            None => self.unknown_flow_km += km,
        }
    }
}

/// What is known of the place of a stretch.
#[derive(Clone, Copy)]
enum Place {
    Outside,
    Unscored,
    Scored { risk: f64, high: bool },
}

/// Exposure summed over stretches.
#[derive(Clone, Debug, PartialEq)]
pub struct ExposureTotals {
    /// Per zone, in the order of the zones; zero where no line runs.
    pub zones: Vec<Exposure>,
    /// Per line, in the order of the lines.
    pub lines: Vec<Exposure>,
    /// Over everything.
    pub total: Exposure,
}

/// Sums exposure per zone, per line and over all, in the order of the stretches.
///
/// `risk` holds a value per zone, `None` where it is unknown; `flow` people per line,
/// `None` where unknown, or nothing at all; `lines` is the number of lines, so that one
/// without stretches is listed too. A zone counts as high from `high_cut` on. O(stretches).
///
/// # Errors
///
/// [`CorridorError`] when a stretch names a zone or line that is not there, when there is
/// not one flow per line, or when a value is not finite.
///
/// ```
/// use corredor_geo::exposure::exposure;
/// use corredor_geo::join::Stretch;
///
/// let stretch = |zone, from_km, to_km| Stretch { zone, from_km, to_km, ..Stretch::default() };
/// let stretches = [stretch(Some(0), 0.0, 10.0), stretch(Some(1), 10.0, 14.0), stretch(None, 14.0, 15.0)];
/// let totals = exposure(&stretches, &[Some(0.5), None], 1, None, 0.4)?;
/// assert_eq!(totals.total.route_km, 15.0);
/// assert_eq!(totals.total.expo_km, 5.0);
/// assert_eq!(totals.total.high_km, 10.0);
/// assert_eq!((totals.total.unscored_km, totals.total.outside_km), (4.0, 1.0));
/// # Ok::<(), corredor_geo::exposure::CorridorError>(())
/// ```
pub fn exposure(
    stretches: &[Stretch],
    risk: &[Option<f64>],
    lines: usize,
    flow: Option<&[Option<f64>]>,
    high_cut: f64,
) -> Result<ExposureTotals, CorridorError> {
    check_finite("risk", risk)?;
    if let Some(flow) = flow {
        if flow.len() != lines {
            return Err(CorridorError::FlowCount { flows: flow.len(), lines });
        }
        check_finite("flow", flow)?;
    }
    let mut totals = ExposureTotals {
        zones: vec![Exposure::default(); risk.len()],
        lines: vec![Exposure::default(); lines],
        total: Exposure::default(),
    };
    for stretch in stretches {
        let (line, km) = (stretch.line as usize, stretch.km());
        let of_line =
            totals.lines.get_mut(line).ok_or(CorridorError::NoSuchLine { line: stretch.line, lines })?;
        let flow = flow.and_then(|flow| flow[line]);
        let place = match stretch.zone {
            None => Place::Outside,
            Some(zone) => match risk.get(zone as usize) {
                None => {
                    return Err(CorridorError::NoSuchZone { zone, zones: risk.len() });
                }
                Some(None) => Place::Unscored,
                Some(&Some(risk)) => Place::Scored { risk, high: risk >= high_cut },
            },
        };
        of_line.add(km, place, flow);
        totals.total.add(km, place, flow);
        if let Some(zone) = stretch.zone {
            totals.zones[zone as usize].add(km, place, flow);
        }
    }
    Ok(totals)
}

fn check_finite(what: &'static str, values: &[Option<f64>]) -> Result<(), CorridorError> {
    for (index, value) in values.iter().enumerate() {
        if let Some(value) = *value
            && !value.is_finite()
        {
            return Err(CorridorError::NotFinite { what, index, value });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(line: u32, zone: Option<u32>, from_km: f64, to_km: f64) -> Stretch {
        Stretch { line, zone, from_km, to_km, ..Stretch::default() }
    }

    #[test]
    fn flows_weight_what_is_known_and_the_rest_is_counted_apart() {
        let stretches = [
            stretch(0, Some(1), 0.0, 4.0),
            stretch(0, None, 4.0, 6.0),
            stretch(1, Some(1), 0.0, 3.0),
            stretch(1, Some(0), 3.0, 8.0),
        ];
        let flow = [Some(100.0), None, Some(7.0)];
        let got = exposure(&stretches, &[None, Some(0.25)], 3, Some(&flow), 0.5).unwrap();
        assert_eq!(got.lines[0].person_km, Some(600.0));
        assert_eq!(got.lines[0].person_expo_km, Some(100.0));
        assert_eq!((got.lines[1].person_km, got.lines[1].unknown_flow_km), (None, 8.0));
        assert_eq!(got.lines[2], Exposure::default(), "a line without stretches");
        assert_eq!((got.zones[1].route_km, got.zones[1].expo_km), (7.0, 1.75));
        assert_eq!((got.zones[0].unscored_km, got.zones[0].expo_km), (5.0, 0.0));
        assert!(!got.zones[0].is_scored() && got.zones[1].is_scored() && got.lines[2].is_scored());
        assert_eq!((got.total.high_km, got.total.outside_km), (0.0, 2.0));
        assert_eq!(got.total.person_km, Some(600.0));
    }

    #[test]
    fn nothing_in_gives_nothing_out() {
        let got = exposure(&[], &[], 0, None, 0.5).unwrap();
        assert_eq!(got.total, Exposure::default());
        assert!(got.zones.is_empty() && got.lines.is_empty());
    }

    #[test]
    fn what_does_not_belong_together_is_named() {
        let one = [stretch(0, Some(2), 0.0, 1.0)];
        let refused = |risk: &[Option<f64>], lines, flow: Option<&[Option<f64>]>| {
            exposure(&one, risk, lines, flow, 0.5).unwrap_err()
        };
        assert_eq!(refused(&[None], 1, None), CorridorError::NoSuchZone { zone: 2, zones: 1 });
        assert_eq!(refused(&[None; 3], 0, None), CorridorError::NoSuchLine { line: 0, lines: 0 });
        assert_eq!(refused(&[None; 3], 1, Some(&[])), CorridorError::FlowCount { flows: 0, lines: 1 });
        let nan = refused(&[None, Some(f64::NAN)], 1, None).to_string();
        assert!(nan.starts_with("the risk of number 1 is NaN"), "{nan}");
    }
}
