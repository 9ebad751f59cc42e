//! Trilateration: where sites lie, from circles on which the nearest of them stands and discs in which there is none.

use super::globe::{Place, chord};

/// The nearest site stands this far from a place, give or take.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    pub at: Place,
    pub km: f64,
    pub tolerance: f64,
}

/// No site stands nearer to a place than this.
#[derive(Clone, Copy, Debug)]
pub struct Clear {
    pub at: Place,
    pub km: f64,
}

/// A place where a site must be.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    pub at: Place,
    /// How many rings say so.
    pub rings: usize,
}

/// How many nearest others a ring is crossed with.
const NEIGHBOURS: usize = 12;
/// What circles drawn in a plane may be off, kilometres.
const SLACK: f64 = 1.0;

/// Finds sites until every ring is explained, `most` at most: the place on most rings first.
pub fn solve(rings: &[Ring], clear: &[Clear], most: usize) -> Vec<Found> {
    let candidates: Vec<Place> = candidates(rings, clear);
    let on = |place: &Place, ring: &Ring, slack: f64| {
        (place.km(&ring.at) - ring.km).abs() <= ring.tolerance + slack
    };
    // Rings near each candidate, so that the greedy rounds need no distances.
    let touched: Vec<Vec<u32>> = candidates
        .iter()
        .map(|place| (0..rings.len() as u32).filter(|&r| on(place, &rings[r as usize], SLACK)).collect())
        .collect();
    let mut open = vec![true; rings.len()];
    let mut found = Vec::new();
    while found.len() < most {
        let support = |rings: &[u32]| rings.iter().filter(|&&r| open[r as usize]).count();
        let Some((best, touching)) =
            touched.iter().enumerate().max_by_key(|(i, t)| (support(t), usize::MAX - i))
        else {
            break;
        };
        if support(touching) == 0 {
            break;
        }
        let used: Vec<Ring> =
            touching.iter().filter(|&&r| open[r as usize]).map(|&r| rings[r as usize]).collect();
        let at = refine(candidates[best], &used);
        found.push(Found { at, rings: used.len() });
        let before = open.iter().filter(|&&o| o).count();
        for (r, ring) in rings.iter().enumerate() {
            open[r] &= !on(&at, ring, 0.3);
        }
        if open.iter().filter(|&&o| o).count() == before {
            // Refining led away: what brought us here is explained all the same.
            touching.iter().for_each(|&r| open[r as usize] = false);
        }
    }
    found
}

/// Crossings of circles that lie in no clear disc.
fn candidates(rings: &[Ring], clear: &[Clear]) -> Vec<Place> {
    let mut out = Vec::new();
    let mut order: Vec<u32> = (0..clear.len() as u32).collect();
    let mut others: Vec<u32> = (0..rings.len() as u32).collect();
    for ring in rings {
        order.sort_unstable_by(|&a, &b| {
            let to = |i: u32| clear[i as usize].at.chord2(&ring.at);
            to(a).total_cmp(&to(b))
        });
        let free = |place: &Place| {
            order.iter().all(|&i| {
                let c = &clear[i as usize];
                let least = (c.km - SLACK).max(0.0);
                least == 0.0 || place.chord2(&c.at) >= chord(least).powi(2)
            })
        };
        if ring.km <= ring.tolerance + 0.5 && free(&ring.at) {
            out.push(ring.at);
        }
        others.sort_unstable_by(|&a, &b| {
            let to = |i: u32| rings[i as usize].at.chord2(&ring.at);
            to(a).total_cmp(&to(b))
        });
        // Rings whose discs are those of clear places besides: a lone ring is cut by them.
        let cut = order.iter().take(NEIGHBOURS).map(|&i| (clear[i as usize].at, clear[i as usize].km));
        let near = others.iter().take(NEIGHBOURS).map(|&i| (rings[i as usize].at, rings[i as usize].km));
        for (at, km) in near.chain(cut) {
            crossings(ring, &at, km).into_iter().flatten().filter(&free).for_each(|place| out.push(place));
        }
    }
    out
}

/// Where a ring crosses a circle, in the plane around the ring; circles that just miss each other touch.
fn crossings(ring: &Ring, at: &Place, km: f64) -> [Option<Place>; 2] {
    let (x, y) = ring.at.offset(at);
    let d = x.hypot(y);
    if d < 1e-6 || d > ring.km + km + 2.0 * SLACK || (ring.km - km).abs() > d + 2.0 * SLACK {
        return [None, None];
    }
    let along = (d * d + ring.km * ring.km - km * km) / (2.0 * d);
    let along = along.clamp(-ring.km, ring.km);
    let across = (ring.km * ring.km - along * along).max(0.0).sqrt();
    let (ux, uy) = (x / d, y / d);
    let place = |side: f64| ring.at.moved(along * ux - side * across * uy, along * uy + side * across * ux);
    [Some(place(1.0)), Some(place(-1.0))]
}

/// The place whose distances fit the rings best: Gauss-Newton, then without the rings that are of other sites.
fn refine(start: Place, rings: &[Ring]) -> Place {
    let mut place = start;
    for slack in [2.0, 1.0, 0.5, 0.3] {
        for _ in 0..8 {
            let (mut xx, mut xy, mut yy, mut gx, mut gy) = (1e-9, 0.0, 1e-9, 0.0, 0.0);
            for ring in rings {
                let (dx, dy) = place.offset(&ring.at);
                let d = place.km(&ring.at);
                let miss = d - ring.km;
                if miss.abs() > ring.tolerance + slack {
                    continue;
                }
                // A ring around the place itself pulls to its middle.
                let (ux, uy) = if d > 0.05 { (-dx / d, -dy / d) } else { (0.0, 0.0) };
                let weight = 1.0 / (ring.tolerance * ring.tolerance).max(1e-4);
                xx += weight * ux * ux;
                xy += weight * ux * uy;
                yy += weight * uy * uy;
                gx += weight * ux * miss;
                gy += weight * uy * miss;
            }
            let det = xx * yy - xy * xy;
            if det.abs() < 1e-9 * xx * yy {
                break;
            }
            let (east, north) = (-(yy * gx - xy * gy) / det, -(xx * gy - xy * gx) / det);
            let step = east.hypot(north);
            if !step.is_finite() || step > 5.0 {
                break;
            }
            place = place.moved(east, north);
            if step < 1e-4 {
                break;
            }
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_kilometres_from_forty_places_give_two_sites_away() {
        let sites = [Place::new(-93.20, 16.31), Place::new(-92.41, 16.05)];
        let mut rings = Vec::new();
        for i in 0..8 {
            for j in 0..6 {
                let at = Place::new(
                    -93.9 + 0.27 * f64::from(i) + 0.013 * f64::from(j * j),
                    15.4 + 0.31 * f64::from(j),
                );
                let km = sites.iter().map(|s| s.km(&at)).fold(f64::INFINITY, f64::min).round();
                rings.push(Ring { at, km, tolerance: 0.5 });
            }
        }
        let clear: Vec<Clear> = rings.iter().map(|r| Clear { at: r.at, km: r.km - 0.5 }).collect();
        let found = solve(&rings, &clear, 10);
        assert_eq!(found.len(), 2, "{found:?}");
        for site in sites {
            assert!(found.iter().any(|f| f.at.km(&site) < 0.3), "{found:?}");
        }
    }
}
