//! A balanced tree of boxes in three dimensions.

/// A box by its least and greatest corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Box3 {
    pub(crate) low: [f64; 3],
    pub(crate) high: [f64; 3],
}

impl Box3 {
    const NOWHERE: Self = Self { low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3] };

    pub(crate) fn at(p: [f64; 3]) -> Self {
        Self { low: p, high: p }
    }

    pub(crate) fn join(mut self, other: &Self) -> Self {
        for axis in 0..3 {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
        self
    }

    /// The box grown by a length on every side.
    pub(crate) fn grown(self, by: f64) -> Self {
        Self { low: self.low.map(|v| v - by), high: self.high.map(|v| v + by) }
    }

    /// The square of the distance from a place to the nearest of the box.
    pub(crate) fn distance2(&self, p: &[f64; 3]) -> f64 {
        let off = |axis: usize| (self.low[axis] - p[axis]).max(p[axis] - self.high[axis]).max(0.0);
        let (x, y, z) = (off(0), off(1), off(2));
        x * x + y * y + z * z
    }

    fn middle(&self, axis: usize) -> f64 {
        0.5 * (self.low[axis] + self.high[axis])
    }
}

/// Boxes in a tree that is halved evenly down to leaves of a few, and so needs no pointers:
/// the nodes stand in the order in which they are reached, left before right.
///
/// Searching visits O(log n) nodes for few results. 48 bytes a node.
#[derive(Debug)]
pub(crate) struct Tree3 {
    nodes: Vec<Box3>,
    /// The boxes by number, leaf by leaf.
    order: Vec<u32>,
    /// Halvings from the root to a leaf.
    depth: u32,
}

/// A node still to be looked into.
#[derive(Clone, Copy)]
struct Open {
    node: u32,
    depth: u32,
    first: u32,
    last: u32,
    distance2: f64,
}

impl Tree3 {
    /// Builds the tree with leaves of up to `leaf` boxes; O(n log n), in parallel.
    pub(crate) fn new(boxes: &[Box3], leaf: usize) -> Self {
        let mut depth = 0;
        while boxes.len().div_ceil(1 << depth) > leaf {
            depth += 1;
        }
        let mut order: Vec<u32> = (0_u32..).take(boxes.len()).collect();
        let mut nodes = vec![Box3::NOWHERE; (2 << depth) - 1];
        build(boxes, &mut order, &mut nodes);
        Self { nodes, order, depth }
    }

    /// The numbers of the boxes as they stand in the leaves.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// Calls `look` with the leaves (as ranges of [`order`](Self::order)) that come nearer to
    /// a place than a bound, nearer ones mostly first; `look` gives the new bound. Distances
    /// are squared.
    pub(crate) fn search(
        &self,
        p: &[f64; 3],
        mut bound2: f64,
        mut look: impl FnMut(std::ops::Range<usize>) -> f64,
    ) {
        // Half of the nodes on one way down at most wait at a time.
        let mut open = [Open { node: 0, depth: 0, first: 0, last: 0, distance2: 0.0 }; 64];
        let mut waiting = 0;
        let mut at = Open {
            node: 0,
            depth: self.depth,
            first: 0,
            last: self.order.len() as u32,
            distance2: self.nodes[0].distance2(p),
        };
        loop {
            if at.distance2 <= bound2 {
                if at.depth > 0 {
                    let middle = at.first + (at.last - at.first) / 2;
                    let (left, right) = (at.node + 1, at.node + (1 << at.depth));
                    let child = |node: u32, first, last| {
                        let distance2 = self.nodes[node as usize].distance2(p);
                        Open { node, depth: at.depth - 1, first, last, distance2 }
                    };
                    let (l, r) = (child(left, at.first, middle), child(right, middle, at.last));
                    let (near, far) = if r.distance2 < l.distance2 { (r, l) } else { (l, r) };
                    open[waiting] = far;
                    waiting += 1;
                    at = near;
                    continue;
                }
                bound2 = look(at.first as usize..at.last as usize);
            }
            if waiting == 0 {
                return;
            }
            waiting -= 1;
            at = open[waiting];
        }
    }
}

/// Orders the boxes under a node and sets its box and those below it.
fn build(boxes: &[Box3], order: &mut [u32], nodes: &mut [Box3]) {
    let of = |i: &u32| &boxes[*i as usize];
    let Some((node, below)) = nodes.split_first_mut() else {
        return;
    };
    *node = order.iter().fold(Box3::NOWHERE, |all, i| all.join(of(i)));
    if below.is_empty() {
        return;
    }
    let spread = |axis: usize| {
        let middles = order.iter().map(|i| of(i).middle(axis));
        let (low, high) =
            middles.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        high - low
    };
    let spreads = [spread(0), spread(1), spread(2)];
    let axis = (1..3).fold(0, |best, axis| if spreads[axis] > spreads[best] { axis } else { best });
    let half = order.len() / 2;
    if half > 0 {
        let by_middle = |i: &u32, j: &u32| of(i).middle(axis).total_cmp(&of(j).middle(axis)).then(i.cmp(j));
        order.select_nth_unstable_by(half, by_middle);
    }
    let (left, right) = order.split_at_mut(half);
    let (nodes_left, nodes_right) = below.split_at_mut(below.len() / 2);
    if right.len() > 1 << 12 {
        rayon::join(|| build(boxes, left, nodes_left), || build(boxes, right, nodes_right));
    } else {
        build(boxes, left, nodes_left);
        build(boxes, right, nodes_right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_box_nearer_than_the_bound_is_looked_at(
            boxes in prop::collection::vec((prop::array::uniform3(-9.0..9.0_f64), 0.0..2.0), 0..70),
            p in prop::array::uniform3(-12.0..12.0_f64),
            bound in 0.0..9.0_f64,
            leaf in 1..9_usize,
        ) {
            let boxes: Vec<Box3> = boxes.iter().map(|(at, by)| Box3::at(*at).grown(*by)).collect();
            let tree = Tree3::new(&boxes, leaf);
            let mut all = tree.order().to_vec();
            all.sort_unstable();
            prop_assert_eq!(all, (0..boxes.len() as u32).collect::<Vec<_>>());
            let mut seen = Vec::new();
            tree.search(&p, bound * bound, |range| {
                assert!(range.len() <= leaf);
                seen.extend_from_slice(&tree.order()[range]);
                bound * bound
            });
            for (i, b) in (0..).zip(&boxes) {
                prop_assert!(b.distance2(&p) > bound * bound || seen.contains(&i));
            }
            seen.sort_unstable();
            prop_assert!(seen.windows(2).all(|w| w[0] < w[1]), "none twice");
        }
    }

    #[test]
    fn nothing_is_found_in_an_empty_tree() {
        let mut looked = 0;
        Tree3::new(&[], 8).search(&[0.0; 3], f64::INFINITY, |range| {
            looked += range.len();
            0.0
        });
        assert_eq!(looked, 0);
    }
}
