//! An R-tree over axis-parallel boxes.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Boxes in longitude and latitude, each with a number.
#[derive(Debug)]
pub struct BoxTree(RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>);

impl BoxTree {
    /// Builds the tree from boxes `[west, south, east, north]` numbered in their order;
    /// boxes whose west exceeds their east (empty geometries) are left out.
    /// O(n log n).
    pub fn new(boxes: &[[f64; 4]]) -> Self {
        let items = (0_u32..)
            .zip(boxes)
            .filter(|(_, b)| b[0] <= b[2])
            .map(|(i, b)| GeomWithData::new(Rectangle::from_corners([b[0], b[1]], [b[2], b[3]]), i))
            .collect();
        Self(RTree::bulk_load(items))
    }

    /// The numbers of the boxes that contain the point, edges included, in no stated order.
    pub fn at(&self, lon: f64, lat: f64) -> impl Iterator<Item = u32> + '_ {
        self.0.locate_in_envelope_intersecting(AABB::from_point([lon, lat])).map(|item| item.data)
    }

    /// The numbers of the boxes that touch the box spanned by two corners, in no stated
    /// order.
    pub fn touching(&self, a: (f64, f64), b: (f64, f64)) -> impl Iterator<Item = u32> + '_ {
        self.0
            .locate_in_envelope_intersecting(AABB::from_corners([a.0, a.1], [b.0, b.1]))
            .map(|item| item.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_count_and_empty_boxes_do_not() {
        let tree = BoxTree::new(&[
            [0.0, 0.0, 1.0, 1.0],
            [1.0, 0.0, 2.0, 1.0],
            [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
        ]);
        let mut hits: Vec<u32> = tree.at(1.0, 0.5).collect();
        hits.sort_unstable();
        assert_eq!(hits, [0, 1]);
        assert_eq!(tree.at(3.0, 0.5).count(), 0);
        assert_eq!(tree.at(f64::NAN, 0.5).count(), 0);
        assert_eq!(tree.touching((5.0, 1.0), (2.0, 0.5)).count(), 1);
        assert_eq!(BoxTree::new(&[]).at(0.0, 0.0).count(), 0);
    }
}
