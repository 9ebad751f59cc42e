//! The cheapest way from town to town.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::zones::Cost;

/// The cheapest way between two of `count` towns (Dijkstra 1959), both ends included; `None` where there is none.
///
/// `price` is that of the step from a town to a neighbour of it, never negative.
pub(super) fn cheapest<'a>(
    count: usize,
    (start, end): (usize, usize),
    neighbours: impl Fn(usize) -> &'a [usize],
    price: impl Fn(usize, usize) -> f64,
) -> Option<Vec<usize>> {
    let mut before = vec![usize::MAX; count];
    let mut done = vec![false; count];
    let mut queue = BinaryHeap::from([Reverse((Cost(0.0), start, usize::MAX))]);
    while let Some(Reverse((cost, town, from))) = queue.pop() {
        if std::mem::replace(&mut done[town], true) {
            continue;
        }
        before[town] = from;
        if town == end {
            break;
        }
        for &next in neighbours(town).iter().filter(|&&next| !done[next]) {
            queue.push(Reverse((Cost(cost.0 + price(town, next)), next, town)));
        }
    }
    let mut path = vec![end];
    while let Some(&at) = path.last().filter(|&&at| before[at] != usize::MAX) {
        path.push(before[at]);
    }
    path.reverse();
    done[end].then_some(path)
}
